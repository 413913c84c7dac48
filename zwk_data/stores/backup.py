"""Backups of the programme store: made while the app runs, verified immediately, restored as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from zwk_data.errors import ZwkError
from zwk_data.schema.tables import parents_first
from zwk_data.settings import backups, home
from zwk_data.stores import programme_file
from zwk_data.stores.programme_file import Store, beside
from zwk_data.stores.programme_schema import programme_store
from zwk_data.stores.rules import faults


@dataclass(frozen=True)
class Content:
    """What a store holds: records in all tables, change sets, when the last was made, version of the schema."""

    records: int
    changes: int
    last: datetime | None
    version: int


def backup(dataset: str, target: Path | None = None) -> tuple[Path, Content]:
    """Copy the store of ``dataset`` as it stands now; ``target``: a folder or a file name. Returns file and content.

    Another process may be writing to the store. The copy has been opened and checked when this returns. Raises
    ZwkError if there is no store, if it is damaged, if ``target`` exists already or can't be written.
    """
    store = programme_store(dataset)
    if not programme_file.is_there(store):
        raise ZwkError(f"Es gibt noch keinen Datenspeicher {store.stem}, also nichts zu sichern.")
    target = target or backups()
    if target.is_dir() or not target.suffix:
        target = target / f"{store.stem}-{datetime.now():%Y-%m-%dT%H%M%S}.duckdb"
    if target.exists():
        raise ZwkError(f"Die Datei {target} gibt es schon. Bitte einen anderen Namen angeben.")
    with beside(target) as part:
        programme_file.copy_to(store, part)
        content = sound_copy(part)
        part.replace(target)
    return target, content


def restore(dataset: str, file: Path) -> tuple[str | None, Content]:
    """Put the backup ``file`` in the place of the store; returns the copy kept of the old one and the new content.

    An older backup is brought up to date on the way. The backup itself is not touched. Raises ZwkError if the file
    is no sound store, if it is newer than the product, if another process has the store's file open, or if a shared
    one can't be reached; then nothing changes.
    """
    store = programme_store(dataset)
    if not file.is_file():
        raise ZwkError(f"Die Sicherung {file} gibt es nicht.")
    with beside(store) as part:
        programme_file.copy_store(file, part)
        found = sound_copy(part)
        kept = programme_file.take_over(part, store, f"vor-rueckspielung-{datetime.now():%Y-%m-%dT%H%M%S}")
    return kept, found


def content(store: Store) -> Content:
    """What a backup or a store holds, without touching it. Raises ZwkError as ``restore`` does."""
    if isinstance(store, Path) and not store.is_file():
        raise ZwkError(f"Die Sicherung {store} gibt es nicht.")
    with beside(home() / f"{store.stem}.duckdb") as part:
        programme_file.copy_to(store, part)
        return sound_copy(part)


def sound_copy(part: Path) -> Content:
    """Open a copy, bring it up to date, read all of it, and merge its log into it. Raises ZwkError."""
    try:
        con = duckdb.connect(str(part))
    except duckdb.Error as error:
        raise _unsound(part, "sie lässt sich nicht öffnen") from error
    try:
        programme_file.migrate(con)
        wrong = faults(con)
        if wrong:
            raise _unsound(part, f"{wrong[0].table}: {', '.join(map(str, wrong[0].found))}")
        # read every value, so that a damaged block shows now and not on the day the backup is needed
        records = sum(len(con.execute(f"FROM {table}").fetchall()) for table in parents_first())
        row = con.execute('SELECT count(*), max("at") FROM change_set').fetchone()
        con.execute("CHECKPOINT")
        changes, last = row or (0, None)
        return Content(records, changes, last, programme_file.newest_version())
    except duckdb.Error as error:
        raise _unsound(part, "sie lässt sich nicht ganz lesen") from error
    finally:
        con.close()
        # a leftover log would belong to no store
        programme_file.log_file(part).unlink(missing_ok=True)


def _unsound(part: Path, why: str) -> ZwkError:
    name = part.name.split(".duckdb")[0] + ".duckdb"
    return ZwkError(f"Die Datei {name} ist kein unbeschädigter Datenspeicher des ZWK-Monitors ({why}).")
