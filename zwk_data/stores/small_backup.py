"""Copies of the small stores beside a backup of the programme store, put back together with it.

A copy is a SQLite file, whichever engine holds the store; it is read whole before it counts.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.stores.damage import sqlite_damage
from zwk_data.stores.group_writer import StoreKind
from zwk_data.stores.move import move_small
from zwk_data.stores.small import opened

#: a small store: where its file lies or would lie, and its kind
Small = tuple[Path, StoreKind]


def beside(backup: Path, file: Path) -> Path:
    """Where the copy of a small store lies that was made with ``backup``."""
    return backup.with_name(f"{backup.stem}-{file.stem}{file.suffix}")


def back_up(stores: Sequence[Small], backup: Path) -> list[Path]:
    """Copy the small stores as they stand now; returns the copies of those that are there.

    Other processes may be writing to them. Raises ZwkError if one is damaged or a copy can't be written.
    """
    made = []
    for file, kind in stores:
        target = beside(backup, file)
        if settings.store_url():
            _from_server(file, kind, target)
        elif file.is_file():
            opened(file, kind).read("SELECT 1")
            _from_file(file, target)
        if target.is_file():
            target.chmod(0o600)
            made.append(target)
    return made


def _from_file(file: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(file)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)
    except sqlite3.Error as error:
        raise ZwkError(f"{file.name} lässt sich nicht sichern: {error}. Bitte Platz und Rechte prüfen.") from error
    _sound(target)


def _from_server(file: Path, kind: StoreKind, target: Path) -> None:
    url = settings.store_url()
    assert url is not None
    with tempfile.TemporaryDirectory(prefix="zwk-") as folder:
        copied = Path(folder) / file.name
        if move_small(kind, copied, url, to_server=False):
            shutil.move(copied, target)


def _sound(file: Path) -> None:
    """Raise ZwkError unless the copy can be read whole."""
    if found := sqlite_damage(file):
        raise ZwkError(f"Die Sicherung {file.name} ist beschädigt ({found}). Es ist nichts geändert.")


def of_copy(stores: Sequence[Small], copied: Path) -> tuple[Small, Path]:
    """The small store that a copy belongs to, and the backup it was made with. Raises ZwkError if it is of none."""
    for file, kind in stores:
        ending = f"-{file.stem}{file.suffix}"
        if copied.name.endswith(ending) and copied.is_file():
            return (file, kind), copied.with_name(f"{copied.name.removesuffix(ending)}.duckdb")
    raise ZwkError(f"{copied.name} ist keine Sicherung eines Speichers dieses ZWK-Monitors.")


def check(stores: Sequence[Small], backup: Path) -> None:
    """Raise ZwkError unless all copies made with ``backup`` can be read whole."""
    for file, _ in stores:
        if beside(backup, file).is_file():
            _sound(beside(backup, file))


def restore(stores: Sequence[Small], backup: Path) -> list[Path]:
    """Put the copies made with ``backup`` in the place of the small stores; returns those that were put back.

    What stood there stays under another name. Raises ZwkError if a copy is damaged; then nothing changes.
    """
    check(stores, backup)
    there = [(file, kind) for file, kind in stores if beside(backup, file).is_file()]
    url = settings.store_url()
    for file, kind in there:
        if url:
            with tempfile.TemporaryDirectory(prefix="zwk-") as folder:
                copied = Path(folder) / file.name
                shutil.copyfile(beside(backup, file), copied)
                move_small(kind, copied, url, to_server=True)
            continue
        aside = f"{file.stem}-vor-rueckspielung-{datetime.now():%Y-%m-%dT%H%M%S}"
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                file.with_name(file.name + ending).rename(file.with_name(f"{aside}{file.suffix}{ending}"))
        part = file.with_name(f"{file.name}.part")
        shutil.copyfile(beside(backup, file), part)
        part.chmod(0o600)
        part.replace(file)
    return [file for file, _ in there]
