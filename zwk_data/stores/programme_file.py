"""The programme store's file: where it lies, how it is made, copied, asked for its state, and brought up to date.

Its schema is a row of numbered steps: a new store takes them all, an older one those it lacks.

While one process has a DuckDB file open for writing, no other can read it. Whoever wants to read copies the store and
its log of the last changes until neither changes meanwhile; such a pair opens as the store did at that moment.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import duckdb
import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.schema.tables import TABLES, parents_first
from zwk_data.settings import home
from zwk_data.stores.damage import duckdb_damaged
from zwk_data.stores.rules import BrokenRule, faults

MIGRATIONS = Path(__file__).with_name("migrations")
#: the first step's tables, before steps were counted
_UNCOUNTED = 1


def migration_steps() -> list[Path]:
    """The scripts in their order; ``0002_desk.sql`` is step 2."""
    return sorted(MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def newest_version() -> int:
    """The number of the last step."""
    return _number(migration_steps()[-1])


def schema_version(con: duckdb.DuckDBPyConnection) -> int:
    """The last step a store has taken; 0 for an empty file. Raises ZwkError if it is no programme store."""
    tables = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()}
    if "migration" in tables:
        row = con.execute("SELECT max(number) FROM migration").fetchone()
        return int(row[0] or 0) if row else 0
    if not tables:
        return 0
    if not {"programme_seed", "change_log"} <= tables:
        raise ZwkError("Die Datei ist kein Datenspeicher des ZWK-Monitors (die Tabellen fehlen).")
    return _UNCOUNTED


def migrate(con: duckdb.DuckDBPyConnection, last: int | None = None) -> list[str]:
    """Take the missing steps (up to number ``last``), each in one transaction; returns their names.

    Raises ZwkError if the store is newer than this version of the product, or if a step fails (nothing of it stays).
    """
    have = schema_version(con)
    if have > newest_version():
        raise _newer(have)
    taken = []
    con.execute("CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name VARCHAR, applied_at TIMESTAMP)")
    if have and not con.execute("SELECT 1 FROM migration").fetchone():
        con.execute("INSERT INTO migration VALUES (?, 'uncounted', now()::TIMESTAMP)", [have])
    for step in migration_steps():
        if _number(step) <= have or (last is not None and _number(step) > last):
            continue
        con.execute("BEGIN")
        try:
            con.execute(step.read_text(encoding="utf-8"))
            con.execute("INSERT INTO migration VALUES (?, ?, now()::TIMESTAMP)", [_number(step), step.stem])
            con.execute("COMMIT")
        except duckdb.Error as error:
            con.execute("ROLLBACK")
            raise ZwkError(
                f"Der Datenspeicher lässt sich nicht auf den Stand {step.stem} bringen: {error}. Er ist unverändert."
            ) from error
        taken.append(step.stem)
    return taken


def _newer(found: int) -> ZwkError:
    return ZwkError(
        f"Der Datenspeicher ist neuer (Stand {found}) als dieser ZWK-Monitor (Stand {newest_version()}). "
        "Bitte die neuere Version des ZWK-Monitors verwenden."
    )


def _number(step: Path) -> int:
    return int(step.name[:4])


ATTEMPTS = 40

Stamp = tuple[tuple[int, int, int], ...]


def log_file(store: Path) -> Path:
    """The file of the last changes that lies beside a store."""
    return store.with_name(store.name + ".wal")


def store_stamp(store: Path) -> Stamp:
    """Changes with every change of the store: inode, size and time of both its files."""
    found = []
    for file in (store, log_file(store)):
        try:
            stat = file.stat()
        except FileNotFoundError:
            found.append((0, 0, 0))
        else:
            found.append((stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


def copy_store(store: Path, target: Path) -> Stamp:
    """Copy the store at one moment to ``target`` (and its log beside it); returns the stamp of that moment.

    Raises ZwkError if the store is missing or can't be read or copied, or never stands still.
    """
    for attempt in range(ATTEMPTS):
        before = store_stamp(store)
        try:
            shutil.copyfile(store, target)
            if before[1][0]:
                shutil.copyfile(log_file(store), log_file(target))
            else:
                log_file(target).unlink(missing_ok=True)
        except FileNotFoundError as error:
            if not store.exists():
                raise ZwkError(
                    f"Der Datenspeicher {store.name} fehlt. Bitte „python -m zwk_data build“ ausführen."
                ) from error
        except OSError as error:
            raise ZwkError(
                f"Der Datenspeicher {store.name} lässt sich nicht nach {target.parent} kopieren "
                f"({os.strerror(error.errno or 0)}). "
                "Bitte Leserecht und freien Platz prüfen."
            ) from error
        else:
            # a commit that is being written at this moment is cut off at the log's end, and left out when it is opened
            if store_stamp(store) == before:
                return before
        time.sleep(0.005 * (attempt + 1))
    raise ZwkError(f"Der Datenspeicher {store.name} wird gerade ständig geändert. Bitte gleich noch einmal versuchen.")


def keep_copy(store: Path, target: Path) -> None:
    """As ``copy_store``, and the copy is one file that can be carried elsewhere; a damaged store is copied as it is."""
    copy_store(store, target)
    try:
        duckdb.connect(str(target)).close()
    except duckdb.Error:
        return


class Shared(Protocol):
    """A store that is no file (``programme_schema.SharedStore``)."""

    @property
    def stem(self) -> str: ...

    def state(self) -> tuple[str, int, int] | None: ...

    def fill(self, file: duckdb.DuckDBPyConnection) -> None: ...

    def alone(self) -> AbstractContextManager[Any]: ...

    def replace(self, file: duckdb.DuckDBPyConnection, kept: str = "") -> str | None: ...


#: a store by its file, or one that is no file
Store = Path | Shared


def is_there(store: Store) -> bool:
    """Whether there is a store. Raises ZwkError if a shared one can't be asked."""
    return store.exists() if isinstance(store, Path) else store.state() is not None


