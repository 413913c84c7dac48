"""The ages from which the projection starts: the groups of the Zensus 2022, spread to single years.

The Zensus tells people in eleven groups, both sexes together. Within a group they are spread as the cohorts of the end
of 2015, men and women, would stand there had they moved on with the cohort ratios of 2015 to 2020: a large cohort stays
large. The sums of the groups are those of the Zensus. So everything below a group, such as people of 65 and 66, is an
estimate. Arrays are shaped (areas, 2 sexes, ages).
"""

from __future__ import annotations

import numpy as np

from zwk_data.demography.ages import GROUPS, bounds
from zwk_data.demography.projection_methods import Array, sum_by
from zwk_data.demography.recount import CENSUS_TIME

#: the age groups of the Zensus 2022; none begins at 65
CENSUS_GROUPS = ("0-2", "3-5", "6-9", "10-15", "16-18", "19-24", "25-39", "40-59", "60-66", "67-74", "75+")
#: single years 0 to 99
SINGLE = 100
_AGE = np.arange(SINGLE)
_CENSUS_GROUP = np.searchsorted([bounds(group)[0] for group in CENSUS_GROUPS], _AGE, side="right") - 1
_GROUP_OF_AGE = np.searchsorted([bounds(group)[0] for group in GROUPS], _AGE, side="right") - 1
_FIVE_OF_AGE = np.minimum(_AGE // 5, 18)


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
