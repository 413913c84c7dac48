"""A figure among the Kommunen with a theme and among those without: two strips of dots, the medians marked."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.charts.strip_scale import Floats, Scale, scale
from zwk_data.charts.strip_words import said
from zwk_data.demography.indicators import Indicator
from zwk_data.german import count
from zwk_data.programme.theme_contrast import FEWEST, Contrast

#: pixels: half the height of a strip, a line of text, a dot, and the width of the drawing on a phone
HALF, LINE, DOT, WIDTH = 34, 20, 10, 350
LETTERS = 44
LEVELS = {"gemeinde": "Gemeinde oder Stadt", "verband": "Gemeindeverband", "kreis": "Landkreis"}
GREY = "#8b98a5"


def cross_chart(comparison: Contrast, indicator: Indicator, theme_name: str, source: str) -> Chart:
    """Draw ``programme.theme_contrast.compare``; ``indicator`` is the one it was made for. Landkreise are diamonds."""
    frame = comparison.frame
    value = frame["value"].to_numpy(dtype=np.float64)
    # no dot beyond the axis: there are few, and each has a name
    measure = scale(
        pd.DataFrame({"group": frame["chosen"], "value": value, "is_place": False}),
        np.array([value.min(), value.max()]) if len(value) else np.zeros(0),
        indicator,
    )
    figure = go.Figure(layout={"template": chart.template()})
    texts: list[dict[str, object]] = []
    top = 4.0
    for chosen, median, colour in (
        (True, comparison.with_median, chart.ACCENT),
        (False, comparison.without_median, GREY),
    ):
        group = frame[frame["chosen"] == chosen].sort_values(["value", "name"])
        lines = _head(theme_name if chosen else "", len(group), median, indicator)
        texts.append(_written("<br>".join(lines), top))
        centre = top + LINE * len(lines) + HALF + 10
        _strip(figure, group, centre, measure, indicator, colour)
        if len(group) >= FEWEST:
            figure.add_scatter(
                x=[median, median], y=[centre - HALF - 4, centre + HALF + 4], mode="lines",
                line={"color": chart.INK, "width": 2}, hoverinfo="skip",
            )  # fmt: skip
        top = centre + HALF + 18
    figure.update_layout(
        annotations=texts,
        height=int(top) + 84,
        margin={"l": 8, "r": 8, "t": 12, "b": 60},
        yaxis={"visible": False, "range": [top, 0], "fixedrange": True},
        xaxis={**measure.axis(), "showgrid": True, "gridcolor": chart.LINE, "zeroline": measure.is_signed,
               "zerolinecolor": chart.QUIET, "fixedrange": True,
               "title": {"text": "<br>".join(textwrap.wrap(measure.title, LETTERS)), "font": {"size": 13}}},
        hovermode="closest",
        dragmode=False,
    )  # fmt: skip
    note = "Jeder Punkt ist eine Kommune, Rauten sind Landkreise." if (frame["level"] == "kreis").any() else (
        "Jeder Punkt ist eine Kommune."
    )  # fmt: skip
    return Chart(
        figure=figure,
        title=f"{theme_name} und {indicator.name}, {comparison.year}",
        alt=f"Zwei Streifen mit je einem Punkt für jede Kommune. {' '.join(comparison.words[:2])}",
        source=source,
        table=_table(comparison, indicator),
        filename="themen_demografie",
        note=f"{note} Senkrechter Strich: Median." if comparison.is_enough else note,
    )


def _head(theme: str, n: int, median: float, indicator: Indicator) -> list[str]:
    """What stands above a strip, broken into lines for a phone."""
    heads = textwrap.wrap(f"Mit dem Thema „{theme}“" if theme else "Ohne das Thema", LETTERS)
    told = count(n, "Kommune", "Kommunen")
    if n >= FEWEST:
        told += f", Median {said(median, indicator)}"
    lines = textwrap.wrap(told, LETTERS + 4, break_long_words=False)
    small = [f"<span style='font-size:13px;color:{chart.MUTED}'>{line}</span>" for line in lines]
    return [*(f"<b>{head}</b>" for head in heads), *small]


def _written(text: str, top: float) -> dict[str, object]:
    return {"x": 0, "xref": "paper", "y": top, "text": text, "showarrow": False, "xanchor": "left", "yanchor": "top",
            "align": "left", "font": {"size": 14, "color": chart.INK}, "bgcolor": chart.PAPER}  # fmt: skip


def _strip(
    figure: go.Figure, group: pd.DataFrame, centre: float, measure: Scale, indicator: Indicator, colour: str
) -> None:
    value = group["value"].to_numpy(dtype=np.float64)
    told = [
        f"<b>{name}</b><br>{said(one, indicator)}<br>{LEVELS.get(level, level)}"
        for name, one, level in zip(group["name"], value, group["level"], strict=True)
    ]
    figure.add_scatter(
        x=value, y=centre + apart(measure.shares(value)), mode="markers", text=told,
        marker={"size": DOT, "color": colour, "opacity": 0.85, "line": {"color": chart.PAPER, "width": 1},
                "symbol": ["diamond" if level == "kreis" else "circle" for level in group["level"]]},
        hovertemplate="%{text}<extra></extra>", cliponaxis=False,
    )  # fmt: skip


def apart(shares: Floats) -> Floats:
    """Offsets in pixels (at most ``HALF``) that keep dots apart on a phone, each as near to the middle as can be.

    ``shares``: places on the axis from 0 to 1, rising.
    """
    steps = [0.0]
    while steps[-1] + DOT / 2 <= HALF - DOT / 2:
        steps.append(steps[-1] + DOT / 2)
    tries = [sign * step for step in steps for sign in ((1, -1) if step else (1,))]
    set_down: list[tuple[float, float]] = []
    for x in shares * WIDTH:
        near = [(left, y) for left, y in set_down if x - left < DOT]
        room = [y for y in tries if all((x - left) ** 2 + (y - other) ** 2 >= DOT**2 for left, other in near)]
        # no room left: as far from the others as can be
        best = room[0] if room else max(tries, key=lambda y: min(abs(y - other) for _, other in near))
        set_down.append((float(x), best))
    return np.array([y for _, y in set_down], dtype=np.float64)


def _table(comparison: Contrast, indicator: Indicator) -> pd.DataFrame:
    rows = comparison.frame.sort_values(["chosen", "value", "name"], ascending=[False, False, True])
    return pd.DataFrame(
        {
            "Kommune": rows["name"],
            "Thema": rows["chosen"].map({True: "mit", False: "ohne"}),
            indicator.with_unit: rows["value"].astype(float).round(indicator.decimals),
            "Ebene": rows["level"].map(LEVELS),
            "Jahr": rows["year"],
        }
    ).reset_index(drop=True)
