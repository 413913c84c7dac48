"""All tables of the invented data set, made to fit each other: nothing in them is true.

Participants, areas and the list of themes are the real ones; everything else is drawn from seeded generators, so that
the same rules always give the same data. Stages, themes and measures are drawn here; plans, money and meetings in
``plans``, what belongs to measures and Zwischenbilanzen in ``reviews``; what things are called lies in texts/.

Some invented Kommunen fall silent, so that Monitoring has something to find.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.demo_data import plans, reviews
from tools.demo_data.draw import AUTHOR, SEED, stream, table, texts
from zwk_data.schema import shipped_csv
from zwk_data.schema.dates import span
from zwk_data.schema.words import STAGES
from zwk_data.settings import DEMO_END

#: how many, and between which days nothing is heard of them any more
_NUMBER, _FROM, _SPAN = 5, datetime(2024, 4, 20), 150
_LATEST = datetime(2024, 9, 20)


def hushed(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables without what was entered of some Kommunen after they fell silent; events and measures stay."""
    rng = stream("quiet")
    made = dict(frames)
    stamps = pd.concat([made["stage_event"], made["measure"]]).groupby("participant_id")["entered_at"].max()
    able = sorted(stamps[stamps < _LATEST].index)
    of_measure = dict(zip(made["measure"]["measure_id"], made["measure"]["participant_id"], strict=True))
    for place in sorted(rng.choice(len(able), size=min(_NUMBER, len(able)), replace=False)):
        key = able[int(place)]
        silent = max(_FROM + timedelta(days=int(rng.integers(_SPAN))), stamps[key])
        for name in ("stage_plan", "measure_note", "funding", "good_practice", "dossier_note", "profile_text"):
            frame = made[name]
            owner = frame["measure_id"].map(of_measure) if name == "measure_note" else frame["participant_id"]
            late = (owner == key) & (frame["entered_at"] > silent)
            made[name] = frame[~late].reset_index(drop=True)
    return made


#: how a Kommune fares: share of all, factor on every duration, chance that a stage is left undocumented
_COURSES = {"brisk": (0.62, 1.0, 0.02), "late": (0.23, 1.45, 0.06), "patchy": (0.15, 1.1, 0.4)}
#: days from the Kick-Off to each later stage: least and most
_DAYS = {
    "kommunalprofil": (70, 190),
    "zukunftswerkstatt": (210, 360),
    "werkstattplan": (400, 560),
    "zwischenbilanz": (720, 900),
}
_PRECISION = (("day", "month", "year", "unknown"), (0.62, 0.24, 0.09, 0.05))
_NOTES = {
    "kick_off": ("Bürgersaal, rund 60 Beteiligte", "hybrid", "im Rat vorgestellt", ""),
    "kommunalprofil": ("mit Reflexionsworkshop", "auf zwei Seiten verdichtet", "", ""),
    "zukunftswerkstatt": ("im Ortsteil", "mit Jugendlichen", "zweite Runde", "an vier Thementischen", ""),
    "werkstattplan": ("vom Rat beschlossen", "zur Kenntnis genommen", "Entwurf", ""),
    "zwischenbilanz": ("mit Projektmarkt", "je Handlungsfeld mit Klebepunkten", "mit dem Beirat", ""),
}


#: how often real Kommunen chose a theme, as first collected: what was drawn stays when more becomes known
_NAMED = {
    "oeffentlichkeitsarbeit": 1,
    "wohnen": 13,
    "kooperationen": 2,
    "digitalisierung": 2,
    "buergerbeteiligung": 7,
    "engagement": 10,
    "begegnung-beratung-selbsthilfe": 11,
    "foerdermittel": 1,
    "gesundheit-pflege": 7,
    "arbeit-wirtschaft": 12,
    "demografiestrategie": 3,
    "integration": 9,
    "junge-menschen": 13,
    "aelter-werden": 7,
    "generationen": 4,
    "teilhabe": 15,
    "ortsentwicklung": 11,
    "leerstand": 3,
    "mobilitaet": 8,
    "versorgung": 4,
    "klima-umwelt": 5,
    "kultur-freizeit": 8,
    "bildung": 4,
    "identitaet": 5,
}


