"""Measures by theme and status: a grid, the more the darker, the number in each field."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.german import count, number
from zwk_data.programme.words import MEASURE_STATUS

ROW = 28


def measure_grid(themes: pd.DataFrame, source: str) -> Chart:
    """``themes`` as from ``workload.by_theme``; themes are rows, the one with most measures on top."""
    values: list[list[int]] = themes[list(MEASURE_STATUS)].astype(int).to_numpy().tolist()
    most = int(max((value for row in values for value in row), default=0))
    bounds = _bounds(most)
    step = [[sum(value > bound for bound in bounds) for value in row] for row in values]
    colours = (chart.PAPER, *chart.SEQUENCE[: len(bounds)])
    shares = [(i / len(colours), (i + 1) / len(colours)) for i in range(len(colours))]
    names = [f"{name} ({number(n)})" for name, n in zip(themes["name_de"], themes["number"], strict=True)]
    columns = list(MEASURE_STATUS.values())
    figure = go.Figure()
    figure.add_heatmap(
        z=step,
        x=columns,
        y=list(range(len(names))),
        zmin=-0.5,
        zmax=len(colours) - 0.5,
        colorscale=[(at, colour) for share, colour in zip(shares, colours, strict=True) for at in share],
        showscale=False,
        xgap=2,
        ygap=2,
        customdata=[[f"{name}<br>{word}: {number(value)}" for word, value in zip(columns, row, strict=True)]
                    for name, row in zip(themes["name_de"], values, strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    for dark in (False, True):
        spots = [(x, y, int(value)) for y, row in enumerate(values) for x, value in enumerate(row)
                 if value and bool(step[y][x] >= 5) == dark]  # fmt: skip
        figure.add_scatter(
            x=[columns[x] for x, _, _ in spots],
            y=[y for _, y, _ in spots],
            mode="text",
            text=[number(value) for _, _, value in spots],
            textfont={"size": 13, "color": chart.PAPER if dark else chart.INK},
            hoverinfo="skip",
        )
    figure.update_layout(
        template=chart.template(),
        height=56 + ROW * max(len(names), 2),
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
        dragmode=False,
        hovermode="closest",
    )
    figure.update_xaxes(
        side="top", type="category", categoryarray=columns, fixedrange=True, showgrid=False, tickangle=0
    )
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=names,
        range=[len(names) - 0.5, -0.5],
        fixedrange=True,
        zeroline=False,
        showgrid=False,
    )
    return Chart(
        figure=figure,
        title="Maßnahmen nach Thema und Stand",
        alt=_alt(themes),
        source=source,
        table=_table(themes),
        filename="monitoring_massnahmen",
        note="In Klammern: alle Maßnahmen des Themas. Je dunkler ein Feld, desto mehr Maßnahmen; leer heißt keine.",
    )


def _bounds(most: int) -> list[float]:
    """Lower bounds of the shades: 0 and then about even steps."""
    shades = min(6, max(most, 1))
    return [0, *(most * i / shades for i in range(1, shades))]


def _alt(themes: pd.DataFrame) -> str:
    if themes.empty:
        return "Ohne Einträge: Es sind keine Maßnahmen belegt."
    first = themes.iloc[0]
    done, running = int(themes["done"].sum()), int(themes["running"].sum())
    return (
        f"Raster aus {count(len(themes), 'Thema', 'Themen')} und sechs Ständen mit "
        f"{count(int(themes['number'].sum()), 'Maßnahme', 'Maßnahmen')}; {number(running)} laufen, {number(done)} sind "
        f"abgeschlossen. Die meisten gehören zu „{first['name_de']}“ ({number(int(first['number']))})."
    )


def _table(themes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Thema": themes["name_de"],
            **{word: themes[status] for status, word in MEASURE_STATUS.items()},
            "Alle": themes["number"],
            "Kommunen": themes["participants"],
            "Budget (Euro)": themes["budget_eur"],
            "Ohne Budget": themes["unbudgeted"],
        }
    )
