"""Measures and their budget, counted by theme and status."""

from __future__ import annotations

import pandas as pd

from zwk_data.programme.words import MEASURE_STATUS
from zwk_data.warehouse.connection import read

NO_THEME = "ohne Thema"


def measures() -> pd.DataFrame:
    """Counts per participant, theme and status, so that any choice of Kommunen adds up quickly.

    Columns: participant_id, theme_id („“ for none), name_de (of the theme), status, number, budget_eur (sum of the
    known budgets), unbudgeted (measures without one).
    """
    return read(
        """
        SELECT participant_id, coalesce(theme_id, '') AS theme_id, coalesce(any_value(name_de), ?) AS name_de, status,
               count(*)::INTEGER AS number, coalesce(sum(budget_eur), 0) AS budget_eur,
               count(*) FILTER (budget_eur IS NULL)::INTEGER AS unbudgeted
        FROM measure LEFT JOIN theme USING (theme_id) GROUP BY participant_id, theme_id, status
        ORDER BY ALL
        """,
        [NO_THEME],
    )


def by_theme(measures: pd.DataFrame) -> pd.DataFrame:
    """One row per theme, the one with most measures first.

    Columns: theme_id, name_de, one per status (number of measures), number, budget_eur, unbudgeted, participants.
    """
    if measures.empty:
        return pd.DataFrame(
            columns=["theme_id", "name_de", *MEASURE_STATUS, "number", "budget_eur", "unbudgeted", "participants"]
        )
    grid = measures.pivot_table(index=["theme_id", "name_de"], columns="status", values="number", aggfunc="sum")
    grid = grid.reindex(columns=list(MEASURE_STATUS)).fillna(0).astype(int)
    sums = measures.groupby(["theme_id", "name_de"]).agg(
        number=("number", "sum"),
        budget_eur=("budget_eur", "sum"),
        unbudgeted=("unbudgeted", "sum"),
        participants=("participant_id", "nunique"),
    )
    made = grid.join(sums).reset_index()
    made.columns.name = None
    return made.sort_values(["number", "name_de"], ascending=[False, True], ignore_index=True)


def by_participant(measures: pd.DataFrame) -> pd.DataFrame:
    """Index participant_id, one column per status (number of measures); Kommunen without measures are left out."""
    grid = measures.pivot_table(index="participant_id", columns="status", values="number", aggfunc="sum")
    return grid.reindex(columns=list(MEASURE_STATUS)).fillna(0).astype(int).rename_axis(None, axis=1)


def by_status(measures: pd.DataFrame) -> pd.DataFrame:
    """One row per status in its order: columns status, status_de, number, budget_eur, unbudgeted."""
    sums = measures.groupby("status")[["number", "budget_eur", "unbudgeted"]].sum()
    made = sums.reindex(list(MEASURE_STATUS), fill_value=0).reset_index(names="status")
    made.insert(1, "status_de", made["status"].map(MEASURE_STATUS))
    return made.astype({"number": int, "unbudgeted": int})
