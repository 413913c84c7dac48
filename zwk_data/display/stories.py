"""The words and small drawings of scenes: the spotlight on one Kommune, demographic contrasts, recent news.

The spotlight says where a Kommune is, what it works on, how its population develops, and what it achieved. Contrasts
put the smallest beside the largest, the youngest beside the oldest. All of it is public.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from textwrap import shorten
from typing import Any

import numpy as np
import pandas as pd

from zwk_data.charts.process_strip import end_of, rows_of
from zwk_data.demography import areas, figures
from zwk_data.demography.source_lines import source_line
from zwk_data.german import day, number, with_unit
from zwk_data.programme import advice, kommune, participants, report, stages, themes
from zwk_data.programme.kommune import Process
from zwk_data.schema.words import EVENT_KINDS, STAGES

#: size of the population's line, in its own units
WIDTH, HEIGHT = 600, 180
#: lanes of measures beneath the line
MOST_LANES = 4
#: how many themes are named, in the Kommune's own words
MOST_THEMES = 5
#: characters of a result that fit beside three themes
LONGEST_RESULT = 120


@dataclass(frozen=True)
class Spotlight:
    """One Kommune. ``line``: its population as path data, in parts where a census breaks the series; ``steps``: where
    its dated stages stand on it; ``spans``: its measures beneath, as left edge, width and lane; ``result``: what it
    achieved, and ``result_note`` what kind of result that is; empty where nothing is known."""

    participant_id: str
    name: str
    where: str
    land_keys: tuple[str, ...]
    wordings: tuple[str, ...]
    people: str
    people_note: str
    change: str
    line: tuple[str, ...]
    steps: tuple[float, ...]
    spans: tuple[tuple[float, float, int], ...]
    first_year: str
    last_year: str
    stage: str
    result: str
    result_note: str
    alt: str
    source: str


def spotlight(participant_id: str) -> Spotlight:
    """The spotlight on a Kommune. Raises KeyError for an unknown one."""
    row = participants.participants().set_index("participant_id").loc[participant_id].to_dict()
    people = _people(participant_id)
    progress = stages.standing().set_index("participant_id").loc[participant_id]
    # the shortest, as three long ones would not fit
    wordings = tuple(sorted(dict.fromkeys(themes.wordings(participant_id)["wording"]), key=len))[:MOST_THEMES]
    result, note = _result(participant_id)
    shown, as_of, change = _numbers(people, row["kind"] == "quartier")
    where = f"{areas.official_kind(participant_id, row['kind_de'])} in {row['land']}"
    process = kommune.process(participant_id)
    years = _years(people, process)
    return Spotlight(
        participant_id,
        str(row["name"]),
        where,
        tuple(areas.land_keys(participant_id)),
        wordings,
        shown,
        as_of,
        change,
        _line(people, years),
        _steps(process, years),
        _spans(process, years),
        f"{years[0]:.0f}" if len(people) else "",
        f"{years[1]:.0f}" if len(people) else "",
        f"Bis zur Stufe {list(STAGES.values())[int(progress['furthest']) - 1]}" if progress["furthest"] else "",
        result,
        note,
        f"{row['name']}, {where}. {shown} Menschen {as_of}. {change} {kommune.process_words(process)}".strip(),
        source_line(people, brief=True),
    )


def _people(participant_id: str) -> pd.DataFrame:
    """Year, value and source of the population, oldest first."""
    known = figures.totals(participant_id)
    return known[known["indicator_id"] == "population"].reset_index(drop=True)


def _numbers(people: pd.DataFrame, quarter: bool) -> tuple[str, str, str]:
    if people.empty:
        return "", "", ""
    last = people.iloc[-1]
    as_of = f"am 31.12.{int(last['year'])}" + (" in der ganzen Stadt" if quarter else "")
    spell = people[people["year"].between(2011, 2023)]
    change = ""
    if len(spell) > 1:
        first, end = spell.iloc[0], spell.iloc[-1]
        percent = 100 * (end["value"] / first["value"] - 1)
        small = end["value"] < areas.SMALL
        by = number(end["value"] - first["value"], sign=True) if small else with_unit(percent, "%", 1, sign=True)
        change = f"{by} von {int(first['year'])} bis {int(end['year'])}"
    return number(last["value"]), as_of, change


def _years(people: pd.DataFrame, process: Process) -> tuple[float, float]:
    """From the first figure to the last, or on to the end of the process; the same year twice without two figures."""
    if len(people) < 2:
        return (0.0, 0.0) if people.empty else (float(people["year"].iloc[0]),) * 2
    last = float(people["year"].iloc[-1])
    return float(people["year"].iloc[0]), last if process.is_empty else max(last, float(ceil(process.last)))


def _place(year: float, years: tuple[float, float]) -> float:
    return round((year - years[0]) / (years[1] - years[0]) * WIDTH, 1)


def _steps(process: Process, years: tuple[float, float]) -> tuple[float, ...]:
    """Where on the line the dated stages lie."""
    if years[0] == years[1]:
        return ()
    return tuple(_place(one.at, years) for one in process.stages if one.at >= years[0])


def _spans(process: Process, years: tuple[float, float]) -> tuple[tuple[float, float, int], ...]:
    """The measures beneath the line, in at most ``MOST_LANES`` lanes."""
    if years[0] == years[1] or process.is_empty:
        return ()
    return tuple(
        (left, round(_place(end_of(one), years) - left, 1), lane)
        for lane, spans in enumerate(rows_of(process).lanes[:MOST_LANES])
        for one in spans
        for left in [_place(one.start, years)]
    )


def _line(people: pd.DataFrame, span: tuple[float, float]) -> tuple[str, ...]:
    """The population as path data, a path for each stretch without a census break; the scale starts at zero."""
    if len(people) < 2:
        return ()
    years = people["year"].to_numpy(float)
    values = people["value"].to_numpy(float)
    x = (years - span[0]) / (span[1] - span[0]) * WIDTH
    y = HEIGHT - values / values.max() * (HEIGHT - 8)
    stretch = np.searchsorted((2010.5, 2023.5), years)
    return tuple(
        "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x[stretch == one], y[stretch == one], strict=True))
        for one in np.unique(stretch)
        if (stretch == one).sum() > 1
    )


def _result(participant_id: str) -> tuple[str, str]:
    """A good practice that may be shown to all, else the measure finished last: its text, and which it is."""
    best = advice.to_show(participant_id)
    if best is None:
        return "", ""
    title, sentence, is_practice = best
    result = shorten(f"{title}: {sentence}" if sentence else title, LONGEST_RESULT, placeholder=" …")
    return result, "Gute Praxis" if is_practice else "Abgeschlossene Maßnahme"


#: a contrast needs at least this many Kommunen
LEAST = 5


@dataclass(frozen=True)
class Circle:
    """A Kommune by its population; ``area``: of its circle, as a share of the largest one's."""

    name: str
    value: str
    area: float


