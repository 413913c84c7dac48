"""The pyramid: widths of groups, area as persons, the comparison at the same scale, small places in numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.charts.chart import Caption
from zwk_data.charts.marks import nice_ticks, two_sided
from zwk_data.charts.pyramid import pyramid_chart, pyramids_over_years
from zwk_data.demography.ages import GROUPS, MEDIAN_AREA, bounds


def ages(other: bool = True) -> pd.DataFrame:
    n = len(GROUPS)
    frame = pd.DataFrame({"age_group": GROUPS, "male": np.arange(1.0, n + 1), "female": np.arange(n, 0, -1.0)})
    frame["age_from"], frame["age_to"] = zip(*map(bounds, GROUPS), strict=True)
    frame["other_male"] = 1000.0 if other else np.nan
    frame["other_female"] = 3000.0 if other else np.nan
    frame["total"], frame["other_total"] = frame["male"] + frame["female"], frame["other_male"] + frame["other_female"]
    return frame.assign(status="reported", source_id="probe")


def drawn(frame: pd.DataFrame | None = None, **kwargs: object):
    return pyramid_chart(ages() if frame is None else frame, "Riesa", 2015, Caption(""), other_name="Sachsen", **kwargs)  # type: ignore[arg-type]


def test_a_bars_area_is_its_persons():
    bars = [trace for trace in drawn().figure.data if trace.type == "bar"]
    assert [bar.name for bar in bars] == ["Männer", "Frauen"]
    for bar, column, side in zip(bars, ("male", "female"), (-1, 1), strict=True):
        assert np.array(bar.x) * np.array(bar.width) * side == pytest.approx(ages()[column])


def test_bars_stand_on_their_ages():
    bar = drawn().figure.data[0]
    assert list(bar.width) == [3, 3, 4, 5, 3, 2, *[5] * 9, 10, 25]
    low = np.array(bar.y) - np.array(bar.width) / 2
    assert low.tolist() == ages()["age_from"].tolist()
    assert low[-1] + bar.width[-1] == 100


def test_the_outline_has_as_many_people_as_the_place():
    frame = ages()
    total = frame["male"].sum() + frame["female"].sum()
    area = 0.0
    for trace in drawn().figure.data:
        if trace.type == "scatter":
            x, y = np.abs(np.array(trace.x, dtype=float)), np.array(trace.y, dtype=float)
            area += float((x[::2] * (y[1::2] - y[::2])).sum())
            assert (x[::2] == x[1::2]).all(), "steps, no slopes"
    assert area == pytest.approx(total)


def test_open_group_and_widths_are_explained():
    assert "75 Jahre und älter, reicht in der Zeichnung bis 100" in drawn().note
    assert "Personen je Altersjahr" in drawn().note


def test_words_with_hand_counted_shares():
    # men 1..17, women 17..1: 306 people; under 18 the first five groups: 15 + 75 = 90; from 65 two: 33 + 3 = 36
    text = drawn().alt
    assert "306 Menschen, davon 29,4\u00a0% unter 18 Jahren" in text
    assert "11,8\u00a0% von 65 Jahren und mehr" in text
    assert "(Sachsen: 29,4\u00a0%)" in text, "five of 17 equal groups"


def test_small_places_get_numbers():
    result = drawn(in_percent=False)
    assert "90 Menschen unter 18 Jahren und 36 Menschen von 65 Jahren und mehr" in result.alt
    assert "Anteil (%)" not in result.table.columns
    assert not any("%" in text for text in result.figure.data[0].customdata)


def test_without_a_comparison_there_is_no_outline():
    result = drawn(ages(other=False))
    assert [trace.type for trace in result.figure.data] == ["bar", "bar"]
    assert "Sachsen" not in result.alt
    assert not [a for a in result.figure.layout.annotations if "Sachsen" in a.text]


def test_table_adds_up():
    table = drawn().table
    assert table["Insgesamt"].sum() == 306
    assert table["Alter"].iloc[0] == "unter 3 Jahre"
    assert table["Anteil (%)"].sum() == pytest.approx(100, abs=1)


@given(st.floats(0.01, 1e7))
def test_ticks_are_round_whole_and_inside(longest: float):
    ticks = nice_ticks(longest)
    assert ticks[0] == 0
    assert all(tick == int(tick) for tick in ticks)
    assert ticks[-1] <= longest * 1.01 or ticks == [0.0]
    assert len(ticks) <= 5


def test_both_sides_show_sizes():
    axis = two_sided(2500)
    assert axis["tickvals"] == [-2000, -1000, 0, 1000, 2000]
    assert axis["ticktext"] == ["2.000", "1.000", "0", "1.000", "2.000"]


def several(years: list[int]) -> pd.DataFrame:
    """The same ages in every year, 10 per cent more each time."""
    return pd.concat(
        [
            ages().assign(year=year, **{c: ages()[c] * 1.1**n for c in ("male", "female", "total")})
            for n, year in enumerate(years)
        ],
        ignore_index=True,
    )


def over_years(years: list[int], **kwargs: object):
    return pyramids_over_years(several(years), "Riesa", Caption(""), **kwargs)  # type: ignore[arg-type]


def test_small_multiples_share_one_scale_and_keep_areas():
    chart = over_years([2015, 2016, 2017, 2018])
    bars = [trace for trace in chart.figure.data if trace.type == "bar"]
    assert len(bars) == 8
    ranges = {tuple(chart.figure.layout[f"xaxis{n}"].range) for n in ("", "2", "3", "4")}
    assert len(ranges) == 1
    area = sum(float((np.abs(bar.x) * bar.width).sum()) for bar in bars)
    assert area == pytest.approx(306 * (1 + 1.1 + 1.1**2 + 1.1**3))
    assert [a.text for a in chart.figure.layout.annotations][:4] == ["2015", "2016", "2017", "2018"]


def test_the_outline_of_small_multiples_is_the_first_year():
    lines = [trace for trace in over_years([2015, 2016]).figure.data if trace.type == "scatter"]
    assert len(lines) == 2, "none in the first year itself"
    x, y = np.abs(np.array(lines[0].x, dtype=float)), np.array(lines[0].y, dtype=float)
    assert (x[::2] * (y[1::2] - y[::2])).sum() == pytest.approx(ages()["male"].sum())


def test_one_year_is_said():
    assert "nur für 2015" in over_years([2015]).note
    assert "nur für" not in over_years([2015, 2016]).note
    assert "nur 2015: 29,4\u00a0% unter 18 Jahren" in over_years([2015]).alt


def test_words_and_table_of_small_multiples():
    chart = over_years([2015, 2020], in_percent=False)
    # 90 and 36 people, five years later 1.1 times as many: 99 and 39.6
    assert "2015 waren es 90 Menschen unter 18 Jahren und 36 von 65 Jahren und mehr" in chart.alt
    assert "2020 99 Menschen unter 18 Jahren und 40" in chart.alt
    assert chart.table.groupby("Jahr")["Insgesamt"].sum().tolist() == pytest.approx([306, 336.6])
    assert "Anteil (%)" not in chart.table.columns


def test_unknown_sexes_make_one_side():
    result = drawn(ages().assign(male=np.nan, female=np.nan))
    (bar,) = [trace for trace in result.figure.data if trace.type == "bar"]
    assert bar.name == "Insgesamt"
    assert np.array(bar.x) * np.array(bar.width) == pytest.approx(ages()["total"])
    assert result.figure.layout.xaxis.range[0] == 0
    assert "Nach Geschlecht sind die Zahlen nicht bekannt" in result.note
    assert "306 Menschen, davon 29,4\u00a0% unter 18 Jahren" in result.alt
    assert "Männer" not in result.table.columns
    assert not [a for a in result.figure.layout.annotations if "Frauen" in a.text]


def test_the_median_is_explained():
    result = pyramid_chart(ages(), "Riesa", 2015, Caption(""), other_name=MEDIAN_AREA.name)
    assert "Median der Anteile" in result.note
