"""The process of one Kommune on a time axis: stages, measures and sessions, shown beside its figures.

Times are years as in the figures: 2022 is 31 December 2022.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from zwk_data.german import NOT_DOCUMENTED, day
from zwk_data.programme import stages
from zwk_data.schema.dates import in_years
from zwk_data.schema.words import MEASURE_STATUS, STAGES
from zwk_data.settings import today
from zwk_data.stores.connection import read
from zwk_data.stores.memo import depends_on, remembered


@dataclass(frozen=True)
class Moment:
    """A stage or a session: its time, its name, its date as exact as the source; ``number`` of a stage, 0 of others."""

    at: float
    name: str
    when: str
    number: int = 0


@dataclass(frozen=True)
class Span:
    """A measure with a period: from, to, title, status (code), and the period in words."""

    start: float
    end: float
    title: str
    status: str
    when: str


@dataclass(frozen=True)
class Process:
    """Dated stages, measures with a period, sessions; how many measures have no period at all."""

    stages: tuple[Moment, ...]
    measures: tuple[Span, ...]
    sessions: tuple[Moment, ...]
    undated: int

    @property
    def is_empty(self) -> bool:
        """Is nothing dated?"""
        return not (self.stages or self.measures or self.sessions)

    @property
    def last(self) -> float:
        """The end of its last part. Raises ValueError for an empty process."""
        return max([*(one.end for one in self.measures), *(one.at for one in (*self.stages, *self.sessions))])


@remembered
def process(participant_id: str) -> Process:
    """The dated records of a Kommune that the user may see."""
    depends_on(today)
    cells = stages.matrix()
    mine = cells[(cells["participant_id"] == participant_id) & (cells["evidence"] == "dated")]
    numbers = {stage: number for number, stage in enumerate(STAGES, start=1)}
    held = tuple(
        Moment(
            (in_years(row["first"].date()) + in_years(row["reached"].date())) / 2,
            STAGES[str(row["stage"])],
            day(row["first"], row["first_precision"]),
            numbers[str(row["stage"])],
        )
        for row in mine.to_dict("records")
    )
    found = read(
        """
        SELECT title, status, starts, ends FROM measure WHERE participant_id = ?
        ORDER BY coalesce(starts, ends) NULLS LAST, ends NULLS LAST, lower(title)
        """,
        [participant_id],
    )
    dated = found[found["starts"].notna() | found["ends"].notna()]
    sessions = read("SELECT DISTINCT held_on FROM review WHERE participant_id = ? ORDER BY held_on", [participant_id])[
        "held_on"
    ]
    return Process(
        held,
        tuple(_span(*row) for row in dated.itertuples(index=False, name=None)),
        tuple(Moment(in_years(one.date()), "Sitzung der Zwischenbilanz", day(one)) for one in sessions),
        len(found) - len(dated),
    )


def _span(title: str, status: str, starts: pd.Timestamp, ends: pd.Timestamp) -> Span:
    """A running measure without an end lasts until today; otherwise a missing bound is never filled in."""
    begin = starts if pd.notna(starts) else ends
    end = ends if pd.notna(ends) else begin
    if pd.isna(ends) and status == "running":
        end = max(begin, pd.Timestamp(today()))
    since, until = (day(one) if pd.notna(one) else NOT_DOCUMENTED for one in (starts, ends))
    return Span(in_years(begin.date()), in_years(end.date()), title, status, f"Beginn {since}, Ende {until}")


def words(process: Process) -> str:
    """The process in one or two sentences, as alternative text."""
    told = []
    if process.stages:
        told.append("Stufen: " + ", ".join(f"{one.name} {one.when}" for one in process.stages))
    if process.measures:
        known = [one.status for one in process.measures]
        by_status = ", ".join(f"{known.count(code)} {word}" for code, word in MEASURE_STATUS.items() if code in known)
        told.append(f"Maßnahmen mit Zeitraum: {len(known)} ({by_status})")
    if process.sessions:
        told.append("Sitzungen: " + ", ".join(one.when for one in process.sessions))
    return f"{'. '.join(told)}." if told else ""
