"""The only way into the stores: locked down, one cursor per call, read-only except for the one process that writes.

The server opens the programme store for writing (``open_for_writing``); then no other process can open it. Everybody
else reads from a copy of it as it stood a moment ago, and takes a new copy when it has changed: nobody who reads keeps
the server from starting, and the server keeps nobody from reading.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.schema.tables import SAME_FOR_ALL, TABLES
from zwk_data.settings import dataset
from zwk_data.stores import access, programme_file
from zwk_data.stores.damage import duckdb_damaged, tells_damage
from zwk_data.stores.memo import depends_on
from zwk_data.stores.programme_schema import SharedStore, programme_store
from zwk_data.stores.shared_copy import SharedCopy
from zwk_data.stores.state import warehouse_path

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_VIEWS = Path(__file__).with_name("views.sql")
_MENTIONS = re.compile(rf"\b({'|'.join(TABLES)})\b")

_lock = threading.Lock()


@dataclass
class Stores:
    """Both stores attached to one in-memory database; ``folder``: where the copy lies, if it is one."""

    con: duckdb.DuckDBPyConnection
    writable: bool
    stamp: programme_file.Stamp | None = None
    folder: Path | None = None
    #: the copy of a store that other processes write to as well
    shared: SharedCopy | None = None
    #: number of commits, which tells when answers computed from the programme store are out of date, and of those that
    #: touched what everybody sees alike
    changes: int = 0
    common_changes: int = 0
    writing: threading.RLock = field(default_factory=threading.RLock)

    def close(self) -> None:
        if self.shared:
            self.shared.close()
        self.con.close()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


_open: dict[tuple[Path, Path | SharedStore], Stores] = {}
#: stores this process wants to write to, and why it can't (or None)
_writer: dict[Path | SharedStore, str | None] = {}


def connect(warehouse: Path, programme: Path, *, writable: bool = False) -> duckdb.DuckDBPyConnection:
    """Attach both stores to one in-memory database, the warehouse read-only, and lock it.

    Views give every table its bare name: a search path would be lost with each cursor. After the lock no SQL can
    reach a file, attach another database or load an extension.

    Raises ZwkError if a store is missing or unreadable, duckdb.IOException if it can't be opened for writing.
    """
    for path in (warehouse, programme):
        if not path.exists():
            raise ZwkError(f"Der Datenspeicher {path.name} fehlt. Bitte „python -m zwk_data build“ ausführen.")
    con, opening = duckdb.connect(config=_CONFIG), warehouse
    try:
        con.execute(f"ATTACH '{_quoted(warehouse)}' AS warehouse (READ_ONLY)")
        opening = programme
        con.execute(f"ATTACH '{_quoted(programme)}' AS programme{'' if writable else ' (READ_ONLY)'}")
    except duckdb.Error as error:
        con.close()
        if opening is programme and tells_damage(error):
            raise duckdb_damaged(programme.name) from error
        if writable and isinstance(error, duckdb.IOException):
            raise
        raise ZwkError(
            "Der Datenspeicher lässt sich nicht öffnen (beschädigt oder von einem anderen Programm gesperrt). "
            "Bitte „python -m zwk_data build“ ausführen."
        ) from error
    _finish(con)
    return con


def _connect_shared(warehouse: Path, programme: SharedStore) -> tuple[duckdb.DuckDBPyConnection, SharedCopy]:
    """As ``connect``, with a copy in memory in place of the programme store's file."""
    con = duckdb.connect(config=_CONFIG)
    try:
        con.execute(f"ATTACH '{_quoted(warehouse)}' AS warehouse (READ_ONLY)")
        copy = SharedCopy(programme, con)
    except BaseException:
        con.close()
        raise
    _finish(con)
    return con, copy


def _finish(con: duckdb.DuckDBPyConnection) -> None:
    """Give every table its bare name, for everybody and for whoever sees a part, and lock the connection."""
    tables = con.execute(
        "SELECT table_catalog, table_name FROM information_schema.tables "
        "WHERE table_catalog IN ('warehouse', 'programme')"
    ).fetchall()
    con.execute(_VIEWS.read_text(encoding="utf-8"))
    for database, table in tables:
        con.execute(f'CREATE VIEW "{table}" AS FROM {database}."{table}"')
        if database == "warehouse":
            con.execute(f'CREATE VIEW restricted."{table}" AS FROM {database}."{table}"')
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def open_for_writing(programme: Path | None = None) -> str | None:
    """From now on this process writes to the programme store; returns why it can't (German), or None.

    Only one process can write to a file. If it is held by another one or can't be written, reading goes on as before.
    """
    path = programme or programme_store(dataset())
    with _lock:
        _writer[path] = None
        for key in [key for key in _open if key[1] == path]:
            _open.pop(key).close()
    stores()
    return why_read_only() if isinstance(path, SharedStore) else _writer[path]


def stores() -> Stores:
    """The stores of the current data, opened if need be."""
    key = (warehouse_path(), programme_store(dataset()))
    with _lock:
        found = _open.get(key)
        if found and not _is_current(found, key[1]):
            # an open cursor keeps the old copy alive until it is closed
            _open.pop(key)
            (found if found.shared else found.con).close()
            found = None
        if found is None:
            found = _open[key] = _opened(*key)
        return found


def _is_current(found: Stores, programme: Path | SharedStore) -> bool:
    if found.shared:
        return found.shared.catch_up()
    return not found.stamp or not isinstance(programme, Path) or programme_file.store_stamp(programme) == found.stamp


