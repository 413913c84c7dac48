"""What all charts share: colours, the house template, the parts that recur, and what a finished chart consists of.

A ``Figure`` has its chart as plain numbers, too, for those who draw it natively: PowerPoint, Excel, print. How a series
looks is declared once, by the chart that draws it on the page; everybody else takes it from the series.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from zwk_data.programme.kommune import Process

# One accent colour; everything it is compared with stays grey.
ACCENT = "#0b5c6e"
ACCENT_SOFT = "#d3e6ea"
INK = "#1f2933"
MUTED = "#52606d"  # 6.4 : 1 on white
QUIET = "#8592a0"  # 3.2 : 1 on white
LINE = "#d9e2ec"
SURFACE = "#f6f8f9"
PAPER = "#ffffff"
WARM = "#a8480a"  # the one contrast colour: breaks, losses, warnings (6.2 : 1 on white)
WARM_SOFT = "#f8e6d6"
#: light to dark, readable in grey print; drawn as steps, never as a gradient
SEQUENCE = ("#e3f0f2", "#b5d6dc", "#7fb5c0", "#468f9f", "#0b6a7e", "#07404d")
#: the same middle where numbers stand on it: dark ones can be read (4.5:1), and it is seen on paper (3:1)
WRITTEN_ON = "#589cab"
#: losses warm, gains cool, with a pale middle
DIVERGING = ("#a8480a", "#d98a4f", "#f3cfae", "#eef1f3", "#b5d6dc", "#468f9f", "#07404d")

_DAYS = "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag"
_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
#: Plotly's German number and date words, inline: a locale file would be a foreign request.
LOCALE_DE = {
    "format": {
        "days": _DAYS.split(),
        "shortDays": [name[:2] for name in _DAYS.split()],
        "months": _MONTHS.split(),
        "shortMonths": [name[:3] for name in _MONTHS.split()],
        "date": "%d.%m.%Y",
        "decimal": ",",
        "thousands": ".",
    },
    "dictionary": {
        "Double-click to zoom back out": "Doppelklick setzt den Ausschnitt zurück",
        "Double-click on legend to isolate one trace": "Doppelklick auf die Legende zeigt nur diese Reihe",
    },
}


def config() -> dict[str, object]:
    """Plotly's config for every figure: German, nothing that calls home, and no toolbar.

    A toolbar lies over the figure's words, and is up to seven stops for the keyboard; „Nutzen und Teilen“ has pictures.
    """
    return {"locale": "de", "locales": {"de": LOCALE_DE}, "displayModeBar": False, "scrollZoom": False}


def margin(top: int = 24, right: int = 8, bottom: int = 8) -> dict[str, int]:
    """Pixels around the plot; axes take what their labels need on top of it."""
    return {"l": 8, "r": right, "t": top, "b": bottom}


def template() -> go.layout.Template:
    """The house template: white paper, hairlines, direct labels, room to breathe."""
    axis = {
        "gridcolor": LINE,
        "linecolor": QUIET,
        "zerolinecolor": QUIET,
        "ticks": "",
        "tickfont": {"size": 14, "color": MUTED},
        "title": {"font": {"size": 14, "color": MUTED}},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "font": {
                "family": '"Source Sans", "Source Sans Pro", "Liberation Sans", Arial, sans-serif',
                "size": 15,
                "color": INK,
            },
            "paper_bgcolor": PAPER,
            "plot_bgcolor": PAPER,
            "colorway": [ACCENT, MUTED, QUIET, WARM, "#468f9f"],
            "separators": ",.",
            "margin": margin(),
            "hovermode": "closest",
            "annotationdefaults": {"showarrow": False},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "hoverlabel": {"bgcolor": PAPER, "bordercolor": QUIET, "font": {"size": 14, "color": INK}},
            "legend": {"orientation": "h", "y": 1.08, "x": 0, "font": {"size": 14}},
            "showlegend": False,
        }
    )


_ON_TOP = {"y": 0.995, "yref": "container", "yanchor": "top", "itemclick": False, "itemdoubleclick": False}
#: layout: a legend above the plot that cannot be clicked, since hiding a series would make the caption wrong
LEGEND_ON_TOP: dict[str, Any] = {"showlegend": True, "legend": _ON_TOP}


def house_figure(height: int, **layout: object) -> go.Figure:
    """An empty figure in the house template, ``height`` pixels high; ``layout`` as in Plotly."""
    return go.Figure(layout={"template": template(), "height": height, **layout})


def still_figure(height: int, **layout: object) -> go.Figure:
    """A figure that can be neither dragged nor zoomed, so that a finger on it scrolls the page."""
    return fixed(house_figure(height, **layout))


def fixed(figure: go.Figure) -> go.Figure:
    """The figure so that it can be neither dragged nor zoomed."""
    figure.update_layout(dragmode=False)
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    return figure


def row_axis(names: Sequence[str], *, above: float = 0.5, below: float = 0.5, **axis: object) -> dict[str, object]:
    """A y axis with one row per name, the first at y = 0 on top; ``above`` and ``below``: room in rows."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": list(names),
        "range": [len(names) - below, -above],
        "fixedrange": True,
        "zeroline": False,
        "showgrid": False,
        **axis,
    }


