"""The tables that anybody may take along: which there are, their columns, and rows of them.

For the HTTP interface and the data package. What is in them for whom ``read`` decides;
who typed something in is left out for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from zwk_data.schema.tables import TABLES
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: columns that hold names of persons or how to reach them
_OF_PERSONS = {"entered_by", "contact"}
#: a type of the store -> type and format of JSON Schema; all others are texts
_TYPES = {
    "BIGINT": ("integer", ""),
    "INTEGER": ("integer", ""),
    "SMALLINT": ("integer", ""),
    "UINTEGER": ("integer", ""),
    "USMALLINT": ("integer", ""),
    "UTINYINT": ("integer", ""),
    "TINYINT": ("integer", ""),
    "HUGEINT": ("integer", ""),
    "DOUBLE": ("number", ""),
    "FLOAT": ("number", ""),
    "BOOLEAN": ("boolean", ""),
    "DATE": ("string", "date"),
    "TIMESTAMP": ("string", "date-time"),
}
_FIGURE = ("indicator_id", "year", "sex", "age_group")


@dataclass(frozen=True)
class OpenTable:
    """A table: its ``name`` in the store, what it holds (German), its ``key``, by which rows are sorted.

    ``needed``: columns that a question must name a value of, as the table is too large to be asked for as a whole.
    """

    name: str
    holds: str
    key: tuple[str, ...]
    needed: tuple[str, ...] = ()


_FIGURES = (
    OpenTable("source", "Quellen der amtlichen Zahlen mit Lizenz und Quellenvermerk", ("source_id",)),
    OpenTable("indicator", "Kennzahlen: Name, Einheit, Bedeutung, Formel", ("indicator_id",)),
    OpenTable("area", "Gebiete: Bund, Länder, Kreise, Verbände, Gemeinden, auch ehemalige", ("level", "area_key")),
    OpenTable("verband_of", "Zu welchem Verband eine Gemeinde gehört", ("area_key",)),
    OpenTable("participant_verband", "In welchem Verband eine teilnehmende Kommune liegt", ("participant_id",)),
    OpenTable(
        "observation",
        "Amtliche Zahlen, wie veröffentlicht",
        ("level", "area_key", *_FIGURE),
        ("indicator_id",),
    ),
    OpenTable(
        "observation_today",
        "Amtliche Zahlen auf dem Gebietsstand 31.12.2023",
        ("level", "area_key", *_FIGURE),
        ("indicator_id",),
    ),
    OpenTable("participant_observation", "Zahlen der teilnehmenden Kommunen", ("participant_id", *_FIGURE)),
)


def open_tables() -> dict[str, OpenTable]:
    """All tables by name: official figures, then the programme."""
    programme = [
        OpenTable(name, table.plural, (table.key,) if table.key else table.columns)
        for name, table in TABLES.items()
        if table.kept_by != "product"
    ]
    return {one.name: one for one in (*_FIGURES, *programme)}


@remembered
def columns(name: str) -> dict[str, tuple[str, str]]:
    """The columns of a table: type (integer, number, boolean, string) and format (date, date-time or empty)."""
    described = read(f"DESCRIBE SELECT * FROM {open_tables()[name].name}")
    types = {
        str(column): str(kind).split("(")[0]
        for column, kind in zip(described["column_name"], described["column_type"], strict=True)
    }
    return {column: _TYPES.get(kind, ("string", "")) for column, kind in types.items() if column not in _OF_PERSONS}


@dataclass(frozen=True)
class Question:
    """Which rows of a ``table``: those with a value that ``where`` names for the column; ``limit`` from ``offset``."""

    table: OpenTable
    where: Mapping[str, Sequence[object]]
    limit: int | None = None
    offset: int = 0


def answer(question: Question) -> tuple[pd.DataFrame, int]:
    """The rows in the order of their key, whole numbers as Int64 and days as dates, and how many there are in all."""
    table, kinds = question.table, columns(question.table.name)
    conditions = [f'list_contains(${number}, "{column}")' for number, column in enumerate(question.where, 1)]
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    values = {str(number): list(values) for number, values in enumerate(question.where.values(), 1)}
    total = int(read(f"SELECT count(*) AS n FROM {table.name} {where}", values)["n"].iloc[0])
    picked = ", ".join(f'"{column}"' for column in kinds)
    order = ", ".join(f'"{column}"' for column in table.key)
    some = f"LIMIT {question.limit} OFFSET {question.offset}" if question.limit is not None else ""
    frame = read(f"SELECT {picked} FROM {table.name} {where} ORDER BY {order} {some}", values)
    return _typed(frame, kinds), total


def _typed(frame: pd.DataFrame, kinds: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    for column, (kind, form) in kinds.items():
        if kind == "integer":
            frame[column] = frame[column].astype("Int64")
        elif form == "date":
            frame[column] = pd.to_datetime(frame[column]).dt.date
    return frame


def credits_of(frame: pd.DataFrame) -> list[dict[str, str]]:
    """Source, attribution and licence of the figures in ``frame``; none for a table without a source of its own."""
    if "source_id" not in frame:
        return []
    ids = frame["source_id"].dropna().unique().tolist()
    known = read(
        "SELECT source_id, attribution, licence FROM source WHERE list_contains($ids, source_id) ORDER BY source_id",
        {"ids": ids},
    )
    return [{str(key): str(value) for key, value in row.items()} for row in known.to_dict("records")]


def values_of(table: OpenTable, column: str) -> list[object]:
    """What stands in a column, each once, in order."""
    found = read(f'SELECT DISTINCT "{column}" AS value FROM {table.name} ORDER BY value')
    return list(found["value"])


def licences() -> list[str]:
    """The licences of the figures, that of the most sources first."""
    return list(read("SELECT licence FROM source GROUP BY licence ORDER BY count(*) DESC, licence")["licence"])
