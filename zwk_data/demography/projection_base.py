"""What the projections of all places share: the cohort ratios of the Kreise, and the path of Germany as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zwk_data.demography import backtest
from zwk_data.demography import projection_methods as methods
from zwk_data.demography.projection_ages import CENSUS_GROUPS, census_ages
from zwk_data.demography.projection_methods import Array
from zwk_data.demography.recount import CENSUS_TIME
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: the last ages of Kreise by sex, five years after the first
LAST_AGES = 2020
#: the days to which ages are moved on: the Zensus 2022 and every five years after
STEPS = CENSUS_TIME + 5 * np.arange(5)
#: the newest total of Germany on the base of the Zensus 2022
NEWEST = 2024


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
