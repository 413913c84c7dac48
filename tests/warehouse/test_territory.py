"""Figures on one territorial state: nothing is lost or made on the way, in any year, for any count."""

from __future__ import annotations

import pandas as pd
import pytest

from zwk_data.stores.connection import read
from zwk_data.warehouse.check import POPULATION
from zwk_data.warehouse.indicator_catalogue import catalogue

pytestmark = pytest.mark.usefixtures("stores")

CELL = ["indicator_id", "year", "sex", "age_group"]
#: The city of Aachen has births and deaths by sex from 2009 only, so that the Städteregion of today has none before
WITHOUT_SEX = [(indicator, year) for indicator in ("births", "deaths") for year in range(1995, 2009)]
#: what the Kreise are short of the national row in the publisher's own tables, both sexes and all ages together
NATION_OF_KREISE = {
    ("births", 1995): -14560,  # the Kreise of Sachsen-Anhalt (14,568) are not printed; the other 8 are the publisher's
    ("births", 1996): -16145,
    ("births", 1997): 1,
    ("moves_in", 2015): -1,  # moves of unclear origin, as the publisher explains
    ("moves_out", 2015): -28,
    # each figure of the Zensus is changed a little to keep people unknown, so that parts miss their whole
    ("census_population", 2022): -8258,
    ("census_foreign", 2022): 6,
    ("census_migration", 2022): -2431,
    ("households", 2022): -2,
    ("households_single", 2022): -77,
    ("households_seniors", 2022): 21,
    ("buildings", 2022): 20,
    ("buildings_one_dwelling", 2022): 11,
    ("buildings_until_1949", 2022): -46,
    ("buildings_since_2000", 2022): -65,
}
#: the same for Gemeinden
NATION_OF_GEMEINDEN = {
    ("population", 1997): -57862,  # the register of 1998 has no row for Gemeinden that ended in 1998
    ("population", 2008): -696368,  # Hannover and Saarbrücken are missing
    # computed from densities: in 2016 without the Gemeinden whose area changed since, later with small errors
    ("population", 2016): -1113853,
    ("population", 2019): -3060,
    ("population", 2020): -5743,
    ("census_population", 2022): -8258,  # the table of Gemeinden is short of its national figure
    ("census_foreign", 2022): -166,
    ("census_migration", 2022): -2235,
    ("households", 2022): -128,
    ("households_single", 2022): -145,
    ("households_seniors", 2022): -255,
    ("buildings", 2022): -29,
    ("buildings_one_dwelling", 2022): -16,
    ("buildings_until_1949", 2022): -113,
    ("buildings_since_2000", 2022): -113,
    ("moves_in", 2015): -1,
    ("moves_out", 2015): -28,
}


@pytest.fixture(scope="module")
def sums() -> pd.DataFrame:
    """Sums of all counts: one row per level, indicator, year, sex and age; columns published, today."""
    parts = [
        read(
            f"SELECT level, {', '.join(CELL)}, sum(value) AS {name}, "
            f"count(DISTINCT area_key) FILTER (WHERE value IS NOT NULL) AS units_{name} FROM {table} "
            "WHERE level IN ('bund', 'kreis', 'gemeinde') AND indicator_id IN (SELECT unnest($counts)) GROUP BY ALL",
            {"counts": list(catalogue().marked("moved_by_people"))},
        ).set_index(["level", *CELL])
        for name, table in (("published", "observation"), ("today", "observation_today"))
    ]
    return parts[0].join(parts[1], how="outer").reset_index()


#: counts of the Zensus from its sample, rounded to tens; most Gemeinden have none
OF_THE_SAMPLE = [key for key, entry in catalogue().indicators.items() if "Stichprobe" in entry["source_note_de"]]


@pytest.mark.slow
@pytest.mark.parametrize("level", ["kreis", "gemeinde"])
def test_converted_figures_add_up_to_the_published_ones(sums, level):
    """Every count, year, sex and age class: relative difference below a millionth (rounding of shares)."""
    frame = sums[sums["level"] == level].dropna(subset="published")
    assert set(frame["indicator_id"]) >= {"population", "births", "deaths", "moves_in", "moves_out"}
    named = frame["sex"].ne("total") & frame[["indicator_id", "year"]].apply(tuple, axis=1).isin(WITHOUT_SEX)
    named &= frame["level"] == "kreis"
    checked = frame[~named]
    off = checked[~((checked["today"] - checked["published"]).abs() <= 1e-6 * checked["published"])]
    assert len(checked) > (500 if level == "kreis" else 100)
    assert off.empty, off.to_string()
    assert named.sum() == (2 * len(WITHOUT_SEX) if level == "kreis" else 0)


