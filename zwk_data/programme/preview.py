"""What a saving will do, in German: before it is done, and where two people want different things."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from zwk_data import german
from zwk_data.programme import changelog
from zwk_data.programme.changes import Change, Clash
from zwk_data.programme.columns import Row, written
from zwk_data.programme.forms import python_rows
from zwk_data.programme.records import RECORDS
from zwk_data.warehouse.connection import read

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
            before = changelog.shown(change.table, one.column, now, names) if change.key else ""
            after = changelog.shown(change.table, one.column, then, names)
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
        words = [changelog.word(one.table, one.column, written(v), names) for v in (one.saw, one.now, one.wanted)]
        rows.append((title, label, *words, by))
    return pd.DataFrame(
        rows, columns=["Eintrag", "Feld", "Sie sahen", "Jetzt gespeichert", "Sie wollen", "Geändert von"]
    )


def _names(wanted: Sequence[Change]) -> Names:
    """The names of all records that others refer to, and of those that are only being made."""
    names = changelog.names({change.table for change in wanted})
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
        parts = [changelog.shown(change.table, c, row, names) for c in columns if row.get(c) is not None]
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
