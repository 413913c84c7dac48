"""What the projections of all places share: the ages they start from, the cohort ratios of the Kreise, Germany's path.

The Zensus 2022 gives people in eleven groups, both sexes together. Within a group they are spread as the cohorts of the
end of 2015, men and women, would stand had they moved on with the cohort ratios of 2015 to 2020: a large cohort stays
large. The sums of the groups are those of the Zensus, so everything below a group, such as people of 65 and 66, is an
estimate. Arrays are shaped (areas, 2 sexes, ages).

Back-tests of this start say how far ages spread within groups miss, and what the Zensus 2022 says of 2024.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.demography import backtest
from zwk_data.demography import projection_methods as methods
from zwk_data.demography.ages import GROUPS, bounds
from zwk_data.demography.projection_methods import LAST, Array, sum_by
from zwk_data.demography.series import CENSUS_TIME
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: the age groups of the Zensus 2022; none begins at 65
CENSUS_GROUPS = ("0-2", "3-5", "6-9", "10-15", "16-18", "19-24", "25-39", "40-59", "60-66", "67-74", "75+")
#: single years 0 to 99
SINGLE = 100
_AGE = np.arange(SINGLE)
_CENSUS_GROUP = np.searchsorted([bounds(group)[0] for group in CENSUS_GROUPS], _AGE, side="right") - 1
_GROUP_OF_AGE = np.searchsorted([bounds(group)[0] for group in GROUPS], _AGE, side="right") - 1
_FIVE_OF_AGE = np.minimum(_AGE // 5, 18)
#: the last ages of Kreise by sex, five years after the first
LAST_AGES = 2020
#: the days to which ages are moved on: the Zensus 2022 and every five years after
STEPS = CENSUS_TIME + 5 * np.arange(5)
#: the newest total of Germany on the base of the Zensus 2022
NEWEST = 2024


def to_single(fine: Array) -> Array:
    """The division FINE -> single years up to 99: its four classes of old age evenly, 90 and more over ten years."""
    old = np.repeat(fine[..., 75:] / [5, 5, 5, 10], [5, 5, 5, 10], axis=-1)
    return np.concatenate([fine[..., :75], old], axis=-1)


def move_on(single: Array, change: Array, years: float) -> Array:
    """Single years, ``years`` later, with five-year cohort ratios ``change`` (areas, 2, 18).

    Who has lived part of a year more stands between two ages. Those born since are as many as the youngest known age:
    they only shape a group whose sum is known.
    """
    kept = single * change[..., np.minimum(_AGE // 5, 17)] ** (years / 5)
    whole, part = int(years), years % 1
    moved = np.zeros((*single.shape[:-1], SINGLE + whole + 1))
    moved[..., whole:-1] += kept * (1 - part)
    moved[..., whole + 1 :] += kept * part
    moved[..., SINGLE - 1] = moved[..., SINGLE - 1 :].sum(axis=-1)
    moved[..., : whole + 1] = moved[..., whole + 1 : whole + 2]
    return moved[..., :SINGLE]


def fit_to_census(single: Array, census: Array) -> Array:
    """Single years scaled so that each group of the Zensus (areas, 11), both sexes together, has its people.

    A group in which ``single`` has nobody is spread evenly.
    """
    there = sum_by(single.sum(axis=1), _CENSUS_GROUP)
    even = np.where(there[:, None, _CENSUS_GROUP] > 0, single, 1.0)
    factor = census / sum_by(even.sum(axis=1), _CENSUS_GROUP)
    return np.asarray(even * factor[:, None, _CENSUS_GROUP])


def single_to_five(single: Array) -> Array:
    """Single years -> five-year classes (FIVE), the last one open."""
    return sum_by(single, _FIVE_OF_AGE)


def single_to_groups(single: Array) -> Array:
    """Single years -> the 17 groups."""
    return sum_by(single, _GROUP_OF_AGE)


def census_ages(fine_2015: Array, change: Array, census: Array) -> Array:
    """Five-year classes on the day of the Zensus 2022, from ages of 31.12.2015 (FINE) and its groups."""
    return single_to_five(fit_to_census(move_on(to_single(fine_2015), change, CENSUS_TIME - 2015), census))


@dataclass(frozen=True)
class Base:
    """Kreise (``keys``): ages of 2015 (``fine``, by FINE), cohort ratios and their spread between Kreise (``leeway``).

    ``census``: the groups of the Zensus 2022 (areas, 11). ``country``: Germany's people at STEPS by its own cohort
    ratios, moved so that they meet the published total of the end of 2024.
    """

    keys: tuple[str, ...]
    fine: Array
    curve: Array
    change: Array
    children: Array
    leeway: Array
    census: Array
    country: Array

    def path(self, days: Array) -> Array:
        """Germany's population on days (2024 is the 31st of December 2024), straight lines between known ones."""
        newest = methods.total_series("bund")
        known = newest.people[0, newest.at(NEWEST)]
        grown = np.interp(NEWEST, STEPS, self.country)
        later = np.interp(days, STEPS, self.country) * known / grown
        before = np.interp(days, [STEPS[0], NEWEST], [self.country[0], known])
        return np.asarray(np.where(np.asarray(days) < NEWEST, before, later))

    def national_factor(self, since: float, days: Array) -> Array:
        """The factor by which the damped trends of all Kreise together follow Germany's path from ``since``."""
        own = methods.total_series("kreis")
        people = own.people[:, own.at(int(np.ceil(since)))]
        trend = methods.relative_growth(own, methods.total_series("bund"), methods.LAST)
        whole = ~np.isnan(people + trend)
        grown = (people[whole] * np.exp(trend[whole] * methods.fade(days - since)[:, None])).sum(axis=1)
        return np.asarray(people[whole].sum() / grown * self.path(days) / self.path(np.array([since])))


@remembered(entries=2)
def base() -> Base:
    """All Kreise with their ages of 2015, 2020 and 2022, and Germany."""
    ages = backtest.kreis_ages()
    later = ages.groups[LAST_AGES]
    curve = methods.old_age_curve(ages.fine, later)
    before, after = methods.to_five(ages.fine), methods.five_years_later(ages.fine, later, curve)
    change, children = methods.cohort_ratios(before, after)
    ratios = methods.cohort_ratios(before.sum(axis=0, keepdims=True), after.sum(axis=0, keepdims=True))
    census = _census("kreis", ages.keys)
    people = census_ages(ages.fine.sum(axis=0, keepdims=True), ratios[0], _census("bund", ("DG",)))
    country = [people.sum()]
    for _ in STEPS[1:]:
        people = methods.cohort_step(people, *ratios)
        country.append(people.sum())
    leeway = np.log(change).std(axis=0)
    return Base(ages.keys, ages.fine, curve, change, children, leeway, census, np.array(country))


def _census(level: str, keys: tuple[str, ...]) -> Array:
    """People by the groups of the Zensus 2022 (areas, 11), adding up to its total; a published „–“ is nobody."""
    wide = (
        read(
            """
            SELECT area_key, age_group, CASE WHEN status = 'none' THEN 0 ELSE value END AS people FROM observation_today
            WHERE level = $level AND indicator_id = 'census_population' AND sex = 'total'
            """,
            {"level": level},
        )
        .pivot_table(index="area_key", columns="age_group", values="people")
        .reindex(list(keys))
    )
    groups = wide[list(CENSUS_GROUPS)].to_numpy(dtype=np.float64)
    return np.asarray(groups * (wide["total"].to_numpy() / groups.sum(axis=1))[:, None])


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
