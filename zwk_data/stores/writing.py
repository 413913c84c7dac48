"""The only way to change the programme store: one transaction at a time, committed whole or not at all.

Within it records are looked up, added, changed and removed in bulk; statements are written in the SQL that DuckDB and
PostgreSQL both read, with ``?`` for parameters and tables by their bare names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

import duckdb
import pandas as pd
import pyarrow as pa

from zwk_data.errors import ZwkError
from zwk_data.schema.tables import SAME_FOR_ALL, STAMP_COLUMNS, TABLES
from zwk_data.stores import connection
from zwk_data.stores.postgres import PgConnection, sentence_for
from zwk_data.stores.programme_schema import TYPES, columns_of, listed
from zwk_data.stores.shared_copy import SharedCopy, same_version

Rows = Sequence[Mapping[str, Any]]


class NotWritableError(ZwkError):
    """Nothing can be saved in this process right now; the sentence says why."""


class Writer(Protocol):
    """The connection of a running transaction."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Any:
        """Run a statement; the answer has ``fetchone``, ``fetchall`` and ``description``."""

    def insert(self, table: str, rows: Rows, /) -> None:
        """Add records, all with the same columns; columns that they lack take their default."""

    def update(self, table: str, key: str, rows: Rows, /) -> None:
        """Set all columns of existing records."""


@contextmanager
def transaction() -> Iterator[Writer]:
    """A connection whose statements are committed together at the block's end.

    Whoever comes meanwhile waits, in this process and in all that share the store. Any exception inside the block
    undoes everything. When the block has been left the change is on the disk. Raises NotWritableError if this process
    only reads, or if the disk or the server refuses: then nothing has changed, and reading goes on.
    """
    stores = connection.stores()
    with stores.writing:
        # the stores may have been reopened while we waited
        stores = connection.stores()
        why = connection.why_read_only()
        if why:
            raise NotWritableError(why)
        with _shared(stores.shared) if stores.shared else _embedded(stores) as con:
            yield con


@contextmanager
def _embedded(stores: connection.Stores) -> Iterator[Writer]:
    con = stores.con.cursor()
    try:
        con.execute("USE programme")
        con.execute("BEGIN")
        try:
            writer = _Embedded(con)
            yield writer
            con.execute("COMMIT")
        except BaseException:
            _roll_back(con)
            raise
        stores.changes += 1
        stores.common_changes += writer.changed_common
    except (
        duckdb.IOException,
        duckdb.FatalException,
        duckdb.InternalException,
        duckdb.TransactionException,
    ) as error:
        con.close()
        connection.reopen()
        raise NotWritableError(
            "Die Änderung konnte nicht gespeichert werden: Der Datenträger nimmt nichts an (voll oder gestört). "
            "Es ist nichts halb gespeichert. Bitte Platz schaffen und noch einmal speichern."
        ) from error
    finally:
        con.close()


@contextmanager
def _shared(copy: SharedCopy) -> Iterator[Writer]:
    try:
        with copy.store.alone() as con:
            same_version(con)
            con.execute("BEGIN")
            try:
                yield _Shared(con)
                con.execute("SELECT pg_notify(?, '')", [copy.store.name])
                con.execute("COMMIT")
            except BaseException:
                con.give_up()
                raise
        copy.expire()
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        raise NotWritableError(sentence) from error


@contextmanager
def alone() -> Iterator[None]:
    """Within the block nobody else writes to the store: what is read there still stands when it is saved."""
    stores = connection.stores()
    lock: AbstractContextManager[Any] = nullcontext()
    with stores.writing:
        if stores.shared and stores.writable:
            lock = stores.shared.store.alone()
        with lock:
            if stores.shared:
                # what others wrote before we had the lock counts
                stores.shared.expire()
            yield


def _roll_back(con: duckdb.DuckDBPyConnection) -> None:
    try:
        con.execute("ROLLBACK")
    except duckdb.Error:
        # a failed commit has already rolled back, and a fatal error has closed the store
        return


