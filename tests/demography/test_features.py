"""Features of places: scaling by hand, sums of participants, and the figures of single places from their sources."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zwk_data.demography import features
from zwk_data.demography.features import FEATURES
from zwk_data.errors import ZwkError
from zwk_data.stores.connection import read


def test_scale_has_mean_zero_and_deviation_one() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [5.0, 5.0, 5.0]})
    z = features.scale(frame).apply(frame)
    # the clip at half a percent draws the ends in by 0.01: 1.01, 2, 2.99
    assert z["a"].tolist() == pytest.approx([-np.sqrt(1.5), 0, np.sqrt(1.5)])
    assert z["b"].tolist() == [0, 0, 0]


def test_an_outlier_is_drawn_in() -> None:
    ordinary = np.arange(1000, dtype=np.float64)
    with_giant = pd.DataFrame({"a": np.append(ordinary, 1e9)})
    z = features.scale(with_giant).apply(with_giant)["a"]
    assert z.max() < 2
    assert z.iloc[-1] == z.iloc[-2]


def test_the_unit_of_a_feature_does_not_matter() -> None:
    frame = pd.DataFrame({"a": [1.0, 4.0, 9.0, 2.5], "b": [3.0, np.nan, 1.0, 2.0]})
    z = features.scale(frame).apply(frame)
    other = frame.assign(a=frame["a"] * 1000 + 7)
    pd.testing.assert_frame_equal(features.scale(other).apply(other), z)
    assert z["b"].isna().tolist() == [False, True, False, False]


def test_logarithms_of_nothing_are_unknown() -> None:
    raw = pd.DataFrame({feature.id: [0.0, 100.0] for feature in FEATURES})
    moved = features.transform(raw)
    assert np.isnan(moved["size"].iloc[0])
    assert moved["size"].iloc[1] == 2
    assert moved["growth_5"].tolist() == [0, 100]


@pytest.mark.parametrize(
    ("level", "least", "most"), [("gemeinde", 10_700, 10_800), ("verband", 1_100, 1_300), ("kreis", 400, 400)]
)
def test_all_inhabited_places_are_there(stores: Path, level: str, least: int, most: int) -> None:
    frame = features.features(level)
    assert least <= len(frame) <= most
    assert list(frame.columns) == [feature.id for feature in FEATURES]
    assert (frame["size"] > 0).all()
    # hardly anything may be unknown, or the twins of many would rest on medians
    assert frame.isna().mean().max() < 0.02
    z = features.standardised(level)
    assert z.mean().abs().max() < 1e-9
    assert z.std(ddof=0).to_numpy() == pytest.approx(np.ones(z.shape[1]))


def test_features_by_hand_for_riesa(stores: Path) -> None:
    """Each feature worked out again from single published figures."""

    def value(indicator: str, year: int, age: str = "total") -> float:
        found = read(
            "SELECT value FROM observation_today WHERE area_key = '14627230' AND indicator_id = ? AND year = ? "
            "AND sex = 'total' AND age_group = ?",
            [indicator, year, age],
        )
        return float(found["value"].iloc[0])

    row = features.features("gemeinde").loc["14627230"]
    people = {year: value("population", year) for year in (2011, 2018, 2021, 2023)}
    assert row["size"] == people[2023]
    assert row["growth_5"] == pytest.approx(100 * (people[2023] / people[2018] - 1))
    counted = value("census_population", 2022)
    assert row["growth_census"] == pytest.approx(100 * (counted / people[2011] - 1))
    old = value("census_population", 2022, "67-74") + value("census_population", 2022, "75+")
    assert row["from67"] == pytest.approx(100 * old / counted)
    assert row["foreign"] == pytest.approx(100 * value("census_foreign", 2022) / counted)
    working_age = value("population_15_64", 2021)
    assert working_age == 15_514, "as INKAR prints it"
    assert row["jobless"] == pytest.approx(100 * value("unemployed", 2021) / working_age)


def test_an_alliance_is_the_sum_of_its_parts(stores: Path) -> None:
    keys = read("SELECT area_key FROM member WHERE participant_id = 'goeltzschtal'")["area_key"]
    parts = features.features("gemeinde").loc[keys]
    row = features.participant_features().loc["goeltzschtal"]
    assert row["size"] == pytest.approx(parts["size"].sum())
    assert parts["growth_census"].min() < row["growth_census"] < parts["growth_census"].max()
    urban = (parts["urban"] * parts["size"]).sum() / parts["size"].sum()
    assert row["urban"] == pytest.approx(urban)


def test_a_single_gemeinde_has_the_features_of_its_area(stores: Path) -> None:
    pd.testing.assert_series_equal(
        features.participant_features().loc["riesa"],
        features.features("gemeinde").loc["14627230"],
        check_names=False,
    )
    pd.testing.assert_series_equal(
        features.participant_features().loc["lk-rostock"],
        features.features("kreis").loc["13072"],
        check_names=False,
    )


def test_correlations_are_what_everyone_knows(stores: Path) -> None:
    for level in ("gemeinde", "kreis"):
        r = features.correlations(level)
        assert np.allclose(np.diag(r), 1)
        assert r.loc["growth_5", "growth_census"] > 0.5
        assert r.loc["from67", "under16"] < -0.5
        assert r.loc["urban", "density"] < -0.5


def test_there_are_106_kreisfreie_staedte(stores: Path) -> None:
    assert len(features.single_cities()) == 106
    assert features.single_cities() <= set(features.features("kreis").index)


def test_levels(stores: Path) -> None:
    assert features.level_of("lk-rostock") == "kreis"
    assert features.level_of("coburg") == "kreis"
    assert features.level_of("dortmund") == "gemeinde"
    assert features.level_of("spelle") == "gemeinde"
    with pytest.raises(ZwkError, match="gibt es hier nicht"):
        features.level_of("atlantis")
    with pytest.raises(ZwkError, match="land"):
        features.features("land")


def test_every_feature_says_its_year_and_none_is_older_than_the_programme() -> None:
    for feature in FEATURES:
        assert feature.definition.endswith(".")
        years = [int(year) for year in re.findall(r"\b20\d\d\b", feature.definition)]
        assert feature.id == "urban" or max(years) >= 2021, feature.id
    assert min(year for name, _, year in features.READ if not name.startswith("people")) >= 2021
