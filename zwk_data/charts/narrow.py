"""A chart for a narrow screen: what lines are called stands below the plot, not beside it, and ticks are few.

On 320 pixels the names at the ends of lines take more room than the lines, and the stages of a year lie on each other.
"""

from __future__ import annotations

from math import ceil

import plotly.graph_objects as go

from zwk_data.charts.chart import fixed, line_ended

#: pixels that a plot has for its legend on the narrowest phone; of a line's sample, of a letter, of a row
ROOM, SAMPLE, LETTER, ROW = 290, 48, 7.5, 22
#: pixels below the plot for the years
AXIS = 34
#: ticks that fit side by side; letters of the name of a row, and their size where the name has several lines
TICKS, NAME, SMALL = 4, 18, 12
#: a row of lanes and a disc in its lane, in pixels; from lane to lane, in rows; the lane in the middle
LANES, DISC, LANE, MIDDLE = 70, 12, 0.18, 3


def narrowed(figure: go.Figure) -> go.Figure:
    """A copy of a figure in the house template that can be read on a phone of 320 pixels; as wide as it is given.

    A finger on it scrolls the page, whatever it does on a desk.
    """
    made = fixed(go.Figure(figure))
    made.update_xaxes(tickangle=0, selector={"type": "date"})
    for axis in made.select_xaxes():
        # names and years that were chosen stay
        if axis.tickvals is None and axis.dtick is None and axis.type != "category":
            axis.update(nticks=TICKS, tickangle=0)
    for axis in made.select_yaxes():
        if axis.ticktext:
            axis.update(ticktext=["<br>".join(map(_shortened, str(name).split("<br>"))) for name in axis.ticktext])
        elif any(trace.type == "bar" and trace.orientation == "h" for trace in made.data):
            axis.update(tickfont={"size": SMALL})
    laned = [trace for trace in made.data if trace.meta]
    if laned:
        _in_lanes(made, laned)
    names = {line_ended(one): _words(one) for one in made.layout.annotations if line_ended(one)}
    if names:
        _name_below(made, names)
    return made


def _in_lanes(made: go.Figure, laned: list[go.Scatter | go.Bar]) -> None:
    """Draw what belongs to one row one below the other: ``meta`` of a trace is its lane, from 1."""
    rows = len(made.layout.yaxis.tickvals)
    made.update_layout(height=made.layout.margin.t + LANES * rows)
    for trace in laned:
        trace.y = [at + LANE * (trace.meta - MIDDLE) for at in trace.y]
        if trace.type == "bar":
            trace.width = LANE
        else:
            trace.marker.size = [min(DISC, size) for size in trace.marker.size]
            trace.textfont.size = DISC - 2


def _shortened(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1].rstrip(' -(')}…"


def _words(label: go.layout.Annotation) -> str:
    """What a label says; all of the name where there was no room for it."""
    return line_ended(label) if "…" in label.text else str(label.text).replace("<br>", " ")


def _name_below(made: go.Figure, names: dict[str, str]) -> None:
    """Lines named at their end (name -> words) are named in a legend below the plot instead."""
    made.layout.annotations = [one for one in made.layout.annotations if not line_ended(one)]
    waiting = dict(names)
    for trace in made.data:
        words = waiting.pop(trace.name, None)
        trace.update(showlegend=words is not None, **({"name": words} if words else {}))
    longest = max(map(len, names.values()))
    rows = ceil(len(names) / max(1, int(ROOM // (SAMPLE + LETTER * longest))))
    below = AXIS + ROW * rows
    legend = {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom", "traceorder": "reversed"}
    made.update_layout(
        height=made.layout.height + below - 8,
        margin={"r": 12, "b": below},
        showlegend=True,
        legend=legend | {"itemclick": False, "itemdoubleclick": False},
    )
