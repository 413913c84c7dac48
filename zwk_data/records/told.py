"""The history in words, record by record: „Termin eingetragen: Schossin, Zukunftswerkstatt, 24.11.2024“."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
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
from zwk_data.stores.memo import remembered

#: „Termin einer Stufe“ is called Termin where the stage is named beside it
_OF = re.compile(r" (?:einer|eines) ")
#: so many changed fields of a record are named
NAMED = 2
#: a change of more records is told as a whole
EACH = 5
COLUMNS = ["set_id", "at", "actor", "reason", "undone", "records", "what"]
#: what says whose a record is, by itself or through its measure or Zwischenbilanz
REFERENCES = ("participant_id", "measure_id", "review_id")


@dataclass(frozen=True)
class Wanted:
    """Which changes to show; everything is optional. ``table``: a key of TABLES."""

    participant_id: str = ""
    table: str = ""
    actor: str = ""
    since: datetime | None = None


def _kept_references() -> str:
    """SQL for all records of today with what says whose they are; columns entity, entity_id and REFERENCES."""
    return " UNION ALL ".join(
        f"SELECT '{name}' AS entity, CAST({table.key} AS VARCHAR) AS entity_id, "
        + ", ".join(f"{one if one in table.columns else 'NULL'} AS {one}" for one in REFERENCES)
        + f" FROM {name}"
        for name, table in TABLES.items()
        if table.key and set(REFERENCES) & set(table.columns)
    )


def _reference(column: str) -> str:
    """SQL for a reference of a changed record as it was after the change, or before it was removed."""
    return f"coalesce(r.{column}, r.whole ->> '{column}', k.{column})"


_MATCHES = """
    l.entity IN (SELECT unnest($known::VARCHAR[])) AND ($table = '' OR l.entity = $table)
    AND ($actor = '' OR l.actor = $actor) AND ($since IS NULL OR l."at" >= $since)
    AND ($sets IS NULL OR l.set_id IN (SELECT unnest($sets::BIGINT[])))
"""
#: the records of the changes that are asked for
_RECORDS = f"""
    WITH changed AS (
        SELECT l.set_id, l.entity, l.entity_id, arg_max(coalesce(l.new, l.old), l.change_id) FILTER (l.field IS NULL)
               AS whole, {", ".join(f"arg_max(l.new, l.change_id) FILTER (l.field = '{c}') AS {c}" for c in REFERENCES)}
        FROM change_log l WHERE {_MATCHES} GROUP BY ALL
    ),
    record AS (
        SELECT r.set_id, r.entity, r.entity_id FROM changed r
        LEFT JOIN ({_kept_references()}) k USING (entity, entity_id)
        LEFT JOIN measure m ON m.measure_id = {_reference("measure_id")}
        LEFT JOIN review v ON v.review_id = {_reference("review_id")}
        WHERE $participant IN ('', coalesce({_reference("participant_id")}, m.participant_id, v.participant_id, ''))
    )
"""
_SETS = f"""
    {_RECORDS}
    SELECT s.set_id, s."at", s.actor, s.reason, u.set_id AS undone, count(*) AS records,
           count(*) > $each OR bool_or(s.kind = 'import') AS whole
    FROM record JOIN change_set s USING (set_id) LEFT JOIN change_set u ON u.undoes = s.set_id
    GROUP BY ALL ORDER BY s.set_id DESC
"""
_LOG = f"""
    {_RECORDS}
    SELECT l.* FROM record r JOIN change_log l USING (set_id, entity, entity_id)
    WHERE {_MATCHES}
    ORDER BY l.set_id, l.entity, l.entity_id, l.change_id
"""


@dataclass(frozen=True)
class Lines:
    """The newest lines of the history, and how many there are in all."""

    newest: pd.DataFrame
    total: int


@remembered
def lines(wanted: Wanted, most: int) -> Lines:
    """The newest ``most`` lines, newest first: one per record and change set; columns as in COLUMNS.

    set_id, at, actor, reason (may be NaN), undone (number of the set that took it back, or NaN), records (how many the
    line speaks of), what (a German sentence). A list, and a set of more than EACH records, is one line with what = "".
    Only what is shown is put into words: a history grows for years.
    """
    sets = read(_SETS, {**_asked(wanted), "sets": None, "each": EACH})
    length = sets["records"].where(~sets["whole"], 1)
    begun = sets[length.cumsum() - length < most]
    newest, single = begun[begun["whole"]].assign(what="")[COLUMNS], begun[~begun["whole"]]
    if len(single):
        newest = pd.concat([newest, _in_words(wanted, single)])
    newest = newest.sort_values("set_id", ascending=False, kind="stable").head(most)
    return Lines(newest.reset_index(drop=True), int(length.sum()))


def _in_words(wanted: Wanted, sets: pd.DataFrame) -> pd.DataFrame:
    """A line for each record of these sets; columns as in COLUMNS, without an order."""
    log = read(_LOG, {**_asked(wanted), "sets": sets["set_id"].tolist()})
    plain = log.astype(object).where(log.notna(), None)
    labels = history.names(set(plain["entity"]))
    kept = kept_records(
        [Change(table, key, {}) for table, key in zip(plain["entity"], plain["entity_id"], strict=True)]
    )
    said = []
    of_one_record = itemgetter("set_id", "entity", "entity_id")
    # they stand side by side in the log; grouping thousands of records in pandas takes seconds
    for (set_id, name, key), group in groupby(plain.to_dict("records"), key=of_one_record):
        entries = [{str(k): v for k, v in row.items()} for row in group]
        record = _record(TABLES[name], entries, kept.get((name, key), {}))
        said.append((set_id, _sentence(TABLES[name], entries, record, labels)))
    told = pd.DataFrame(said, columns=["set_id", "what"]).astype({"set_id": "int64"})
    return told.merge(sets.assign(records=1), on="set_id", how="left")[COLUMNS]


def _asked(wanted: Wanted) -> dict[str, Any]:
    return {
        "known": list(TABLES),
        "participant": wanted.participant_id,
        "table": wanted.table,
        "actor": wanted.actor,
        "since": wanted.since,
    }


@remembered
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
