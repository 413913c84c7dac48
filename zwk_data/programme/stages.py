"""The five stages: how many Kommunen have held each, and progress per Kommune, per month, by Land, kind and so on.

The one count behind every number shown: for each Kommune a stage is documented with a date, without one, by a statement
about all Kommunen at once (pauschal), or not at all. The four never overlap and add up to the total. Plans do not
count. Only what a source states counts: „nicht belegt“ means neither done nor open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pandas as pd

from zwk_data.german import BLANKET, NOT_DOCUMENTED, count, day, listing, number
from zwk_data.programme.measures_and_money import by_participant
from zwk_data.schema.words import PRECISIONS, STAGES, UNDATED
from zwk_data.settings import today as date_of_today
from zwk_data.stores.connection import read
from zwk_data.stores.memo import depends_on, remembered

#: the evidence for a stage of a Kommune
EVIDENCE = {"dated": "mit Datum", "undated": "ohne Datum", "blanket": "pauschal", "none": NOT_DOCUMENTED}
#: a source names the Kommune itself
ITS_OWN = ("dated", "undated")


def counts(cells: pd.DataFrame, until: date | None = None) -> pd.DataFrame:
    """One row per stage, in their order.

    ``cells``: any rows of ``stages.matrix`` or ``schedule.schedule`` (stage, evidence, reached). Columns: stage,
    stage_de, documented (dated and undated), dated, undated, blanket, none, later (dated, but after ``until``; these
    are not in ``dated``; 0 without ``until``), total. dated, later, undated, blanket and none add up to total.
    """
    found = cells["evidence"]
    if until is not None:
        found = found.mask((found == "dated") & (cells["reached"] > pd.Timestamp(until)), "later")
    # a crosstab takes ten times as long, and the pages count often
    table = found.groupby([cells["stage"], found]).size().unstack(fill_value=0)  # noqa: PD010
    table = table.reindex(index=list(STAGES), columns=[*EVIDENCE, "later"], fill_value=0)
    table["total"] = table.sum(axis=1)
    table.insert(0, "documented", table[list(ITS_OWN)].sum(axis=1))
    table.insert(0, "stage_de", list(STAGES.values()))
    return table.rename_axis(None, axis=1).rename_axis("stage").reset_index()


def is_documented(cells: pd.DataFrame) -> pd.Series:
    """True for each cell with a source about the Kommune itself; blanket evidence does not count."""
    return cells["evidence"].isin(ITS_OWN)


def furthest_stage(cells: pd.DataFrame) -> pd.Series:
    """participant_id -> number of the latest stage documented for the Kommune itself, 0 for none; in the order of
    ``cells``.
    """
    order = {stage: place for place, stage in enumerate(STAGES, start=1)}
    step = cells["stage"].map(order).where(is_documented(cells), 0)
    return step.groupby(cells["participant_id"], sort=False).max().astype(int)


def by_furthest(cells: pd.DataFrame) -> dict[str, int]:
    """Stage -> number of Kommunen whose latest documented stage it is; those without any are left out."""
    known = furthest_stage(cells).value_counts()
    return {stage: int(known.get(place, 0)) for place, stage in enumerate(STAGES, start=1)}


def evidence_words(row: Mapping[Any, Any] | pd.Series) -> str:
    """A row of ``counts`` in words: „34 mit Datum, 2 ohne Datum, 3 pauschal“; zeros are left out."""
    told = [f"{number(int(row[kind]))} {EVIDENCE[kind]}" for kind in ("dated", "undated", "blanket") if row[kind]]
    return ", ".join(told) or NOT_DOCUMENTED


def all_stages(table: pd.DataFrame) -> pd.Series:
    """The sums of ``counts`` over all five stages."""
    return table.drop(columns=["stage", "stage_de"]).sum()


#: the states of a cell of the matrix, from the most exact to none; precision unknown -> undated
STATES = {
    "day": "auf den Tag belegt",
    "month": "auf den Monat belegt",
    "year": "auf das Jahr belegt",
    "undated": "belegt, ohne Datum",
    "blanket": BLANKET,
    "none": "nicht belegt",
}
#: state of the matrix -> evidence as ``counts`` has it
_EVIDENCE_OF = {state: state if state in EVIDENCE else "dated" for state in STATES}
#: a note that only repeats that the date is missing
_NO_DATE = "Datum nicht belegt"
_STATE_OF = {precision: precision for precision in PRECISIONS} | {"unknown": "undated"}
#: what took place: events, and plans marked as held that have no event
_HELD = """(
    SELECT participant_id, stage, precision, date_from, date_to, note, source_url, entered_by, entered_at
    FROM stage_event
    UNION ALL
    SELECT participant_id, stage, precision, date_from, date_to, coalesce(note, ''), NULL, entered_by, entered_at
    FROM stage_plan
    WHERE status = 'held'
          AND (participant_id, stage) NOT IN (SELECT (participant_id, stage) FROM stage_event
                                              WHERE precision <> 'blanket')
)"""


@remembered
def matrix() -> pd.DataFrame:
    """Every participant × stage, documented or not: 5 rows per participant, in the order of the stages.

    Columns: participant_id, stage, state (see ``STATES``; the most exact of its events), events (number), first and
    last (Timestamp or NaT: the bounds of its dated events), text (German, as exact as the sources), note (of all
    events, joined), first_precision (how exact the first dated event is, or ""), reached (Timestamp or NaT: the last
    day the first dated event may have been, not after today), evidence (see ``EVIDENCE``).
    """
    depends_on(date_of_today)
    events = read(f"""
        SELECT participant_id, stage, precision, date_from, date_to, note FROM {_HELD}
        ORDER BY participant_id, stage, date_from NULLS LAST, date_to
    """)
    # plain tuples, as a pandas group per cell takes ten times as long
    documented = {
        key: _documented(list(group))
        for key, group in groupby(events.itertuples(index=False, name=None), key=itemgetter(0, 1))
    }
    names = read("SELECT participant_id FROM participant ORDER BY strip_accents(lower(name))")["participant_id"]
    rows = [(name, stage, *documented.get((name, stage), _NOTHING)) for name in names for stage in STAGES]
    columns = [
        "participant_id",
        "stage",
        "state",
        "events",
        "first",
        "last",
        "text",
        "note",
        "first_precision",
        "reached",
    ]
    frame = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("first", "last", "reached"), "datetime64[ns]"))
    # what is on record took place: of this year, say, by today
    day_of_today = pd.Timestamp(date_of_today())
    frame["reached"] = frame["reached"].mask(frame["reached"] > day_of_today, day_of_today)
    frame["evidence"] = frame["state"].map(_EVIDENCE_OF)
    return frame


_NOTHING = ("none", 0, pd.NaT, pd.NaT, NOT_DOCUMENTED, "", "", pd.NaT)


def _documented(events: list[tuple[Any, ...]]) -> tuple[object, ...]:
    """One cell from the events of one participant in one stage, earliest first: the columns from state on."""
    own = [event for event in events if event[2] != "blanket"]
    # what a source says of the Kommune itself outdoes what one says of all
    events = own or events
    dated = [event for event in events if event[2] not in UNDATED]
    spans = [day(event[3], event[2]) for event in dated]
    # one date, the first and the last, or none
    text = " bis ".join(dict.fromkeys([spans[0], spans[-1]])) if spans else day(None, "unknown" if own else "blanket")
    if len(events) > 1:
        text = f"{text} ({count(len(events), 'Termin', 'Termine')})"
    states = {_STATE_OF[precision] for _, _, precision, *_ in events}
    return (
        next(state for state in STATES if state in states),
        len(events),
        min((event[3] for event in dated), default=pd.NaT),
        max((event[4] for event in dated), default=pd.NaT),
        text,
        "; ".join(dict.fromkeys(event[5] for event in events if event[5])),
        dated[0][2] if dated else "",
        dated[0][4] if dated else pd.NaT,
    )


def progress(cells: pd.DataFrame) -> pd.DataFrame:
    """How far each participant is documented, one row each, in the order of ``cells`` (see ``matrix``).

    Columns: participant_id, documented (stages that a source documents for it, 0–5), blanket (further stages that are
    documented for all Kommunen at once only), furthest (number of the latest documented stage, 0 for none), furthest_de
    (its name, or „nicht belegt“), last (Timestamp of the latest dated event or NaT).
    """
    frame = cells.assign(known=is_documented(cells), blanket=cells["evidence"] == "blanket")
    grouped = frame.groupby("participant_id", sort=False)
    made = grouped.agg(documented=("known", "sum"), blanket=("blanket", "sum"), last=("last", "max"))
    made.insert(2, "furthest", furthest_stage(cells))
    made = made.reset_index()
    made["furthest_de"] = made["furthest"].map(dict(enumerate([NOT_DOCUMENTED, *STAGES.values()])))
    return made


@remembered
def standing() -> pd.DataFrame:
    """``progress`` of all Kommunen."""
    return progress(matrix())


@remembered
def events(participant_id: str | None = None) -> pd.DataFrame:
    """Stage events, of one participant or of all, in the order of the stages and then of time, undated last.

    Columns: participant_id, name, stage, stage_de, date_from and date_to (Timestamp or NaT), precision, date_de,
    note, source_url, publisher (the host of the source, or None), entered_by, entered_at.
    """
    frame = read(
        f"""
        SELECT participant_id, name, stage, date_from, date_to, precision, e.note, e.source_url, entered_by, entered_at
        FROM {_HELD} e JOIN participant USING (participant_id)
        WHERE $participant IS NULL OR participant_id = $participant
        ORDER BY strip_accents(lower(name)), list_position($stages, stage), date_from NULLS LAST, date_to
        """,
        {"participant": participant_id, "stages": list(STAGES)},
    )
    frame["stage_de"] = frame["stage"].map(STAGES)
    frame["date_de"] = [day(a, p) for a, p in zip(frame["date_from"], frame["precision"], strict=True)]
    frame["publisher"] = frame["source_url"].map(publisher, na_action="ignore")
    return frame


@remembered
def undated(participant_ids: tuple[str, ...]) -> pd.DataFrame:
    """The stages that are documented without a date: columns stage_de, number, names, note; one row per stage, and one
    for what is documented for all Kommunen at once.

    What all of a stage's notes say stands in ``note``; a note of its own stands behind the Kommune's name, as „31.
    März, Jahr nicht genannt“ is more than nothing.
    """
    found = events()
    found = found[found["participant_id"].isin(participant_ids)]
    rows: list[tuple[str, int, str, str]] = []
    columns = ["stage", "number", "names", "note"]
    # as ``counts`` has it: a date outdoes a mention without one, and that what is said of all Kommunen
    rank = found["precision"].map({"unknown": 1, "blanket": 2}).fillna(0)
    best = rank.groupby([found["participant_id"], found["stage"]]).transform("min")
    without = found[(rank == best) & (best > 0)].drop_duplicates(["participant_id", "stage", "note"])
    for (stage, blanket), part in without.groupby(["stage", without["precision"] == "blanket"]):
        shared = len(part) > 1 and bool((part["note"] == part["note"].iloc[0]).all())
        said = [
            name if shared or not note or note == _NO_DATE else f"{name} ({note})"
            for name, note in zip(part["name"], part["note"], strict=True)
        ]
        told = part["note"].iloc[0] if shared else ""
        note = f"{BLANKET}: {told}".removesuffix(": ") if blanket else told
        rows.append((str(stage), part["participant_id"].nunique(), listing(said), note))
    frame = pd.DataFrame(sorted(rows, key=lambda row: list(STAGES).index(str(row[0]))), columns=columns)
    frame.insert(0, "stage_de", frame.pop("stage").map(STAGES))
    return frame


def publisher(url: str) -> str:
    """The host of a source without „www.“, used as link text."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


