"""Live sessions: begun, led from screen to screen, ended. The code of one counts only while it is open.

Phones get a session from memory (``recent_by_code``): sixty of them ask for the same one, and each question to the
store makes the server's one thread wait while it draws a page. What is remembered is at most a second old and dropped
as soon as this process changes a session. Votes do not rely on it: the store itself decides whether one counts.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.stores.admission import new_code
from zwk_data.stores.group_writer import Connection, SmallStore, StoreKind
from zwk_data.stores.small import close_all, opened

_SCHEMA = """
CREATE TABLE IF NOT EXISTS session (
    session_id TEXT PRIMARY KEY, code TEXT NOT NULL, participant_id TEXT NOT NULL, kommune TEXT NOT NULL,
    started TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'saved')),
    screen TEXT NOT NULL DEFAULT '', open_field INTEGER, held_on TEXT NOT NULL,
    guiding_question TEXT NOT NULL DEFAULT '', present INTEGER, result TEXT NOT NULL DEFAULT '',
    continuation TEXT NOT NULL DEFAULT '', phones INTEGER NOT NULL DEFAULT 0, door INTEGER NOT NULL DEFAULT 0,
    door_port INTEGER, address TEXT NOT NULL DEFAULT '', live INTEGER NOT NULL DEFAULT 1, review_id TEXT, salt BLOB
);
CREATE UNIQUE INDEX IF NOT EXISTS session_code ON session (code) WHERE state = 'open';
CREATE UNIQUE INDEX IF NOT EXISTS session_participant ON session (participant_id) WHERE state = 'open';
CREATE TABLE IF NOT EXISTS field (
    session_id TEXT NOT NULL, no INTEGER NOT NULL, name TEXT NOT NULL, goal TEXT NOT NULL,
    PRIMARY KEY (session_id, no)
);
CREATE TABLE IF NOT EXISTS vote (
    session_id TEXT NOT NULL, field_no INTEGER NOT NULL, device TEXT NOT NULL,
    step INTEGER NOT NULL CHECK (step BETWEEN 1 AND 5), at TEXT NOT NULL,
    PRIMARY KEY (session_id, field_no, device)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hand (
    session_id TEXT NOT NULL, field_no INTEGER NOT NULL, step INTEGER NOT NULL CHECK (step BETWEEN 1 AND 5),
    count INTEGER NOT NULL CHECK (count >= 0), PRIMARY KEY (session_id, field_no, step)
);
CREATE TABLE IF NOT EXISTS point (
    point_id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('helping', 'hindering', 'idea', 'step')), field_no INTEGER, text TEXT NOT NULL,
    responsible TEXT NOT NULL DEFAULT '', due TEXT, measure_id TEXT
);
CREATE TABLE IF NOT EXISTS present (
    session_id TEXT NOT NULL, place TEXT NOT NULL, number INTEGER NOT NULL, at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (session_id, place)
);
"""
KIND = StoreKind(
    _SCHEMA,
    "Die Datei der Sitzungen ({file}) lässt sich nicht öffnen: {error}. Bitte prüfen, ob der Ordner beschreibbar und "
    "Platz auf der Platte ist.",
    "Der Speicher der Sitzung antwortet nicht. Bitte noch einmal versuchen. ({error})",
)


def store_path() -> Path:
    """The file of the sessions of this installation and data set; invented data have one of their own."""
    dataset = settings.dataset()
    return settings.home() / ("sitzungen.sqlite" if dataset == "public" else f"sitzungen-{dataset}.sqlite")


def store() -> SmallStore:
    """The store in that file, or in its place. Raises ZwkError if it can't be opened."""
    return opened(store_path(), KIND)


def exist() -> bool:
    """Whether there may be any session: without a file there is none, and none need be made to know it."""
    return settings.store_url() is not None or store_path().exists()


def close_store() -> None:
    """Close the store (in tests, and when the server stops)."""
    close_all(KIND)


#: characters of a session's code
CODE_LENGTH = 5
#: what the facilitator may change
CHANGEABLE = frozenset(
    [
        "screen",
        "held_on",
        "guiding_question",
        "present",
        "result",
        "continuation",
        "phones",
        "door",
        "door_port",
        "address",
        "live",
        "review_id",
    ]
)
GONE = "Diese Sitzung gibt es nicht (mehr). Bitte die Seite neu laden."


