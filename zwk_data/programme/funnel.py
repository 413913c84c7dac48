"""How many Kommunen have reached each stage, month by month; and how the network divides by Land, Art and so on."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from zwk_data.german import NOT_DOCUMENTED
from zwk_data.programme.words import MEASURE_STATUS, STAGES

#: what the network can be divided by: id -> (column of ``participants``, word)
DIVISIONS = {
    "land": ("land", "Land"),
    "art": ("kind_de", "Art"),
    "beratung": ("adviser", "Beratung"),
    "aufnahme": ("admitted_de", "Aufnahme"),
}


def funnel(schedule: pd.DataFrame, today: date) -> pd.DataFrame:
    """Columns month (Timestamp of its last day), stage, stage_de, reached (Kommunen whose first event is over).

    From the month of the first event to the month of ``today``; empty without any dated event. An event that is
    dated to a year counts from its end.
    """
    dated = schedule[schedule["actual_to"].notna()]
    if dated.empty:
        return pd.DataFrame(columns=["month", "stage", "stage_de", "reached"])
    first, last = dated["actual_to"].min(), pd.Timestamp(today)
    months = pd.date_range(
        first.to_period("M").to_timestamp(how="end").normalize(), last + pd.offsets.MonthEnd(0), freq="ME"
    )
    parts = []
    for stage, words in STAGES.items():
        ends = np.sort(dated.loc[dated["stage"] == stage, "actual_to"].to_numpy())
        # nothing after today has happened
        reached = np.searchsorted(ends, np.minimum(months.to_numpy(), last.to_datetime64()), side="right")
        parts.append(pd.DataFrame({"month": months, "stage": stage, "stage_de": words, "reached": reached}))
    return pd.concat(parts, ignore_index=True)


def reached_by(schedule: pd.DataFrame, until: date) -> dict[str, int]:
    """Stage -> how many Kommunen had reached it by that day, as far as it is dated."""
    ended = schedule[schedule["actual_to"] <= pd.Timestamp(until)]
    return {stage: int((ended["stage"] == stage).sum()) for stage in STAGES}


def reached_within(schedule: pd.DataFrame, start: date, end: date) -> dict[str, int]:
    """Stage -> how many Kommunen reached it in these days; a date that is less exact than that is left out."""
    inside = schedule[(schedule["actual_from"] >= pd.Timestamp(start)) & (schedule["actual_to"] <= pd.Timestamp(end))]
    return {stage: int((inside["stage"] == stage).sum()) for stage in STAGES}


def divided(people: pd.DataFrame, schedule: pd.DataFrame, measures: pd.DataFrame, by: str) -> pd.DataFrame:
    """One row per group of ``by`` (an id of ``DIVISIONS``), the largest first, „nicht belegt“ last.

    ``people`` as from ``participants``, ``measures`` as from ``workload.measures``. A Kommune in two Länder or with two
    advisers counts in both groups. Columns: group, participants, then per stage the Kommunen that are documented to
    have held it, furthest_0 … furthest_5 (Kommunen by their latest documented stage), then per status of a measure the
    number of measures.
    """
    column, _ = DIVISIONS[by]
    separator = {"land": "/", "beratung": "; "}.get(by)
    groups = people[["participant_id", column]].rename(columns={column: "group"})
    groups["group"] = groups["group"].fillna(NOT_DOCUMENTED)
    if separator:
        groups = groups.assign(group=groups["group"].str.split(separator)).explode("group")
    cells = (schedule["state"] == "held").set_axis([schedule["participant_id"], schedule["stage"]])
    held = cells.unstack().reindex(columns=list(STAGES))  # noqa: PD010 - one value per key
    number = np.arange(1, len(STAGES) + 1)
    furthest = pd.Series((held.to_numpy(dtype=bool) * number).max(axis=1), index=held.index, name="furthest")
    by_status = measures.pivot_table(index="participant_id", columns="status", values="number", aggfunc="sum")
    by_status = by_status.reindex(columns=list(MEASURE_STATUS)).fillna(0)
    frame = groups.set_index("participant_id").join(held.astype(int)).join(furthest).join(by_status).fillna(0)
    for step in range(len(STAGES) + 1):
        frame[f"furthest_{step}"] = (frame["furthest"] == step).astype(int)
    made = frame.drop(columns="furthest").groupby("group").sum(numeric_only=True).astype(int)
    made.insert(0, "participants", frame.groupby("group").size())
    made = made.reset_index()
    return made.sort_values(
        ["participants", "group"], key=lambda c: c if c.name == "group" else -c, ignore_index=True
    ).sort_values("group", key=lambda c: c == NOT_DOCUMENTED, kind="stable", ignore_index=True)
