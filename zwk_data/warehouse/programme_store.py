"""The programme store's file: where it lies, how it is made, what state it is in."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.paths import home

#: parents before children: the foreign keys ask for it
TABLES = ("participant", "participant_area", "stage_event", "theme", "participant_theme", "measure")

_SCHEMA = Path(__file__).with_name("programme.sql")


def programme_path(dataset: str) -> Path:
    """The store of a data set (``public`` or ``demo``), whether made yet or not."""
    return home() / f"programme-{dataset}.duckdb"


def build(path: Path, frames: Mapping[str, pd.DataFrame], fingerprint: str) -> Path:
    """Make a store at ``path`` from one frame per table of ``TABLES`` and return the path.

    It is written beside the old one and swapped in by rename: whoever still reads the old one keeps it, and a
    broken seed leaves it as it was. Columns of a frame are matched by name.

    Raises ZwkError if the folder can't be written, or if the frames break a rule of programme.sql.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        con = duckdb.connect(str(part))
    except (OSError, duckdb.IOException) as error:
        raise ZwkError(
            f"Im Ordner {path.parent} lässt sich nichts speichern. Bitte Schreibrecht und freien Platz prüfen oder mit "
            "ZWK_HOME einen anderen Ordner wählen."
        ) from error
    try:
        _fill(con, frames, fingerprint)
        con.close()
        part.replace(path)
    finally:
        con.close()
        part.unlink(missing_ok=True)
        part.with_name(part.name + ".wal").unlink(missing_ok=True)
    return path


def _fill(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pd.DataFrame], fingerprint: str) -> None:
    con.execute(_SCHEMA.read_text(encoding="utf-8"))
    for table in TABLES:
        con.register("seed", frames[table])
        try:
            con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM seed")
        except duckdb.Error as error:
            raise ZwkError(
                f"Die Programmdaten passen nicht zusammen (Tabelle „{table}“): {error}. Bitte die Zeilen dieser "
                "Tabelle in data/programme prüfen."
            ) from error
        con.unregister("seed")
    con.execute("INSERT INTO programme_seed VALUES (?, now()::TIMESTAMP)", [fingerprint])
    con.execute("CHECKPOINT")


def seed_state(path: Path) -> tuple[str, int] | None:
    """The fingerprint of the seed a store was made from and how many changes people made since.

    None when there is no readable store at ``path``: it may be made anew. Raises ZwkError if another process is
    writing to it right now, or if a file is there that is damaged (it may hold people's entries).
    """
    if not path.exists():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            seed = con.execute("SELECT fingerprint FROM programme_seed").fetchone()
            changes = con.execute("SELECT count(*) FROM change_log").fetchone()
    except duckdb.Error as error:
        raise ZwkError(
            f"Der Datenspeicher {path.name} lässt sich nicht lesen (gesperrt oder beschädigt). Bitte andere Programme "
            "schließen, die ihn geöffnet haben, oder eine Sicherung der Datei zurückspielen."
        ) from error
    return (seed[0] if seed else ""), (changes[0] if changes else 0)
