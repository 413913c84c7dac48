"""Figures of INKAR and the RKI: which rows are kept, and what becomes of them for areas of today and participants."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from zwk_data.demography import areas, comparison
from zwk_data.programme import themes
from zwk_data.stores.connection import read
from zwk_data.warehouse.collect import observations, territory

COLUMNS = ["area_key", "level", "territory", "code", "year", "value"]


def published(*rows: tuple[str, str, int, str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS).assign(status="reported")


def test_kreise_keep_their_years_and_gemeinden_the_newest() -> None:
    found = territory.of_inkar(
        published(
            *(("14627", "kreis", 2022, "q_hausarzt_bev", year, 6.5) for year in (2014, 2015, 2022)),
            *(("14627230", "gemeinde", 2022, "q_hausarzt_bev", year, 6.88) for year in (2021, 2022)),
            ("14627230", "gemeinde", 2022, "q_kinderarzt_kinder", 2022, 0.0),
            ("14627", "kreis", 2022, "q_internist_bev", 2022, 1.0),
        ),
        "s",
    )
    # printed per 10,000, shown per 100,000; the product asks for neither internists nor paediatricians per Gemeinde
    assert found[["area_key", "year", "value"]].to_numpy().tolist() == [
        ["14627", 2015, 65.0],
        ["14627", 2022, 65.0],
        ["14627230", 2022, 68.8],
    ]
    assert set(found["indicator_id"]) == {"gps_per_100000"}


def test_kreise_of_the_older_edition_are_those_of_2021_but_for_two() -> None:
    keys = ("16056", "16063", "16064")
    found = territory.of_inkar(published(*((key, "kreis", 2019, "Auspendler", 2019, 40.0) for key in keys)), "s")
    assert found[["area_key", "territory"]].to_numpy().tolist() == [["16064", 2021]]


def people(**counts: float) -> pd.DataFrame:
    rows = [(key.removeprefix("g"), count) for key, count in counts.items()]
    about = {"level": "gemeinde", "indicator_id": "population", "year": 2022, "sex": "total", "age_group": "total"}
    return pd.DataFrame(rows, columns=["area_key", "value"]).assign(**about, status="reported")


def test_a_kreis_has_the_mean_of_its_verbaende_by_people() -> None:
    found = territory.of_inkar(
        published(
            ("010515163", "verband", 2022, "q_einkst_bev", 2022, 300.0),
            ("010510005", "verband", 2022, "q_einkst_bev", 2022, 500.0),
            ("010010000", "verband", 2022, "q_einkst_bev", 2022, 400.0),
            ("010530001", "verband", 2022, "q_einkst_bev", 2022, 400.0),
        ),
        "s",
    )
    verband_of = pd.Series(
        {"01051001": "010515163", "01051002": "010515163", "01051005": "010510005", "01001000": "010010000"}
        | {"01053001": "010530001", "01053002": "010530002"}
    )
    gemeinden = people(g01051001=100, g01051002=200, g01051005=100, g01001000=50, g01053001=10, g01053002=10)
    kreise = territory.rates_of_kreise(found, gemeinden, verband_of).set_index("area_key")
    # (300 · 300 + 100 · 500) / 400 = 350; of 01053 one half is not known
    assert kreise["value"].to_dict() == {"01001": 400.0, "01051": 350.0}
    assert kreise["status"].to_dict() == {"01001": "reported", "01051": "computed"}


def test_the_verband_of_a_gemeinde_is_that_of_the_register_next_to_the_year() -> None:
    def register(year: int, verband: str) -> pd.DataFrame:
        row = {"area_key": "01051001", "level": "gemeinde", "verband_key": verband}
        return pd.DataFrame([row | {"territory_date": pd.Timestamp(year, 12, 31)}])

    registers = [register(2017, "a"), register(2021, "b"), register(2023, "c")]
    everything = [territory.verband_of(registers, year, {"a", "b", "c"})["01051001"] for year in (2016, 2020, 2022)]
    assert everything == ["a", "b", "c"]
    assert territory.verband_of(registers, 2022, {"a", "b"})["01051001"] == "b"
    assert territory.verband_of(registers, 2022, {"d"})["01051001"] == "c"


def test_a_gemeinde_that_is_the_same_stands_on_the_territory_of_the_year() -> None:
    lineage = pd.DataFrame(
        [
            ("gemeinde", 2005, "01051001", "01051001", 1.0),
            ("gemeinde", 2005, "01051002", "01051002", 1.0),
            ("gemeinde", 2005, "01051003", "01051002", 1.0),
            ("gemeinde", 2005, "01051009", "01051004", 1.0),
        ],
        columns=["level", "year", "key_from", "key_to", "share"],
    )
    keys = ("01051001", "01051002", "01051004")
    frame = published(*((key, "gemeinde", 2022, "Arbeitslose", 2005, 7) for key in keys))
    found = observations.from_inkar_counts(frame, "s", lineage).set_index("area_key")
    assert found["territory"].to_dict() == {"01051001": 2005, "01051002": 2022, "01051004": 2022}
    assert set(found["indicator_id"]) == {"unemployed"}


VALUES = [
    ("riesa", "population_15_64", 2021, 15_514),
    ("schossin", "population_15_64", 2021, 146),
    ("bremerhaven", "population_15_64", 2021, 71_219),
    ("riesa", "unemployed", 2021, 1_300),
    ("schossin", "unemployed", 2021, 4),
    ("riesa", "unemployed_per_100", 2021, 100 * 1_300 / 15_514),
    ("riesa", "deprivation", 2021, 0.40366),
    ("lk-rostock", "deprivation", 2021, 0.62929),
    ("riesa", "gps_per_100000", 2022, 68.8),
    ("riesa", "income_tax", 2022, 295.76),
    ("bremerhaven", "income_tax", 2022, 346.64),
    ("riesa", "minutes_centre", 2020, 0),
    ("spelle", "minutes_centre", 2020, 15.63),
    ("lk-rostock", "care_dependent", 2021, 7.36),
    ("riesa", "census_share_abitur", 2022, 100 * 5_210 / 25_020),
    ("riesa", "census_unemployment", 2022, 100 * 910 / 13_130),
    ("bremerhaven", "census_share_no_school_degree", 2022, 100 * 14_280 / 98_400),
]


@pytest.mark.parametrize(("participant", "indicator", "year", "value"), VALUES)
def test_what_the_files_say_of_participants(
    stores: Path, participant: str, indicator: str, year: int, value: float
) -> None:
    found = read(
        "SELECT value FROM participant_observation WHERE participant_id = $id AND indicator_id = $indicator "
        "AND year = $year AND sex = 'total' AND age_group = 'total'",
        {"id": participant, "indicator": indicator, "year": year},
    )
    assert found["value"].tolist() == [pytest.approx(value, abs=1e-6)]


def test_a_participant_has_one_figure_of_each_kind(stores: Path) -> None:
    """A kreisfreie Stadt is Gemeinde and Kreis, and many rates are printed of both."""
    found = read(
        "SELECT participant_id, indicator_id, year, sex, age_group FROM participant_observation "
        "GROUP BY ALL HAVING count(*) > 1"
    )
    assert found.empty


def test_a_verband_has_what_the_zensus_prints_of_it_as_a_whole(stores: Path) -> None:
    found = read(
        "SELECT participant_id, o.value FROM participant_observation o WHERE indicator_id = 'census_abitur' "
        "AND participant_id IN (SELECT participant_id FROM participant_area WHERE level = 'verband') "
        "AND value IS NOT NULL"
    )
    assert len(found) >= 1
    shares = read(
        "SELECT value FROM participant_observation WHERE indicator_id = 'census_share_abitur' AND participant_id IN "
        "(SELECT participant_id FROM participant_area WHERE level = 'verband') AND value IS NOT NULL"
    )
    assert len(shares) == len(found)
    assert shares["value"].between(10, 60).all()


def test_every_level_adds_up_to_the_published_unemployed(stores: Path) -> None:
    found = read(
        "SELECT level, sum(value) AS total FROM observation_today WHERE indicator_id = 'unemployed' AND year = 2021 "
        "AND level <> 'verband' GROUP BY level"
    ).set_index("level")["total"]
    assert found.round(3).to_dict() == dict.fromkeys(("gemeinde", "kreis", "land", "bund"), 2_613_475)


def test_people_of_working_age_are_the_same_as_the_age_classes(stores: Path) -> None:
    """Of Kreise in 2020 and of Gemeinden in 2015; in two Kreise a Gemeinde had moved by 2022."""
    found = read(
        """
        WITH classes AS (
            SELECT area_key, level, year, sum(value) AS total FROM observation
            WHERE indicator_id = 'population' AND sex = 'total' AND value IS NOT NULL AND ((level = 'kreis' AND
                  year = 2020) OR (level = 'gemeinde' AND year = 2015))
              AND TRY_CAST(regexp_extract(age_group, '^([0-9]+)-', 1) AS INTEGER) BETWEEN 15 AND 60
              AND age_group <> 'total'
            GROUP BY ALL HAVING count(*) = 11)
        SELECT c.level, count(*) AS n, count(*) FILTER (WHERE o.value = total) AS same
        FROM classes c JOIN observation o USING (area_key, level, year)
        WHERE o.indicator_id = 'population_15_64' AND o.territory = o.year GROUP BY c.level
        """
    ).set_index("level")
    assert found.loc["kreis", "n"] >= 396
    assert found.loc["kreis", "same"] >= found.loc["kreis", "n"] - 2
    assert found.loc["gemeinde", "same"] >= 0.99 * found.loc["gemeinde", "n"]
    assert found.loc["gemeinde", "n"] > 9_000


def test_the_share_of_working_age_is_known_in_every_year_with_people(stores: Path) -> None:
    found = read(
        "SELECT level, year, count(*) AS n FROM observation_today WHERE indicator_id = 'share_15_64' GROUP BY ALL"
    ).pivot_table(index="year", columns="level", values="n")
    assert found.index.tolist() == list(range(2001, 2022))
    assert found["kreis"].ge(399).all()
    assert found["land"].eq(16).all()
    gemeinden = found["gemeinde"].dropna()
    assert gemeinden.index.tolist() == [2002, 2005, *range(2008, 2022)]
    assert gemeinden.ge(10_500).all()


def test_few_are_too_uncertain_and_stay_without_a_figure(stores: Path) -> None:
    """What the Zensus marks as too uncertain has a reason and no number."""
    found = read(
        "SELECT status, count(*) AS n, count(value) AS known FROM observation WHERE level = 'gemeinde' "
        "AND indicator_id = 'census_abitur' GROUP BY status"
    ).set_index("status")
    assert found.loc["unreliable", ["n", "known"]].tolist() == [9_196, 0]
    assert found["known"].sum() == 1_578


def test_income_tax_of_germany_is_near_the_share_of_the_gemeinden(stores: Path) -> None:
    """46 of about 84 million people, in thousand millions of euros and people: 545 euros."""
    found = read("SELECT value FROM observation_today WHERE indicator_id = 'income_tax' AND level = 'bund'")
    assert found["value"].tolist() == [pytest.approx(545, abs=5)]
    kreise = read("SELECT count(*) AS n FROM observation_today WHERE indicator_id = 'income_tax' AND level = 'kreis'")
    assert kreise["n"].tolist() == [400]


def test_a_village_is_told_what_its_verband_has(stores: Path) -> None:
    verband = areas.verband("schossin")
    assert verband is not None
    assert (verband.key, verband.name) == ("130765665", "Amt Stralendorf")
    assert areas.verband("riesa") is None
    assert areas.verband("spelle") is None
    newest = comparison.newest("schossin", "deprivation")
    assert newest[["role", "value"]].to_numpy().tolist()[0] == ["verband", 0.47618]
    found = themes.theme_figures("commuter_balance", "arbeit-wirtschaft").set_index("participant_id")
    assert found.loc["schossin", ["kreis", "kreis_key"]].tolist() == ["Stralendorf", "130765665"]
    assert found.loc["riesa", "kreis"] == ""
