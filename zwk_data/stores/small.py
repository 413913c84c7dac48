"""The small stores by their file's name: a SQLite file, or a schema of that name in the PostgreSQL of ``ZWK_STORE``."""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.stores.group_writer import Connection, SmallStore, StoreKind
from zwk_data.stores.postgres import PgConnection, Schema, UnreachableError, sentence_for

DAMAGED = (
    "Die Datei {file} ist beschädigt ({found}). Es ist nichts verändert. Bitte den ZWK-Monitor beenden, dann {cure}."
)
CURE = "mit „python -m zwk_data restore {backup}“ die Sicherung vom {day:%d.%m.%Y, %H:%M} Uhr zurückspielen"
NO_COPY = (
    "die Datei umbenennen und neu starten: Eine Sicherung gibt es nicht; was sich noch retten lässt, zeigt "
    "„sqlite3 … .recover“"
)


def damage(file: Path, kind: StoreKind | None = None) -> str:
    """What is wrong with a file that should be a store, in a few words; "" if nothing is.

    Every page is read, every index compared with its rows, every rule with its values. A kind's tables must be there:
    an empty file is a lost one, as a new store is never seen without them.
    """
    try:
        if not file.stat().st_size:
            return "leer"
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=5)) as con:
            told = con.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if told != "ok":
                return str(told)
            there = {name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            # a newer version may know more tables than the file, but not none of them
            wanted = set(table_names(kind)) if kind else there
            return "" if there & wanted else "leer"
    except sqlite3.DatabaseError as error:
        # locked or unreadable is not damaged, and told as such when it is opened
        return "" if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error) else str(error)


def table_names(kind: StoreKind) -> list[str]:
    """The tables that a kind declares."""
    return re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", kind.schema)


def damaged(file: Path, found: object) -> ZwkError:
    """What people are told of a damaged file, with the last copy of it, if there is one."""
    copies = sorted(settings.backups().glob(f"*-{file.stem}{file.suffix}"), key=lambda one: one.stat().st_mtime)
    cure = NO_COPY
    if copies:
        cure = CURE.format(backup=copies[-1], day=datetime.fromtimestamp(copies[-1].stat().st_mtime))
    return ZwkError(DAMAGED.format(file=file.name, found=found, cure=cure))


def _make(file: Path, kind: StoreKind) -> None:
    """Make a new store whole: it is never seen without its tables. Another process may be faster."""
    # the log of a file that was removed would be replayed into the new one
    for ending in ("-wal", "-shm"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}.{threading.get_ident()}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(part)) as con:
            con.executescript(kind.schema)
        part.chmod(0o600)
        with suppress(FileExistsError):
            os.link(part, file)
    finally:
        part.unlink(missing_ok=True)


