"""How far the five stages have come, as far as sources say: „nicht belegt“ is neither done nor open."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from zwk_data.german import NOT_DOCUMENTED, count, day, listing
from zwk_data.programme.words import PRECISIONS, STAGES
from zwk_data.warehouse.connection import read

#: what a cell of the matrix can be, from the most exact to nothing; precision unknown -> undated
STATES = {
    "day": "auf den Tag belegt",
    "month": "auf den Monat belegt",
    "year": "auf das Jahr belegt",
    "undated": "belegt, ohne Datum",
    "none": "nicht belegt",
}
#: a note that only repeats what the missing date says already
_NO_DATE = "Datum nicht belegt"
_STATE_OF = {precision: precision for precision in PRECISIONS} | {"unknown": "undated"}


def matrix() -> pd.DataFrame:
    """Every participant × stage, documented or not: 5 rows per participant, in the order of the stages.

    Columns: participant_id, stage, state (see ``STATES``; the most exact of its events), events (number), first and
    last (Timestamp or NaT: the bounds of its dated events), text (German, as exact as the sources), note (of all
    events, joined).
    """
    events = read("""
        SELECT participant_id, stage, precision, date_from, date_to, note FROM stage_event
        ORDER BY participant_id, stage, date_from NULLS LAST, date_to
    """)
    # plain tuples: a pandas group per cell would take ten times as long
    documented = {
        key: _cell(list(group))
        for key, group in groupby(events.itertuples(index=False, name=None), key=itemgetter(0, 1))
    }
    names = read("SELECT participant_id FROM participant ORDER BY strip_accents(lower(name))")["participant_id"]
    rows = [(name, stage, *documented.get((name, stage), _NOTHING)) for name in names for stage in STAGES]
    columns = ["participant_id", "stage", "state", "events", "first", "last", "text", "note"]
    return pd.DataFrame(rows, columns=columns).astype({"first": "datetime64[ns]", "last": "datetime64[ns]"})


_NOTHING = ("none", 0, pd.NaT, pd.NaT, NOT_DOCUMENTED, "")


def _cell(events: list[tuple[Any, ...]]) -> tuple[object, ...]:
    """One cell from the events of one participant in one stage, earliest first: the columns from state on."""
    states = {_STATE_OF[precision] for _, _, precision, *_ in events}
    dated = [event for event in events if event[2] != "unknown"]
    spans = [day(event[3], event[2]) for event in dated]
    # one date, the first and the last, or none
    text = " bis ".join(dict.fromkeys([spans[0], spans[-1]])) if spans else day(None)
    if len(events) > 1:
        text = f"{text} ({count(len(events), 'Termin', 'Termine')})"
    return (
        next(state for state in STATES if state in states),
        len(events),
        min((event[3] for event in dated), default=pd.NaT),
        max((event[4] for event in dated), default=pd.NaT),
        text,
        "; ".join(dict.fromkeys(event[5] for event in events if event[5])),
    )


def progress(cells: pd.DataFrame) -> pd.DataFrame:
    """How far each participant is documented, one row each, in the order of ``cells`` (see ``matrix``).

    Columns: participant_id, documented (stages with at least one event, 0–5), furthest (number of the latest
    documented stage, 0 for none), furthest_de (its name, or „nicht belegt“), last (Timestamp of the latest dated
    event or NaT).
    """
    order = {stage: number for number, stage in enumerate(STAGES, start=1)}
    known = cells["state"] != "none"
    frame = cells.assign(known=known, number=cells["stage"].map(order).where(known, 0))
    grouped = frame.groupby("participant_id", sort=False)
    made = grouped.agg(documented=("known", "sum"), furthest=("number", "max"), last=("last", "max")).reset_index()
    names = ["", *STAGES.values()]
    made["furthest_de"] = [names[number] or NOT_DOCUMENTED for number in made["furthest"]]
    return made


def counts(cells: pd.DataFrame) -> pd.DataFrame:
    """How many participants are in which state, per stage: columns stage, name_de, documented, then one per state."""
    table = pd.crosstab(cells["stage"], cells["state"])
    table = table.reindex(index=list(STAGES), columns=list(STATES), fill_value=0).reset_index()
    table.insert(1, "name_de", table["stage"].map(STAGES))
    table.insert(2, "documented", len(set(cells["participant_id"])) - table["none"])
    return table


def events(participant_id: str | None = None) -> pd.DataFrame:
    """Stage events, of one participant or of all, in the order of the stages and then of time, undated last.

    Columns: participant_id, name, stage, stage_de, date_from and date_to (Timestamp or NaT), precision, date_de,
    note, source_url, publisher (the host of the source, or None), entered_by, entered_at.
    """
    frame = read(
        """
        SELECT participant_id, name, stage, date_from, date_to, precision, e.note, e.source_url, entered_by, entered_at
        FROM stage_event e JOIN participant USING (participant_id)
        WHERE $participant IS NULL OR participant_id = $participant
        ORDER BY strip_accents(lower(name)), list_position($stages, stage), date_from NULLS LAST, date_to
        """,
        {"participant": participant_id, "stages": list(STAGES)},
    )
    frame["stage_de"] = frame["stage"].map(STAGES)
    frame["date_de"] = [day(a, p) for a, p in zip(frame["date_from"], frame["precision"], strict=True)]
    frame["publisher"] = frame["source_url"].map(publisher, na_action="ignore")
    return frame


def undated(events: pd.DataFrame) -> pd.DataFrame:
    """The stages that are documented without a date: columns stage_de, number, names, note; one row per stage.

    ``events`` as from ``events``. What all of a stage's notes say stands in ``note``; a note of its own stands behind
    the Kommune's name, as „31. März, Jahr nicht genannt“ is more than nothing.
    """
    rows = []
    for stage, part in events[events["date_from"].isna()].groupby("stage", sort=False):
        shared = len(part) > 1 and bool((part["note"] == part["note"].iloc[0]).all())
        said = [
            name if shared or not note or note == _NO_DATE else f"{name} ({note})"
            for name, note in zip(part["name"], part["note"], strict=True)
        ]
        rows.append((stage, len(part), listing(said), part["note"].iloc[0] if shared else ""))
    frame = pd.DataFrame(rows, columns=["stage", "number", "names", "note"])
    frame = frame.sort_values("stage", key=lambda column: column.map(list(STAGES).index), ignore_index=True)
    frame.insert(0, "stage_de", frame.pop("stage").map(STAGES))
    return frame


def publisher(url: str) -> str:
    """The host of a source without „www.“: what a link says."""
    return (urlsplit(url).hostname or url).removeprefix("www.")