def new_ids(con: Writer, table: str, n: int) -> list[str]:
    """``n`` keys for new records of ``table`` that no record has or had: ``m-1042``. Inside a ``transaction``."""
    key, prefix = TABLES[table].key, TABLES[table].prefix
    found: list[str] = []
    while len(found) < n:
        numbers = con.execute(
            f"""
            SELECT id FROM (SELECT '{prefix}-' || nextval('record_number') AS id FROM generate_series(1, ?)) AS made
            WHERE id NOT IN (SELECT {key} FROM {table})
              AND id NOT IN (SELECT entity_id FROM change_log WHERE entity = ?)
            """,
            [n - len(found), table],
        ).fetchall()
        found += [one for (one,) in numbers]
    return found


def rows_by_key(con: Writer, table: str, key: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Key -> record (Python values, None for nothing, without key and stamps) of the keys that there are."""
    if not keys:
        return {}
    found = con.execute(
        f"SELECT * FROM {table} WHERE {key} IN (SELECT unnest(?::VARCHAR[]))", [list(dict.fromkeys(keys))]
    )
    names = [column[0] for column in found.description or []]
    left_out = {key, *STAMP_COLUMNS}
    return {
        row[names.index(key)]: {n: v for n, v in zip(names, row, strict=True) if n not in left_out}
        for row in found.fetchall()
    }


def rows_frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Records as a frame of Python values."""
    return pd.DataFrame({c: pd.Series([row.get(c) for row in rows], dtype=object) for c in columns})


def delete_rows(con: Writer, table: str, key: str, keys: Sequence[str]) -> None:
    """Remove records."""
    if keys:
        con.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT unnest(?::VARCHAR[]))", [list(keys)])


class _Embedded:
    """A transaction on the file; ``changed_common``: whether it changes a table that everybody sees alike."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self.changed_common = False

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Any:
        if not sql.lstrip().upper().startswith(("SELECT", "FROM", "WITH")):
            self.changed_common |= not SAME_FOR_ALL.isdisjoint(connection.tables_in(sql))
        return self._con.execute(sql, parameters)

    def insert(self, table: str, rows: Rows, /) -> None:
        if rows:
            self._con.register("incoming", self._arrow(table, rows))
            self.execute(f"INSERT INTO {table} BY NAME FROM incoming")
            self._con.unregister("incoming")

    def update(self, table: str, key: str, rows: Rows, /) -> None:
        if rows:
            self._con.register("incoming", self._arrow(table, rows))
            setting = ", ".join(f"{c} = incoming.{c}" for c in rows[0] if c != key)
            self.execute(f"UPDATE {table} AS kept SET {setting} FROM incoming WHERE kept.{key} = incoming.{key}")
            self._con.unregister("incoming")

    def _arrow(self, table: str, rows: Rows) -> pa.Table:
        types = {row[0]: TYPES[row[1]][1] for row in self._con.execute(f"DESCRIBE {table}").fetchall()}
        names = list(rows[0])
        # a year may arrive as a float
        whole = {n for n in names if pa.types.is_integer(types[n])}
        return pa.table({n: pa.array([_whole(row[n], n in whole) for row in rows], types[n]) for n in names})


class _Shared:
    """A transaction on the server."""

    def __init__(self, con: PgConnection) -> None:
        self._con = con

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Any:
        return self._con.execute(sql, parameters)

    def insert(self, table: str, rows: Rows, /) -> None:
        if rows:
            names = list(rows[0])
            sql = f"INSERT INTO {table} ({listed(names)}) VALUES ({', '.join('?' * len(names))})"
            self._con.executemany(sql, self._values(table, rows, names))

    def update(self, table: str, key: str, rows: Rows, /) -> None:
        if rows:
            names = [name for name in rows[0] if name != key]
            setting = ", ".join(f'"{name}" = ?' for name in names)
            self._con.executemany(
                f"UPDATE {table} SET {setting} WHERE {key} = ?", self._values(table, rows, [*names, key])
            )

    def _values(self, table: str, rows: Rows, names: Sequence[str]) -> list[list[Any]]:
        kinds = columns_of(self._con, table)[table]
        # a year may arrive as a float
        whole = {name for name in names if kinds[name] in ("SMALLINT", "INTEGER", "BIGINT")}
        return [[_whole(row[name], name in whole) for name in names] for row in rows]


def _whole(value: Any, wanted: bool) -> Any:
    return int(value) if wanted and value is not None else value
