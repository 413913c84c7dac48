"""The small stores beside the programme store: one thread writes each, and commits in groups.

A commit waits for the disk. Sixty phones that vote in the same second would wait sixty times; so the writer puts all
waiting jobs into one transaction and answers each only after its commit. What was answered is on the disk.

Such a store is a SQLite file, or a schema of the PostgreSQL that ``ZWK_STORE`` names; jobs are written in the SQL that
both read, with ``?`` for parameters.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, Protocol, TypeVar

from zwk_data.errors import ZwkError

T = TypeVar("T")


class Connection(Protocol):
    """What jobs use of a connection; a row is reached by position and by name."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Any: ...

    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]], /) -> Any: ...


Job = Callable[[Connection], T]
#: how many jobs share a commit at most, and how long anybody waits for one (seconds)
LARGEST_BATCH, PATIENCE = 500, 15


class BulkJob(Protocol):
    """A job that does many things of one kind at once, with an answer for each."""

    def __call__(self, con: Connection, items: list[Any]) -> list[Any]: ...


@dataclass(frozen=True)
class StoreKind:
    """What a store of this kind holds (``schema``: statements that may run again), and what is said when it fails.

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


class SmallStore:
    """An open store. ``read`` asks at once; ``write``, ``submit`` and ``gather`` give work to the writer.

    ``version`` counts the changes made through ``write``. Other processes may use the store at the same time.
    """

    #: what the engine raises
    errors: tuple[type[Exception], ...]

    def __init__(self, name: str, kind: StoreKind) -> None:
        self.kind, self.version = kind, 0
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._reading = threading.Lock()
        self._thread = threading.Thread(target=self._work, name=f"zwk-{name}", daemon=True)

    def is_current(self) -> bool:
        """Whether this is still the store that its name leads to."""
        raise NotImplementedError

    def _rows(self, sql: str, params: Sequence[Any]) -> list[Any]:
        """The rows of a question; one thread at a time."""
        raise NotImplementedError

    def _begin(self) -> Connection:
        """The writer's connection, in a transaction beside which no other one writes."""
        raise NotImplementedError

    def _give_up(self) -> None:
        """Undo what ``_begin`` began, if there is anything to undo."""
        raise NotImplementedError

    def _close_writer(self) -> None:
        raise NotImplementedError

    def _close_reader(self) -> None:
        raise NotImplementedError

    def unusable(self, error: object) -> ZwkError:
        """What people are told when the store fails."""
        return ZwkError(self.kind.unusable.format(error=error))

    def read(self, sql: str, params: Sequence[Any] = ()) -> list[Any]:
        """The rows of a question as committed at this moment. Raises ZwkError if the store can't be read."""
        try:
            with self._reading:
                return self._rows(sql, params)
        except self.errors as error:
            raise self.unusable(error) from error

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
            raise self.unusable(f"{PATIENCE} s") from error
        self.version += 1
        return done

    def close(self) -> None:
        """Finish the waiting jobs and close the store."""
        self._queue.put(None)
        self._thread.join(PATIENCE)
        with self._reading:
            self._close_reader()

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
        self._close_writer()

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            con = self._begin()
            outcomes = _attempt_all(con, [work for work, _ in batch])
            con.execute("COMMIT")
        except ZwkError as error:
            self._refuse(batch, error)
            return
        except self.errors as error:
            self._refuse(batch, self.unusable(error))
            return
        for (_, future), (value, fault) in zip(batch, outcomes, strict=True):
            if fault is None:
                future.set_result(value)
            else:
                future.set_exception(fault)

    def _refuse(self, batch: list[_Waiting], told: ZwkError) -> None:
        self._give_up()
        for _, future in batch:
            future.set_exception(told)


_Outcome = tuple[Any, Exception | None]


def _attempt_all(con: Connection, works: list[Job[Any] | _BulkItem]) -> list[_Outcome]:
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


def _attempt(con: Connection, job: Job[Any]) -> _Outcome:
    con.execute("SAVEPOINT one")
    try:
        return job(con), None
    except Exception as error:
        con.execute("ROLLBACK TO one")
        return None, error
    finally:
        con.execute("RELEASE one")
