"""Questions about one Kommune: its process on a time axis, contacts, next dates, themes, measures and good practice.

The process (stages, measures and sessions) is shown beside its figures. Times are years as in the figures: 2022 is
31 December 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from zwk_data.german import NOT_DOCUMENTED, day
from zwk_data.programme import schedule, stages, themes
from zwk_data.schema.dates import in_years
from zwk_data.schema.words import MEASURE_STATUS, STAGES
from zwk_data.settings import today
from zwk_data.stores.connection import read
from zwk_data.stores.memo import depends_on, remembered

#: how many meetings of the network are listed
MEETINGS = 3


@remembered
def advisers(participant_id: str) -> pd.DataFrame:
    """Who advises a Kommune: columns name, contact, website (None where not known or not to be seen)."""
    return read(
        """
        SELECT trim(said.name) AS name, contact, website
        FROM (SELECT unnest(string_split(adviser, ';')) AS name FROM participant WHERE participant_id = ?) said
        LEFT JOIN adviser ON adviser.name = trim(said.name)
        """,
        [participant_id],
    )


@remembered
def bodies(participant_id: str) -> list[str]:
    """The bodies that answer for its measures and its good practice, each by itself, the most often named first."""
    found = read(
        """
        SELECT body FROM (
            SELECT unnest(string_split(responsible, '; ')) AS body FROM measure WHERE participant_id = $id
            UNION ALL SELECT contact_body FROM good_practice WHERE participant_id = $id)
        WHERE body IS NOT NULL GROUP BY body ORDER BY count(*) DESC, strip_accents(lower(body))
        """,
        {"id": participant_id},
    )
    return [str(one) for one in found["body"]]


@remembered(entries=128)
def next_dates(participant_id: str, today: date) -> pd.DataFrame:
    """Upcoming dates and open questions, soonest first.

    Open plans of its stages, steps agreed in its Zwischenbilanzen whose day is not over, meetings of the network.
    Columns: at (Timestamp), when (German), what, late (bool: the day is over), stage (of a plan, else "").
    """
    rows = schedule.schedule(today)
    plans = rows[(rows["participant_id"] == participant_id) & rows["open_from"].notna()]
    found = [
        (row["open_from"], row["open_de"], row["stage_de"], row["overdue_days"] == row["overdue_days"], row["stage"])
        for row in plans.to_dict("records")
        if row["overdue_days"] == row["overdue_days"] or row["open_to"] >= pd.Timestamp(today)
    ]
    steps = read(
        """
        SELECT due, text, responsible FROM review_point JOIN review USING (review_id)
        WHERE participant_id = ? AND kind = 'step' AND due >= ? ORDER BY due
        """,
        [participant_id, today],
    )
    found += [
        (due, day(due), f"{text} ({body})" if isinstance(body, str) else str(text), False, "")
        for due, text, body in steps.itertuples(index=False, name=None)
    ]
    meetings = read(
        """
        SELECT date_from, title, place FROM network_event
        WHERE status = 'planned' AND date_to >= ? ORDER BY date_from LIMIT ?
        """,
        [today, MEETINGS],
    )
    found += [
        (start, day(start), f"{title}, {place}" if isinstance(place, str) else str(title), False, "")
        for start, title, place in meetings.itertuples(index=False, name=None)
    ]
    frame = pd.DataFrame(found, columns=["at", "when", "what", "late", "stage"])
    return frame.sort_values("at", kind="stable", ignore_index=True)


@remembered
def practices(participant_id: str) -> pd.DataFrame:
    """Its good practice as far as it may be seen: columns title, theme (or None), result, contact_body, link."""
    return read(
        """
        SELECT title, name_de AS theme, result, contact_body, link
        FROM good_practice LEFT JOIN theme USING (theme_id) WHERE participant_id = ?
        ORDER BY strip_accents(lower(title))
        """,
        [participant_id],
    )


@remembered
def measures(participant_id: str) -> pd.DataFrame:
    """Its measures as far as they may be seen, running ones first.

    Columns: title, field (Handlungsfeld or None), theme (or None), status, starts, ends, responsible, source_url.
    """
    return read(
        """
        SELECT title, field_of_action AS field, name_de AS theme, status, starts, ends, responsible, m.source_url
        FROM measure m LEFT JOIN theme USING (theme_id) WHERE participant_id = ?
        ORDER BY list_position(['running', 'planned', 'done', 'idea', 'parked', 'dropped'], status),
                 coalesce(starts, ends) NULLS LAST, strip_accents(lower(title))
        """,
        [participant_id],
    )


def chosen_themes(participant_id: str) -> pd.DataFrame:
    """Its themes by name: columns theme_id, name_de, wording (its own words), source_url, figures (indicator ids)."""
    own = themes.choices()
    mine = own[own["participant_id"] == participant_id].sort_values("name_de", ignore_index=True, kind="stable")
    return mine.assign(figures=mine["theme_id"].map(themes.suggested_figures))


@dataclass(frozen=True)
class Moment:
    """A stage or a session: its time, its name, its date as exact as the source; ``number`` of a stage, 0 of others."""

    at: float
    name: str
    when: str
    number: int = 0


@dataclass(frozen=True)
class MeasureSpan:
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
    measures: tuple[MeasureSpan, ...]
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


def _span(title: str, status: str, starts: pd.Timestamp, ends: pd.Timestamp) -> MeasureSpan:
    """A running measure without an end lasts until today; otherwise a missing bound is never filled in."""
    begin = starts if pd.notna(starts) else ends
    end = ends if pd.notna(ends) else begin
    if pd.isna(ends) and status == "running":
        end = max(begin, pd.Timestamp(today()))
    since, until = (day(one) if pd.notna(one) else NOT_DOCUMENTED for one in (starts, ends))
    return MeasureSpan(in_years(begin.date()), in_years(end.date()), title, status, f"Beginn {since}, Ende {until}")


def process_words(process: Process) -> str:
    """The process in one or two sentences, as alternative text."""
    told = []
    if process.stages:
        told.append("Stufen: " + ", ".join(f"{one.name} {one.when}" for one in process.stages))
    if process.measures:
        known = [one.status for one in process.measures]
        by_status = ", ".join(f"{word} {known.count(code)}" for code, word in MEASURE_STATUS.items() if code in known)
        told.append(f"Maßnahmen mit Zeitraum: {len(known)} ({by_status})")
    if process.sessions:
        told.append("Sitzungen: " + ", ".join(one.when for one in process.sessions))
    return f"{'. '.join(told)}." if told else ""
