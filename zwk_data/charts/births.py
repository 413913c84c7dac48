"""Births above the line, deaths below it, and the balance of both on top."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.charts.ticks import two_sided
from zwk_data.demography.words import STATUS
from zwk_data.german import number

BIRTHS_HEIGHT = 380


def births_chart(events: pd.DataFrame, name: str, *, source: str, filename: str, note: str = "") -> Chart:
    """Draw births and deaths of one place.

    ``events``: one row per year, rising, with year, births, deaths, balance (floats, NaN where no figure), status.
    """
    known = events.dropna(subset=["births", "deaths"], how="all")
    figure = go.Figure(
        layout={"template": chart.template(), "height": BIRTHS_HEIGHT, "barmode": "relative", "bargap": 0.25}
    )
    longest = float(known[["births", "deaths"]].max().max()) if len(known) else 0.0
    hover = "<b>%{x}</b><br>%{customdata:,.0f} "
    figure.add_bar(
        x=known["year"], y=known["births"], customdata=known["births"], marker={"color": chart.ACCENT},
        hovertemplate=hover + "Geburten<extra></extra>",
    )  # fmt: skip
    figure.add_bar(
        x=known["year"], y=-known["deaths"], customdata=known["deaths"], marker={"color": chart.QUIET},
        hovertemplate=hover + "Sterbefälle<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=known["year"], y=known["balance"], mode="lines+markers", connectgaps=False,
        line={"color": chart.WARM, "width": 2}, marker={"size": 6, "color": chart.WARM},
        hovertemplate="<b>%{x}</b><br>Saldo %{y:+,.0f}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        xaxis={"tickformat": "d", "dtick": 1 if len(known) <= 10 else 5, "tickangle": 0},
        yaxis={"zeroline": True, "zerolinewidth": 1.5, "title": {"text": "Personen im Jahr"}, **two_sided(longest)},
    )
    for text, x, colour in (
        ("Geburten", 0.0, chart.ACCENT),
        ("Sterbefälle", 0.36, chart.MUTED),
        ("Saldo", 0.8, chart.WARM),
    ):
        figure.add_annotation(
            text=f"<b>{text}</b>", x=x, y=1, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
            showarrow=False, font={"size": 14, "color": colour},
        )  # fmt: skip
    return Chart(
        figure=figure,
        title="Geburten, Sterbefälle und natürlicher Saldo",
        alt=_births_alt(known, name),
        source=source,
        table=pd.DataFrame(
            {
                "Jahr": events["year"].astype("Int64"),
                "Geburten": events["births"],
                "Sterbefälle": events["deaths"],
                "Natürlicher Saldo": events["balance"],
                "Angabe": events["status"].map(STATUS),
            }
        ).reset_index(drop=True),
        filename=filename,
        note=note,
    )


def _births_alt(known: pd.DataFrame, name: str) -> str:
    if known.empty:
        return f"Für {name} liegen keine Zahlen zu Geburten und Sterbefällen vor."
    last = known.iloc[-1]
    more = int((known["balance"] < 0).sum())
    span = f"{known['year'].iloc[0]} bis {last['year']}"
    return (
        f"Geburten und Sterbefälle in {name}, {span}. {last['year']}: {number(last['births'])} Geburten, "
        f"{number(last['deaths'])} Sterbefälle, Saldo {number(last['balance'], sign=True)}. "
        f"In {more} von {len(known)} Jahren starben mehr Menschen, als geboren wurden."
    )
