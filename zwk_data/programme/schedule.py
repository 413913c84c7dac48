"""Planned against actual: of every Kommune and stage its first plan, its last plan, and when it took place.

A date is a span as wide as its source is exact; days between two spans are the fewest that are certain. What is not
documented is neither late nor done: it is „nicht belegt“.

How long Kommunen take from one stage to the next, where both are dated to the day or the month.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from zwk_data.german import NOT_DOCUMENTED, day
from zwk_data.schema.words import STAGES
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: how a stage stands
STATES = {
    "held": "stattgefunden",
    "planned": "geplant",
    "overdue": "überfällig",
    "dropped": "entfallen",
    "none": NOT_DOCUMENTED,
}
_COLUMNS = (
    "state", "first_from", "first_to", "first_de", "last_from", "last_de", "moves", "reasons", "actual_from",
    "actual_to", "actual_precision", "actual_de", "days_late", "open_from", "open_to", "open_de", "overdue_days",
)  # fmt: skip


@remembered(entries=8)
def schedule(today: date) -> pd.DataFrame:
    """Every participant × stage, in alphabetical order and that of the stages.

    Columns: participant_id, name, stage, stage_de, state (see ``STATES``; of the stage's first round), first_from,
    first_to, first_de (the first plan that is known), last_from, last_de (the last one before it took place), moves
    (number), reasons (German, of all moves), actual_from, actual_to, actual_precision, actual_de (the first dated
    event), days_late (the fewest days from the first plan to the event, negative if earlier; NaN if one of them is not
    known), open_from, open_to, open_de (what is still planned, a further round as well), overdue_days (days since the
    open plan passed unanswered, else NaN), unrecorded (bool: it passed, but a later stage took place since). Dates are
    Timestamps or NaT, texts empty if there is nothing.
    """
    plans = _by_stage(
        read("""
            SELECT participant_id, stage, date_from, date_to, precision, status, coalesce(reason, '') AS reason,
                   entered_at
            FROM stage_plan
            -- keys are numbered in the order of entering; a date may be moved forwards and backwards
            ORDER BY participant_id, stage, try_cast(regexp_extract(plan_id, '[0-9]+$') AS BIGINT), date_from
        """)
    )
    events = _by_stage(
        read("""
            SELECT participant_id, stage, date_from, date_to, precision FROM stage_event
            ORDER BY participant_id, stage, date_from NULLS LAST, date_to
        """)
    )
    people = read("SELECT participant_id, name FROM participant ORDER BY strip_accents(lower(name))")
    rows = [
        (key, name, stage, STAGES[stage], *_stage(plans.get((key, stage), []), events.get((key, stage), []), today))
        for key, name in zip(people["participant_id"], people["name"], strict=True)
        for stage in STAGES
    ]
    frame = pd.DataFrame(rows, columns=["participant_id", "name", "stage", "stage_de", *_COLUMNS])
    for column in ("first_from", "first_to", "last_from", "actual_from", "actual_to", "open_from", "open_to"):
        frame[column] = pd.to_datetime(frame[column])
    return _unrecorded(frame.astype({"days_late": float, "overdue_days": float}))


def _unrecorded(frame: pd.DataFrame) -> pd.DataFrame:
    """Where a later stage took place after an open plan had passed, the stage itself was not written down: not late."""
    order = {stage: number for number, stage in enumerate(STAGES)}
    number = frame["stage"].map(order)
    ends: dict[str, list[tuple[int, pd.Timestamp]]] = {}
    for key, at, end in zip(frame["participant_id"], number, frame["actual_to"], strict=True):
        if pd.notna(end):
            ends.setdefault(key, []).append((at, end))
    passed = frame["overdue_days"].notna()
    later = [
        bool(is_passed) and any(at > own and end >= plan for at, end in ends.get(key, []))
        for is_passed, key, own, plan in zip(passed, frame["participant_id"], number, frame["open_to"], strict=True)
    ]
    frame["unrecorded"] = pd.Series(later, index=frame.index, dtype=bool)
    frame["overdue_days"] = frame["overdue_days"].mask(frame["unrecorded"])
    frame["state"] = frame["state"].mask(frame["unrecorded"] & (frame["state"] == "overdue"), "none")
    return frame


def _by_stage(frame: pd.DataFrame) -> dict[tuple[str, str], list[Any]]:
    found: dict[tuple[str, str], list[Any]] = {}
    for row in frame.itertuples(index=False):
        found.setdefault((str(row.participant_id), str(row.stage)), []).append(row)
    return found


def _stage(plans: list[Any], events: list[Any], today: date) -> tuple[object, ...]:
    """The columns from state on, of one Kommune's stage."""
    now = pd.Timestamp(today)
    # plans after the first one that was held belong to a further round
    until = next((i for i, plan in enumerate(plans) if plan.status == "held"), len(plans) - 1)
    chain = [plan for plan in plans[: until + 1] if events or plan.status != "dropped" or len(plans) == 1]
    chain = chain or plans[: until + 1]
    dated = [event for event in events if event.precision != "unknown"]
    held = [plan for plan in plans if plan.status == "held"]
    # a plan that was marked as held is as good as an event
    actual = dated[0] if dated else held[0] if held and not events else None
    waiting = next((plan for plan in plans if plan.status == "planned"), None)
    overdue = np.nan
    if waiting is not None and waiting.date_to < now and not _answered(waiting, events):
        overdue = float((now - waiting.date_to).days)
    if events or held:
        state = "held"
    elif waiting is not None:
        state = "planned" if np.isnan(overdue) else "overdue"
    else:
        state = "dropped" if plans and plans[-1].status == "dropped" else "none"
    first, last = (chain[0], chain[-1]) if chain else (None, None)
    if first is not None and state == "held" and first.status == "planned" and first.date_from > _end(events):
        first = last = None  # all that is known is a further round
    moved = [plan for plan in chain if plan.status == "moved"]
    return (
        state,
        first.date_from if first else None,
        first.date_to if first else None,
        day(first.date_from, first.precision) if first else "",
        last.date_from if last else None,
        day(last.date_from, last.precision) if last else "",
        len(moved),
        "; ".join(dict.fromkeys(plan.reason for plan in moved)),
        actual.date_from if actual else None,
        actual.date_to if actual else None,
        actual.precision if actual else "",
        day(actual.date_from, actual.precision) if actual else ("ohne Datum" if events else ""),
        fewest_days(first, actual) if first and actual else np.nan,
        waiting.date_from if waiting else None,
        waiting.date_to if waiting else None,
        day(waiting.date_from, waiting.precision) if waiting else "",
        overdue,
    )


def _end(events: list[Any]) -> pd.Timestamp:
    return max((event.date_to for event in events if event.precision != "unknown"), default=pd.Timestamp.max)


def _answered(plan: Any, events: list[Any]) -> bool:
    """Did the stage take place since the plan was made? An event without a date may be the answer."""
    made = min(plan.date_from, plan.entered_at) if pd.notna(plan.entered_at) else pd.Timestamp.min
    return any(event.precision == "unknown" or event.date_to >= made for event in events)


def fewest_days(plan: Any, event: Any) -> float:
    """The fewest days from the plan's span to the event's; 0 if they touch, negative if the event came before."""
    if event.date_from > plan.date_to:
        return float((event.date_from - plan.date_to).days)
    if event.date_to < plan.date_from:
        return float((event.date_to - plan.date_from).days)
    return 0.0


def summary(schedule: pd.DataFrame, on_time: int) -> pd.DataFrame:
    """One row per stage: columns stage, stage_de, held, planned (still to come), overdue, dropped, none (these five

    add up to the Kommunen), compared (Kommunen whose first plan and date are both known), punctual (of them
    at most ``on_time`` days after the first plan), median_late (days, NaN without any), moved (Kommunen whose date was
    moved at least once).
    """
    rows = []
    for stage, part in schedule.groupby("stage", sort=False):
        known = part["days_late"].dropna()
        counts = {state: int((part["state"] == state).sum()) for state in STATES}
        rows.append(
            {
                "stage": stage,
                "stage_de": STAGES[str(stage)],
                **counts,
                "compared": len(known),
                "punctual": int((known <= on_time).sum()),
                "median_late": float(known.median()) if len(known) else np.nan,
                "moved": int((part["moves"] > 0).sum()),
            }
        )
    return pd.DataFrame(rows)


_EXACT = ("day", "month")
#: (stage, the next one, words)
STEPS = [(a, b, f"{STAGES[a]} bis {STAGES[b]}") for a, b in zip(list(STAGES), list(STAGES)[1:], strict=False)]


def durations(schedule: pd.DataFrame) -> pd.DataFrame:
    """One row per participant and step from a stage to the next, from the first event of each.

    ``schedule`` as from ``schedule.schedule``. Columns: participant_id, name, step (the earlier stage), step_de, days
    (NaN where not known; a month counts from its middle), why („“, or why there is no number).
    """
    middle = schedule["actual_from"] + (schedule["actual_to"] - schedule["actual_from"]) / 2
    exact = schedule["actual_precision"].isin(_EXACT)
    keys = [schedule["participant_id"], schedule["stage"]]
    at = middle.where(exact).set_axis(keys).unstack()  # noqa: PD010 - one value per key, and dates at that
    held = (schedule["state"] == "held").set_axis(keys).unstack()  # noqa: PD010
    names = schedule.drop_duplicates("participant_id").set_index("participant_id")["name"]
    parts = []
    for stage, following, words in STEPS:
        days = (at[following] - at[stage]).dt.total_seconds() / 86_400
        both = held[stage] & held[following]
        why = np.select([days.notna(), both], ["", "nicht auf den Monat genau datiert"], default="nicht belegt")
        parts.append(
            pd.DataFrame(
                {"participant_id": days.index, "step": stage, "step_de": words, "days": days.to_numpy(), "why": why}
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(1, "name", frame["participant_id"].map(names))
    return frame


def duration_summary(durations: pd.DataFrame) -> pd.DataFrame:
    """One row per step: columns step, step_de, known (Kommunen), unknown, least, lower, median, upper, most (days)."""
    rows = []
    for stage, _, words in STEPS:
        part = durations.loc[durations["step"] == stage, "days"]
        known = part.dropna()
        bounds = known.quantile([0, 0.25, 0.5, 0.75, 1]).tolist() if len(known) else [np.nan] * 5
        rows.append((stage, words, len(known), len(part) - len(known), *bounds))
    return pd.DataFrame(
        rows, columns=["step", "step_de", "known", "unknown", "least", "lower", "median", "upper", "most"]
    )