def test_only_the_staedteregion_aachen_lacks_births_by_sex():
    frame = read(
        "SELECT DISTINCT area_key FROM observation_today WHERE level = 'kreis' "
        "AND indicator_id IN ('births', 'deaths') AND sex = 'total' AND value IS NOT NULL AND year < 2009 "
        "AND (area_key, indicator_id, year) NOT IN (SELECT "
        "(area_key, indicator_id, year) FROM observation_today WHERE level = 'kreis' AND sex = 'male' "
        "AND value IS NOT NULL)"
    )
    assert frame["area_key"].tolist() == ["05334"]


def test_kreise_meet_the_national_total_to_the_person(sums):
    """Every year, count, sex and age class of the Kreise against the national row, before any rounding."""
    frame = sums[sums["level"] == "kreis"].merge(
        sums.loc[sums["level"] == "bund", [*CELL, "published"]], on=CELL, suffixes=("", "_bund")
    )
    whole = frame[(frame["sex"] == "total") & (frame["age_group"] == "total")]
    rounded = whole["indicator_id"].isin(OF_THE_SAMPLE)
    assert (whole["published"] - whole["published_bund"])[rounded].abs().max() < 10 * 400
    whole = whole[~rounded]
    population = whole[whole["indicator_id"] == "population"]
    assert set(POPULATION) <= set(population["year"])
    for row in whole.itertuples():
        expected = NATION_OF_KREISE.get((row.indicator_id, row.year), 0)
        assert row.published - row.published_bund == expected, row
        assert row.today - row.published_bund == pytest.approx(expected, abs=1e-4), row
    people = frame[frame["indicator_id"] == "population"]
    assert people["sex"].nunique() == 3
    assert people["age_group"].nunique() > 17
    assert (people["published"] == people["published_bund"]).all()
    assert people["today"].to_numpy() == pytest.approx(people["published_bund"].to_numpy(), abs=1e-4)


def test_gemeinden_meet_the_national_total_in_complete_years(sums):
    frame = sums[sums["level"] == "gemeinde"].merge(
        sums.loc[sums["level"] == "bund", [*CELL, "published"]], on=CELL, suffixes=("", "_bund")
    )
    whole = frame[(frame["sex"] == "total") & (frame["age_group"] == "total")]
    whole = whole[~whole["indicator_id"].isin(OF_THE_SAMPLE)]
    assert len(whole) > 35
    for row in whole.itertuples():
        expected = NATION_OF_GEMEINDEN.get((row.indicator_id, row.year), 0)
        assert row.today - row.published_bund == pytest.approx(expected, abs=1e-6 * row.published_bund), row


def test_all_400_kreise_have_an_unbroken_series():
    """No Kreis of today lacks a year, whatever reform it went through, and no Kreis of the past is left."""
    frame = read(
        "SELECT year, count(DISTINCT area_key) AS n, min(value) AS least FROM observation_today WHERE level = 'kreis' "
        "AND indicator_id = 'population' AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL "
        "AND year >= 1995 GROUP BY year"
    ).set_index("year")
    assert set(frame.index) == set(range(1995, 2025))
    assert set(frame["n"]) == {400}
    assert frame["least"].min() > 30_000
    keys = read("SELECT DISTINCT area_key FROM observation_today WHERE level = 'kreis'")["area_key"]
    today = read("SELECT area_key FROM area WHERE level = 'kreis' AND valid_to IS NULL")["area_key"]
    assert set(keys) == set(today)


def people(table: str, year: int, *keys: str) -> tuple[float, set[str]]:
    marks = ", ".join("?" * len(keys))
    frame = read(
        f"SELECT value, status FROM {table} WHERE level = 'kreis' AND indicator_id = 'population' AND sex = 'total' "
        f"AND age_group = 'total' AND year = ? AND area_key IN ({marks})",
        [year, *keys],
    )
    assert len(frame) == len(keys)
    return float(frame["value"].sum()), set(frame["status"])


