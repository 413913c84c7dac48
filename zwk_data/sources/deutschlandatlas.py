"""The workbook of the Deutschlandatlas: one sheet per level and territory, one column per indicator."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources import printed_codes
from zwk_data.sources.open_files import Sheet, load, number, sheets, text

COLUMNS = ["area_key", "level", "territory", "code", "title", "year", "value", "status", "edition"]
#: how the names of all sheets with figures begin, by which such a workbook is recognised
PREFIX = "Deutschlandatlas_"
#: what the sheets print where there is no figure; the second only for the tax power of 2023
MISSING = (-9999, -99999)
#: the digit of a Verband that the keys of 2019 leave out (see ``read``)
UNKNOWN_DIGIT = "?"
LEVELS = {"GEM": "gemeinde", "VBGEM": "verband", "KRS": "kreis"}
_SHEET = re.compile(rf"{PREFIX}({'|'.join(LEVELS)})12(\d\d)")
#: the head of the column of keys; that of the Kreise of 2024 says KRS12224
_KEY_HEAD = re.compile(r"(?:GKZ|VBG|KRS)12\d{2,3}")
_INDICATOR = re.compile(r"(?:Indikatorkürzel: )?(\w+)(?:\s*\n(.*\S))?\s*", re.DOTALL)
_YEAR = re.compile(r"\b(?:20\d\d-(\d\d)|(20\d\d))\b")
_CLASS = re.compile(r"(?:\d+(?:,\d+)? )?(?:bis )?unter \d+(?:,\d+)?|\d+(?:,\d+)? (?:bis unter \d+(?:,\d+)?|und mehr)")
_EDITION = re.compile(r"Stand: (\d\d)\.(\d\d)\.(\d{4})")
_END = "Ende der Tabelle."


@dataclass(frozen=True)
class _Column:
    """An indicator: its 0-based column, its code, its title and year (empty and None where the head has none)."""

    position: int
    code: str
    title: str
    year: int | None


def read(file: str | Path | bytes, name: str | None = None) -> pd.DataFrame:
    """One row per figure of an area, in the order of the sheets.

    Columns: area_key, level (``gemeinde``, ``verband``, ``kreis``), territory (the sheet's Gebietsstand: 2022 for
    31.12.2022), code (the publisher's, ``p_apo``), title and year (Int64) of the indicator as its head has them,
    empty and missing in the edition of 2024, whose heads are bare codes; value, status (``reported``), edition (day).
    Of a span the year is the last: 2024 for „zwischen 2019 und 2024“ and for „2021-24“. Cells with -9999 or
    -99999 and empty ones have no row. Columns of classes of prices („7,00 bis unter 8,50“) are left out.

    Keys are printed as numbers without their leading zero. Verbände of 2019 have eight digits; those of several
    Gemeinden end in a 9 and the last two digits of their key: ``01051963`` becomes ``010515?63``.

    Raises SourceError naming the cell.
    """
    content, label = load(file, name)
    book = sheets(content, label)
    known = [(sheet, _SHEET.fullmatch(sheet.name)) for sheet in book if sheet.name.startswith(PREFIX)]
    if not known:
        problem = "die Arbeitsmappe hat kein Blatt mit Zahlen des Deutschlandatlas"
        raise SourceError(label, problem, expected=f"mindestens ein Blatt wie „{PREFIX}KRS1222“")
    rows: list[tuple[object, ...]] = []
    for sheet, named in known:
        if named is None:
            problem = "Ebene und Gebietsstand des Blattes sind unbekannt"
            raise SourceError(label, problem, where=f"Blatt {sheet.name}", expected=f"ein Name wie „{PREFIX}KRS1222“")
        rows += _rows(sheet, LEVELS[named[1]], 2000 + int(named[2]))
    if not rows:
        raise SourceError(label, "die Arbeitsmappe enthält keine Zahlen", expected="mindestens eine Zahl")
    frame = pd.DataFrame(rows, columns=COLUMNS[:-2]).assign(status="reported", edition=_edition(book))
    return frame.astype({"year": "Int64"})


def _edition(book: list[Sheet]) -> pd.Timestamp:
    """The day in „Stand: 22.04.2026“ on the first sheet."""
    cells = [text(cell) for row in book[0].rows[:10] for cell in row]
    found = next((match for match in map(_EDITION.fullmatch, cells) if match), None)
    if found is None:
        problem, expected = "der Stand der Ausgabe fehlt", "in den ersten Zeilen „Stand: TT.MM.JJJJ“"
        raise SourceError(book[0].file, problem, where=f"Blatt {book[0].name}", expected=expected)
    day, month, year = (int(part) for part in found.groups())
    try:
        return pd.Timestamp(dt.date(year, month, day))
    except ValueError as fault:
        problem = f"„{found[0]}“ nennt keinen Tag"
        raise SourceError(book[0].file, problem, where=f"Blatt {book[0].name}", expected="ein Datum") from fault


def _rows(sheet: Sheet, level: str, territory: int) -> Iterator[tuple[object, ...]]:
    head = next((i for i, row in enumerate(sheet.rows[:5]) if row and _KEY_HEAD.fullmatch(text(row[0]))), None)
    if head is None:
        expected = "in einer der ersten fünf Zeilen ein Kopf wie „GKZ1222“"
        raise SourceError(sheet.file, "der Kopf der Tabelle fehlt", where=f"Blatt {sheet.name}", expected=expected)
    columns = list(_columns(sheet, head))
    lines = list(_lines(sheet, head))
    found = _keys(sheet, lines, level)
    for column in columns:
        if _is_of_classes(sheet, lines, column.position):
            continue
        about = (column.code, column.title, column.year)
        for line, key in zip(lines, found, strict=True):
            value = number(sheet, line, column.position, "eine Zahl")
            if not math.isnan(value) and value not in MISSING:
                yield key, level, territory, *about, value


def _columns(sheet: Sheet, head: int) -> Iterator[_Column]:
    seen: set[str] = set()
    for position in range(2, len(sheet.rows[head])):
        if not text(sheet.cell(head, position)):
            continue
        found = _INDICATOR.fullmatch(str(sheet.cell(head, position)))
        if found is None or found[1] in seen:
            fault = "ist kein Kürzel eines Indikators" if found is None else "steht zum zweiten Mal im Kopf"
            raise sheet.refusal(head, position, fault, "ein Kürzel wie „Indikatorkürzel: p_apo“")
        seen.add(found[1])
        title = text(found[2] or "")
        years = [2000 + int(short) if short else int(long) for short, long in _YEAR.findall(title)]
        if title and not years:
            raise sheet.error(head, position, f"beim Indikator {found[1]} fehlt das Jahr", "ein Jahr im Kopf")
        yield _Column(position, found[1], title, max(years, default=None))


def _lines(sheet: Sheet, head: int) -> Iterator[int]:
    """The rows with an area. Under a head with titles, a closing row must say that the table is complete."""
    for line in range(head + 1, len(sheet.rows)):
        key = text(sheet.cell(line, 0))
        if key == _END:
            return
        if key or any(text(cell) for cell in sheet.rows[line]):
            yield line
    if any("Indikatorkürzel" in str(cell) for cell in sheet.rows[head]):
        problem, expected = "die Tabelle ist abgeschnitten", f"am Ende die Zeile „{_END}“"
        raise SourceError(sheet.file, problem, where=f"Blatt {sheet.name}", expected=expected)


def _keys(sheet: Sheet, lines: list[int], level: str) -> list[str]:
    printed = [text(sheet.cell(line, 0)) for line in lines]
    width = 9 if level == "verband" and any(len(key) == 9 for key in printed) else 8
    found: dict[str, int] = {}
    for line, digits in zip(lines, printed, strict=True):
        found_key = key(digits.zfill(width), level) if re.fullmatch(rf"\d{{{width - 1},{width}}}", digits) else None
        if found_key is None or found_key in found:
            fault = "ist kein Schlüssel dieser Ebene" if found_key is None else "steht zum zweiten Mal in der Tabelle"
            raise sheet.refusal(line, 0, fault, f"{width} Ziffern, ohne führende Null eine weniger")
        found[found_key] = line
    return list(found)


def key(digits: str, level: str) -> str | None:
    """The plain key, None if the digits are no key of this level.

    >>> key("01001000", "kreis"), key("01051963", "verband"), key("01051011", "verband"), key("17001000", "kreis")
    ('01001', '010515?63', '010510011', None)
    """
    if printed_codes.plain_key(digits[:5]) is None or (level == "kreis" and digits[5:] != "000"):
        return None
    if level == "kreis":
        return digits[:5]
    if level == "gemeinde" or len(digits) == 9:
        return digits
    kreis, rest = digits[:5], digits[5:]
    if rest.startswith("9"):
        return f"{kreis}5{UNKNOWN_DIGIT}{rest[1:]}"
    # a Samtgemeinde in Niedersachsen has a number from 401, a city that is no member of a Verband that of its own
    return f"{kreis}5{rest}" if kreis.startswith("03") and rest.startswith("4") else f"{kreis}0{rest}"


def _is_of_classes(sheet: Sheet, lines: list[int], position: int) -> bool:
    cells = [text(cell) for line in lines if isinstance(cell := sheet.cell(line, position), str) and cell.strip()]
    return bool(cells) and all(map(_CLASS.fullmatch, cells))
