"""A GENESIS table csv taken apart: head, data rows, foot. Structure only, no meaning."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from zwk_data.sources import times
from zwk_data.sources.errors import SourceError

RULE = "_____"
STAND = re.compile(r"Stand: *(\d{2})\.(\d{2})\.(\d{4})")
_CODE = re.compile(r"(?:GENESIS-)?Tabelle: *([0-9A-Z][0-9A-Z-]*)")


@dataclass
class Table:
    """The parts of a file: ``day`` is a lone date in the head, ``lines`` the 1-based line of each data row.

    Cells of the head are stripped, those of the data rows stand as published.
    """

    file: str
    code: str
    titles: list[str] = field(default_factory=list)
    day: pd.Timestamp | None = None
    head: list[list[str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def error(self, where: str, problem: str, expected: str | None = None) -> SourceError:
        """The error for a place in the file; the caller raises it."""
        return SourceError(self.file, problem, where=where, expected=expected)

    def cell_error(self, position: int, column: int, problem: str, expected: str) -> SourceError:
        """The error for a cell of a data row (both 0-based)."""
        return self.error(f"Zeile {self.lines[position]}, Spalte {column + 1}", problem, expected)


def split(content: str, file: str, *, body: bool = True) -> Table:
    """Take a file apart; without ``body`` only its head.

    Raises SourceError if it is no GENESIS table, has no foot (cut off), no header or no data rows, or if a row is
    longer or shorter than the header.
    """
    lines = content.split("\n")
    code = _CODE.match(lines[0].strip("; "))
    if not code:
        problem = "die Datei ist keine GENESIS-Tabelle"
        expected = "„GENESIS-Tabelle: …“ oder „Tabelle: …“ am Anfang"
        raise SourceError(file, problem, where="Zeile 1", expected=expected)
    end = foot(lines, file)
    table = Table(file, code[1])
    for line, cells in _cells(lines[1:end], file):
        if not table.rows and _in_head(table, cells, line):
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


def foot(lines: list[str], file: str) -> int:
    """Index of the first line below the data. Raises SourceError if the foot is missing: the file was cut off."""
    for index, line in enumerate(lines):
        if line.startswith(RULE):
            return index
    if not any(STAND.match(line) for line in lines):
        problem = "unter den Zahlen fehlt der Fuß, die Datei ist wohl abgeschnitten"
        raise SourceError(file, problem, where=f"Zeile {len(lines)}", expected="eine Linie „__________“ und der Stand")
    # some exports lose the rule; then the foot begins after the last line that is a row of the table
    return max((index for index, line in enumerate(lines) if line.count(";") >= 2), default=0) + 1


def first_value_column(table: Table) -> int:
    """Number of leading columns (date, key, name, attributes): the header leaves them empty."""
    filled = [any(row[column] for row in table.head) for column in range(len(table.head[0]))]
    first = filled.index(True)
    if not all(filled[first:]):
        missing = first + filled[first:].index(False) + 1
        problem = "über der Spalte steht nichts"
        raise table.error(f"Kopf, Spalte {missing}", problem, "eine Beschriftung je Zahlenspalte")
    return first


def _cells(lines: list[str], file: str) -> Iterator[tuple[int, list[str]]]:
    """Number of the line in the file and cells of each line from the second on."""
    reader = csv.reader(lines, delimiter=";")
    try:
        for cells in reader:
            yield reader.line_num + 1, cells
    except csv.Error as fault:
        problem = "ein Anführungszeichen wird nicht geschlossen"
        raise SourceError(file, problem, where=f"Zeile {reader.line_num + 1}", expected='Paare von „"“') from fault


def _in_head(table: Table, cells: list[str], line: int) -> bool:
    """Take a line of the head; False for the first data row."""
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
        return True  # some cp1252 downloads repeat the first line behind the first letters of the second
    if day := times.parse_time(stripped[0]):
        table.day = day
    else:
        table.titles.append(" ".join(stripped[0].split()))
    return True


def _check_widths(table: Table) -> None:
    width = len(table.head[0])
    if any(len(cells) != width for cells in table.head):
        raise table.error("Kopf", "die Kopfzeilen sind verschieden lang", "gleich viele Spalten in jeder Kopfzeile")
    for cells, line in zip(table.rows, table.lines, strict=True):
        if len(cells) != width:
            problem = f"die Zeile hat {len(cells)} Spalten statt {width}"
            raise table.error(f"Zeile {line}", problem, "so viele Spalten wie im Tabellenkopf")
