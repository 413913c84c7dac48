"""Names of people who entered something: replaced by a word that says nothing, in all that is stored, at once.

The history stays as it is: who did what together, in which order, and every change can still be taken back.
"""

from __future__ import annotations

import json
from datetime import datetime

from zwk_data.errors import ZwkError
from zwk_data.schema.tables import TABLES
from zwk_data.stores.codes import new_code
from zwk_data.stores.writing import Writer, transaction

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
