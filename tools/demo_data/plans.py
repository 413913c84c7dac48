"""Invented plans of the stages and meetings of the network: kept, moved with a reason, overdue, dropped, still to come.

What was entered and when follows the store's habit: a change sets the stamp anew, so a moved plan carries the day on
which it was moved.

Invented Mittel: what each Kommune was granted, called and spent in a year.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from tools.demo_data.draw import between, one_of, stamp, stream, table, texts
from zwk_data.schema.dates import span
from zwk_data.schema.words import STAGES
from zwk_data.settings import DEMO_END

_ORDER = list(STAGES)
#: share of held stages whose plan is known; how often one was moved before it was held: never, once, twice
_PLANNED, _MOVES = 0.88, (0.58, 0.3, 0.12)
#: stages that are held again
_ROUNDS = ("zukunftswerkstatt", "zwischenbilanz")
#: what became of the next stage: planned for 2025, overdue, dropped, nothing known
_NEXT = (("coming", "overdue", "dropped", "unknown"), (0.5, 0.28, 0.1, 0.12))


def stage_plans(participants: Iterable[str], events: pd.DataFrame) -> pd.DataFrame:
    """The table ``stage_plan`` without keys, made to fit the invented ``stage_event``."""
    rng = stream("stage_plan")
    reasons = texts("reason", ("kind", "text"))
    of = dict(list(events.groupby("participant_id", sort=False)))
    rows: list[dict[str, Any]] = []
    for participant in participants:
        own = of.get(participant, events.iloc[:0])
        held = [stage for stage in _ORDER if (own["stage"] == stage).any()]
        for stage in held:
            rows += _held(rng, participant, stage, own[own["stage"] == stage], reasons)
            if stage in _ROUNDS and rng.random() < 0.3:
                rows.append(_further(rng, participant, stage))
        for stage in _ORDER[: _ORDER.index(held[-1])] if held else []:
            if stage not in held and rng.random() < 0.5:
                rows.append(_forgotten(rng, participant, stage, own))
        rows += _ahead(rng, participant, _ORDER[_ORDER.index(held[-1]) + 1 :] if held else _ORDER, reasons)
    return table(rows)


def _held(
    rng: np.random.Generator, participant: str, stage: str, events: pd.DataFrame, reasons: dict[str, list[Any]]
) -> list[dict[str, Any]]:
    """The plans of a stage that took place, the first one first; none where the date or the plan is not known."""
    dated = events[events["date_from"].notna()]
    if dated.empty or rng.random() > _PLANNED:
        return []
    first = dated.iloc[0]
    precision = "day" if first["precision"] == "day" else "month"
    days = [first["date_from"]]
    if precision == "day" and rng.random() < 0.2:
        days[0] += timedelta(days=int(rng.integers(-9, 10)))
    for _ in range(int(rng.choice(3, p=_MOVES))):
        days.insert(0, days[0] - timedelta(days=int(rng.integers(14, 120))))
    rows = []
    for number, day in enumerate(days):
        last = number == len(days) - 1
        seen = (
            day + timedelta(days=int(rng.integers(1, 12))) if last else day - timedelta(days=int(rng.integers(3, 25)))
        )
        reason = None if last else one_of(rng, reasons["moved"])["text"]
        rows.append(_plan(rng, participant, stage, day, precision, "held" if last else "moved", reason, seen))
    return rows


def _further(rng: np.random.Generator, participant: str, stage: str) -> dict[str, Any]:
    """The plan of one more round, a few months away; one in three has been missed."""
    missed = rng.random() < 0.33
    day = (
        between(rng, date(2024, 9, 1), date(2024, 12, 18))
        if missed
        else between(rng, date(2025, 1, 15), date(2025, 9, 30))
    )
    return _plan(
        rng, participant, stage, day, "day", "planned", None, date(2024, 8, 20) + timedelta(days=int(rng.integers(5)))
    )


def _forgotten(rng: np.random.Generator, participant: str, stage: str, events: pd.DataFrame) -> dict[str, Any]:
    """A plan of which nobody said what became of it, though the next stage is documented."""
    later = events[events["stage"].map(_ORDER.index) > _ORDER.index(stage)]["date_from"].dropna()
    day = (min(later) if len(later) else DEMO_END) - timedelta(days=int(rng.integers(40, 120)))
    return _plan(rng, participant, stage, day, "month", "planned", None, day - timedelta(days=90))


def _ahead(
    rng: np.random.Generator, participant: str, stages: list[str], reasons: dict[str, list[Any]]
) -> list[dict[str, Any]]:
    """Plans of the stages that have not taken place yet."""
    rows: list[dict[str, Any]] = []
    after = DEMO_END
    for stage in stages:
        fate = _NEXT[0][int(rng.choice(4, p=_NEXT[1]))]
        if rows and fate == "overdue":
            fate = "coming"
        if fate == "unknown":
            break
        if fate == "dropped":
            day = between(rng, date(2024, 5, 1), date(2024, 11, 30))
            reason = one_of(rng, reasons["dropped"])["text"]
            rows.append(_plan(rng, participant, stage, day, "day", "dropped", reason, day - timedelta(days=14)))
            break
        if fate == "overdue":
            day = between(rng, date(2024, 6, 1), date(2024, 12, 10))
        else:
            day = between(rng, after + timedelta(days=20), after + timedelta(days=200))
        if day.year > 2025:
            break
        known = min(day, DEMO_END) - timedelta(days=int(rng.integers(30, 200)))
        if rng.random() < 0.35:
            before = day - timedelta(days=int(rng.integers(30, 150)))
            why = one_of(rng, reasons["moved"])["text"]
            rows.append(_plan(rng, participant, stage, before, "day", "moved", why, known))
        precision = "day" if rng.random() < 0.6 else "month"
        rows.append(_plan(rng, participant, stage, day, precision, "planned", None, known))
        after = max(day, DEMO_END)
    return rows


def _plan(
    rng: np.random.Generator,
    participant: str,
    stage: str,
    day: date,
    precision: str,
    status: str,
    reason: str | None,
    entered: date,
) -> dict[str, Any]:
    start, end = span(day, precision)
    return {
        "participant_id": participant,
        "stage": stage,
        "date_from": start,
        "date_to": end,
        "precision": precision,
        "status": status,
        "reason": reason,
        "note": None,
        **stamp(rng, entered),
    }


def network_events() -> pd.DataFrame:
    """The table ``network_event`` without keys: three Werkstatttreffen and one Fachdiskurs a year, some to come."""
    rng = stream("network_event")
    rows = []
    titles = texts("meeting", ("kind", "title", "place"))
    for year in range(2022, 2026):
        months = {"werkstatttreffen": (3, 6, 10), "fachdiskurs": (9,), "schulung": (5,)}
        for kind, when in months.items():
            for number, month in enumerate(when, start=1):
                told = one_of(rng, titles[kind])
                day = date(year, month, int(rng.integers(4, 26)))
                lasts = timedelta(days=1 if kind == "werkstatttreffen" else 0)
                name = f"{number}. Werkstatttreffen {year}" if kind == "werkstatttreffen" else told["title"]
                status, reason = ("held", None) if day <= DEMO_END else ("planned", None)
                if (year, kind) == (2023, "schulung"):
                    status, reason = "dropped", "Zu wenige Anmeldungen"
                entered = day + timedelta(days=5) if status == "held" else min(day, DEMO_END) - timedelta(days=40)
                rows.append(
                    {
                        "title": name if kind == "werkstatttreffen" else f"{name} ({year})",
                        "kind": kind,
                        "date_from": day,
                        "date_to": day + lasts,
                        "place": told["place"],
                        "status": status,
                        "reason": reason,
                        "note": f"Schwerpunkt: {told['title']}" if kind == "werkstatttreffen" else None,
                        "source_url": None,
                        **stamp(rng, entered),
                    }
                )
    return table(rows)


#: euros a year at most, as the project gave
MOST = 40_000


def funding(participants: pd.DataFrame) -> pd.DataFrame:
    """The table ``funding`` without keys: 2021 to 2024, for those admitted in 2023 from that year on."""
    rng = stream("funding")
    rows = []
    for participant in participants.to_dict("records"):
        # some call nearly everything every year, some hardly get round to it
        habit = float(rng.choice([0.95, 0.8, 0.5], p=[0.55, 0.32, 0.13]))
        for year in range(2023 if str(participant["admitted"]).startswith("2023") else 2021, 2025):
            granted = 500.0 * int(rng.integers(20 if year == 2021 else 50, MOST // 500 + 1))
            share = min(1.0, max(0.05, habit * (0.75 if year == 2021 else 1.0) + float(rng.normal(0, 0.08))))
            called = round(granted * share, 2) if share < 0.97 else granted
            spent = round(called * min(1.0, float(rng.uniform(0.82, 1.06))), 2)
            note = None
            if rng.random() < 0.04:
                spent = round(called * 1.08, 2)
                note = "Mehr ausgegeben als abgerufen; der Rest kommt aus eigenen Mitteln."
            elif share < 0.4:
                note = "Stelle war mehrere Monate nicht besetzt."
            # the account of the last year is not closed everywhere
            open_account = year == 2024 and rng.random() < 0.45
            rows.append(
                {
                    "participant_id": participant["participant_id"],
                    "year": year,
                    "granted_eur": granted,
                    "called_eur": called,
                    "spent_eur": None if open_account else spent,
                    "note": "Verwendungsnachweis steht aus." if open_account else note,
                    **stamp(rng, between(rng, date(year, 10, 1), date(year, 12, 20))),
                }
            )
    return table(rows)
