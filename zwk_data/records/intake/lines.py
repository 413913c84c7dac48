"""Reads the rows of a table as cells by label, and recognises rows that are not records: sums, notes, headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from zwk_data.records.german_rows import KEY
from zwk_data.records.intake.head import ENDING, Head, letters, unit_beside
from zwk_data.records.intake.raw import RawSheet
from zwk_data.schema.cells import CellError, Proposed, fold
from zwk_data.schema.date_reading import both_ends
from zwk_data.schema.tables import TABLES
from zwk_data.schema.units import NAMES, Unit, factor_in

EXAMPLE = "Beispiel"
_SUMS = {
    *("summe", "gesamt", "insgesamt", "gesamtsumme", "zwischensumme", "total", "summen", "ergebnis", "uebertrag"),
    *("gesamtbetrag", "mittelwert", "durchschnitt", "anzahl", "davon"),
}
_SUMS_LAST = {"summe", "gesamt", "insgesamt", "gesamtsumme"}
_NOTES = ("stand", "hinweis", "quelle", "anmerkung", "erstellt", "legende", "bearbeitet", "ansprechpartner", "kontakt")
_ONE_DAY = "Es steht nur ein Tag da; gelesen ist er als Beginn."
_OWNER = "Kommune"
HEADING = "eine Überschrift; sie gilt für die Zeilen darunter"

#: (sheet, cell address such as D17) -> corrected text
Corrections = Mapping[tuple[str, str], str]
#: what a heading says of the rows below it: label -> text; nothing for a text that is no such heading
Headings = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True)
class Line:
    """One row of a list: ``cells`` by label, with the ``addresses`` of those that the sheet has.

    ``left``: why it is no record (German), or nothing; then ``said`` is all that stands in it. ``odd``: why the whole
    row is not sure (German sentence). ``whole``: all that stands in the row, read or not, but for a running number.
    """

    sheet: str
    number: int
    table: str
    cells: dict[str, Any]
    addresses: dict[str, str]
    left: str = ""
    said: str = ""
    key: str = ""
    odd: str = ""
    whole: tuple[str, ...] = ()

    def cell(self, label: str) -> str:
        """„Maßnahmen!D17“; „Maßnahmen!Stand, Zeile 17“ if the sheet has no such column. Both can be corrected."""
        return f"{self.sheet}!{self.addresses.get(label) or _place_without_cell(label, self.number)}"


def lines(
    sheet: RawSheet,
    head: Head,
    corrections: Corrections,
    fixed: Mapping[str, str | Proposed],
    headings: Headings = lambda _: {},
) -> list[Line]:
    """The rows below ``head``. ``fixed``: label -> text for every row whose own cell is empty or missing."""
    labels = {one.label for one in TABLES[head.table].fields}
    always = {label: text for label, text in fixed.items() if label in labels}
    below: dict[str, str] = {}
    found: list[Line] = []
    groups = _Groups(sheet, head)
    for place in range(head.place + 1, len(sheet.rows)):
        row, number = sheet.rows[place], sheet.numbers[place]
        cells, addresses, own, corrected = _cells(sheet, head, place, corrections)
        if not own and all(value is None or (number, c) in sheet.repeated for c, value in enumerate(row)):
            continue
        said = {} if corrected else _heading(sheet, place, headings, labels)
        if said:
            below = {**({} if "Kommune" in said else below), **said}
        left = HEADING if said else "" if corrected else _why_left(sheet, place, cells, head, always)
        for label in labels - set(addresses):
            text = corrections.get((sheet.name, _place_without_cell(label, number)), "").strip()
            if text:
                cells[label] = text
        known = {label: text for label, text in below.items() if label not in addresses or label == "Kommune"}
        for label, given in {**always, **known}.items():
            if cells.get(label) is None:
                cells[label] = given
        groups.complete(cells, left)
        found.append(_line(sheet, head, number, cells, addresses, left, row))
    return found


class _Groups:
    """The Kommune that stands only in the first row of each group, if that is how a sheet is written.

    It is if none is named twice running: a list that repeats its Kommunen has left one out, and that is no group.
    """

    def __init__(self, sheet: RawSheet, head: Head) -> None:
        column = next((column for column, label in head.columns.items() if label == _OWNER), None)
        names = [
            fold(str(row[column])) if column is not None and column < len(row) and row[column] is not None else None
            for row in sheet.rows[head.place + head.below + 1 :]
            if sum(cell is not None for cell in row) > 1
        ]
        named = [name for name in names if name is not None]
        self._written = None in names and all(one != other for one, other in pairwise(named))
        self._last: Any = None

    def complete(self, cells: dict[str, Any], left: str) -> None:
        """Propose the Kommune of the rows above to a row without; rows are asked one after another."""
        own = cells.get(_OWNER)
        if left:
            self._last = None if own is not None else self._last
        elif own is not None:
            self._last = own
        elif self._written and self._last is not None:
            said = self._last.value if isinstance(self._last, Proposed) else self._last
            sentence = f"Die Kommune steht nur in der ersten Zeile der Gruppe; gelesen ist „{said}“."
            cells[_OWNER] = Proposed(said, sentence, likely=True)


def _line(
    sheet: RawSheet,
    head: Head,
    number: int,
    cells: dict[str, Any],
    addresses: dict[str, str],
    left: str,
    row: tuple[Any, ...],
) -> Line:
    key = cells.pop(KEY, None)
    said = " | ".join(str(value) for value in row if value is not None)[:300] if left else ""
    own_key = "" if key is None else _key_text(key)
    odd = sheet.odd_rows.get(number, "")
    whole = tuple(str(v).strip() for c, v in enumerate(row) if v is not None and c not in head.numbered)
    return Line(sheet.name, number, head.table, cells, addresses, left, said, own_key, odd, whole)


def _cells(
    sheet: RawSheet, head: Head, place: int, corrections: Corrections
) -> tuple[dict[str, Any], dict[str, str], bool, bool]:
    """Cells and addresses of a row by label; does any stand there itself, and has any been corrected?"""
    row, number = sheet.rows[place], sheet.numbers[place]
    cells: dict[str, Any] = {}
    addresses: dict[str, str] = {}
    own = corrected = False
    for column, label in head.columns.items():
        if column in head.spans:
            addresses[ENDING] = f"{letters(column)}{number}"
        value = row[column] if column < len(row) else None
        address = f"{letters(column)}{number}"
        addresses[label] = address
        said = corrections.get((sheet.name, address)) if corrections else None
        if said is not None:
            value, own, corrected = said.strip() or None, True, True
        elif value is not None and (number, column) not in sheet.repeated:
            own = True
        meant = value if value is None else _meant(sheet, head, place, column, value, corrected=said is not None)
        cells |= dict(zip((label, ENDING), _ends(meant), strict=True)) if column in head.spans else {label: meant}
    return cells, addresses, own, corrected


def _ends(meant: Any) -> tuple[Any, Any]:
    """Both ends of a period; each carries what makes the cell unsure, and a single day is not sure to be the first."""
    since, until = both_ends(meant.value if isinstance(meant, Proposed) else meant)
    doubt = meant.doubt if isinstance(meant, Proposed) else ""
    if isinstance(since, date) and until is None:
        doubt = f"{doubt} {_ONE_DAY}".strip()
    first, last = (Proposed(end, doubt) if doubt and end is not None else end for end in (since, until))
    return first, last


def _meant(sheet: RawSheet, head: Head, place: int, column: int, value: Any, *, corrected: bool) -> Any:
    """A cell with a unit given elsewhere, and the reason why it is not certain."""
    at = (sheet.numbers[place], column)
    unit = head.units.get(column)
    if column in head.beside:
        row = sheet.rows[place]
        unit = unit_beside(row[head.beside[column]] if head.beside[column] < len(row) else None) or unit
    if corrected and unit and unit.doubt:
        return value
    scale = None if corrected else sheet.scaled.get(at)
    if unit or scale:
        value = _amount(value, unit or Unit(1.0), scale)
    if at in sheet.doubts and not corrected:
        before = f"{value.doubt} " if isinstance(value, Proposed) else ""
        value = Proposed(value.value if isinstance(value, Proposed) else value, f"{before}{sheet.doubts[at]}")
    return value


def _amount(value: Any, unit: Unit, scale: float | None) -> Any:
    """An amount under a title such as „Kosten in TEUR“; ``scale``: what its format divides it by."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    written = f"{value:.15g}".replace(".", ",") if not isinstance(value, str) else value
    found: Any = value
    doubt = unit.doubt
    if scale and scale == unit.factor:
        found = value
    elif scale:
        doubt = f"die Datei zeigt die Zahl durch {scale:.0f} geteilt, gespeichert ist {written}"
    elif isinstance(value, str) and not re.search(r"\d[.,\s-]*$", value):
        own = factor_in(value) or (1.0 if re.search(r"€|eur", value.casefold()) else None)
        if own is not None and own != unit.factor and not doubt:
            doubt = f"die Spalte zählt in {unit.name}, die Zelle nicht"
    elif unit.factor != 1:
        found = f"{written} {unit.name}"
    if not doubt:
        return found
    return Proposed(found, f"„{written}“: {doubt}; gelesen als {_in_words(found)}.")


