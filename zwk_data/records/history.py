"""The history: who changed what, when and why, in German; and how to undo a change.

Names of people who entered something are replaced here by a word that says nothing, in all that is stored, at once.
The history stays as it is: who did what together, in which order, and every change can still be taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.schema.cells import Row, as_json, same, written
from zwk_data.schema.tables import TABLES, referred_to
from zwk_data.schema.words import CHANGE_KINDS
from zwk_data.stores import writing
from zwk_data.stores.admission import new_code
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered
from zwk_data.stores.writing import Writer, transaction

#: what a Zwischenbilanz is called: „Riesa, 12.03.2024“
_REVIEW = (
    "(SELECT p.name FROM participant p WHERE p.participant_id = review.participant_id) "
    "|| ', ' || strftime(held_on, '%d.%m.%Y')"
)
#: table -> key -> name
Labels = dict[str, dict[str, str]]


class Entry(NamedTuple):
    """One row of the history; ``field`` None: the whole record as JSON, made (``old`` None) or removed."""

    entity: str
    entity_id: str
    field: str | None
    old: str | None
    new: str | None


def entries(table: str, key: str, old: Row | None, new: Row | None) -> list[Entry]:
    """The history entries for a record that changed from ``old`` to ``new``."""
    if old is None or new is None:
        made = as_json(new) if new is not None else None
        gone = as_json(old) if old is not None else None
        return [Entry(table, key, None, gone, made)]
    return [
        Entry(table, key, c, written(old[c]), written(new[c]))
        for c in TABLES[table].columns
        if not same(old[c], new[c])
    ]


def write(  # noqa: PLR0913 - the columns of a change set
    con: writing.Writer,
    found: Sequence[Entry],
    actor: str,
    role: str,
    kind: str,
    reason: str,
    file: str | None,
    undoes: int | None,
    now: datetime,
) -> int:
    """Save a change set and its entries in the transaction of the change; returns its number."""
    # the history is append-only, so the next number is the highest plus one
    row = con.execute(
        "INSERT INTO change_set SELECT coalesce(max(set_id), 0) + 1, ?, ?, ?, ?, ?, ?, ?::BIGINT "
        "FROM change_set RETURNING set_id",
        [now, actor, role, kind, reason or None, file, undoes],
    ).fetchone()
    set_id = int(row[0]) if row else 0
    row = con.execute("SELECT coalesce(max(change_id), 0) FROM change_log").fetchone()
    last = int(row[0]) if row else 0
    con.insert(
        "change_log",
        [
            {
                "change_id": number,
                "at": now,
                "actor": actor,
                **one._asdict(),
                "reason": reason or None,
                "set_id": set_id,
            }
            for number, one in enumerate(found, start=last + 1)
        ],
    )
    return set_id


def last_touch(con: writing.Writer, table: str, key: str, column: str) -> tuple[str, datetime | None]:
    """Who last changed a record (or one column of it) and when; ("", None) if it was never changed."""
    row = con.execute(
        'SELECT actor, "at" FROM change_log WHERE entity = ? AND entity_id = ? '
        "AND (? = '' OR field = ? OR field IS NULL) ORDER BY change_id DESC LIMIT 1",
        [table, key, column, column],
    ).fetchone()
    return (row[0], row[1]) if row else ("", None)


def inverse(set_id: int) -> list[tuple[str, str, Row | None, Row | None]]:
    """What undoes a change set, last record first: (table, key, values, seen).

    ``seen`` None: the record was removed and shall be made again; ``values`` None: it was made and shall be removed.
    """
    log = read("SELECT * FROM change_log WHERE set_id = ? ORDER BY entity, entity_id, change_id", [set_id])
    log = log.astype(object).where(log.notna(), None)
    back: list[tuple[int, str, str, Row | None, Row | None]] = []
    for (table, key), group in groupby(log.to_dict("records"), key=lambda row: (row["entity"], row["entity_id"])):
        changes = list(group)
        first = changes[0]
        if first["field"] is not None:
            values = {c["field"]: TABLES[table].read_back(c["field"], c["old"]) for c in changes}
            seen = {c["field"]: TABLES[table].read_back(c["field"], c["new"]) for c in changes}
            back.append((first["change_id"], table, key, values, seen))
        elif first["old"] is None:
            back.append((first["change_id"], table, key, None, TABLES[table].from_json(first["new"])))
        else:
            values = TABLES[table].from_json(first["old"]) | {TABLES[table].key: key}
            back.append((first["change_id"], table, key, values, None))
    return [one[1:] for one in sorted(back, key=lambda one: one[0], reverse=True)]


@remembered
def sets(limit: int = 200, since: datetime | None = None) -> pd.DataFrame:
    """The last change sets, newest first.

    Columns: set_id, at, actor, role, kind, reason, file, undoes, undone (number of the set that took it back, or
    NaN), records (how many records it touched), tables (list).
    """
    return read(
        """
        SELECT s.*, u.set_id AS undone, count(DISTINCT (entity, entity_id)) AS records,
               list_sort(list(DISTINCT entity)) AS tables
        FROM change_set s LEFT JOIN change_set u ON u.undoes = s.set_id LEFT JOIN change_log l ON l.set_id = s.set_id
        WHERE $since IS NULL OR s."at" >= $since
        GROUP BY ALL ORDER BY s.set_id DESC LIMIT $limit
        """,
        {"limit": limit, "since": since},
    )


def history(table: str, key: str) -> pd.DataFrame:
    """The history of one record, newest first: columns at, actor, what (German), reason, set_id."""
    frame = read(
        'SELECT "at", actor, entity, entity_id, field, old, new, reason, set_id FROM change_log '
        "WHERE entity = ? AND entity_id = ? ORDER BY change_id DESC",
        [table, key],
    )
    return _with_sentences(frame)[["at", "actor", "what", "reason", "set_id"]]


def of_set(set_id: int, limit: int = 500) -> pd.DataFrame:
    """What a change set did, in order: columns at, actor, entity, entity_id, what (German), reason, set_id."""
    frame = read(
        'SELECT "at", actor, entity, entity_id, field, old, new, reason, set_id FROM change_log '
        "WHERE set_id = ? ORDER BY change_id LIMIT ?",
        [set_id, limit],
    )
    return _with_sentences(frame)[["at", "actor", "entity", "entity_id", "what", "reason", "set_id"]]


def _with_sentences(frame: pd.DataFrame) -> pd.DataFrame:
    plain = frame.astype(object).where(frame.notna(), None)
    labels = names(set(frame["entity"]))
    return frame.assign(what=[_sentence(row, labels) for row in plain.to_dict("records")])


def _sentence(row: Mapping[Any, Any], labels: Labels) -> str:
    """„Stand: geplant → läuft“; a whole record: „Maßnahme angelegt; Maßnahme: Dorfladen; Kommune: Riesa …“."""
    table = TABLES[row["entity"]]
    if row["field"] is None:
        verb, text = ("angelegt", row["new"]) if row["old"] is None else ("gelöscht", row["old"])
        values = table.from_json(text)
        given = [
            f"{one.label}: {shown(table.name, one.column, values, labels)}"
            for one in table.fields
            if one.kind.given(one, values)
        ]
        return f"{table.singular} {verb}; {'; '.join(given)}"
    one = table.field_of(row["field"])
    old, new = (word(table.name, row["field"], value, labels) for value in (row["old"], row["new"]))
    return f"{one.kind.column_label(one, row['field'])}: {old} → {new}"


def shown(table: str, column: str, values: Row, labels: Labels) -> str:
    """A field of a record in German, from its typed values."""
    one = TABLES[table].field_of(column)
    return one.kind.shown(one, values, labels.get(one.parent, {}))


def word(table: str, column: str, text: str | None, labels: Labels) -> str:
    """A value recorded in the history, in German words."""
    if text is None:
        return "leer"
    one = TABLES[table].field_of(column)
    return one.kind.word(one, column, one.kind.read_back(text, column), labels.get(one.parent, {}))


def names(tables: Iterable[str] | None = None) -> Labels:
    """Table -> key -> name, for references; only those that records of ``tables`` refer to."""
    asked = None if tables is None else [TABLES[name] for name in set(tables) & set(TABLES)]
    found = {}
    for name in referred_to(asked):
        key, title = TABLES[name].key, _REVIEW if name == "review" else TABLES[name].title
        frame = read(f"SELECT {key} AS key, {title} AS name FROM {name}")
        found[name] = dict(zip(frame["key"], frame["name"], strict=True))
    return found


def listed_records(table: str) -> pd.DataFrame:
    """All records of a table that may be seen: its key and columns as the store keeps them, by key."""
    key, columns = TABLES[table].key, TABLES[table].columns
    return read(f"SELECT {', '.join((key, *columns))} FROM {table} ORDER BY {key}")


def listed_areas() -> pd.DataFrame:
    """The areas of each Kommune: columns Kommune, Ebene, Gebietsschlüssel (AGS, Verband or Kreis, as text)."""
    found = read(
        "SELECT name, level, area_key FROM participant_area JOIN participant USING (participant_id) ORDER BY ALL"
    )
    return found.set_axis(["Kommune", "Ebene", "Gebietsschlüssel"], axis=1)


def listed_log() -> pd.DataFrame:
    """The whole history, newest first.

    Columns: Wann (datetime), Wer, Rolle, Art, Grund, Datei, Tabelle, Kennung, Feld ("" for a whole record), Alt, Neu.
    """
    found = read(
        """
        SELECT l."at", l.actor, s.role, s.kind, coalesce(l.reason, s.reason) AS reason, s.file, l.entity, l.entity_id,
               l.field, l.old, l.new
        FROM change_log l LEFT JOIN change_set s USING (set_id)
        ORDER BY l.change_id DESC
        """
    )
    plain = found.astype(object).where(found.notna(), None)
    labels = names()
    rows = []
    for at, actor, role, kind, reason, file, table, key, column, old, new in plain.itertuples(index=False):
        declared, label = TABLES.get(table), column or ""
        if declared and column in declared.columns:
            label = declared.field_of(column).label
            old, new = (word(table, column, text, labels) for text in (old, new))
        what = (CHANGE_KINDS.get(kind, kind or ""), reason or "", file or "", declared.singular if declared else table)
        rows.append((at, actor, role or "", *what, key, label, old or "", new or ""))
    columns = ["Wann", "Wer", "Rolle", "Art", "Grund", "Datei", "Tabelle", "Kennung", "Feld", "Alt", "Neu"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


#: actors that are no person
NOBODY = ("Öffentliche Quelle", "Lokale Anwendung", "Demodaten")
STAMPED = tuple(name for name, table in TABLES.items() if table.stamps)
_WORD = "Person "


def forget_name(name: str) -> tuple[str, int]:
    """Replace the name of a person wherever it says who entered something; returns the new word and how many places.

    What people wrote themselves (somebody responsible for a measure, a note) is not searched. Raises ZwkError if the
    name stands nowhere, NotWritableError if this process can't write.
    """
    word = f"{_WORD}{new_code(6)}"
    with transaction() as con:
        places = _replace(con, name, word, None)
        if not places:
            raise ZwkError(f"Der Name „{name}“ steht nirgends im Verlauf. Bitte genau so schreiben, wie er dort steht.")
    return word, places


def forget_names_before(moment: datetime) -> int:
    """Replace the names of all who entered something before ``moment``, there; returns how many people that were."""
    with transaction() as con:
        rows = con.execute('SELECT DISTINCT actor FROM change_set WHERE "at" < ?', [moment]).fetchall()
        names = [name for (name,) in rows if name not in NOBODY and not name.startswith(_WORD)]
        for name in names:
            _replace(con, name, f"{_WORD}{new_code(6)}", moment)
    return len(names)


def _replace(con: Writer, name: str, word: str, before: datetime | None) -> int:
    """Replace a name in the stamps of records and in the history, up to a moment or altogether."""
    places = 0
    for table, actor, at in [
        *((table, "entered_by", "entered_at") for table in STAMPED),
        ("change_set", "actor", "at"),
        ("change_log", "actor", "at"),
    ]:
        where, given = (
            f'{actor} = ? AND "{at}" < ?' if before else f"{actor} = ?",
            [name, *([before] if before else [])],
        )
        row = con.execute(f"SELECT count(*) FROM {table} WHERE {where}", given).fetchone()
        places += int(row[0]) if row else 0
        con.execute(f"UPDATE {table} SET {actor} = ? WHERE {where}", [word, *given])
    return places + _replace_in_records(con, name, word, before)


def _replace_in_records(con: Writer, name: str, word: str, before: datetime | None) -> int:
    """The same in the records that the history keeps whole, as they were before they were removed."""
    where, given = ('AND "at" < ?', [before]) if before else ("", [])
    rows = con.execute(f"SELECT change_id, old, new FROM change_log WHERE field IS NULL {where}", given).fetchall()
    places = 0
    for change_id, *kept in rows:
        replaced = [_without(text, name, word) for text in kept]
        if replaced != kept:
            con.execute("UPDATE change_log SET old = ?, new = ? WHERE change_id = ?", [*replaced, change_id])
            places += 1
    return places


def _without(text: str | None, name: str, word: str) -> str | None:
    if text is None or "entered_by" not in text:
        return text
    record = json.loads(text)
    if not isinstance(record, dict) or record.get("entered_by") != name:
        return text
    return json.dumps(record | {"entered_by": word}, ensure_ascii=False)
