"""The count of the Zensus on page, paper and slide: the same two numbers everywhere."""

from __future__ import annotations

import pytest

from zwk_data.charts.trend import COUNT
from zwk_data.demography.indicators import indicators
from zwk_data.demography.portrait import subject_of
from zwk_data.programme import participants
from zwk_data.views import one_kommune

pytestmark = pytest.mark.usefixtures("stores")


def trend(who: str, indicator: str = "population", **how: bool):
    row = participants.participant(who)
    me = subject_of(who, row["name"], row["short"], row["kind"])
    figure, _ = one_kommune.trend(me, indicators()[indicator], (), median=False, **how)
    assert figure is not None
    return figure


def test_page_and_paper_tell_the_same():
    figure = trend("neubrandenburg")
    line = next(one for one in figure.drawing.series if one.look == COUNT)
    assert line.name == "Zensus 2022: \u22123.249 (\u22125,2\u00a0%)"
    known = {
        year: value for year, value in zip(figure.drawing.categories, line.values, strict=True) if value is not None
    }
    assert known == {"2021": 63_043, "2022": 59_794}
    assert figure.chart.table["Bevölkerung (Personen)"].tail(2).tolist() == [59_794, -3_249]
    for told in (figure.chart.alt, figure.chart.note, figure.note):
        assert "3.249 (5,2\u00a0Prozent) weniger" in told
    assert "Zensus 2022" in figure.chart.source


def test_as_an_index():
    """59,794 of 64,027 people are 93.4."""
    line = next(one for one in trend("neubrandenburg", as_index=True).drawing.series if one.look == COUNT)
    assert [value for value in line.values if value is not None] == [98.5, 93.4]


def test_only_where_they_disagree_and_for_people_alone():
    for figure in (trend("fraunberg"), trend("neubrandenburg", "births"), trend("neubrandenburg", published=True)):
        assert all(one.look != COUNT for one in figure.drawing.series)
        assert "Der Zensus zählte" not in figure.note
