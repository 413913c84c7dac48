"""The programme store's file: where it lies, how it is made, what state it is in, how it is brought up to date."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.paths import home
from zwk_data.warehouse import migrate, snapshot
from zwk_data.warehouse.integrity import Fault, faults

#: what people keep, parents first; a seed may leave out what it knows nothing of
TABLES = (
    "participant",
    "participant_area",
    "theme",
    "participant_theme",
    "stage_event",
    "stage_plan",
    "measure",
    "measure_note",
    "network_event",
    "adviser",
    "funding",
    "good_practice",
    "tool",
    "measure_tool",
    "review",
    "review_rating",
    "review_point",
    "dossier_note",
)
#: what the product keeps about it
OWN_TABLES = ("change_set", "change_log", "programme_seed", "migration")
#: table -> key and the letter its numbers begin with; a record without a key gets one
NUMBERED = {
    "theme": ("theme_id", "thema"),
    "stage_event": ("event_id", "e"),
    "stage_plan": ("plan_id", "p"),
    "participant_theme": ("choice_id", "t"),
    "measure": ("measure_id", "m"),
    "measure_note": ("note_id", "n"),
    "network_event": ("network_event_id", "v"),
    "adviser": ("adviser_id", "b"),
    "funding": ("funding_id", "f"),
    "good_practice": ("practice_id", "g"),
    "tool": ("tool_id", "w"),
    "measure_tool": ("use_id", "u"),
    "review": ("review_id", "z"),
    "review_rating": ("rating_id", "r"),
    "review_point": ("point_id", "k"),
    "dossier_note": ("note_id", "d"),
}


def programme_path(dataset: str) -> Path:
    """The store of a data set (``public`` or ``demo``), whether made yet or not."""
    return home() / f"programme-{dataset}.duckdb"


def build(path: Path, frames: Mapping[str, pd.DataFrame], fingerprint: str) -> Path:
    """Make a store at ``path`` from one frame per table of ``TABLES`` (those without one stay empty); returns the path.

    It is written beside the old one and swapped in by rename: whoever still reads the old one keeps it, and a
    broken seed leaves it as it was. Columns of a frame are matched by name.

    Raises ZwkError if the folder can't be written, if another process has the old store open, or if the frames break
    a rule of the store.
    """
    with beside(path) as part:
        con = _open(part)
        try:
            migrate.migrate(con)
            _fill(con, frames, fingerprint)
        finally:
            con.close()
        with held(path):
            swap(part, path)
    return path


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """The name of a file beside ``path`` that is gone afterwards, whatever happens."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        yield part
    except OSError as error:
        raise _unwritable(path) from error
    finally:
        for file in (part, snapshot.log_file(part)):
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
    snapshot.log_file(path).unlink(missing_ok=True)
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
    for table in TABLES:
        frame = frames.get(table)
        if frame is None or frame.empty:
            continue
        con.register("seed", frame)
        number = ""
        if table in NUMBERED and NUMBERED[table][0] not in frame:
            key, letter = NUMBERED[table]
            number = f", '{letter}-' || nextval('record_number') AS {key}"
        try:
            con.execute(f"INSERT INTO {table} BY NAME SELECT *{number} FROM seed")
        except duckdb.Error as error:
            raise _contradiction(table, str(error)) from error
        con.unregister("seed")
    wrong = faults(con)
    if wrong:
        raise _contradiction(wrong[0].table, _told(wrong[0]))
    con.execute("INSERT INTO programme_seed VALUES (?, now()::TIMESTAMP)", [fingerprint])
    con.execute("CHECKPOINT")


def _contradiction(table: str, why: str) -> ZwkError:
    return ZwkError(
        f"Die Programmdaten passen nicht zusammen (Tabelle „{table}“): {why}. Bitte die Zeilen dieser "
        "Tabelle in data/programme prüfen."
    )


def _told(fault: Fault) -> str:
    values = ", ".join("(leer)" if value is None else str(value) for value in fault.found)
    return f"{values} {'gibt es nicht' if fault.kind == 'missing' else 'steht doppelt da'} ({', '.join(fault.columns)})"


class State(NamedTuple):
    """``fingerprint`` of the seed a store was made from, ``changes`` people made since, ``version`` of its schema."""

    fingerprint: str
    changes: int
    version: int


def state(path: Path) -> State | None:
    """What a store was made from, and what became of it.

    None when there is no store at ``path``: it may be made anew. Another process may be writing to it. Raises
    ZwkError if a file is there that is damaged (it may hold people's entries).
    """
    if not path.exists():
        return None
    with tempfile.TemporaryDirectory(prefix="zwk-") as folder:
        target = Path(folder) / path.name
        snapshot.copy_store(path, target)
        try:
            with duckdb.connect(str(target)) as con:
                version = migrate.schema_version(con)
                seed = con.execute("SELECT fingerprint FROM programme_seed").fetchone()
                changes = con.execute("SELECT count(*) FROM change_log").fetchone()
        except duckdb.Error as error:
            raise ZwkError(
                f"Der Datenspeicher {path.name} lässt sich nicht lesen (beschädigt). Bitte mit „python -m zwk_data "
                "restore“ eine Sicherung zurückspielen; die Datei selbst bleibt liegen."
            ) from error
    return State(seed[0] if seed else "", changes[0] if changes else 0, version)


def bring_up_to_date(path: Path) -> Path | None:
    """Migrate an older store; returns the copy of it as it was before, or None if there was nothing to do.

    The steps run on a copy that then takes the store's place, so a fault leaves the old one. Raises ZwkError if the
    store is newer than the product, if a step fails, or if another process has the store open.
    """
    with held(path), beside(path) as part:
        snapshot.copy_store(path, part)
        con = _open(part)
        try:
            before = migrate.schema_version(con)
            if before == migrate.newest_version():
                return None
            migrate.migrate(con)
            wrong = faults(con)
            if wrong:
                raise _contradiction(wrong[0].table, _told(wrong[0]))
            con.execute("CHECKPOINT")
        finally:
            con.close()
        kept = path.with_name(
            f"{path.stem}-vor-stand-{migrate.newest_version()}-{datetime.now():%Y-%m-%dT%H%M%S}.duckdb"
        )
        snapshot.keep_copy(path, kept)
        swap(part, path)
    return kept
