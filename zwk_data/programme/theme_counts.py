"""Themes set against the stages of the Kommunen that work on them and against the status of their measures."""

from __future__ import annotations

import pandas as pd

from zwk_data.programme.words import MEASURE_STATUS, STAGES
from zwk_data.programme.workload import NO_THEME
from zwk_data.warehouse.connection import read

#: the order of ``themes.themes``
_ORDER = "toolkit DESC, participants DESC, strip_accents(lower(name_de))"


def by_stage() -> pd.DataFrame:
    """For each theme, how many of its Kommunen have a documented event of each stage; themes as in ``themes.themes``.

    Columns: theme_id, name_de, toolkit (bool), participants (Kommunen with the theme), one per stage. A stage counts
    only where it is documented itself: a later one proves none before it.
    """
    counts = ", ".join(f"count(DISTINCT e.participant_id) FILTER (stage = '{stage}') AS {stage}" for stage in STAGES)
    return read(f"""
        SELECT theme_id, name_de, toolkit, count(DISTINCT pt.participant_id) AS participants, {counts}
        FROM theme LEFT JOIN participant_theme pt USING (theme_id) LEFT JOIN stage_event e USING (participant_id)
        GROUP BY theme_id, name_de, toolkit ORDER BY {_ORDER}
    """)


def by_status() -> pd.DataFrame:
    """For each theme its measures by status; themes as in ``themes.themes``, then measures without one, if any.

    Columns: theme_id („“ for none), name_de, toolkit (False for none), measures, one per status (number of measures),
    budgeted (measures whose budget is known and may be seen), budget_eur (their sum; NaN if there are none).
    """
    counts = ", ".join(f"count(*) FILTER (status = '{status}')::INTEGER AS {status}" for status in MEASURE_STATUS)
    zeros = ", ".join(f"coalesce({status}, 0) AS {status}" for status in MEASURE_STATUS)
    return read(
        f"""
        WITH named AS (
            SELECT theme_id, name_de, toolkit, count(DISTINCT participant_id) AS participants
            FROM theme LEFT JOIN participant_theme USING (theme_id) GROUP BY theme_id, name_de, toolkit
            UNION ALL SELECT '', ?, false, -1 WHERE EXISTS (FROM measure WHERE theme_id IS NULL)),
        counted AS (
            SELECT coalesce(theme_id, '') AS theme_id, count(*)::INTEGER AS measures, {counts},
                   count(budget_eur)::INTEGER AS budgeted, sum(budget_eur) AS budget_eur
            FROM measure GROUP BY ALL)
        SELECT theme_id, name_de, toolkit, coalesce(measures, 0) AS measures, {zeros},
               coalesce(budgeted, 0) AS budgeted, budget_eur
        FROM named LEFT JOIN counted USING (theme_id) ORDER BY {_ORDER}
        """,
        [NO_THEME],
    )
