"""Copies of what people wrote: backups, made while the app runs, verified immediately, restored as a whole; and the
move from files to PostgreSQL or back (copied, put in its place, read again, compared).

The small stores are copied beside a backup of the programme store and put back together with it. A copy of one is a
SQLite file, whichever engine holds the store; it is read whole before it counts.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.schema.tables import parents_first
from zwk_data.settings import backups, home
from zwk_data.stores import programme_file
from zwk_data.stores.damage import sqlite_damage, table_names
from zwk_data.stores.group_writer import Connection, SmallStore, StoreKind
from zwk_data.stores.postgres import PgConnection, Schema
from zwk_data.stores.programme_file import Store, beside
from zwk_data.stores.programme_schema import programme_store
from zwk_data.stores.rules import faults
from zwk_data.stores.small import SmallSchema, SqliteFile, opened


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


Tables = dict[str, list[dict[str, Any]]]
DIFFERS = (
    "Der Umzug ist nicht gelungen: {what} steht am neuen Ort anders da. Am alten Ort ist nichts geändert; bitte dort "
    "bleiben und den Fehler melden."
)


def _moment() -> str:
    return f"vor-umzug-{datetime.now():%Y-%m-%dT%H%M%S}"


def move_programme(source: Store, target: Store) -> tuple[str | None, Content]:
    """Copy the programme store to ``target``; returns where its former content stays (None: there was none), and what
    was moved.

    The source is not changed, but for an older one, whose copy is brought up to date. Raises ZwkError if a store is
    missing, damaged, held by a running app or out of reach; then ``target`` is as it was.
    """
    held = programme_file.held(source) if isinstance(source, Path) else source.alone()
    with held, tempfile.TemporaryDirectory(prefix="zwk-") as folder, programme_file.beside(target) as part:
        taken, again = Path(folder) / "taken.duckdb", Path(folder) / "again.duckdb"
        programme_file.copy_to(source, taken)
        content = sound_copy(taken)
        shutil.copyfile(taken, part)
        kept = programme_file.take_over(part, target, _moment())
        programme_file.copy_to(target, again)
        _compare(taken, again)
    return kept, content


def _compare(one: Path, other: Path) -> None:
    """Raise ZwkError unless both files hold the same rows in the same tables."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{one}' AS one (READ_ONLY)")
        con.execute(f"ATTACH '{other}' AS other (READ_ONLY)")
        listed = "SELECT table_name FROM duckdb_tables() WHERE database_name = ? ORDER BY 1"
        tables = con.execute(listed, ["one"]).fetchall()
        if tables != con.execute(listed, ["other"]).fetchall():
            raise ZwkError(DIFFERS.format(what="die Liste der Tabellen"))
        for (table,) in tables:
            for here, there in (("one", "other"), ("other", "one")):
                sql = f"SELECT 1 FROM (FROM {here}.{table} EXCEPT ALL FROM {there}.{table}) LIMIT 1"
                if con.execute(sql).fetchone():
                    raise ZwkError(DIFFERS.format(what=f"die Tabelle „{table}“"))


def move_small(kind: StoreKind, file: Path, url: str, *, to_server: bool) -> dict[str, int]:
    """Copy a small store between its ``file`` and its schema at ``url``; returns the rows of each table.

    What stood at the new place stays under another name. Empty if there is nothing to move.
    """
    schema = Schema(url, file.stem)
    if not (file.exists() if to_server else _has_schema(schema)):
        return {}
    rows = _rows(SqliteFile(file, kind) if to_server else SmallSchema(schema, kind), kind)
    target: SmallStore
    if to_server:
        _put_schema_aside(schema, kind)
        target = SmallSchema(schema, kind)
    else:
        _put_file_aside(file, kind)
        target = SqliteFile(file, kind)
    try:
        target.write(lambda con: _insert(con, rows, to_server))
    finally:
        target.close()
    again = _rows(SmallSchema(schema, kind) if to_server else SqliteFile(file, kind), kind)
    for table, several in rows.items():
        if _sorted(several) != _sorted(again[table]):
            raise ZwkError(DIFFERS.format(what=f"die Tabelle „{table}“"))
    return {table: len(several) for table, several in rows.items()}