@pytest.mark.parametrize(
    ("today", "year", "parts"),
    [
        ("14523", 2000, ["14166", "14178"]),  # Vogtlandkreis with Plauen: Sachsen 2008
        ("13072", 2005, ["13051", "13053"]),  # Landkreis Rostock: Mecklenburg-Vorpommern 2011
        ("13076", 2010, ["13054", "13060"]),  # Ludwigslust-Parchim
        ("03159", 2010, ["03152", "03156"]),  # Göttingen with Osterode 2016
        ("05334", 2005, ["05313", "05354"]),  # Städteregion Aachen 2009
    ],
)
def test_reformed_kreis_is_the_sum_of_its_parts(today, year, parts):
    before, _ = people("observation", year, *parts)
    after, status = people("observation_today", year, today)
    assert after == before
    assert status <= {"computed", "reported"}  # reported: the publisher has calculated it back himself


def test_eisenach_and_its_kreis_are_converted_and_say_so():
    """In 2021 Eisenach joined, and Kaltennordheim had left two years before: no exact sum, but none lost."""
    after, status = people("observation_today", 2016, "16063")
    assert status == {"estimated"}
    before, _ = people("observation", 2016, "16063", "16056", "16066")
    neighbour, _ = people("observation_today", 2016, "16066")
    assert after + neighbour == pytest.approx(before)
    # with the figures of all Gemeinden it is their sum
    assert people("observation_today", 2015, "16063")[1] == {"computed"}


@pytest.mark.parametrize(
    ("kreis", "year", "right"),
    [
        # calculated back in the table already: Brandenburg
        ("12054", 2002, 143_246),
        ("12052", 2002, 109_144),
        ("12069", 2002, 200_313),
        ("12071", 2002, 143_642),
        # the sum of the Gemeinden of today
        ("13076", 1990, 234_999),
        ("12073", 1990, 169_255),
    ],
)
def test_people_of_a_kreis_on_the_territory_of_today(kreis, year, right):
    assert people("observation_today", year, kreis)[0] == right


@pytest.mark.parametrize(
    ("kreis", "index"),
    [
        ("16061", 97.6),  # Dünwald and a part of Anrode came in 2023
        ("16064", 96.7),
        ("07135", 99.8),  # Rheinland-Pfalz prints 2011 for the Gemeinden of 2014
        ("07140", 103.4),
        ("07231", 103.4),
        ("07235", 107.1),
    ],
)
def test_index_of_2023(kreis, index):
    frame = read(
        "SELECT value FROM observation_today WHERE indicator_id = 'population_index' AND year = 2023 AND area_key = ?",
        [kreis],
    )
    assert round(frame["value"].iloc[0], 1) == index


def test_each_kreis_has_an_index_on_the_territory_of_today():
    """Reutlingen too, whose area grew in 2011 by a training ground without people."""
    years = read(
        "SELECT year, count(value) AS n FROM observation_today WHERE level = 'kreis' "
        "AND indicator_id = 'population_index' AND year >= 1995 GROUP BY year"
    )
    assert set(years["n"]) == {400}
    published = read(
        "SELECT area_key FROM observation WHERE level = 'kreis' AND indicator_id = 'population_index' AND year = 2023"
    )
    assert "08415" in set(published["area_key"])
    assert not {"16061", "16064"} & set(published["area_key"])


def test_figures_of_2024_go_back_with_the_gemeinden_that_changed_their_kreis():
    """Rodeberg (1,552) left Unstrut-Hainich for Eichsfeld and Hallungen (184) came from the Wartburgkreis."""
    keys = {"16061": -1552, "16064": 1552 - 184, "16063": 184}
    for kreis, more in keys.items():
        published, today = (people(table, 2024, kreis)[0] for table in ("observation", "observation_today"))
        assert today - published == pytest.approx(more, abs=0.5)


def test_gemeinden_of_1990_are_read_by_the_keys_of_one_year():
    """13041440 is Zirchow in the register of 1990, and Zirchow with Garz in the keys of that year."""
    frame = read(
        "SELECT area_key, year, value FROM observation_today WHERE indicator_id = 'population' AND sex = 'total' "
        "AND age_group = 'total' AND area_key IN ('13075034', '13075152', '12060161') AND year IN (1990, 1994)"
    ).set_index(["area_key", "year"])["value"]
    assert frame["13075034", 1990] == 281
    assert frame["13075152", 1990] == 402
    # Melchow without Spechthausen, which is in Eberswalde today
    assert [frame["12060161", 1990], frame["12060161", 1994]] == [729, 726]


def test_a_rate_has_events_and_people_of_the_same_territory():
    """Sachsen prints the births of 2012 for the Gemeinden of 2013, to which Wiedemar has taken in three others."""
    for table, expected in (("observation", {2011: 9.3, 2013: 8.6}), ("observation_today", {2011: 8.0, 2012: 6.9})):
        frame = read(
            f"SELECT year, value FROM {table} WHERE indicator_id = 'birth_rate' AND area_key = '14730340'"
        ).set_index("year")["value"]
        assert {year: round(frame[year], 1) for year in expected} == expected
    wiedemar = read("SELECT year FROM observation WHERE indicator_id = 'birth_rate' AND area_key = '14730340'")
    assert 2012 not in set(wiedemar["year"])


