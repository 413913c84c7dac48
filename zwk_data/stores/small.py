"""The small stores by their file's name: a SQLite file, or a schema of that name in the PostgreSQL of ``ZWK_STORE``."""

from __future__ import annotations

import threading
from pathlib import Path

from zwk_data import settings
from zwk_data.stores.group_writer import SmallStore, StoreKind
from zwk_data.stores.postgres import Schema
from zwk_data.stores.postgres_small import SmallSchema
from zwk_data.stores.sqlite import SqliteFile

_open: dict[object, SmallStore] = {}
_opening = threading.Lock()


def opened(file: Path, kind: StoreKind) -> SmallStore:
    """The store in ``file``, or in the schema of its name, opened at first use.

    A file is opened anew when it has been removed or replaced.
    """
    url = settings.store_url()
    key: object = (url, file.stem) if url else file
    with _opening:
        found = _open.get(key)
        if found is not None and not found.is_current():
            _open.pop(key).close()
            found = None
        if found is None:
            found = _open[key] = SmallSchema(Schema(url, file.stem), kind) if url else SqliteFile(file, kind)
        return found


def close_all(kind: StoreKind) -> None:
    """Close all stores of a kind (in tests, and when the server stops)."""
    with _opening:
        for key in [key for key, store in _open.items() if store.kind is kind]:
            _open.pop(key).close()
