"""A small store in a SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zwk_data.errors import ZwkError
from zwk_data.stores.group_writer import Connection, SmallStore, StoreKind


class SqliteFile(SmallStore):
    """One open file."""

    errors = (sqlite3.Error,)

    def __init__(self, file: Path, kind: StoreKind) -> None:
        """Open ``file``, made if it is missing. Raises ZwkError if that fails."""
        super().__init__(file.stem, kind)
        self._file = file
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
        self._thread.start()

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
