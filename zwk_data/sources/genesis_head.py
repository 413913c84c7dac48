"""What the head of a GENESIS table says about each of its value columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from zwk_data.sources import times
from zwk_data.sources.classes import TOTALS, age_code, nationality_code, sex_code

#: names of variables stand above their classes and say nothing by themselves
_VARIABLE = re.compile(
    r"(?:geschlecht|nationalität|staatsangehörigkeit|stichtag|jahre?|zeit|berichtsjahr|migrationshintergrund"
    r"|familienstand|alter|altersgruppen?|altersklassen?|altersjahre?)(?: *\(.*\))?",
    re.IGNORECASE,
)
UNITS = (
    "Anzahl", "1000", "Tsd.", "qkm", "km2", "km²", "ha", "qm", "Prozent", "%", "EUR", "Tsd. EUR", "Jahre", "Personen",
    "Einwohner/qkm", "EW/qkm", "Promille",
)  # fmt: skip
_UNIT_IN_TITLE = re.compile(r"(?P<measure>.+?) *\((?P<unit>[^()\d][^()]*|1000)\)")
#: brackets at the end of a title may hold a remark instead: ``(über Gemeindegrenzen)``, ``(ab 2011)``
_REMARK = re.compile(r"(?:ab|bis|über|von|nach|unter|in|im|mit|ohne|einschl\.?) ", re.IGNORECASE)


@dataclass
class ValueColumn:
    """One value column: the class of each attribute; ``date`` is None if the head has none for it."""

    date: pd.Timestamp | None = None
    sex: str = "total"
    age_group: str = "total"
    nationality: str = "total"
    measure: str = ""
    unit: str = ""
    other: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    @property
    def category(self) -> str:
        """Labels of further attributes, joined; '' if there are none."""
        return " / ".join(self.other)

    def key(self) -> tuple[object, ...]:
        """What tells this column from every other."""
        return self.date, self.sex, self.age_group, self.nationality, self.measure, self.unit, self.category


def value_columns(head: list[list[str]], titles: list[str]) -> list[ValueColumn]:
    """Describe value columns from the header rows above them (cells of the value columns only).

    Each cell is classified by what it says: a date, a sex, an age, a nationality, a unit, the name of a variable.
    What is none of these is the measure if the title names none (first such row), else a further attribute.
    """
    measure, unit = measure_in_title(titles)
    found = [ValueColumn(measure=measure, unit=unit) for _ in head[0]]
    for row in head:
        for column, cell in zip(found, row, strict=True):
            if cell:
                label = " ".join(cell.split())
                column.labels.append(label)
                _classify(label, column)
    fallback = titles[-1] if titles else ""
    for column in found:
        column.measure = column.measure or fallback
    return found


def measure_in_title(titles: list[str]) -> tuple[str, str]:
    """Measure and unit of a last title line such as ``Bevölkerungsstand (Anzahl)``, else two empty texts."""
    found = _UNIT_IN_TITLE.fullmatch(titles[-1]) if titles else None
    if not found or _REMARK.match(found["unit"]):
        return "", ""
    return found["measure"], found["unit"]


def _classify(cell: str, column: ValueColumn) -> None:
    if cell.lower() in TOTALS or _VARIABLE.fullmatch(cell):
        return
    if cell in UNITS:
        column.unit = cell
    elif date := times.parse_time(cell):
        column.date = date
    elif sex := sex_code(cell):
        column.sex = sex
    elif age := age_code(cell):
        column.age_group = age
    elif nationality := nationality_code(cell):
        column.nationality = nationality
    elif not column.measure:
        column.measure = cell
    else:
        column.other.append(cell)
