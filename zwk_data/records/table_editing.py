"""A table of records as people edit it: what the editor shows, which changes follow from it, and what they will do.

What a saving will do is said in German before it is done, and where two people want different things.
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
from zwk_data.records.german_rows import python_rows
from zwk_data.records.history import Labels
from zwk_data.schema.cells import Row, same, written
from zwk_data.schema.structure import Table
from zwk_data.schema.tables import TABLES
from zwk_data.stores.connection import read


@dataclass(frozen=True)
class EditSheet:
    """The records of a table as they were read: ``rows`` by key, with Python values.

    ``shown``: one column per field, named by its store column; dates as exact as their source are German text in
    ``date_from``. Rows as in ``rows``.
    """

    table: Table
    rows: dict[str, Row]
    shown: pd.DataFrame


def edit_sheet(table: str, participant_id: str | None = None) -> EditSheet:
    """The records of a table, of one Kommune if given, newest key last."""
    declared = TABLES[table]
    where = ""
    if participant_id and "participant_id" in (declared.key, *declared.columns):
        where = "WHERE participant_id = $participant"
    elif participant_id and declared.owner:
        owner, parent = declared.owner, declared.owner_table
        where = f"WHERE {owner} IN (SELECT {owner} FROM {parent} WHERE participant_id = $participant)"
    frame = read(
        f"SELECT {', '.join((declared.key, *declared.columns))} FROM {table} {where} ORDER BY {_order(declared)}",
        {"participant": participant_id} if where else None,
    )
    rows = python_rows(declared, frame)
    columns = {one.column: [one.kind.in_editor(one, row) for row in rows.values()] for one in declared.fields}
    return EditSheet(declared, rows, pd.DataFrame(columns, index=list(rows), dtype=object))


def _order(table: Table) -> str:
    first = [c for c in ("participant_id", "review_id", "measure_id") if c in table.columns]
    then = [c for c in ("stage", "date_from", "noted_on", "year") if c in table.columns]
    return ", ".join(dict.fromkeys([*first, *then, *table.natural, table.key]))


def edited_changes(
    base: EditSheet,
    edited: Mapping[int, Mapping[str, Any]],
    added: Sequence[Mapping[str, Any]],
    removed: Sequence[int],
    fixed: Mapping[str, Any] | None = None,
) -> tuple[list[Change], list[Fault], list[int]]:
    """What the editor did to ``base``, as changes, and what of it can't be read (its ``place`` counts the changes).

    ``edited``: row -> column -> new value; ``added``: new rows; ``removed``: rows. ``fixed``: values of every new row
    that the table does not show, such as its Kommune. Values are those of a form: dates as text or date. The last list
    says in which row of the editor each change now stands; those that remove a record, at the end, have none.
    """
    keys = list(base.rows)
    found: list[Change] = []
    faults: list[Fault] = []
    rows: list[int] = []
    for at, cells in edited.items():
        if at in removed:
            continue
        values, wrong = _entered_values(base.table, cells, len(found))
        faults += wrong
        seen = {c: base.rows[keys[at]][c] for c in values}
        if wrong or any(not same(values[c], seen[c]) for c in values):
            found.append(Change(base.table.name, keys[at], values, seen))
            rows.append(at - sum(gone < at for gone in removed))
    for at, cells in enumerate(added, len(keys) - len(removed)):
        if all(value in (None, "") for value in cells.values()):
            continue
        values, wrong = _entered_values(base.table, cells, len(found))
        faults += wrong
        found.append(Change(base.table.name, None, {**base.table.blank(), **(fixed or {}), **values}))
        rows.append(at)
    found += [Change(base.table.name, keys[at], None, base.rows[keys[at]]) for at in removed]
    return found, faults, rows


def _entered_values(table: Table, cells: Mapping[str, Any], place: int) -> tuple[Row, list[Fault]]:
    values: Row = {}
    faults = []
    for column, value in cells.items():
        one = table.field_of(column)
        try:
            values |= one.kind.from_editor(one, value)
        except ValueError as error:
            faults.append(Fault(place, column, f"„{one.label}“: {error}"))
    return values, faults


def insist(wanted: Sequence[Change], clashes: Sequence[Clash]) -> list[Change]:
    """The same changes, based on the present state, so that they overwrite others'. Removed records stay removed."""
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
        # a date is one field in three columns and gives way as a whole
        dropped = {c for at, column in lost if at == place for c in TABLES[change.table].field_of(column).columns}
        values = {c: v for c, v in change.values.items() if c not in dropped}
        if values:
            found.append(replace(change, values=values, seen={c: v for c, v in change.seen.items() if c in values}))
    return found


