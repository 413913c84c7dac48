"""Planned against actual dates: first and last plan of each stage, when it took place, days between stages; and all
Kommunen with their five stages at a glance: held, planned or late, and how long each has been silent.

A date is a span of days, wider the vaguer its source; between two spans the smallest certain number of days counts. An
undocumented stage is neither late nor done, but „nicht belegt“. Plans and silence are included only for Kommunen the
user may see them for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd

from zwk_data.german import BLANKET, NOT_DOCUMENTED, count, day
from zwk_data.programme import attention, stages
from zwk_data.programme.attention import Thresholds
from zwk_data.schema.words import STAGES
from zwk_data.stores import access
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: the states of a stage
STATES = {
    "held": "stattgefunden",
    "planned": "geplant",
    "overdue": "überfällig",
    "dropped": "entfallen",
    "blanket": BLANKET,
    "none": NOT_DOCUMENTED,
}


@remembered(entries=8)
def schedule(today: date) -> pd.DataFrame:
    """Every participant × stage, in alphabetical order and that of the stages.

    Columns: participant_id, name, stage, stage_de, state (see ``STATES``; of the stage's first round), first_from,
    first_to, first_de (the first plan that is known), last_from, last_to, last_de (the last one before it took place),
    moves (number), reasons (German, of all moves), actual_from, actual_to, actual_precision, actual_de (the first dated
    event), days_late (the fewest days from the first plan to the event, negative if earlier; NaN if one of them is not
    known), open_from, open_to, open_de (what is still planned, a further round as well), overdue_days (days since the
    open plan passed unanswered, else NaN), unrecorded (bool: it passed, but a later stage took place since), evidence
    and reached (as ``stages.matrix`` has them). Dates are Timestamps or NaT, texts empty if there is
    nothing.
    """
    plans = _by_stage("""
        SELECT participant_id, stage, date_from, date_to, precision, status, coalesce(reason, '') AS reason, entered_at
        FROM stage_plan
        -- keys are numbered in the order of entering; a date may be moved forwards and backwards
        ORDER BY participant_id, stage, try_cast(regexp_extract(plan_id, '[0-9]+$') AS BIGINT), date_from
    """)
    events = _by_stage("""
        SELECT participant_id, stage, date_from, date_to, precision FROM stage_event
        ORDER BY participant_id, stage, date_from NULLS LAST, date_to
    """)
    people = read("SELECT participant_id, name FROM participant ORDER BY strip_accents(lower(name))")
    frame = pd.DataFrame(
        [
            {"participant_id": key, "name": name, "stage": stage, "stage_de": stage_de}
            | _standing(plans.get((key, stage), []), events.get((key, stage), []), pd.Timestamp(today))
            for key, name in people.itertuples(index=False)
            for stage, stage_de in STAGES.items()
        ]
    )
    for column in frame.filter(regex="_(from|to)$"):
        frame[column] = pd.to_datetime(frame[column])
    # both go through the Kommunen by name and the stages in their order
    known = stages.matrix()
    frame["evidence"], frame["reached"] = known["evidence"], known["reached"]
    return _with_unrecorded(frame.astype({"days_late": float, "overdue_days": float}))


def _with_unrecorded(frame: pd.DataFrame) -> pd.DataFrame:
    """Marks stages whose plan passed before a later stage took place: they are unrecorded, not late."""
    ends = frame["actual_to"].to_numpy().reshape(-1, len(STAGES))
    latest = np.fmax.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    later = np.full_like(ends, np.datetime64("NaT"))
    later[:, :-1] = latest[:, 1:]
    frame["unrecorded"] = frame["overdue_days"].notna() & (frame["open_to"] <= later.ravel())
    frame["overdue_days"] = frame["overdue_days"].mask(frame["unrecorded"])
    frame["state"] = frame["state"].mask(frame["unrecorded"] & (frame["state"] == "overdue"), "none")
    return frame


def _by_stage(sql: str) -> dict[tuple[str, str], list[Any]]:
    """The rows of each participant and stage, in the order of the query."""
    return {
        key: list(rows)
        for key, rows in groupby(read(sql).itertuples(index=False), key=attrgetter("participant_id", "stage"))
    }


def _standing(plans: list[Any], told: list[Any], now: pd.Timestamp) -> dict[str, object]:
    """The columns of ``schedule`` from state on, for one stage of one Kommune.

    A statement about all Kommunen at once (``blanket``) is no event of this one, so it settles no plan.
    """
    events = [event for event in told if event.precision != "blanket"]
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
    if waiting and waiting.date_to < now and not _took_place_since(waiting, events):
        overdue = float((now - waiting.date_to).days)
    if events or held:
        state = "held"
    elif waiting:
        state = "planned" if np.isnan(overdue) else "overdue"
    elif plans and plans[-1].status == "dropped":
        state = "dropped"
    else:
        state = "blanket" if told else "none"
    first, last = (chain[0], chain[-1]) if chain else (None, None)
    if first and state == "held" and first.status == "planned" and first.date_from > _last_day(events):
        first = last = None  # only the plan of a further round is known
    moved = [plan for plan in chain if plan.status == "moved"]
    return {
        "state": state,
        **_span("first", first),
        **_span("last", last),
        "moves": len(moved),
        "reasons": "; ".join(dict.fromkeys(plan.reason for plan in moved)),
        **_span("actual", actual, day(None, (events or told)[0].precision) if told else ""),
        "actual_precision": actual.precision if actual else "",
        "days_late": fewest_days(first, actual) if first and actual else np.nan,
        **_span("open", waiting),
        "overdue_days": overdue,
    }


def _span(name: str, row: Any, otherwise: str = "") -> dict[str, object]:
    if not row:
        return {f"{name}_from": None, f"{name}_to": None, f"{name}_de": otherwise}
    return {
        f"{name}_from": row.date_from,
        f"{name}_to": row.date_to,
        f"{name}_de": day(row.date_from, row.precision),
    }


def _last_day(events: list[Any]) -> pd.Timestamp:
    return max((event.date_to for event in events if event.precision != "unknown"), default=pd.Timestamp.max)


def _took_place_since(plan: Any, events: list[Any]) -> bool:
    """Did the stage take place after the plan was made? An undated event counts, since it may be the planned one."""
    made = min(plan.date_from, plan.entered_at) if pd.notna(plan.entered_at) else pd.Timestamp.min
    return any(event.precision == "unknown" or event.date_to >= made for event in events)


def fewest_days(plan: Any, event: Any) -> float:
    """The fewest days from the plan's span to the event's; 0 if they overlap, negative if the event came first."""
    if event.date_from > plan.date_to:
        return float((event.date_from - plan.date_to).days)
    if event.date_to < plan.date_from:
        return float((event.date_to - plan.date_from).days)
    return 0.0


def coming(schedule: pd.DataFrame, today: date) -> pd.DataFrame:
    """The rows whose open plan is not over, soonest first; further rounds of a stage included."""
    return schedule[schedule["open_to"] >= pd.Timestamp(today)].sort_values("open_from", kind="stable")


def summary(schedule: pd.DataFrame, on_time: int, today: date) -> pd.DataFrame:
    """One row per stage: the columns of ``stages.counts``, and figures on its plans.

    Further columns, all Kommunen: planned (an open plan lies ahead), overdue (it passed unanswered), dropped, compared
    (first plan and date are both known), punctual (of them at most ``on_time`` days after the first plan), median_late
    (days, NaN without any), moved (the date was moved at least once).
    """
    ahead = coming(schedule, today)["stage"].value_counts()
    rows = []
    for stage, part in schedule.groupby("stage", sort=False):
        known = part["days_late"].dropna()
        rows.append(
            {
                "stage": stage,
                "planned": int(ahead.get(stage, 0)),
                "overdue": int(part["overdue_days"].notna().sum()),
                "dropped": int((part["state"] == "dropped").sum()),
                "compared": len(known),
                "punctual": int((known <= on_time).sum()),
                "median_late": float(known.median()) if len(known) else np.nan,
                "moved": int((part["moves"] > 0).sum()),
            }
        )
    return stages.counts(schedule).merge(pd.DataFrame(rows), on="stage")


#: (stage, the next one, words)
STEPS = [(a, b, f"{STAGES[a]} bis {STAGES[b]}") for a, b in pairwise(STAGES)]


def durations(schedule: pd.DataFrame) -> pd.DataFrame:
    """One row per participant and step from a stage to the next, from the first event of each.

    ``schedule`` as from ``schedule.schedule``. Columns: participant_id, name, step (the earlier stage), step_de, days
    (NaN where not known; a month counts from its middle), why („“, or why there is no number).
    """
    middle = schedule["actual_from"] + (schedule["actual_to"] - schedule["actual_from"]) / 2
    exact = schedule["actual_precision"].isin(["day", "month"])
    keys = [schedule["participant_id"], schedule["stage"]]
    at = middle.where(exact).set_axis(keys).unstack()  # noqa: PD010 - one value per key, and dates at that
    held = (schedule["state"] == "held").set_axis(keys).unstack()  # noqa: PD010
    names = schedule.drop_duplicates("participant_id").set_index("participant_id")["name"]
    parts = []
    for stage, following, words in STEPS:
        days = (at[following] - at[stage]).dt.total_seconds() / 86_400
        both = held[stage] & held[following]
        why = np.select([days.notna(), both], ["", "nicht auf den Monat genau datiert"], default=NOT_DOCUMENTED)
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


#: the sign of a cell -> its meaning, most urgent first
SIGNS = {
    "overdue": "überfällig",
    "unrecorded": "nachzutragen",
    "planned": "geplant",
    "late": "stattgefunden, später als geplant",
    "dated": "belegt mit Datum",
    "undated": "belegt ohne Datum",
    "blanket": "nur pauschal belegt",
    "dropped": "entfallen",
    "none": NOT_DOCUMENTED,
}
#: precision of a date -> its short format
SHORT_DATES = {"day": "%d.%m.%y", "month": "%m/%y", "year": "%Y"}


@remembered(entries=8)
def board_cells(today: date, on_time: int) -> pd.DataFrame:
    """Every participant × stage in the order of ``schedule.schedule``.

    Columns: participant_id, stage, sign (see ``SIGNS``), text (a date or a number of days, as short as can be), more
    (what must be said besides to whom the sign says nothing).
    """
    rows = schedule(today).merge(
        stages.matrix()[["participant_id", "stage", "first", "first_precision"]],
        on=["participant_id", "stage"],
    )
    late = (rows["evidence"] == "dated") & (rows["days_late"] > on_time)
    planned = rows["open_to"].notna() & rows["overdue_days"].isna() & ~rows["unrecorded"] & (rows["state"] != "held")
    conditions = {
        "overdue": rows["overdue_days"].notna(),
        "unrecorded": rows["unrecorded"] & ~stages.is_documented(rows),
        "planned": planned,
        "late": late,
        "dropped": (rows["state"] == "dropped"),
    }
    rows["sign"] = np.select(list(conditions.values()), list(conditions), default=rows["evidence"])
    rows[["text", "more"]] = [_words(row) for row in rows.to_dict("records")]
    return rows[["participant_id", "stage", "sign", "text", "more"]]


def _words(row: Mapping[Any, Any]) -> tuple[str, str]:
    """The text of a cell and its hint: („105 Tage“, „überfällig, geplant 17.09.2024“)."""
    short = SHORT_DATES.get(row["first_precision"])
    when = f"{row['first']:{short}}" if short else ""
    held = row["evidence"] in stages.ITS_OWN
    words: dict[str, Callable[[], tuple[str, str]]] = {
        "overdue": lambda: (
            count(int(row["overdue_days"]), "Tag", "Tage"),
            f"überfällig, geplant {row['open_de']}" + (f"; zuvor belegt {row['actual_de']}" if held else ""),
        ),
        "unrecorded": lambda: ("nachtragen", f"geplant {row['open_de']}"),
        "planned": lambda: (_short_plan(row), "geplant"),
        "late": lambda: (when, f"{count(int(row['days_late']), 'Tag', 'Tage')} nach dem ersten Plan"),
        "dated": lambda: (when, ""),
        "undated": lambda: ("ohne Datum", ""),
        "blanket": lambda: ("pauschal", ""),
        "dropped": lambda: ("entfallen", ""),
        "none": lambda: ("", NOT_DOCUMENTED),
    }
    return words[row["sign"]]()


def _short_plan(row: Mapping[Any, Any]) -> str:
    """The open plan's date in its short format."""
    start, end = row["open_from"], row["open_to"]
    return f"{start:{SHORT_DATES['day' if start == end else 'month' if start.month == end.month else 'year']}}"


@remembered(entries=8)
def board_issues(today: date, limits: Thresholds) -> pd.DataFrame:
    """``attention.attention`` for the Kommunen whose plans the user may see."""
    frame = schedule(today)
    return attention.attention(frame, _silence(today), limits, today)


def _silence(today: date) -> pd.DataFrame:
    """``attention.silence``; days are unknown where the user may not see all entries."""
    frame, scope = attention.silence(today), access.current_scope()
    return frame if scope.full else frame.assign(days=frame["days"].where(frame["participant_id"].isin(scope.own)))


@remembered(entries=8)
def board_people(today: date, limits: Thresholds) -> pd.DataFrame:
    """One row per Kommune, the most urgent first, then the best documented.

    Columns: participant_id, name, level (the most urgent of its issues, see ``attention.LEVELS``, or ""), silent (days
    without a word, NaN where nothing is kept here), silent_level, documented (stages), asked (the stage to enter
    something for next: overdue, to be added later, planned, or the first that nobody documented; "" if all are).
    """
    board, matrix = board_cells(today, limits.on_time), stages.standing().set_index("participant_id")
    found = board_issues(today, limits)
    urgent = found[found["level"] != "hint"].drop_duplicates("participant_id")
    places = pd.Series(range(len(urgent)), index=urgent["participant_id"], dtype=float)
    levels = found.drop_duplicates("participant_id").set_index("participant_id")["level"]
    silent = _silence(today).set_index("participant_id")["days"]
    names = schedule(today).drop_duplicates("participant_id").set_index("participant_id")["name"]
    frame = pd.DataFrame({"name": names, "level": levels, "silent": silent, "asked": _asked(board)}, index=names.index)
    frame = frame.join(matrix[["documented", "furthest"]]).fillna({"level": "", "asked": ""})
    frame["silent_level"] = [limits.silent.level(days) if days == days else "" for days in frame["silent"]]
    frame["rank"] = places.reindex(frame.index).fillna(len(places))
    order = {"rank": True, "documented": False, "furthest": False}
    frame = frame.sort_values(list(order), ascending=list(order.values()), kind="stable")
    return frame.drop(columns=["rank", "furthest"]).rename_axis("participant_id").reset_index()


def _asked(board: pd.DataFrame) -> pd.Series:
    """participant_id -> the stage that needs an entry."""
    rank = board["sign"].map({"overdue": 0, "unrecorded": 1, "planned": 2, "none": 3, "blanket": 3, "undated": 4})
    waiting = board.assign(rank=rank).dropna(subset="rank").sort_values("rank", kind="stable")
    return waiting.drop_duplicates("participant_id").set_index("participant_id")["stage"]