def _opened(warehouse: Path, programme: Path | SharedStore) -> Stores:
    if isinstance(programme, SharedStore):
        con, copy = _connect_shared(warehouse, programme)
        return Stores(con, writable=programme in _writer, shared=copy)
    if programme in _writer:
        try:
            if not os.access(programme.parent, os.W_OK) or not os.access(programme, os.W_OK):
                raise duckdb.IOException("read-only")
            found = Stores(connect(warehouse, programme, writable=True), writable=True)
            _writer[programme] = None
            return found
        except duckdb.IOException as error:
            _writer[programme] = _why_not(programme, error)
    folder = Path(tempfile.mkdtemp(prefix="zwk-"))
    try:
        taken = programme_file.copy_store(programme, folder / programme.name)
        # open once for writing to merge the log: a store with a log can't be attached read-only
        duckdb.connect(str(folder / programme.name)).close()
        return Stores(connect(warehouse, folder / programme.name), writable=False, stamp=taken, folder=folder)
    except duckdb.Error as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise duckdb_damaged(programme.name) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _why_not(programme: Path, error: duckdb.IOException) -> str:
    if "lock" in str(error) or "used by another process" in str(error):
        return (
            "Ein anderer ZWK-Monitor oder ein anderes Programm hat den Datenspeicher geöffnet: Hier kann nur gelesen "
            "werden. Bitte das andere Programm beenden und diesen Server neu starten."
        )
    return (
        f"Im Ordner {programme.parent} darf oder kann der ZWK-Monitor nicht schreiben: Hier kann nur gelesen werden. "
        "Bitte Schreibrecht und freien Platz prüfen und den Server neu starten."
    )


def reopen() -> None:
    """Reopen the stores after a failed write: DuckDB closes a store when it can't write its log."""
    key = (warehouse_path(), programme_store(dataset()))
    with _lock:
        found = _open.pop(key, None)
        if found:
            found.con.close()
    stores()


def why_read_only() -> str | None:
    """Why nothing can be saved in this process (German), or None if it can."""
    found = stores()
    if found.writable:
        return found.shared.trouble if found.shared else None
    return _writer.get(programme_store(dataset())) or "Dieser Vorgang liest nur."


def programme_version() -> tuple[object, ...]:
    """Changes whenever the programme store's content may have changed."""
    return _version(lambda found: found.changes, lambda copy: copy.stamp)


def common_version() -> tuple[object, ...]:
    """As ``programme_version``, for the tables that everybody sees alike: whoever enters a date leaves them alone.

    Names and areas of the Kommunen are among them, by which most figures are asked.
    """
    return _version(lambda found: found.common_changes, lambda copy: copy.common_changes)


def _version(own: Callable[[Stores], int], shared: Callable[[SharedCopy], object]) -> tuple[object, ...]:
    path = programme_store(dataset())
    if isinstance(path, SharedStore):
        copy = stores().shared
        return path.name, id(copy), shared(copy) if copy else None
    with _lock:
        found = next((one for key, one in _open.items() if key[1] == path), None)
    if found and found.writable:
        return str(path), id(found), own(found)
    return str(path), programme_file.store_stamp(path)


def tables_in(sql: str) -> set[str]:
    """The tables of the programme that a statement names."""
    return set(_MENTIONS.findall(sql))


def cursor() -> duckdb.DuckDBPyConnection:
    """A cursor of this process's connection; a connection itself must not be shared between threads."""
    return stores().con.cursor()


def close() -> None:
    """Close all stores, so that they can be replaced (also used by tests)."""
    with _lock:
        for found in _open.values():
            found.close()
        _open.clear()
        _writer.clear()


ONE_STATEMENT = "Eine Abfrage ist genau eine Anweisung; gefunden wurden {number}."
NOT_READABLE = (
    "Die amtlichen Zahlen lassen sich nicht lesen (Datei beschädigt). Bitte den ZWK-Monitor beenden und sie mit "
    "„python -m zwk_data build“ neu bauen."
)
#: questions that are known to be one statement; there are some hundred
_single: set[str] = set()
MOST_SINGLE = 5000


def _must_be_one_statement(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """A second statement could end the transaction that keeps everything from being changed. Raises ZwkError."""
    if sql in _single:
        return
    number = len(con.extract_statements(sql))
    if number != 1:
        raise ZwkError(ONE_STATEMENT.format(number=number))
    if len(_single) < MOST_SINGLE:
        _single.add(sql)


def read(
    sql: str, params: Sequence[object] | Mapping[str, object] | None = None, *, large: bool = False
) -> pd.DataFrame:
    """Answer one SQL query as a frame; ``params`` for ``?`` or ``$name``.

    ``large``: for many thousand rows of text, which take a third of the time through Arrow; a whole number that may be
    missing then is a float.

    Raises duckdb.Error for bad SQL, ZwkError for more than one statement and for a store that turns out to be damaged.
    Bare table names show what the current scope may see; nothing can be changed.
    """
    asker = access.current_scope()
    named = tables_in(sql)
    if named and named <= SAME_FOR_ALL:
        depends_on(common_version)
    elif named:
        depends_on(programme_version)
        depends_on(access.current_scope)
    con = cursor()
    try:
        _must_be_one_statement(con, sql)
        if not asker.full:
            con.execute("USE memory.restricted")
            con.execute("SET VARIABLE own = ?::VARCHAR[]", [list(asker.own)])
            con.execute("SET VARIABLE network = ?", [asker.network])
        con.execute("BEGIN TRANSACTION READ ONLY")
        answer = con.execute(sql, params) if params is not None else con.execute(sql)
        return answer.to_arrow_table().to_pandas() if large else answer.df()
    except duckdb.Error as error:
        if not tells_damage(error):
            raise
        raise (duckdb_damaged(programme_store(dataset()).stem) if named else ZwkError(NOT_READABLE)) from error
    finally:
        con.close()
