"""Newer figures that this installation fetched: a layer over data/, never inside it.

They lie in ``home()/figures``, one folder for each state (``stand-0001``, ``stand-0002`` …), written once and never
changed. The file ``current`` names the one that counts. Replacing that file is all that a swap does, so a process
killed at any moment leaves either the old state or the new one. Without that file the shipped figures stand alone.

The warehouse's file name says which state of figures and code it was built from (``fingerprint``).
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

import duckdb

from zwk_data.errors import ZwkError
from zwk_data.settings import DATA, ROOT, home

#: the files of a state: rows that replace or join the shipped ones, keys of rows removed, sources of the rows
OVERLAY_OBSERVATION, OVERLAY_GONE, OVERLAY_SOURCES = "observation.parquet", "gone.parquet", "sources.csv"
KEY = ("area_key", "level", "indicator_id", "year", "sex", "age_group")

#: a state on trial, before it counts, as a tuple: its folder, or None for the shipped figures alone
_tried: ContextVar[tuple[Path | None] | None] = ContextVar("tried", default=None)


def overlay_folder() -> Path:
    """Where the states lie."""
    return home() / "figures"


def current_overlay() -> Path | None:
    """The state that counts, None for the shipped figures alone.

    Raises ZwkError if ``current`` names a state that is not there.
    """
    tried = _tried.get()
    if tried is not None:
        return tried[0]
    try:
        name = (overlay_folder() / "current").read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    path = overlay_folder() / name
    if not name.startswith("stand-") or not (path / OVERLAY_OBSERVATION).is_file():
        raise ZwkError(
            f"Der Ordner {overlay_folder()} mit den neueren Zahlen ist unvollständig ({name or 'kein Stand'} fehlt). "
            "Bitte den Ordner löschen; dann gelten wieder die mitgelieferten Zahlen."
        )
    return path


@contextlib.contextmanager
def trying_overlay(state: Path | None) -> Iterator[None]:
    """Inside the block this state counts for the calling thread; all others keep the current one."""
    token = _tried.set((state,))
    try:
        yield
    finally:
        _tried.reset(token)


def on_trial() -> bool:
    """Whether the calling thread works with a state on trial."""
    return _tried.get() is not None


def overlay_files(state: Path | None) -> list[Path]:
    """The files of a state, in a fixed order."""
    return [] if state is None else [state / name for name in (OVERLAY_OBSERVATION, OVERLAY_GONE, OVERLAY_SOURCES)]


def apply_overlay(con: duckdb.DuckDBPyConnection) -> None:
    """Lay the current state over ``observation`` and ``source`` of a warehouse being built."""
    state = current_overlay()
    if state is None:
        return
    rows, gone, sources = (str(path) for path in overlay_files(state))
    con.execute("INSERT OR REPLACE INTO source BY NAME FROM read_csv(?, header = true, all_varchar = true)", [sources])
    same = " AND ".join(f"o.{column} = n.{column}" for column in KEY)
    for replaced in (rows, gone):
        con.execute(f"DELETE FROM observation o USING read_parquet(?) n WHERE {same}", [replaced])
    con.execute("INSERT INTO observation BY NAME FROM read_parquet(?)", [rows])


#: what the warehouse is built from, relative to data/; boundaries are served as they are
INPUTS = ("figures", "programme", "indicators.yml", "sources.csv")
#: the code that builds it: changed code makes another warehouse from the same data
CODE = sorted(
    [
        *(ROOT / "zwk_data" / "warehouse").glob("*.sql"),
        ROOT / "zwk_data" / "warehouse" / "build.py",
        ROOT / "zwk_data" / "warehouse" / "indicator_catalogue.py",
        Path(__file__),
    ]
)


def input_files() -> list[Path]:
    """All files the warehouse is built from, in a fixed order."""
    files: list[Path] = []
    for name in INPUTS:
        path = DATA / name
        files += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return files


def fingerprint() -> str:
    """Eight hex digits over figures and code of the build, so that a warehouse of another state is never opened.

    The figures are those of data/ and of the current state of newer ones; a running server follows a new state by
    itself.
    """
    return _fingerprint(current_overlay())


@lru_cache(maxsize=4)
def _fingerprint(newer: Path | None) -> str:
    digest = hashlib.sha256()
    for path in CODE:
        digest.update(path.read_bytes())
    for path in input_files():
        digest.update(path.relative_to(DATA).as_posix().encode())
        digest.update(path.read_bytes())
    for path in overlay_files(newer):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def warehouse_path() -> Path:
    """Where the warehouse of the current data is or will be built."""
    return home() / f"warehouse-{fingerprint()}.duckdb"


def programme_path(dataset: str) -> Path:
    """Where the store of a data set (``public`` or ``demo``) is or will be made."""
    return home() / f"programme-{dataset}.duckdb"
