"""What a running display remembers beyond a restart: the presenter's commands, the codes, and counts of greetings.

A small SQLite file of its own: none of it is a record of the programme, and no word in it is about a person.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from zwk_data import paths
from zwk_data.display.direction import Anchor
from zwk_data.errors import ZwkError

FILE = "anzeige.sqlite"
#: letters and digits that nobody mistakes for one another
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
REMOTE_LENGTH, GUEST_LENGTH = 8, 5
_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
    event TEXT PRIMARY KEY, anchor TEXT NOT NULL, remote TEXT NOT NULL UNIQUE, guest TEXT NOT NULL UNIQUE,
    greetings INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS greeting (
    event TEXT NOT NULL, participant_id TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (event, participant_id)
);
"""


@dataclass(frozen=True)
class Codes:
    """``remote``: who knows it directs the screens; ``guest``: who knows it may greet."""

    remote: str
    guest: str


@contextmanager
def _store() -> Iterator[sqlite3.Connection]:
    """The file, opened for one question; other processes may use it too. Raises ZwkError if it can't be used."""
    file = paths.home() / FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=5, isolation_level=None)) as con:
            con.execute("PRAGMA journal_mode = WAL")
            if not con.execute("SELECT 1 FROM sqlite_master WHERE name = 'greeting'").fetchone():
                con.executescript(_SCHEMA)
            con.execute("BEGIN IMMEDIATE")
            try:
                yield con
            except BaseException:
                con.execute("ROLLBACK")
                raise
            con.execute("COMMIT")
    except (sqlite3.Error, OSError) as error:
        raise ZwkError(f"Der Stand der Anzeige ({FILE}) lässt sich nicht lesen oder schreiben: {error}") from error


def _row(con: sqlite3.Connection, event: str) -> tuple[str, str, str, int]:
    found = con.execute("SELECT anchor, remote, guest, greetings FROM event WHERE event = ?", [event]).fetchone()
    if found is None:
        found = (json.dumps(asdict(Anchor())), _code(REMOTE_LENGTH), _code(GUEST_LENGTH), 1)
        con.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", [event, *found])
    return tuple(found)


def _code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def stamp() -> tuple[int, ...]:
    """Changes whenever anything was written: cheap enough to ask for each request."""
    found = []
    for name in (FILE, f"{FILE}-wal"):
        path = Path(paths.home() / name)
        state = path.stat() if path.exists() else None
        found += [state.st_mtime_ns, state.st_size] if state else [0, 0]
    return tuple(found)


def anchor(event: str) -> Anchor:
    """What was last commanded for an event."""
    with _store() as con:
        return Anchor(**json.loads(_row(con, event)[0]))


def keep(event: str, wanted: Anchor) -> None:
    """Remember a command."""
    with _store() as con:
        _row(con, event)
        con.execute("UPDATE event SET anchor = ? WHERE event = ?", [json.dumps(asdict(wanted)), event])


def codes(event: str) -> Codes:
    """The codes of an event, made at first use."""
    with _store() as con:
        _, remote, guest, _ = _row(con, event)
        return Codes(remote, guest)


def fresh_codes(event: str) -> Codes:
    """New codes: whoever had the old ones is out."""
    with _store() as con:
        _row(con, event)
        made = Codes(_code(REMOTE_LENGTH), _code(GUEST_LENGTH))
        con.execute("UPDATE event SET remote = ?, guest = ? WHERE event = ?", [made.remote, made.guest, event])
        return made


def event_of_remote(code: str) -> str | None:
    """The event that a remote's code directs, or None."""
    return _event("remote", code)


def event_of_guest(code: str) -> str | None:
    """The event that a guest's code greets, or None."""
    return _event("guest", code)


def _event(column: str, code: str) -> str | None:
    with _store() as con:
        found = con.execute(f"SELECT event FROM event WHERE {column} = ?", [code.strip().upper()]).fetchone()
        return str(found[0]) if found else None


def greetings_on(event: str) -> bool:
    """May guests greet? A moderator can switch it off at any moment."""
    with _store() as con:
        return bool(_row(con, event)[3])


def switch_greetings(event: str, on: bool) -> None:
    """Let guests greet, or not."""
    with _store() as con:
        _row(con, event)
        con.execute("UPDATE event SET greetings = ? WHERE event = ?", [int(on), event])


def greet(event: str, participant_id: str) -> bool:
    """Count a greeting from a Kommune; False if greetings are switched off."""
    with _store() as con:
        if not _row(con, event)[3]:
            return False
        con.execute(
            "INSERT INTO greeting VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET number = number + 1",
            [event, participant_id],
        )
        return True


def greetings(event: str) -> dict[str, int]:
    """participant_id -> number of greetings."""
    with _store() as con:
        return dict(con.execute("SELECT participant_id, number FROM greeting WHERE event = ?", [event]).fetchall())


def forget_greetings(event: str) -> None:
    """Begin again at nought."""
    with _store() as con:
        con.execute("DELETE FROM greeting WHERE event = ?", [event])
