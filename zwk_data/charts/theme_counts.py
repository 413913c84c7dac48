"""Themes by stage and by status of their measures: a grid, the figures written in its fields, in one colour."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.german import NOT_DOCUMENTED, count, listing, number
from zwk_data.programme.words import MEASURE_STATUS, STAGES

#: pixels: a row holds two lines of text; room for the names of the columns, which stand upright on a phone
ROW, HEAD = 40, 112
#: letters in a line of a theme's name, so that a phone has room for the fields
LETTERS = 21
#: shades of a field in four even steps, all but the last under dark letters; the house's fourth carries neither well
SHADES = (*chart.SEQUENCE[:3], chart.SEQUENCE[4])
DARK = 3
#: the step of a field that is left out
OUT = -1
GROUPS = {True: "Werkzeugkoffer", False: "Weitere Themen"}


@dataclass(frozen=True)
class _Field:
    """One field: from 0 to 1 how dark (0 stays pale, None is left out), what is written and said of it."""

    strength: float | None
    text: str
    told: str


def stage_grid(frame: pd.DataFrame, source: str) -> Chart:
    """Draw ``theme_counts.by_stage``: the darker a field, the larger the share of the theme's Kommunen."""
    fields = []
    for row in frame.to_dict("records"):
        n = int(row["participants"])
        fields.append([
            _Field(
                int(row[stage]) / n if n else None,
                f"{number(int(row[stage]))}<br><span style='font-size:11px'>von {number(n)}</span>" if n else "",
                f"<b>{row['name_de']}</b><br>{word}: "
                + (
                    f"{number(int(row[stage]))} von {count(n, 'Kommune', 'Kommunen')} belegt"
                    if row[stage]
                    else NOT_DOCUMENTED
                ),
            )
            for stage, word in STAGES.items()
        ])  # fmt: skip
    return Chart(
        figure=_grid(frame, fields, list(STAGES.values())),
        title="Themen und Stufen",
        alt=_stage_alt(frame),
        source=source,
        table=pd.DataFrame(
            {
                "Thema": frame["name_de"],
                "Werkzeugkoffer": frame["toolkit"].map({True: "ja", False: "nein"}),
                "Kommunen": frame["participants"].astype(int),
                **{word: frame[stage].astype(int) for stage, word in STAGES.items()},
            }
        ),
        filename="themen_stufen",
        note=_stage_note(frame),
    )


def status_grid(frame: pd.DataFrame, source: str, *, limited: bool = False) -> Chart:
    """Draw ``theme_counts.by_status``: the darker a field, the more measures.

    ``limited``: who asks does not see all measures of other Kommunen, and is told so.
    """
    most = max(1, int(frame[list(MEASURE_STATUS)].to_numpy().max())) if len(frame) else 1
    fields = [
        [
            _Field(
                int(row[status]) / most if row["measures"] else None,
                number(int(row[status])) if row[status] else "",
                f"<b>{row['name_de']}</b><br>{word}: {count(int(row[status]), 'Maßnahme', 'Maßnahmen')}",
            )
            for status, word in MEASURE_STATUS.items()
        ]
        for row in frame.to_dict("records")
    ]
    return Chart(
        figure=_grid(frame, fields, list(MEASURE_STATUS.values())),
        title="Themen und Maßnahmen",
        alt=_status_alt(frame),
        source=source,
        table=pd.DataFrame(
            {
                "Thema": frame["name_de"],
                "Maßnahmen": frame["measures"].astype(int),
                **{word: frame[status].astype(int) for status, word in MEASURE_STATUS.items()},
                "Budget (Euro)": frame["budget_eur"].astype(float),
                "Mit bekanntem Budget": frame["budgeted"].astype(int),
            }
        ),
        filename="themen_massnahmen",
        note=_status_note(frame, limited),
    )


