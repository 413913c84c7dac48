"""Records in and out of the programme store's tables, many at a time, inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

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
    stamps = ("entered_by", "entered_at")
    return {
        row[-1]: {n: v for n, v in zip(names[:-1], row[:-1], strict=True) if n not in stamps}
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
    # a year or an amount may come as the other kind of number
    whole = {n for n in names if pa.types.is_integer(types[n])}
    return pa.table(
        {
            n: pa.array([int(row[n]) if n in whole and row[n] is not None else row[n] for row in rows], types[n])
            for n in names
        }
    )


def _types(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, pa.DataType]:
    return {row[0]: _TYPES[row[1]] for row in con.execute(f"DESCRIBE programme.{table}").fetchall()}
