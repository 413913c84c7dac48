"""Finds out which table a sheet holds, which column is which field, and what its amounts are counted in.

What people have said of a list's columns („Diese Spalte ist …“) is kept for the next list of the same head: in ZWK_HOME
beside the stores, as it is no record, and losing it costs a few answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from zwk_data.records.german_rows import KEY
from zwk_data.records.intake.raw import RawSheet
from zwk_data.records.intake.titles import is_of_both_ends, label_of
from zwk_data.schema.cells import fold
from zwk_data.schema.date_reading import names_a_time
from zwk_data.schema.structure import Table
from zwk_data.schema.tables import TABLES, entered
from zwk_data.schema.units import NAMES, Unit, factor_in, is_only_unit, unit_of_note, unit_of_title
from zwk_data.settings import home

#: most rows above the column titles
_ABOVE = 40
#: titles of a column that says what the amounts beside it are counted in
_UNIT_TITLES = {"", "einheit", "waehrung", "mengeneinheit", "in", "eur", "euro", "me"}
_NUMBERS = {"nr", "lfd nr", "lfdnr", "laufende nummer", "nummer", "pos", "id", "lfd"}
#: labels of the two ends of a measure
BEGINNING, ENDING = "Beginn", "Ende"
_NO_FORMATS = "wie die Zahlen in der Datei angezeigt werden, ist nicht zu erkennen"


@dataclass(frozen=True)
class Chosen:
    """The columns of a sheet as set by the user, by letter: ``labels`` ("" for not read) and ``units``."""

    labels: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, float] = field(default_factory=dict)


NOTHING_CHOSEN = Chosen()


@dataclass(frozen=True)
class Head:
    """The row (its place among the sheet's rows) that names the columns of ``table``.

    ``columns``: column from 0 -> label of the field, or „Kennung“; ``titles``: column -> what stands above it;
    ``units``: column -> what its amounts are counted in, where that is not plainly euros; ``beside``: column of
    amounts -> the column beside it with the unit of each. ``below``: rows below the head that only name units
    or complete its titles. ``spans``: the column that holds both ends of a period (under the label of its beginning).
    """

    table: str
    place: int
    columns: dict[int, str]
    titles: dict[int, str]
    units: dict[int, Unit]
    beside: dict[int, int] = field(default_factory=dict)
    below: int = 0
    spans: frozenset[int] = frozenset()

    @cached_property
    def numbered(self) -> frozenset[int]:
        """Columns that only count the rows."""
        return frozenset(column for column, title in self.titles.items() if fold(title) in _NUMBERS)

    @property
    def unread(self) -> dict[int, str]:
        """The titles of columns that no field was found for."""
        used = {*self.columns, *self.beside.values()}
        return {column: title for column, title in self.titles.items() if column not in used}


def find(
    sheet: RawSheet,
    file: str,
    table: str | None = None,
    fixed: Collection[str] = (),
    chosen: Chosen = NOTHING_CHOSEN,
) -> Head | None:
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
    widest = _widest(sheet)
    if best is None and table and widest is not None:
        best = (0.0, table, widest)
    return _head_at(sheet, file, best[1], best[2], chosen) if best else None


def _widest(sheet: RawSheet) -> int | None:
    """The first row with the most texts, at least two: taken as the head of a table without known titles."""
    counts = [sum(isinstance(cell, str) for cell in cells) for cells in sheet.rows[:_ABOVE]]
    return counts.index(max(counts)) if max(counts, default=0) > 1 else None


def _fit(table: Table, texts: Iterable[str], fixed: Collection[str]) -> float | None:
    found: dict[str, float] = {}
    for text in texts:
        hit = label_of(table, text)
        if hit and hit[1] > 0.5:
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


def _head_at(sheet: RawSheet, file: str, table: str, place: int, chosen: Chosen) -> Head:
    titles = _titles(sheet, place)
    more = _second_line(sheet, place, TABLES[table], titles)
    titles |= more
    ranked: list[tuple[float, int, str]] = []
    for column, title in titles.items():
        hit = label_of(TABLES[table], title)
        if hit:
            ranked.append((-hit[1], column, hit[0]))
    columns: dict[int, str] = {}
    for _, column, label in sorted(ranked):
        if label not in columns.values():
            columns[column] = label
    columns = _as_chosen(columns, chosen, TABLES[table])
    money = {one.label for one in TABLES[table].fields if one.kind.in_euros}
    amounts = [column for column, label in columns.items() if label in money]
    beside = {c: c + 1 for c in amounts if _is_unit_column(sheet, place, c + 1, titles, columns)}
    columns = {column: label for column, label in columns.items() if column not in beside.values()}
    below = not more and place + 1 < len(sheet.rows) and _names_units(sheet.rows[place + 1])
    units = {c: unit for c in amounts if (unit := _unit_of(sheet, file, place, c, titles, below=below))}
    units |= {c: Unit(chosen.units[letters(c)]) for c in amounts if letters(c) in chosen.units}
    units = {c: unit for c, unit in units.items() if unit != Unit(1.0)}
    spans = _spans(sheet, place, TABLES[table], titles, columns)
    columns |= dict.fromkeys(spans, BEGINNING)
    below = bool(more) or below
    return Head(table, place, dict(sorted(columns.items())), titles, units, beside, int(below), spans)


def _second_line(sheet: RawSheet, place: int, table: Table, titles: Mapping[int, str]) -> dict[int, str]:
    """What a second line of the head adds to the titles: „Laufzeit“ over „von“ and „bis“ without merged cells."""
    if place + 1 >= len(sheet.rows) or sheet.numbers[place + 1] - sheet.numbers[place] != 1:
        return {}
    number = sheet.numbers[place + 1]
    below = {
        column: cell
        for column, cell in enumerate(sheet.rows[place + 1])
        if cell is not None and (number, column) not in sheet.repeated
    }
    required = {one.label for one in table.fields if one.required}
    above = {column: hit[0] for column, title in titles.items() if (hit := label_of(table, title))}
    if not below or any(not isinstance(cell, str) or above.get(column) in required for column, cell in below.items()):
        return {}
    found = {}
    for column, cell in below.items():
        over = next((titles[left] for left in range(column, -1, -1) if left in titles), "")
        found[column] = f"{over} {cell.strip()}"
    gained = [c for c, title in found.items() if c not in titles and label_of(table, title)]
    return found if gained else {}


def _spans(
    sheet: RawSheet, place: int, table: Table, titles: Mapping[int, str], columns: Mapping[int, str]
) -> frozenset[int]:
    """The column that holds both ends of a period, where no column holds one of them."""
    labels = {one.label for one in table.fields}
    if not {BEGINNING, ENDING} <= labels or {BEGINNING, ENDING} & set(columns.values()):
        return frozenset()
    for column, title in titles.items():
        if column in columns or not is_of_both_ends(title):
            continue
        cells = [row[column] for row in sheet.rows[place + 1 :] if column < len(row) and row[column] is not None]
        read = sum(names_a_time(cell) for cell in cells[:200])
        if read and read * 2 >= len(cells[:200]):
            return frozenset({column})
    return frozenset()


def _titles(sheet: RawSheet, place: int) -> dict[int, str]:
    """Column -> its title; where the row above completes it („Kosten“ over „in T€“), both."""
    above = sheet.rows[place - 1] if place else ()
    near_above = place > 0 and sheet.numbers[place] - sheet.numbers[place - 1] == 1
    titles: dict[int, str] = {}
    for column in range(max(len(sheet.rows[place]), len(above) if near_above else 0)):
        own = sheet.rows[place][column] if column < len(sheet.rows[place]) else None
        over = above[column] if near_above and column < len(above) else None
        if own is None and column < len(sheet.rows[place]):
            own = over
        elif isinstance(own, str) and isinstance(over, str) and is_only_unit(own):
            own = f"{over} {own}"
        if own is not None and str(own).strip():
            titles[column] = re.sub(r"\s+", " ", re.sub(r"-\n", "", str(own))).strip()
    return titles


def _as_chosen(columns: dict[int, str], chosen: Chosen, table: Table) -> dict[int, str]:
    known = {KEY, *(one.label for one in table.fields)}
    said = {letter: label for letter, label in chosen.labels.items() if label in known or not label}
    taken = set(said.values())
    kept = {c: label for c, label in columns.items() if letters(c) not in said and label not in taken}
    return kept | {_number(letter): label for letter, label in said.items() if label}


def _is_unit_column(
    sheet: RawSheet, place: int, column: int, titles: Mapping[int, str], columns: Mapping[int, str]
) -> bool:
    """Does the column beside the amounts hold nothing but their units?"""
    title = fold(titles.get(column, ""))
    if title not in _UNIT_TITLES and not (column in columns and title.startswith("einheit")):
        return False
    texts = [row[column] for row in sheet.rows[place + 1 :] if column < len(row) and row[column] is not None]
    return bool(texts) and all(isinstance(text, str) and is_only_unit(text) for text in texts)


def _names_units(row: tuple[object, ...]) -> bool:
    """Does a row below the head hold nothing but units?"""
    filled = [cell for cell in row if cell is not None]
    return bool(filled) and all(isinstance(cell, str) and is_only_unit(cell) for cell in filled)


def _unit_of(
    sheet: RawSheet, file: str, place: int, column: int, titles: Mapping[int, str], *, below: bool
) -> Unit | None:
    """What the amounts of a column are counted in, wherever that is said; None if it is said nowhere."""
    own = unit_of_title(titles.get(column, ""))
    if below and column < len(sheet.rows[place + 1]) and sheet.rows[place + 1][column] is not None:
        own = unit_of_title(str(sheet.rows[place + 1][column])) or own
    notes = {text: unit for text in _notes(sheet, place) if (unit := unit_of_note(text))}
    said = {unit.factor for unit in notes.values()} | ({own.factor} if own else set())
    if own and own.doubt:
        return own
    if len(said) > 1:
        words = " und ".join(f"„{text[:60]}“" for text in notes)
        return Unit(own.factor if own else min(said), f"daneben steht {words}")
    found = own or next(iter(notes.values()), None)
    if found is None and (named := _named_unit(sheet.name, file)):
        return named
    return Unit(1.0, _NO_FORMATS) if found is None and sheet.no_formats else found


def _named_unit(*names: str) -> Unit | None:
    """The unit in the name of a sheet or file, which is no more than a hint."""
    for name in names:
        factor = factor_in(name.replace("_", " "))
        if factor:
            return Unit(1.0, f"„{name[:60]}“ nennt {NAMES[factor]}")
    return None


def _notes(sheet: RawSheet, place: int) -> list[str]:
    """Lines of their own above and below a table, and the sheet's name: any of them may name the unit."""
    lines = [sheet.name]
    for at, row in enumerate(sheet.rows):
        filled = [cell for cell in row if cell is not None]
        if at != place and len(filled) <= 2:
            lines += [cell for cell in filled if isinstance(cell, str)]
    return lines


def unit_beside(text: object) -> Unit | None:
    """The unit in a column of units."""
    return Unit(factor_in(text) or 1.0) if isinstance(text, str) else None


@cache
def letters(column: int) -> str:
    """Column 0 -> A, 26 -> AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def _number(name: str) -> int:
    found = 0
    for letter in name:
        found = found * 26 + ord(letter) - 64
    return found - 1


#: heads kept; the oldest are forgotten
_MOST_HEADS = 200


def _kept_file() -> Path:
    return home() / "spalten.json"


def _key_of_head(head: Head) -> str:
    return "|".join([head.table, *(f"{letters(c)}:{fold(title)}" for c, title in sorted(head.titles.items()))])


def _kept() -> dict[str, dict[str, dict[str, str | float]]]:
    try:
        found = json.loads(_kept_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def recalled(head: Head) -> Chosen | None:
    """What was said of the columns of an earlier list of this head; None if nothing was."""
    found = _kept().get(_key_of_head(head))
    if not isinstance(found, dict):
        return None
    labels = {str(letter): str(label) for letter, label in dict(found.get("labels", {})).items()}
    units = {str(letter): float(factor) for letter, factor in dict(found.get("units", {})).items()}
    return Chosen(labels, units)


def keep_chosen(head: Head, chosen: Chosen) -> None:
    """Keep what was said of the columns of this head. Raises OSError if it can't be written."""
    kept = {key: one for key, one in _kept().items() if key != _key_of_head(head)}
    kept[_key_of_head(head)] = {"labels": dict(chosen.labels), "units": dict(chosen.units)}
    part = _kept_file().with_suffix(".part")
    part.write_text(json.dumps(dict(list(kept.items())[-_MOST_HEADS:]), ensure_ascii=False), encoding="utf-8")
    part.replace(_kept_file())
