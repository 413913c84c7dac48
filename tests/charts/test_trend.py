"""The trend: no line over a break, labels that do not overlap, words that say what is drawn."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.charts import chart as style
from zwk_data.charts.chart import Caption
from zwk_data.charts.marks import spread
from zwk_data.charts.trend import LABEL_LENGTH, label_lines, runs, trend_chart
from zwk_data.demography.indicators import Indicator
from zwk_data.demography.series import Recount, breaks, segments

PEOPLE = Indicator("population", "Bevölkerung", "Personen", 0, "", "", "", is_count=True, wide_range=True)
AGED = Indicator("share_65plus", "Anteil 65 Jahre und älter", "%", 1, "", "", "")
FOUND = breaks("population", ["05"])


def one(role: str, name: str, values: dict[int, float], status: str = "reported") -> pd.DataFrame:
    frame = pd.DataFrame({"year": list(values), "value": list(values.values())})
    frame = frame.assign(role=role, name=name, status=status, territory=2023, source_id="probe")
    return frame.assign(segment=segments(frame["year"], FOUND))


SERIES = pd.concat(
    [
        one("participant", "Herford", {1983: 60, 1987: 58, 2009: 64, 2010: 65, 2011: 63, 2012: 64, 2023: 67}),
        one("bund", "Deutschland", {2010: 81, 2011: 80, 2012: 80, 2023: 84, 2024: 83}),
    ],
    ignore_index=True,
)


def drawn(series: pd.DataFrame = SERIES, **kwargs: object):
    return trend_chart(series, PEOPLE, breaks=FOUND, caption=Caption("Quelle", "x"), **kwargs)  # type: ignore[arg-type]


def test_runs_and_bridges_by_hand():
    solid, bridges = runs(SERIES[SERIES["role"] == "participant"])
    assert solid == [[(1983, 60)], [(1987, 58)], [(2009, 64), (2010, 65)], [(2011, 63), (2012, 64)], [(2023, 67)]]
    assert bridges == [[(1987, 58), (2009, 64)], [(2012, 64), (2023, 67)]], (
        "no bridge from 1983 to 1987, none over 2011"
    )


def test_no_line_crosses_a_break():
    for trace in drawn().figure.data:
        if trace.mode != "lines":
            continue
        x = np.array(trace.x, dtype=float)
        for left, right in pairwise(x):
            for one_break in FOUND:
                assert not (left <= one_break.year_before and right >= one_break.year_after), (left, right)


@given(
    st.lists(st.tuples(st.integers(1980, 2030), st.integers(0, 3)), min_size=1, max_size=30, unique_by=lambda p: p[0])
)
def test_every_value_is_in_exactly_one_run(points: list[tuple[int, int]]):
    points.sort()
    segment = np.maximum.accumulate([part for _, part in points])
    frame = pd.DataFrame({"year": [year for year, _ in points], "value": 1.0, "segment": segment})
    solid, bridges = runs(frame)
    assert [point[0] for run in solid for point in run] == frame["year"].tolist()
    assert all(run[i + 1][0] == run[i][0] + 1 for run in solid for i in range(len(run) - 1))
    where = dict(zip(frame["year"], frame["segment"], strict=True))
    assert all(where[a[0]] == where[b[0]] for a, b in bridges)


def test_breaks_inside_the_span_are_named():
    texts = [a.text for a in drawn().figure.layout.annotations]
    assert {"Volkszählung<br>1987", "Zensus<br>2011", "Zensus<br>2022"} <= set(texts)
    short = drawn(SERIES[SERIES["year"].between(2011, 2023)])
    assert not [a.text for a in short.figure.layout.annotations if "Zensus" in a.text]


def test_the_participant_stands_out():
    lines = [trace.line.color for trace in drawn().figure.data if trace.mode == "lines"]
    assert style.ACCENT in lines
    assert {colour for colour in lines if colour != style.ACCENT} == {style.QUIET}


def test_soft_values_are_hollow():
    figure = drawn(one("participant", "Schossin", {2018: 237, 2020: 250}, status="rounded")).figure
    markers = next(trace for trace in figure.data if trace.mode == "markers")
    assert set(markers.marker.color) == {style.PAPER}
    assert "gerundet" in markers.customdata[0]


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=9).map(sorted), st.floats(0.1, 50))
def test_labels_keep_their_distance_and_order(values: list[float], room: float):
    places = spread(np.array(values), room)
    assert len(places) == len(values)
    assert (np.diff(places) >= room * (1 - 1e-6) - 1e-6).all()
    assert places.mean() == pytest.approx(np.mean(values), abs=1e-6), "the group as a whole stays where it is"


def test_labels_with_room_stay_in_place():
    assert spread(np.array([0.0, 10.0, 20.0]), 5).tolist() == [0, 10, 20]
    assert spread(np.array([10.0, 10.0]), 4).tolist() == [8, 12]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Riesa", ["Riesa"]),
        ("Städteverbund Göltzschtal", ["Städteverbund", "Göltzschtal"]),
        ("Mecklenburg-Vorpommern", ["Meckl.-Vorp."]),
        ("Initiative Rodachtal", ["Initiative", "Rodachtal"]),
    ],
)
def test_labels_fit_a_phone(name: str, lines: list[str]):
    assert label_lines(name, "participant") == lines


@given(st.text("abcdefgh -", min_size=1, max_size=60).filter(lambda t: t.strip()))
def test_any_label_has_at_most_two_shortlabel_lines(name: str):
    lines = label_lines(name, "kreis")
    assert 1 <= len(lines) <= 2
    assert all(len(line) <= LABEL_LENGTH for line in lines)


def test_index_and_words():
    result = drawn(base_year=2011)
    assert result.title == "Bevölkerung, 2011 = 100"
    assert "Herford von 60,0 (1983) auf 67,0 (2023)" in result.alt
    assert "Deutschland 83,0 (2024)" in result.alt
    assert "Brüche: Volkszählung 1987, Zensus 2011, Zensus 2022" in result.alt
    assert list(result.table.columns) == ["Gebiet", "Jahr", "Index, 2011 = 100", "Angabe"]
    assert len(result.table) == len(SERIES)


def test_nothing_to_draw_is_said():
    empty = SERIES[SERIES["role"] == "bund"]
    assert "liegt keine Zahl vor" in drawn(empty).alt
    assert len(drawn(SERIES.head(0)).table) == 0


def test_shares_keep_their_decimal():
    result = trend_chart(one("participant", "Riesa", {2015: 32.54}), AGED, breaks=[], caption=Caption("", "x"))
    assert "Riesa 32,5\u00a0% (2015)" in result.alt
    assert result.table["Anteil 65 Jahre und älter (%)"].tolist() == [32.5]


COUNTED = Recount(counted=60, carried=66, year=2021, base=63, source_id="probe")
LARGE = Recount(counted=59_794, carried=63_043, year=2021, base=64_027, source_id="probe")


def test_a_count_stands_on_its_day_with_what_it_took_away():
    """15.05.2022 is 135 days after the end of 2021."""
    result = drawn(recount=LARGE)
    mark = next(trace for trace in result.figure.data if trace.name == "Zensus 15.05.2022")
    assert list(mark.x) == pytest.approx([2021 + 135 / 365])
    assert list(mark.y) == [59_794]
    way = next(trace for trace in result.figure.data if trace.mode == "lines" and trace.line.dash == "dash")
    assert list(way.y) == [63_043, 63_043, 59_794]
    assert way.x[0] == 2021
    assert "Zensus 15.05.2022<br>\u22123.249 (\u22125,2\u00a0%)" in [a.text for a in result.figure.layout.annotations]
    assert "3.249 (5,2\u00a0Prozent) weniger" in result.alt
    added = result.table.tail(2)
    lost = "\u22123.249 (\u22125,2\u00a0%)"
    assert added["Gebiet"].tolist() == ["Zensus 15.05.2022", f"Zensus gegenüber 31.12.2021: {lost}"]
    assert added["Bevölkerung (Personen)"].tolist() == [59_794, -3_249]
    assert added["Jahr"].tolist() == [2022, 2022]


def test_a_count_as_an_index():
    """60 of 63 people are 95.2, the 66 carried forward 104.8: 9.5 points less."""
    result = drawn(base_year=2011, recount=COUNTED)
    mark = next(trace for trace in result.figure.data if trace.name == "Zensus 15.05.2022")
    assert list(mark.y) == [95.2]
    assert result.table["Index, 2011 = 100"].tail(2).tolist() == [95.2, -9.5]


def test_without_a_count_nothing_is_added():
    result = drawn()
    assert "Zensus 15.05.2022" not in {trace.name for trace in result.figure.data}
    assert len(result.table) == len(SERIES)
