"""What the projections of all places share: the ages they start from, the cohort ratios of the Kreise, Germany's path.

The Zensus 2022 gives people in eleven groups, both sexes together. Within a group they are spread as the cohorts of the
end of 2015, men and women, would stand had they moved on with the cohort ratios of 2015 to 2020: a large cohort stays
large. The sums of the groups are those of the Zensus, so everything below a group, such as people of 65 and 66, is an
estimate. Arrays are shaped (areas, 2 sexes, ages).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zwk_data.demography import backtest
from zwk_data.demography import projection_methods as methods
from zwk_data.demography.ages import GROUPS, bounds
from zwk_data.demography.projection_methods import Array, sum_by
from zwk_data.demography.recount import CENSUS_TIME
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