def copy_to(store: Store, target: Path) -> None:
    """Copy a store as it stands now into a file of its version. Raises ZwkError as ``copy_store`` does."""
    if isinstance(store, Path):
        copy_store(store, target)
        return
    found = store.state()
    if found is None:
        raise ZwkError("Der gemeinsame Datenspeicher ist leer. Bitte „python -m zwk_data build“ ausführen.")
    target.unlink(missing_ok=True)
    con = _open(target)
    try:
        if found[2] > newest_version():
            raise _newer(found[2])
        migrate(con, found[2])
        store.fill(con)
        con.execute("CHECKPOINT")
    finally:
        con.close()


def take_over(part: Path, store: Store, kept: str = "") -> str | None:
    """Put a finished file in the place of the store, or its rows into a shared one, whole or not at all.

    ``kept``: the end of the name under which the old one stays; returns that name, None if there was none. Raises
    ZwkError if another process has the file open, or the server can't be reached.
    """
    if isinstance(store, Path):
        with held(store):
            beside_it = store.with_name(f"{store.stem}-{kept}.duckdb") if kept and store.exists() else None
            if beside_it:
                keep_copy(store, beside_it)
            swap(part, store)
        return str(beside_it) if beside_it else None
    with duckdb.connect(str(part)) as con:
        return store.replace(con, re.sub(r"\W", "_", kept.lower()))


def turn(store: Store) -> AbstractContextManager[Any]:
    """Within the block no other process makes or replaces a shared store; with a file, finding it held is enough."""
    return nullcontext() if isinstance(store, Path) else store.alone()


def build(path: Store, frames: Mapping[str, pd.DataFrame], fingerprint: str) -> Store:
    """Make a store at ``path`` from one frame per table (those without one stay empty); returns the path.

    It is written beside the old one and swapped in by rename: whoever still reads the old one keeps it, and a
    broken seed leaves it as it was. Columns of a frame are matched by name.

    Raises ZwkError if the folder can't be written, if another process has the old store open, or if the frames break
    a rule of the store.
    """
    with beside(path) as part:
        con = _open(part)
        try:
            migrate(con)
            _fill(con, frames, fingerprint)
        finally:
            con.close()
        take_over(part, path)
    return path


@contextmanager
def beside(store: Store) -> Iterator[Path]:
    """The name of a file beside the store that is gone afterwards, whatever happens; for a shared one in ``home()``."""
    path = store if isinstance(store, Path) else home() / f"{store.stem}.duckdb"
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        yield part
    except OSError as error:
        raise _unwritable(path) from error
    finally:
        for file in (part, log_file(part)):
            file.unlink(missing_ok=True)


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path))
    except duckdb.IOException as error:
        raise _unwritable(path) from error


def _unwritable(path: Path) -> ZwkError:
    return ZwkError(
        f"Im Ordner {path.parent} lässt sich nichts speichern. Bitte Schreibrecht und freien Platz prüfen oder mit "
        "ZWK_HOME einen anderen Ordner wählen."
    )


