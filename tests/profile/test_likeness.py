"""Twins of any place, and how unusual it is to lie far from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zwk_data.demography import twins
from zwk_data.profile import profile
from zwk_data.profile.places import place, place_of_participant
from zwk_data.profile.profile import Likeness, median_of_known


def test_a_median_needs_five_known_values() -> None:
    rows = np.array([[1, 2, 3, 4, 5, np.nan], [1, 2, 3, 4, np.nan, np.nan], [6, 1, 2, 3, 4, 5]])
    np.testing.assert_array_equal(median_of_known(rows, axis=1), [3.0, np.nan, 3.5])
    np.testing.assert_array_equal(median_of_known(rows.T, axis=0), [3.0, np.nan, 3.5])


def line() -> Likeness:
    """Twenty places on a line; the figure is twice the place."""
    keys = pd.Index([f"p{n:02}" for n in range(20)])
    z = np.arange(20, dtype=float)[:, None]
    return Likeness(keys, z, 2 * z, pd.Index(["figure"]))


def test_the_nearest_of_each_and_their_median() -> None:
    # of the first the ten next ones, 1 to 10; of the tenth five on each side
    np.testing.assert_array_equal(line().medians(np.array([0, 10])).ravel(), [11.0, 20.0])


def test_nearest_leaves_out_what_it_is_told() -> None:
    everyone = pd.DataFrame({"a": line().z.ravel()}, index=line().keys)
    found = twins.nearest(pd.Series({"a": 3.2}), everyone.drop(index="p03"), 10)
    assert found.index[:2].tolist() == ["p04", "p02"]
    assert found["distance"].iloc[0] == pytest.approx(0.8)


@pytest.mark.parametrize("participant", ["riesa", "schossin", "lk-uckermark", "kreis-dueren"])
def test_twins_are_those_of_demografie(stores: Path, participant: str) -> None:
    here, there = profile.twins_of(place_of_participant(participant)), twins.twins(participant)
    assert here["key"].tolist() == there["key"].tolist()
    np.testing.assert_allclose(here["distance"], there["distance"])
    np.testing.assert_allclose(here["stability"].astype(float), there["stability"])


def test_like_is_compared_with_like(stores: Path) -> None:
    for key in ("034545408", "05112", "13076"):
        one = place(key)
        found = profile.twins_of(one)
        assert len(found) == 10
        assert one.key not in set(found["key"])
        assert {place(other).level for other in found["key"]} == {one.level}
        assert {place(other).is_city for other in found["key"]} == {one.is_city}
    alliance = profile.twins_of(place_of_participant("rodachtal"))
    assert {place(key).level for key in alliance["key"]} == {"verband"}


def test_distance_and_rarity_as_counted_by_hand(stores: Path) -> None:
    one = place("13076")
    value = 34.0
    found = profile.distances(one, (("minutes_pool", value),))
    everyone = profile.matrix("kreis")["minutes_pool"]
    theirs = everyone[profile.twins_of(one)["key"]]
    spread = (everyone.quantile(0.75) - everyone.quantile(0.25)) / 1.349
    assert found.median["minutes_pool"] == pytest.approx(theirs.median())
    assert found.distance["minutes_pool"] == pytest.approx((value - theirs.median()) / spread)
    # exactly like its twins: all the others are at least as far away
    near = profile.distances(one, (("minutes_pool", float(theirs.median())),))
    assert near.rarity["minutes_pool"] == 1.0
    assert 0 < found.rarity["minutes_pool"] < 0.05


@pytest.mark.slow
def test_chance_is_as_told(stores: Path) -> None:
    """The share of places flagged as „one in twenty“ is about one in twenty."""
    rare = []
    for key in profile.likeness("gemeinde", False).keys[::150]:
        if key.endswith("000"):
            continue
        one = place(key)
        own = profile.matrix("gemeinde").loc[key].dropna()
        found = profile.distances(one, tuple((str(name), float(value)) for name, value in own.items()))
        rare += (found.rarity.dropna() <= 0.05).tolist()
    assert len(rare) > 1000
    assert 0.03 < np.mean(rare) < 0.08
