"""The band: quantiles by hand, sides of their own, size classes, and what it holds of origins that were left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zwk_data.demography import backtest as bands
from zwk_data.demography import projection_methods, projection_words


def test_band_by_hand():
    # misses of -10 %, -9 %, …, +10 % twice over in the first year, thrice that in the third: a tenth lies below -8 %
    steps = np.tile(np.arange(-10, 11) / 100, 2)
    table = pd.concat([pd.DataFrame({"horizon": h, "miss": steps * h}) for h in (1, 3)])
    low, high = next(bands.fit(table)).ends(np.array([1.0, 2.0, 3.0]))
    assert low == pytest.approx([-0.08, -0.16, -0.24])
    assert high == pytest.approx([0.08, 0.16, 0.24])
    with pytest.raises(ValueError, match="too few"):
        list(bands.fit(table[table["horizon"] == 1]))


def test_a_band_may_reach_further_down_than_up():
    steps = np.tile(np.concatenate([np.arange(-20, 0) / 100, np.arange(21) / 1000]), 2)
    table = pd.concat([pd.DataFrame({"horizon": h, "miss": steps}) for h in (1, 2)])
    low, high = next(bands.fit(table)).ends(np.array([1.0, 2.0]))
    assert low == pytest.approx([-0.16, -0.16])
    assert high == pytest.approx([0.016, 0.016])


def test_a_band_does_not_close_again():
    steps = np.tile(np.arange(-10, 11) / 100, 2)
    table = pd.concat([pd.DataFrame({"horizon": h, "miss": steps / h}) for h in (1, 2, 4)])
    low, _ = next(bands.fit(table)).ends(np.array([1.0, 4.0, 16.0]))
    assert low == pytest.approx([-0.04] * 3), "the geometric mean of 8, 4 and 2 %"


def test_wider_tails_come_last():
    scatter = np.random.default_rng(1).normal(0, 0.1, 500)
    table = pd.concat([pd.DataFrame({"horizon": h, "miss": scatter * h}) for h in (1, 2, 5)])
    lows = [float(band.ends(np.array([5.0]))[0][0]) for band in bands.fit(table)]
    assert len(lows) == len(bands.TAILS)
    assert lows == sorted(lows, reverse=True)


@pytest.mark.parametrize(
    ("level", "people", "name"),
    [
        ("gemeinde", 249, "unter 250"),
        ("gemeinde", 250, "250 bis unter 500"),
        ("gemeinde", 999, "500 bis unter 1.000"),
        ("gemeinde", 29_434, "20.000 und mehr"),
        ("kreis", 100_000, "100.000 bis unter 200.000"),
    ],
)
def test_size_classes(level: str, people: float, name: str):
    assert bands.class_name(level, int(bands.class_of(level, people))) == name


def test_misses_by_hand(stores: Path):
    """Dresden, guessed from 2014 for 2020 with its growth relative to Germany since 2005."""
    own, country = projection_methods.total_series("kreis"), projection_methods.total_series("bund")
    row = own.keys.index("14612")
    first = 2004
    trend = (own.log[row, own.at(2014)] - own.log[row, own.at(first)]) / 10
    trend -= (country.log[0, country.at(2014)] - country.log[0, country.at(first)]) / 10
    expected = np.log(own.people[row, own.at(2020)] / own.people[row, own.at(2014)])
    expected -= trend * (0.9 + 0.9**2 + 0.9**3 + 0.9**4 + 0.9**5 + 0.9**6)
    table = bands.past_misses("kreis")
    mine = table[(table["origin"] == 2014) & (table["horizon"] == 6)]
    assert len(mine) == 400
    assert np.isclose(mine["miss"], expected, atol=1e-9).any()


def test_kreisfreie_staedte_count_once(stores: Path):
    """Every area has one class only: Munich is no Gemeinde here."""
    table = bands.past_misses("gemeinde")
    own = projection_methods.total_series("gemeinde")
    assert (table.groupby(["origin", "horizon"]).size() <= sum(not key.endswith("000") for key in own.keys)).all()
    assert set(table["origin"].unique()) >= {2005, 2008, 2011, 2014, 2017, 2020}
    assert (table["origin"] + table["horizon"]).max() == 2023, "2024 stands on another census"


@pytest.mark.parametrize("level", ["kreis", "gemeinde"])
def test_the_band_holds_what_it_promises_for_origins_left_out(stores: Path, level: str):
    table = bands.coverage(level)
    assert len(table) == len(bands.SIZES[level])
    assert (table["inside"] + table["below"] + table["above"]).to_numpy() == pytest.approx(100)
    assert table["inside"].between(77.5, 83.5).all(), "close to 80 in every size class"
    assert table["inside"].mean() >= 80
    assert (table[["below", "above"]] > 5).all(axis=None), "misses lie on both sides"
    assert table["later"].between(35, 85).all()
    assert table["later"].min() < 50, "a band that knew nothing of the years of immigration: the page must say so"
    assert ((table["worst"] <= table["inside"]) & (table["inside"] <= table["best"])).all()


def test_left_out_origins_are_not_in_their_band(stores: Path):
    """By hand for one class and origin: the band of the others, counted over the misses of this one."""
    table = bands.past_misses("kreis")
    table = table[table["position"] == 2]
    found = bands.left_out(table).set_index(["tail", "origin"])
    mine = table[table["origin"] == 2011]
    for tail, band in enumerate(bands.fit(table[table["origin"] != 2011])):
        low, high = band.ends(mine["horizon"].to_numpy(dtype=float))
        row = found.loc[(tail, 2011)]
        assert row["n"] == len(mine)
        assert (row["below"], row["above"]) == ((mine["miss"] < low).sum(), (mine["miss"] > high).sum())


def test_the_narrowest_band_that_holds_enough_is_taken():
    # two classes: with the second tail they hold 78 and 82 of 100, with the first 76 and 80
    beyond = {(0, 0): 24, (0, 1): 20, (1, 0): 22, (1, 1): 18, (2, 0): 18, (2, 1): 16}
    rows = [(*key, 2002, 100, missed / 2, missed / 2) for key, missed in beyond.items()]
    table = pd.DataFrame(rows, columns=["tail", "position", "origin", "n", "below", "above"])
    assert bands.best_tail(table) == 1
    assert bands.best_tail(table.assign(below=50)) == len(bands.TAILS) - 1, "none does: the widest"


def test_small_places_have_wider_bands(stores: Path):
    ends = [bands.band_for("gemeinde", people).ends(np.array([16.0])) for people in (300, 800, 3000, 10_000, 50_000)]
    wide = [float(high[0] - low[0]) for low, high in ends]
    assert wide == sorted(wide, reverse=True)


def test_the_page_says_what_the_band_held(stores: Path):
    row = bands.coverage("gemeinde").set_index("size").loc["20.000 und mehr"]
    text = projection_words.band_words("riesa")
    assert f"in Gemeinden dieser Größe (20.000 und mehr Menschen) {row['inside']:.0f} von 100" in text
    assert "in Kreisen und kreisfreien Städten dieser Größe" in projection_words.band_words("dresden")
