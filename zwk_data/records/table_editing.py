"""A table of records as people edit it: what is shown, what became of it, and the changes that follow.

What a saving will do, in German: before it is done, and where two people want different things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from zwk_data import german
from zwk_data.records import history
from zwk_data.records.changes import Change, Clash, Fault
from zwk_data.records.german_rows import python_rows, shown
from zwk_data.schema.dates import read_span
from zwk_data.schema.kinds import Row, same, written
from zwk_data.schema.tables import RECORDS, Field, Record
from zwk_data.stores.connection import read

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


Names = dict[str, dict[str, str]]


def preview(wanted: Sequence[Change]) -> pd.DataFrame:
    """What will be saved, a row per field: columns Eintrag, Was, Feld, bisher, künftig."""
    names = _names(wanted)
    rows: list[tuple[str, ...]] = []
    for change, title in zip(wanted, _titles(wanted, names), strict=True):
        record = RECORDS[change.table]
        if change.values is None:
            rows.append((title, "löschen", "", "", ""))
            continue
        now = {**dict.fromkeys(record.columns), **change.seen}
        then = {**now, **change.values}
        for one in record.fields:
            if not set(one.columns) & set(change.values):
                continue
            before = history.shown(change.table, one.column, now, names) if change.key else ""
            after = history.shown(change.table, one.column, then, names)
            if (before != after) if change.key else (after not in ("leer", "ohne Datum")):
                rows.append((title, "ändern" if change.key else "neu", one.label, before, after))
    return pd.DataFrame(rows, columns=["Eintrag", "Was", "Feld", "bisher", "künftig"])


def titles(wanted: Sequence[Change]) -> list[str]:
    """What the reader calls the record of each change: „Riesa: Dorfladen“."""
    return _titles(wanted, _names(wanted))


def clash_table(clashes: Sequence[Clash]) -> pd.DataFrame:
    """What two people want of the same fields: columns Eintrag, Feld, Sie sahen, Jetzt gespeichert, Sie wollen,
    Geändert von.
    """
    changes = [Change(one.table, one.key, {}) for one in clashes]
    names = _names(changes)
    rows: list[tuple[str, ...]] = []
    for one, title in zip(clashes, _titles(changes, names), strict=True):
        by = f"{one.actor}, {one.at:%d.%m.%Y %H:%M}" if one.at else one.actor or "unbekannt"
        if not one.column:
            rows.append((title, "ganzer Eintrag", "vorhanden", "gelöscht", "geändert", by))
            continue
        label = RECORDS[one.table].field_of(one.column).label
        words = [history.word(one.table, one.column, written(v), names) for v in (one.saw, one.now, one.wanted)]
        rows.append((title, label, *words, by))
    return pd.DataFrame(
        rows, columns=["Eintrag", "Feld", "Sie sahen", "Jetzt gespeichert", "Sie wollen", "Geändert von"]
    )


def _names(wanted: Sequence[Change]) -> Names:
    """The names of all records that others refer to, and of those that are only being made."""
    names = history.names({change.table for change in wanted})
    for change in wanted:
        record = RECORDS[change.table]
        if change.key is None and change.values and change.table in names and record.key in change.values:
            title = change.values.get(record.title) or ""
            words = german.day(title) if isinstance(title, date) else str(title)
            names[change.table].setdefault(str(change.values[record.key]), words)
    return names


def _titles(wanted: Sequence[Change], names: Names) -> list[str]:
    kept = _kept(wanted)
    found = []
    for change in wanted:
        record = RECORDS[change.table]
        own = kept.get((change.table, change.key or ""), {})
        row = {**dict.fromkeys(record.columns), **own, **change.seen, **(change.values or {})}
        columns = dict.fromkeys([record.owner, record.title or record.natural[-1]])
        parts = [history.shown(change.table, c, row, names) for c in columns if row.get(c) is not None]
        found.append(": ".join(parts) or f"{record.name} {change.key or ''}".strip())
    return found


def _kept(wanted: Sequence[Change]) -> dict[tuple[str, str], Row]:
    """The records as they stand, for those of their fields that a change does not mention."""
    found: dict[tuple[str, str], Row] = {}
    for table in {change.table for change in wanted}:
        record = RECORDS[table]
        keys = [c.key for c in wanted if c.table == table and c.key and not set(record.columns) <= set(c.seen)]
        if not keys:
            continue
        listed = ", ".join((record.key, *record.columns))
        frame = read(f"SELECT {listed} FROM {table} WHERE {record.key} IN (SELECT unnest(?::VARCHAR[]))", [keys])
        found |= {(table, key): row for key, row in python_rows(record, frame).items()}
    return found
