"""States of newer figures on disk: written next to the current one, made current or undone in one step."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.stores.state import (
    OVERLAY_GONE,
    OVERLAY_OBSERVATION,
    OVERLAY_SOURCES,
    current_overlay,
    overlay_files,
    overlay_folder,
)
from zwk_data.warehouse.collect.observations import COLUMNS, KEY
from zwk_data.warehouse.collect.run import SOURCE_COLUMNS

_ABOUT = "stand.json"


@dataclass(frozen=True)
class About:
    """The note in a state: its number, the name of the previous one ('' for the shipped figures), tables, day."""

    number: int
    before: str
    tables: tuple[str, ...]
    made: str


def about(state: Path) -> About:
    """Read the note of a state. Raises ZwkError if it is damaged."""
    try:
        raw = json.loads((state / _ABOUT).read_text(encoding="utf-8"))
        return About(int(raw["number"]), str(raw["before"]), tuple(raw["tables"]), str(raw["made"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise ZwkError(
            f"Der Stand in {state} ist beschädigt. Bitte den Ordner {state.parent} löschen; dann gelten wieder die "
            "mitgelieferten Zahlen."
        ) from None


def rows(state: Path | None) -> pd.DataFrame:
    """The observation rows of a state; none for the shipped figures."""
    return pd.DataFrame(columns=COLUMNS) if state is None else pd.read_parquet(state / OVERLAY_OBSERVATION)


def write(
    write: pd.DataFrame, gone: pd.DataFrame, sources: list[dict[str, object]], report: str, tables: list[str], made: str
) -> Path:
    """Write the state after the current one and return its folder; :func:`switch` makes it current.

    ``write``: observation rows that replace or extend those of the current state; ``gone``: keys to remove. The name
    of the folder contains a number and a checksum, so that a name never refers to two contents.
    Raises ZwkError if the disk is full or not writable, and then leaves nothing behind.
    """
    before = current_overlay()
    number = about(before).number + 1 if before else 1
    part = overlay_folder() / f".teil-{os.getpid()}"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _fill(part, before, write, gone, sources)
        digest = hashlib.sha256()
        for path in overlay_files(part):
            digest.update(path.read_bytes())
        note = About(number, before.name if before else "", tuple(tables), made)
        (part / _ABOUT).write_text(json.dumps(asdict(note), indent=1), encoding="utf-8")
        (part / "bericht.txt").write_text(report, encoding="utf-8")
        for path in part.iterdir():
            _sync(path)
        target = overlay_folder() / f"stand-{number:04}-{digest.hexdigest()[:8]}"
        shutil.rmtree(target, ignore_errors=True)  # left by an attempt that was killed before the switch
        part.rename(target)
    except OSError as fault:
        raise ZwkError(
            f"Im Ordner {overlay_folder()} lässt sich nichts speichern ({fault.strerror or fault}); bitte "
            "Platz schaffen oder mit ZWK_HOME einen anderen Ordner wählen. Der bisherige Stand gilt weiter."
        ) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _fill(
    part: Path, before: Path | None, write: pd.DataFrame, gone: pd.DataFrame, sources: list[dict[str, object]]
) -> None:
    fresh = pd.MultiIndex.from_frame(pd.concat([write[KEY], gone[KEY]]))
    kept = rows(before)
    kept = kept[~pd.MultiIndex.from_frame(kept[KEY]).isin(fresh)]
    together = pd.concat([frame for frame in (kept, write[COLUMNS]) if len(frame)] or [write[COLUMNS]])
    together = together.sort_values(["level", "indicator_id", "age_group", "sex", "year", "area_key"])
    together.to_parquet(part / OVERLAY_OBSERVATION, index=False)
    earlier = pd.read_parquet(before / OVERLAY_GONE) if before else gone[KEY].iloc[:0]
    all_gone = pd.concat([earlier, gone[KEY]]).drop_duplicates()
    back = pd.MultiIndex.from_frame(all_gone).isin(pd.MultiIndex.from_frame(write[KEY]))
    all_gone[~back].to_parquet(part / OVERLAY_GONE, index=False)
    table = pd.DataFrame(sources, columns=SOURCE_COLUMNS)
    if before:
        table = pd.concat([pd.read_csv(before / OVERLAY_SOURCES, dtype="str"), table.astype("str")])
    table = table[table["source_id"].isin(together["source_id"].unique())]
    table.drop_duplicates("source_id", keep="last").to_csv(part / OVERLAY_SOURCES, index=False)


def switch(state: Path | None) -> None:
    """Make a state the current one (None: the shipped figures) by replacing one small file."""
    pointer = overlay_folder() / "current"
    if state is None:
        pointer.unlink(missing_ok=True)
        return
    part = pointer.with_suffix(f".{os.getpid()}.part")
    part.write_text(state.name + "\n", encoding="ascii")
    _sync(part)
    part.replace(pointer)


def before(state: Path) -> Path | None:
    """The previous state, None for the shipped figures. Raises ZwkError if it was not kept."""
    name = about(state).before
    if not name:
        return None
    path = overlay_folder() / name
    if not (path / OVERLAY_OBSERVATION).is_file():
        raise ZwkError(
            "Ein noch früherer Stand ist nicht aufbewahrt. Zurück zu den mitgelieferten Zahlen: den Ordner "
            f"{overlay_folder()} löschen."
        )
    return path


def tidy_up() -> None:
    """Remove all states but the current and the previous one, and what killed runs have left."""
    state = current_overlay()
    keep = {state.name, about(state).before} if state else set()
    for path in (*overlay_folder().glob("stand-*"), *overlay_folder().glob(".teil-*")):
        if path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)


def discard(state: Path) -> None:
    """Remove a state that is not current."""
    shutil.rmtree(state, ignore_errors=True)


def _sync(path: Path) -> None:
    """Force the content to disk before it gets its final name: a power cut must not leave an empty file."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
