"""Measures of ageing: cases computed by hand, empty and open classes, secret values, and what the build computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zwk_data.demography import ages as ageing
from zwk_data.demography.ages import FINE, GROUPS
from zwk_data.stores.connection import read
from zwk_data.warehouse.indicator_catalogue import catalogue


def frame(people: dict[str, float], sex: str = "total") -> pd.DataFrame:
    return pd.DataFrame({"age_group": list(people), "sex": sex, "value": list(people.values())})


SIMPLE = frame({"0-14": 20, "15-19": 10, "20-49": 30, "50-64": 20, "65-74": 10, "75+": 10})  # 100 people


def test_median_by_hand():
    # half of 100 is 50; 30 are younger than 20, 30 are 20 to 49: 20 + (50 - 30) / 30 * 30 = 40
    assert ageing.median_age(SIMPLE) == pytest.approx(40)


def test_median_over_an_empty_class():
    # 10 of 0–14, nobody of 15–49, 10 of 50+: the 10th person closes the first class, so 15
    assert ageing.median_age(frame({"0-14": 10, "15-49": 0, "50-64": 10, "65+": 0})) == pytest.approx(15)
    # 10, nobody, 30 of 50–64: 50 + (20 - 10) / 30 * 15 = 55
    assert ageing.median_age(frame({"0-14": 10, "15-49": 0, "50-64": 30, "65+": 0})) == pytest.approx(55)


def test_median_in_the_open_class_is_not_known():
    assert ageing.median_age(frame({"0-74": 10, "75+": 20})) is None


def test_mean_by_hand():
    # middles 7.5, 17.5, 35, 57.5, 70, 81.8: (150 + 175 + 1050 + 1150 + 700 + 818) / 100 = 40.43
    assert ageing.mean_age(SIMPLE) == pytest.approx(40.43)
    # 90+ counts 92.5: (10 * 45 + 10 * 92.5) / 20 = 68.75
    assert ageing.mean_age(frame({"0-89": 10, "90+": 10})) == pytest.approx(68.75)
    assert ageing.mean_age(frame({"0-84": 10, "85+": 10})) is None, "nobody says how old people of 85+ are"


def test_open_middle_is_that_of_the_catalogue():
    assert catalogue().ingredients["years_of_age"]["weights"]["75+"] == ageing.OPEN_MIDDLE[75]


def test_ratios_by_hand():
    assert ageing.billeter(SIMPLE) == pytest.approx((20 - 40) / 40)  # 50–64, 65–74, 75+: 40; 15–49: 40
    assert ageing.youth_ratio(SIMPLE) == pytest.approx(100 * 30 / 50)
    assert ageing.old_age_ratio(SIMPLE) == pytest.approx(100 * 20 / 50)
    assert ageing.total_ratio(SIMPLE) == pytest.approx(100 * 50 / 50)


@pytest.mark.parametrize(
    "measure",
    [
        ageing.median_age,
        ageing.mean_age,
        ageing.billeter,
        ageing.youth_ratio,
        ageing.old_age_ratio,
        ageing.total_ratio,
    ],
)
class TestNoResult:
    def test_secret(self, measure):
        ages = SIMPLE.copy()
        ages.loc[2, "value"] = np.nan
        assert measure(ages) is None

    def test_missing_class(self, measure):
        assert measure(SIMPLE.drop(index=1)) is None
        assert measure(SIMPLE.drop(index=5)) is None, "no open class"

    def test_nobody_and_nothing(self, measure):
        assert measure(SIMPLE.assign(value=0)) is None
        assert measure(SIMPLE.head(0)) is None

    def test_sexes_are_added_up_only_if_both_are_known(self, measure):
        both = pd.concat([SIMPLE.assign(sex="male"), SIMPLE.assign(sex="female")])
        assert measure(both) == pytest.approx(measure(SIMPLE))
        assert measure(both, "female") == pytest.approx(measure(SIMPLE))
        assert measure(SIMPLE.assign(sex="male")) is None


def test_bounds_inside_a_class_give_no_result():
    ages = frame({"0-17": 20, "18-64": 50, "65+": 30})
    assert ageing.youth_ratio(ages) is None
    assert ageing.billeter(ages) is None


def test_the_finest_of_several_divisions_counts():
    fine = frame({"0-4": 5, "5-9": 15, "10+": 20})
    # half of 40 is 20, reached at the end of 5–9
    assert ageing.median_age(fine) == pytest.approx(10)
    single = pd.concat([fine, frame({"5": 1, "6": 12, "7": 1, "8": 1, "9": 0})])
    # 5 + 1 + 12 = 18 below 7, 19 below 8, 20 below 9: 8 + (20 - 19) / 1 * 1 = 9
    assert ageing.median_age(single) == pytest.approx(9)


def test_the_17_groups_meet_all_bounds(stores: Path):
    ages = read(
        "SELECT age_group, sex, value FROM observation_today WHERE area_key = 'DG' AND level = 'bund' AND year = 2015 "
        "AND indicator_id = 'population' AND age_group <> 'total'"
    )
    grouped, single = (ages[ages["age_group"].isin(division)] for division in (GROUPS, FINE))
    published = read(
        "SELECT indicator_id, value FROM observation_today WHERE area_key = 'DG' AND level = 'bund' AND year = 2015 "
        "AND sex = 'total' AND age_group = 'total'"
    ).set_index("indicator_id")["value"]
    for name in ("billeter", "youth_ratio", "old_age_ratio", "total_ratio"):
        measure = getattr(ageing, name)
        assert measure(grouped) == pytest.approx(published[name])
        assert measure(single) == pytest.approx(published[name])
    assert ageing.median_age(grouped) == pytest.approx(ageing.median_age(single), abs=0.2)
    assert ageing.mean_age(grouped) - 0.4 == pytest.approx(published["mean_age"], abs=0.1)


def test_total_ratio_is_the_sum_of_both(stores: Path):
    wide = read(
        "SELECT area_key, indicator_id, value FROM observation WHERE level = 'gemeinde' AND year = 2015 "
        "AND indicator_id IN ('youth_ratio', 'old_age_ratio', 'total_ratio', 'billeter')"
    ).pivot_table(index="area_key", columns="indicator_id", values="value")
    assert len(wide) > 11_000
    assert (wide["total_ratio"] - wide["youth_ratio"] - wide["old_age_ratio"]).abs().max() < 1e-9


def test_table(stores: Path):
    table = ageing.ageing_table("riesa")
    assert list(table.columns) == ageing.AGEING_COLUMNS
    assert table["measure"].unique().tolist() == list(ageing.MEASURES)
    assert table[table["measure"] == "billeter"]["role"].tolist() == ["participant", "kreis", "land", "bund"]
    assert (table["year"] == 2015).all()
    assert table["value"].notna().all()
    assert table["definition"].str.len().min() > 30


def test_table_of_a_year_without_ages(stores: Path):
    table = ageing.ageing_table("dresden", 1999)
    assert table[table["measure"] == "median_age"]["value"].isna().all()
    assert table[(table["measure"] == "mean_age") & (table["role"] == "participant")]["value"].notna().all()
    assert ageing.ageing_table("atlantis").empty
