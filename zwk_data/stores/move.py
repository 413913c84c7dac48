"""Move what people wrote from files to PostgreSQL, or back: copied, put in its place, read again, compared."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from zwk_data.errors import ZwkError
from zwk_data.stores import programme_file
from zwk_data.stores.backup import Content, sound_copy
from zwk_data.stores.damage import table_names
from zwk_data.stores.group_writer import Connection, SmallStore, StoreKind
from zwk_data.stores.postgres import PgConnection, Schema
from zwk_data.stores.programme_file import Store
from zwk_data.stores.small import SmallSchema, SqliteFile

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
