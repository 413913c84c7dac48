"""The measures of the Werkstattpläne."""

from __future__ import annotations

import pandas as pd

from zwk_data.programme.words import MEASURE_STATUS
from zwk_data.warehouse.connection import read


def of_theme(theme_id: str) -> pd.DataFrame:
    """The measures of all Kommunen on one theme, running ones first.

    Columns: measure_id, participant_id, name (of the Kommune), title, goal, responsible, starts, ends, budget_eur,
    target_group, status (code), status_de, indicator, source_url. Empty if no measure is recorded.
    """
    frame = read(
        """
        SELECT measure_id, participant_id, name, title, goal, responsible, starts, ends, budget_eur, target_group,
               status, indicator, m.source_url
        FROM measure m JOIN participant USING (participant_id) WHERE theme_id = ?
        ORDER BY list_position(['running', 'done', 'planned', 'idea', 'parked', 'dropped'], status), starts,
                 strip_accents(lower(name))
        """,
        [theme_id],
    )
    frame["status_de"] = frame["status"].map(MEASURE_STATUS)
    return frame


def count() -> int:
    """How many measures are recorded in all."""
    return int(read("SELECT count(*) AS n FROM measure")["n"].iloc[0])
