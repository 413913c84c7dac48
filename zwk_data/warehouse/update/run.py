"""An update from the first request to the switch: fetch, compare, write a state, build, check, switch.

A state of newer figures is written next to the current one, and made current or undone in one step.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import yaml

from zwk_data.errors import ZwkError
from zwk_data.settings import DATA
from zwk_data.stores import connection
from zwk_data.stores.state import (
    OVERLAY_GONE,
    OVERLAY_OBSERVATION,
    OVERLAY_SOURCES,
    current_overlay,
    overlay_files,
    overlay_folder,
    trying_overlay,
    warehouse_path,
)
from zwk_data.warehouse import build, check
from zwk_data.warehouse.collect.observations import COLUMNS, KEY
from zwk_data.warehouse.collect.run import SOURCE_COLUMNS
from zwk_data.warehouse.update import changes, service
from zwk_data.warehouse.update.service import Answer, FetchableTable, Places

_ABOUT = "stand.json"
#: older years stay as first published: before the Zensus of 2011 tables have units under later keys
FIRST_YEAR = 2011
#: how many years before the newest one are asked for again, because services revise them
LOOK_BACK = 2


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


@dataclass(frozen=True)
class Comparison:
    """A table: the answer, what it changes, the checks of its sums, and all of that as a German report."""

    answer: Answer
    changes: changes.Changes = field(repr=False)
    sums: pd.DataFrame = field(repr=False)
    report: str = field(repr=False)

    @property
    def doubtful(self) -> bool:
        """Whether values vanish or sums are wrong, so that --force is needed."""
        return len(self.changes.vanished) > 0 or bool(self.sums["ok"].eq(False).any())


def first_year(table: FetchableTable, wanted: int | None) -> int | None:
    """The first year to ask for: ``wanted``, else two years before the newest published one; None for the newest."""
    if table.newest:
        return None
    if wanted is not None:
        return max(wanted, FIRST_YEAR)
    newest = connection.read(
        "SELECT max(year) AS year FROM observation WHERE level = $level AND list_contains($ids, indicator_id) "
        "AND status = 'reported' AND (age_group <> 'total') = $ages",
        {"level": table.level, "ids": list(table.indicators), "ages": table.detail == "sex_age"},
    )["year"].iloc[0]
    return FIRST_YEAR if pd.isna(newest) else max(int(newest) - LOOK_BACK, FIRST_YEAR)


def fetch(
    tables: Iterable[FetchableTable], from_year: int | None, places: Places, *, pause: float = 2.0
) -> tuple[list[Answer], list[str]]:
    """Fetch and read the tables; returns the answers and a German sentence for each table that failed.

    A service that rejects the access data is not asked for its other tables.
    """
    answers: list[Answer] = []
    failed: list[str] = []
    refused: set[str] = set()
    for table in tables:
        if table.database.key in refused:
            continue
        try:
            content = service.fetch(table, first_year(table, from_year), pause=pause)
            answers.append(service.read(table, content, places, date.today()))
        except service.AccessRefused as error:
            refused.add(table.database.key)
            failed.append(str(error))
        except ZwkError as error:
            failed.append(str(error))
    return answers, list(dict.fromkeys(failed))


def compare(answers: list[Answer], places: Places, *, threshold: float, from_year: int | None) -> list[Comparison]:
    """Compare each answer with the present figures; ``threshold`` is a share (0.005 for 0.5 %)."""
    everything = pd.concat([one.rows for one in answers]) if answers else pd.DataFrame()
    found = []
    for one in answers:
        # of the Gemeinden, which are most of all rows, only if the answer is about them
        levels = {"bund", "land", "kreis", *one.rows["level"]}
        old = connection.read(
            "SELECT * FROM observation WHERE list_contains($ids, indicator_id) AND list_contains($levels, level) "
            "AND year >= $year",
            {
                "ids": list(one.table.indicators),
                "levels": sorted(levels),
                "year": min(FIRST_YEAR, int(one.rows["year"].min())),
            },
        )
        new = changes.with_totals(one.rows, old, places)
        change = changes.compare(one.table, old, new, threshold=threshold, from_year=first_year(one.table, from_year))
        printed = pd.concat([one.rows, everything, old[old["status"] == "reported"]])
        result = changes.check_sums(one.table, one.rows, printed, places)
        text = changes.report(one, change, result, places.names, threshold)
        found.append(Comparison(one, change, result, text))
    return found


def pending(comparisons: list[Comparison]) -> bool:
    """Whether taking the answers would change anything."""
    return any(len(one.changes.write) or len(changes.removed(one.changes)) for one in comparisons)


def approve(comparisons: list[Comparison], *, force: bool) -> None:
    """Raise ZwkError if values vanish or sums are wrong, unless the user has given --force."""
    doubtful = [one.answer.table.code for one in comparisons if one.doubtful]
    if doubtful and not force:
        raise ZwkError(
            f"Nicht übernommen: In {', '.join(doubtful)} verschwinden Werte oder stimmen Summen nicht (siehe oben). "
            "Wer das geprüft hat, übernimmt mit --force."
        )


def take(
    comparisons: list[Comparison], *, force: bool = False, progress: Callable[[float, str], None] = lambda _, __: None
) -> Path | None:
    """Lay the new figures over the shipped ones; returns the new state, None if nothing changes.

    The state is written next to the current one and becomes current only after a warehouse has been built from it and
    checked. Raises ZwkError if the changes are doubtful without ``force``, or if writing, building or a check fails;
    the previous state then stays current.
    """
    if not pending(comparisons):
        return None
    approve(comparisons, force=force)
    new = pd.concat([one.changes.write for one in comparisons]).drop_duplicates(KEY)
    gone = pd.concat([changes.removed(one.changes) for one in comparisons]).drop_duplicates()
    gone = gone[~pd.MultiIndex.from_frame(gone).isin(pd.MultiIndex.from_frame(new[KEY]))]
    old_warehouse = warehouse_path()
    sources = [source_row(one.answer) for one in comparisons]
    text = "\n\n".join(one.report for one in comparisons)
    codes = [one.answer.table.code for one in comparisons]
    state = write(new, gone, sources, text, codes, date.today().isoformat())
    people = new[new["indicator_id"] == "population"]
    problem = _trial(state, set(people["year"]) if force else set(), progress)
    if problem:
        _remove_state(state)
        raise ZwkError(f"Die neuen Zahlen sind zurückgenommen, der bisherige Stand gilt weiter: {problem}")
    switch(state)
    tidy_up()
    build.tidy_up(old_warehouse, warehouse_path())
    return state


def rollback(progress: Callable[[float, str], None] = lambda _, __: None) -> Path | None:
    """Undo the last update; returns the state that is current now, None for the shipped figures.

    Raises ZwkError if there is nothing to undo or the previous state was not kept.
    """
    state = current_overlay()
    if state is None:
        raise ZwkError("Es gibt nichts zurückzunehmen: Die mitgelieferten Zahlen gelten.")
    earlier = before(state)
    with trying_overlay(earlier):
        build.ensure(progress)
    switch(earlier)
    _remove_state(state)
    return earlier


def source_row(one: Answer) -> dict[str, object]:
    """The row of the public table ``source`` for an answer."""
    publisher = yaml.safe_load((DATA / "publishers.yml").read_text(encoding="utf-8"))[one.table.database.family]
    row = publisher | {"source_id": one.source_id, "title": one.table.title, "table_code": one.table.code}
    row |= {"vintage": one.vintage, "sha256": one.sha256, "retrieved": one.retrieved}
    row["through"] = f"Webdienst: {one.table.database.name}"
    return {column: row[column] for column in SOURCE_COLUMNS}


def _trial(state: Path, revised: set[int], progress: Callable[[float, str], None]) -> str | None:
    """Build and check a warehouse from a state that is not current yet; returns what is wrong, in German.

    ``revised``: years whose population the user accepts although it differs from the published total.
    """
    with trying_overlay(state):
        try:
            build.build(progress)
            result = check.check()
        except (ZwkError, duckdb.Error, OSError) as error:
            return f"der Datenspeicher lässt sich daraus nicht bauen ({error})."
    wrong = result[~result["ok"].astype(bool) & ~result["year"].isin(revised)]
    for row in wrong.itertuples():
        return f"{row.check} {row.year}: erwartet {row.expected:.0f}, gefunden {row.found:.0f}."
    return None


def _remove_state(state: Path) -> None:
    """Remove a state that is not current, with its warehouse."""
    connection.close()  # not every system can remove an open file
    with trying_overlay(state):
        store = warehouse_path()
    if store != warehouse_path():
        store.unlink(missing_ok=True)
    discard(state)
