"""Copies of all that people entered: the programme, and beside it the sessions and the live display.

How a store is copied is known in ``stores``; which there are is known here, above all of them.
"""

from __future__ import annotations

from pathlib import Path

from zwk_data import german, settings
from zwk_data.display import kept_files, memory
from zwk_data.room import sessions
from zwk_data.stores import backup, logins, move, small_backup
from zwk_data.stores.backup import Content


def small_stores() -> list[small_backup.Small]:
    """The stores beside the programme: where the file of each lies or would lie, and its kind."""
    return [(sessions.store_path(), sessions.KIND), (settings.home() / memory.FILE, memory.KIND)]


def back_up(dataset: str, target: Path | None = None) -> tuple[list[Path], Content]:
    """Copy all as it stands now; ``target``: a folder or a file name. Returns the files, the programme's first.

    Each copy has been read whole when this returns. Raises ZwkError as ``stores.backup`` and ``stores.small_backup``.
    """
    file, content = backup.backup(dataset, target)
    return [file, *small_backup.back_up(small_stores(), file)], content


def check(file: Path) -> Content:
    """What the programme's backup holds. Raises ZwkError if it, or one made with it, can't be read whole."""
    small_backup.check(small_stores(), file)
    return backup.content(file)


def restore(dataset: str, file: Path) -> tuple[str | None, Content, list[Path]]:
    """Put the backup and those made with it back; returns the copy kept of the old programme, what the new one holds,
    and which small stores were put back.

    Raises ZwkError as ``stores.backup`` and ``stores.small_backup``.
    """
    kept, content = backup.restore(dataset, file)
    return kept, content, small_backup.restore(small_stores(), file)


def move_small(url: str, *, to_server: bool) -> list[str]:
    """Move the small stores and the files of the live display to the PostgreSQL at ``url``, or back; what was moved, in
    German."""
    moved: dict[str, int] = {}
    # and which logins have ended: copies of their cookies would count again
    for file, kind in (*small_stores(), (settings.home() / logins.FILE, logins.KIND)):
        moved |= move.move_small(kind, file, url, to_server=to_server)
    return [
        german.count(moved.get("session", 0), "Sitzung", "Sitzungen"),
        german.count(moved.get("vote", 0), "Stimme", "Stimmen"),
        german.count(kept_files.move(url, to_server=to_server), "Datei", "Dateien") + " der Live-Anzeige",
    ]
