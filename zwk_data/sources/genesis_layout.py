"""A GENESIS table csv taken apart.

:func:`split` finds head, data rows and foot, :func:`value_columns` reads what the head says about each value column,
and :class:`LeadingColumns` what stands left of the values in each row: date, key, name and further attributes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources import printed_codes
from zwk_data.sources.open_files import quote
from zwk_data.sources.printed_codes import (
    TOTALS,
    age_code,
    join_labels,
    nationality_code,
    parse_figures,
    parse_time,
    sex_code,
)

RULE = "_____"
STAND = re.compile(r"Stand: *(\d{2})\.(\d{2})\.(\d{4})")
_CODE = re.compile(r"(?:GENESIS-)?Tabelle: *([0-9A-Z][0-9A-Z-]*)")

#: names of variables are printed above their classes and say nothing by themselves
_VARIABLE = re.compile(
    r"(?:geschlecht|nationalität|staatsangehörigkeit|stichtag|jahre?|zeit|berichtsjahr|migrationshintergrund"
    r"|familienstand|alter|altersgruppen?|altersklassen?|altersjahre?)(?: *\(.*\))?",
    re.IGNORECASE,
)
UNITS = (
    "Anzahl",
    "1000",
    "Tsd.",
    "qkm",
    "km2",
    "km²",
    "ha",
    "qm",
    "Prozent",
    "%",
    "EUR",
    "Tsd. EUR",
    "Jahre",
    "Personen",
    "Einwohner/qkm",
    "EW/qkm",
    "Promille",
)
_UNIT_IN_TITLE = re.compile(r"(?P<measure>.+?) *\((?P<unit>[^()\d][^()]*|1000)\)")
#: brackets at the end of a title may contain a remark instead: ``(über Gemeindegrenzen)``, ``(ab 2011)``
_REMARK = re.compile(r"(?:ab|bis|über|von|nach|unter|in|im|mit|ohne|einschl\.?) ", re.IGNORECASE)

_CODERS: dict[str, Callable[[str], str | None]] = {
    "sex": sex_code,
    "age_group": age_code,
    "nationality": nationality_code,
}


@dataclass
class ParsedTable:
    """The parts of a file: ``day`` is a single date in the head, ``lines`` the 1-based line of each data row.

    ``attributes`` (sex, age_group, nationality) and ``categories``: what the head says of the whole table in lines such
    as „Geschlecht: weiblich“.

    Cells of the head are stripped, those of the data rows are as published.
    """

    file: str
    code: str
    titles: list[str] = field(default_factory=list)
    day: pd.Timestamp | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    head: list[list[str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def error(self, where: str, problem: str, expected: str | None = None) -> SourceError:
        """The error for a place in the file, for the caller to raise."""
        return SourceError(self.file, problem, where=where, expected=expected)

    def cell_error(self, position: int, column: int, problem: str, expected: str) -> SourceError:
        """The error for a cell of a data row, both 0-based, for the caller to raise."""
        return self.error(f"Zeile {self.lines[position]}, Spalte {column + 1}", problem, expected)


def split(content: str, file: str, *, body: bool = True) -> ParsedTable:
    """Take a file apart, or only its head without ``body``.

    Raises SourceError if it is no GENESIS table, has no foot (truncated), no header or no data rows, or if a row is
    longer or shorter than the header.
    """
    lines = content.split("\n")
    code = _CODE.match(lines[0].strip("; "))
    if not code:
        problem = "die Datei ist keine GENESIS-Tabelle"
        expected = "„GENESIS-Tabelle: …“ oder „Tabelle: …“ am Anfang"
        raise SourceError(file, problem, where="Zeile 1", expected=expected)
    end = _find_foot(lines, file)
    table = ParsedTable(file, code[1])
    for line, cells in _cells(lines[1:end], file):
        if not table.rows and _add_to_head(table, cells, line):
            continue
        if not body:
            break
        if cells:
            table.rows.append(cells)
            table.lines.append(line)
    if body:
        if not table.rows:
            raise table.error(f"Zeile {end}", "die Tabelle hat keine Zahlen", "Zeilen mit Schlüssel, Name und Zahlen")
        _check_widths(table)
    return table


def _find_foot(lines: list[str], file: str) -> int:
    """Index of the first line below the data. Raises SourceError if the foot is missing: the file is truncated."""
    for index, line in enumerate(lines):
        if line.startswith(RULE):
            return index
    if not any(STAND.match(line) for line in lines):
        problem = "unter den Zahlen fehlt der Fuß, die Datei ist wohl abgeschnitten"
        raise SourceError(file, problem, where=f"Zeile {len(lines)}", expected="eine Linie „__________“ und der Stand")
    # some exports lack the rule; then the foot begins after the last line that is a row of the table
    return max((index for index, line in enumerate(lines) if line.count(";") >= 2), default=0) + 1


def first_value_column(table: ParsedTable) -> int:
    """Number of leading columns (date, key, name, attributes), which are empty in the header."""
    filled = [any(row[column] for row in table.head) for column in range(len(table.head[0]))]
    first = filled.index(True)
    if not all(filled[first:]):
        missing = first + filled[first:].index(False) + 1
        problem = "über der Spalte steht nichts"
        raise table.error(f"Kopf, Spalte {missing}", problem, "eine Beschriftung je Zahlenspalte")
    return first


def _cells(lines: list[str], file: str) -> Iterator[tuple[int, list[str]]]:
    """Line number in the file and cells of each line, from the second line on."""
    reader = csv.reader(lines, delimiter=";")
    try:
        for cells in reader:
            yield reader.line_num + 1, cells
    except csv.Error as fault:
        problem = "ein Anführungszeichen wird nicht geschlossen"
        raise SourceError(file, problem, where=f"Zeile {reader.line_num + 1}", expected='Paare von „"“') from fault


def _add_to_head(table: ParsedTable, cells: list[str], line: int) -> bool:
    """Add a line to the head; False if it is the first data row."""
    stripped = [cell.strip() for cell in cells]
    if not any(stripped):
        return True
    if not stripped[0]:
        table.head.append(stripped)
        return True
    if any(stripped[1:]) and not table.head:
        problem = "über den Zahlen fehlt der Tabellenkopf"
        raise table.error(f"Zeile {line}", problem, "Kopfzeilen, die mit leeren Zellen beginnen")
    if table.head:
        return False
    if _CODE.search(stripped[0]):
        return True  # some cp1252 downloads repeat the first line after the first letters of the second
    label = " ".join(stripped[0].split())
    if day := parse_time(label):
        table.day = day
    elif not (table.titles and _says_of_all(table, label)):
        table.titles.append(label)
    return True


def _says_of_all(table: ParsedTable, label: str) -> bool:
    """Take a line such as „Stichtag: 09.05.2011“ or „Geschlecht: weiblich“ from the head; False for any other line."""
    variable, colon, said = (part.strip() for part in label.partition(":"))
    if not colon or not said or not _VARIABLE.fullmatch(variable):
        return False
    if day := parse_time(said):
        table.day = day
    elif said.lower() not in TOTALS:
        kind = _kind(said)
        if kind in _CODERS:
            table.attributes[kind] = str(_CODERS[kind](said))
        else:
            table.categories.append(label)
    return True


def _check_widths(table: ParsedTable) -> None:
    width = len(table.head[0])
    if any(len(cells) != width for cells in table.head):
        raise table.error("Kopf", "die Kopfzeilen sind verschieden lang", "gleich viele Spalten in jeder Kopfzeile")
    for cells, line in zip(table.rows, table.lines, strict=True):
        if len(cells) != width:
            problem = f"die Zeile hat {len(cells)} Spalten statt {width}"
            raise table.error(f"Zeile {line}", problem, "so viele Spalten wie im Tabellenkopf")


@dataclass
class ValueColumn:
    """The class of each attribute of a value column; ``date`` is None if the head has none for it."""

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
        """The labels of further attributes, joined; '' if there are none."""
        return " / ".join(self.other)

    def key(self) -> tuple[object, ...]:
        """What distinguishes this column from every other."""
        return self.date, self.sex, self.age_group, self.nationality, self.measure, self.unit, self.category


def value_columns(table: ParsedTable, first: int) -> list[ValueColumn]:
    """Describe the value columns, from column ``first`` on, by the cells of the header rows above them.

    Each cell is classified by its text: a date, a sex, an age, a nationality, a unit, the name of a variable.
    The first cell that is none of these is the measure if the title names none, the others are further attributes.
    Where a column has two of one kind (the nationalities of both spouses), they are further attributes too.
    """
    head = [row[first:] for row in table.head]
    measure, unit = _measure_in_title(table.titles)
    found = [ValueColumn(measure=measure, unit=unit, other=[*table.categories]) for _ in head[0]]
    twice = _kinds_twice(head)
    for number, row in enumerate(head, start=1):
        for column, cell in zip(found, row, strict=True):
            if cell:
                label = " ".join(cell.split())
                column.labels.append(label)
                if _kind(label) in twice:
                    column.other.append(f"{number}. {label}")
                else:
                    _classify(label, column)
    for column in found:
        for attribute, code in table.attributes.items():
            if getattr(column, attribute) == "total":
                setattr(column, attribute, code)
    fallback = table.titles[-1] if table.titles else ""
    for column in found:
        column.measure = column.measure or fallback
    return found


def _measure_in_title(titles: list[str]) -> tuple[str, str]:
    """Measure and unit of a last title line such as ``Bevölkerungsstand (Anzahl)``, otherwise two empty strings."""
    found = _UNIT_IN_TITLE.fullmatch(titles[-1]) if titles else None
    if not found or _REMARK.match(found["unit"]):
        return "", ""
    return found["measure"], found["unit"]


def _kind(label: str) -> str:
    """Which attribute a label is a class of: sex, age_group, nationality; "" for a total and anything else."""
    if label.lower() in TOTALS:
        return ""
    return next((attribute for attribute, coder in _CODERS.items() if coder(label)), "")


def _kinds_twice(head: list[list[str]]) -> set[str]:
    """The attributes of which some column has two classes."""
    found: set[str] = set()
    for column in zip(*head, strict=True):
        kinds = [kind for cell in column if cell and (kind := _kind(" ".join(cell.split())))]
        found |= {kind for kind in kinds if kinds.count(kind) > 1}
    return found


def _classify(cell: str, column: ValueColumn) -> None:
    if cell.lower() in TOTALS or _VARIABLE.fullmatch(cell):
        return
    if cell in UNITS:
        column.unit = cell
    elif date := parse_time(cell):
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


class LeadingColumns:
    """What stands left of the values, as series with one entry per data row.

    ``dates`` (None if the rows have none), ``keys``, ``names``, ``sex``, ``age_group``, ``nationality``, ``category``.

    Raises SourceError naming line and column for an invalid date or regional key, and for a repeated row.
    """

    def __init__(self, table: ParsedTable, cells: npt.NDArray[np.object_]) -> None:
        stripped = pd.DataFrame(cells).apply(lambda column: column.str.strip())
        key = 1 if stripped.shape[1] and parse_time(stripped.iloc[0, 0]) else 0
        if stripped.shape[1] < key + 2:
            expected = "leere Zellen über Schlüssel und Name, davor Datum oder Jahr, dahinter Merkmale"
            raise table.error("Kopf", "die Kopfzeilen sind verschoben", expected)
        self.dates = _dates(table, stripped[0]) if key else None
        self.keys: pd.Series = stripped[key]
        self.names: pd.Series = stripped[key + 1]
        known = {code: printed_codes.plain_key(code) for code in self.keys.unique()}
        for position in np.flatnonzero(self.keys.map(known).isna())[:1]:
            problem = f"{quote(self.keys.iloc[position])} ist kein Regionalschlüssel"
            raise table.cell_error(position, key, problem, "ein amtlicher Schlüssel oder DG")
        self._set_attributes(table, stripped.iloc[:, key + 2 :])
        repeated = stripped.drop(columns=key + 1).duplicated()
        for position in np.flatnonzero(repeated)[:1]:
            problem = f"die Zeile {self.keys.iloc[position]} steht doppelt da"
            raise table.error(f"Zeile {table.lines[position]}", problem, "jeder Schlüssel nur einmal je Merkmal")

    def _set_attributes(self, table: ParsedTable, cells: pd.DataFrame) -> None:
        total = pd.Series("total", index=cells.index, dtype="str")
        self.sex, self.age_group, self.nationality = total, total, total
        self.category = pd.Series("", index=cells.index, dtype="str")
        taken: set[str] = set()
        for number, texts in cells.items():
            unique = texts.unique()
            for attribute, coder in _CODERS.items():
                codes = {label: coder(label) for label in unique}
                if all(codes.values()) and attribute not in taken:
                    setattr(self, attribute, texts.map(codes).astype("str"))
                    taken.add(attribute)
                    break
            else:
                if not parse_figures(pd.Series(unique, dtype="str"))[2].any():
                    problem = "über den Zahlen steht keine Beschriftung, die Kopfzeilen sind verschoben"
                    raise table.error(f"Spalte {int(str(number)) + 1}", problem, "eine Beschriftung je Zahlenspalte")
                self.category = join_labels(self.category, texts.where(~texts.str.lower().isin(TOTALS), ""))


def _dates(table: ParsedTable, labels: pd.Series) -> pd.Series:
    dates = labels.map({label: parse_time(label) for label in labels.unique()})
    for position in np.flatnonzero(dates.isna())[:1]:
        problem = f"{quote(labels.iloc[position])} ist kein Datum"
        raise table.cell_error(position, 0, problem, "ein Tag TT.MM.JJJJ oder ein Jahr")
    return dates
