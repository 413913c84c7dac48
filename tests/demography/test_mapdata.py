"""What a map is given: every drawn area once, with a value or with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from zwk_data.demography import mapdata
from zwk_data.demography.indicators import STATUS
from zwk_data.geo.map_layers import read_layer


@pytest.mark.parametrize(("layer", "areas"), [("laender", 16), ("kreise", 400), ("teilnehmende", 39)])
def test_every_drawn_area_has_a_row(stores: Path, layer: str, areas: int):
    values = mapdata.map_values(layer, "population", 2015)
    assert len(values) == areas
    assert set(values["area_key"]) == set(read_layer(layer, "grob")["area_key"])
    assert values["status"].isin(STATUS).all()


@pytest.mark.parametrize("layer", ["laender", "kreise", "teilnehmende"])
def test_rows_are_in_the_order_of_the_key(stores: Path, layer: str):
    keys = mapdata.map_values(layer, "population", 2015)["area_key"].tolist()
    assert keys == sorted(keys)


def test_kreise_add_up_to_the_published_total(stores: Path):
    for year, total in ((2015, 82_175_684), (2020, 83_155_031), (2023, 84_669_326), (2024, 83_577_140)):
        assert mapdata.map_values("kreise", "population", year)["value"].sum() == total


@pytest.mark.slow
def test_available_years_are_those_with_values(stores: Path):
    kreise = mapdata.available("kreise")
    assert kreise["population"][-1] == 2024
    assert kreise["births"] == list(range(1995, 2016))
    assert "area_km2" not in kreise
    assert mapdata.available("gemeinden")["share_65plus"] == [2015]
    for indicator, years in mapdata.available("laender").items():
        assert mapdata.map_values("laender", indicator, years[0])["value"].notna().any()


def test_gaps_are_told_with_their_reason(stores: Path):
    old = mapdata.map_values("kreise", "population", 1983)
    sentence = mapdata.gaps(old, "kreise")
    assert sentence.startswith(f"Ohne Angabe: {old['value'].isna().sum()}\u00a0Kreise (")
    assert STATUS["missing"] in sentence
    assert mapdata.gaps(mapdata.map_values("kreise", "population", 2015), "kreise") == ""


def test_the_map_opens_on_one_census_base():
    assert mapdata.default_year("population_index", [2011, 2022, 2023, 2024]) == 2023
    assert mapdata.default_year("population", [2011, 2024]) == 2024
    assert "Zensus" in mapdata.note("kreise", "population_index", 2024)
    assert "Zensus" in mapdata.note("kreise", "population_index", 2005)
    assert "Zensus" not in mapdata.note("kreise", "population_index", 2023)
    assert "Berlin (West)" in mapdata.note("kreise", "population", 1983)


def test_gemeinden_carry_what_is_published_of_their_verband(stores: Path) -> None:
    values = mapdata.map_values("gemeinden", "rent", 2022).set_index("area_key")["value"]
    # Spelle, Schapen and Lünne are the Samtgemeinde Spelle; Riesa belongs to no Verband
    assert values[["03454034", "03454046", "03454049"]].tolist() == [5.71] * 3
    assert values["14627230"] == 5.14
    assert values.notna().sum() > 10_000
    assert "tragen dessen Zahl" in mapdata.note("gemeinden", "rent", 2022)
    assert "tragen dessen Zahl" not in mapdata.note("gemeinden", "minutes_pharmacy", 2024)
    assert "tragen dessen Zahl" not in mapdata.note("teilnehmende", "rent", 2022)
    assert "sind geschätzt" in mapdata.note("kreise", "vacancy_rate", 2022)
    assert not mapdata.note("laender", "cars", 2024)
    assert "umgerechnet" in mapdata.note("kreise", "share_65plus", 2024), "which has a formula too"