def label(
    text: str, x: object, y: object, place: Mapping[str, object], *, size: int = 14, colour: str = INK
) -> dict[str, object]:
    """An annotation: text without an arrow. ``place``: anchors and shifts, ``"xref": "paper"`` for x from 0 to 1."""
    return {"text": text, "x": x, "y": y, "font": {"size": size, "color": colour}, **place}


#: how the annotation is called that names a line at its right end; the name of the line follows
_LINE_END = "linienende: "


def end_label(
    line: str, text: str, x: object, y: object, place: Mapping[str, object], *, size: int = 14, colour: str = INK
) -> dict[str, object]:
    """A ``label`` beside the right end of the trace called ``line``; on a phone it goes into a legend."""
    beside = {"xanchor": "left", "align": "left", "name": f"{_LINE_END}{line}", **place}
    return label(text, x, y, beside, size=size, colour=colour)


def line_ended(annotation: go.layout.Annotation) -> str:
    """The name of the trace that an ``end_label`` is of; "" for any other annotation."""
    name = str(annotation.name or "")
    return name.removeprefix(_LINE_END) if name.startswith(_LINE_END) else ""


def vertical_line(
    x: object, colour: str, *, width: int = 1, dash: str = "solid", span: tuple[float, float] | None = None
) -> dict[str, object]:
    """A shape below the traces: a line at ``x`` over the whole plot, or between the two y of ``span``."""
    low, high = span or (0, 1)
    line = {"width": width, "color": colour, "dash": dash}
    place = {"x0": x, "x1": x, "y0": low, "y1": high, "yref": "y" if span else "paper"}
    return {"type": "line", "layer": "below", "line": line, **place}


def add_legend_marker(figure: go.Figure, name: str, marker: dict[str, object]) -> None:
    """Add an entry to the legend that belongs to no particular trace."""
    figure.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=marker, hoverinfo="skip", showlegend=True)


def hover(texts: Sequence[str] | Sequence[Sequence[str]]) -> dict[str, Any]:
    """For a trace: one text per point, shown under the pointer as it is."""
    return {"customdata": texts, "hovertemplate": "%{customdata}<extra></extra>"}


def stepped(colours: Sequence[str]) -> list[tuple[float, str]]:
    """A colour scale in equal steps instead of a gradient."""
    n = len(colours)
    return [(edge / n, colour) for i, colour in enumerate(colours) for edge in (i, i + 1)]


def table(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The columns named by the keys of ``names``, in this order, under German names and with a fresh index."""
    return frame[list(names)].rename(columns=dict(names)).reset_index(drop=True)


@dataclass(frozen=True)
class Caption:
    """What a caller adds to a chart: ``source``, ``filename`` and ``note`` as in ``Chart``."""

    source: str
    filename: str = "abbildung"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a finished chart or map is beside its drawing.

    ``title``: what it shows, a short German line; ``alt``: one to three German sentences that say what a reader would
    see; ``source``: the source line to print beneath; ``table``: the same figures as a frame with German column names,
    ready to show; ``filename``: for downloads, without ending; ``note``: what must be known to read it (breaks,
    whole-city figures), or empty.
    """

    title: str
    alt: str
    source: str
    table: pd.DataFrame = field(repr=False)
    filename: str = "abbildung"
    note: str = ""


@dataclass(frozen=True)
class Chart(Described):
    """A finished chart; ``figure`` is the drawing."""

    figure: go.Figure


Kind = Literal["lines", "columns", "balance", "bars", "stacked", "pyramid"]


@dataclass(frozen=True)
class Look:
    """``ink``: of text on a surface; ``weight`` (points) and ``dash``: of a line; ``outline``: an edge without fill."""

    colour: str
    ink: str = PAPER
    weight: float = 1.0
    dash: Literal["solid", "dash", "dot"] = "solid"
    outline: bool = False


@dataclass(frozen=True)
class Series:
    """One row of values of a drawing, one for each category (None: no figure)."""

    name: str
    values: tuple[float | None, ...]
    look: Look = Look(ACCENT)


@dataclass(frozen=True)
class Drawing:
    """A chart as plain numbers.

    ``kind``: lines over the categories; columns upright and bars lying, side by side; stacked lying bars; balance:
    columns up (first series) and down (second), and their difference as a line (third); pyramid: lying bars, the
    first two surfaces back to back, outlines over them, categories from young to old. Values are given without the
    sign that the direction of a bar adds. ``axis``: what the values are, with their unit. ``decimals``: of the
    values. ``marks``: category and words of breaks in the series: a break stands as a category of blanks without
    values, and no line runs across it.
    """

    kind: Kind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str = ""
    decimals: int = 0
    marks: tuple[tuple[str, str], ...] = ()
    #: what stands beneath lines over years
    process: Process | None = None

    def place(self, year: float) -> float:
        """Where a moment lies among categories that are years; 2022 is the end of 2022."""
        known = {int(one): at for at, one in enumerate(self.categories) if one.strip().isdigit()}
        return float(np.interp(year, list(known), list(known.values())))


@dataclass(frozen=True)
class Figure:
    """A chart: ``chart`` for the page with title, alt text, source, note and table; ``drawing`` for everything else.

    ``drawing_note``: how to read the drawing where the chart's own note speaks of what only the chart shows.
    """

    chart: Chart
    drawing: Drawing
    drawing_note: str | None = None

    @property
    def note(self) -> str:
        """The note beside the drawing."""
        return self.chart.note if self.drawing_note is None else self.drawing_note


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
