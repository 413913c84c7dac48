"""What those present contribute to a session: votes on Handlungsfelder and points noted (what helps and hinders, ideas,
next steps); its result, and the order of its screens.

Votes come by phone, one per device and field, or are counted by hand. A phone is known by a random word that the server
gave it and sealed, so that none can be invented. Stored is only a hash of it, salted for each session and different for
each Handlungsfeld: the votes of one phone can't be linked, and when the session ends even the hash is thrown away. Who
is present is counted in memory alone, each phone for some minutes after its last request.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import blake2b
from typing import Any

from zwk_data import german, settings
from zwk_data.errors import ZwkError
from zwk_data.records.review import FieldResult, Point, Result
from zwk_data.room import sessions
from zwk_data.room.sessions import Handlungsfeld, Session, store
from zwk_data.stores.group_writer import Connection

STEPS = range(1, 6)
#: what can become of a vote
COUNTED, FIELD_CLOSED, ENDED = "counted", "field_closed", "ended"
Five = tuple[int, int, int, int, int]
NONE: Five = (0, 0, 0, 0, 0)


#: before and after the places of the votes, five values each
_KEEP = "INSERT INTO vote (session_id, field_no, device, step, at) VALUES "
_AGAIN = " ON CONFLICT (session_id, field_no, device) DO UPDATE SET step = excluded.step, at = excluded.at"


@dataclass(frozen=True)
class _Vote:
    session_id: str
    token: str
    field_no: int
    step: int
    at: str


def cast(session_id: str, token: str, field_no: int, step: int) -> Future[str]:
    """Count the vote of a phone; its earlier vote on the same Handlungsfeld is replaced.

    The future holds COUNTED once the vote is on the disk, FIELD_CLOSED or ENDED if it was not counted.
    """
    if step not in STEPS:
        raise ValueError(step)
    # an exact time could be matched to a person seen tapping; the minute is enough
    at = datetime.now().isoformat(timespec="minutes")
    return store().gather(_count, _Vote(session_id, token, field_no, step, at))


def _count(con: Connection, items: list[_Vote]) -> list[str]:
    """Count many votes in two statements; the last one of each phone counts."""
    known = {
        key: con.execute("SELECT state, open_field, salt FROM session WHERE session_id = ?", [key]).fetchone()
        for key in {one.session_id for one in items}
    }
    outcomes: list[str] = []
    rows: dict[tuple[str, int, str], tuple[int, str]] = {}
    for one in items:
        session = known[one.session_id]
        if session is None or session["state"] != "open":
            outcomes.append(ENDED)
        elif session["open_field"] != one.field_no:
            outcomes.append(FIELD_CLOSED)
        else:
            device = _device(session["salt"], one.token, one.field_no)
            rows[one.session_id, one.field_no, device] = one.step, one.at
            outcomes.append(COUNTED)
    if rows:
        places = ", ".join(["(?, ?, ?, ?, ?)"] * len(rows))
        con.execute(_KEEP + places + _AGAIN, [value for key, given in rows.items() for value in (*key, *given)])
    return outcomes


def own(session: Session, token: str, field_no: int) -> int | None:
    """The step that this phone has chosen, or None."""
    if session.salt is None or not token:
        return None
    key = [session.session_id, field_no, _device(session.salt, token, field_no)]
    found = store().read("SELECT step FROM vote WHERE session_id = ? AND field_no = ? AND device = ?", key)
    return int(found[0]["step"]) if found else None


def by_phone(session_id: str) -> dict[int, Five]:
    """Number of a Handlungsfeld -> votes by phone for the steps 1 to 5; only fields that have some."""
    return _fives("SELECT field_no, step, count(*) FROM vote WHERE session_id = ? GROUP BY 1, 2", session_id)


def by_hand(session_id: str) -> dict[int, Five]:
    """The same, counted by hand."""
    return _fives("SELECT field_no, step, count FROM hand WHERE session_id = ?", session_id)


def together(session_id: str) -> dict[int, Five]:
    """Both, added up."""
    return _fives(
        "SELECT field_no, step, sum(number) FROM ("
        "SELECT field_no, step, count(*) AS number FROM vote WHERE session_id = ? GROUP BY 1, 2 "
        "UNION ALL SELECT field_no, step, count FROM hand WHERE session_id = ?) AS votes GROUP BY 1, 2 ORDER BY 1",
        session_id,
        session_id,
    )


def count_by_hand(session_id: str, field_no: int, step: int, count: int) -> None:
    """Set how many dots or hands were counted for a step, instead of what was counted before."""
    if step not in STEPS or count < 0:
        raise ValueError(f"{step}: {count}")

    def job(con: Connection) -> None:
        con.execute(
            "INSERT INTO hand VALUES (?, ?, ?, ?) "
            "ON CONFLICT (session_id, field_no, step) DO UPDATE SET count = excluded.count",
            [session_id, field_no, step, count],
        )

    store().write(job)


def _device(salt: bytes, token: str, field_no: int) -> str:
    return blake2b(f"{field_no}:{token}".encode(), key=salt, digest_size=16).hexdigest()


def _fives(sql: str, *session_id: str) -> dict[int, Five]:
    found: dict[int, list[int]] = {}
    for field_no, step, count in store().read(sql, session_id):
        found.setdefault(field_no, [0] * 5)[step - 1] = int(count)
    return {no: (a, b, c, d, e) for no, (a, b, c, d, e) in found.items() if a + b + c + d + e}


#: a phone in a pocket stops asking, but its owner is still there
KEPT_SECONDS = 600
#: phones per session, and sessions; beyond these the longest silent are forgotten
MOST, MOST_SESSIONS = 2000, 50


class Presence:
    """The phones that were heard of lately. Thread-safe; ``device`` is any word that tells phones apart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, OrderedDict[str, float]] = OrderedDict()

    def here(self, session_id: str, device: str) -> None:
        """A phone has been heard of."""
        with self._lock:
            devices = self._seen.setdefault(session_id, OrderedDict())
            devices[device] = time.monotonic()
            devices.move_to_end(device)
            if len(devices) > MOST:
                devices.popitem(last=False)
            self._seen.move_to_end(session_id)
            if len(self._seen) > MOST_SESSIONS:
                self._seen.popitem(last=False)

    def number(self, session_id: str) -> int:
        """How many phones have been heard of lately."""
        oldest = time.monotonic() - KEPT_SECONDS
        with self._lock:
            devices = self._seen.get(session_id, OrderedDict())
            while devices and next(iter(devices.values())) < oldest:
                devices.popitem(last=False)
            return len(devices)


