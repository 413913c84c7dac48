"""Parts and wholes, each by hand."""

import pandas as pd
from observation_rows import rows

from zwk_data.warehouse.collect.observations import AGE_CLASSES
from zwk_data.warehouse.update import changes
from zwk_data.warehouse.update.service import choose_tables

SEX, AGE, BIRTHS, MOVES = choose_tables(("12411-01-01-4", "12411-02-03-4", "12612-91-01-4", "12711-91-01-4"))
CENSUS = choose_tables(("1000A-0000",))[0]


class Two:
    """A country of two Länder with three Kreise."""

    def valid(self, level, year):
        assert level == "kreis"
        return {"01001", "01002", "02000"}


KREISE = rows(("01001", 2030, 10.0), ("01002", 2030, 20.0), ("02000", 2030, 5.0))


def told(result):
    return result[["what", "expected", "found", "ok"]].to_numpy().tolist()


def test_kreise_add_up_to_the_laender_and_germany():
    printed = pd.concat(
        [rows(("01", 2030, 30.0), ("02", 2030, 5.0), level="land"), rows(("DG", 2030, 35.0), level="bund")]
    )
    assert told(changes.check_sums(SEX, KREISE, printed, Two())) == [
        ["Kreise vollzählig", 3, 3, True],
        ["Länder", 35.0, 35.0, True],
        ["Deutschland", 35.0, 35.0, True],
    ]


def test_two_errors_that_cancel_out_are_found():
    printed = rows(("01", 2030, 29.0), ("02", 2030, 6.0), level="land")
    assert told(changes.check_sums(SEX, KREISE, printed, Two()))[1] == ["Länder", 35.0, 35.0, False]


def test_one_person_is_too_many():
    printed = rows(("DG", 2030, 36.0), level="bund")
    assert told(changes.check_sums(SEX, KREISE, printed, Two()))[-1] == ["Deutschland", 36.0, 35.0, False]


def test_a_missing_kreis_is_found_without_any_published_sum():
    result = told(changes.check_sums(SEX, KREISE.iloc[:2], KREISE.iloc[:0], Two()))
    assert result[0] == ["Kreise vollzählig", 3, 2, False]
    assert result[1][0] == "Deutschland"
    assert result[1][3] is None


def test_people_are_compared_with_the_published_national_total():
    result = changes.check_sums(SEX, KREISE.assign(year=2024), KREISE.iloc[:0], Two())
    assert told(result)[-1] == ["Deutschland", 83577140.0, 35.0, False]


def test_an_unknown_part_makes_no_sum_a_dash_is_nought():
    printed = pd.concat(
        [rows(("01", 2030, 10.0), ("02", 2030, 5.0), level="land"), rows(("DG", 2030, 15.0), level="bund")]
    )
    secret = KREISE.assign(value=[10.0, None, 5.0], status=["reported", "secret", "reported"])
    assert told(changes.check_sums(SEX, secret, printed, Two()))[1:] == [["Länder", 5.0, 5.0, True]]
    none = secret.assign(status=["reported", "none", "reported"])
    assert [row[3] for row in told(changes.check_sums(SEX, none, printed, Two()))[1:]] == [True, True]


def test_women_and_men_make_everybody():
    both = pd.concat(
        [
            rows(("01001", 2030, 10.0), ("01002", 2030, 20.0)),
            rows(("01001", 2030, 4.0, "reported", "male"), ("01002", 2030, 9.0, "reported", "male")),
            rows(("01001", 2030, 6.0, "reported", "female"), ("01002", 2030, 12.0, "reported", "female")),
        ]
    )
    result = changes.check_sums(SEX, both, both.iloc[:0], Two())
    assert told(result)[-1] == ["männlich und weiblich ergeben zusammen", 2, 1, False]


def test_ages_make_everybody():
    ages = rows(*[("01001", 2030, 1.0, "reported", "total", age) for age in AGE_CLASSES])
    right = pd.concat([ages, rows(("01001", 2030, 17.0))])
    assert told(changes.check_sums(AGE, right, right.iloc[:0], Two()))[-1] == [
        "alle Altersgruppen ergeben zusammen",
        1,
        1,
        True,
    ]
    wrong = pd.concat([ages, rows(("01001", 2030, 18.0))])
    assert told(changes.check_sums(AGE, wrong, wrong.iloc[:0], Two()))[-1][3] is False


def test_census_figures_may_differ_by_two_in_ten_thousand():
    parts = rows(("01001000", 2022, 99_980.0), indicator="census_population", level="gemeinde")
    whole = rows(("DG", 2022, 100_000.0), indicator="census_population", level="bund")
    assert told(changes.check_sums(CENSUS, parts, whole, Two())) == [["Deutschland", 100_000.0, 99_980.0, True]]
    parts["value"] = 99_979.0
    assert told(changes.check_sums(CENSUS, parts, whole, Two()))[0][3] is False


def test_the_first_printed_figure_counts():
    printed = pd.concat([rows(("DG", 2030, 35.0), level="bund"), rows(("DG", 2030, 99.0), level="bund")])
    assert told(changes.check_sums(SEX, KREISE, printed, Two()))[-1] == ["Deutschland", 35.0, 35.0, True]


def test_births_of_all_kreise_make_laender_and_germany():
    kreise = KREISE.assign(indicator_id="births")
    made = changes.with_totals(kreise, kreise.iloc[:0], Two())
    added = made[made["status"] == "computed"]
    assert added[["level", "area_key", "value"]].to_numpy().tolist() == [
        ["land", "01", 30.0],
        ["land", "02", 5.0],
        ["bund", "DG", 35.0],
    ]


def test_no_sum_with_a_missing_kreis_or_over_a_printed_one():
    kreise = KREISE.assign(indicator_id="births")
    assert len(changes.with_totals(kreise.iloc[:2], kreise.iloc[:0], Two())) == 2
    secret = kreise.assign(value=[10.0, None, 5.0], status=["reported", "secret", "reported"])
    assert len(changes.with_totals(secret, kreise.iloc[:0], Two())) == 3
    printed = rows(("01", 2030, 31.0), ("02", 2030, 5.0), level="land", indicator="births")
    assert changes.with_totals(kreise, printed, Two())["level"].tolist() == ["kreis"] * 3 + ["bund"]


def test_people_are_added_up_by_the_build():
    assert changes.with_totals(KREISE, KREISE.iloc[:0], Two()).equals(KREISE)
