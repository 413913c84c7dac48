"""Records and what people see of them in a German table: words for codes, names for keys, dates as exact as known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from zwk_data import german
from zwk_data.records import names
from zwk_data.records.names import Names, Rows
from zwk_data.schema import kinds
from zwk_data.schema.kinds import Row
from zwk_data.schema.tables import RECORDS, Field, Record
from zwk_data.stores.connection import read

#: the column with a record's key, in every list that brings or takes one
KEY = "Kennung"

#: table -> what its records' names are made of
_NAMED = {
    "participant": ("name", "kind", "quarter"),
    "theme": ("name_de",),
    "tool": ("title",),
    "measure": ("title", "participant_id"),
    "review": ("held_on", "participant_id"),
}

Said = list[tuple[str, str]]


@dataclass(frozen=True)
class Context:
    """The names that references are read and shown with: table -> key -> what its name is made of."""

    rows: Mapping[str, Rows]
    #: the same records by the names that a list gives them
    renamed: Mapping[str, Rows] = field(default_factory=dict)
    _names: dict[str, Names] = field(default_factory=dict, compare=False, repr=False)

    def names(self, table: str) -> Names:
        """The names of a table's records: participant, theme, tool, measure or review."""
        if table not in self._names:
            found, others = self.rows[table], self.renamed.get(table, {})
            if table == "participant":
                self._names[table] = names.participants(found, others)
            elif table == "measure":
                self._names[table] = names.measures(found, others, self.names("participant"))
            elif table == "review":
                self._names[table] = names.reviews(found, others, self.names("participant"))
            else:
                self._names[table] = names.titled(table, found, others)
        return self._names[table]

    def with_rows(self, table: str, more: Rows) -> Context:
        """The same with what a list brings itself: further records of a table, and other names of known ones."""
        if table not in self.rows or not more:
            return self
        named = {key: {c: row.get(c) for c in _NAMED[table]} for key, row in more.items()}
        old = self.rows[table]
        added = {key: row for key, row in named.items() if key not in old}
        renamed = {key: row for key, row in named.items() if key in old and row != old[key]}
        kept = {name: one for name, one in self._names.items() if name not in (table, "measure", "review")}
        return Context({**self.rows, table: {**old, **added}}, {**self.renamed, table: renamed}, kept)

    @cached_property
    def choices(self) -> dict[str, list[str]]:
        """Table -> the names of its records in alphabetical order, for a list to choose from."""
        return {table: sorted(self.names(table).labels.values(), key=str.casefold) for table in self.rows}


def context() -> Context:
    """The names of all records that others refer to, read once."""
    rows: dict[str, Rows] = {}
    for table, columns in _NAMED.items():
        key = RECORDS[table].key
        found = read(f"SELECT {', '.join((key, *columns))} FROM {table} ORDER BY {key}")
        found = found.astype(object).where(found.notna(), None)
        rows[table] = {
            str(row[key]): {c: row[c].date() if c == "held_on" else row[c] for c in columns}
            for row in found.to_dict("records")
        }
    return Context(rows)


def form_columns(table: str) -> list[str]:
    """The German labels of a table's fields; a date that is kept in three columns is one."""
    return [one.label for one in RECORDS[table].fields]


def to_form(table: str, frame: pd.DataFrame, known: Context | None = None) -> pd.DataFrame:
    """Records (key and columns of the store) as people see them.

    Columns: „Kennung“, then one per field by its label, dtype object. Codes are words, references names, spans German
    text, days dates, years int, amounts float, flags bool; None for nothing (a span: "").
    """
    record = RECORDS[table]
    known = known or context()
    plain = frame.reset_index(drop=True).astype(object)
    plain = plain.where(plain.notna(), None)
    rows = [python_row(record, row) for row in plain.to_dict("records")]
    columns: dict[str, list[Any]] = {KEY: [str(key) for key in plain[record.key]]}
    for one in record.fields:
        lookup = known.names(one.parent) if one.kind == "reference" else None
        columns[one.label] = [shown(one, row, lookup) for row in rows]
    return pd.DataFrame(columns, dtype=object)


def python_rows(record: Record, frame: pd.DataFrame) -> dict[str, Row]:
    """Key -> record of a frame with the store's columns, missing values None; in the frame's order."""
    plain = frame.astype(object).where(frame.notna(), None)
    return {str(row[record.key]): python_row(record, row) for row in plain.to_dict("records")}


def python_row(record: Record, row: Mapping[Any, Any]) -> Row:
    """A row of a frame (missing values None) with Python's own types for the columns of the record."""
    found: Row = {}
    for column in record.columns:
        value = row[column]
        kind = record.field_of(column).kind
        if value is None:
            found[column] = None
        elif kind == "day" or (kind == "span" and column != "precision"):
            found[column] = pd.Timestamp(value).date()
        elif kind in ("year", "count"):
            found[column] = int(value)
        elif kind in ("money", "number"):
            found[column] = float(value)
        elif kind == "flag":
            found[column] = bool(value)
        else:
            found[column] = value
    return found


def shown(one: Field, row: Row, lookup: Names | None = None) -> Any:
    """One field of a record as people see it, see ``to_form``."""
    if one.kind == "span":
        unknown = row["date_from"] is None or row["precision"] == "unknown"
        return "" if unknown else german.day(row["date_from"], row["precision"])
    value = row[one.column]
    if value is None:
        return None
    if one.kind == "code":
        return one.choices.get(value, value)
    return lookup.label(value) if lookup else value


def from_form(table: str, cells: Mapping[str, object], known: Context | None = None) -> tuple[Row, Said, Said]:
    """What people wrote (label -> whatever stands in the cell) as columns of the store.

    Returns the values of those fields that have a cell, the problems (label, German sentence) of what can't be read,
    and the doubts (label, sentence) of what was read as a proposal only. Labels that the table does not have, and
    „Kennung“, are passed over. Rules are not asked here (rules.problems).
    """
    known = known or context()
    values: Row = {}
    problems: Said = []
    doubts: Said = []
    for one in RECORDS[table].fields:
        if one.label not in cells:
            continue
        try:
            lookup = known.names(one.parent) if one.kind == "reference" else None
            found = kinds.read_field(table, one, cells[one.label], lookup)
        except ValueError as error:
            problems.append((one.label, str(error)))
            continue
        values |= dict(zip(one.columns, found.value, strict=True)) if one.kind == "span" else {one.column: found.value}
        if found.doubt:
            doubts.append((one.label, found.doubt))
    return values, problems, doubts