#: phones that may vote on a Handlungsfeld from one address: hundreds in a hall stand behind one router
MOST_VOTERS = 600
#: addresses and Handlungsfelder remembered at once
MOST_PLACES = 500


class Voters:
    """Which phones have voted from an address, and how many more than MOST_VOTERS were turned away. Thread-safe.

    Kept in memory alone, and only as hashes: what is stored of a vote says nothing of where it came from.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._voted: OrderedDict[tuple[str, int, str], set[int]] = OrderedDict()
        self._refused: OrderedDict[str, int] = OrderedDict()

    def admit(self, session_id: str, field_no: int, address: str, token: str) -> bool:
        """Whether a phone may vote; one that has voted may change its vote."""
        key = session_id, field_no, address
        with self._lock:
            voted = self._voted.setdefault(key, set())
            self._voted.move_to_end(key)
            if len(self._voted) > MOST_PLACES:
                self._voted.popitem(last=False)
            if hash(token) in voted or len(voted) < MOST_VOTERS:
                voted.add(hash(token))
                return True
            self._refused[session_id] = self._refused.get(session_id, 0) + 1
            if len(self._refused) > MOST_SESSIONS:
                self._refused.popitem(last=False)
            return False

    def refused(self, session_id: str) -> int:
        """How many votes of a session were turned away so far."""
        with self._lock:
            return self._refused.get(session_id, 0)


voters = Voters()


def unusual(session: Session, phones: int) -> str:
    """What the lead should know of ``phones``, the votes by phone on a Handlungsfeld; "" if nothing is unusual."""
    if refused := voters.refused(session.session_id):
        return (
            f"ungewöhnlich viele Handys aus einem Netz: {german.count(refused, 'Stimme', 'Stimmen')} nicht mehr gezählt"
        )
    if session.present is not None and phones > session.present:
        return f"mehr Stimmen mit Handy als Anwesende ({german.number(session.present)})"
    return ""


presence = Presence()
#: this process among those that share a store; how often it tells how many phones it hears, and how long that counts
_PLACE = secrets.token_hex(8)
TOLD_SECONDS, COUNTS_SECONDS = 2.0, 20.0
_told: dict[str, float] = {}


def heard(session_id: str, device: str) -> None:
    """A phone has been heard of; where several machines share the store, the others learn how many this one hears."""
    presence.here(session_id, device)
    now = time.monotonic()
    if settings.store_url() is None or now - _told.get(session_id, -TOLD_SECONDS) < TOLD_SECONDS:
        return
    _told[session_id] = now
    told = [session_id, _PLACE, presence.number(session_id), time.time()]
    store().submit(partial(_tell, told))


def _tell(told: list[Any], con: Connection) -> None:
    con.execute(
        "INSERT INTO present VALUES (?, ?, ?, ?) "
        "ON CONFLICT (session_id, place) DO UPDATE SET number = excluded.number, at = excluded.at",
        told,
    )


def phones_here(session_id: str) -> int:
    """How many phones have been heard of lately, by all machines that share the store."""
    own = presence.number(session_id)
    if settings.store_url() is None:
        return own
    sql = "SELECT coalesce(sum(number), 0) AS number FROM present WHERE session_id = ? AND place <> ? AND at > ?"
    return own + int(store().read(sql, [session_id, _PLACE, time.time() - COUNTS_SECONDS])[0]["number"])


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
    counted = together(session_id)
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
