"""The table of every figure, areas and words of a participant."""

from __future__ import annotations

from pathlib import Path

import pytest

from zwk_data.demography import areas, figures, indicators, mapdata, portrait
from zwk_data.stores.connection import read


def test_every_figure_is_in_the_table(stores: Path):
    for participant in ("riesa", "rodachtal", "lk-rostock"):
        count = read(
            "SELECT count(*) AS n FROM participant_observation WHERE participant_id = $id", {"id": participant}
        )
        frame = figures.figures(participant)
        assert len(frame) == count["n"].iloc[0] == figures.counted(participant)["figures"].sum()
        assert frame["Angabe"].notna().all(), "each status has its words"
        assert frame["Quelle"].notna().all()
        assert frame["Gebietsstand"].notna().all()


def test_one_indicator_newest_first(stores: Path):
    frame = figures.figures("riesa", "population")
    assert set(frame["Kennzahl"]) == {"Bevölkerung"}
    assert frame["Jahr"].is_monotonic_decreasing
    first = frame.iloc[0]
    assert (first["Geschlecht"], first["Alter"], first["Wert"]) == ("insgesamt", "alle", 29_127)


def test_events_balance(stores: Path):
    frame = figures.events("rodachtal")
    assert frame["year"].tolist() == list(range(2008, 2016))
    assert (frame["births"] - frame["deaths"] == frame["balance"]).all()
    last = frame.iloc[-1]
    assert (last["births"], last["deaths"]) == (441, 722)


def test_no_birth_is_a_zero_and_not_a_gap(stores: Path):
    schossin = figures.events("schossin").set_index("year")
    assert schossin.loc[2015, "births"] == 0
    assert schossin.loc[2015, "balance"] == -2


def test_rodachtal_is_the_sum_of_its_gemeinden(stores: Path):
    parts = areas.parts("rodachtal")
    assert len(parts) == 11
    published = read(
        "SELECT sum(value) AS people FROM observation WHERE level = 'gemeinde' AND indicator_id = 'population' "
        "AND year = 2023 AND sex = 'total' AND age_group = 'total' AND area_key IN (SELECT unnest($keys))",
        {"keys": [part.key for part in parts]},
    )
    own = figures.figures("rodachtal", "population").iloc[0]
    assert (own["Jahr"], own["Wert"]) == (2023, published["people"].iloc[0])


def test_what_a_participant_is_compared_with(stores: Path):
    assert [area.name for area in areas.comparisons("riesa")] == ["Landkreis Meißen", "Sachsen", "Deutschland"]
    assert [area.name for area in areas.comparisons("lk-rostock")] == ["Mecklenburg-Vorpommern", "Deutschland"]
    assert [area.level for area in areas.comparisons("coburg")] == ["land", "bund"], (
        "a kreisfreie Stadt is its own Kreis"
    )
    rodachtal = areas.comparisons("rodachtal")
    assert [area.level for area in rodachtal] == ["kreis"] * 3 + ["land"] * 2 + ["bund"]
    assert [area.level for area in portrait.preselected(rodachtal)] == ["land", "land", "bund"]
    assert portrait.against(rodachtal).key == "DG"
    assert portrait.against(areas.comparisons("riesa")).name == "Sachsen"
    assert areas.land_keys("rodachtal") == ["09", "16"]


@pytest.mark.parametrize(
    ("name", "key", "label"),
    [
        ("Meißen", "14627", "Landkreis Meißen"),
        ("Coburg (Landkreis)", "09473", "Landkreis Coburg"),
        ("Düren", "05358", "Kreis Düren"),
        ("Dithmarschen", "01051", "Kreis Dithmarschen"),
        ("Wunsiedel i.Fichtelgebirge", "09479", "Landkreis Wunsiedel im Fichtelgebirge"),
        ("Neumarkt i.d.OPf.", "09373", "Landkreis Neumarkt in der Oberpfalz"),
        ("Neustadt a.d.Waldnaab", "09374", "Landkreis Neustadt an der Waldnaab"),
        ("Mühldorf a.Inn", "09183", "Landkreis Mühldorf am Inn"),
        ("Vogtlandkreis", "14523", "Vogtlandkreis"),
        ("Region Hannover", "03241", "Region Hannover"),
        ("Regionalverband Saarbrücken", "10041", "Regionalverband Saarbrücken"),
        ("Aachen", "05334", "Städteregion Aachen"),
    ],
)
def test_names_of_kreise(name: str, key: str, label: str):
    assert areas.kreis_name(name, key) == label