def _rows(store: SmallStore, kind: StoreKind) -> Tables:
    try:
        return {table: [dict(row) for row in store.read(f"SELECT * FROM {table}")] for table in table_names(kind)}
    finally:
        store.close()


def _sorted(rows: Sequence[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    return sorted(sorted((name, repr(value)) for name, value in row.items()) for row in rows)


def _insert(con: Connection, rows: Tables, to_server: bool) -> None:
    for table, several in rows.items():
        if not several:
            continue
        names = list(several[0])
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        con.executemany(sql, [[row[name] for name in names] for row in several])
        numbered = f"SELECT pg_get_serial_sequence('{table}', '{names[0]}')"
        if to_server and (sequence := con.execute(numbered).fetchone()[0]):
            con.execute(f"SELECT setval('{sequence}', max({names[0]})) FROM {table}")


def _has_schema(schema: Schema) -> bool:
    con = schema.connect()
    try:
        found = con.execute("SELECT count(*) FROM pg_namespace WHERE nspname = ?", [schema.name]).fetchone()
        return bool(found and found[0])
    finally:
        con.close()


def _put_schema_aside(schema: Schema, kind: StoreKind) -> None:
    if not _has_schema(schema):
        return
    con: PgConnection = schema.connect()
    try:
        full = any(con.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in table_names(kind))
        aside = re.sub(r"\W", "_", f"{schema.name}_{_moment().lower()}")
        if full:
            con.execute(f'ALTER SCHEMA "{schema.name}" RENAME TO "{aside}"')
        else:
            con.execute(f'DROP SCHEMA "{schema.name}" CASCADE')
    finally:
        con.close()


def _put_file_aside(file: Path, kind: StoreKind) -> None:
    if not file.exists():
        return
    # the last one who closes it merges its log into it
    SqliteFile(file, kind).close()
    with suppress(FileNotFoundError):
        file.rename(file.with_name(f"{file.stem}-{_moment()}{file.suffix}"))


#: a small store: where its file lies or would lie, and its kind
Small = tuple[Path, StoreKind]


def copy_beside(backup: Path, file: Path) -> Path:
    """Where the copy of a small store lies that was made with ``backup``."""
    return backup.with_name(f"{backup.stem}-{file.stem}{file.suffix}")


def back_up_small(stores: Sequence[Small], backup: Path) -> list[Path]:
    """Copy the small stores as they stand now; returns the copies of those that are there.

    Other processes may be writing to them. Raises ZwkError if one is damaged or a copy can't be written.
    """
    made = []
    for file, kind in stores:
        target = copy_beside(backup, file)
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
    _small_sound(target)


def _from_server(file: Path, kind: StoreKind, target: Path) -> None:
    url = settings.store_url()
    assert url is not None
    with tempfile.TemporaryDirectory(prefix="zwk-") as folder:
        copied = Path(folder) / file.name
        if move_small(kind, copied, url, to_server=False):
            shutil.move(copied, target)


def _small_sound(file: Path) -> None:
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


def check_small(stores: Sequence[Small], backup: Path) -> None:
    """Raise ZwkError unless all copies made with ``backup`` can be read whole."""
    for file, _ in stores:
        if copy_beside(backup, file).is_file():
            _small_sound(copy_beside(backup, file))


def restore_small(stores: Sequence[Small], backup: Path) -> list[Path]:
    """Put the copies made with ``backup`` in the place of the small stores; returns those that were put back.

    What stood there stays under another name. Raises ZwkError if a copy is damaged; then nothing changes.
    """
    check_small(stores, backup)
    there = [(file, kind) for file, kind in stores if copy_beside(backup, file).is_file()]
    url = settings.store_url()
    for file, kind in there:
        if url:
            with tempfile.TemporaryDirectory(prefix="zwk-") as folder:
                copied = Path(folder) / file.name
                shutil.copyfile(copy_beside(backup, file), copied)
                move_small(kind, copied, url, to_server=True)
            continue
        aside = f"{file.stem}-vor-rueckspielung-{datetime.now():%Y-%m-%dT%H%M%S}"
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                file.with_name(file.name + ending).rename(file.with_name(f"{aside}{file.suffix}{ending}"))
        part = file.with_name(f"{file.name}.part")
        shutil.copyfile(copy_beside(backup, file), part)
        part.chmod(0o600)
        part.replace(file)
    return [file for file, _ in there]
