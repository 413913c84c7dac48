"""Measures of ageing: medians computed by hand, empty and open groups, secret values, and what the build computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zwk_data.demography import ages as ageing
from zwk_data.demography.ages import FINE, GROUPS, bounds, median_age
from zwk_data.stores.connection import read


def people(**counts: int) -> pd.Series:
    """Persons by the 17 groups; ``_10_14=5`` are five of 10 to 14, groups not named are empty."""
    named = {name[1:].replace("_", "-"): count for name, count in counts.items()}
    return pd.Series({group: float(named.get(group.replace("+", "-"), 0)) for group in GROUPS})


SIMPLE = people(_0_2=20, _15_17=10, _20_24=30, _50_54=20, _65_74=10, _75_=10)  # 100 people


def test_median_by_hand():
    # half of 100 is 50; 30 are younger than 20, 30 are 20 to 24: 20 + (50 - 30) / 30 * 5 = 23.33
    assert median_age(SIMPLE) == pytest.approx(20 + 20 / 30 * 5)


def test_median_over_an_empty_group():
    # 10 of 10–14, nobody of 15–49, 10 of 50–54: the 10th person closes the first group, so 15
    assert median_age(people(_10_14=10, _50_54=10)) == pytest.approx(15)
    # 10, nobody, 30 of 50–54: 50 + (20 - 10) / 30 * 5 = 51.67
    assert median_age(people(_10_14=10, _50_54=30)) == pytest.approx(50 + 10 / 30 * 5)


def test_median_in_the_open_group_is_not_known():
    assert median_age(people(_65_74=10, _75_=20)) is None


def test_median_of_secret_missing_or_no_people():
    assert median_age(SIMPLE.where(SIMPLE.index != "20-24")) is None
    assert median_age(SIMPLE.drop("15-17")) is None
    assert median_age(SIMPLE.drop("75+")) is None, "no open group"
    assert median_age(0 * SIMPLE) is None
    assert median_age(SIMPLE.head(0)) is None


def test_what_the_build_computes_from_groups_agrees_with_single_years(stores: Path):
    ages = read(
        "SELECT age_group, value FROM observation_today WHERE area_key = 'DG' AND level = 'bund' AND year = 2015 "
        "AND indicator_id = 'population' AND sex = 'total' AND age_group <> 'total'"
    ).set_index("age_group")["value"]
    published = read(
        "SELECT indicator_id, value FROM observation_today WHERE area_key = 'DG' AND level = 'bund' AND year = 2015 "
        "AND sex = 'total' AND age_group = 'total'"
    ).set_index("indicator_id")["value"]
    single, low = ages[list(FINE)].to_numpy(), np.array([bounds(age)[0] for age in FINE])

    def between(first: int, last: int) -> float:
        return float(single[(low >= first) & (low < last)].sum())

    working = between(20, 65)
    assert published["youth_ratio"] == pytest.approx(100 * between(0, 20) / working)
    assert published["old_age_ratio"] == pytest.approx(100 * between(65, 100) / working)
    assert published["total_ratio"] == pytest.approx(100 * (between(0, 20) + between(65, 100)) / working)
    assert published["billeter"] == pytest.approx((between(0, 15) - between(50, 100)) / between(15, 50))
    # the open class 90+ lives to 92.5 on average
    middles = np.append(np.array([sum(bounds(age)) for age in FINE[:-1]]) / 2, 92.5)
    assert published["mean_age"] == pytest.approx(np.average(middles, weights=single) - 0.4, abs=0.1)
    median = np.interp(single.sum() / 2, np.cumsum(single[:75]), low[:75] + 1)
    assert median_age(ages) == pytest.approx(median, abs=0.2)


def test_total_ratio_is_the_sum_of_both(stores: Path):
    wide = read(
        "SELECT area_key, indicator_id, value FROM observation WHERE level = 'gemeinde' AND year = 2015 "
        "AND indicator_id IN ('youth_ratio', 'old_age_ratio', 'total_ratio', 'billeter')"
    ).pivot_table(index="area_key", columns="indicator_id", values="value")
    assert len(wide) > 11_000
    assert (wide["total_ratio"] - wide["youth_ratio"] - wide["old_age_ratio"]).abs().max() < 1e-9


def test_table(stores: Path):
    table = ageing.ageing_table("riesa", 2015)
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