def _in_words(found: Any) -> str:
    written = f"{found:.15g}".replace(".", ",") if isinstance(found, int | float) else str(found)
    return written if isinstance(found, str) and not found[-1:].isdigit() else f"{written} {NAMES[1.0]}"


def _heading(sheet: RawSheet, place: int, headings: Headings, labels: set[str]) -> Mapping[str, str]:
    """What a row that holds one text only says of the rows below it."""
    row, number = sheet.rows[place], sheet.numbers[place]
    filled = [value for c, value in enumerate(row) if value is not None and (number, c) not in sheet.repeated]
    if len(filled) != 1 or not isinstance(filled[0], str) or len(filled[0]) > 120:
        return {}
    return {label: text for label, text in headings(filled[0]).items() if label in labels}


def _place_without_cell(label: str, number: int) -> str:
    return f"{label}, Zeile {number}" if label else f"Zeile {number}"


def _key_text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _counts_columns(row: tuple[Any, ...]) -> bool:
    """„1 | 2 | 3“ or „(1) | (2) | (3)“ below the head, as in forms."""
    digits = [re.fullmatch(r"\(?(\d{1,2})[.)]?", str(cell).strip()) for cell in row if cell is not None]
    numbers = [int(match[1]) for match in digits if match]
    return len(numbers) > 2 and len(numbers) == len(digits) and numbers == list(range(1, len(numbers) + 1))


def _why_left(  # noqa: PLR0911 - a reason each
    sheet: RawSheet, place: int, cells: Mapping[str, Any], head: Head, fixed: Mapping[str, str | Proposed]
) -> str:
    """The reason why a row is not a record (German), or ""."""
    row = sheet.rows[place]
    required = [one.label for one in TABLES[head.table].fields if one.required]
    if place <= head.place + head.below:
        return "nennt die Einheiten der Spalten oder ergänzt ihre Köpfe"
    if place <= head.place + 3 and _counts_columns(row):
        return "zählt die Spalten"
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
        sums = (words and (words[0] in _SUMS or words[-1] in _SUMS_LAST)) or texts[0].strip().startswith(("Σ", "∑"))
        if sums and not any(any(c.isalpha() for c in text) for text in texts[1:]):
            return "Summenzeile"
        if len(filled) == 1 and len(missing) + (cells.get(required[0]) is not None) > 1:
            return "sieht nach einer Überschrift oder Anmerkung aus"
        if len(filled) <= 2 and (texts[0].startswith("*") or (words and words[0] in _NOTES)):
            return "sieht nach einer Anmerkung aus"
    return ""
