"""The store of live sessions: a small SQLite file of its own, written by one thread that commits in groups.

A commit waits for the disk. Sixty phones that vote in the same second would wait sixty times; so the writer takes all
that waits into one transaction and answers each only after its commit. What was answered is on the disk.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol, TypeVar

from zwk_data import settings
from zwk_data.errors import ZwkError

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]


class Bulk(Protocol):
    """A job that does many things of one kind at once, with an answer for each."""

    def __call__(self, con: sqlite3.Connection, given: list[Any]) -> list[Any]: ...


#: how many wait at most for the same commit, and how long anybody waits for it (seconds)
MOST, PATIENCE = 500, 15
BUSY = "Der Speicher der Sitzung antwortet nicht. Bitte noch einmal versuchen."
SCHEMA = """
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
"""


@dataclass(frozen=True)
class _Item:
    bulk: Bulk
    item: Any


Waiting = tuple[Any, Future[Any]]


class Store:
    """One file of sessions. ``read`` asks at once; ``write``, ``submit`` and ``gather`` give work to the writer.

    ``version`` counts what ``write`` has changed.
    """

    def __init__(self, file: Path) -> None:
        self._file, self.version = file, 0
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._asking = threading.Lock()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._reader, self._writer = self._connect(), self._connect()
            self._writer.executescript(SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise ZwkError(
                f"Die Datei der Sitzungen ({file.name}) lässt sich nicht öffnen: {error}. Bitte prüfen, ob der Ordner "
                "beschreibbar und Platz auf der Platte ist."
            ) from error
        self._thread = threading.Thread(target=self._work, name="zwk-room", daemon=True)
        self._thread.start()

    def read(self, sql: str, params: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a question, as committed at this moment. Raises ZwkError if the file can't be read."""
        try:
            with self._asking:
                return self._reader.execute(sql, params).fetchall()
        except sqlite3.Error as error:
            raise ZwkError(BUSY) from error

    def submit(self, job: Job[T]) -> Future[T]:
        """Have ``job`` done in the next transaction; the future is fulfilled after its commit.

        What the job raises undoes what it did, and nothing of the others.
        """
        future: Future[T] = Future()
        self._queue.put((job, future))
        return future

    def gather(self, bulk: Bulk, item: object) -> Future[Any]:
        """As ``submit``, for one of many: all items that wait for ``bulk`` are given to it together, in their order."""
        future: Future[Any] = Future()
        self._queue.put((_Item(bulk, item), future))
        return future

    def write(self, job: Job[T]) -> T:
        """Do ``job`` and return once it is on the disk. Raises what it raises, or ZwkError if it can't be kept."""
        try:
            done = self.submit(job).result(PATIENCE)
        except TimeoutError as error:
            raise ZwkError(BUSY) from error
        self.version += 1
        return done

    def close(self) -> None:
        """Finish what waits, and let go of the file."""
        self._queue.put(None)
        self._thread.join(PATIENCE)
        with self._asking:
            self._reader.close()

    def _connect(self) -> sqlite3.Connection:
        con = sqlite3.connect(self._file, timeout=5, isolation_level=None, check_same_thread=False)
        con.row_factory = sqlite3.Row
        con.execute("PRAGMA journal_mode = WAL")
        # a power cut, too, loses nothing that was answered
        con.execute("PRAGMA synchronous = FULL")
        return con

    def _work(self) -> None:
        ended = False
        while not ended:
            waiting = [self._queue.get()]
            while len(waiting) < MOST and not self._queue.empty():
                waiting.append(self._queue.get())
            ended = None in waiting
            # whoever has gone meanwhile is not counted, and never hears that they were
            batch = [one for one in waiting if one is not None and one[1].set_running_or_notify_cancel()]
            if batch:
                self._commit(batch)
        self._writer.close()

    def _commit(self, batch: list[Waiting]) -> None:
        con, outcomes = self._writer, []
        try:
            con.execute("BEGIN IMMEDIATE")
            # what follows one another of one kind is done together: every statement costs a change of threads
            for bulk, group in groupby(batch, key=lambda one: getattr(one[0], "bulk", None)):
                works = [work for work, _ in group]
                if bulk is None:
                    outcomes += [_attempt(con, job) for job in works]
                    continue
                found, fault = _attempt(con, partial(bulk, given=[one.item for one in works]))
                outcomes += [(None, fault)] * len(works) if fault else [(one, None) for one in found]
            con.execute("COMMIT")
        except sqlite3.Error as error:
            if con.in_transaction:
                con.execute("ROLLBACK")
            for _, future in batch:
                future.set_exception(ZwkError(f"{BUSY} ({error})"))
            return
        for (_, future), (value, fault) in zip(batch, outcomes, strict=True):
            if fault is None:
                future.set_result(value)
            else:
                future.set_exception(fault)


def _attempt(con: sqlite3.Connection, job: Job[Any]) -> tuple[Any, Exception | None]:
    con.execute("SAVEPOINT one")
    try:
        return job(con), None
    except Exception as error:
        con.execute("ROLLBACK TO one")
        return None, error
    finally:
        con.execute("RELEASE one")


_stores: dict[Path, Store] = {}
_opening = threading.Lock()


def path() -> Path:
    """Where the sessions of this installation and data set lie; invented data have a file of their own."""
    return settings.home() / (
        "sitzungen.sqlite" if settings.dataset() == "public" else f"sitzungen-{settings.dataset()}.sqlite"
    )


def store() -> Store:
    """The store in that file, made at first use."""
    file = path()
    with _opening:
        if file not in _stores:
            _stores[file] = Store(file)
        return _stores[file]


def close() -> None:
    """Let go of all files (tests, the end of a server)."""
    with _opening:
        while _stores:
            _stores.popitem()[1].close()
