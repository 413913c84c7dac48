"""All Kommunen and their five stages at a glance: held, planned or late, and how long each has been silent.

Plans and silence are included only for Kommunen the user may see them for; an undocumented stage is never late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from zwk_data.german import NOT_DOCUMENTED, count
from zwk_data.programme import attention, schedule, stages
from zwk_data.programme.attention import Thresholds
from zwk_data.stores import access
from zwk_data.stores.memo import remembered

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
def cells(today: date, on_time: int) -> pd.DataFrame:
    """Every participant × stage in the order of ``schedule.schedule``.

    Columns: participant_id, stage, sign (see ``SIGNS``), text (a date or a number of days, as short as can be), more
    (what must be said besides to whom the sign says nothing).
    """
    rows = schedule.schedule(today).merge(
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
def issues(today: date, limits: Thresholds) -> pd.DataFrame:
    """``attention.attention`` for the Kommunen whose plans the user may see."""
    frame = schedule.schedule(today)
    return attention.attention(frame, _silence(today), limits, today)


def _silence(today: date) -> pd.DataFrame:
    """``attention.silence``; days are unknown where the user may not see all entries."""
    frame, scope = attention.silence(today), access.current_scope()
    return frame if scope.full else frame.assign(days=frame["days"].where(frame["participant_id"].isin(scope.own)))


@remembered(entries=8)
def people(today: date, limits: Thresholds) -> pd.DataFrame:
    """One row per Kommune, the most urgent first, then the best documented.

    Columns: participant_id, name, level (the most urgent of its issues, see ``attention.LEVELS``, or ""), silent (days
    without a word, NaN where nothing is kept here), silent_level, documented (stages), asked (the stage to enter
    something for next: overdue, to be added later, planned, or the first that nobody documented; "" if all are).
    """
    board, matrix = cells(today, limits.on_time), stages.progress(stages.matrix()).set_index("participant_id")
    found = issues(today, limits)
    urgent = found[found["level"] != "hint"].drop_duplicates("participant_id")
    places = pd.Series(range(len(urgent)), index=urgent["participant_id"], dtype=float)
    levels = found.drop_duplicates("participant_id").set_index("participant_id")["level"]
    silent = _silence(today).set_index("participant_id")["days"]
    names = schedule.schedule(today).drop_duplicates("participant_id").set_index("participant_id")["name"]
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
