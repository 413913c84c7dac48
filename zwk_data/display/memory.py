"""What a running display remembers beyond a restart: the presenter's commands, the codes, and counts of greetings.

A small SQLite file of its own: none of it is a record of the programme, and no word in it is about a person.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from zwk_data import settings
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
CREATE TABLE IF NOT EXISTS door (event TEXT PRIMARY KEY, port INTEGER, address TEXT NOT NULL DEFAULT '');
"""


@dataclass(frozen=True)
class Codes:
    """``remote``: who knows it directs the screens; ``guest``: who knows it may greet."""

    remote: str
    guest: str


@dataclass(frozen=True)
class Door:
    """``port`` of the guest door (None before it was opened); ``address`` of this machine in the room, "" for the
    first found.
    """

    port: int | None = None
    address: str = ""


class _Store:
    """The open file: one connection of this process, for one question at a time. Other processes may use it too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._con: sqlite3.Connection | None = None
        self._opened: tuple[Path, int] | None = None

    def _connection(self) -> sqlite3.Connection:
        """The connection; a new one if the file is another one by now (restored, removed, another folder)."""
        file = settings.home() / FILE
        if self._con is not None and file.is_file() and self._opened == (file, file.stat().st_ino):
            return self._con
        self.close()
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.is_file():
            # a log without its file would be played into the new one
            for ending in ("-wal", "-shm"):
                file.with_name(file.name + ending).unlink(missing_ok=True)
        self._con = sqlite3.connect(file, timeout=5, isolation_level=None, check_same_thread=False)
        self._con.execute("PRAGMA journal_mode = WAL")
        self._con.executescript(_SCHEMA)
        self._opened = (file, file.stat().st_ino)
        return self._con

    def close(self) -> None:
        if self._con is not None:
            self._con.close()
        self._con = self._opened = None

    @contextmanager
    def _told(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock:
                yield self._connection()
        except (sqlite3.Error, OSError) as error:
            raise ZwkError(f"Der Stand der Anzeige ({FILE}) lässt sich nicht lesen oder schreiben: {error}") from error

    def read(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        """The rows of a question; waits for no writer. Raises ZwkError if the file can't be used."""
        with self._told() as con:
            return con.execute(sql, params).fetchall()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all or nothing. Raises ZwkError if the file can't be used."""
        with self._told() as con:
            con.execute("BEGIN IMMEDIATE")
            try:
                yield con
            except BaseException:
                con.execute("ROLLBACK")
                raise
            con.execute("COMMIT")


_store = _Store()


def _row(event: str) -> tuple[str, str, str, int]:
    """Anchor, codes and switch of an event, made at first use."""
    asked = "SELECT anchor, remote, guest, greetings FROM event WHERE event = ?"
    found = _store.read(asked, event)
    if not found:
        with _store.write() as con:
            con.execute(
                "INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, 1)",
                [event, json.dumps(asdict(Anchor())), _code(REMOTE_LENGTH), _code(GUEST_LENGTH)],
            )
        found = _store.read(asked, event)
    anchor, remote, guest, greetings = found[0]
    return str(anchor), str(remote), str(guest), int(greetings)


def _code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def anchor(event: str) -> Anchor:
    """What was last commanded for an event."""
    return Anchor(**json.loads(_row(event)[0]))


def command(event: str, change: Callable[[Anchor], Anchor | None]) -> bool:
    """Remember what ``change`` makes of the last command, whoever commands at the same time; False if it is None."""
    _row(event)
    with _store.write() as con:
        before = con.execute("SELECT anchor FROM event WHERE event = ?", [event]).fetchone()[0]
        after = change(Anchor(**json.loads(before)))
        if after is not None:
            con.execute("UPDATE event SET anchor = ? WHERE event = ?", [json.dumps(asdict(after)), event])
    return after is not None


def codes(event: str) -> Codes:
    """The codes of an event."""
    _, remote, guest, _ = _row(event)
    return Codes(remote, guest)


def fresh_codes(event: str) -> Codes:
    """New codes: whoever had the old ones is out."""
    _row(event)
    made = Codes(_code(REMOTE_LENGTH), _code(GUEST_LENGTH))
    with _store.write() as con:
        con.execute("UPDATE event SET remote = ?, guest = ? WHERE event = ?", [made.remote, made.guest, event])
    return made


def event_of_remote(code: str) -> str | None:
    """The event that a remote's code directs, or None."""
    return _event("remote", code)


def event_of_guest(code: str) -> str | None:
    """The event that a guest's code greets, or None."""
    return _event("guest", code)


def _event(column: str, code: str) -> str | None:
    found = _store.read(f"SELECT event FROM event WHERE {column} = ?", code.strip().upper())
    return str(found[0][0]) if found else None


def greetings_on(event: str) -> bool:
    """May guests greet? A moderator can switch it off at any moment."""
    return bool(_row(event)[3])


def switch_greetings(event: str, on: bool) -> None:
    """Let guests greet, or not."""
    _row(event)
    with _store.write() as con:
        con.execute("UPDATE event SET greetings = ? WHERE event = ?", [int(on), event])


def greet(event: str, participant_id: str) -> bool:
    """Count a greeting from a Kommune; False if greetings are switched off."""
    _row(event)
    with _store.write() as con:
        done = con.execute(
            "INSERT INTO greeting SELECT event, ?, 1 FROM event WHERE event = ? AND greetings "
            "ON CONFLICT DO UPDATE SET number = number + 1",
            [participant_id, event],
        )
        return done.rowcount == 1


def greetings(event: str) -> dict[str, int]:
    """participant_id -> number of greetings."""
    return dict(_store.read("SELECT participant_id, number FROM greeting WHERE event = ? ORDER BY 1", event))


def forget_greetings(event: str) -> None:
    """Begin again at nought."""
    with _store.write() as con:
        con.execute("DELETE FROM greeting WHERE event = ?", [event])


def door(event: str) -> Door | None:
    """How phones in the room's network reach an event through the guest door, or None if they don't."""
    found = _store.read("SELECT port, address FROM door WHERE event = ?", event)
    return Door(*found[0]) if found else None


def keep_door(event: str, wanted: Door | None) -> None:
    """Let phones come through the guest door, or not any more."""
    with _store.write() as con:
        if wanted is None:
            con.execute("DELETE FROM door WHERE event = ?", [event])
        else:
            con.execute("INSERT OR REPLACE INTO door VALUES (?, ?, ?)", [event, wanted.port, wanted.address])


def doors() -> dict[str, Door]:
    """event -> how phones reach it, of all events that want the guest door."""
    if not (settings.home() / FILE).is_file():
        return {}
    return {event: Door(port, address) for event, port, address in _store.read("SELECT event, port, address FROM door")}


def close() -> None:
    """Let go of the file."""
    _store.close()