def demo_frames(public: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """One frame per table of the programme store that is invented, made from the documented ones of ``seed.frames``."""
    participants, themes = public["participant"], list(public["theme"]["theme_id"])
    # what many real Kommunen chose is common here as well
    weights = np.array([2.0 + _NAMED.get(theme, 0) for theme in themes])
    rng = np.random.default_rng(SEED)
    wordings = texts("wording", ("theme_id", "wording"))
    measures = texts("measure", ("theme_id", "title", "goal", "target_group", "responsible", "indicator"))
    events: list[dict[str, Any]] = []
    chosen: list[dict[str, Any]] = []
    planned: list[dict[str, Any]] = []
    for participant in participants.itertuples(index=False):
        key = str(participant.participant_id)
        kick_off = _kick_off(rng, str(participant.admitted))
        events += _course(rng, key, kick_off)
        own = _themes(rng, themes, weights / weights.sum())
        chosen += _wordings(rng, key, own, wordings)
        planned += _measures(rng, key, own, kick_off, measures)
    stage_events = table(events)
    measure = reviews.detailed(table(planned))
    tools = reviews.tools()
    return hushed(
        {
            "stage_event": stage_events,
            "stage_plan": plans.stage_plans(participants["participant_id"], stage_events),
            "participant_theme": table(chosen),
            "measure": measure,
            "measure_note": reviews.notes(measure),
            "network_event": plans.network_events(),
            "adviser": reviews.advisers(),
            "funding": plans.funding(participants),
            "good_practice": reviews.good_practice(measure),
            "tool": tools,
            "measure_tool": reviews.uses(measure, tools),
            **reviews.reviews(stage_events, measure),
            "dossier_note": reviews.dossier_notes(participants),
            "profile_text": reviews.profile_texts(participants),
        }
    )


def _kick_off(rng: np.random.Generator, admitted: str) -> date:
    first = date(2023, 3, 1) if admitted.startswith("2023") else date(2021, 9, 20)
    return first + timedelta(days=int(rng.integers(0, 170)))


def _course(rng: np.random.Generator, participant: str, kick_off: date) -> list[dict[str, Any]]:
    """The events of one Kommune, in the order of the stages; what would lie after the end is left out."""
    names = tuple(_COURSES)
    _, factor, gap = _COURSES[names[rng.choice(len(names), p=[_COURSES[n][0] for n in names])]]
    rows: list[dict[str, Any]] = []
    last = kick_off
    for stage in STAGES:
        low, high = _DAYS.get(stage, (0, 1))
        # a stage never begins before the one before it has taken place
        at = max(kick_off + timedelta(days=int(rng.integers(low, high) * factor)), last + timedelta(days=14))
        repeats = int(rng.integers(1, 5)) if stage == "zukunftswerkstatt" else 1
        if rng.random() < gap:
            continue
        for _ in range(repeats):
            if at > DEMO_END:
                break
            row = _event(rng, participant, stage, at)
            if not any(_same(row, other) for other in rows):
                rows.append(row)
            last = at
            at += timedelta(days=int(rng.integers(7, 40)))
    return rows


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[c] == other[c] for c in ("stage", "date_from", "date_to", "note"))


def _event(rng: np.random.Generator, participant: str, stage: str, at: date) -> dict[str, Any]:
    names, shares = _PRECISION
    precision = names[rng.choice(len(names), p=shares)]
    start, end = (None, None) if precision == "unknown" else span(at, precision)
    entered = min(at + timedelta(days=int(rng.integers(2, 45))), DEMO_END)
    return {
        "participant_id": participant,
        "stage": stage,
        "date_from": start,
        "date_to": end,
        "precision": precision,
        "note": _NOTES[stage][rng.integers(len(_NOTES[stage]))],
        "source_url": None,
        "entered_by": AUTHOR,
        "entered_at": datetime.combine(entered, time(int(rng.integers(8, 17)), int(rng.integers(0, 60)))),
    }


def _themes(rng: np.random.Generator, themes: list[str], shares: NDArray[np.float64]) -> list[str]:
    """Three to eight of the themes, in their own order."""
    picked = rng.choice(len(themes), size=int(rng.integers(3, 9)), replace=False, p=shares)
    return [themes[i] for i in sorted(picked)]


def _wordings(
    rng: np.random.Generator, participant: str, own: list[str], wordings: dict[str, list[shipped_csv.Row]]
) -> list[dict[str, Any]]:
    return [
        {
            "participant_id": participant,
            "theme_id": theme,
            "wording": wordings[theme][rng.integers(len(wordings[theme]))]["wording"],
            "source_url": None,
        }
        for theme in own
    ]


def _measures(
    rng: np.random.Generator,
    participant: str,
    own: list[str],
    kick_off: date,
    measures: dict[str, list[shipped_csv.Row]],
) -> list[dict[str, Any]]:
    """Eight to twenty-five measures on the Kommune's own themes, none of them twice."""
    pool = [row for theme in own for row in measures[theme]]
    size = int(rng.integers(8, min(25, len(pool)) + 1))
    rows = []
    for number, index in enumerate(sorted(rng.choice(len(pool), size=size, replace=False)), start=1):
        row = pool[int(index)]
        starts, ends, status = _period(rng, kick_off)
        budget = None if status == "idea" or rng.random() < 0.12 else _budget(rng)
        entered = min(kick_off + timedelta(days=int(rng.integers(400, 900))), DEMO_END)
        rows.append(
            {
                "measure_id": f"{participant}-{number:02d}",
                "participant_id": participant,
                "theme_id": row["theme_id"],
                "title": row["title"],
                "goal": row["goal"],
                "responsible": row["responsible"],
                "starts": starts,
                "ends": ends,
                "budget_eur": budget,
                "target_group": row["target_group"],
                "status": status,
                "indicator": row["indicator"],
                "note": None,
                "source_url": None,
                "entered_by": AUTHOR,
                "entered_at": datetime.combine(entered, time(9, 0)),
            }
        )
    return rows


def _period(rng: np.random.Generator, kick_off: date) -> tuple[date | None, date | None, str]:
    """Start, end and the status that follows from them at the data's end."""
    lot = rng.random()
    if lot < 0.12:
        return None, None, "idea"
    starts = (kick_off + timedelta(days=int(rng.integers(380, 1150)))).replace(day=1)
    ends = starts + timedelta(days=int(rng.integers(60, 800)))
    if lot < 0.18:
        return starts, None, "parked"
    if lot < 0.22:
        return starts, None, "dropped"
    if starts > DEMO_END:
        return starts, ends, "planned"
    return starts, ends, "done" if ends <= DEMO_END else "running"


def _budget(rng: np.random.Generator) -> float:
    """Mostly a few thousand euros, now and then a building site; in steps of 500 euros."""
    return float(np.clip(np.round(rng.lognormal(8.9, 1.1) / 500), 1, 500) * 500)
