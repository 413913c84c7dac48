"""From the groups of the Zensus to single years and five-year classes: by hand, sums that stay, and how far it errs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.demography import backtest, projection_base
from zwk_data.demography import projection_base as ages
from zwk_data.demography.ages import GROUPS, bounds

STILL = np.ones((1, 2, 18))


def test_cohorts_grow_older_by_hand():
    single = np.zeros((1, 2, 100))
    single[0, 0, 40], single[0, 1, 97] = 100, 8
    moved = ages.move_on(single, STILL, 6.25)
    assert moved[0, 0, 46] == pytest.approx(75)  # three quarters have lived 6 birthdays, a quarter 7
    assert moved[0, 0, 47] == pytest.approx(25)
    assert moved[0, 1, 99] == pytest.approx(8), "the last year is open"
    assert moved.sum() == pytest.approx(108)


def test_ratios_count_for_their_share_of_five_years():
    single = np.zeros((1, 2, 100))
    single[0, 1, 22] = 100
    change = STILL.copy()
    change[0, 1, 4] = 0.81  # of women of 20–24 there are 81 % five years later
    assert ages.move_on(single, change, 2.5)[0, 1].sum() == pytest.approx(90)


def test_those_born_since_are_as_many_as_the_youngest_known():
    single = np.full((1, 2, 100), 10.0)
    single[..., 0] = 7
    moved = ages.move_on(single, STILL, 6.5)
    assert moved[0, 0, :8] == pytest.approx([8.5] * 8)  # half of the 7 and of the 10


def test_fitting_by_hand():
    pattern = np.zeros((1, 2, 100))
    pattern[0, 0, 60:65], pattern[0, 1, 65:67] = 1, 5  # 5 men of 60–64, 10 women of 65 and 66
    census = np.zeros((1, 11))
    census[0, 8] = 30  # 60–66
    fitted = ages.fit_to_census(pattern, census)
    assert fitted[0, 0, 60:65] == pytest.approx([2] * 5)
    assert fitted[0, 1, 65:67] == pytest.approx([10, 10])
    assert fitted.sum() == pytest.approx(30)


@given(st.lists(st.integers(0, 500), min_size=11, max_size=11), st.integers(0, 3))
def test_groups_keep_their_people(census: list[int], seed: int):
    pattern = np.random.default_rng(seed).poisson(0.3, (1, 2, 100)).astype(float)  # many ages without anybody
    fitted = ages.fit_to_census(pattern, np.array([census], dtype=float))
    assert (fitted >= 0).all()
    for group, people in zip(ages.CENSUS_GROUPS, census, strict=True):
        low, high = bounds(group)
        assert fitted[..., low:high].sum() == pytest.approx(people)
    assert ages.single_to_five(fitted).sum() == pytest.approx(sum(census))


def test_spreading_by_cohorts_beats_a_spline(stores: Path):
    """A monotone spline over the cumulated groups (PCHIP) was the other candidate: it knows no large cohorts."""
    interpolate = pytest.importorskip("scipy.interpolate")
    table = projection_base.spreads().set_index("method")
    found = backtest.kreis_ages().groups[2020].sum(axis=1)
    coarse = projection_base.coarse(found)
    lows = np.array([bounds(group)[0] for group in GROUPS])
    first = np.flatnonzero(np.diff(projection_base.COARSE, prepend=-1))
    ends = np.append(lows[first], 100)
    total = np.concatenate([np.zeros((len(found), 1)), coarse.cumsum(axis=1)], axis=1)
    spline = np.diff(interpolate.PchipInterpolator(ends, total, axis=1)(np.append(lows, 100)), axis=1)
    error = 100 * np.abs(spline / found - 1)[:, projection_base.PUT_TOGETHER]
    assert np.median(error) == pytest.approx(6.32, abs=0.01)
    assert table.loc["cohorts", "mdape"] < table.loc["shifted", "mdape"] < 2.5 < np.median(error)
    assert table.loc["even", "mdape"] > np.median(error)


def test_what_a_start_from_the_census_says_of_2024(stores: Path):
    found = projection_base.since_census()
    assert found["total"] == pytest.approx(0.31, abs=0.01)
    assert found["from_2023"] == pytest.approx(1.53, abs=0.01)
    assert found["aged"] == pytest.approx(0.21, abs=0.01)
    assert abs(found["aged_bias"]) <= found["aged"] <= found["aged_p90"] < 0.5
