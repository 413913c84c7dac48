"""What is written down in a session: what helps and hinders, ideas, agreed next steps."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

from zwk_data.errors import ZwkError
from zwk_data.room.store import store

#: letters of a point, and of who is responsible
LONGEST, LONGEST_NAME = 500, 200


@dataclass(frozen=True)
class Noted:
    """A point of a session; ``field_no`` None: about no Handlungsfeld in particular."""

    point_id: int
    kind: str
    field_no: int | None
    text: str
    responsible: str
    due: date | None
    measure_id: str | None


def add(
    session_id: str,
    kind: str,
    text: str,
    *,
    field_no: int | None = None,
    responsible: str = "",
    due: date | None = None,
    measure_id: str | None = None,
) -> int:
    """Write a point down; ``kind`` of words.POINT_KINDS. Returns its key. Raises ZwkError for one without words."""
    text, responsible = " ".join(text.split()), " ".join(responsible.split())
    if not text:
        raise ZwkError("Bitte erst etwas hineinschreiben.")
    if len(text) > LONGEST or len(responsible) > LONGEST_NAME:
        raise ZwkError(f"Das ist zu lang: höchstens {LONGEST} Zeichen, für Zuständige {LONGEST_NAME}.")

    def job(con: sqlite3.Connection) -> int:
        done = con.execute(
            "INSERT INTO point (session_id, kind, field_no, text, responsible, due, measure_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [session_id, kind, field_no, text, responsible, due.isoformat() if due else None, measure_id],
        )
        return int(done.lastrowid or 0)

    return store().write(job)


def remove(session_id: str, point_id: int) -> None:
    """Strike a point out; nothing happens if it is gone already."""
    store().write(
        lambda con: (
            con.execute("DELETE FROM point WHERE session_id = ? AND point_id = ?", [session_id, point_id]) and None
        )
    )


def points(session_id: str) -> list[Noted]:
    """All points in the order in which they were written down."""
    rows = store().read("SELECT * FROM point WHERE session_id = ? ORDER BY point_id", [session_id])
    return [
        Noted(
            row["point_id"], row["kind"], row["field_no"], row["text"], row["responsible"],
            date.fromisoformat(row["due"]) if row["due"] else None, row["measure_id"],
        )
        for row in rows
    ]  # fmt: skip