@pytest.mark.parametrize("table", ["observation", "observation_today"])
def test_no_rate_of_nought_where_many_people_live(table):
    frame = read(
        f"SELECT r.area_key, r.year FROM {table} r JOIN {table} p USING (area_key, level, year, sex, age_group) "
        "WHERE r.indicator_id IN ('birth_rate', 'death_rate') AND r.value = 0 AND p.indicator_id = 'population' "
        "AND p.value > 1300"
    )
    assert frame.empty


def test_laender_of_1990_are_those_of_today():
    """Amt Neuhaus went to Niedersachsen in 1993."""
    frame = read(
        "SELECT o.area_key, t.value - o.value AS more FROM observation o JOIN observation_today t "
        "USING (area_key, level, indicator_id, year, sex, age_group) WHERE level = 'land' AND year = 1990 "
        "AND indicator_id = 'population' AND sex = 'total' AND age_group = 'total'"
    ).set_index("area_key")["more"]
    assert len(frame) == 16
    assert frame["03"] == 6057
    assert frame.sum() == pytest.approx(0, abs=1e-6)
    assert set(frame[frame != 0].index) == {"03", "12", "13", "14", "16"}


def test_status_says_how_a_value_was_made():
    """A Gemeinde put together from whole ones is computed; one that got a part of another is estimated."""
    frame = read(
        "SELECT area_key, year, value, status FROM observation_today WHERE level = 'gemeinde' AND sex = 'total' "
        "AND indicator_id = 'population' AND age_group = 'total' AND area_key IN ('03352062', '07340501', '07340502') "
        "AND year IN (1983, 2010)"
    ).set_index(["area_key", "year"])
    assert frame.loc[("03352062", 2010), "status"] == "computed"
    # Wieslautern (2,608 in 1983) was parted between two Gemeinden that had 1,658 and 1,146 people in 1990
    assert frame.loc[("07340501", 1983), "value"] == pytest.approx(2608 * 1658 / 2804)
    assert frame.loc[("07340502", 1983), "value"] == pytest.approx(2608 * 1146 / 2804)
    assert set(frame.loc[[("07340501", 1983), ("07340502", 1983)], "status"]) == {"estimated"}
    whole = read(
        "SELECT count(*) AS n FROM observation_today WHERE status = 'estimated' AND value <> round(value, 6) "
        "AND indicator_id IN ('population', 'births', 'deaths')"
    )
    assert whole["n"].iloc[0] > 1000
    wrong = read(
        "SELECT count(*) AS n FROM observation_today WHERE status = 'computed' AND level IN ('gemeinde', 'kreis') "
        "AND abs(value - round(value)) > 1e-3 AND indicator_id IN ('population', 'births', 'deaths')"
    )
    assert wrong["n"].iloc[0] == 0


def test_tables_of_one_year_on_different_territories_lose_nobody():
    """Births of 2011 still name Bad Münster am Stein-Ebernburg; population of 2011 is that of Bad Kreuznach of 2014."""
    for year in (2011, 2012, 2013):
        frame = read(
            "SELECT o.value AS published, t.value AS today FROM observation o JOIN observation_today t "
            "USING (area_key, level, indicator_id, year, sex, age_group) WHERE area_key = '07133006' AND year = ? "
            "AND indicator_id = 'population' AND sex = 'total' AND age_group = 'total'",
            [year],
        )
        assert len(frame) == 1
        assert frame["published"].iloc[0] == frame["today"].iloc[0] > 47_000


def test_a_dash_is_no_nought_where_children_were_born():
    """Sachsen-Anhalt prints its births of 1995 and 1996 for the Land alone."""
    frame = read(
        "SELECT indicator_id, count(value) AS known, count(*) AS n FROM observation_today WHERE level = 'kreis' "
        "AND area_key LIKE '15%' AND year IN (1995, 1996) AND sex = 'total' "
        "AND indicator_id IN ('births', 'birth_rate', 'natural_balance') GROUP BY ALL"
    ).set_index("indicator_id")
    assert frame.loc["births", "known"] == 0
    assert frame.loc["births", "n"] == 28
    assert not {"birth_rate", "natural_balance"} & set(frame.index)
