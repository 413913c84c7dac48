"""Back-tests of the start: how far ages spread within groups miss, and what the Zensus 2022 says of 2024."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zwk_data.demography import backtest
from zwk_data.demography import projection_methods as methods
from zwk_data.demography.ages import GROUPS, bounds
from zwk_data.demography.projection_base import NEWEST, STEPS, base, census_ages, move_on, single_to_groups, to_single
from zwk_data.demography.projection_methods import LAST, Array, sum_by
from zwk_data.demography.recount import CENSUS_TIME
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: ways to spread a group: by the cohorts of 2015 with the ratios of 2015 to 2018, by the same cohorts merely five years
#: older, and evenly over its single years
COHORTS, SHIFTED, EVEN = "cohorts", "shifted", "even"
#: the 17 groups put together as coarsely as the Zensus has them: 18–24, 25–39, 40–59 and 60–74
COARSE = np.array([0, 1, 2, 3, 4, 5, 5, 6, 6, 6, 7, 7, 7, 7, 8, 8, 9])
PUT_TOGETHER = np.isin(COARSE, (5, 6, 7, 8))
#: the first class of FIVE with people of 65 and more
OLD = 13
_WIDTHS = np.array([bounds(group)[1] - bounds(group)[0] for group in GROUPS], dtype=np.float64)


def coarse(groups: Array) -> Array:
    """The 17 groups (areas, 17) put together (areas, 10)."""
    return sum_by(groups, COARSE)


def within_coarse(pattern: Array, groups: Array) -> Array:
    """``groups`` (areas, 17) put together coarsely and spread again as ``pattern`` (areas, 17) stands."""
    factor = coarse(groups) / coarse(pattern)
    return np.asarray(pattern * factor[:, COARSE])


@remembered(entries=2)
def spreads() -> pd.DataFrame:
    """How well ways to spread coarse groups meet the published ages of Kreise in 2020, both sexes together.

    Columns: method (COHORTS …), n (groups of Kreise), mdape, p90 (absolute errors of groups, per cent), share_65plus
    (median absolute error of the share of people of 65 and more, percentage points).
    """
    ages = backtest.kreis_ages()
    found = ages.groups[2020].sum(axis=1)
    still = np.ones((len(found), 2, 18))
    patterns = {
        COHORTS: backtest.short_ahead(ages.fine, ages.groups[2018], lag=3, ahead=2).sum(axis=1),
        SHIFTED: single_to_groups(move_on(to_single(ages.fine), still, 5)).sum(axis=1),
        EVEN: np.broadcast_to(_WIDTHS, found.shape),
    }
    rows = []
    for method, pattern in patterns.items():
        spread = within_coarse(pattern, found)
        error = 100 * np.abs(spread / found - 1)[:, PUT_TOGETHER]
        aged = 100 * np.abs(spread[:, 15:] - found[:, 15:]).sum(axis=1) / found.sum(axis=1)
        rows.append((method, error.size, np.median(error), np.quantile(error, 0.9), np.median(aged)))
    return pd.DataFrame(rows, columns=["method", "n", "mdape", "p90", "share_65plus"])


def _from_census() -> tuple[Array, Array]:
    """All Kreise at the end of 2024, from the Zensus 2022: people, and those of 65 and more in per cent."""
    shared, own = base(), methods.total_series("kreis")
    trend = methods.relative_growth(own, methods.total_series("bund"), LAST)[own.rows(shared.keys)]
    days = np.array([float(NEWEST), STEPS[1]])
    grown = np.exp(trend * methods.fade(days - CENSUS_TIME)[:, None])
    newest, ahead = shared.census.sum(axis=1) * grown * shared.national_factor(CENSUS_TIME, days)[:, None]
    now = census_ages(shared.fine, shared.change, shared.census)
    later = methods.steer(now, shared.change, shared.children, shared.leeway, ahead)
    share = (NEWEST - STEPS[0]) / (STEPS[1] - STEPS[0])
    ages = (now * (1 - share) + later * share).sum(axis=1)
    return newest, 100 * ages[:, OLD:].sum(axis=1) / ages.sum(axis=1)


@remembered(entries=2)
def since_census() -> dict[str, float]:
    """What a start from the Zensus 2022 says of the Kreise at the end of 2024, beside what was published then.

    ``total``, ``total_p90``: median and ninth decile of the absolute error of the total, per cent; ``from_2023``: the
    median error if the total of 2023, on the base of the Zensus 2011, is taken instead; ``aged``, ``aged_p90``,
    ``aged_bias``: error of the share of people of 65 and more, percentage points. The total of Germany is taken as
    published, so these are errors of the Kreise beside each other. Cohort ratios are those of 2015 to 2020.
    """
    own, keys = methods.total_series("kreis"), base().keys
    before, then = (own.people[own.rows(keys), own.at(year)] for year in (LAST, NEWEST))
    people, aged = _from_census()
    published = read(
        "SELECT area_key, value FROM observation_today WHERE level = 'kreis' AND indicator_id = 'share_65plus' "
        "AND year = $year AND sex = 'total'",
        {"year": NEWEST},
    ).set_index("area_key")["value"]
    total, miss = np.abs(people / then - 1), aged - published.reindex(keys).to_numpy(dtype=np.float64)
    return {
        "total": float(100 * np.median(total)),
        "total_p90": float(100 * np.quantile(total, 0.9)),
        "from_2023": float(100 * np.median(np.abs(before / then - 1))),
        "aged": float(np.median(np.abs(miss))),
        "aged_p90": float(np.quantile(np.abs(miss), 0.9)),
        "aged_bias": float(np.median(miss)),
    }
