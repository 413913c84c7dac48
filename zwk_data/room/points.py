"""What is noted in a session (what helps and hinders, ideas, next steps), its result, and the order of its screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zwk_data.errors import ZwkError
from zwk_data.records.review import FieldResult, Point, Result
from zwk_data.room import sessions, votes
from zwk_data.room.sessions import Handlungsfeld, store
from zwk_data.stores.group_writer import Connection

#: the longest point, and the longest name of who is responsible (characters)
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
    """Note a point; ``kind`` of words.POINT_KINDS. Returns its key. Raises ZwkError if it is empty or too long."""
    text, responsible = " ".join(text.split()), " ".join(responsible.split())
    if not text:
        raise ZwkError("Bitte erst etwas hineinschreiben.")
    if len(text) > LONGEST or len(responsible) > LONGEST_NAME:
        raise ZwkError(f"Das ist zu lang: höchstens {LONGEST} Zeichen, für Zuständige {LONGEST_NAME}.")

    def job(con: Connection) -> int:
        made = con.execute(
            "INSERT INTO point (session_id, kind, field_no, text, responsible, due, measure_id) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING point_id",
            [session_id, kind, field_no, text, responsible, due.isoformat() if due else None, measure_id],
        )
        return int(made.fetchone()[0])

    return store().write(job)


def remove(session_id: str, point_id: int) -> None:
    """Remove a point; nothing happens if it is gone already."""
    sql = "DELETE FROM point WHERE session_id = ? AND point_id = ?"
    store().write(lambda con: con.execute(sql, [session_id, point_id]).rowcount)


def points(session_id: str) -> list[Noted]:
    """All points in the order in which they were noted."""
    sql = (
        "SELECT point_id, kind, field_no, text, responsible, due, measure_id FROM point "
        "WHERE session_id = ? ORDER BY point_id"
    )
    rows = store().read(sql, [session_id])
    return [Noted(**dict(row) | {"due": date.fromisoformat(row["due"]) if row["due"] else None}) for row in rows]


def outcome(session_id: str) -> Result:
    """The result so far, as ``records.review`` saves it; Handlungsfelder without any vote have no rating."""
    session, fields = sessions.session(session_id), sessions.fields(session_id)
    names = {field.no: field.name for field in fields}
    counted = votes.together(session_id)
    return Result(
        session.participant_id,
        session.held_on,
        session.guiding_question,
        session.present,
        session.result,
        session.continuation,
        tuple(FieldResult(names[no], five) for no, five in counted.items() if no in names),
        tuple(
            Point(one.kind, one.text, names.get(one.field_no or 0), one.responsible or None, one.due, one.measure_id)
            for one in points(session_id)
        ),
    )


#: kinds of screens for each Handlungsfeld
PER_FIELD = {"stand": "Stand", "bewertung": "Bewertung", "punkte": "Was hilft, was hindert"}


@dataclass(frozen=True)
class Screen:
    """A screen: ``key`` (``bewertung-2``), ``kind`` (``bewertung``), its title, and the Handlungsfeld it is about."""

    key: str
    kind: str
    title: str
    field: Handlungsfeld | None = None


def screens_of(fields: Sequence[Handlungsfeld]) -> list[Screen]:
    """Welcome, look back, three screens for each Handlungsfeld, ideas, next steps, the end."""
    middle = [
        Screen(f"{kind}-{field.no}", kind, f"{field.name}: {title}", field)
        for field in fields
        for kind, title in PER_FIELD.items()
    ]
    return [
        Screen("willkommen", "willkommen", "Willkommen"),
        Screen("rueckblick", "rueckblick", "Rückblick"),
        *middle,
        Screen("ideen", "ideen", "Ideenparkplatz"),
        Screen("schritte", "schritte", "Nächste Schritte"),
        Screen("abschluss", "abschluss", "Abschluss"),
    ]


def screen_place(found: Sequence[Screen], key: str) -> int:
    """The position of a screen; the first one for a key that does not exist (any more)."""
    return next((number for number, screen in enumerate(found) if screen.key == key), 0)
