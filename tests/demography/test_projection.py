"""The Modellrechnung and its back-tests: sums, bands, methods, wording, and the notice where ages are missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zwk_data.demography import backtest, projection, projection_methods
from zwk_data.demography import projection_words as words
from zwk_data.demography.projection_base import base
from zwk_data.demography.series import CENSUS_TIME
from zwk_data.errors import ZwkError
from zwk_data.stores.connection import read

SOME = ["riesa", "schossin", "dresden", "rodachtal", "lk-rostock", "hamm-sieg", "frankfurt-am-main", "vrees"]


def test_fade_by_hand():
    assert projection_methods.fade(1) == pytest.approx(0.9)
    assert projection_methods.fade(3) == pytest.approx(0.9 + 0.81 + 0.729)
    assert float(projection_methods.fade(200)) == pytest.approx(9, abs=1e-3)


def test_the_break_is_taken_out_by_hand():
    # 2009: 100, 2010: 110 (+10 %), 2011: 88 (new base), 2012: 96.8 (+10 %): growth into 2011 becomes 10 % as well
    log = projection_methods.without_break(np.array([[100, 110, 88, 96.8]]), [2009, 2010, 2011, 2012])
    assert np.exp(np.diff(log[0])) == pytest.approx([1.1, 1.1, 1.1])


def test_relative_growth_by_hand():
    years = tuple(range(2013, 2024))
    own = np.array([100 * 1.02 ** np.arange(11)])
    country = np.array([1000 * 1.005 ** np.arange(11)])
    area, whole = (projection_methods.TotalSeries(("x",), years, p, np.log(p)) for p in (own, country))
    assert projection_methods.relative_growth(area, whole, 2023)[0] == pytest.approx(np.log(1.02) - np.log(1.005))
    assert np.isnan(projection_methods.relative_growth(area, whole, 2023, window=30)).all()


def test_tens_add_up():
    assert projection.tens(np.array([44.0, 133.0, 66.0])).tolist() == [40, 130, 70]  # 243 -> 240
    assert projection.tens(np.array([4.0, 4.0, 4.0])).tolist() == [10, 0, 0]  # 12 -> 10


def test_short_ahead_keeps_a_stationary_population():
    fine = np.full((1, 2, 79), 10.0)
    fine[..., 75:] = [[30.0, 15.0, 4.0, 1.0]] * 2
    later = projection_methods.to_groups(fine)
    # the oldest: 50 of 75+ three years after 30 of 72–74 and 50: ratio 50 / 80 over three years
    expected = later.copy()
    expected[..., 16] = (20 + 50) * (50 / 80) ** (2 / 3)
    assert backtest.short_ahead(fine, later, lag=3, ahead=2) == pytest.approx(expected)


@pytest.mark.parametrize("participant", SOME)
def test_ages_add_up_to_totals(stores: Path, participant: str):
    ages, total = projection.project(participant), projection.projection_totals(participant).set_index("year")
    sums = ages.groupby(["variant", "year"])["value"].sum()
    for variant in projection.VARIANTS:
        for year, value in sums[variant].items():
            # at the start of a small place both are rounded to tens
            assert value == pytest.approx(total.loc[year, variant], rel=1e-6), (variant, year)
    assert (ages["value"] >= 0).all()
    assert sorted(ages["year"].unique())[1:] == [2025, 2030, 2035, 2040]


@pytest.mark.slow
def test_every_participant_has_a_projection_that_holds_together(stores: Path):
    for participant in read("SELECT participant_id FROM participant")["participant_id"]:
        total = projection.projection_totals(participant)
        one = projection.inputs(participant)
        assert (total["low"] <= total["middle"]).all()
        assert (total["middle"] <= total["high"]).all()
        assert total["year"].tolist() == list(range(one.start, 2041))
        assert (np.diff(total["high"] - total["low"]) >= (-10 if one.is_small else -1e-6)).all(), "the band opens"
        if not one.is_small:
            assert total.iloc[0][["low", "middle", "high"]].tolist() == [one.people] * 3
        assert 0.6 < total["middle"].iloc[-1] / one.people < 1.4


def test_the_start_is_the_newest_count(stores: Path):
    """Gemeinden from the Zensus of 15.05.2022, Kreise and kreisfreie Städte from the end of 2024."""
    riesa, dresden = projection.inputs("riesa"), projection.inputs("dresden")
    assert (riesa.level, riesa.start, riesa.people) == ("gemeinde", 2022, 29434)
    assert riesa.since == pytest.approx(2021 + 135 / 365), "15 May is the 135th day"
    assert (dresden.level, dresden.start, dresden.people) == ("kreis", 2024, 564904)
    assert projection.inputs("hamm-sieg").level == "gemeinde"
    assert projection.inputs("neubrandenburg").people < 60_000, "not the 64,000 of the Zensus 2011"


def test_ages_start_from_the_census(stores: Path):
    """Published for Riesa: 3,254 people of 60–66, 3,520 of 67–74, 5,948 of 75 and more; 65 and 66 are estimated."""
    ages = projection.project("riesa")
    start = ages[(ages["year"] == 2022) & (ages["variant"] == "middle")].groupby("age_group")["value"].sum()
    old = start[["75-79", "80-84", "85+"]].sum()
    assert old == pytest.approx(5948, rel=0.001), "the groups are scaled to the total by less than that"
    aged = old + start[["65-69", "70-74"]].sum()
    assert 3520 + 5948 < aged < 3520 + 5948 + 3254
    assert aged == pytest.approx(3520 + 5948 + 3254 * 2 / 7, rel=0.02)


def test_small_places_get_tens_and_a_warning(stores: Path):
    ages = projection.project("schossin")
    assert set(ages["age_group"]) == {"0-19", "20-64", "65+"}
    assert set(ages["sex"]) == {"total"}
    assert (ages["value"] % 10 == 0).all()
    assert (projection.projection_totals("schossin")[["low", "middle", "high"]] % 10 == 0).all(axis=None)
    assert words.SMALL_WARNING in words.projection_words("schossin")
    assert "%" not in words.projection_words("schossin")


def test_kreise_together_follow_germany(stores: Path):
    shared = base()
    own = projection_methods.total_series("kreis")
    people, trend = (
        own.people[:, own.at(2024)],
        projection_methods.relative_growth(own, projection_methods.total_series("bund"), 2023),
    )
    years = np.array([2030.0, 2040.0])
    together = (people * np.exp(trend * projection_methods.fade(years - 2024)[:, None])).sum(axis=1)
    together *= shared.national_factor(2024, years)
    assert together == pytest.approx(people.sum() * shared.path(years) / shared.path(np.array([2024.0])))


def test_germany_meets_what_was_published(stores: Path):
    path = base().path(np.array([CENSUS_TIME, 2024.0]))
    assert path == pytest.approx([82_719_540, 83_577_140])


def test_own_ages_of_2020_stay_as_published(stores: Path):
    ages = backtest.kreis_ages()
    five = projection_methods.five_years_later(ages.fine, ages.groups[2020], base().curve)
    assert five.sum() == pytest.approx(83_155_031)
    assert five[..., 13:15].sum() == pytest.approx(ages.groups[2020][..., 15].sum())


def test_survival_of_old_age_is_plausible(stores: Path):
    there = np.exp(base().curve)
    assert (np.diff(there, axis=1) < 0).all(), "losses grow with age"
    assert (there[1] > there[0]).all(), "women live longer"
    assert there[0, 0] == pytest.approx(0.93, abs=0.02)


def test_unknown_participants_get_a_sentence(stores: Path):
    with pytest.raises(ZwkError, match="nicht bekannt"):
        projection.project("atlantis")


def test_no_ages_get_a_sentence(stores: Path, monkeypatch: pytest.MonkeyPatch):
    ratios = np.ones((1, 2, 18)), np.ones((1, 2))
    bare = projection.Inputs("gemeinde", 2022, 5000, 0.0, None, None, *ratios)
    monkeypatch.setattr(projection, "_inputs", lambda _: bare)
    with pytest.raises(ZwkError, match="nach Alter von 2015 und aus dem Zensus 2022"):
        projection.projection_totals("x")


def test_backtest_by_hand(stores: Path):
    """„Stays as it is“ for totals, from the figures themselves."""
    wide = read(
        "SELECT area_key, year, value FROM observation_today WHERE level = 'kreis' AND indicator_id = 'population' "
        "AND sex = 'total' AND age_group = 'total' AND year IN (2010, 2000, 2011, 2018, 2020)"
    ).pivot_table(index="area_key", columns="year", values="value")
    table = backtest.backtest().set_index(["test", "method"])
    for test, start in (("totals_2018_2020", 2018), ("totals_2010_2020", 2011)):
        error = 100 * (wide[start] / wide[2020] - 1)
        row = table.loc[(test, "stays")]
        assert row["n"] == 400
        assert row["mdape"] == pytest.approx(error.abs().median())
        assert row["p90"] == pytest.approx(error.abs().quantile(0.9))
        assert row["bias"] == pytest.approx(error.median())
    # the linear trend 2000–2010 in per cent of 2010 goes on for nine years from 2011
    linear = wide[2011] * (1 + 9 * (wide[2010] - wide[2000]) / 10 / wide[2010])
    assert table.loc[("totals_2010_2020", "linear"), "mdape"] == pytest.approx(
        100 * (linear / wide[2020] - 1).abs().median()
    )


def test_the_back_test_says_what_the_projection_relies_on(stores: Path):
    table = backtest.backtest()
    assert table.groupby("test")["best"].sum().eq(1).all()
    best = table[table["best"]].set_index("test")["method"]
    assert best["ages_2018_2020"] == backtest.HAMILTON_PERRY, "ages are moved on by cohort ratios"
    for kind, test in backtest.DECIDES.items():
        assert backtest.best_method(kind) == best[test]
    ages = table[table["test"] == "ages_2018_2020"].set_index("method")
    assert ages.loc["hamilton_perry", "n"] == 400 * 2 * 17
    assert ages.loc["hamilton_perry", "mdape"] < 0.5 * ages.loc[["stays", "linear"], "mdape"].min()


def test_words(stores: Path):
    text = words.projection_words("riesa")
    assert text.startswith("Nach der Modellrechnung leben hier 2040 rund ")
    assert "am 15.05.2022 (Zensus) waren es 29.434." in text
    assert "(2022, geschätzt: 35\u00a0%)" in text, "no table has 65+ of 2022"
    dresden = words.projection_words("dresden")
    assert "am 31.12.2024 (Grundlage: Zensus 2022) waren es 564.904." in dresden
    assert "(2024: 22\u00a0%)" in dresden, "published"
    assert words.rough(26604) == "26.600"
    assert words.rough(572481) == "572.000"
    assert words.rough(243) == "240"
    assert words.rough(3_450_000) == "3.450.000"


def test_method_words_hold_the_numbers(stores: Path):
    text = " ".join(words.method_words())
    table = backtest.backtest().set_index(["test", "method"])
    for key in (("ages_2018_2020", "hamilton_perry"), ("totals_2010_2020", "damped"), ("totals_2010_2020", "linear")):
        assert f"{table.loc[key, 'mdape']:.2f}".replace(".", ",") in text, key
    assert "Modellrechnung ist keine Vorhersage" in text
    assert "nan" not in text
