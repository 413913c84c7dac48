"""One update from the first request to the swap: fetch, compare, write beside, build, check, swap."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import yaml

from zwk_data.errors import ZwkError
from zwk_data.settings import DATA
from zwk_data.stores import connection
from zwk_data.stores import state as overlay
from zwk_data.stores.state import warehouse_path
from zwk_data.warehouse import build
from zwk_data.warehouse.collect.observations import KEY
from zwk_data.warehouse.collect.run import SOURCE_COLUMNS
from zwk_data.warehouse.update import answer, changes, service, states
from zwk_data.warehouse.update import changes as sums
from zwk_data.warehouse.update import changes as totals
from zwk_data.warehouse.update import report as words
from zwk_data.warehouse.update.answer import Places, Table

#: older years stand as they were published: before the Zensus of 2011 tables print units under later keys
FIRST_YEAR = 2011
#: years before the newest one that are asked for again, because services revise them
LOOK_BACK = 2


@dataclass(frozen=True)
class Comparison:
    """One table: what was sent, what it changes, whether its sums hold, and all of it in words."""

    answer: answer.Answer
    changes: changes.Changes = field(repr=False)
    sums: pd.DataFrame = field(repr=False)
    report: str = field(repr=False)

    @property
    def doubtful(self) -> bool:
        """Whether it may only be taken with --force: values vanish or sums are wrong."""
        return len(self.changes.vanished) > 0 or bool(self.sums["ok"].eq(False).any())


def first_year(table: Table, wanted: int | None) -> int | None:
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
    tables: Iterable[Table], from_year: int | None, places: Places, *, pause: float = 2.0
) -> tuple[list[answer.Answer], list[str]]:
    """Get and read the tables; returns the answers and one German sentence for each that failed.

    A service that refuses the access data is not asked for its other tables.
    """
    answers: list[answer.Answer] = []
    failed: list[str] = []
    refused: set[str] = set()
    for table in tables:
        if table.database.key in refused:
            continue
        try:
            content = service.fetch(table, first_year(table, from_year), pause=pause)
            answers.append(answer.read(table, content, places, date.today()))
        except service.AccessRefused as error:
            refused.add(table.database.key)
            failed.append(str(error))
        except ZwkError as error:
            failed.append(str(error))
    return answers, list(dict.fromkeys(failed))


def compare(
    answers: list[answer.Answer], places: Places, *, threshold: float, from_year: int | None
) -> list[Comparison]:
    """Compare each answer with the figures at hand; ``threshold`` as share (0.005 for 0.5 %)."""
    everything = pd.concat([one.rows for one in answers]) if answers else pd.DataFrame()
    found = []
    for one in answers:
        old = connection.read(
            "SELECT * FROM observation WHERE list_contains($ids, indicator_id) AND year >= $year",
            {"ids": list(one.table.indicators), "year": min(FIRST_YEAR, int(one.rows["year"].min()))},
        )
        new = totals.with_totals(one.rows, old, places)
        change = changes.compare(one.table, old, new, threshold=threshold, from_year=first_year(one.table, from_year))
        printed = pd.concat([one.rows, everything, old[old["status"] == "reported"]])
        result = sums.check_sums(one.table, one.rows, printed, places)
        told = words.report(one, change, result, places.names, threshold)
        found.append(Comparison(one, change, result, told))
    return found


def pending(comparisons: list[Comparison]) -> bool:
    """Whether taking these over would change anything."""
    return any(len(one.changes.write) or len(changes.removed(one.changes)) for one in comparisons)


def approve(comparisons: list[Comparison], *, force: bool) -> None:
    """Raise ZwkError if values vanish or sums are wrong and the user has not said --force."""
    doubtful = [one.answer.table.code for one in comparisons if one.doubtful]
    if doubtful and not force:
        raise ZwkError(
            f"Nicht übernommen: In {', '.join(doubtful)} verschwinden Werte oder stimmen Summen nicht (siehe oben). "
            "Wer das geprüft hat, übernimmt mit --force."
        )


def take(
    comparisons: list[Comparison], *, force: bool = False, progress: Callable[[float, str], None] = lambda _, __: None
) -> Path | None:
    """Lay the new figures over the shipped ones; returns the new state, None if nothing differs.

    The state is written beside the current one, a warehouse is built from it and checked, and only then does it
    count. Raises ZwkError if the changes are doubtful and ``force`` is not set, and if writing, building or a check
    fails; the old state counts as before in each of these cases.
    """
    if not pending(comparisons):
        return None
    approve(comparisons, force=force)
    write = pd.concat([one.changes.write for one in comparisons]).drop_duplicates(KEY)
    gone = pd.concat([changes.removed(one.changes) for one in comparisons]).drop_duplicates()
    gone = gone[~pd.MultiIndex.from_frame(gone).isin(pd.MultiIndex.from_frame(write[KEY]))]
    old_store = warehouse_path()
    state = states.write(
        write, gone, [source_row(one.answer) for one in comparisons], "\n\n".join(one.report for one in comparisons),
        [one.answer.table.code for one in comparisons], date.today().isoformat(),
    )  # fmt: skip
    people = write[write["indicator_id"] == "population"]
    problem = _trial(state, set(people["year"]) if force else set(), progress)
    if problem:
        _forget(state)
        raise ZwkError(f"Die neuen Zahlen sind zurückgenommen, der bisherige Stand gilt weiter: {problem}")
    states.switch(state)
    states.tidy_up()
    build.tidy_up(old_store, warehouse_path())
    return state


def rollback(progress: Callable[[float, str], None] = lambda _, __: None) -> Path | None:
    """Take back the last update; returns the state that counts now, None for the shipped figures.

    Raises ZwkError if there is nothing to take back or the state before was not kept.
    """
    state = overlay.current_overlay()
    if state is None:
        raise ZwkError("Es gibt nichts zurückzunehmen: Die mitgelieferten Zahlen gelten.")
    earlier = states.before(state)
    with overlay.trying_overlay(earlier):
        build.ensure(progress)
    states.switch(earlier)
    _forget(state)
    return earlier


def source_row(one: answer.Answer) -> dict[str, object]:
    """The row of the public table ``source`` for one answer."""
    family = yaml.safe_load((DATA / "publishers.yml").read_text(encoding="utf-8"))[one.table.database.family]
    row = {
        **family, "source_id": one.source_id, "title": one.table.title, "table_code": one.table.code,
        "vintage": one.vintage, "sha256": one.sha256, "retrieved": one.retrieved,
    }  # fmt: skip
    return {column: row[column] for column in SOURCE_COLUMNS}


def _trial(state: Path, revised: set[int], progress: Callable[[float, str], None]) -> str | None:
    """Build and check a warehouse from a state that does not count yet; returns what is wrong, in German.

    ``revised``: years whose number of people the user takes although it differs from the published total.
    """
    with overlay.trying_overlay(state):
        try:
            build.build(progress)
            result = build.check()
        except (ZwkError, duckdb.Error, OSError) as error:
            return f"der Datenspeicher lässt sich daraus nicht bauen ({error})."
    wrong = result[~result["ok"].astype(bool) & ~result["year"].isin(revised)]
    for row in wrong.itertuples():
        return f"{row.check} {row.year}: erwartet {row.expected:.0f}, gefunden {row.found:.0f}."
    return None


def _forget(state: Path) -> None:
    """Remove a state that does not count, with its warehouse."""
    connection.close()  # an open file can't be removed everywhere
    with overlay.trying_overlay(state):
        store = warehouse_path()
    if store != warehouse_path():
        store.unlink(missing_ok=True)
    states.discard(state)
