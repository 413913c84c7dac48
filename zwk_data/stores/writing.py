"""The only way to change the programme store: one transaction at a time, committed whole or not at all.

Within it records are looked up, added, changed and removed in bulk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from zwk_data.errors import ZwkError
from zwk_data.schema.tables import STAMP_COLUMNS, TABLES
from zwk_data.stores import connection


class NotWritableError(ZwkError):
    """Nothing can be saved in this process right now; the sentence says why."""


@contextmanager
def transaction() -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor whose statements on ``programme.<table>`` are committed together at the block's end.

    Whoever comes meanwhile waits. Any exception inside the block undoes everything. When the block has been left the
    change is on the disk. Raises NotWritableError if this process only reads, or if the disk refuses: then nothing has
    changed, and reading goes on.
    """
    stores = connection.stores()
    with stores.writing:
        # the stores may have been reopened while we waited
        stores = connection.stores()
        why = connection.why_read_only()
        if why:
            raise NotWritableError(why)
        con = stores.con.cursor()
        try:
            con.execute("BEGIN")
            try:
                yield con
                con.execute("COMMIT")
            except BaseException:
                _roll_back(con)
                raise
            stores.changes += 1
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
def alone() -> Iterator[None]:
    """Within the block no other thread of this process writes: what is read there still stands when it is saved."""
    with connection.stores().writing:
        yield


def _roll_back(con: duckdb.DuckDBPyConnection) -> None:
    try:
        con.execute("ROLLBACK")
    except duckdb.Error:
        # a failed commit has already rolled back, and a fatal error has closed the store
        return


def new_ids(con: duckdb.DuckDBPyConnection, table: str, n: int) -> list[str]:
    """``n`` keys for new records of ``table`` that no record has or had: ``m-1042``. Inside a ``transaction``."""
    key, prefix = TABLES[table].key, TABLES[table].prefix
    found: list[str] = []
    while len(found) < n:
        numbers = con.execute(
            f"""
            SELECT id FROM (SELECT '{prefix}-' || nextval('programme.record_number') AS id FROM range(?)) made
            WHERE id NOT IN (SELECT {key} FROM programme.{table})
              AND id NOT IN (SELECT entity_id FROM programme.change_log WHERE entity = ?)
            """,
            [n - len(found), table],
        ).fetchall()
        found += [one for (one,) in numbers]
    return found


_TYPES = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "DOUBLE": pa.float64(),
    "SMALLINT": pa.int16(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
}


def rows_by_key(con: duckdb.DuckDBPyConnection, table: str, key: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Key -> record (Python values, None for nothing, without key and stamps) of the keys that there are."""
    if not keys:
        return {}
    found = con.execute(
        f"SELECT * EXCLUDE ({key}), {key} FROM programme.{table} WHERE {key} IN (SELECT unnest(?::VARCHAR[]))",
        [list(dict.fromkeys(keys))],
    )
    names = [column[0] for column in found.description or []]
    return {
        row[-1]: {n: v for n, v in zip(names[:-1], row[:-1], strict=True) if n not in STAMP_COLUMNS}
        for row in found.fetchall()
    }


def rows_frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Records as a frame of Python values."""
    return pd.DataFrame({c: pd.Series([row.get(c) for row in rows], dtype=object) for c in columns})


def insert_rows(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add records; columns that a record lacks take their default."""
    if not rows:
        return
    con.register("incoming", _arrow(con, table, rows))
    con.execute(f"INSERT INTO programme.{table} BY NAME FROM incoming")
    con.unregister("incoming")


def update_rows(con: duckdb.DuckDBPyConnection, table: str, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set all columns of existing records."""
    if not rows:
        return
    con.register("incoming", _arrow(con, table, rows))
    setting = ", ".join(f"{c} = incoming.{c}" for c in rows[0] if c != key)
    con.execute(f"UPDATE programme.{table} AS kept SET {setting} FROM incoming WHERE kept.{key} = incoming.{key}")
    con.unregister("incoming")


def delete_rows(con: duckdb.DuckDBPyConnection, table: str, key: str, keys: Sequence[str]) -> None:
    """Remove records."""
    if keys:
        con.execute(f"DELETE FROM programme.{table} WHERE {key} IN (SELECT unnest(?::VARCHAR[]))", [list(keys)])


def _arrow(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    types = _types(con, table)
    names = list(rows[0])
    # a year may arrive as a float
    whole = {n for n in names if pa.types.is_integer(types[n])}
    return pa.table(
        {
            n: pa.array([int(row[n]) if n in whole and row[n] is not None else row[n] for row in rows], types[n])
            for n in names
        }
    )


def _types(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, pa.DataType]:
    return {row[0]: _TYPES[row[1]] for row in con.execute(f"DESCRIBE programme.{table}").fetchall()}