def test_only_villages_are_small(stores: Path):
    assert areas.is_small("schossin")
    assert not areas.is_small("riesa")
    assert not areas.is_small("gibt-es-nicht")


def test_words_of_ages():
    told = [indicators.age_group(code) for code in ("total", "0-2", "6-9", "75+", "7")]
    assert told == ["alle", "unter 3 Jahre", "6 bis 9 Jahre", "75 Jahre und älter", "7 Jahre"]


def test_description_in_words(stores: Path):
    assert portrait.description("riesa", "Stadt") == "Stadt in Sachsen, Landkreis Meißen."
    rodachtal = portrait.description("rodachtal", "Zusammenschluss")
    assert rodachtal.startswith("Zusammenschluss in Bayern und Thüringen, Landkreis Coburg, Landkreis Haßberge und")
    assert "Dazu gehören Ahorn, Bad Rodach" in rodachtal


def test_indicators_know_how_they_are_read(stores: Path):
    catalog = indicators.indicators()
    assert catalog["population_index"].centre == 100
    assert catalog["natural_balance_rate"].centre == 0
    assert catalog["share_65plus"].centre is None
    assert catalog["population"].has_index
    assert not catalog["natural_balance"].has_index
    assert not catalog["share_65plus"].is_count
    assert {key for key, one in catalog.items() if one.is_count} == {
        "population",
        "births",
        "deaths",
        "natural_balance",
        "moves_in",
        "moves_out",
        "net_migration",
        "population_foreign",
        "census_population",
        "area_km2",
        "census_foreign",
        "census_migration",
        "households",
        "households_single",
        "households_seniors",
        "buildings",
        "buildings_one_dwelling",
        "buildings_until_1949",
        "buildings_since_2000",
        "population_15_64",
        "unemployed",
        "census_labour_force",
        "census_unemployed",
        "census_from_15",
        "census_abitur",
        "census_no_school_degree",
        "census_no_training",
    }
    assert {key: one.centre for key, one in catalog.items() if one.centre is not None} == {
        "population_index": 100,
        "natural_balance": 0,
        "natural_balance_rate": 0,
        "net_migration": 0,
        "net_migration_rate": 0,
        "internal_migration_rate": 0,
        "external_migration_rate": 0,
        "commuter_balance": 0,
    }
    assert catalog["share_65plus"].with_unit == "Anteil 65 Jahre und älter (%)"
    assert catalog["population_index"].with_unit == catalog["population_index"].name


def test_overview_names_all(stores: Path):
    frame = portrait.overview().set_index("participant_id")
    assert len(frame) == 39
    assert frame.loc["riesa", "change"] == -3156
    assert frame.loc["riesa", ["people", "year"]].tolist() == [29_127, 2023]


def test_ends_of_a_ranking():
    import pandas as pd

    aged = indicators.Indicator("share_65plus", "Anteil", "%", 1, "", "", "")
    values = pd.DataFrame({"name": [f"Kreis {i}" for i in range(20)], "value": [float(i) for i in range(19)] + [None]})
    table = mapdata.extremes(values, aged, "kreise", n=2)
    assert table.to_numpy().tolist() == [
        ["Kreis 18", "18,0\u00a0%", "1."],
        ["Kreis 17", "17,0\u00a0%", "2."],
        ["Kreis 1", "1,0\u00a0%", "18."],
        ["Kreis 0", "0,0\u00a0%", "19."],
    ]
    assert len(mapdata.extremes(values.head(3), aged, "kreise")) == 3
