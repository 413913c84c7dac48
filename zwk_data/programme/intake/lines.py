"""The rows below a table's head, each as cells by label; and those that are no records: sums, notes, examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from zwk_data.programme.cells import CellError
from zwk_data.programme.forms import KEY
from zwk_data.programme.intake.file import RawSheet
from zwk_data.programme.intake.head import Head
from zwk_data.programme.records import RECORDS
from zwk_data.programme.spelling import fold

EXAMPLE = "Beispiel"
_SUMS = {"summe", "gesamt", "insgesamt", "gesamtsumme", "zwischensumme", "total", "summen", "ergebnis"}
_NOTES = ("stand", "hinweis", "quelle", "anmerkung", "erstellt", "legende", "bearbeitet", "ansprechpartner", "kontakt")

#: (sheet, cell address such as D17) -> what shall stand there instead
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
        return f"{self.sheet}!{self.addresses.get(label) or _nowhere(label, self.number)}"


def lines(sheet: RawSheet, head: Head, corrections: Corrections, fixed: Mapping[str, str]) -> list[Line]:
    """The rows below ``head``. ``fixed``: label -> text for every row whose own cell is empty or missing."""
    record = RECORDS[head.table]
    labels = {one.label for one in record.fields}
    always = {label: text for label, text in fixed.items() if label in labels}
    required = [one.label for one in record.fields if one.required]
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
                value = _counted(value, head.units[column])
            cells[label] = value
        if not own and not any(
            value is not None and (number, column) not in sheet.repeated for column, value in enumerate(row)
        ):
            continue
        left = "" if corrected else _left(row, cells, head, required, always)
        if corrections:
            for label in labels - set(addresses):
                text = corrections.get((sheet.name, _nowhere(label, number)), "").strip()
                if text:
                    cells[label] = text
        for label, text in always.items():
            if cells.get(label) is None:
                cells[label] = text
        key = cells.pop(KEY, None)
        said = " | ".join(str(value) for value in row if value is not None)[:300] if left else ""
        own_key = "" if key is None else _key(key)
        found.append(Line(sheet.name, number, head.table, cells, addresses, left, said, own_key))
    return found


def _nowhere(label: str, number: int) -> str:
    return f"{label}, Zeile {number}" if label else f"Zeile {number}"


def _key(cell: Any) -> str:
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


def _counted(value: Any, unit: str) -> Any:
    """An amount under a title such as „Kosten in TEUR“."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return f"{value:.15g}".replace(".", ",") + f" {unit}"
    if isinstance(value, str) and value[-1:].isdigit():
        return f"{value} {unit}"
    return value


def _left(
    row: tuple[Any, ...], cells: Mapping[str, Any], head: Head, required: list[str], fixed: Mapping[str, str]
) -> str:
    """Why a row is no record, or nothing."""
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
        # amounts may stand there as text
        if words and words[0] in _SUMS and not any(any(c.isalpha() for c in text) for text in texts[1:]):
            return "Summenzeile"
        if len(filled) == 1 and len(missing) + (cells.get(required[0]) is not None) > 1:
            return "sieht nach einer Überschrift oder Anmerkung aus"
        if len(filled) <= 2 and (texts[0].startswith("*") or (words and words[0] in _NOTES)):
            return "sieht nach einer Anmerkung aus"
    return ""
