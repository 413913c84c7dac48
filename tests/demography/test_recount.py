"""Where the Zensus 2022 contradicts the Fortschreibung: the rule, and the values of the audit."""

from __future__ import annotations

import pytest

from zwk_data.demography.series import Recount, disagreement, recount
from zwk_data.stores.connection import read


def test_one_grew_and_the_other_shrank():
    """Neubrandenburg: 64,027 in 2011, 64,390 in 2023 (+0.6 %), 59,794 counted (-6.6 %)."""
    people = {2011: 64027.0, 2021: 63043.0, 2022: 63989.0, 2023: 64390.0, 2024: 60000.0}
    found = disagreement(people, 59794.0)
    assert found is not None
    assert (found.carried, found.year, found.base) == (63043, 2021, 64027), "135 days before, 2022 is 230 after"
    assert found.difference == -3249
    assert found.share == pytest.approx(-100 * 3249 / 63043)
    assert found.short == "\u22123.249 (\u22125,2\u00a0%)"
    assert found.words.startswith(
        "Der Zensus zählte am 15. Mai 2022 59.794 Menschen, 3.249 (5,2\u00a0Prozent) weniger, als zum nächsten "
        "Jahresende, dem 31.12.2021, fortgeschrieben waren (63.043)."
    )


@pytest.mark.parametrize(
    ("counted", "shown"),
    [(1010, False), (990, True), (1045, False), (1051, True), (989.5, True)],
    ids=["both grew", "grew and shrank", "2.9 % more", "3.0 % more", "half a person"],
)
def test_the_rule(counted: float, shown: bool):
    """1,000 people in 2011, 1,020 at the end of 2021, 1,030 in 2023: 3 % of 1,020 are 30.6."""
    assert (disagreement({2011: 1000.0, 2021: 1020.0, 2023: 1030.0}, counted) is not None) is shown


def test_both_fell_but_far_apart():
    found = disagreement({2011: 2000.0, 2021: 1900.0, 2023: 1890.0}, 1800.0)
    assert found is not None
    assert found.difference == -100


def test_what_is_missing():
    assert disagreement({2021: 1000.0}, 500.0) is None, "nothing of 2011"
    assert disagreement({2011: 1000.0, 2020: 1000.0}, 500.0) is None, "no end of a year near the count"
    late = disagreement({2011: 1000.0, 2022: 1000.0}, 500.0)
    assert late is not None
    assert late.year == 2022


def test_small_places_get_persons():
    assert Recount(230, 240, 2021, 250, "").short == "\u221210"
    assert "Prozent) weniger" not in Recount(230, 240, 2021, 250, "").words


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(
    ("who", "counted", "carried", "short", "grown", "by_census"),
    [
        ("neubrandenburg", 59794, 63043, "\u22123.249 (\u22125,2\u00a0%)", 0.6, -6.6),
        ("ludwigslust", 11845, 12070, "\u2212225 (\u22121,9\u00a0%)", 3.6, -1.2),
        ("coburg", 40296, 40955, "\u2212659 (\u22121,6\u00a0%)", 2.8, -1.7),
    ],
)
def test_values_of_the_audit(who: str, counted: int, carried: int, short: str, grown: float, by_census: float):
    found = recount(who)
    assert found is not None
    assert (found.counted, found.carried, found.year, found.short) == (counted, carried, 2021, short)
    newest = read(
        """
        SELECT value FROM participant_observation WHERE participant_id = $id AND indicator_id = 'population'
        AND year = 2023 AND sex = 'total' AND age_group = 'total'
        """,
        {"id": who},
    )["value"].iloc[0]
    assert round(100 * (newest / found.base - 1), 1) == grown
    assert round(100 * (found.counted / found.base - 1), 1) == by_census


@pytest.mark.usefixtures("stores")
def test_gemeinden_that_grow_and_lie_below_2011_by_the_count():
    """1,219 of 10,775, as the audit found."""
    frame = read(
        """
        SELECT area_key, any_value(value) FILTER (WHERE indicator_id = 'census_population') AS counted,
               any_value(value) FILTER (WHERE indicator_id = 'population' AND year = 2011) AS first,
               any_value(value) FILTER (WHERE indicator_id = 'population' AND year = 2021) AS carried,
               any_value(value) FILTER (WHERE indicator_id = 'population' AND year = 2023) AS last
        FROM observation_today
        WHERE level = 'gemeinde' AND sex = 'total' AND age_group = 'total'
          AND (indicator_id = 'census_population' OR indicator_id = 'population' AND year IN (2011, 2021, 2023))
        GROUP BY area_key
        """
    ).dropna()
    assert len(frame) == 10_775
    odd = frame[(frame["last"] > frame["first"]) & (frame["counted"] < frame["first"])]
    assert len(odd) == 1219
    shown = [
        disagreement({2011: row.first, 2021: row.carried, 2023: row.last}, row.counted) is not None
        for row in odd.itertuples()
    ]
    assert all(shown)
