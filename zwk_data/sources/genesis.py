"""GENESIS table csv of the Regionaldatenbank and GENESIS-Online, also as published since 2025/26 (``Tabelle: …``).

A file has a head (table code, title lines, perhaps a single date, one to six header rows), data rows, and a foot below
a line of underscores. Three layouts are recognised by structure, not by table code: dates across the columns, date or
year in the first column, or one date in the head with attributes as rows or across the columns.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources import open_files, printed_codes
from zwk_data.sources.genesis_layout import (
    STAND,
    LeadingColumns,
    ParsedTable,
    ValueColumn,
    first_value_column,
    split,
    value_columns,
)
from zwk_data.sources.printed_codes import STATUSES, join_labels, parse_figures

COLUMNS = [
    "table",
    "key_published",
    "area_key",
    "level",
    "name",
    "date",
    "year",
    "sex",
    "age_group",
    "nationality",
    "category",
    "measure",
    "unit",
    "value",
    "status",
]

NUMBER_EXPECTED = "eine Zahl mit Dezimalkomma oder eines der Zeichen - . / x ..."
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
_IDENTITY = ["date", "sex", "age_group", "nationality", "category", "measure", "unit"]


def read(file: str | Path | bytes, name: str | None = None, expect: str | None = None) -> pd.DataFrame:
    """One row per figure of a table.

    Columns: table (code), key_published, area_key and level (see ``printed_codes``), name (without indentation), date,
    year (int), sex (total, male, female), age_group (total or class code), nationality (total, german, foreign),
    category (German labels of further attributes joined by `` / ``, '' for none and for their total), measure and
    unit (German, as printed), value (float, NaN for a sign), status (see ``printed_codes.SIGNS``).

    Rows are in the file's order. A city that is both Kreis and Gemeinde (or Land and Kreis) has a row per level, see
    ``printed_codes.areas``; nothing else is added or left out, so old and new Kreise are both there as published.
    ``expect`` names the table that the file must contain.

    Raises SourceError for another table and for a truncated or damaged file.
    """
    content, label = open_files.read(file, name)
    table = split(content, label)
    if expect is not None and table.code != expect:
        raise table.error("Zeile 1", f"die Datei enthält die Tabelle {table.code}", f"die Tabelle {expect}")
    first_value = first_value_column(table)
    columns = _distinct_value_columns(table, first_value)
    cells = np.array(table.rows, dtype=object)
    leading = LeadingColumns(table, cells[:, :first_value])
    _check_dates(table, leading, columns)
    value, status = _parse_values(table, cells[:, first_value:], columns, first_value)
    return _long(table, leading, columns, value, status)


def title(file: str | Path | bytes, name: str | None = None) -> str:
    """The title of the table in one line, without the regional depth."""
    content, label = open_files.read(file, name)
    table = split(content, label, body=False)
    joined = " ".join(table.titles)
    shown = joined.split("regionale ")[0] if "regionale " in joined else [*table.titles, table.code][0]
    return shown.strip().removesuffix("-").strip()


def retrieved(file: str | Path | bytes, name: str | None = None) -> date:
    """The day on which the table was fetched (``Stand: 10.10.2017 / …``). Raises SourceError if the foot has none."""
    content, label = open_files.read(file, name)
    found = STAND.findall(content)
    if not found:
        raise SourceError(label, "im Fuß fehlt der Abrufstand", where="Fuß", expected="eine Zeile „Stand: TT.MM.JJJJ“")
    day, month, year = found[-1]
    return date(int(year), int(month), int(day))


def _distinct_value_columns(table: ParsedTable, first: int) -> list[ValueColumn]:
    columns = value_columns(table, first)
    seen: dict[tuple[object, ...], int] = {}
    for number, column in enumerate(columns, start=first + 1):
        other = seen.setdefault(column.key(), number)
        if other != number:
            problem = f"die Spalten {other} und {number} haben denselben Kopf"
            raise table.error("Kopf", problem, "eine eigene Beschriftung je Zahlenspalte")
    return columns


def _check_dates(table: ParsedTable, leading: LeadingColumns, columns: list[ValueColumn]) -> None:
    if table.day is None and leading.dates is None and any(column.date is None for column in columns):
        raise table.error("Kopf", "die Tabelle nennt kein Datum", "ein Datum im Kopf oder in der ersten Spalte")


def _parse_values(
    table: ParsedTable, cells: npt.NDArray[np.object_], columns: list[ValueColumn], first: int
) -> tuple[FloatArray, IntArray]:
    """Values and statuses (as positions in ``STATUSES``) of all value cells, in the shape of ``cells``."""
    codes, unique = pd.factorize(cells.ravel())
    value, status, bad = parse_figures(pd.Series(unique, dtype="str"))
    if bad.any():
        row, column = divmod(int(np.flatnonzero(bad.to_numpy()[codes])[0]), len(columns))
        head = ", ".join(columns[column].labels)
        problem = f"{open_files.quote(cells[row, column])} unter „{head}“ ist keine Zahl"
        raise table.cell_error(row, first + column, problem, NUMBER_EXPECTED)
    position = np.array([STATUSES.index(name) for name in status], dtype=np.int64)
    values = value.to_numpy(dtype=np.float64)
    return values[codes].reshape(cells.shape), position[codes].reshape(cells.shape)


def _long(
    table: ParsedTable, leading: LeadingColumns, columns: list[ValueColumn], value: FloatArray, status: IntArray
) -> pd.DataFrame:
    """The frame of :func:`read` from the parts of the table."""
    reported = (status == STATUSES.index("reported")).any(axis=1)
    gemeinde_table = "regionale Tiefe: Gemeinden" in " ".join(table.titles) or printed_codes.is_gemeinde_table(
        leading.keys
    )
    areas = printed_codes.areas(leading.keys, leading.names, reported, gemeinde_table=gemeinde_table)
    rows = areas["position"].to_numpy()
    down = np.repeat(np.arange(len(rows)), len(columns))
    across = np.tile(np.arange(len(columns)), len(rows))
    described = pd.DataFrame(
        {
            name: [column.date or table.day if name == "date" else getattr(column, name) for column in columns]
            for name in _IDENTITY
        }
    )
    source = rows[down]

    def per_row(series: pd.Series) -> pd.Series:
        return pd.Series(series.array.take(source))

    def per_column(name: str) -> pd.Series:
        return pd.Series(described[name].array.take(across))

    def either(name: str, series: pd.Series) -> pd.Series:
        """An attribute that is given in the header or in a leading column."""
        return per_column(name) if (described[name] != "total").any() else per_row(series)

    dates = per_column("date") if leading.dates is None else per_row(leading.dates)
    frame = pd.DataFrame(
        {
            "table": pd.Series(table.code, index=range(len(down)), dtype="str"),
            "key_published": per_row(leading.keys),
            "area_key": pd.Series(areas["area_key"].astype("str").array.take(down)),
            "level": pd.Series(areas["level"].astype("str").array.take(down)),
            "name": per_row(leading.names),
            "date": dates.astype("datetime64[s]"),
            "year": dates.dt.year.astype("int64"),
            "sex": either("sex", leading.sex),
            "age_group": either("age_group", leading.age_group),
            "nationality": either("nationality", leading.nationality),
            "category": join_labels(per_row(leading.category), per_column("category")),
            "measure": per_column("measure"),
            "unit": per_column("unit"),
            "value": value[rows].ravel(),
            "status": pd.Series(pd.array(STATUSES, dtype="str").take(status[rows].ravel())),
        }
    )
    return printed_codes.drop_empty_duplicates(frame[COLUMNS], _IDENTITY, table.file)