@dataclass(frozen=True)
class Session:
    """A session. ``state``: open, closed (ended), saved (ended, result kept). ``screen``: key of a ``Screen``.

    ``open_field``: number of the Handlungsfeld that is voted on now. ``phones``: phones may vote; ``door``: through
    the guest door, on ``door_port``; ``address``: of this machine in the room, "" for the first one found. ``live``:
    votes are shown as they come. ``review_id``: the Zwischenbilanz it was saved as.
    """

    session_id: str
    code: str
    participant_id: str
    kommune: str
    started: datetime
    state: str
    screen: str
    open_field: int | None
    held_on: date
    guiding_question: str
    present: int | None
    result: str
    continuation: str
    phones: bool
    door: bool
    door_port: int | None
    address: str
    live: bool
    review_id: str | None
    #: the salt for the hashes of phones; None once the session is over
    salt: bytes | None = attribute(repr=False, default=None)

    @property
    def is_open(self) -> bool:
        """May its code be used, and may its Handlungsfelder be voted on?"""
        return self.state == "open"


@dataclass(frozen=True)
class Handlungsfeld:
    """A Handlungsfeld of a session: number from 1, name, goal ("" for none)."""

    no: int
    name: str
    goal: str


def begin(
    participant_id: str,
    kommune: str,
    held_on: date,
    fields: Sequence[tuple[str, str]],
    *,
    guiding_question: str = "",
    phones: bool = False,
) -> Session:
    """Begin a session with these Handlungsfelder (name, goal), or return the one of this Kommune that is open."""

    def job(con: Connection) -> str:
        row = con.execute(
            "SELECT session_id FROM session WHERE participant_id = ? AND state = 'open'", [participant_id]
        ).fetchone()
        if row:
            return str(row[0])
        taken = {row[0] for row in con.execute("SELECT code FROM session")}
        code = next(one for one in iter(partial(new_code, CODE_LENGTH), None) if one not in taken)
        key, salt = secrets.token_hex(8), secrets.token_bytes(16)
        now, question = datetime.now().isoformat(timespec="seconds"), guiding_question.strip()
        con.execute(
            "INSERT INTO session (session_id, code, participant_id, kommune, started, held_on, guiding_question, "
            "phones, salt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [key, code, participant_id, kommune, now, held_on.isoformat(), question, int(phones), salt],
        )
        con.executemany(
            "INSERT INTO field VALUES (?, ?, ?, ?)",
            [(key, no, name.strip(), goal.strip()) for no, (name, goal) in enumerate(fields, start=1)],
        )
        return key

    return session(store().write(job))


def session(session_id: str) -> Session:
    """The session of a key. Raises ZwkError if there is none."""
    found = _session_where("session_id = ?", session_id)
    if found is None:
        raise ZwkError(GONE)
    return found


def by_code(code: str) -> Session | None:
    """The session of a ``admission.normalised_code`` code, an open one first; None if no session has it."""
    return _session_where("code = ? ORDER BY state = 'open' DESC, started DESC LIMIT 1", code)


def open_of(participant_id: str) -> Session | None:
    """The open session of a Kommune."""
    return _session_where("participant_id = ? AND state = 'open'", participant_id)


def ended_of(participant_id: str) -> list[Session]:
    """The last ten ended sessions of a Kommune, newest first."""
    rows = store().read(
        "SELECT * FROM session WHERE participant_id = ? AND state <> 'open' ORDER BY started DESC LIMIT 10",
        [participant_id],
    )
    return [_session(row) for row in rows]


def with_door() -> list[Session]:
    """The open sessions whose phones come through the guest door."""
    return [
        _session(row) for row in store().read("SELECT * FROM session WHERE state = 'open' AND phones = 1 AND door = 1")
    ]


def fields(session_id: str) -> list[Handlungsfeld]:
    """The Handlungsfelder of a session in their order."""
    rows = store().read("SELECT no, name, goal FROM field WHERE session_id = ? ORDER BY no", [session_id])
    return [Handlungsfeld(row["no"], row["name"], row["goal"]) for row in rows]


def change(session_id: str, **values: Any) -> None:
    """Set some of CHANGEABLE; another screen closes the vote. Raises ZwkError if there is no such session."""
    unknown = set(values) - CHANGEABLE
    if unknown:
        raise ValueError(f"not to be changed: {sorted(unknown)}")
    kept = [_kept(value) for value in values.values()]
    listed = ", ".join(f"{name} = ?" for name in values)
    if "screen" in values:
        listed += ", open_field = CASE WHEN screen = ? THEN open_field END"
        kept.append(values["screen"])
    store().write(partial(_update, f"UPDATE session SET {listed} WHERE session_id = ?", [*kept, session_id]))


