"""Small SQLite files beside the programme store: one thread writes each, and commits in groups.

A commit waits for the disk. Sixty phones that vote in the same second would wait sixty times; so the writer puts all
waiting jobs into one transaction and answers each only after its commit. What was answered is on the disk.
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

from zwk_data.errors import ZwkError

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]
#: how many jobs share a commit at most, and how long anybody waits for one (seconds)
LARGEST_BATCH, PATIENCE = 500, 15


class BulkJob(Protocol):
    """A job that does many things of one kind at once, with an answer for each."""

    def __call__(self, con: sqlite3.Connection, items: list[Any]) -> list[Any]: ...


@dataclass(frozen=True)
class FileKind:
    """What a file of this kind holds (``schema``: statements that may run again), and what is said when it fails.

    ``unopened`` and ``unusable`` are German sentences with a place for the ``{error}``; ``unopened`` also has one for
    the ``{file}`` name.
    """

    schema: str
    unopened: str
    unusable: str


@dataclass(frozen=True)
class _BulkItem:
    bulk: BulkJob
    item: Any


_Waiting = tuple["Job[Any] | _BulkItem", Future[Any]]


class SqliteFile:
    """One open file. ``read`` asks at once; ``write``, ``submit`` and ``gather`` give work to the writer.

    ``version`` counts the changes made through ``write``. Other processes may use the file at the same time.
    """

    def __init__(self, file: Path, kind: FileKind) -> None:
        """Open ``file``, made if it is missing. Raises ZwkError if that fails."""
        self._file, self.kind, self.version = file, kind, 0
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._reading = threading.Lock()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.is_file():
                # the log of a file that was removed would be replayed into the new one
                for ending in ("-wal", "-shm"):
                    file.with_name(file.name + ending).unlink(missing_ok=True)
            self._reader, self._writer = self._connect(), self._connect()
            self._writer.executescript(kind.schema)
            self._inode = file.stat().st_ino
        except (sqlite3.Error, OSError) as error:
            raise ZwkError(kind.unopened.format(file=file.name, error=error)) from error
        self._thread = threading.Thread(target=self._work, name=f"zwk-{file.stem}", daemon=True)
        self._thread.start()

    def is_current(self) -> bool:
        """Whether the path still leads to the open file; somebody may have removed it or put another there."""
        try:
            return self._file.stat().st_ino == self._inode
        except OSError:
            return False

    def read(self, sql: str, params: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a question as committed at this moment. Raises ZwkError if the file can't be read."""
        try:
            with self._reading:
                return self._reader.execute(sql, params).fetchall()
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def submit(self, job: Job[T]) -> Future[T]:
        """Have ``job`` done in the next transaction; the future is fulfilled after its commit.

        If the job raises, its own changes are undone, and nobody else's.
        """
        future: Future[T] = Future()
        self._queue.put((job, future))
        return future

    def gather(self, bulk: BulkJob, item: object) -> Future[Any]:
        """As ``submit``, for one of many: all items waiting for ``bulk`` are given to it together, in their order."""
        future: Future[Any] = Future()
        self._queue.put((_BulkItem(bulk, item), future))
        return future

    def write(self, job: Job[T]) -> T:
        """Do ``job`` and return once it is on the disk. Raises what it raises, or ZwkError if it can't be kept."""
        try:
            done = self.submit(job).result(PATIENCE)
        except TimeoutError as error:
            raise self._unusable(f"{PATIENCE} s") from error
        self.version += 1
        return done

    def close(self) -> None:
        """Finish the waiting jobs and close the file."""
        self._queue.put(None)
        self._thread.join(PATIENCE)
        with self._reading:
            self._reader.close()

    def _connect(self) -> sqlite3.Connection:
        con = sqlite3.connect(self._file, timeout=5, isolation_level=None, check_same_thread=False)
        con.row_factory = sqlite3.Row
        con.execute("PRAGMA journal_mode = WAL")
        # what has been acknowledged survives even a power cut
        con.execute("PRAGMA synchronous = FULL")
        return con

    def _unusable(self, error: object) -> ZwkError:
        return ZwkError(self.kind.unusable.format(error=error))

    def _work(self) -> None:
        ended = False
        while not ended:
            waiting = [self._queue.get()]
            while len(waiting) < LARGEST_BATCH and not self._queue.empty():
                waiting.append(self._queue.get())
            ended = None in waiting
            # skip jobs cancelled in the meantime
            batch = [one for one in waiting if one is not None and one[1].set_running_or_notify_cancel()]
            if batch:
                self._commit(batch)
        self._writer.close()

    def _commit(self, batch: list[_Waiting]) -> None:
        con = self._writer
        try:
            con.execute("BEGIN IMMEDIATE")
            outcomes = _attempt_all(con, [work for work, _ in batch])
            con.execute("COMMIT")
        except sqlite3.Error as error:
            if con.in_transaction:
                con.execute("ROLLBACK")
            for _, future in batch:
                future.set_exception(self._unusable(error))
            return
        for (_, future), (value, fault) in zip(batch, outcomes, strict=True):
            if fault is None:
                future.set_result(value)
            else:
                future.set_exception(fault)


_Outcome = tuple[Any, Exception | None]


def _attempt_all(con: sqlite3.Connection, works: list[Job[Any] | _BulkItem]) -> list[_Outcome]:
    """The outcome of each job, in order. Consecutive items of a bulk job run together, which is much faster."""
    outcomes: list[_Outcome] = []
    for bulk, group in groupby(works, key=lambda work: work.bulk if isinstance(work, _BulkItem) else None):
        if bulk is None:
            outcomes += [_attempt(con, work) for work in group if not isinstance(work, _BulkItem)]
            continue
        items = [work.item for work in group if isinstance(work, _BulkItem)]
        answers, fault = _attempt(con, partial(bulk, items=items))
        outcomes += [(None, fault)] * len(items) if fault else [(answer, None) for answer in answers]
    return outcomes


def _attempt(con: sqlite3.Connection, job: Job[Any]) -> _Outcome:
    con.execute("SAVEPOINT one")
    try:
        return job(con), None
    except Exception as error:
        con.execute("ROLLBACK TO one")
        return None, error
    finally:
        con.execute("RELEASE one")


_open: dict[Path, SqliteFile] = {}
_opening = threading.Lock()


def opened(file: Path, kind: FileKind) -> SqliteFile:
    """The file, opened at first use and reopened when it has been removed or replaced."""
    with _opening:
        found = _open.get(file)
        if found is not None and not found.is_current():
            _open.pop(file).close()
            found = None
        if found is None:
            found = _open[file] = SqliteFile(file, kind)
        return found


def close_all(kind: FileKind) -> None:
    """Close all files of a kind (in tests, and when the server stops)."""
    with _opening:
        for path in [path for path, file in _open.items() if file.kind is kind]:
            _open.pop(path).close()
