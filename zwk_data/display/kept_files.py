"""The playlists and logos of this installation: files in a folder, or rows in the PostgreSQL of ``ZWK_STORE``.

A playlist is a file that can be written by hand; where several machines serve the display, they share it in the store.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import NamedTemporaryFile

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.stores.group_writer import SmallStore, StoreKind
from zwk_data.stores.postgres import Schema
from zwk_data.stores.small import SmallSchema, close_all, opened

FILE = "anzeige-dateien.sqlite"
_SCHEMA = "CREATE TABLE IF NOT EXISTS file (name TEXT PRIMARY KEY, content BLOB NOT NULL, written BIGINT NOT NULL)"
_UNUSABLE = "Die Abläufe der Anzeige lassen sich nicht lesen oder schreiben: {error}"
KIND = StoreKind(_SCHEMA, _UNUSABLE, _UNUSABLE)


def folder() -> Path:
    """The folder of the files when there is no common store."""
    return settings.home() / "anzeige"


def _store() -> SmallStore | None:
    return opened(settings.home() / FILE, KIND) if settings.store_url() else None


def names(ending: str) -> list[str]:
    """The names that end so, in alphabetical order."""
    store = _store()
    if store is None:
        return sorted(file.name for file in folder().glob(f"*{ending}"))
    found = (str(row["name"]) for row in store.read("SELECT name FROM file ORDER BY name"))
    return [name for name in found if name.endswith(ending)]


def content(name: str) -> bytes | None:
    """What is in a file; None if there is none. ``name`` is one that was checked."""
    store = _store()
    if store is None:
        file = folder() / name
        return file.read_bytes() if file.is_file() else None
    rows = store.read("SELECT content FROM file WHERE name = ?", [name])
    return bytes(rows[0]["content"]) if rows else None


def written(name: str) -> int:
    """A number that changes when the file does; 0 if there is none."""
    store = _store()
    if store is None:
        file = folder() / name
        return file.stat().st_mtime_ns if file.is_file() else 0
    rows = store.read("SELECT written FROM file WHERE name = ?", [name])
    return int(rows[0]["written"]) if rows else 0


def save(name: str, what: str, made: bytes) -> None:
    """Save a file atomically, so that no screen reads half of it. Raises ZwkError, which names it ``what``."""
    store = _store()
    if store is None:
        _write(name, what, made)
    else:
        _put(store, name, made)


def _put(store: SmallStore, name: str, made: bytes) -> None:
    sql = (
        "INSERT INTO file VALUES (?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET content = excluded.content, written = excluded.written"
    )
    store.write(lambda con: con.execute(sql, [name, made, time.time_ns()]).rowcount)


def _write(name: str, what: str, made: bytes) -> None:
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder(), suffix=".neu", delete=False) as beside:
            beside.write(made)
        Path(beside.name).replace(folder() / name)
    except OSError as error:
        raise ZwkError(f"{what} lässt sich nicht speichern: {error.strerror}.") from error


def remove(name: str) -> None:
    """Remove a file; nothing happens if there is none."""
    store = _store()
    if store is None:
        (folder() / name).unlink(missing_ok=True)
    else:
        store.write(lambda con: con.execute("DELETE FROM file WHERE name = ?", [name]))


def move(url: str, *, to_server: bool) -> int:
    """Copy all files into the store at ``url``, or from there into the folder; returns how many.

    A file of the same name is replaced.
    """
    store = SmallSchema(Schema(url, Path(FILE).stem), KIND)
    try:
        if to_server:
            found = {file.name: file.read_bytes() for file in sorted(folder().glob("*")) if file.is_file()}
            for name, made in found.items():
                _put(store, name, made)
        else:
            found = {str(row["name"]): bytes(row["content"]) for row in store.read("SELECT name, content FROM file")}
            for name, made in found.items():
                _write(name, "Der Ablauf", made)
    finally:
        store.close()
    return len(found)


def close() -> None:
    """Close the store (in tests)."""
    close_all(KIND)