@dataclass(frozen=True)
class Contrast:
    """One pair: ``title``, ``what`` is compared, the two ends, and everybody: ``circles`` from small to large for
    sizes, else ``dots`` from 0 (low end) to 1 (high end)."""

    title: str
    what: str
    low: tuple[str, str]
    high: tuple[str, str]
    note: str
    circles: tuple[Circle, ...]
    dots: tuple[float, ...]
    alt: str
    source: str


def contrasts() -> list[Contrast]:
    """Sizes, then shares of people of 67 and over, then change since 2011; whole-city figures of quarters left out."""
    frame = figures.of_everyone(("population", "census_share_67plus", "population_index"))
    made = [
        _sizes(frame[frame["indicator_id"] == "population"]),
        _shares(frame[frame["indicator_id"] == "census_share_67plus"]),
        _changes(frame[frame["indicator_id"] == "population_index"]),
    ]
    return [one for one in made if one is not None]


def _latest(frame: pd.DataFrame) -> tuple[int, pd.DataFrame] | None:
    """The latest year for which nearly all Kommunen have a value, and its rows from low to high."""
    counts = frame.groupby("year")["name"].nunique()
    good = counts[counts >= max(LEAST, 0.9 * counts.max())]
    if good.empty:
        return None
    year = int(good.index.max())
    return year, frame[frame["year"] == year].sort_values("value", ignore_index=True, kind="stable")


def _sizes(frame: pd.DataFrame) -> Contrast | None:
    found = _latest(frame)
    if found is None:
        return None
    year, one = found
    largest = one["value"].iloc[-1]
    circles = tuple(
        Circle(name, number(value), float(value / largest))
        for name, value in zip(one["name"], one["value"], strict=True)
    )
    low, high = circles[0], circles[-1]
    return Contrast(
        f"Von {low.value} bis {high.value}",
        f"Menschen je Kommune am 31.12.{year}",
        (low.name, low.value),
        (high.name, high.value),
        "Je größer die Scheibe, desto mehr Menschen. Ohne Stadtquartiere.",
        circles,
        (),
        f"Scheiben für {len(circles)} Kommunen nach ihrer Einwohnerzahl: von {low.name} mit {low.value} bis "
        f"{high.name} mit {high.value} Menschen.",
        source_line(one, brief=True),
    )