#: groupings of the Kommunen: id -> (column of ``participants``, word)
DIVISIONS = {
    "land": ("land", "Land"),
    "art": ("kind_de", "Art"),
    "beratung": ("adviser", "Beratung"),
    "aufnahme": ("admitted_de", "Aufnahme"),
}


def funnel(schedule: pd.DataFrame, today: date) -> pd.DataFrame:
    """Columns month (Timestamp of its last day), stage, stage_de, reached (Kommunen whose first event is over).

    From the month of the first event to the month of ``today``; empty without any dated event. An event that is
    dated to a year counts from its end, of the running year from ``today``. The last month has the numbers of
    ``counts``.
    """
    dated = schedule[schedule["evidence"] == "dated"]
    if dated.empty:
        return pd.DataFrame(columns=["month", "stage", "stage_de", "reached"])
    first, last = dated["reached"].min(), pd.Timestamp(today)
    months = pd.date_range(
        first.to_period("M").to_timestamp(how="end").normalize(), last + pd.offsets.MonthEnd(0), freq="ME"
    )
    parts = []
    for stage, words in STAGES.items():
        ends = np.sort(dated.loc[dated["stage"] == stage, "reached"].to_numpy())
        # what is dated after today has not happened yet
        reached = np.searchsorted(ends, np.minimum(months.to_numpy(), last.to_datetime64()), side="right")
        parts.append(pd.DataFrame({"month": months, "stage": stage, "stage_de": words, "reached": reached}))
    return pd.concat(parts, ignore_index=True)