def preview(wanted: Sequence[Change]) -> pd.DataFrame:
    """What will be saved, a row per field: columns Eintrag, Was, Feld, bisher, künftig."""
    labels = _labels(wanted)
    rows: list[tuple[str, ...]] = []
    for change, title in zip(wanted, _titles(wanted, labels), strict=True):
        table = TABLES[change.table]
        if change.values is None:
            rows.append((title, "löschen", "", "", ""))
            continue
        now = {**dict.fromkeys(table.columns), **change.seen}
        then = {**now, **change.values}
        for one in table.fields:
            if not set(one.columns) & set(change.values):
                continue
            before = history.shown(change.table, one.column, now, labels) if change.key else ""
            after = history.shown(change.table, one.column, then, labels)
            if (before != after) if change.key else (after != one.kind.nothing):
                rows.append((title, "ändern" if change.key else "neu", one.label, before, after))
    return pd.DataFrame(rows, columns=["Eintrag", "Was", "Feld", "bisher", "künftig"])


def titles(wanted: Sequence[Change]) -> list[str]:
    """What the reader calls the record of each change: „Riesa: Dorfladen“."""
    return _titles(wanted, _labels(wanted))


def clash_table(clashes: Sequence[Clash]) -> pd.DataFrame:
    """What two people want of the same fields: columns Eintrag, Feld, Sie sahen, Jetzt gespeichert, Sie wollen,
    Geändert von.
    """
    changes = [Change(one.table, one.key, {}) for one in clashes]
    labels = _labels(changes)
    rows: list[tuple[str, ...]] = []
    for one, title in zip(clashes, _titles(changes, labels), strict=True):
        by = f"{one.actor}, {one.at:%d.%m.%Y %H:%M}" if one.at else one.actor or "unbekannt"
        if not one.column:
            rows.append((title, "ganzer Eintrag", "vorhanden", "gelöscht", "geändert", by))
            continue
        label = TABLES[one.table].field_of(one.column).label
        words = [history.word(one.table, one.column, written(v), labels) for v in (one.saw, one.now, one.wanted)]
        rows.append((title, label, *words, by))
    return pd.DataFrame(
        rows, columns=["Eintrag", "Feld", "Sie sahen", "Jetzt gespeichert", "Sie wollen", "Geändert von"]
    )


def _labels(wanted: Sequence[Change]) -> Labels:
    """The names of all records that others refer to, and of those that are only being made."""
    labels = history.names({change.table for change in wanted})
    for change in wanted:
        table = TABLES[change.table]
        if change.key is None and change.values and change.table in labels and table.key in change.values:
            title = change.values.get(table.title) or ""
            words = german.day(title) if isinstance(title, date) else str(title)
            labels[change.table].setdefault(str(change.values[table.key]), words)
    return labels


def _titles(wanted: Sequence[Change], labels: Labels) -> list[str]:
    kept = kept_records(wanted)
    found = []
    for change in wanted:
        table = TABLES[change.table]
        own = kept.get((change.table, change.key or ""), {})
        row = {**dict.fromkeys(table.columns), **own, **change.seen, **(change.values or {})}
        columns = dict.fromkeys([table.owner, table.title or table.natural[-1]])
        parts = [history.shown(change.table, c, row, labels) for c in columns if row.get(c) is not None]
        found.append(": ".join(parts) or f"{table.singular} {change.key or ''}".strip())
    return found


def kept_records(wanted: Sequence[Change]) -> dict[tuple[str, str], Row]:
    """The stored records, for fields that a change does not mention."""
    found: dict[tuple[str, str], Row] = {}
    for name in {change.table for change in wanted}:
        table = TABLES[name]
        keys = [c.key for c in wanted if c.table == name and c.key and not set(table.columns) <= set(c.seen)]
        if not keys:
            continue
        listed = ", ".join((table.key, *table.columns))
        frame = read(f"SELECT {listed} FROM {name} WHERE {table.key} IN (SELECT unnest(?::VARCHAR[]))", [keys])
        found |= {(name, key): row for key, row in python_rows(table, frame).items()}
    return found
