"""What changed lately, and what comes next: both as anybody may know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from zwk_data.german import day
from zwk_data.programme import meetings, news, stages
from zwk_data.programme.words import EVENT_KINDS

#: more lines than this could not be read from ten metres
MOST = 5
#: days back that still count as lately; older news are told as the latest there are
LATELY = 120
#: what is told of besides stages: things that happened, not what was typed in
WORDS = {
    "measure_started": "Begonnen",
    "measure_done": "Abgeschlossen",
    "meeting": "Treffen",
}


@dataclass(frozen=True)
class Line:
    """One line: when, who or where, what."""

    when: str
    who: str
    what: str


def lately(today: date) -> tuple[str, tuple[Line, ...]]:
    """A heading, and the newest things that happened, each Kommune once; none if nothing is dated."""
    others = pd.concat([news.news(date(2021, 1, 1), today, None, kind, 60) for kind in WORDS])
    others = others.assign(
        when=others["day"].map(day), what=others["kind"].map(WORDS).str.cat(others["text"].astype(str), sep=": ")
    )
    found = pd.concat([_held(today), others])[["day", "when", "name", "what"]]
    if found.empty:
        return "", ()
    found = found.sort_values("day", ascending=False, kind="stable").drop_duplicates("name")
    newest = found["day"].iloc[0].date()
    lines = tuple(Line(*map(str, row)) for row in found[["when", "name", "what"]].head(MOST).itertuples(index=False))
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


def upcoming(today: date) -> tuple[Line, ...]:
    """The next meetings of the network that are planned, soonest first."""
    return tuple(
        Line(
            day(row["date_from"]) if row["date_from"] == row["date_to"] else f"{_short(row)}{day(row['date_to'])}",
            str(row["place"]) if isinstance(row["place"], str) else EVENT_KINDS[str(row["kind"])],
            str(row["title"]),
        )
        for row in meetings.upcoming_meetings(today, MOST).to_dict("records")
    )


def _short(row: dict) -> str:
    """„11.–“ before „12.03.2025“ where both days are of one month, else the whole day."""
    first, last = row["date_from"], row["date_to"]
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day:02}.–"
    return f"{day(first)}–"
