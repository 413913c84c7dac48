"""Hamilton–Perry on plain arrays: people by sex and five-year class, moved on by the ratios of their cohorts.

The method: R. C. Hamilton, J. Perry, A Short Method for Projecting Population by Age from One Decennial Census to
Another, Social Forces 41 (1962), pp. 163–170. A cohort change ratio says how many people of a class there are five
years later, one class older, per person now: deaths and moves together. Arrays are shaped (areas, 2 sexes, classes);
sex 0 is male, 1 female. Nothing here reads a store.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zwk_data.demography.ages import FINE, GROUPS, bounds

Array = NDArray[np.float64]

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


def _sum_by(values: Array, classes: NDArray[np.intp]) -> Array:
    """Add up the last axis by rising class numbers that leave no class out."""
    return np.asarray(np.add.reduceat(values, np.flatnonzero(np.diff(classes, prepend=-1)), axis=-1))


def to_groups(fine: Array) -> Array:
    """The division FINE -> the 17 groups."""
    return _sum_by(fine, _GROUP_OF_FINE)


def to_five(fine: Array) -> Array:
    """The division FINE -> five-year classes."""
    return _sum_by(fine, _FIVE_OF_FINE)


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
        power = _bisect(lambda k, o=old, c=curve[:, classes]: (o * np.exp(k[..., None] * c)).sum(-1),
                        groups_later[..., group], -2.0, 8.0, falling=True)  # fmt: skip
        there = old * np.exp(power[..., None] * curve[:, classes])
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
    return result * np.divide(total, reached, out=np.zeros_like(total), where=reached > 0)[:, None, None]


def _bisect(of, wanted: Array, low: float, high: float, *, falling: bool = False) -> Array:  # type: ignore[no-untyped-def]
    """Where a monotone function takes the wanted values, all areas at once; the nearer bound if nowhere."""
    below, above = np.full(wanted.shape, low), np.full(wanted.shape, high)
    for _ in range(40):
        middle = (below + above) / 2
        more = (of(middle) < wanted) != falling
        below, above = np.where(more, middle, below), np.where(more, above, middle)
    return (below + above) / 2
