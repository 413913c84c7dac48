"""Do Kommunen that chose a theme differ in a figure from those that did not? A comparison, never a cause."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from zwk_data.warehouse.connection import read

#: theme -> indicators that come to mind with it, the first is shown by default; for others any may be chosen
SUGGESTED = {
    "gesundheit-pflege": ("share_65plus", "share_80plus", "old_age_ratio", "mean_age"),
    "aelter-werden": ("share_65plus", "share_80plus", "mean_age"),
    "begegnung-beratung-selbsthilfe": ("share_65plus", "population_index"),
    "generationen": ("mean_age", "share_under18", "share_65plus"),
    "junge-menschen": ("share_under18", "youth_ratio", "birth_rate"),
    "bildung": ("share_under18", "youth_ratio"),
    "integration": ("net_migration_rate", "share_foreign"),
    "teilhabe": ("share_65plus", "share_foreign"),
    "wohnen": ("population_index", "net_migration_rate", "density"),
    "leerstand": ("population_index", "net_migration_rate"),
    "ortsentwicklung": ("population_index", "density"),
    "versorgung": ("density", "population_index", "share_65plus"),
    "mobilitaet": ("density", "share_65plus"),
    "digitalisierung": ("density", "mean_age"),
    "arbeit-wirtschaft": ("share_18_64", "net_migration_rate", "total_ratio"),
    "demografiestrategie": ("population_index", "old_age_ratio", "billeter"),
    "engagement": ("share_65plus", "population_index"),
}
FALLBACK = "population_index"
#: a year counts as known if it has at least this share of the places of the best year
KNOWN_ENOUGH = 0.9
#: with fewer places on either side nothing can be said about a difference
FEWEST = 5
DRAWS, SEED = 9_999, 20241231
#: below this number of inhabitants single people move a share
SMALL = 1000


@dataclass(frozen=True)
class Difference:
    """Medians of the places with and without a theme, and ``chance``: in which share of random divisions into groups of
    these sizes the medians lie at least as far apart; NaN where a group is too small to ask."""

    with_n: int
    without_n: int
    with_median: float
    without_median: float
    chance: float

    @property
    def difference(self) -> float:
        """With minus without."""
        return self.with_median - self.without_median

    @property
    def is_enough(self) -> bool:
        """Are both groups large enough to be compared?"""
        return min(self.with_n, self.without_n) >= FEWEST


def suggested_figures(theme_id: str) -> tuple[str, ...]:
    """The indicators that fit a theme, at least one."""
    return SUGGESTED.get(theme_id, (FALLBACK,))


def available_figures() -> list[str]:
    """The ids of all indicators that participants have figures of."""
    return read("""
        SELECT DISTINCT indicator_id FROM participant_observation
        WHERE sex = 'total' AND age_group = 'total' AND value IS NOT NULL ORDER BY indicator_id
    """)["indicator_id"].tolist()


def theme_figures(indicator_id: str, theme_id: str) -> pd.DataFrame:
    """One row per Kommune, by name; but quarters, of which only the whole city's figures are known, and Kommunen of
    which no theme is documented at all: whether they chose this one is not known.

    Columns: participant_id, name, chose (bool), value (NaN if none; a published „–“ is 0), year (the latest in which
    nearly all of them have a figure), source_id, small (bool: under 1,000 inhabitants).
    """
    return read(
        """
        WITH known AS (
            SELECT participant_id, indicator_id, year, source_id,
                   CASE WHEN status = 'none' THEN 0 ELSE value END AS value
            FROM participant_observation JOIN participant USING (participant_id)
            WHERE sex = 'total' AND age_group = 'total' AND kind <> 'quartier'
              AND (value IS NOT NULL OR status = 'none')),
        counted AS (SELECT year, count(*) AS n FROM known WHERE indicator_id = $indicator GROUP BY year),
        best AS (SELECT max(year) AS year FROM counted WHERE n >= $enough * (SELECT max(n) FROM counted)),
        people AS (
            SELECT participant_id, arg_max(value, year) AS people FROM known
            WHERE indicator_id = 'population' GROUP BY participant_id)
        SELECT participant_id, name,
               participant_id IN (SELECT participant_id FROM participant_theme WHERE theme_id = $theme) AS chose,
               value, (SELECT year FROM best)::INTEGER AS year, source_id, coalesce(people < $small, false) AS small
        FROM participant
        LEFT JOIN (FROM known WHERE indicator_id = $indicator AND year = (SELECT year FROM best)) USING (participant_id)
        LEFT JOIN people USING (participant_id)
        WHERE kind <> 'quartier' AND participant_id IN (SELECT participant_id FROM participant_theme)
        ORDER BY strip_accents(lower(name))
        """,
        {"indicator": indicator_id, "theme": theme_id, "enough": KNOWN_ENOUGH, "small": SMALL},
    )


def theme_difference(figures: pd.DataFrame) -> Difference:
    """Set the two groups of ``figures`` against each other; always the same answer for the same figures."""
    known = figures.dropna(subset="value")
    value, chose = known["value"].to_numpy(dtype=np.float64), known["chose"].to_numpy(dtype=bool)
    n = int(chose.sum())
    chosen, left = (float(np.median(part)) if len(part) else np.nan for part in (value[chose], value[~chose]))
    found = Difference(n, len(value) - n, chosen, left, np.nan)
    if not found.is_enough:
        return found
    shuffled = np.random.default_rng(SEED).permuted(np.tile(np.sort(value), (DRAWS, 1)), axis=1)
    apart = np.abs(np.median(shuffled[:, :n], axis=1) - np.median(shuffled[:, n:], axis=1))
    # a hair less, so that the noise of floating point makes no tie a difference
    as_far = int((apart >= abs(found.difference) - 1e-9 * max(1.0, float(np.abs(value).max()))).sum())
    return replace(found, chance=(as_far + 1) / (DRAWS + 1))
