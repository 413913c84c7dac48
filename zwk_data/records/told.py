"""The history in words, record by record: „Termin eingetragen: Schossin, Zukunftswerkstatt, 24.11.2024“."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from zwk_data.records import history
from zwk_data.records.changes import Change
from zwk_data.records.history import Labels
from zwk_data.records.table_editing import kept_records
from zwk_data.schema.cells import Row
from zwk_data.schema.structure import Table
from zwk_data.schema.tables import TABLES
from zwk_data.stores.connection import read

#: „Termin einer Stufe“ is called Termin where the stage is named beside it
_OF = re.compile(r" (?:einer|eines) ")
#: so many changed fields of a record are named
NAMED = 2
COLUMNS = ["set_id", "at", "actor", "reason", "undone", "entity", "participant_id", "what"]


@dataclass(frozen=True)
class Wanted:
    """Which changes to show; everything is optional. ``table``: a key of TABLES."""

    participant_id: str = ""
    table: str = ""
    actor: str = ""
    since: datetime | None = None


def told(wanted: Wanted) -> pd.DataFrame:
    """One row per record and change set, newest first; columns as in COLUMNS.

    set_id, at, actor, reason (may be NaN), undone (number of the set that took it back, or NaN), entity (table),
    participant_id ("" for what belongs to no Kommune), what (a German sentence).
    """
    log = read(
        """
        SELECT l.*, u.set_id AS undone FROM change_log l
        LEFT JOIN change_set s USING (set_id) LEFT JOIN change_set u ON u.undoes = s.set_id
        WHERE ($table = '' OR l.entity = $table) AND ($actor = '' OR l.actor = $actor)
          AND ($since IS NULL OR l."at" >= $since)
        ORDER BY l.set_id DESC, l.entity, l.entity_id, l.change_id
        """,
        {"table": wanted.table, "actor": wanted.actor, "since": wanted.since},
    )
    log = log[log["entity"].isin(TABLES)]
    plain = log.astype(object).where(log.notna(), None)
    labels = history.names(set(plain["entity"]))
    kept = kept_records(
        [Change(table, key, {}) for table, key in zip(plain["entity"], plain["entity_id"], strict=True)]
    )
    changed = []
    for _, group in plain.groupby(["set_id", "entity", "entity_id"], sort=False):
        table, key = str(group["entity"].iloc[0]), str(group["entity_id"].iloc[0])
        entries: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in group.to_dict("records")]
        changed.append((TABLES[table], entries, _record(TABLES[table], entries, kept.get((table, key), {}))))
    parents = kept_records([parent for of, _, record in changed if (parent := _parent(of, record))])
    rows = []
    for of, entries, record in changed:
        owner = _owner(of, record, parents)
        if wanted.participant_id in ("", owner):
            first = entries[0]
            what = _sentence(of, entries, record, labels)
            rows.append((*(first[c] for c in ("set_id", "at", "actor", "reason", "undone")), of.name, owner, what))
    return pd.DataFrame(rows, columns=COLUMNS)


def people() -> list[str]:
    """Everybody who has changed something, by name."""
    return read("SELECT DISTINCT actor FROM change_log ORDER BY actor")["actor"].tolist()


def _record(table: Table, entries: list[dict[str, Any]], kept: Row) -> Row:
    """The record as it was after the change, or before it was removed."""
    whole = next((one["new"] or one["old"] for one in reversed(entries) if one["field"] is None), None)
    record = dict.fromkeys(table.columns) | kept
    if whole is not None:
        record |= table.from_json(whole)
    return record | {
        one["field"]: table.read_back(one["field"], one["new"]) for one in entries if one["field"] in table.columns
    }


def _parent(table: Table, record: Row) -> Change | None:
    """The measure or Zwischenbilanz that says whose a record is, where it does not say so itself."""
    if "participant_id" in table.columns:
        return None
    column = next((one for one in ("measure_id", "review_id") if one in table.columns), None)
    return Change(column.removesuffix("_id"), str(record.get(column) or ""), {}) if column else None


def _owner(table: Table, record: Row, parents: Mapping[tuple[str, str], Row]) -> str:
    parent = _parent(table, record)
    own = parents.get((parent.table, parent.key or ""), {}) if parent else record
    return str(own.get("participant_id") or "")


def _sentence(table: Table, entries: list[dict[str, Any]], record: Row, labels: Labels) -> str:
    title = _title(table, record, labels)
    noun = _OF.split(table.singular)[0]
    whole = [one for one in entries if one["field"] is None]
    if whole:
        verb = "eingetragen" if whole[-1]["old"] is None else "gelöscht"
        return f"{noun} {verb}: {title}"
    changed = [_field_words(table, one, labels) for one in entries]
    more = f" und {len(changed) - NAMED} weitere Felder" if len(changed) > NAMED + 1 else ""
    shown = changed[:NAMED] if more else changed
    return f"{noun} geändert: {title} ({'; '.join(shown)}{more})"


def _field_words(table: Table, entry: dict[str, Any], labels: Labels) -> str:
    one = table.field_of(entry["field"])
    old, new = (history.word(table.name, entry["field"], entry[at], labels) for at in ("old", "new"))
    return f"{one.kind.column_label(one, entry['field'])}: {old} → {new}"


def _title(table: Table, record: Row, labels: Labels) -> str:
    """„Schossin, Zukunftswerkstatt, 24.11.2024“: whose it is, and what tells it from the others of its kind."""
    own = (table.owner, table.title, *(column for column in table.natural if column != "note"))
    columns = dict.fromkeys(column for column in own if column)
    named = [history.shown(table.name, c, record, labels) for c in columns if record.get(c) is not None]
    return ", ".join(named) or "ohne Namen"
