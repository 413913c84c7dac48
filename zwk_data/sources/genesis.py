"""GENESIS table csv, as the Regionaldatenbank and GENESIS-Online hand it out (also since 2025/26, ``Tabelle: …``).

A file has a head (table code, title lines, perhaps a lone date, one to six header rows), data rows, and a foot below
a line of underscores. Three shapes are told apart by structure, not by table: dates across the columns, date or year
in the first column, one date in the head with attributes as rows or across the columns.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from zwk_data.sources import genesis_head, keys, signs, text, times
from zwk_data.sources.classes import TOTALS, age_code, nationality_code, sex_code
from zwk_data.sources.errors import SourceError

COLUMNS = [
    "table", "key_published", "area_key", "level", "name", "date", "year", "sex", "age_group", "nationality",
    "category", "measure", "unit", "value", "status",
]  # fmt: skip

_CODE = re.compile(r"(?:GENESIS-)?Tabelle: *([0-9A-Z][0-9A-Z-]*)")
_RULE = re.compile(r"_{5,}")
_STAND = re.compile(r"Stand: *(\d{2})\.(\d{2})\.(\d{4})")
_NUMBER_EXPECTED = "eine Zahl mit Dezimalkomma oder eines der Zeichen - . / x ..."


@dataclass
class _Table:
    """A file taken apart: lines are 1-based, cells stripped only in the head."""

    file: str
    code: str
    titles: list[str]
    day: pd.Timestamp | None
    head: list[list[str]]
    rows: list[list[str]]
    lines: list[int]

    def error(self, where: str, problem: str, expected: str | None = None) -> SourceError:
        return SourceError(self.file, problem, where=where, expected=expected)


def read(file: str | Path | bytes, name: str | None = None, expect: str | None = None) -> pd.DataFrame:
    """One row per figure of a table.

    Columns: table (code), key_published, area_key and level (see ``keys``), name (without indentation), date,
    year (int), sex (total, male, female), age_group (total or class code), nationality (total, german, foreign),
    category (German labels of further attributes joined by `` / ``, '' for none and for their total), measure and
    unit (German, as printed), value (float, NaN where a sign stands), status (see ``signs``).

    Rows stand in the file's order. A city that is Kreis and Gemeinde at once (or Land and Kreis) has a row per level,
    see ``keys.areas``; nothing else is added or left out, so old and new Kreise both stand as published.
    ``expect`` names the table that the file must hold.

    Raises SourceError, one German sentence, for a file that is another, cut off, or damaged.
    """
    content, label = text.read(file, name)
    table = _split(content, label)
    if expect is not None and table.code != expect:
        raise table.error("Zeile 1", f"die Datei enthält die Tabelle {table.code}", f"die Tabelle {expect}")
    width = _check_widths(table)
    first_value = _first_value_column(table)
    columns = _describe(table, first_value)
    cells = np.array(table.rows, dtype=object).reshape(-1, width)
    lead = _Lead(table, cells[:, :first_value])
    _check_dates(table, lead, columns)
    value, status = _numbers(table, cells[:, first_value:], columns, first_value)
    return _long(table, lead, columns, value, status)


def title(file: str | Path | bytes, name: str | None = None) -> str:
    """What the table shows, in one line, without the regional depth."""
    content, label = text.read(file, name)
    titles = _split(content, label, body=False).titles
    joined = " ".join(titles)
    shown = joined.split("regionale ")[0] if "regionale " in joined else titles[0]
    return shown.strip().removesuffix("-").strip()


def footnotes(file: str | Path | bytes, name: str | None = None) -> str:
    """The text of the foot: notes, licence, and the day of retrieval; '' if there is none."""
    content, label = text.read(file, name)
    lines = content.split("\n")
    foot = lines[_foot(lines, label) :]
    kept = [line for line in foot if not _RULE.match(line)]
    return "\n".join(line.strip().strip('"').replace('""', '"') for line in kept).strip()


def retrieved(file: str | Path | bytes, name: str | None = None) -> date:
    """The day on which the table was fetched (``Stand: 10.10.2017 / …``). Raises SourceError if the foot has none."""
    content, label = text.read(file, name)
    found = _STAND.findall(content)
    if not found:
        raise SourceError(label, "im Fuß fehlt der Abrufstand", where="Fuß", expected="eine Zeile „Stand: TT.MM.JJJJ“")
    day, month, year = found[-1]
    return date(int(year), int(month), int(day))


def _foot(lines: list[str], file: str) -> int:
    """Index of the first line below the data."""
    for index, line in enumerate(lines):
        if _RULE.match(line):
            return index
    if not any(_STAND.match(line) for line in lines):
        problem = "unter den Zahlen fehlt der Fuß, die Datei ist wohl abgeschnitten"
        raise SourceError(file, problem, where=f"Zeile {len(lines)}", expected="eine Linie „__________“ und der Stand")
    # some exports lose the rule; then the foot begins after the last line that is a row of the table
    counts = [line.count(";") for line in lines]
    return max((index for index, count in enumerate(counts) if count >= 2), default=0) + 1


def _split(content: str, file: str, *, body: bool = True) -> _Table:
    lines = content.split("\n")
    code = _CODE.match(lines[0].strip("; "))
    if not code:
        problem = "die Datei ist keine GENESIS-Tabelle"
        expected = "„GENESIS-Tabelle: …“ oder „Tabelle: …“ am Anfang"
        raise SourceError(file, problem, where="Zeile 1", expected=expected)
    end = _foot(lines, file)
    table = _Table(file, code[1], [], None, [], [], [])
    reader = csv.reader(lines[:end], delimiter=";")
    next(reader)
    for cells in reader:
        # the first cells of a row decide while the head lasts; data rows are taken as they are
        if not table.rows and not _head_line(table, cells, reader.line_num):
            if not body:
                break
            table.rows.append(cells)
            table.lines.append(reader.line_num)
        elif table.rows and cells:
            table.rows.append(cells)
            table.lines.append(reader.line_num)
    if body and not table.rows:
        raise table.error(f"Zeile {end}", "die Tabelle hat keine Zahlen", "Zeilen mit Schlüssel, Name und Zahlen")
    return table


def _head_line(table: _Table, cells: list[str], line: int) -> bool:
    """Take a line of the head; False for the first data row."""
    stripped = [cell.strip() for cell in cells]
    if not any(stripped):
        return True
    if not stripped[0]:
        table.head.append(stripped)
        return True
    if any(stripped[1:]):
        if not table.head:
            problem = "über den Zahlen fehlt der Tabellenkopf"
            raise table.error(f"Zeile {line}", problem, "Kopfzeilen, die mit leeren Zellen beginnen")
        return False
    if table.head:
        # a lone first cell below the header is a row that lost its cells
        return False
    if _CODE.search(stripped[0]):
        return True  # cp1252 downloads repeat the first line behind the first letters of the second
    if day := times.parse(stripped[0]):
        table.day = day
    else:
        table.titles.append(" ".join(stripped[0].split()))
    return True


def _check_widths(table: _Table) -> int:
    width = len(table.head[0])
    for cells, line in zip(table.rows, table.lines, strict=True):
        if len(cells) != width:
            problem = f"die Zeile hat {len(cells)} Spalten statt {width}"
            raise table.error(f"Zeile {line}", problem, "so viele Spalten wie im Tabellenkopf")
    if any(len(cells) != width for cells in table.head):
        raise table.error("Kopf", "die Kopfzeilen sind verschieden lang", "gleich viele Spalten in jeder Kopfzeile")
    return width


def _first_value_column(table: _Table) -> int:
    """Number of leading columns (date, key, name, attributes): the header leaves them empty."""
    filled = [any(row[column] for row in table.head) for column in range(len(table.head[0]))]
    first = filled.index(True)
    if not all(filled[first:]):
        missing = first + filled[first:].index(False) + 1
        problem = "über der Spalte steht nichts"
        raise table.error(f"Kopf, Spalte {missing}", problem, "eine Beschriftung je Zahlenspalte")
    return first


def _describe(table: _Table, first: int) -> list[genesis_head.Column]:
    columns = genesis_head.columns([row[first:] for row in table.head], table.titles)
    seen: dict[tuple[object, ...], int] = {}
    for number, column in enumerate(columns, start=first + 1):
        other = seen.setdefault(column.key(), number)
        if other != number:
            problem = f"die Spalten {other} und {number} haben denselben Kopf"
            raise table.error("Kopf", problem, "eine eigene Beschriftung je Zahlenspalte")
    return columns


class _Lead:
    """The leading columns of the data rows: date, key, name, and attributes."""

    def __init__(self, table: _Table, cells: np.ndarray) -> None:
        stripped = pd.DataFrame(cells).apply(lambda column: column.str.strip())
        dated = bool(times.parse(stripped.iloc[0, 0]))
        expected = "Schlüssel und Name, davor Datum oder Jahr, dahinter Merkmale"
        if stripped.shape[1] < (3 if dated else 2):
            raise table.error("Kopf", "die Kopfzeilen sind verschoben", f"leere Zellen über {expected}")
        self.dates = self._dates(table, stripped[0]) if dated else None
        self.keys: pd.Series = stripped[int(dated)]
        self.names: pd.Series = stripped[int(dated) + 1]
        for position in np.flatnonzero(self.keys.map(keys.plain).isna())[:1]:
            problem = f"{text.quote(self.keys.iloc[position])} ist kein Regionalschlüssel"
            raise table.error(_cell(table, position, int(dated)), problem, "ein amtlicher Schlüssel oder DG")
        self._attributes(table, stripped.iloc[:, int(dated) + 2 :])
        repeated = stripped.drop(columns=int(dated) + 1).duplicated()
        for position in np.flatnonzero(repeated)[:1]:
            problem = f"die Zeile {self.keys.iloc[position]} steht doppelt da"
            raise table.error(f"Zeile {table.lines[position]}", problem, "jeder Schlüssel nur einmal je Merkmal")

    def _dates(self, table: _Table, labels: pd.Series) -> pd.Series:
        dates = labels.map({label: times.parse(label) for label in labels.unique()})
        for position in np.flatnonzero(dates.isna())[:1]:
            problem = f"{text.quote(labels.iloc[position])} ist kein Datum"
            raise table.error(_cell(table, position, 0), problem, "ein Tag TT.MM.JJJJ oder ein Jahr")
        return dates

    def _attributes(self, table: _Table, cells: pd.DataFrame) -> None:
        total = pd.Series("total", index=cells.index, dtype="str")
        self.sex, self.age_group, self.nationality = total, total, total
        others: list[pd.Series] = []
        for number, labels in cells.items():
            unique = labels.unique()
            coders = {"sex": sex_code, "age_group": age_code, "nationality": nationality_code}
            for attribute, coder in coders.items():
                codes = {label: coder(label) for label in unique}
                if all(codes.values()):
                    setattr(self, attribute, labels.map(codes).astype("str"))
                    break
            else:
                if not signs.parse(pd.Series(unique))[2].all():
                    problem = "über den Zahlen steht keine Beschriftung, die Kopfzeilen sind verschoben"
                    raise table.error(f"Spalte {int(str(number)) + 1}", problem, "eine Beschriftung je Zahlenspalte")
                others.append(labels.where(~labels.str.lower().isin(TOTALS), ""))
        self.category = pd.Series("", index=cells.index, dtype="str")
        for labels in others:
            self.category = _join(self.category, labels)


def _join(left: pd.Series, right: pd.Series) -> pd.Series:
    glue = pd.Series(" / ", index=left.index, dtype="str").where((left != "") & (right != ""), "")
    return left + glue + right


def _check_dates(table: _Table, lead: _Lead, columns: list[genesis_head.Column]) -> None:
    if table.day is None and lead.dates is None and any(column.date is None for column in columns):
        raise table.error("Kopf", "die Tabelle nennt kein Datum", "ein Datum im Kopf oder in der ersten Spalte")


def _cell(table: _Table, position: int, column: int) -> str:
    return f"Zeile {table.lines[position]}, Spalte {column + 1}"


def _numbers(
    table: _Table, cells: np.ndarray, columns: list[genesis_head.Column], first: int
) -> tuple[np.ndarray, np.ndarray]:
    """Values and statuses of all number cells, same shape as ``cells``."""
    codes, unique = pd.factorize(cells.ravel())
    value, status, bad = signs.parse(pd.Series(unique, dtype="str"))
    if bad.any():
        row, column = divmod(int(np.flatnonzero(bad.to_numpy()[codes])[0]), len(columns))
        head = ", ".join(columns[column].labels)
        problem = f"{text.quote(cells[row, column])} unter „{head}“ ist keine Zahl"
        raise table.error(_cell(table, row, first + column), problem, _NUMBER_EXPECTED)
    shape = cells.shape
    return value.to_numpy()[codes].reshape(shape), status.to_numpy(dtype=object)[codes].reshape(shape)


def _long(
    table: _Table, lead: _Lead, columns: list[genesis_head.Column], value: np.ndarray, status: np.ndarray
) -> pd.DataFrame:
    """The frame of :func:`read` from the parts of the table."""
    reported = (status == "reported").any(axis=1)
    gemeinde_table = "regionale Tiefe: Gemeinden" in " ".join(table.titles) or keys.is_gemeinde_table(lead.keys)
    areas = keys.areas(lead.keys, lead.names, reported, gemeinde_table=gemeinde_table)
    rows = areas["position"].to_numpy()
    down = np.repeat(np.arange(len(rows)), len(columns))
    across = np.tile(np.arange(len(columns)), len(rows))
    described = pd.DataFrame(
        {
            "date": [column.date or table.day for column in columns],
            "sex": [column.sex for column in columns],
            "age_group": [column.age_group for column in columns],
            "nationality": [column.nationality for column in columns],
            "category": [column.category for column in columns],
            "measure": [column.measure for column in columns],
            "unit": [column.unit for column in columns],
        }
    )

    def per_row(series: pd.Series) -> pd.Series:
        return series.iloc[rows].iloc[down].reset_index(drop=True)

    def per_column(name: str) -> pd.Series:
        return described[name].iloc[across].reset_index(drop=True)

    def either(name: str, series: pd.Series) -> pd.Series:
        """An attribute stands in the header or in a leading column."""
        return per_column(name) if (described[name] != "total").any() else per_row(series)

    dates = per_column("date") if lead.dates is None else per_row(lead.dates)
    frame = pd.DataFrame(
        {
            "table": pd.Series([table.code], dtype="str").iloc[np.zeros(len(down), dtype=int)].reset_index(drop=True),
            "key_published": per_row(lead.keys),
            "area_key": areas["area_key"].astype("str").iloc[down].reset_index(drop=True),
            "level": areas["level"].astype("str").iloc[down].reset_index(drop=True),
            "name": per_row(lead.names),
            "date": dates.astype("datetime64[s]"),
            "year": dates.dt.year.astype("int64"),
            "sex": either("sex", lead.sex),
            "age_group": either("age_group", lead.age_group),
            "nationality": either("nationality", lead.nationality),
            "category": _join(per_row(lead.category), per_column("category")),
            "measure": per_column("measure"),
            "unit": per_column("unit"),
            "value": value[rows].ravel(),
            "status": pd.Series(status[rows].ravel(), dtype="str"),
        }
    )
    return _once(table, frame[COLUMNS])


def _once(table: _Table, frame: pd.DataFrame) -> pd.DataFrame:
    """One row per plain key: a Gemeinde that changed its Verband is published under two keys.

    In every year one of the two carries only ``-`` (it did not exist then); that row goes.
    """
    identity = ["area_key", "level", "date", "sex", "age_group", "nationality", "category", "measure", "unit"]
    published = frame[["area_key", "level", "key_published"]].drop_duplicates()
    twice = published[published.duplicated(["area_key", "level"], keep=False)]
    if twice.empty:
        return frame
    doubtful = frame[
        frame["key_published"].isin(set(twice["key_published"])) & frame["area_key"].isin(twice["area_key"])
    ]
    existing = doubtful[doubtful["status"] != "none"]
    for row in existing[existing.duplicated(identity)][:1].itertuples():
        problem = f"für {row.name} ({row.area_key}) stehen unter mehreren Schlüsseln Zahlen für {row.year}"
        raise table.error(f"Schlüssel {row.key_published}", problem, "Zahlen unter nur einem der Schlüssel")
    kept = doubtful.sort_values("status", key=lambda status: status == "none", kind="stable").drop_duplicates(identity)
    return frame.drop(doubtful.index.difference(kept.index)).reset_index(drop=True)