def _grid(frame: pd.DataFrame, fields: list[list[_Field]], columns: list[str]) -> go.Figure:
    """One row per theme, a line of air with its name above each group."""
    places: list[int] = []
    ticks: dict[float, str] = {}
    last, at = None, 0
    for name, toolkit in zip(frame["name_de"], frame["toolkit"], strict=True):
        if bool(toolkit) != last:
            last = bool(toolkit)
            ticks[at] = f"<b>{GROUPS[last]}</b>"
            at += 1
        places.append(at)
        ticks[at] = "<br>".join(textwrap.wrap(str(name), LETTERS, break_long_words=False))
        at += 1
    cells = [(x, y, one) for y, row in zip(places, fields, strict=True) for x, one in enumerate(row)]
    figure = go.Figure(layout={"template": chart.template()})
    steps = [[OUT] * len(columns) for _ in range(at)]
    told = [[""] * len(columns) for _ in range(at)]
    for x, y, one in cells:
        steps[y][x] = _shade(one.strength)
        told[y][x] = one.told
    colours = (chart.SURFACE, *SHADES)
    parts = len(colours)
    figure.add_heatmap(
        z=[[None if step == OUT else step for step in row] for row in steps],
        x=list(range(len(columns))), y=list(range(at)), customdata=told, showscale=False, xgap=2, ygap=2,
        zmin=-0.5, zmax=parts - 0.5, hoverongaps=False, hovertemplate="%{customdata}<extra></extra>",
        colorscale=[(edge / parts, colour) for i, colour in enumerate(colours) for edge in (i, i + 1)],
    )  # fmt: skip
    for ink, low, high in ((chart.MUTED, 0, 0), (chart.INK, 1, DARK), (chart.PAPER, DARK + 1, parts)):
        spots = [(x, y, one.text) for x, y, one in cells if one.text and low <= steps[y][x] <= high]
        figure.add_scatter(
            x=[x for x, _, _ in spots], y=[y for _, y, _ in spots], text=[text for *_, text in spots], mode="text",
            textfont={"size": 13, "color": ink}, hoverinfo="skip",
        )  # fmt: skip
    figure.update_layout(
        height=HEAD + ROW * max(at, 2), margin={"l": 8, "r": 8, "t": 8, "b": 8}, dragmode=False, hovermode="closest"
    )
    figure.update_xaxes(
        side="top", tickvals=list(range(len(columns))), ticktext=columns, range=[-0.5, len(columns) - 0.5],
        autotickangles=[0, -90], tickfont={"size": 13}, fixedrange=True, zeroline=False,
    )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(ticks), ticktext=list(ticks.values()), range=[at - 0.5, -0.5], tickfont={"size": 12},
        fixedrange=True, zeroline=False, showgrid=False,
    )  # fmt: skip
    return figure


def _shade(strength: float | None) -> int:
    """0 for nothing, else 1 to 4 in even steps."""
    if strength is None:
        return OUT
    return 0 if strength <= 0 else min(len(SHADES), int(strength * len(SHADES) - 1e-9) + 1)


def _stage_alt(frame: pd.DataFrame) -> str:
    named = frame[frame["participants"] > 0]
    if named.empty:
        return "Raster aus Themen und Stufen ohne Einträge: Für keine Kommune ist ein Thema belegt."
    told = []
    for stage, word in STAGES.items():
        share = named[stage] / named["participants"]
        full = int((share == 1).sum())
        told.append(f"{word} bei {number(full)}" if full else f"{word} bei keinem")
    return (
        f"Raster aus {count(len(named), 'Thema', 'Themen')} und fünf Stufen. So viele Themen gibt es, bei denen die "
        f"Stufe für alle Kommunen mit dem Thema belegt ist: {listing(told)}."
    )


def _stage_note(frame: pd.DataFrame) -> str:
    told = [
        "In jedem Feld: für wie viele der Kommunen mit dem Thema die Stufe belegt ist. Je dunkler, desto größer ihr "
        "Anteil; ganz blass heißt nicht belegt, nicht unterblieben."
    ]
    empty = frame.loc[frame["participants"] == 0, "name_de"].tolist()
    if empty:
        told.append(f"Von keiner Kommune belegt: {listing(empty)}.")
    return " ".join(told)


def _status_alt(frame: pd.DataFrame) -> str:
    total = int(frame["measures"].sum()) if len(frame) else 0
    if not total:
        return "Raster aus Themen und Ständen ohne Einträge: Es sind keine Maßnahmen belegt."
    first = frame.sort_values("measures", ascending=False, kind="stable").iloc[0]
    return (
        f"Raster aus {count(int((frame['measures'] > 0).sum()), 'Thema', 'Themen')} und sechs Ständen mit "
        f"{count(total, 'Maßnahme', 'Maßnahmen')}; {number(int(frame['running'].sum()))} laufen, "
        f"{number(int(frame['done'].sum()))} sind abgeschlossen. Die meisten gehören zu „{first['name_de']}“ "
        f"({number(int(first['measures']))})."
    )


def _status_note(frame: pd.DataFrame, limited: bool) -> str:
    told = ["In jedem Feld: Zahl der Maßnahmen. Je dunkler, desto mehr; leer heißt keine."]
    if limited:
        told.append("Von anderen Kommunen sind hier nur laufende und abgeschlossene Maßnahmen zu sehen.")
    empty = frame.loc[frame["measures"] == 0, "name_de"].tolist()
    if len(empty) == len(frame):
        told.append("Es sind keine Maßnahmen belegt.")
    elif empty:
        told.append(f"Ohne belegte Maßnahme: {listing(empty)}.")
    return " ".join(told)
