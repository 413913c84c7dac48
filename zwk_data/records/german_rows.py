"""Records as people see them in a German table, and back: words for codes, names for keys, dates as exact as known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import duckdb
import pandas as pd

from zwk_data.records import names
from zwk_data.records.names import Rows, TableNames
from zwk_data.schema.cells import Proposed, Reading, Row, fold
from zwk_data.schema.structure import Field, Table
from zwk_data.schema.tables import TABLES, referred_to
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: the column with a record's key, in lists that are imported or exported
KEY = "Kennung"

#: (label of a field, German sentence)
Remarks = list[tuple[str, str]]


class Doubt(NamedTuple):
    """A proposal: the ``label`` of its field, a German ``sentence``, and whether it may be taken with others."""

    label: str
    sentence: str
    likely: bool = False


@dataclass(frozen=True)
class Context:
    """The names that references are read and shown with: table -> key -> what its name is made of."""

    rows: Mapping[str, Rows]
    #: the same records by the names that a list gives them
    renamed: Mapping[str, Rows] = field(default_factory=dict)
    #: folded names of all places in Germany, which are never taken for a misspelt Kommune
    elsewhere: frozenset[str] = frozenset()
    _names: dict[str, TableNames] = field(default_factory=dict, compare=False, repr=False)

    def names(self, table: str) -> TableNames:
        """The names of the records of a table that others refer to."""
        if table not in self._names:
            found, others = self.rows[table], self.renamed.get(table, {})
            if table == "participant":
                self._names[table] = names.participants(found, others, self.elsewhere)
            elif table == "measure":
                self._names[table] = names.measures(found, others, self.names("participant"))
            elif table == "review":
                self._names[table] = names.reviews(found, others, self.names("participant"))
            else:
                self._names[table] = names.titled(table, found, others)
        return self._names[table]

    def names_for(self, one: Field) -> TableNames | None:
        """The names that a field refers to, if it is a reference."""
        return self.names(one.parent) if one.parent else None

    def with_rows(self, table: str, more: Rows) -> Context:
        """The same, extended by a list's own new records and by its other names for known ones."""
        if table not in self.rows or not more:
            return self
        named = {key: {c: row.get(c) for c in TABLES[table].name_columns} for key, row in more.items()}
        old = self.rows[table]
        added = {key: row for key, row in named.items() if key not in old}
        renamed = {key: row for key, row in named.items() if key in old and row != old[key]}
        # a name may contain that of the record's owner, so it has to be rebuilt as well
        kept = {
            name: one
            for name, one in self._names.items()
            if name != table and not (TABLES[name].owner and TABLES[name].owner in TABLES[name].name_columns)
        }
        return Context({**self.rows, table: {**old, **added}}, {**self.renamed, table: renamed}, self.elsewhere, kept)

    @cached_property
    def choices(self) -> dict[str, list[str]]:
        """Table -> the names of its records in alphabetical order, for a list to choose from."""
        return {table: sorted(self.names(table).labels.values(), key=str.casefold) for table in self.rows}


def context() -> Context:
    """The names of all records that others refer to, read once."""
    rows: dict[str, Rows] = {}
    for name in referred_to():
        table = TABLES[name]
        found = read(f"SELECT {', '.join((table.key, *table.name_columns))} FROM {name} ORDER BY {table.key}")
        found = found.astype(object).where(found.notna(), None)
        rows[name] = {
            str(row[table.key]): {column: _python(table, column, row[column]) for column in table.name_columns}
            for row in found.to_dict("records")
        }
    return Context(rows, elsewhere=_places())


@remembered
def _places() -> frozenset[str]:
    """The names of all places in the register, folded, without the words for their class."""
    try:
        found = read("SELECT DISTINCT name FROM area WHERE level IN ('gemeinde', 'verband', 'kreis')")
    except duckdb.CatalogException:  # a store without figures knows no places
        return frozenset()
    plain = {fold(str(name).partition(",")[0]) for name in found["name"].dropna()}
    return frozenset(names.without_class(name)[0] for name in plain)


def _python(table: Table, column: str, value: Any) -> Any:
    return None if value is None else table.field_of(column).kind.python(value, column)


def form_columns(table: str) -> list[str]:
    """The German labels of a table's fields; a date that is kept in three columns is one."""
    return [one.label for one in TABLES[table].fields]


def to_form(table: str, frame: pd.DataFrame, known: Context | None = None) -> pd.DataFrame:
    """Records (key and columns of the store) as people see them.

    Columns: „Kennung“, then one per field by its label, dtype object. Codes are words, references names, spans German
    text, days dates, years int, amounts float, flags bool; None for nothing (a span: "").
    """
    declared = TABLES[table]
    known = known or context()
    plain = frame.reset_index(drop=True).astype(object)
    plain = plain.where(plain.notna(), None)
    rows = [declared.python_row(row) for row in plain.to_dict("records")]
    columns: dict[str, list[Any]] = {KEY: [str(key) for key in plain[declared.key]]}
    for one in declared.fields:
        names_of = known.names_for(one)
        columns[one.label] = [one.kind.cell(one, row, names_of) for row in rows]
    return pd.DataFrame(columns, dtype=object)


def python_rows(table: Table, frame: pd.DataFrame) -> dict[str, Row]:
    """Key -> record of a frame with the store's columns, missing values None; in the frame's order."""
    plain = frame.astype(object).where(frame.notna(), None)
    return {str(row[table.key]): table.python_row(row) for row in plain.to_dict("records")}


def from_form(
    table: str, cells: Mapping[str, object], known: Context | None = None
) -> tuple[Row, Remarks, list[Doubt]]:
    """What people wrote (label -> content of the cell) as columns of the store.

    Returns the values of those fields that have a cell, the problems (label, German sentence) of what can't be read,
    and the doubts of what was read as a proposal only. Labels that the table does not have, and
    „Kennung“, are passed over. Rules are not asked here (rules.problems).
    """
    known = known or context()
    values: Row = {}
    problems: Remarks = []
    doubts: list[Doubt] = []
    for one in TABLES[table].fields:
        if one.label not in cells:
            continue
        cell = cells[one.label]
        try:
            found = one.read(cell.value if isinstance(cell, Proposed) else cell, known.names_for(one))
        except ValueError as error:
            problems.append((one.label, str(error)))
            continue
        values |= one.kind.values(one, found.value)
        said = [each for each in (cell, found) if isinstance(each, Proposed | Reading) and each.doubt]
        if said:
            sentence = " ".join(each.doubt for each in said)
            doubts.append(Doubt(one.label, sentence, all(each.likely for each in said)))
    return values, problems, doubts
