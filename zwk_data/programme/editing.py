"""A table of records as people edit it: what is shown, what became of it, and the changes that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from zwk_data.programme.changes import Change, Clash, Fault
from zwk_data.programme.columns import Row, same
from zwk_data.programme.forms import python_rows, shown
from zwk_data.programme.reading_dates import read_span
from zwk_data.programme.records import RECORDS, Field, Record
from zwk_data.warehouse.connection import read

#: what records belong to a Kommune through
_THROUGH = {"measure_id": "measure", "review_id": "review"}


@dataclass(frozen=True)
class Sheet:
    """The records of a table as they were read: ``rows`` by key, with Python values.

    ``shown``: one column per field, named by its store column; dates as exact as their source are German text in
    ``date_from``. Rows as in ``rows``.
    """

    table: str
    rows: dict[str, Row]
    shown: pd.DataFrame

    @property
    def record(self) -> Record:
        """What kind of records they are."""
        return RECORDS[self.table]


def edit_sheet(table: str, participant_id: str | None = None) -> Sheet:
    """The records of a table, of one Kommune if given, newest key last."""
    record = RECORDS[table]
    where = ""
    if participant_id and "participant_id" in (record.key, *record.columns):
        where = "WHERE participant_id = $participant"
    elif participant_id and record.owner in _THROUGH:
        parent = _THROUGH[record.owner]
        where = f"WHERE {record.owner} IN (SELECT {record.owner} FROM {parent} WHERE participant_id = $participant)"
    listed = ", ".join((record.key, *record.columns))
    frame = read(
        f"SELECT {listed} FROM {table} {where} ORDER BY {_order(record)}",
        {"participant": participant_id} if where else None,
    )
    rows = python_rows(record, frame)
    columns = {one.column: [_shown(one, row) for row in rows.values()] for one in record.fields}
    return Sheet(table, rows, pd.DataFrame(columns, index=list(rows), dtype=object))


def _order(record: Record) -> str:
    first = [c for c in ("participant_id", "review_id", "measure_id") if c in record.columns]
    then = [c for c in ("stage", "date_from", "noted_on", "year") if c in record.columns]
    return ", ".join(dict.fromkeys([*first, *then, *record.natural, record.key]))


def _shown(one: Field, row: Row) -> Any:
    return shown(one, row) if one.kind == "span" else row[one.column]


def edited_changes(
    base: Sheet,
    edited: Mapping[int, Mapping[str, Any]],
    added: Sequence[Mapping[str, Any]],
    removed: Sequence[int],
    fixed: Mapping[str, Any] | None = None,
) -> tuple[list[Change], list[Fault]]:
    """What the editor did to ``base``, as changes, and what of it can't be read (its ``place`` counts the changes).

    ``edited``: row -> column -> new value; ``added``: new rows; ``removed``: rows. ``fixed``: values of every new row
    that the table does not show, such as its Kommune. Values are those of a form: dates as text or date.
    """
    keys = list(base.rows)
    found: list[Change] = []
    faults: list[Fault] = []
    for at, cells in edited.items():
        if at in removed:
            continue
        values, wrong = _read(base.record, cells, len(found))
        faults += wrong
        seen = {c: base.rows[keys[at]][c] for c in values}
        if any(not same(values[c], seen[c]) for c in values):
            found.append(Change(base.table, keys[at], values, seen))
    for cells in added:
        if all(value in (None, "") for value in cells.values()):
            continue
        values, wrong = _read(base.record, cells, len(found))
        faults += wrong
        empty: Row = {"precision": "unknown"} if "precision" in base.record.columns else {}
        found.append(Change(base.table, None, {**empty, **(fixed or {}), **values}))
    found += [Change(base.table, keys[at], None, base.rows[keys[at]]) for at in removed]
    return found, faults


def _read(record: Record, cells: Mapping[str, Any], place: int) -> tuple[Row, list[Fault]]:
    values: Row = {}
    faults = []
    for column, value in cells.items():
        one = record.field_of(column)
        if one.kind == "span":
            try:
                values |= dict(zip(one.columns, read_span(value), strict=True))
            except ValueError as error:
                faults.append(Fault(place, column, f"„{one.label}“: {error}"))
        elif one.kind == "day" and isinstance(value, str) and value:
            values[column] = date.fromisoformat(value[:10])
        elif one.kind in ("year", "count") and value not in (None, ""):
            values[column] = int(value)
        else:
            values[column] = None if value == "" else value
    return values, faults


def insist(wanted: Sequence[Change], clashes: Sequence[Clash]) -> list[Change]:
    """The same changes, knowing what others did: saved now, they replace it. Removed records stay removed."""
    now = {(one.place, one.column): one.now for one in clashes}
    gone = {one.place for one in clashes if not one.column}
    return [
        replace(change, seen={c: now.get((place, c), v) for c, v in change.seen.items()})
        for place, change in enumerate(wanted)
        if place not in gone
    ]


def give_way(wanted: Sequence[Change], clashes: Sequence[Clash]) -> list[Change]:
    """The changes without what clashes: others' values stay, the rest is kept."""
    lost = {(one.place, one.column) for one in clashes}
    gone = {one.place for one in clashes if not one.column}
    found = []
    for place, change in enumerate(wanted):
        if place in gone or (change.values is None and any(at == place for at, _ in lost)):
            continue
        if change.values is None:
            found.append(change)
            continue
        # a date is one field in three columns: it gives way as a whole
        dropped = {c for at, column in lost if at == place for c in RECORDS[change.table].field_of(column).columns}
        values = {c: v for c, v in change.values.items() if c not in dropped}
        if values:
            found.append(replace(change, values=values, seen={c: v for c, v in change.seen.items() if c in values}))
    return found