class SqliteFile(SmallStore):
    """One open file."""

    errors = (sqlite3.Error,)

    def __init__(self, file: Path, kind: StoreKind) -> None:
        """Open ``file``, made if it is missing. Raises ZwkError if that fails, or if it is damaged."""
        super().__init__(file.stem, kind)
        self._file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.is_file():
                _make(file, kind)
            elif found := damage(file, kind):
                raise damaged(file, found)
            self._reader, self._writer = self._connect(), self._connect()
            self._writer.executescript(kind.schema)
            self._inode = file.stat().st_ino
        except (sqlite3.Error, OSError) as error:
            raise ZwkError(kind.unopened.format(file=file.name, error=error)) from error
        self._thread.start()

    def unusable(self, error: object) -> ZwkError:
        """What people are told; a file that was damaged meanwhile has a sentence of its own."""
        if isinstance(error, sqlite3.DatabaseError) and re.search("malformed|not a database", str(error)):
            return damaged(self._file, error)
        return super().unusable(error)

    def is_current(self) -> bool:
        """Whether the path still leads to the open file; somebody may have removed it or put another there."""
        try:
            return self._file.stat().st_ino == self._inode
        except OSError:
            return False

    def _connect(self) -> sqlite3.Connection:
        con = sqlite3.connect(self._file, timeout=5, isolation_level=None, check_same_thread=False)
        con.row_factory = sqlite3.Row
        con.execute("PRAGMA journal_mode = WAL")
        # what has been acknowledged survives even a power cut
        con.execute("PRAGMA synchronous = FULL")
        return con

    def _rows(self, sql: str, params: Sequence[Any]) -> list[Any]:
        return self._reader.execute(sql, params).fetchall()

    def _begin(self) -> Connection:
        self._writer.execute("BEGIN IMMEDIATE")
        return self._writer

    def _give_up(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    def _close_writer(self) -> None:
        self._writer.close()

    def _close_reader(self) -> None:
        self._reader.close()


T = TypeVar("T")
#: what a declared schema says in SQLite's words -> the same in PostgreSQL's
_WORDS = {
    "INTEGER PRIMARY KEY AUTOINCREMENT": "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
    "BLOB": "BYTEA",
    "WITHOUT ROWID": "",
}


class SmallSchema(SmallStore):
    """One schema. A connection that was lost is made again when it is needed next."""

    def __init__(self, schema: Schema, kind: StoreKind) -> None:
        """Make what is missing of it. Raises ZwkError if the server can't be reached."""
        import psycopg  # noqa: PLC0415 - only where it is used

        super().__init__(schema.stem, kind)
        self.schema, self.errors = schema, (psycopg.Error,)
        self._reader: PgConnection | None = None
        self._writer: PgConnection | None = None
        self._renewed(None, self._make)
        self._thread.start()

    def _make(self, con: PgConnection) -> PgConnection:
        declared = self.kind.schema
        for here, there in _WORDS.items():
            declared = declared.replace(here, there)
        con.execute("BEGIN")
        con.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", [self.schema.name])
        con.execute(f'CREATE SCHEMA IF NOT EXISTS "{self.schema.name}"')
        con.execute(declared)
        con.execute("COMMIT")
        con.close()
        return con

    def is_current(self) -> bool:
        """Always: a schema keeps its name."""
        return True

    def unusable(self, error: object) -> ZwkError:
        """What people are told; a server that can't be reached has a sentence of its own."""
        sentence = sentence_for(error) if isinstance(error, Exception) else None
        return ZwkError(sentence) if sentence else super().unusable(error)

    def _renewed(self, con: PgConnection | None, work: Callable[[PgConnection], T]) -> T:
        """Do ``work`` with the connection, or with a new one if there is none or it turns out to be lost."""
        if con is not None and con.alive:
            try:
                return work(con)
            except self.errors as error:
                if sentence_for(error) is None or con.alive:
                    raise
        try:
            return work(self.schema.connect())
        except self.errors as error:
            sentence = sentence_for(error)
            raise UnreachableError(sentence) if sentence else error from error

    def _rows(self, sql: str, params: Sequence[Any]) -> list[Any]:
        def ask(con: PgConnection) -> list[Any]:
            self._reader = con
            return list(con.execute(sql, params).fetchall())

        return self._renewed(self._reader, ask)

    def _begin(self) -> Connection:
        def begin(con: PgConnection) -> PgConnection:
            self._writer = con
            con.execute("BEGIN")
            con.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", [self.schema.name])
            return con

        return self._renewed(self._writer, begin)

    def _give_up(self) -> None:
        if self._writer is not None:
            self._writer.give_up()

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()


_open: dict[object, SmallStore] = {}
_opening = threading.Lock()


def opened(file: Path, kind: StoreKind) -> SmallStore:
    """The store in ``file``, or in the schema of its name, opened at first use.

    A file is opened anew when it has been removed or replaced.
    """
    url = settings.store_url()
    key: object = (url, file.stem) if url else file
    with _opening:
        found = _open.get(key)
        if found is not None and not found.is_current():
            _open.pop(key).close()
            found = None
        if found is None:
            found = _open[key] = SmallSchema(Schema(url, file.stem), kind) if url else SqliteFile(file, kind)
        return found


def close_all(kind: StoreKind) -> None:
    """Close all stores of a kind (in tests, and when the server stops)."""
    with _opening:
        for key in [key for key, store in _open.items() if store.kind is kind]:
            _open.pop(key).close()