def _shares(frame: pd.DataFrame) -> Contrast | None:
    found = _latest(frame)
    if found is None:
        return None
    year, one = found
    what = "Anteil der Menschen ab 67 Jahren"
    return _in_a_row("Jung und alt", what, f", am 15.05.{year} (Zensus)", one, signed=False)


def _changes(frame: pd.DataFrame) -> Contrast | None:
    """Change of the population since 2011, up to the last year on the same census base."""
    found = _latest(frame[frame["year"].between(2012, 2023)])
    if found is None:
        return None
    year, one = found
    what, span = "Veränderung der Bevölkerung", f" von 2011 bis {year}"
    return _in_a_row("Schrumpfen und wachsen", what, span, one.assign(value=one["value"] - 100), signed=True)


def _in_a_row(title: str, what: str, when: str, ordered: pd.DataFrame, *, signed: bool) -> Contrast:
    """A contrast of percentages: a dot for each Kommune, from the lowest value (0) to the highest (1)."""
    values = ordered["value"]
    low, high = ((str(ordered["name"].iloc[at]), with_unit(values.iloc[at], "%", 1, sign=signed)) for at in (0, -1))
    span = float(values.iloc[-1] - values.iloc[0]) or 1.0
    return Contrast(
        title,
        what + when,
        low,
        high,
        "Jeder Punkt ist eine Kommune. Ohne Stadtquartiere.",
        (),
        tuple(float(value - values.iloc[0]) / span for value in values),
        f"{what}: {low[0]} {low[1]}, {high[0]} {high[1]}.",
        source_line(ordered, computed=signed, brief=True),
    )


#: more lines could not be read from ten metres
MOST = 5
#: news up to this many days old is recent; older news gets another heading
LATELY = 120
#: news beside the stages: what happened, not what was entered
WORDS = {
    "measure_started": "Begonnen",
    "measure_done": "Abgeschlossen",
    "meeting": "Treffen",
}


@dataclass(frozen=True)
class NewsLine:
    """One line: when, who or where, what."""

    when: str
    who: str
    what: str


def lately(today: date) -> tuple[str, tuple[NewsLine, ...]]:
    """A heading and the latest news, each Kommune once; none if nothing is dated."""
    others = pd.concat([report.news(date(2021, 1, 1), today, None, kind, 60) for kind in WORDS])
    others = others.assign(
        when=others["day"].map(day), what=others["kind"].map(WORDS).str.cat(others["text"].astype(str), sep=": ")
    )
    found = pd.concat([_held(today), others])[["day", "when", "name", "what"]]
    if found.empty:
        return "", ()
    found = found.sort_values("day", ascending=False, kind="stable").drop_duplicates("name")
    newest = found["day"].iloc[0].date()
    lines = tuple(
        NewsLine(*map(str, row)) for row in found[["when", "name", "what"]].head(MOST).itertuples(index=False)
    )
    recent = newest >= today - timedelta(days=LATELY)
    return "Was sich zuletzt getan hat" if recent else "Die jüngsten belegten Schritte", lines


def _held(today: date) -> pd.DataFrame:
    """Stages that were held: day (the first it may have been), when (as precise as its source), name, what."""
    events = stages.events()
    events = events[events["date_from"].notna() & (events["date_from"] <= pd.Timestamp(today))]
    return pd.DataFrame(
        {
            "day": events["date_from"],
            "when": [
                day(last if precision == "day" else first, precision)
                for first, last, precision in zip(
                    events["date_from"], events["date_to"], events["precision"], strict=True
                )
            ],
            "name": events["name"],
            "what": events["stage_de"],
        }
    )


def upcoming(today: date) -> tuple[NewsLine, ...]:
    """The next meetings of the network that are planned, soonest first."""
    return tuple(
        NewsLine(
            day(row["date_from"]) if row["date_from"] == row["date_to"] else f"{_first_day(row)}{day(row['date_to'])}",
            str(row["place"]) if isinstance(row["place"], str) else EVENT_KINDS[str(row["kind"])],
            str(row["title"]),
        )
        for row in report.upcoming_meetings(today, MOST).to_dict("records")
    )


def _first_day(row: Mapping[Hashable, Any]) -> str:
    """„11.–“ before „12.03.2025“ where both days are of one month, else the whole day."""
    first, last = row["date_from"], row["date_to"]
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day:02}.–"
    return f"{day(first)}–"
