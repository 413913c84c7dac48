"""What people write into a cell -> what the store keeps: one reader per kind of field, sure, doubtful or refused.

Values of the store's columns: when two are the same, and how the history writes them down and reads them back.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from zwk_data import german
from zwk_data.records.names import Names
from zwk_data.schema import shipped_csv
from zwk_data.schema import words as synonyms
from zwk_data.schema.cells import DASHES, CellError, Reading, containing, empty, fold, near, plain
from zwk_data.schema.dates import Span, day_reading, read_span, shown, span_reading
from zwk_data.schema.numbers import money_reading, number_reading
from zwk_data.schema.tables import RECORDS, Field

__all__ = ["CellError", "Reading", "Span", "read_field", "read_span", "shown"]

_YES = {"ja", "j", "x", "1", "wahr", "true", "yes", "y", "✓", "✔", "☑", "✗", "vorhanden"}
_NO = {"nein", "n", "0", "falsch", "false", "no", "☐", "nicht vorhanden"}
#: days that a period ends with
_LAST_DAYS = ("ends", "date_to", "due")
_NUMBERED = re.compile(r"^(?:\d+\s*[.):]\s*|stufe\s+\d\s*[:.]\s*)", re.IGNORECASE)
_NOT = {"nicht", "noch", "kein", "keine", "ohne", "nie"}


def read_field(table: str, one: Field, cell: Any, names: Names | None = None) -> Reading:
    """Read what stands in a cell for a field of ``table``; ``names``: those of the table a reference points to.

    The value is what the store keeps (a span: date_from, date_to, precision). Raises ValueError with a German
    sentence for what can't be read at all.
    """
    kind = one.kind
    if kind == "span":
        return span_reading(cell)
    if kind == "day":
        return day_reading(cell, last=one.column in _LAST_DAYS)
    if kind == "money":
        return money_reading(cell)
    if kind == "number":
        return number_reading(cell)
    if kind == "count":
        return _count(cell)
    cell = plain(cell)
    if kind in ("text", "long"):
        return Reading(_text(cell))
    if kind == "flag" and cell in DASHES:
        return Reading(False)
    # there may be a tool that is called „-“
    if empty(cell) and not (names and names.is_label(cell)):
        return Reading(None)
    if kind == "year":
        return _year(cell)
    if kind == "flag":
        return _flag(cell)
    if kind == "code":
        return _code(table, one, _text(cell) or "")
    if kind == "address":
        return _address(_text(cell) or "")
    if names is None:
        return Reading(_text(cell))
    return names.find(_text(cell) or "")


def _text(cell: Any) -> str | None:
    """Numbers and dates that a spreadsheet made of a text, as a German would have typed them."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "ja" if cell else "nein"
    if isinstance(cell, int | float):
        return str(int(cell)) if float(cell).is_integer() else f"{cell:.15g}".replace(".", ",")
    return german.day(cell) if isinstance(cell, date) else str(cell)


def _year(cell: Any) -> Reading:
    if isinstance(cell, date):
        return Reading(cell.year, f"„{shown(cell)}“ ist ein Tag; vorgeschlagen wird das Jahr {cell.year}.")
    if isinstance(cell, float) and not cell.is_integer():
        raise ValueError(f"„{shown(cell)}“ ist kein Jahr.")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return Reading(int(cell))
    text = str(cell)
    if re.fullmatch(r"(20|21)\d\d([.,]0)?", text):
        return Reading(int(text[:4]))
    if re.fullmatch(r"'?\d\d", text):
        year = 2000 + int(text[-2:])
        return Reading(year, f"„{text}“ ist nicht eindeutig; vorgeschlagen wird das Jahr {year}.")
    years = sorted(set(re.findall(r"(?<!\d)20\d\d(?!\d)", text)))
    if len(years) == 1:
        return Reading(int(years[0]), f"„{text}“ ist kein Jahr allein; vorgeschlagen wird {years[0]}.")
    raise ValueError(f"„{text}“ ist kein Jahr.")


def _count(cell: Any) -> Reading:
    found = number_reading(cell)
    if found.value is None:
        return found
    if found.value < 0 or not float(found.value).is_integer():
        raise ValueError(f"„{shown(plain(cell))}“ ist keine Anzahl.")
    return Reading(int(found.value), found.doubt)


