"""Figures for phones: names go below the plot, all else stays as it is drawn."""

from __future__ import annotations

import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import AXIS, ROW, narrowed


def lines(*names: str, words: str = "") -> go.Figure:
    figure = chart.house_figure(400, margin=chart.margin(44, right=117))
    for name in names:
        figure.add_scatter(x=[2011, 2023], y=[1, 2], mode="lines", name=name)
        figure.add_scatter(x=[2011, 2023], y=[1, 2], mode="markers", name=name)
        figure.add_annotation(chart.end_label(name, words or name, 2023, 2, {"xshift": 8}))
    figure.add_annotation(chart.label("Zensus<br>2022", 2021.5, 1, {"yref": "paper"}))
    return figure


def test_names_of_lines_stand_in_a_legend_below_and_each_once() -> None:
    wide = lines("Riesa", "Landkreis Meißen", "Sachsen")
    made = narrowed(wide)
    assert [one.text for one in made.layout.annotations] == ["Zensus<br>2022"]
    assert [trace.name for trace in made.data if trace.showlegend] == ["Riesa", "Landkreis Meißen", "Sachsen"]
    # 48 + 16 letters of 7.5 pixels: one of them in a row of 290
    assert made.layout.margin.b == AXIS + 3 * ROW
    assert made.layout.margin.r == 12
    assert made.layout.height == 400 + AXIS + 3 * ROW - 8
    assert made.layout.showlegend
    # a finger on it scrolls the page
    assert (made.layout.dragmode, made.layout.xaxis.fixedrange, made.layout.yaxis.fixedrange) == (False, True, True)
    # the figure that was given, for paper and wide screens, is as it was
    assert len(wide.layout.annotations) == 4
    assert wide.layout.height == 400
    assert wide.layout.dragmode is None


def test_short_names_share_a_row() -> None:
    assert narrowed(lines("Riesa", "Bund")).layout.margin.b == AXIS + ROW


def test_a_name_that_was_cut_is_whole_again() -> None:
    made = narrowed(lines("Mittelzentraler Städteverbund", words="Mittelzentr…"))
    assert made.data[0].name == "Mittelzentraler Städteverbund"
    assert narrowed(lines("Riesa", words="1 Riesa: 34")).data[0].name == "1 Riesa: 34"


def test_a_figure_without_such_names_keeps_its_height_and_its_chosen_ticks() -> None:
    rows = ["Vrees", "Landkreis Ludwigslust-Parchim"]
    bars = chart.house_figure(300, yaxis=chart.row_axis(rows), xaxis={"dtick": 10})
    bars.add_bar(x=[1, 2], y=[0, 1], orientation="h")
    made = narrowed(bars)
    assert made.layout.height == 300
    assert made.layout.margin == bars.layout.margin
    assert made.layout.xaxis.dtick == 10
    assert made.layout.xaxis.nticks is None
    assert not made.layout.showlegend
    assert made.layout.yaxis.tickfont.size is None
    bars.update_yaxes(ticktext=None, tickvals=None)
    assert narrowed(bars).layout.yaxis.tickfont.size == 12
    # names of rows leave room for what they are of
    assert made.layout.yaxis.ticktext == ("Vrees", "Landkreis Ludwigs…")
