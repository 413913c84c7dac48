"""Rates from counts: cases computed by hand."""

import duckdb
import pytest

from zwk_data.warehouse.build import derive
from zwk_data.warehouse.indicator_catalogue import catalogue

AGES = catalogue().ingredients["years_of_age"]["weights"]


@pytest.fixture
def con():
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE observation (area_key VARCHAR, level VARCHAR, indicator_id VARCHAR, year SMALLINT, sex VARCHAR, "
        "age_group VARCHAR, value DOUBLE, status VARCHAR, territory SMALLINT, source_id VARCHAR)"
    )
    yield con
    con.close()


def put(con, indicator, year, value, *, area="00000001", sex="total", age="total", status="reported"):
    con.execute(
        "INSERT INTO observation VALUES (?, 'gemeinde', ?, ?, ?, ?, ?, ?, ?, 'src')",
        [area, indicator, year, sex, age, value, status, year],
    )


def got(con, indicator, year, area="00000001"):
    derive(con, "observation", "area_key, level")
    return con.execute(
        "SELECT value, status FROM observation WHERE indicator_id = ? AND year = ? AND area_key = ?",
        [indicator, year, area],
    ).fetchone()


def test_rate_uses_the_mean_of_two_year_ends(con):
    put(con, "population", 2014, 100)
    put(con, "population", 2015, 110)
    put(con, "births", 2015, 2)
    value, status = got(con, "birth_rate", 2015)
    assert value == pytest.approx(1000 * 2 / 105)
    assert status == "computed"


def test_rate_without_the_year_before_uses_the_year_end(con):
    put(con, "population", 2013, 100)
    put(con, "population", 2015, 110)
    put(con, "births", 2015, 2)
    assert got(con, "birth_rate", 2015)[0] == pytest.approx(1000 * 2 / 110)


def test_no_mean_over_a_census(con):
    put(con, "population", 2010, 200)
    put(con, "population", 2011, 100)
    put(con, "deaths", 2011, 3)
    assert got(con, "death_rate", 2011)[0] == pytest.approx(30)


def test_no_mean_over_a_change_of_territory(con):
    for year, people, km2 in ((2013, 1000, 10.0), (2014, 3000, 31.0)):
        put(con, "population", year, people)
        put(con, "area_km2", year, km2)
    put(con, "births", 2014, 30)
    assert got(con, "birth_rate", 2014)[0] == pytest.approx(10)


def test_published_dash_counts_as_zero_in_a_balance(con):
    put(con, "population", 2015, 240)
    put(con, "births", 2015, None, status="none")
    put(con, "deaths", 2015, 4)
    assert got(con, "natural_balance", 2015) == (-4, "computed")


def test_secret_figure_gives_no_balance(con):
    put(con, "population", 2015, 240)
    put(con, "births", 2015, None, status="secret")
    put(con, "deaths", 2015, 4)
    assert got(con, "natural_balance", 2015) is None


def test_shares_and_ratios_of_ages(con):
    people = dict.fromkeys(AGES, 10) | {"75+": 40}
    for age, n in people.items():
        put(con, "population", 2015, n, age=age)
    put(con, "population", 2015, sum(people.values()))  # 16 * 10 + 40 = 200
    derive(con, "observation", "area_key, level")
    values = dict(con.execute("SELECT indicator_id, value FROM observation WHERE age_group = 'total'").fetchall())
    assert values["share_under18"] == pytest.approx(25)  # five classes of ten
    assert values["share_18_64"] == pytest.approx(50)  # ten classes of ten
    assert values["share_65plus"] == pytest.approx(25)  # 10 + 40
    assert values["youth_ratio"] == pytest.approx(100 * 60 / 90)
    assert values["old_age_ratio"] == pytest.approx(100 * 50 / 90)
    assert values["total_ratio"] == pytest.approx(100 * (60 + 50) / 90)
    # under 15 four classes of ten; 50 and over three of ten, 10 + 40; 15 to 49 eight of ten
    assert values["billeter"] == pytest.approx((40 - 80) / 80)
    assert values["mean_age"] == pytest.approx(
        (10 * sum(w for a, w in AGES.items() if a != "75+") + 40 * 81.8) / 200 - 0.4
    )
    assert "share_80plus" not in values  # no classes above 75+


def test_a_missing_age_class_gives_no_share(con):
    for age in AGES:
        if age != "6-9":
            put(con, "population", 2015, 10, age=age)
    put(con, "population", 2015, 170)
    assert got(con, "share_under18", 2015) is None


def test_index_and_density_carry_the_last_area_on(con):
    put(con, "population", 2011, 1000)
    put(con, "area_km2", 2011, 20.0)
    put(con, "population", 2016, 1100)
    assert got(con, "population_index", 2016)[0] == pytest.approx(110)
    value = con.execute("SELECT value FROM observation WHERE indicator_id = 'density' AND year = 2016").fetchone()[0]
    assert value == pytest.approx(55)


def test_an_area_that_is_not_printed_is_none(con):
    """The Regionaldatenbank prints „-“ for the area of a Verband in years before it has one."""
    put(con, "area_km2", 2013, None, status="none")
    put(con, "area_km2", 2014, 20.0)
    for year, people in ((2013, 100), (2014, 110)):
        put(con, "population", year, people)
    put(con, "births", 2014, 2)
    assert got(con, "birth_rate", 2014)[0] == pytest.approx(1000 * 2 / 105)
    assert con.execute("SELECT value FROM observation WHERE indicator_id = 'density'").fetchall() == [(5.5,)]


def test_a_rate_is_as_sure_as_its_least_sure_ingredient(con):
    put(con, "population", 2011, 100, status="estimated")
    put(con, "population", 2015, 110)
    put(con, "births", 2015, 2)
    assert got(con, "population_index", 2015) == (pytest.approx(110), "estimated")
    assert con.execute("SELECT status FROM observation WHERE indicator_id = 'birth_rate'").fetchall() == [("computed",)]


def test_published_rates_stand_and_nobody_lives_at_no_rate(con):
    put(con, "population", 2015, 100)
    put(con, "population", 2015, 60, sex="female")
    put(con, "share_female", 2015, 59.9)
    assert got(con, "share_female", 2015) == (59.9, "reported")
    put(con, "population", 2015, 0, area="00000002")
    put(con, "population", 2015, 0, area="00000002", sex="female")
    assert got(con, "share_female", 2015, area="00000002") is None


def test_only_noise_is_cut_off_at_all_of_it(con):
    """Cell keys may make a part of the Zensus larger than its whole; in a register that would be an error to see."""
    put(con, "buildings", 2022, 20)
    put(con, "buildings_one_dwelling", 2022, 21)
    assert got(con, "share_one_dwelling", 2022) == (100, "computed")
    put(con, "population", 2022, 20)
    put(con, "population", 2022, 21, sex="female")
    assert got(con, "share_female", 2022) == (105, "computed")


def test_rounded_counts_give_rounded_rates(con):
    put(con, "population", 2020, 1230, status="rounded")
    put(con, "area_km2", 2020, 10.0)
    assert got(con, "density", 2020) == (123, "rounded")