def _flag(cell: Any) -> Reading:
    if isinstance(cell, bool):
        return Reading(cell)
    text = (_text(cell) or "").casefold()
    if text in _YES:
        return Reading(True)
    if text in _NO:
        return Reading(False)
    first = fold(text).split(" ")[0]
    if first in ("ja", "nein"):
        return Reading(first == "ja", f"„{shown(cell)}“ ist nicht nur ja oder nein; vorgeschlagen wird „{first}“.")
    raise ValueError(f"„{shown(cell)}“ ist weder ja noch nein.")


@cache
def _vocabulary(table: str, column: str) -> tuple[dict[str, str], dict[str, str]]:
    """Folded word -> code: those that are sure and those that are likely. The field's own words come first."""
    from zwk_data.schema.tables import RECORDS

    choices = RECORDS[table].field_of(column).choices
    own = {fold(word): code for code, word in choices.items()} | {fold(code): code for code in choices}
    sure = {**synonyms.synonyms_of(synonyms.SURE_SYNONYMS, table, column), **own}
    # „Ideen-Parkplatz“ and „Kick off“ are written as one word, too
    joined = {word.replace(" ", ""): code for word, code in sure.items()}
    return {**joined, **sure}, synonyms.synonyms_of(synonyms.LIKELY_SYNONYMS, table, column)


def _code(table: str, one: Field, text: str) -> Reading:
    if text in one.choices:
        return Reading(text)
    sure, likely = _vocabulary(table, one.column)
    for said in dict.fromkeys((fold(text), fold(_NUMBERED.sub("", text)))):
        for spelled in (said, said.replace(" ", "")):
            if spelled in sure:
                return Reading(sure[spelled])
    said = fold(_NUMBERED.sub("", text))
    code = likely.get(said)
    if code is None and not _NOT & set(said.split()):
        held = containing(said, sure | likely)
        if len(held) == 1:
            code = held[0]
        elif not held:
            # „offen“ must not come out as „öffentlich“
            close = near(said, sure, 0.75)
            code = sure[close] if close else None
    words = ", ".join(one.choices.values())
    if code is None:
        raise ValueError(f"„{text}“ ist hier unbekannt. Möglich sind: {words}.")
    return Reading(code, f"„{text}“ ist nicht eindeutig; vorgeschlagen wird „{one.choices[code]}“.")


def _address(text: str) -> Reading:
    try:
        return Reading(shipped_csv.address(text))
    except ValueError:
        guess = f"https://{text}"
        if re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", text) and "@" not in text:
            return Reading(guess, f"„{text}“ ist keine ganze Internetadresse; vorgeschlagen wird „{guess}“.")
        raise ValueError(f"„{text}“ ist keine Internetadresse mit http:// oder https://.") from None


#: a record without its key and stamps: column -> value (None for nothing)
Row = dict[str, Any]


def same(one: Any, other: Any) -> bool:
    """Are two values the same to whoever reads them? Nothing, NaN and an empty text are."""
    one, other = _nothing(one), _nothing(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other or one == other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return float(one) == float(other)
    return bool(one == other)


def _nothing(value: Any) -> Any:
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    return value


def written(value: Any) -> str | None:
    """A value as the history keeps it: dates as ISO, flags as true or false, numbers without needless decimals."""
    value = _nothing(value)
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def read_back(table: str, column: str, text: str | None) -> Any:
    """The value that ``written`` made ``text`` from."""
    field = RECORDS[table].field_of(column)
    if text is None:
        return "" if (table, column) == ("stage_event", "note") else None
    if field.kind == "flag":
        return text == "true"
    if field.kind in ("year", "count"):
        return int(text)
    if field.kind in ("money", "number"):
        return float(text)
    if field.kind == "day" or (field.kind == "span" and column != "precision"):
        return date.fromisoformat(text)
    return text


def as_json(row: Mapping[str, Any]) -> str:
    """A whole record as the history keeps it; empty fields are left out."""
    texts = {column: written(value) for column, value in row.items()}
    return json.dumps({c: t for c, t in texts.items() if t is not None}, ensure_ascii=False)


def from_json(table: str, text: str) -> Row:
    """The record that ``as_json`` made ``text`` from, with all its columns."""
    texts = json.loads(text)
    return {column: read_back(table, column, texts.get(column)) for column in RECORDS[table].columns}
