"""The figures behind a profile: as published, summed for Verbände, medians where a level has nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zwk_data.profile import values
from zwk_data.profile.places import place, place_of_participant
from zwk_data.stores.connection import read


@pytest.fixture(autouse=True)
def _stores(stores: Path) -> None:
    """The shipped figures."""


def published(indicator: str, level: str, year: int, prefix: str = "") -> dict[str, float]:
    frame = read(
        "SELECT area_key, value FROM observation_today WHERE indicator_id = ? AND level = ? AND year = ? "
        "AND sex = 'total' AND age_group = 'total' AND starts_with(area_key, ?)",
        [indicator, level, year, prefix],
    )
    return dict(zip(frame["area_key"], frame["value"], strict=True))


def test_a_verband_has_the_figures_of_the_participant_that_is_one() -> None:
    for participant, key in (("spelle", "034545408"), ("hamm-sieg", "071325006")):
        mine = read(
            "SELECT indicator_id, year, sex, age_group, value FROM participant_observation WHERE participant_id = ? "
            "AND year >= 1994 AND value IS NOT NULL",
            [participant],
        )
        its = read(
            "SELECT indicator_id, year, sex, age_group, value AS theirs FROM observation_today "
            "WHERE level = 'verband' AND area_key = ? AND value IS NOT NULL",
            [key],
        )
        both = mine.merge(its, on=["indicator_id", "year", "sex", "age_group"])
        assert len(both) > 250
        assert set(both["indicator_id"]) >= {"population", "census_share_67plus", "births", "rent"}
        np.testing.assert_allclose(both["value"], both["theirs"])


def test_verbaende_and_gemeinden_without_one_are_all_people() -> None:
    verbaende = read(
        "SELECT sum(value) AS n FROM observation_today WHERE level = 'verband' AND indicator_id = 'population' "
        "AND year = 2023 AND sex = 'total' AND age_group = 'total'"
    )["n"].iloc[0]
    alone = read(
        "SELECT sum(value) AS n FROM observation_today JOIN verband_of USING (area_key) WHERE alone "
        "AND level = 'gemeinde' AND indicator_id = 'population' AND year = 2023 AND sex = 'total' "
        "AND age_group = 'total'"
    )["n"].iloc[0]
    # the published sum of all Gemeinden on 31.12.2023, on the base of the Zensus 2011
    assert verbaende + alone == 84_669_326


def test_what_is_published_of_gemeinden_alone_is_a_median_above() -> None:
    meissen = published("minutes_doctor", "gemeinde", 2021, "14627")
    figure = values.own_figure(place("14627"), "minutes_doctor")
    assert figure is not None
    assert figure.parts == "gemeinde"
    assert figure.value == pytest.approx(np.median(list(meissen.values())))
    assert (figure.low, figure.high) == (min(meissen.values()), max(meissen.values()))
    # a city is its only Gemeinde: that is no median
    city = values.own_figure(place("05112"), "minutes_doctor")
    assert city is not None
    assert (city.parts, city.value) == ("", published("minutes_doctor", "gemeinde", 2021, "05112")["05112000"])


def test_the_rent_of_a_land_is_the_median_of_verbaende_and_gemeinden_without_one() -> None:
    rents = published("rent", "verband", 2022, "14")
    column = values.columns().column("land", "rent", 2022)
    assert column is not None
    assert column.parts == "verband"
    assert column.values["14"] == pytest.approx(np.nanmedian(list(rents.values())))


def test_a_minority_of_its_parts_does_not_speak_for_a_kreis() -> None:
    # of the inhabited Verbände and Gemeinden without one of the Unstrut-Hainich-Kreis half have a figure
    known = published("public_transport", "verband", 2020, "16064").values()
    inhabited = read(
        "SELECT count(DISTINCT verband_key) AS n FROM verband_of JOIN observation_today USING (area_key) "
        "WHERE starts_with(area_key, '16064') AND level = 'gemeinde' AND indicator_id = 'population' AND year = 2023 "
        "AND sex = 'total' AND age_group = 'total' AND value > 0"
    )["n"].iloc[0]
    assert 0 < 2 * np.count_nonzero(~np.isnan(list(known))) <= inhabited
    figure = values.own_figure(place("16064"), "public_transport")
    assert figure is not None
    assert (np.isnan(figure.value), figure.status, figure.parts) == (True, "", "")


def test_a_share_of_an_alliance_is_that_of_its_people() -> None:
    figure = values.own_figure(place_of_participant("rodachtal"), "census_share_67plus")
    assert figure is not None
    stored = read(
        "SELECT value FROM participant_observation WHERE participant_id = 'rodachtal' AND year = 2022 "
        "AND indicator_id = 'census_share_67plus'"
    )["value"]
    assert figure.value == stored.iloc[0]
    minutes = values.own_figure(place_of_participant("rodachtal"), "minutes_pool")
    assert minutes is not None
    own = published("minutes_pool", "gemeinde", 2024)
    assert minutes.value == np.median([own[key] for key in place_of_participant("rodachtal").members])


def test_the_development_ends_before_the_new_census() -> None:
    newest = values.columns().newest
    assert {newest[level, "population_index"] for level in values.PLACE_LEVELS} == {2023}
