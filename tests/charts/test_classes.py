"""Classes of maps: every value in exactly one, limits round, zero always a limit of a change."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.charts.chart import DIVERGING, SEQUENCE
from zwk_data.charts.scales import Classes, diverging, sequential, why_uneven
from zwk_data.german import all_rounded

finite = st.floats(-1e9, 1e9, allow_nan=False, allow_infinity=False).map(lambda v: round(v, 3))
samples = st.lists(finite, min_size=1, max_size=60).map(lambda v: np.array(v, dtype=float))


def memberships(classes: Classes, values: np.ndarray) -> np.ndarray:
    """In how many classes each value falls, counted from the limits alone."""
    edges = [-np.inf, *classes.limits, np.inf]
    return sum((values >= low) & (values < high) for low, high in pairwise(edges))


@given(samples)
def test_every_value_falls_in_exactly_one_class(values: np.ndarray):
    for classes in (sequential(values, 3), diverging(values, 3), diverging(values, 3, 100.0)):
        assert (memberships(classes, values) == 1).all()
        assert len(classes.colours) == len(classes.limits) + 1 == len(classes.limit_texts()) + 1
        assert list(classes.limits) == sorted(set(classes.limits))
        own = classes.of(values)
        edges = [-np.inf, *classes.limits, np.inf]
        assert all(edges[i] <= value < edges[i + 1] for i, value in zip(own, values, strict=True))


@given(samples)
def test_no_sequential_class_is_empty(values: np.ndarray):
    classes = sequential(values, 3)
    assert set(classes.of(values)) == set(range(len(classes.colours)))


@given(samples, st.sampled_from([0.0, 100.0]))
def test_colours_of_a_change_tell_its_sign(values: np.ndarray, centre: float):
    classes = diverging(values, 3, centre)
    losses, gains = set(DIVERGING[:3]), set(DIVERGING[4:])
    for value, index in zip(values, classes.of(values), strict=True):
        colour = classes.colours[index]
        if value < centre and centre in classes.limits:
            assert colour in losses
        if value > centre and centre in classes.limits:
            assert colour in gains


def test_limits_are_round_and_near_the_quantiles():
    values = all_rounded(np.linspace(15.9, 31.4, 400), 1)
    classes = sequential(values, 1)
    assert classes.limits == (18.5, 21.0, 24.0, 26.0, 29.0)
    assert classes.colours == SEQUENCE
    counts = np.bincount(classes.of(values))
    assert counts.min() > 400 / 6 * 0.7
    assert counts.max() < 400 / 6 * 1.3


def test_skewed_values_get_readable_limits():
    values = np.exp(np.linspace(np.log(34_000), np.log(3_800_000), 400))
    classes = sequential(values, 0)
    assert [limit % 5_000 for limit in classes.limits] == [0.0] * 5
    assert classes.limit_texts()[-1].endswith(" Mio.")


def test_change_around_100():
    values = np.array([80.0, 90.0, 95.0, 98.0, 99.0, 101.0, 103.0, 106.0, 110.0])
    classes = diverging(values, 1, 100.0)
    assert 100.0 in classes.limits
    below = [100 - limit for limit in classes.limits if limit < 100]
    above = [limit - 100 for limit in classes.limits if limit > 100]
    assert sorted(below) == sorted(above)


def test_losses_only_leave_no_empty_gain_classes():
    classes = diverging(np.array([-9.0, -7.0, -5.0, -3.0, -1.0]), 1)
    assert classes.limits[-1] == 0.0 or classes.limits[-1] < 0
    assert not set(classes.colours) & set(DIVERGING[5:])


def test_few_or_equal_values():
    assert sequential(np.array([3.0]), 1).limits == ()
    assert sequential(np.array([3.0]), 1).limit_texts() == []
    assert diverging(np.array([0.0, 0.0]), 1).limits == ()
    assert len(sequential(np.array([0.0] * 50 + [1.0]), 1).colours) == 2


def test_german_labels():
    assert Classes((1_000.0, 2_500.5), ("a", "b", "c")).limit_texts() == ["1.000,0", "2.500,5"]
    assert Classes((-5.0, 0.0), ("a", "b", "c")).limit_texts()[0] == "\u22125"
    assert Classes((500_000.0, 1_500_000.0), ("a", "b", "c")).limit_texts() == ["500.000", "1,5 Mio."]


@pytest.mark.slow
def test_starting_limits_are_those_of_mapclassify():
    mapclassify = pytest.importorskip("mapclassify", reason="mapclassify is a tool of the tests only")
    values = np.random.default_rng(7).gamma(2.0, 40.0, 400)
    assert np.quantile(values, np.arange(1, 7) / 6) == pytest.approx(mapclassify.Quantiles(values, 6).bins)
    limits = np.array(sequential(values, 1).limits)
    ours = mapclassify.UserDefined(values, [*limits, values.max()])
    assert ours.adcm < 1.15 * mapclassify.Quantiles(values, 6).adcm, "rounding must not cost much of the fit"


@given(samples, st.integers(0, 3))
def test_no_limit_is_finer_than_the_numbers_shown(values: np.ndarray, decimals: int):
    shown = all_rounded(values, decimals)
    for classes in (sequential(shown, decimals), diverging(shown, decimals), diverging(shown, decimals, 100.0)):
        assert list(classes.limits) == pytest.approx([round(limit, decimals) for limit in classes.limits], abs=1e-9)


def test_uneven_classes_say_why():
    even = np.arange(600.0)
    assert why_uneven(sequential(even, 0), even, None, 0) == ""
    losses = np.concatenate([np.linspace(60, 99, 500), np.linspace(101, 103, 20)])
    assert why_uneven(diverging(losses, 1, 100.0), losses, 100.0, 1).startswith(
        "Die Klassen sind unter und über 100 gleich breit"
    )
    ties = np.concatenate([np.zeros(3000), np.arange(1.0, 601.0)])
    assert why_uneven(sequential(ties, 0), ties, None, 0).startswith(
        "Viele Gebiete haben denselben Wert (allein 3.000 den Wert 0)"
    )
    few = np.array([1.0, 1.0, 1.0, 1.0, 3.0])
    assert why_uneven(sequential(few, 0), few, None, 0).startswith("Bei so wenigen Gebieten")
