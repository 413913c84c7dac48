"""Newer figures that this installation fetched: a layer over data/, never inside it.

They lie in ``home()/figures``, one folder for each state (``stand-0001``, ``stand-0002`` …), written once and never
changed. The file ``current`` names the one that counts; replacing it is the whole of a swap, so that a process
killed at any moment leaves the old state or the new one. Without that file the shipped figures stand alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

import duckdb

from zwk_data.errors import ZwkError
from zwk_data.paths import home

#: the files of a state: rows that replace or join the shipped ones, keys taken out, where the rows are from
OVERLAY_OBSERVATION, OVERLAY_GONE, OVERLAY_SOURCES = "observation.parquet", "gone.parquet", "sources.csv"
KEY = ("area_key", "level", "indicator_id", "year", "sex", "age_group")

#: a state looked at before it counts: (the folder or None for the shipped figures alone,)
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
    """Within, this state counts for the calling thread; everybody else keeps the current one."""
    token = _tried.set((state,))
    try:
        yield
    finally:
        _tried.reset(token)


def on_trial() -> bool:
    """Whether the calling thread looks at a state that does not count yet."""
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
    con.execute("INSERT OR REPLACE INTO source FROM read_csv(?, header = true, all_varchar = true)", [sources])
    same = " AND ".join(f"o.{column} = n.{column}" for column in KEY)
    for replaced in (rows, gone):
        con.execute(f"DELETE FROM observation o USING read_parquet(?) n WHERE {same}", [replaced])
    con.execute("INSERT INTO observation BY NAME FROM read_parquet(?)", [rows])