def swap(part: Path, path: Path) -> None:
    """Put the finished store in the place of the old one; the old one's log must not be taken for the new one's."""
    log_file(path).unlink(missing_ok=True)
    part.replace(path)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Make sure that no other process has the store at ``path`` open while it is replaced.

    Raises ZwkError if one has. A damaged store can't be held and need not be.
    """
    con = None
    if path.exists():
        try:
            con = duckdb.connect(str(path))
        except duckdb.Error as error:
            if "lock" in str(error) or "used by another process" in str(error):
                raise ZwkError(
                    f"Ein laufender ZWK-Monitor hat den Datenspeicher {path.name} geöffnet. Bitte ihn zuerst beenden."
                ) from error
    try:
        if con is not None and os.name == "nt":  # Windows replaces no file that is open
            con.close()
        yield
    finally:
        if con is not None:
            con.close()


def _fill(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pd.DataFrame], fingerprint: str) -> None:
    for table in parents_first():
        frame = frames.get(table)
        if frame is None or frame.empty:
            continue
        con.register("seed", frame)
        key, prefix = TABLES[table].key, TABLES[table].prefix
        number = f", '{prefix}-' || nextval('record_number') AS {key}" if prefix and key not in frame else ""
        try:
            con.execute(f"INSERT INTO {table} BY NAME SELECT *{number} FROM seed")
        except duckdb.Error as error:
            raise _contradiction(table, str(error)) from error
        con.unregister("seed")
    wrong = faults(con)
    if wrong:
        raise _contradiction(wrong[0].table, _fault_in_words(wrong[0]))
    con.execute("INSERT INTO programme_seed VALUES (?, now()::TIMESTAMP)", [fingerprint])
    con.execute("CHECKPOINT")


def _contradiction(table: str, why: str) -> ZwkError:
    return ZwkError(
        f"Die Programmdaten passen nicht zusammen (Tabelle „{table}“): {why}. Bitte die Zeilen dieser "
        "Tabelle in data/programme prüfen."
    )


def _fault_in_words(fault: BrokenRule) -> str:
    values = ", ".join("(leer)" if value is None else str(value) for value in fault.found)
    return f"{values} {'gibt es nicht' if fault.kind == 'missing' else 'steht doppelt da'} ({', '.join(fault.columns)})"


class State(NamedTuple):
    """``fingerprint`` of the seed a store was made from, ``changes`` people made since, ``version`` of its schema."""

    fingerprint: str
    changes: int
    version: int


def state(path: Store) -> State | None:
    """What a store was made from, and what became of it.

    None when there is no store at ``path``: it may be made anew. Another process may be writing to it. Raises
    ZwkError if a file is there that is damaged (it may hold people's entries), or a shared one can't be asked.
    """
    if not isinstance(path, Path):
        found = path.state()
        return State(*found) if found else None
    if not path.exists():
        return None
    with tempfile.TemporaryDirectory(prefix="zwk-") as folder:
        target = Path(folder) / path.name
        copy_store(path, target)
        try:
            with duckdb.connect(str(target)) as con:
                version = schema_version(con)
                seed = con.execute("SELECT fingerprint FROM programme_seed").fetchone()
                changes = con.execute("SELECT count(*) FROM change_log").fetchone()
                # each block is read once, so that damage shows at the start and not on the day it is needed
                for (table,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall():
                    con.execute(f'SELECT bit_xor(hash(one)) FROM "{table}" AS one').fetchall()
        except duckdb.Error as error:
            raise duckdb_damaged(path.name) from error
    return State(seed[0] if seed else "", changes[0] if changes else 0, version)


def bring_up_to_date(path: Store) -> str | None:
    """Migrate an older store; returns the copy of it as it was before, or None if there was nothing to do.

    The steps run on a copy that then takes the store's place, so a fault leaves the old one. Raises ZwkError if the
    store is newer than the product, if a step fails, or if another process has the store open.
    """
    with held(path) if isinstance(path, Path) else path.alone(), beside(path) as part:
        copy_to(path, part)
        con = _open(part)
        try:
            before = schema_version(con)
            if before == newest_version():
                return None
            migrate(con)
            wrong = faults(con)
            if wrong:
                raise _contradiction(wrong[0].table, _fault_in_words(wrong[0]))
            con.execute("CHECKPOINT")
        finally:
            con.close()
        return take_over(part, path, f"vor-stand-{newest_version()}-{datetime.now():%Y-%m-%dT%H%M%S}")
