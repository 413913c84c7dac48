"""The arithmetic of the projection: totals by a damped trend, and ages by Hamilton–Perry.

Totals: an area's growth over the last ten years, less that of Germany, goes on, but each year only nine tenths of the
year before (a damped trend: E. S. Gardner, E. McKenzie, Forecasting Trends in Time Series, Management Science 31
(1985), pp. 1237–1246). Window and damping were set beforehand, not picked by the tests.

Ages: a cohort change ratio says how many people of a class there are five years later, one class older, per person
now, deaths and moves together (R. C. Hamilton, J. Perry, A Short Method for Projecting Population by Age from One
Decennial Census to Another, Social Forces 41 (1962), pp. 163–170). Arrays are shaped (areas, 2 sexes, classes); sex 0
is male, 1 female.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zwk_data.demography.ages import FINE, GROUPS, bounds
from zwk_data.demography.figures import CENSUS_BASE
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

Array = NDArray[np.float64]

DAMPING = 0.9
#: years of growth that are looked at; figures of Gemeinden are some years apart, so 8 to 12 will do
WINDOW, TOLERANCE = 10, 2
#: the first and last year on the base of the Zensus 2011
CENSUS, LAST = CENSUS_BASE


@dataclass(frozen=True)
class TotalSeries:
    """Totals of all areas of a level on today's territory: ``keys``, ``years``, ``people`` (areas, years; NaN unknown).

    ``log`` is the natural log without the jump of the Zensus 2011: in its place stands the mean growth of the year
    before and the year after, so that growth across the break is known.
    """

    keys: tuple[str, ...]
    years: tuple[int, ...]
    people: Array
    log: Array

    def at(self, year: int) -> int:
        """The position of a year."""
        return self.years.index(year)

    def rows(self, keys: tuple[str, ...]) -> list[int]:
        """The positions of areas."""
        place = {key: row for row, key in enumerate(self.keys)}
        return [place[key] for key in keys]


@remembered(entries=6)
def total_series(level: str) -> TotalSeries:
    """Totals of ``kreis``, ``gemeinde`` or ``bund`` from 1994 on, from observation_today."""
    frame = read(
        """
        SELECT area_key, year, value FROM observation_today
        WHERE level = $level AND indicator_id = 'population' AND sex = 'total' AND age_group = 'total'
          AND value > 0 AND year >= 1994
        """,
        {"level": level},
        large=True,
    )
    rows, keys = pd.factorize(frame["area_key"], sort=True)
    columns, years = pd.factorize(frame["year"], sort=True)
    people = np.full((len(keys), len(years)), np.nan)
    people[rows, columns] = frame["value"]
    return TotalSeries(tuple(keys), tuple(int(year) for year in years), people, without_break(people, list(years)))


def without_break(people: Array, years: list[int]) -> Array:
    """Logs of ``people`` (areas, years) without the jump from 2010 to 2011; NaN after it if 2009 to 2012 have gaps."""
    log = np.log(people)
    if CENSUS not in years or min(years) >= CENSUS:
        return log
    near = [log[:, years.index(year)] if year in years else np.nan for year in range(CENSUS - 2, CENSUS + 2)]
    jump = near[2] - near[1] - ((near[1] - near[0]) + (near[3] - near[2])) / 2
    log[:, np.array(years) >= CENSUS] -= np.reshape(jump, (-1, 1))
    return log


def fade(horizon: int | Array) -> Array:
    """How many years of undamped growth ``horizon`` years amount to: 0.9 + 0.81 + …, at most nine."""
    return np.asarray(DAMPING * (1 - DAMPING ** np.asarray(horizon, dtype=np.float64)) / (1 - DAMPING))


def relative_growth(own: TotalSeries, country: TotalSeries, origin: int, window: int = WINDOW) -> Array:
    """Mean yearly log growth of each area up to ``origin``, less that of Germany over the same years.

    NaN where there are no figures about ``window`` years before.
    """
    firsts = [year for year in own.years if abs(origin - window - year) <= TOLERANCE and year in country.years]
    if not firsts:
        return np.full(len(own.keys), np.nan)
    first = min(firsts, key=lambda year: abs(origin - window - year))
    area = own.log[:, own.at(origin)] - own.log[:, own.at(first)]
    whole = country.log[0, country.at(origin)] - country.log[0, country.at(first)]
    return np.asarray((area - whole) / (origin - first))


#: the classes that are moved on: five years wide, the last one open
FIVE = (*(f"{low}-{low + 4}" for low in range(0, 90, 5)), "90+")
#: position in FIVE of the women counted as possible mothers, 20 to 44 years
MOTHERS = slice(4, 9)
_FEMALE = 1
_FINE_LOW = np.array([bounds(age)[0] for age in FINE])
_GROUP_OF_FINE = np.searchsorted([bounds(group)[0] for group in GROUPS], _FINE_LOW, side="right") - 1
_FIVE_OF_FINE = np.minimum(_FINE_LOW // 5, len(FIVE) - 1)
#: the classes of old age that later tables lump together: 65–74 comes from 60–69, 75+ from 70 and older
_OLD = np.arange(60, 95, 5)
_FIRST_OLD = 12


def sum_by(values: Array, classes: NDArray[np.intp]) -> Array:
    """Add up the last axis by rising class numbers that leave no class out."""
    return np.asarray(np.add.reduceat(values, np.flatnonzero(np.diff(classes, prepend=-1)), axis=-1))


def to_groups(fine: Array) -> Array:
    """The division FINE -> the 17 groups."""
    return sum_by(fine, _GROUP_OF_FINE)


def to_five(fine: Array) -> Array:
    """The division FINE -> five-year classes."""
    return sum_by(fine, _FIVE_OF_FINE)


def cohort_spread(groups: Array, pattern: Array) -> Array:
    """The 17 groups on the division FINE, within each group as ``pattern`` (people by FINE) has it.

    A group in which the pattern has nobody is spread evenly. Sums by group are kept.
    """
    even = np.where(to_groups(pattern)[..., _GROUP_OF_FINE] > 0, pattern, 1.0)
    return np.asarray(even / to_groups(even)[..., _GROUP_OF_FINE] * groups[..., _GROUP_OF_FINE])


def old_age_curve(fine: Array, groups_later: Array) -> Array:
    """Log of the share of each old class (60–64 … 85–89, 90+) still there five years later, for the whole country.

    Shape (2, 7), from sums over all areas of ``fine`` and of the 17 groups five years later. Losses grow with age by a
    constant rate (Gompertz); rate and level are the pair that meets both 65–74 and 75+ of the later table.
    """
    start = to_five(fine).sum(axis=0)[:, _FIRST_OLD:]
    later = groups_later.sum(axis=0)[:, -2:]
    slopes = np.linspace(0.03, 0.18, 301)
    shape = np.exp(slopes[:, None] * (_OLD - 65))  # (slope, class)
    curves = np.empty((2, len(_OLD)))
    for sex in range(2):
        low, high = np.zeros(len(slopes)), np.full(len(slopes), 5.0)
        for _ in range(50):  # the level that meets 65–74, for every slope at once
            level = (low + high) / 2
            there = (start[sex, :2] * np.exp(-level[:, None] * shape[:, :2])).sum(axis=1)
            low, high = np.where(there > later[sex, 0], level, low), np.where(there > later[sex, 0], high, level)
        losses = low[:, None] * shape
        aged = (start[sex, 2:] * np.exp(-losses[:, 2:])).sum(axis=1)
        curves[sex] = -losses[np.abs(aged - later[sex, 1]).argmin()]
    return curves


def five_years_later(fine: Array, groups_later: Array, curve: Array) -> Array:
    """The 17 groups of a later table in five-year classes, with what ``fine`` says of the cohorts five years before.

    Exact from 10 to 64; age 5 is parted from 3–5 by the ratio of those who are 6 to 9; the classes of 65 and more
    follow the national ``curve``, raised to the power that meets the area's own 65–74 and 75+. Sums are kept.
    """
    start, result = to_five(fine), np.empty((*groups_later.shape[:2], len(FIVE)))
    grown = groups_later[..., 2] / np.maximum(fine[..., 1:5].sum(axis=-1), 1e-9)
    aged_five = np.minimum(fine[..., 0] * grown, groups_later[..., 1])
    result[..., 0] = groups_later[..., 0] + groups_later[..., 1] - aged_five
    result[..., 1] = groups_later[..., 2] + aged_five
    result[..., 2] = groups_later[..., 3]
    result[..., 3] = groups_later[..., 4] + groups_later[..., 5]
    result[..., 4:13] = groups_later[..., 6:15]
    for group, classes in ((15, slice(0, 2)), (16, slice(2, None))):
        old = start[..., _FIRST_OLD:][..., classes]
        bent = partial(_survivors, old, curve[:, classes])
        power = _bisect(lambda k: bent(k).sum(axis=-1), groups_later[..., group], -2.0, 8.0, falling=True)  # noqa: B023
        there = bent(power)
        there *= (groups_later[..., group] / np.maximum(there.sum(axis=-1), 1e-9))[..., None]
        if group == 15:
            result[..., 13:15] = there
        else:
            result[..., 15:18] = there[..., :3]
            result[..., 18] = there[..., 3:].sum(axis=-1)
    return result


def cohort_ratios(before: Array, after: Array) -> tuple[Array, Array]:
    """Cohort change ratios (areas, 2, 18), ending in FIVE[1:], and children under 5 per woman of 20–44 (areas, 2).

    The last ratio is that of the open class: 90+ per person of 85 and more before. Without a cohort the ratio is 1.
    """
    from_ = np.concatenate([before[..., :17], before[..., 17:].sum(axis=-1, keepdims=True)], axis=-1)
    change = np.divide(after[..., 1:], from_, out=np.ones_like(from_), where=from_ > 0)
    mothers = after[:, _FEMALE, MOTHERS].sum(axis=-1)[:, None]
    return change, np.divide(after[..., 0], mothers, out=np.zeros_like(after[..., 0]), where=mothers > 0)


def cohort_step(people: Array, change: Array, children: Array) -> Array:
    """Everybody five years on: cohorts by their ratio, the youngest by the women of 20–44 at the end."""
    aged = np.concatenate([people[..., :17], people[..., 17:].sum(axis=-1, keepdims=True)], axis=-1) * change
    mothers = aged[:, _FEMALE, MOTHERS.start - 1 : MOTHERS.stop - 1].sum(axis=-1)[:, None]
    return np.concatenate([(children * mothers)[..., None], aged], axis=-1)


def steer(people: Array, change: Array, children: Array, leeway: Array, total: Array) -> Array:
    """One step that ends at ``total`` (areas): each ratio is moved by the same number of its ``leeway`` (2, 18).

    The leeway is the spread of the log ratios between Kreise, so that more or fewer people come above all at the ages
    at which places differ, young adults, and hardly at high age. What three leeways do not reach is scaled.
    """

    def moved(k: Array) -> Array:
        return cohort_step(people, change * np.exp(k[:, None, None] * leeway), children)

    result = moved(_bisect(lambda k: moved(k).sum(axis=(1, 2)), total, -3.0, 3.0))
    reached = result.sum(axis=(1, 2))
    scale: Array = np.divide(total, reached, out=np.zeros_like(total), where=reached > 0)[:, None, None]
    return np.multiply(result, scale)


def _survivors(old: Array, curve: Array, power: Array) -> Array:
    """People of high age after a curve of survival, taken to a power for each area."""
    return old * np.exp(power[..., None] * curve)


def _bisect(of: Callable[[Array], Array], wanted: Array, low: float, high: float, *, falling: bool = False) -> Array:
    """Where a monotone function takes the wanted values, all areas at once; the nearer bound if nowhere."""
    below, above = np.full(wanted.shape, low), np.full(wanted.shape, high)
    for _ in range(40):
        middle = (below + above) / 2
        more = (of(middle) < wanted) != falling
        below, above = np.where(more, middle, below), np.where(more, above, middle)
    return np.asarray((below + above) / 2, dtype=np.float64)