def open_vote(session_id: str, field_no: int | None) -> None:
    """Let everybody vote on a Handlungsfeld, and on no other; None: on none. Raises ZwkError for an ended session."""
    sql = "UPDATE session SET open_field = ? WHERE session_id = ? AND state = 'open'"
    store().write(partial(_update, sql, [field_no, session_id]))


def end(session_id: str) -> None:
    """End a session: its code becomes invalid, and whatever could link votes to phones is deleted."""

    def job(con: Connection) -> None:
        _update(
            "UPDATE session SET state = CASE WHEN review_id IS NULL THEN 'closed' ELSE 'saved' END, "
            "open_field = NULL, salt = NULL WHERE session_id = ? AND state = 'open'",
            [session_id],
            con,
        )
        cast = con.execute("SELECT device, field_no FROM vote WHERE session_id = ?", [session_id]).fetchall()
        con.execute("DELETE FROM present WHERE session_id = ?", [session_id])
        con.executemany(
            "UPDATE vote SET device = ? WHERE session_id = ? AND device = ? AND field_no = ?",
            [(secrets.token_hex(16), session_id, device, field_no) for device, field_no in cast],
        )

    store().write(job)


def end_left_open(moment: datetime) -> int:
    """End the sessions that began before ``moment`` and that nobody has ended; how many. Their results stay."""
    rows = store().read("SELECT session_id FROM session WHERE state = 'open' AND started < ?", [moment.isoformat()])
    for row in rows:
        end(row["session_id"])
    return len(rows)


def forget_before(moment: datetime) -> int:
    """Remove the sessions that began before ``moment`` and have ended, with all that belongs to them; how many."""

    def job(con: Connection) -> int:
        rows = con.execute(
            "SELECT session_id FROM session WHERE state <> 'open' AND started < ?", [moment.isoformat()]
        ).fetchall()
        for (key,) in rows:
            for table in ("vote", "hand", "point", "field", "present", "session"):
                con.execute(f"DELETE FROM {table} WHERE session_id = ?", [key])
        return len(rows)

    return store().write(job)


def keep_review(session_id: str, review_id: str) -> None:
    """Remember the Zwischenbilanz the session was saved as."""
    sql = (
        "UPDATE session SET review_id = ?, state = CASE WHEN state = 'closed' THEN 'saved' ELSE state END "
        "WHERE session_id = ?"
    )
    store().write(partial(_update, sql, [review_id, session_id]))


def _kept(value: Any) -> Any:
    """A value as the store keeps it: days as text, yes and no as 1 and 0."""
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _update(sql: str, values: list[Any], con: Connection) -> None:
    """Change one session. Raises ZwkError if it does not exist."""
    if con.execute(sql, values).rowcount != 1:
        raise ZwkError(GONE)


def _session_where(where: str, value: str) -> Session | None:
    rows = store().read(f"SELECT * FROM session WHERE {where}", [value])
    return _session(rows[0]) if rows else None


def _session(row: Any) -> Session:
    values: dict[str, Any] = dict(row)
    values |= {"started": datetime.fromisoformat(row["started"]), "held_on": date.fromisoformat(row["held_on"])}
    return Session(**values | {key: bool(row[key]) for key in ("phones", "door", "live")})


#: how long an answer is reused (another process may change the session), and for how many sessions
REMEMBERED_SECONDS, REMEMBERED_SESSIONS = 1.0, 50


#: by store and code: the store's version and the time of the question, and the answer
_recent: OrderedDict[tuple[SmallStore, str], tuple[int, float, tuple[Session, list[Handlungsfeld]]]] = OrderedDict()


def recent_by_code(code: str) -> tuple[Session, list[Handlungsfeld]] | None:
    """Like ``by_code``, with the Handlungsfelder, from memory if just asked; unknown codes are always looked up."""
    asked = store()
    now = time.monotonic()
    if kept := _recent.get((asked, code)):
        version, asked_at, answer = kept
        if version == asked.version and now - asked_at < REMEMBERED_SECONDS:
            return answer
    version = asked.version
    found = by_code(code)
    if found is None:
        return None
    answer = found, fields(found.session_id)
    _recent[asked, code] = version, now, answer
    while len(_recent) > REMEMBERED_SESSIONS:
        _recent.popitem(last=False)
    return answer
