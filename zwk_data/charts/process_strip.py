"""The process of a Kommune under the curve of a figure: stages as numbered discs, measures as spans, sessions as
diamonds, on the same axis of years. It is quiet: the curve above keeps its size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.charts.measures_and_money import STATUS_LOOKS
from zwk_data.charts.stages import COLOURS, INKS
from zwk_data.german import count, listing
from zwk_data.programme.kommune import MeasureSpan, Process, process_words
from zwk_data.schema.words import MEASURE_STATUS, STAGES

#: pixels: a lane, what lies between axis and strip; lanes of measures at most
LANE, BETWEEN, MOST = 15, 44, 8
#: measures share a lane if they are so many years apart; a span is drawn at least so long
APART, SHORTEST = 0.08, 0.12


@dataclass(frozen=True)
class Rows:
    """Where each kind stands beneath the curve, in lanes from its upper edge; ``depth``: lanes in all.

    ``stages``, ``sessions``, ``measures`` (the first lane of them): None where there are none. ``lanes``: the measures.
    """

    stages: float | None
    sessions: float | None
    measures: float | None
    lanes: tuple[tuple[MeasureSpan, ...], ...]
    depth: float

    @property
    def names(self) -> dict[str, float]:
        """Name of each row -> its middle."""
        middle = None if self.measures is None else self.measures + (len(self.lanes) - 1) / 2
        found = {"Stufen": self.stages, "Sitzungen": self.sessions, "Maßnahmen": middle}
        return {name: at for name, at in found.items() if at is not None}


def rows_of(process: Process) -> Rows:
    """The rows of a process, the same on screen, paper and slide."""
    lanes = tuple(tuple(lane) for lane in _lanes(process.measures))
    at = 0.8
    places: list[float | None] = []
    for there in (process.stages, process.sessions):
        places.append(at if there else None)
        at += 1.6 if there else 0.0
    return Rows(places[0], places[1], at if lanes else None, lanes, at - 0.2 + len(lanes))


def under_curve(made: Chart, process: Process) -> Chart:
    """``made``, a chart over years of a fixed height, with the process beneath; as it is if nothing has a date."""
    if process.is_empty:
        return made
    rows = rows_of(process)
    lanes = [list(lane) for lane in rows.lanes]
    depth = LANE * rows.depth
    figure = go.Figure(made.figure)
    before = float(figure.layout.height)
    margins = figure.layout.margin.t + figure.layout.margin.b
    plot = before - margins + BETWEEN + depth
    figure.update_layout(
        height=before + BETWEEN + depth,
        yaxis={"domain": [(BETWEEN + depth) / plot, 1]},
        yaxis2={"domain": [0, depth / plot], "range": [depth / LANE, 0], "anchor": "x", "showgrid": False},
        xaxis={"range": _years(figure, process), "anchor": "y"},
    )
    if rows.stages is not None:
        _draw_stages(figure, process, rows.stages)
    if rows.sessions is not None:
        _draw_sessions(figure, process, rows.sessions)
    if rows.measures is not None:
        _draw_measures(figure, lanes, rows.measures)
    names = rows.names
    figure.update_layout(
        yaxis2={"tickvals": list(names.values()), "ticktext": list(names), "zeroline": False, "fixedrange": True}
    )
    return replace(
        made,
        figure=figure,
        alt=f"{made.alt} Darunter der Prozess. {process_words(process)}",
        note=f"{made.note} {_note(process, lanes)}".strip(),
        table=_with_process(made.table, process),
    )


def _years(figure: go.Figure, process: Process) -> list[float]:
    low, high = figure.layout.xaxis.range
    return [low, max(high, process.last + 0.3)]


def _lanes(measures: tuple[MeasureSpan, ...]) -> list[list[MeasureSpan]]:
    """The measures in as few lanes as they need; what finds no room is left to the note."""
    lanes: list[list[MeasureSpan]] = []
    for one in measures:
        free = next((lane for lane in lanes if end_of(lane[-1]) + APART <= one.start), None)
        if free is not None:
            free.append(one)
        elif len(lanes) < MOST:
            lanes.append([one])
    return lanes


def end_of(one: MeasureSpan) -> float:
    """Where a span ends as it is drawn."""
    return max(one.end, one.start + SHORTEST)


def _draw_stages(figure: go.Figure, process: Process, at: float) -> None:
    stages = list(STAGES)
    figure.add_scatter(
        x=[one.at for one in process.stages],
        y=[at] * len(process.stages),
        yaxis="y2",
        mode="markers+text",
        text=[str(one.number) for one in process.stages],
        textfont={"size": 11, "color": [INKS[stages[one.number - 1]] for one in process.stages]},
        marker={
            "size": 16,
            "color": [COLOURS[stages[one.number - 1]] for one in process.stages],
            "line": {"width": 1, "color": chart.INK},
        },
        name="Stufen",
        showlegend=False,
        **chart.hover([f"<b>{one.number} {one.name}</b><br>{one.when}" for one in process.stages]),
    )


def _draw_sessions(figure: go.Figure, process: Process, at: float) -> None:
    figure.add_scatter(
        x=[one.at for one in process.sessions],
        y=[at] * len(process.sessions),
        yaxis="y2",
        mode="markers",
        marker={"size": 11, "symbol": "diamond", "color": chart.PAPER, "line": {"width": 2, "color": chart.ACCENT}},
        name="Sitzungen",
        showlegend=False,
        **chart.hover([f"<b>{one.name}</b><br>{one.when}" for one in process.sessions]),
    )


def _draw_measures(figure: go.Figure, lanes: list[list[MeasureSpan]], first: float) -> None:
    """One trace for each status, so that its colour is declared once."""
    for code, word in MEASURE_STATUS.items():
        drawn = [(first + row, one) for row, lane in enumerate(lanes) for one in lane if one.status == code]
        if not drawn:
            continue
        figure.add_bar(
            orientation="h",
            base=[one.start for _, one in drawn],
            x=[end_of(one) - one.start for _, one in drawn],
            y=[row for row, _ in drawn],
            yaxis="y2",
            width=0.62,
            marker={"color": STATUS_LOOKS[code].colour, "line": {"width": 1, "color": chart.MUTED}},
            name=f"Maßnahmen, {word}",
            showlegend=False,
            **chart.hover([f"<b>{one.title}</b><br>{word}; {one.when}" for _, one in drawn]),
        )


def _note(process: Process, lanes: list[list[MeasureSpan]]) -> str:
    told = ["Unter der Kurve der Prozess"]
    if process.stages:
        named = ", ".join(f"{number} {name}" for number, name in enumerate(STAGES.values(), start=1))
        told.append(f"Scheiben sind Stufen ({named})")
    if process.sessions:
        told.append("Rauten Sitzungen der Zwischenbilanz")
    if lanes:
        told.append("Balken Maßnahmen, dunkel abgeschlossene, heller laufende und geplante")
    crowded = len(process.measures) - sum(len(lane) for lane in lanes)
    left = {"ohne Zeitraum": process.undated, "aus Platzgründen": crowded}
    why = [f"{count(n, 'Maßnahme', 'Maßnahmen')} {reason}" for reason, n in left.items() if n]
    more = f" Nicht gezeichnet: {listing(why)}." if why else ""
    return f"{told[0]}: {'; '.join(told[1:])}.{more} Was zugleich geschah, ist keine Erklärung."


def _with_process(table: pd.DataFrame, process: Process) -> pd.DataFrame:
    """The rows of the process below those of the curve, in its columns: what, year, no value, the date in words."""
    what, year, _, note = table.columns[:4]
    rows = [(f"Stufe {one.name}", one.at, one.when) for one in process.stages]
    rows += [(one.name, one.at, one.when) for one in process.sessions]
    rows += [
        (f"Maßnahme: {one.title}", one.start, f"{MEASURE_STATUS[one.status]}; {one.when}") for one in process.measures
    ]
    more = pd.DataFrame(
        {
            what: [name for name, _, _ in rows],
            # 2022 is the end of 2022: what comes before it is of that year
            year: pd.array([int(-(-at // 1)) for _, at, _ in rows], dtype="Int64"),
            note: [when for _, _, when in rows],
        }
    )
    return pd.concat([table, more], ignore_index=True)
