"""A copy of the programme store as it stands at one moment, while another process may be writing to it.

DuckDB lets one process open a file for writing and then nobody else read it. Its two files (store and log of the last
changes) are copied until none of them changed meanwhile; such a pair opens as the store did at that moment.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import duckdb

from zwk_data.errors import ZwkError

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
    """As ``copy``, and the copy is one file that can be carried elsewhere; a damaged store is copied as it is."""
    copy_store(store, target)
    try:
        duckdb.connect(str(target)).close()
    except duckdb.Error:
        return
