"""Finds out which table a sheet holds and which column is which field, and reads its rows as cells by label.

Rows that are not records are recognised: sums, notes, examples, repeated titles.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from zwk_data.records.german_rows import KEY
from zwk_data.records.intake.file import RawSheet
from zwk_data.schema.cells import CellError, fold, near
from zwk_data.schema.structure import Table
from zwk_data.schema.tables import TABLES, entered

#: most rows above the column titles
_ABOVE = 40
_EURO_WORDS = {"in", "eur", "euro", "teur", "t", "tsd", "tausend", "mio", "millionen", "angabe", "angaben", "bitte"}
_THOUSANDS = re.compile(r"\b(?:teur|t€|tsd\.?|tausend|t\s?€|k€)(?![a-zäöü])", re.IGNORECASE)
_MILLIONS = re.compile(r"\b(?:mio\.?|millionen)(?![a-zäöü])", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """The row (its place among the sheet's rows) that names the columns of ``table``.

    ``columns``: column from 0 -> label of the field, or „Kennung“; ``titles``: column -> what stands above it;
    ``units``: column -> TEUR or Mio. if its amounts are counted so.
    """

    table: str
    place: int
    columns: dict[int, str]
    titles: dict[int, str]
    units: dict[int, str]

    @property
    def unread(self) -> dict[int, str]:
        """The titles of columns that no field was found for."""
        return {column: title for column, title in self.titles.items() if column not in self.columns}


@cache
def _titles_of(table: Table) -> dict[str, tuple[str, float]]:
    """Folded title -> label and how surely; the fields' own labels come before other words."""
    found: dict[str, tuple[str, float]] = {fold(KEY): (KEY, 1.0)}
    for one in table.fields:
        found.setdefault(fold(one.label), (one.label, 1.0))
    for one in table.fields:
        for word in one.other_labels:
            found.setdefault(fold(word), (one.label, 0.9))
    return found


def find(sheet: RawSheet, file: str, table: str | None = None, fixed: Collection[str] = ()) -> Head | None:
    """The head of the table on a sheet; ``table`` if somebody has said which it is; ``fixed``: labels known otherwise.

    None if no row names columns of a table we know.
    """
    best: tuple[float, str, int] | None = None
    for place, cells in enumerate(sheet.rows[:_ABOVE]):
        texts = [cell for cell in cells if isinstance(cell, str) and len(cell) < 100]
        if not texts:
            continue
        for name in [table] if table else entered():
            score = _fit(TABLES[name], texts, fixed)
            if score is None:
                continue
            score += _is_named(TABLES[name], sheet.name) * 2.5 + _is_named(TABLES[name], file) * 0.8
            if best is None or score > best[0]:
                best = (score, name, place)
    return _head_at(sheet, best[1], best[2]) if best else None


def _fit(table: Table, texts: Iterable[str], fixed: Collection[str]) -> float | None:
    known = _titles_of(table)
    found: dict[str, float] = {}
    for text in texts:
        hit = known.get(fold(text)) or known.get(_bare_title(text))
        if hit:
            found[hit[0]] = max(found.get(hit[0], 0.0), hit[1])
    fields = [label for label in found if label != KEY]
    if len(fields) < min(2, len(table.fields)):
        return None
    missing = sum(one.required and one.label not in found and one.label not in fixed for one in table.fields)
    return sum(found.values()) - missing


def _is_named(table: Table, text: str) -> bool:
    """Does the name of a sheet or file mention the table?"""
    words = f" {fold(text)} "
    if any(f" {fold(name)} " in words for name in (table.plural, table.singular)):
        return True
    return fold(table.plural.replace(" ", "")) in words.replace(" ", "")


def _bare_title(text: str) -> str:
    """A title without units and anything in brackets."""
    words = fold(re.sub(r"\([^)]*\)|\[[^\]]*\]|-\n", "", text)).split()
    return " ".join(word for word in words if word not in _EURO_WORDS)


def _head_at(sheet: RawSheet, table: str, place: int) -> Head:
    above = sheet.rows[place - 1] if place else ()
    near_above = place > 0 and sheet.numbers[place] - sheet.numbers[place - 1] == 1
    titles: dict[int, str] = {}
    for column, cell in enumerate(sheet.rows[place]):
        if cell is None and near_above and column < len(above):
            cell = above[column]
        if cell is not None and str(cell).strip():
            titles[column] = re.sub(r"\s+", " ", str(cell)).strip()
    known = _titles_of(TABLES[table])
    ranked: list[tuple[float, int, str]] = []
    for column, title in titles.items():
        hit = known.get(fold(title)) or known.get(_bare_title(title))
        if hit is None:
            close = near(_bare_title(title), known, 0.86)
            hit = (known[close][0], 0.5) if close else None
        if hit:
            ranked.append((-hit[1], column, hit[0]))
    columns: dict[int, str] = {}
    for _, column, label in sorted(ranked):
        if label not in columns.values():
            columns[column] = label
    money = {one.label for one in TABLES[table].fields if one.kind.in_euros}
    units = {
        c: _unit_in_title(titles[c]) for c, label in columns.items() if label in money and _unit_in_title(titles[c])
    }
    return Head(table, place, dict(sorted(columns.items())), titles, units)


def _unit_in_title(title: str) -> str:
    return "TEUR" if _THOUSANDS.search(title) else "Mio. €" if _MILLIONS.search(title) else ""


EXAMPLE = "Beispiel"
_SUMS = {"summe", "gesamt", "insgesamt", "gesamtsumme", "zwischensumme", "total", "summen", "ergebnis"}
_NOTES = ("stand", "hinweis", "quelle", "anmerkung", "erstellt", "legende", "bearbeitet", "ansprechpartner", "kontakt")

#: (sheet, cell address such as D17) -> corrected text
Corrections = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Line:
    """One row of a list: ``cells`` by label, with the ``addresses`` of those that the sheet has.

    ``left``: why it is no record (German), or nothing; then ``said`` is all that stands in it.
    """

    sheet: str
    number: int
    table: str
    cells: dict[str, Any]
    addresses: dict[str, str]
    left: str = ""
    said: str = ""
    key: str = ""

    def cell(self, label: str) -> str:
        """„Maßnahmen!D17“; „Maßnahmen!Stand, Zeile 17“ if the sheet has no such column. Both can be corrected."""
        return f"{self.sheet}!{self.addresses.get(label) or _place_without_cell(label, self.number)}"


def lines(  # noqa: C901, PLR0914 - one walk down the sheet
    sheet: RawSheet, head: Head, corrections: Corrections, fixed: Mapping[str, str]
) -> list[Line]:
    """The rows below ``head``. ``fixed``: label -> text for every row whose own cell is empty or missing."""
    fields = TABLES[head.table].fields
    labels = {one.label for one in fields}
    always = {label: text for label, text in fixed.items() if label in labels}
    required = [one.label for one in fields if one.required]
    found = []
    for place in range(head.place + 1, len(sheet.rows)):
        row, number = sheet.rows[place], sheet.numbers[place]
        cells: dict[str, Any] = {}
        addresses: dict[str, str] = {}
        own = corrected = False
        for column, label in head.columns.items():
            value = row[column] if column < len(row) else None
            address = f"{letters(column)}{number}"
            addresses[label] = address
            if corrections and (sheet.name, address) in corrections:
                value, own, corrected = corrections[sheet.name, address].strip() or None, True, True
            elif value is not None and (number, column) not in sheet.repeated:
                own = True
            if value is not None and column in head.units:
                value = _with_unit_of_title(value, head.units[column])
            cells[label] = value
        if not own and not any(
            value is not None and (number, column) not in sheet.repeated for column, value in enumerate(row)
        ):
            continue
        left = "" if corrected else _why_left(row, cells, head, required, always)
        if corrections:
            for label in labels - set(addresses):
                text = corrections.get((sheet.name, _place_without_cell(label, number)), "").strip()
                if text:
                    cells[label] = text
        for label, text in always.items():
            if cells.get(label) is None:
                cells[label] = text
        key = cells.pop(KEY, None)
        said = " | ".join(str(value) for value in row if value is not None)[:300] if left else ""
        own_key = "" if key is None else _key_text(key)
        found.append(Line(sheet.name, number, head.table, cells, addresses, left, said, own_key))
    return found


def _place_without_cell(label: str, number: int) -> str:
    return f"{label}, Zeile {number}" if label else f"Zeile {number}"


def _key_text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


@cache
def letters(column: int) -> str:
    """Column 0 -> A, 26 -> AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _with_unit_of_title(value: Any, unit: str) -> Any:
    """An amount under a title such as „Kosten in TEUR“."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return f"{value:.15g}".replace(".", ",") + f" {unit}"
    if isinstance(value, str) and value[-1:].isdigit():
        return f"{value} {unit}"
    return value


def _why_left(  # noqa: PLR0911 - a reason each
    row: tuple[Any, ...], cells: Mapping[str, Any], head: Head, required: list[str], fixed: Mapping[str, str]
) -> str:
    """The reason why a row is not a record (German), or ""."""
    if str(cells.get(KEY) or "").strip() == EXAMPLE:
        return "Beispielzeile der Vorlage"
    read = [value for value in cells.values() if value is not None]
    if not read:
        return "nur in nicht gelesenen Spalten steht etwas"
    filled = [value for value in row if value is not None]
    again = sum(isinstance(v, str) and fold(v) == fold(head.titles.get(c, "")) for c, v in enumerate(row) if v)
    if again > 1 and again * 3 > len(filled) * 2:
        return "wiederholt die Spaltenköpfe"
    missing = [label for label in required if cells.get(label) is None and label not in fixed]
    texts = [value for value in filled if isinstance(value, str)]
    if missing and texts and not any(isinstance(value, CellError) for value in filled):
        words = fold(texts[0]).split()
        # amounts may be stored as text
        if words and words[0] in _SUMS and not any(any(c.isalpha() for c in text) for text in texts[1:]):
            return "Summenzeile"
        if len(filled) == 1 and len(missing) + (cells.get(required[0]) is not None) > 1:
            return "sieht nach einer Überschrift oder Anmerkung aus"
        if len(filled) <= 2 and (texts[0].startswith("*") or (words and words[0] in _NOTES)):
            return "sieht nach einer Anmerkung aus"
    return ""
