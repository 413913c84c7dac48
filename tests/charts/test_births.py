"""Births above, deaths below, the balance as a line."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zwk_data.charts.chart import Caption
from zwk_data.charts.pyramid import births_chart

EVENTS = pd.DataFrame(
    {
        "year": [2013, 2014, 2015],
        "births": [230.0, 0.0, 236.0],
        "deaths": [500.0, 0.0, 514.0],
        "balance": [-270.0, 0.0, -278.0],
        "status": "reported",
    }
)


def drawn(events: pd.DataFrame = EVENTS):
    return births_chart(events, "Riesa", Caption("Quelle"))


def test_bars_and_line():
    births, deaths, balance = drawn().figure.data
    assert list(births.y) == [230, 0, 236]
    assert list(deaths.y) == [-500, 0, -514]
    assert list(deaths.customdata) == [500, 0, 514], "pointed at, deaths are no negative number"
    assert list(balance.y) == [-270, 0, -278]


def test_words():
    assert drawn().alt == (
        "Geburten und Sterbefälle in Riesa, 2013 bis 2015. 2015: 236 Geburten, 514 Sterbefälle, Saldo \u2212278. "
        "In 2 von 3 Jahren starben mehr Menschen, als geboren wurden."
    )


def test_axis_shows_sizes():
    axis = drawn().figure.layout.yaxis
    assert list(axis.ticktext) == ["400", "200", "0", "200", "400"]
    assert list(axis.tickvals) == [-400, -200, 0, 200, 400]


def test_table_keeps_years_without_figures():
    gap = EVENTS.assign(births=[np.nan, 0, 236], deaths=[np.nan, 0, 514], balance=[np.nan, 0, -278])
    result = drawn(gap)
    assert len(result.table) == 3
    assert list(result.figure.data[0].x) == [2014, 2015]


def test_no_figures_at_all():
    assert "keine Zahlen" in drawn(EVENTS.head(0)).alt
