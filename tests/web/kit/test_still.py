"""The picture that stands until Plotly has drawn: where Plotly will draw it, and nothing it can't draw."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pandas as pd
import plotly.graph_objects as go
import pytest

from zwk_data.charts import chart
from zwk_data.charts.chart import Caption, Chart
from zwk_data.charts.trend import trend_chart
from zwk_data.demography.indicators import Indicator
from zwk_data.web.kit.still import Axis, still

PEOPLE = Indicator("population", "Bevölkerung", "Personen", 0, "", "", "", is_count=True)
SERIES = pd.DataFrame(
    {
        "role": "participant",
        "name": "Herford & <Umland>",
        "year": [2012, 2013],
        "value": [10.0, 20.0],
        "status": "reported",
        "segment": 0,
    }
)


def made(series: pd.DataFrame = SERIES) -> str:
    found = still(trend_chart(series, PEOPLE, breaks=[], caption=Caption("Quelle", "x"), place="Herford"))
    assert found is not None
    return found


def svg(html: str) -> str:
    source = re.search(r'src="data:image/svg\+xml,([^"]*)"', html)
    assert source
    return unquote(source[1])


def test_lines_lie_where_plotly_draws_them() -> None:
    """420 px high, 44 above and 28 below the plot leave 348. From zero; a twentieth and a dot of 3 px above the 20."""
    drawn = svg(made(SERIES.assign(name="Herford")))
    top = 0.05 * 348 + 3
    half = 348 - (348 - top) / 2
    # years from 2011.3 to 2013.7 on a width of 1000
    assert f"d='M291.7 {half:.1f}L708.3 {top:.1f}' stroke='{chart.ACCENT}' stroke-width='3'" in drawn
    assert f"d='M0 348.0H1000' stroke='{chart.QUIET}'" in drawn, "the line of zero"


def test_words_are_words_of_the_page_and_no_markup() -> None:
    plain = SERIES.assign(name="Herford & Umland")
    html = made(plain)
    assert re.search(r">Herford &amp;<br>Umland</span>", html)
    assert 'role="img" aria-label="Linien: Bevölkerung. Herford &amp; Umland von 10\u00a0Personen' in html
    assert ">2012</span>" in html
    assert ">20</span>" in html
    # a label with tags in it would look otherwise in Plotly: no picture
    assert still(trend_chart(SERIES, PEOPLE, breaks=[], caption=Caption("Quelle", "x"))) is None


@pytest.mark.parametrize(
    "figure",
    [
        go.Figure(go.Pie(values=[1, 2])),
        chart.house_figure(300, showlegend=True, xaxis={"range": [0, 1]}).add_scatter(x=[0, 1], y=[1, 2]),
        chart.house_figure(300, xaxis={"range": [0, 1], "title": "Jahr"}).add_scatter(x=[0, 1], y=[1, 2]),
        chart.house_figure(300, xaxis={"range": [0, 1]}).add_bar(x=[0, 1], y=[1, 2]),
        chart.house_figure(300).add_scatter(x=[0, 1], y=[1, 2], mode="lines"),
    ],
)
def test_what_it_cannot_draw_has_no_picture(figure: go.Figure) -> None:
    assert still(Chart(figure=figure, title="", alt="", source="", table=pd.DataFrame())) is None


def test_ticks_are_round_and_few() -> None:
    assert Axis(1989.3, 2024.7, 0, 1000).ticks(12) == [1990, 1995, 2000, 2005, 2010, 2015, 2020]
    assert Axis(0, 1, 0, 1).ticks(4) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
