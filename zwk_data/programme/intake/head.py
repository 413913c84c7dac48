"""Which table a sheet holds and which column is which field: found by what stands above the columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from zwk_data.programme.forms import KEY
from zwk_data.programme.intake.file import RawSheet
from zwk_data.programme.records import RECORDS, Record
from zwk_data.programme.spelling import fold, near

#: so many rows may stand above the columns' names
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
def _vocabulary(table: str) -> dict[str, tuple[str, float]]:
    """Folded title -> label and how surely; the fields' own labels come before other words."""
    found: dict[str, tuple[str, float]] = {fold(KEY): (KEY, 1.0)}
    for one in RECORDS[table].fields:
        found.setdefault(fold(one.label), (one.label, 1.0))
    for one in RECORDS[table].fields:
        for word in one.also:
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
        for name in [table] if table else RECORDS:
            score = _score(RECORDS[name], texts, fixed)
            if score is None:
                continue
            score += _named(RECORDS[name], sheet.name) * 2.5 + _named(RECORDS[name], file) * 0.8
            if best is None or score > best[0]:
                best = (score, name, place)
    return _head(sheet, best[1], best[2]) if best else None


def _score(record: Record, texts: Iterable[str], fixed: Collection[str]) -> float | None:
    known = _vocabulary(record.table)
    found: dict[str, float] = {}
    for text in texts:
        hit = known.get(fold(text)) or known.get(_bare(text))
        if hit:
            found[hit[0]] = max(found.get(hit[0], 0.0), hit[1])
    fields = [label for label in found if label != KEY]
    if len(fields) < min(2, len(record.fields)):
        return None
    missing = sum(one.required and one.label not in found and one.label not in fixed for one in record.fields)
    return sum(found.values()) - missing


def _named(record: Record, text: str) -> bool:
    words = f" {fold(text)} "
    return any(f" {fold(name)} " in words for name in (record.plural, record.name)) or any(
        f"{fold(name)}" in words.replace(" ", "") for name in (record.plural.replace(" ", ""),)
    )


def _bare(text: str) -> str:
    """A title without what stands in brackets and without units."""
    words = fold(re.sub(r"\([^)]*\)|\[[^\]]*\]|-\n", "", text)).split()
    return " ".join(word for word in words if word not in _EURO_WORDS)


def _head(sheet: RawSheet, table: str, place: int) -> Head:
    above = sheet.rows[place - 1] if place else ()
    near_above = place > 0 and sheet.numbers[place] - sheet.numbers[place - 1] == 1
    titles: dict[int, str] = {}
    for column, cell in enumerate(sheet.rows[place]):
        if cell is None and near_above and column < len(above):
            cell = above[column]
        if cell is not None and str(cell).strip():
            titles[column] = re.sub(r"\s+", " ", str(cell)).strip()
    known = _vocabulary(table)
    ranked: list[tuple[float, int, str]] = []
    for column, title in titles.items():
        hit = known.get(fold(title)) or known.get(_bare(title))
        if hit is None:
            close = near(_bare(title), known, 0.86)
            hit = (known[close][0], 0.5) if close else None
        if hit:
            ranked.append((-hit[1], column, hit[0]))
    columns: dict[int, str] = {}
    for _, column, label in sorted(ranked):
        if label not in columns.values():
            columns[column] = label
    money = {one.label for one in RECORDS[table].fields if one.kind == "money"}
    units = {c: _unit(titles[c]) for c, label in columns.items() if label in money and _unit(titles[c])}
    return Head(table, place, dict(sorted(columns.items())), titles, units)


def _unit(title: str) -> str:
    return "TEUR" if _THOUSANDS.search(title) else "Mio. €" if _MILLIONS.search(title) else ""
