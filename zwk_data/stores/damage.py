"""Whether the file of a store is as it was written, and what people are told if not: the last copy of it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import duckdb

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.stores.group_writer import StoreKind

DAMAGED = (
    "Die Datei {file} ist beschädigt ({found}). Es ist nichts verändert. Bitte den ZWK-Monitor beenden, dann {cure}."
)
CURE = "mit „python -m zwk_data restore {backup}“ die Sicherung vom {day:%d.%m.%Y, %H:%M} Uhr zurückspielen"
NO_COPY = (
    "die Datei umbenennen und neu starten: Eine Sicherung gibt es nicht; was sich noch retten lässt, zeigt "
    "„sqlite3 … .recover“"
)


def sqlite_damage(file: Path, kind: StoreKind | None = None) -> str:
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


def sqlite_damaged(file: Path, found: object) -> ZwkError:
    """What people are told of a damaged file, with the last copy of it, if there is one."""
    copies = sorted(settings.backups().glob(f"*-{file.stem}{file.suffix}"), key=lambda one: one.stat().st_mtime)
    cure = NO_COPY
    if copies:
        cure = CURE.format(backup=copies[-1], day=datetime.fromtimestamp(copies[-1].stat().st_mtime))
    return ZwkError(DAMAGED.format(file=file.name, found=found, cure=cure))


_DAMAGE = re.compile(
    r"checksum|corrupt|invalidated|not a valid DuckDB|deserializ|Failed to load metadata", re.IGNORECASE
)


def tells_damage(error: Exception) -> bool:
    """Whether DuckDB says that a file is not as it was written."""
    return isinstance(error, duckdb.Error) and (
        isinstance(error, duckdb.SerializationException | duckdb.FatalException) or bool(_DAMAGE.search(str(error)))
    )


def duckdb_damaged(name: str) -> ZwkError:
    """What people are told of a damaged programme store, with its last backup, if there is one."""
    stem = name.removesuffix(".duckdb")
    copies = sorted(settings.backups().glob(f"{stem}-*.duckdb"), key=lambda one: one.stat().st_mtime)
    last = f"„python -m zwk_data restore {copies[-1]}“" if copies else "„python -m zwk_data restore DATEI“"
    return ZwkError(
        f"Der Datenspeicher {stem}.duckdb lässt sich nicht lesen (beschädigt). Bitte den ZWK-Monitor beenden und mit "
        f"{last} eine Sicherung zurückspielen; die Datei selbst bleibt liegen."
    )
