"""Figures as they were published: on the territory of their own year, under the keys of today."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from zwk_data.demography.areas import figure_keys, own_keys
from zwk_data.demography.indicators import COUNTS
from zwk_data.warehouse.connection import read
from zwk_data.warehouse.stores import warehouse_path

PUBLISHED_COLUMNS = ["year", "value", "status", "territory", "source_id"]


def own_published(participant_id: str, indicator_id: str) -> pd.DataFrame:
    """A participant's published series without sex and age; columns as in ``COLUMNS``, ordered by year.

    Of several areas the sum, in years for which all have a figure under today's key; no rates then: they cannot be
    added. A kreisfreie Stadt has the figures of its Kreis as well.
    """
    keys = figure_keys(participant_id)
    rows = read(
        """
        SELECT area_key, year, CASE WHEN status = 'none' THEN 0 ELSE value END AS value, status, territory, source_id
        FROM observation
        WHERE level IN ('gemeinde', 'kreis') AND area_key IN (SELECT unnest($keys)) AND indicator_id = $indicator
          AND sex = 'total' AND age_group = 'total' ORDER BY year, area_key DESC
        """,
        {"keys": list(keys), "indicator": indicator_id},
    )
    if own_keys(participant_id):
        return rows.drop_duplicates("year")[PUBLISHED_COLUMNS].reset_index(drop=True)
    whole = rows.dropna(subset="value").groupby("year").filter(lambda year: len(year) == len(keys))
    if indicator_id not in COUNTS or whole.empty:
        return pd.DataFrame(columns=PUBLISHED_COLUMNS)
    grouped = whole.assign(rounded=whole["status"] == "rounded").groupby("year")
    summed = grouped.agg({"value": "sum", "rounded": "any", "territory": "max", "source_id": "first"}).reset_index()
    return summed.assign(status=summed["rounded"].map({True: "rounded", False: "computed"}))[PUBLISHED_COLUMNS]


def territory_starts(unit: str) -> tuple[int, ...]:
    """The years from which a unit (participant_id or area_key) has another territory than the year before, rising.

    Found where its published population leaves the one on today's territory; changes that move fewer than 0.5 % of
    the people don't show.
    """
    return _published_starts(unit, str(warehouse_path()))


@lru_cache(maxsize=512)
def _published_starts(unit: str, store: str) -> tuple[int, ...]:
    keys = list(figure_keys(unit)) or [unit]
    frame = read(
        "SELECT DISTINCT year FROM territory_step WHERE area_key IN (SELECT unnest($keys)) ORDER BY year",
        {"keys": keys},
    )
    return tuple(int(year) for year in frame["year"])
