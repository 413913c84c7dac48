"""How long the steps from stage to stage take: every Kommune a dot, the middle half a box, the limits as marks."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.german import count, number
from zwk_data.programme.thresholds import Thresholds

DURATION_ROW = 92
#: dots of close values stand above each other: days that are close, step in shares of a row, steps to either side
NEAR, STEP, STEPS = 9, 0.085, 4


def duration_boxes(durations: pd.DataFrame, summary: pd.DataFrame, limits: Thresholds, source: str) -> Chart:
    """Draw ``durations.durations`` with the quartiles of ``durations.summary``; steps without a value stay empty."""
    figure = go.Figure()
    between = dict(limits.between)
    shapes = []
    for place, row in enumerate(summary.to_dict("records")):
        known = durations[(durations["step"] == row["step"]) & durations["days"].notna()].sort_values("days")
        if len(known) >= 4:
            shapes.append(_box(row["lower"], row["upper"], place))
            shapes.append(_line(row["median"], place, chart.INK, 3, "solid", 0.3))
        limit = between[row["step"]]
        shapes += [
            _line(days, place, chart.WARM, 2, dash, 0.42) for days, dash in ((limit.amber, "dot"), (limit.red, "solid"))
        ]
        figure.add_scatter(
            x=known["days"].tolist(),
            y=[place + shift for shift in _spread(known["days"].tolist())],
            mode="markers",
            marker={"size": 8, "color": chart.ACCENT, "opacity": 0.85},
            customdata=[f"<b>{n}</b><br>{number(d)} Tage" for n, d in zip(known["name"], known["days"], strict=True)],
            hovertemplate="%{customdata}<extra></extra>",
        )
    words = [
        f"{row['step_de'].replace(' bis ', ' bis<br>')}<br><span style='font-size:13px'>{number(row['known'])} belegt, "
        f"Median {number(row['median'])}</span>"
        for row in summary.to_dict("records")
    ]
    figure.update_layout(
        template=chart.template(),
        height=DURATION_ROW * len(summary) + 50,
        margin={"l": 8, "r": 16, "t": 10, "b": 8},
        shapes=shapes,
        dragmode=False,
        hovermode="closest",
    )
    figure.update_xaxes(title="Tage", rangemode="tozero", fixedrange=True, showgrid=True)
    figure.update_yaxes(
        tickvals=list(range(len(words))),
        ticktext=words,
        range=[len(words) - 0.5, -0.5],
        fixedrange=True,
        zeroline=False,
        showgrid=False,
    )
    return Chart(
        figure=figure,
        title="Dauer von Stufe zu Stufe",
        alt=_durations_alt(summary),
        source=source,
        table=_durations_table(durations),
        filename="monitoring_dauer",
        note="Ein Punkt ist eine Kommune, das Feld die mittlere Hälfte, der Strich der Median. Orange Marken: die "
        "Schwellen der Einstellungen (gepunktet gelb, durchgezogen rot). Auf das Jahr datierte Termine fehlen hier.",
    )


def _spread(days: list[float]) -> list[float]:
    """Shifts to the side, so that close values do not cover each other."""
    shifts: list[float] = []
    run, before = 0, float("-inf")
    for value in days:
        run = run + 1 if value - before < NEAR else 0
        before = value if run == 0 else before
        side = (run + 1) // 2 * (1 if run % 2 else -1)
        shifts.append(max(-STEPS, min(STEPS, side)) * STEP)
    return shifts


def _box(low: float, high: float, place: int) -> dict[str, object]:
    return {
        "type": "rect", "x0": low, "x1": high, "y0": place - 0.3, "y1": place + 0.3, "fillcolor": chart.ACCENT_SOFT,
        "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _line(x: float, place: int, colour: str, width: int, dash: str, half: float) -> dict[str, object]:
    return {
        "type": "line", "x0": x, "x1": x, "y0": place - half, "y1": place + half,
        "line": {"width": width, "color": colour, "dash": dash}, "layer": "below",
    }  # fmt: skip


def _durations_alt(summary: pd.DataFrame) -> str:
    known = summary[summary["known"] > 0]
    if known.empty:
        return "Ohne Einträge: Für keine Kommune sind zwei aufeinander folgende Stufen auf den Monat genau datiert."
    told = [
        f"{row['step_de']} im Median {count(round(row['median']), 'Tag', 'Tage')} ({number(row['known'])} belegt)"
        for row in known.to_dict("records")
    ]
    return f"Dauer von Stufe zu Stufe: {'; '.join(told)}."


def _durations_table(durations: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Kommune": durations["name"],
            "Schritt": durations["step_de"],
            "Tage": durations["days"].round(),
            "Hinweis": durations["why"].replace("", None),
        }
    ).reset_index(drop=True)
