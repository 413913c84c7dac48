"""Breaks of series: where they lie, whom they concern, and that no segment runs over one."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.demography.series import between, breaks, segments


def names(indicator: str, *laender: str) -> list[str]:
    return [one.name for one in breaks(indicator, laender)]


def test_both_censuses_break_everything_that_hangs_on_inhabitants():
    assert names("population", "14") == ["Zensus 2011", "Zensus 2022"]
    assert names("share_65plus", "14") == ["Zensus 2011", "Zensus 2022"]


def test_the_census_of_1987_concerns_the_west_only():
    assert names("population", "05")[0] == "Volkszählung 1987"
    assert "Volkszählung 1987" not in names("population", "12")
    assert names("population", "09", "16")[0] == "Volkszählung 1987", "an alliance over the border has it too"


def test_births_know_no_census():
    assert names("births", "05") == []
    assert names("natural_balance", "05") == []


def test_segments_of_a_western_series():
    years = pd.Series([1983, 1987, 1990, 2010, 2011, 2023, 2024])
    assert segments(years, breaks("population", ["05"])).tolist() == [0, 1, 1, 1, 2, 2, 3]
    assert segments(years, breaks("population", ["14"])).tolist() == [0, 0, 0, 0, 1, 1, 2]
    assert segments(years, []).tolist() == [0] * 7


@given(st.lists(st.integers(1980, 2030), min_size=1, max_size=40, unique=True).map(sorted))
def test_no_segment_holds_years_of_both_sides(years: list[int]):
    found = breaks("population", ["05"])
    number = dict(zip(years, segments(pd.Series(years), found), strict=True))
    for one in found:
        before = [number[year] for year in years if year <= one.year_before]
        after = [number[year] for year in years if year >= one.year_after]
        assert not set(before) & set(after)


def test_only_breaks_inside_the_span_are_drawn():
    found = breaks("population", ["05"])
    assert [one.id for one in between(found, 1990, 2023)] == ["zensus2011"]
    assert [one.id for one in between(found, 2011, 2023)] == []
    assert [one.id for one in between(found, 1983, 2024)] == ["vz1987", "zensus2011", "zensus2022"]
