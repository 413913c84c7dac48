"""How long Kommunen take from one stage to the next, where both are dated to the day or the month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zwk_data.programme.words import STAGES

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
