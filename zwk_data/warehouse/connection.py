"""The one way to read the stores: locked down, read-only, one cursor per call."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.paths import dataset
from zwk_data.warehouse.programme_store import programme_path
from zwk_data.warehouse.stores import warehouse_path

_lock = threading.Lock()
_open: dict[tuple[Path, Path], duckdb.DuckDBPyConnection] = {}


def connect(warehouse: Path, programme: Path) -> duckdb.DuckDBPyConnection:
    """Attach both stores read-only to one in-memory database and lock it.

    Views give every table its bare name: a search path would be lost with each cursor. After the lock no SQL can
    reach a file, attach another database or load an extension.

    Raises ZwkError if a store is missing or unreadable.
    """
    for path in (warehouse, programme):
        if not path.exists():
            raise ZwkError(f"Der Datenspeicher {path.name} fehlt. Bitte „python -m zwk_data build“ ausführen.")
    con = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    try:
        con.execute(f"ATTACH '{_quoted(warehouse)}' AS warehouse (READ_ONLY)")
        con.execute(f"ATTACH '{_quoted(programme)}' AS programme (READ_ONLY)")
    except duckdb.Error as error:
        con.close()
        raise ZwkError(
            "Der Datenspeicher lässt sich nicht öffnen (beschädigt oder von einem anderen Programm gesperrt). "
            "Bitte „python -m zwk_data build“ ausführen."
        ) from error
    tables = con.execute(
        "SELECT database_name, table_name FROM duckdb_tables() WHERE database_name IN ('warehouse', 'programme')"
    ).fetchall()
    for database, table in tables:
        con.execute(f'CREATE VIEW "{table}" AS FROM {database}."{table}"')
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def cursor() -> duckdb.DuckDBPyConnection:
    """A cursor of this process's connection; a connection itself must not be shared between threads."""
    key = (warehouse_path(), programme_path(dataset()))
    with _lock:
        if key not in _open:
            _open[key] = connect(*key)
        return _open[key].cursor()


def close() -> None:
    """Let go of all stores, so that they can be replaced (and in tests)."""
    with _lock:
        for con in _open.values():
            con.close()
        _open.clear()


def read(sql: str, params: Sequence[object] | Mapping[str, object] | None = None) -> pd.DataFrame:
    """Answer one SQL query as a frame; ``params`` for ``?`` or ``$name``. Raises duckdb.Error for bad SQL."""
    con = cursor()
    try:
        return con.execute(sql, params).df() if params is not None else con.execute(sql).df()
    finally:
        con.close()
