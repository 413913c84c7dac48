"""PostgreSQL for what people write, where ``ZWK_STORE`` names one: connections, and one writer at a time.

Each file of the embedded default has a schema in its place: ``programme-demo.duckdb`` is ``programme_demo``. psycopg is
loaded when the first connection is made, so nobody needs it who stays with files.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from zwk_data.errors import ZwkError

if TYPE_CHECKING:
    import psycopg

UNREACHABLE = (
    "Der gemeinsame Datenspeicher (PostgreSQL) ist gerade nicht zu erreichen. Es ist nichts halb gespeichert; sobald "
    "er antwortet, geht es von selbst weiter. Bitte in einer Minute noch einmal versuchen."
)
BUSY = (
    "Jemand anderes speichert gerade sehr lange. Es ist nichts gespeichert worden; bitte gleich noch einmal versuchen."
)
#: a server that answers nothing is given up soon, as pages wait for it; times in seconds, the last one in milliseconds
_CONNECTION: dict[str, Any] = {
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "zwk-monitor",
}
#: what has been acknowledged survives even a power cut; nobody waits for ever for another writer
_SETTINGS = "SET synchronous_commit = on; SET lock_timeout = '15s'; SET TimeZone = 'UTC'"
#: seconds after a failed connection in which no other one is tried: who asks then is told at once
_PAUSE = 1.0
_failed: dict[str, float] = {}
_LOG_SECONDS = 30.0
_logged: dict[str, float] = {}
log = logging.getLogger(__name__)


class UnreachableError(ZwkError):
    """The server does not answer, or refuses what it should do; ``str`` is a sentence for people."""


@dataclass(frozen=True)
class Schema:
    """A schema of the PostgreSQL at ``url``; ``stem``: the name of the file in whose place it stands."""

    url: str = field(repr=False)
    stem: str

    @property
    def name(self) -> str:
        """The schema's name, ``programme_demo``; the channel on which its changes are told has the same."""
        return self.stem.replace("-", "_")

    def connect(self) -> PgConnection:
        """A new connection in this schema. Raises UnreachableError."""
        import psycopg  # noqa: PLC0415 - only where it is used

        if time.monotonic() - _failed.get(self.url, -_PAUSE) < _PAUSE:
            raise UnreachableError(UNREACHABLE)
        try:
            # no prepared statements: they would go on with the tables of a schema that another one has replaced
            con = psycopg.connect(self.url, autocommit=True, prepare_threshold=None, row_factory=_rows, **_CONNECTION)
            con.execute(f'{_SETTINGS}; SET search_path = "{self.name}"')
        except psycopg.Error as error:
            _tell_log(self.url, error)
            _failed[self.url] = time.monotonic()
            raise UnreachableError(UNREACHABLE) from error
        return PgConnection(con)


def _tell_log(url: str, error: Exception) -> None:
    """Log why there is no connection: when it begins, and then every now and then."""
    now = time.monotonic()
    if now - _logged.get(url, -_LOG_SECONDS) >= _LOG_SECONDS:
        _logged[url] = now
        log.warning("PostgreSQL: %s", str(error).strip())


class Row(tuple[Any, ...]):
    """A row reached by position and by name, like sqlite3's."""

    names: tuple[str, ...]

    def keys(self) -> tuple[str, ...]:
        return self.names

    def __getitem__(self, at: Any) -> Any:
        return super().__getitem__(self.names.index(at) if isinstance(at, str) else at)


def _rows(cursor: psycopg.Cursor[Any]) -> type[Row]:
    return _row_kind(tuple(column.name for column in cursor.description or ()))


@lru_cache(maxsize=256)
def _row_kind(names: tuple[str, ...]) -> type[Row]:
    return type("NamedRow", (Row,), {"names": names})


class PgConnection:
    """A connection that takes ``?`` for parameters, as the embedded stores do. For one thread at a time."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw = raw

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        return self.raw.execute(_placed(sql).encode() if parameters else sql.encode(), parameters or None)

    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]], /) -> None:
        self.raw.cursor().executemany(_placed(sql).encode(), parameters)

    def give_up(self) -> None:
        """Undo the running transaction; with a lost connection it has been undone."""
        with suppress(Exception):
            self.raw.execute("ROLLBACK")

    @property
    def alive(self) -> bool:
        """Whether nothing has shown yet that the connection is lost."""
        return not self.raw.closed

    def close(self) -> None:
        with suppress(Exception):
            self.raw.close()


def _placed(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def sentence_for(error: Exception) -> str | None:
    """What people are told when the server fails to do something; None if the fault is ours (a rule, bad SQL)."""
    import psycopg  # noqa: PLC0415

    if isinstance(error, UnreachableError):
        return str(error)
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return BUSY
    # a server that is shut down, full, or by now the copy of another
    known = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)
    return UNREACHABLE if isinstance(error, known) else None


class _Held(threading.local):
    """The stores that this thread writes to, each with the connection that holds its lock."""

    def __init__(self) -> None:
        self.by_schema: dict[Schema, PgConnection] = {}


_held = _Held()
_idle: dict[Schema, list[PgConnection]] = {}


@contextmanager
def alone(schema: Schema) -> Iterator[PgConnection]:
    """Within the block nobody else, in whichever process, writes to the store; blocks may be nested in one thread.

    The lock is one of the very connection that writes: if the connection is lost nothing more can be written under it.
    Raises UnreachableError, also if another one holds it for too long.
    """
    if schema in _held.by_schema:
        yield _held.by_schema[schema]
        return
    con = _with_lock(schema)
    _held.by_schema[schema] = con
    try:
        yield con
    finally:
        del _held.by_schema[schema]
        try:
            con.execute("SELECT pg_advisory_unlock_all()")
            _idle.setdefault(schema, []).append(con)
        except Exception:
            con.close()


def _with_lock(schema: Schema) -> PgConnection:
    import psycopg  # noqa: PLC0415

    while True:
        kept = _idle.get(schema)
        fresh = not kept
        con = kept.pop() if kept else schema.connect()
        try:
            con.execute("SELECT pg_advisory_lock(hashtextextended(?, 0))", [schema.name])
        except psycopg.Error as error:
            con.close()
            # one that was kept may have been lost meanwhile, which says nothing of the server
            if fresh or isinstance(error, psycopg.errors.LockNotAvailable):
                raise UnreachableError(sentence_for(error) or UNREACHABLE) from error
            continue
        return con


def forget_connections() -> None:
    """Close the connections that are kept for the next writer."""
    for several in list(_idle.values()):
        while several:
            several.pop().close()
