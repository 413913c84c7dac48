"""How many Kommunen have reached each stage over time, as steps; and where each group of the network stands."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.charts.stages import COLOURS, INKS
from zwk_data.german import count, day, number
from zwk_data.programme.words import STAGES

#: lines of neighbours must be told apart: paler ones are drawn darker here than as discs
LINES = dict(zip(STAGES, (chart.QUIET, "#7fb5c0", "#468f9f", "#0b6a7e", "#07404d"), strict=True))
#: pixels that a label needs, and that are not the lines'
LABEL, FRAME = 18, 60
FUNNEL_ROW = 34


def funnel_lines(funnel: pd.DataFrame, total: int, source: str, height: int = 400) -> Chart:
    """``funnel`` as from ``funnel.funnel``; ``total`` Kommunen are the top of the axis."""
    figure = go.Figure()
    last = funnel.groupby("stage", sort=False)["reached"].last() if len(funnel) else pd.Series(dtype=int)
    for stage, part in funnel.groupby("stage", sort=False):
        figure.add_scatter(
            x=part["month"].dt.strftime("%Y-%m-%d").tolist(),
            y=part["reached"].tolist(),
            mode="lines",
            line={"shape": "hv", "width": 3, "color": LINES[str(stage)]},
            name=STAGES[str(stage)],
            hovertemplate=f"{STAGES[str(stage)]}, %{{x|%B %Y}}: %{{y}}<extra></extra>",
        )
    order = {stage: number for number, stage in enumerate(STAGES, start=1)}
    figure.update_layout(
        template=chart.template(),
        height=height,
        margin={"l": 8, "r": 150, "t": 24, "b": 8},
        dragmode=False,
        hovermode="closest",
        annotations=[
            {
                "x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": at, "yanchor": "middle",
                "showarrow": False, "text": f"{order[str(stage)]} {STAGES[str(stage)]}: {last[stage]}",
                "font": {"size": 14, "color": chart.INK},
            }
            for stage, at in _apart(last.to_dict(), max(total, 1), LABEL / (height - FRAME)).items()
        ],
    )  # fmt: skip
    figure.update_xaxes(type="date", fixedrange=True, dtick="M12", tickformat="%Y", tickangle=0)
    figure.update_yaxes(
        range=[0, max(total, 1) * 1.03], fixedrange=True, title="Kommunen", dtick=10 if total > 12 else 2
    )
    wide = funnel.pivot_table(index="month", columns="stage", values="reached") if len(funnel) else pd.DataFrame()
    wide = wide.reindex(columns=list(STAGES)).rename(columns=STAGES).reset_index(names="Monat")
    wide["Monat"] = [day(month, "month") for month in wide["Monat"]]
    return Chart(
        figure=figure,
        title="So viele Kommunen haben die Stufen erreicht",
        alt=_funnel_alt(funnel, last, total),
        source=source,
        table=wide,
        filename="monitoring_verlauf",
        note="Gezählt wird der erste belegte Termin je Kommune. Auf das Jahr datierte zählen ab Jahresende; Termine "
        "ohne Datum und nicht belegte Stufen fehlen, die Linien zeigen also die Mindestzahl.",
    )


def _apart(values: dict[Any, int], total: int, share: float) -> dict[str, float]:
    """Heights of the labels: near their values, lowest first, none on another."""
    step = total * share
    placed: dict[str, float] = {}
    below = -step
    for stage, value in sorted(values.items(), key=lambda item: (item[1], -list(STAGES).index(str(item[0])))):
        below = max(float(value), below + step)
        placed[str(stage)] = below
    over = below - total * 1.02
    return {stage: at - max(over, 0) for stage, at in placed.items()}


def _funnel_alt(funnel: pd.DataFrame, last: pd.Series, total: int) -> str:
    if funnel.empty:
        return "Ohne Einträge: Kein Termin ist mit Datum belegt."
    reached = ", ".join(f"{STAGES[str(stage)]} {number(value)}" for stage, value in last.items())
    return (
        f"Stufenlinien von {day(funnel['month'].min(), 'month')} bis {day(funnel['month'].max(), 'month')}. Am Ende "
        f"haben von {count(total, 'Kommune', 'Kommunen')} mit Datum belegt erreicht: {reached}."
    )


def division_bars(divided: pd.DataFrame, word: str, source: str) -> Chart:
    """Kommunen of each group by their latest documented stage; ``divided`` as from ``funnel.divided``."""
    names = ["keine Stufe belegt", *STAGES.values()]
    colours = [chart.SURFACE, *COLOURS.values()]
    inks = [chart.INK, *INKS.values()]
    groups = divided["group"].tolist()
    figure = go.Figure()
    for step, (name, colour, ink) in enumerate(zip(names, colours, inks, strict=True)):
        values = divided[f"furthest_{step}"].tolist()
        figure.add_bar(
            orientation="h",
            x=values,
            y=list(range(len(groups))),
            name=f"{step} {name}" if step else name,
            marker={"color": colour, "line": {"width": 1, "color": chart.MUTED if step == 0 else chart.PAPER}},
            text=[str(value) if value else "" for value in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"size": 13, "color": ink},
            customdata=groups,
            hovertemplate=f"<b>%{{customdata}}</b><br>{name}: %{{x}}<extra></extra>",
            showlegend=any(values),
        )
    figure.update_layout(
        template=chart.template(),
        barmode="stack",
        bargap=0.3,
        height=90 + FUNNEL_ROW * max(len(groups), 2),
        margin={"l": 8, "r": 12, "t": 72, "b": 8},
        showlegend=True,
        legend={"y": 0.995, "yref": "container", "yanchor": "top", "itemclick": False, "itemdoubleclick": False,
                "traceorder": "normal"},
        dragmode=False,
        hovermode="closest",
    )  # fmt: skip
    figure.update_xaxes(fixedrange=True, showticklabels=False)
    figure.update_yaxes(
        tickvals=list(range(len(groups))),
        ticktext=[f"{group} ({n})" for group, n in zip(groups, divided["participants"], strict=True)],
        range=[len(groups) - 0.5, -0.5],
        fixedrange=True,
        showgrid=False,
    )
    table = divided[["group", "participants", *STAGES]].rename(
        columns={"group": word, "participants": "Kommunen", **STAGES}
    )
    return Chart(
        figure=figure,
        title=f"Späteste belegte Stufe nach {word}",
        alt=_division_alt(divided, word),
        source=source,
        table=table,
        filename="monitoring_aufteilung",
        note="In Klammern: Zahl der Kommunen. Wer zu zwei Gruppen gehört, zählt in beiden.",
    )


def _division_alt(divided: pd.DataFrame, word: str) -> str:
    if divided.empty:
        return f"Ohne Einträge: Keine Kommune ist einer Gruppe nach {word} zugeordnet."
    told = [
        f"{row['group']}: {row['furthest_5']} von {row['participants']} bis zur Zwischenbilanz"
        for row in divided.head(4).to_dict("records")
    ]
    return f"Balken nach {word}, {count(len(divided), 'Gruppe', 'Gruppen')}. {'; '.join(told)}."
