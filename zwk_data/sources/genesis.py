"""GENESIS table csv, as the Regionaldatenbank and GENESIS-Online hand it out (also since 2025/26, ``Tabelle: …``).

A file has a head (table code, title lines, perhaps a lone date, one to six header rows), data rows, and a foot below
a line of underscores. Three shapes are told apart by structure, not by table: dates across the columns, date or year
in the first column, one date in the head with attributes as rows or across the columns.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from zwk_data.sources import genesis_layout, keys, text_file
from zwk_data.sources.errors import SourceError
from zwk_data.sources.genesis_layout import RULE, STAND, Lead, Table, first_value_column, foot, join, split
from zwk_data.sources.labels import STATUSES, parse_sign

COLUMNS = [
    "table", "key_published", "area_key", "level", "name", "date", "year", "sex", "age_group", "nationality",
    "category", "measure", "unit", "value", "status",
]  # fmt: skip

_NUMBER_EXPECTED = "eine Zahl mit Dezimalkomma oder eines der Zeichen - . / x ..."
_IDENTITY = ["date", "sex", "age_group", "nationality", "category", "measure", "unit"]


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
    content, label = text_file.read(file, name)
    table = split(content, label)
    if expect is not None and table.code != expect:
        raise table.error("Zeile 1", f"die Datei enthält die Tabelle {table.code}", f"die Tabelle {expect}")
    first_value = first_value_column(table)
    columns = _describe(table, first_value)
    cells = np.array(table.rows, dtype=object)
    lead = Lead(table, cells[:, :first_value])
    _check_dates(table, lead, columns)
    value, status = _numbers(table, cells[:, first_value:], columns, first_value)
    return _long(table, lead, columns, value, status)


def title(file: str | Path | bytes, name: str | None = None) -> str:
    """What the table shows, in one line, without the regional depth."""
    content, label = text_file.read(file, name)
    table = split(content, label, body=False)
    joined = " ".join(table.titles)
    shown = joined.split("regionale ")[0] if "regionale " in joined else [*table.titles, table.code][0]
    return shown.strip().removesuffix("-").strip()


def footnotes(file: str | Path | bytes, name: str | None = None) -> str:
    """The text of the foot: notes, licence, and the day of retrieval; '' if there is none."""
    content, label = text_file.read(file, name)
    lines = content.split("\n")
    notes = [line for line in lines[foot(lines, label) :] if not line.startswith(RULE)]
    return "\n".join(line.strip().strip('"').replace('""', '"') for line in notes).strip()


def retrieved(file: str | Path | bytes, name: str | None = None) -> date:
    """The day on which the table was fetched (``Stand: 10.10.2017 / …``). Raises SourceError if the foot has none."""
    content, label = text_file.read(file, name)
    found = STAND.findall(content)
    if not found:
        raise SourceError(label, "im Fuß fehlt der Abrufstand", where="Fuß", expected="eine Zeile „Stand: TT.MM.JJJJ“")
    day, month, year = found[-1]
    return date(int(year), int(month), int(day))


def _describe(table: Table, first: int) -> list[genesis_layout.ValueColumn]:
    columns = genesis_layout.value_columns([row[first:] for row in table.head], table.titles)
    seen: dict[tuple[object, ...], int] = {}
    for number, column in enumerate(columns, start=first + 1):
        other = seen.setdefault(column.key(), number)
        if other != number:
            problem = f"die Spalten {other} und {number} haben denselben Kopf"
            raise table.error("Kopf", problem, "eine eigene Beschriftung je Zahlenspalte")
    return columns


def _check_dates(table: Table, lead: Lead, columns: list[genesis_layout.ValueColumn]) -> None:
    if table.day is None and lead.dates is None and any(column.date is None for column in columns):
        raise table.error("Kopf", "die Tabelle nennt kein Datum", "ein Datum im Kopf oder in der ersten Spalte")


def _numbers(
    table: Table, cells: np.ndarray, columns: list[genesis_layout.ValueColumn], first: int
) -> tuple[np.ndarray, np.ndarray]:
    """Values and statuses (as position in ``STATUSES``) of all number cells, same shape as ``cells``."""
    codes, unique = pd.factorize(cells.ravel())
    value, status, bad = parse_sign(pd.Series(unique, dtype="str"))
    if bad.any():
        row, column = divmod(int(np.flatnonzero(bad.to_numpy()[codes])[0]), len(columns))
        head = ", ".join(columns[column].labels)
        problem = f"{text_file.quote(cells[row, column])} unter „{head}“ ist keine Zahl"
        raise table.cell_error(row, first + column, problem, _NUMBER_EXPECTED)
    position = status.map({name: number for number, name in enumerate(STATUSES)}).to_numpy()
    return value.to_numpy()[codes].reshape(cells.shape), position[codes].reshape(cells.shape)


def _long(
    table: Table, lead: Lead, columns: list[genesis_layout.ValueColumn], value: np.ndarray, status: np.ndarray
) -> pd.DataFrame:
    """The frame of :func:`read` from the parts of the table."""
    reported = (status == STATUSES.index("reported")).any(axis=1)
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

    source = rows[down]

    def per_row(series: pd.Series) -> pd.Series:
        return pd.Series(series.array.take(source))

    def per_column(name: str) -> pd.Series:
        return pd.Series(described[name].array.take(across))

    def either(name: str, series: pd.Series) -> pd.Series:
        """An attribute stands in the header or in a leading column."""
        return per_column(name) if (described[name] != "total").any() else per_row(series)

    dates = per_column("date") if lead.dates is None else per_row(lead.dates)
    frame = pd.DataFrame(
        {
            "table": pd.Series(table.code, index=range(len(down)), dtype="str"),
            "key_published": per_row(lead.keys),
            "area_key": pd.Series(areas["area_key"].astype("str").array.take(down)),
            "level": pd.Series(areas["level"].astype("str").array.take(down)),
            "name": per_row(lead.names),
            "date": dates.astype("datetime64[s]"),
            "year": dates.dt.year.astype("int64"),
            "sex": either("sex", lead.sex),
            "age_group": either("age_group", lead.age_group),
            "nationality": either("nationality", lead.nationality),
            "category": join(per_row(lead.category), per_column("category")),
            "measure": per_column("measure"),
            "unit": per_column("unit"),
            "value": value[rows].ravel(),
            "status": pd.Series(pd.array(STATUSES, dtype="str").take(status[rows].ravel())),
        }
    )
    return keys.once(frame[COLUMNS], _IDENTITY, table.file)