def reached_by(schedule: pd.DataFrame, until: date) -> dict[str, int]:
    """Stage -> number of Kommunen known to have reached it by that day; undated stages are left out."""
    table = counts(schedule, until)
    return dict(zip(table["stage"], table["dated"].tolist(), strict=True))


def reached_within(schedule: pd.DataFrame, start: date, end: date) -> dict[str, int]:
    """Stage -> number of Kommunen that reached it in this period; dates too vague to tell are left out."""
    inside = schedule[(schedule["actual_from"] >= pd.Timestamp(start)) & (schedule["reached"] <= pd.Timestamp(end))]
    return {stage: int((inside["stage"] == stage).sum()) for stage in STAGES}


def divided(people: pd.DataFrame, schedule: pd.DataFrame, measures: pd.DataFrame, by: str) -> pd.DataFrame:
    """One row per group of ``by`` (an id of ``DIVISIONS``), the largest first, „nicht belegt“ last.

    ``people`` as from ``participants``, ``measures`` as from ``measures_and_money.measures``. A Kommune in two Länder
    or with two advisers counts in both groups. Columns: group, participants, then per stage the Kommunen that are
    documented to have held it, furthest_0 … furthest_5 (Kommunen by their latest documented stage), then per status of
    a measure the number of measures.
    """
    column, _ = DIVISIONS[by]
    separator = {"land": "/", "beratung": "; "}.get(by)
    groups = people[["participant_id", column]].rename(columns={column: "group"})
    groups["group"] = groups["group"].fillna(NOT_DOCUMENTED)
    if separator:
        groups = groups.assign(group=groups["group"].str.split(separator)).explode("group")
    cells = is_documented(schedule).set_axis([schedule["participant_id"], schedule["stage"]])
    held = cells.unstack().reindex(columns=list(STAGES))  # noqa: PD010 - one value per key
    furthest = furthest_stage(schedule).rename("furthest")
    frame = groups.set_index("participant_id").join(held.astype(int)).join(furthest)
    frame = frame.join(by_participant(measures)).fillna(0)
    for step in range(len(STAGES) + 1):
        frame[f"furthest_{step}"] = (frame["furthest"] == step).astype(int)
    made = frame.drop(columns="furthest").groupby("group").sum(numeric_only=True).astype(int)
    made.insert(0, "participants", frame.groupby("group").size())
    made = made.sort_values("participants", ascending=False, kind="stable").reset_index()
    return made.sort_values("group", key=lambda names: names == NOT_DOCUMENTED, kind="stable", ignore_index=True)
