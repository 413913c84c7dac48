"""The picture of a chart that stands in its place until Plotly, whose script has 4.7 MB, has drawn it.

It is made from the same figure and drawn as Plotly draws it: across in per cent of the width, which the server does
not know, upwards in pixels. Lines, dots and bars are an SVG stretched to the plot, words are words of the page. What
it cannot draw (other kinds of traces, legends, titles of axes) has no picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from zwk_data.charts.chart import INK, LINE, MUTED, QUIET, Chart
from zwk_data.charts.chart import margin as usual_margin
from zwk_data.german import number
from zwk_data.web.kit.markup import render

#: the width of the plot in the SVG's own units; upwards they are pixels
WIDE = 1000
#: pixels that Plotly keeps below the plot for the years, and for half of a zero at its end
BELOW, ZERO = 28, 10
#: Plotly pads a free axis by a twentieth of its length, and for the dots on it
PADDING, DOT = 0.05, 3.0
#: pixels for which a tick is wanted, across and upwards; Plotly wants 5 to 10
APART, UPWARDS = 80, 40
#: pixels of the plot on a phone, where fewer years are named
PHONE = 160
#: a point that is only there to be pointed at
UNSEEN = 1.0
#: pixels of the edge around a label
EDGE = 2
#: how far a thing is moved back, in per cent of its size
ANCHORS = {"left": 0, "center": -50, "right": -100, "top": 0, "middle": -50, "bottom": -100}

Floats = NDArray[np.float64]


class _CannotDrawError(Exception):
    """The figure has something that is not drawn here."""


@dataclass(frozen=True)
class Axis:
    """``low`` lies at ``start``, ``high`` at ``end``."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value lies."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: float) -> list[float]:
        """Round values of the axis, at most 5 to 10 as Plotly chooses them for ``most``."""
        rough = (self.high - self.low) / (min(max(most, 4), 9) + 1)
        base = 10.0 ** floor(log10(rough))
        step = base * next(factor for factor in (2, 5, 10) if rough / base <= factor)
        return [n * step for n in range(ceil(self.low / step), floor(self.high / step) + 1)]


@dataclass(frozen=True)
class Word:
    """Text or a sign of the page: ``left`` in per cent, ``top`` in pixels, moved by its own size and by ``shift``."""

    lines: tuple[str, ...]
    left: float
    top: float
    across: int = -50
    upwards: int = -50
    shift: tuple[float, float] = (0, 0)
    size: float = 14
    colour: str = INK
    ground: str = ""
    align: str = "center"
    #: a diamond: half of its diagonal, its edge
    diamond: tuple[float, str] | None = None
    #: left out on a phone
    minor: bool = False


def still(chart: Chart) -> str | None:
    """The picture as HTML, as high as the chart; None for a figure that is not drawn here."""
    traces = [trace.to_plotly_json() for trace in chart.figure.data]
    layout = {name: value for name, value in chart.figure.layout.to_plotly_json().items() if name != "template"}
    try:
        return _drawn(traces, layout, chart.alt)
    except _CannotDrawError:
        return None


def _drawn(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], alt: str) -> str:
    titled = any("title" in layout.get(axis, {}) for axis in ("xaxis", "yaxis"))
    if layout.get("showlegend") or titled or "height" not in layout:
        raise _CannotDrawError
    named = layout.get("yaxis2")
    margin: dict[str, float] = {**usual_margin(), **layout.get("margin", {})}
    if not named:
        margin["b"] = BELOW
    elif layout["yaxis"].get("rangemode") == "tozero":  # a second plot has room for the years, not for this zero
        margin["b"] += ZERO
    height = layout["height"] - margin["t"] - margin["b"]
    axes = _axes(traces, layout, height)
    svg: list[str] = []
    words: list[Word] = []
    y_ticks = _value_ticks(axes["y"], height, svg)
    if named:
        y_ticks += [(axes["y2"].at(at), text) for at, text in zip(named["tickvals"], named["ticktext"], strict=True)]
    shapes = layout.get("shapes", ())
    svg += [_shape(one, axes, height) for one in shapes if one.get("layer") == "below"]
    for trace in traces:
        x, y = axes["x"], axes[trace.get("yaxis", "y")]
        svg += _bars(trace, x, y) if trace["type"] == "bar" else _scatter(trace, x, y)
        words += _signs(trace, x, y)
    svg += [_shape(one, axes, height) for one in shapes if one.get("layer") != "below"]
    words += [_annotation(one, axes) for one in layout.get("annotations", ())]
    few = set(axes["x"].ticks(PHONE / APART))
    words += [
        Word(
            (f"{year:.0f}",),
            axes["x"].at(year) / WIDE * 100,
            axes["y"].start + 1,
            upwards=0,
            colour=MUTED,
            minor=year not in few,
        )
        for year in axes["x"].ticks(WIDE / APART)
    ]
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDE} {height:g}' preserveAspectRatio='none'>"
    style = "<style>*{vector-effect:non-scaling-stroke;fill:none;stroke-linejoin:round}</style>"
    image = "data:image/svg+xml," + quote(f"{head}{style}{''.join(svg)}</svg>", safe=" /:=;,.-(){}*")
    return render(
        "rahmen/standbild",
        alt=alt,
        image=image,
        height=layout["height"],
        margin=margin,
        ticks=y_ticks,
        words=words,
    )


def _axes(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any], height: float) -> dict[str, Axis]:
    """The axes ``x``, ``y`` and, if there is one, ``y2``."""
    if not {trace["type"] for trace in traces} <= {"scatter", "bar"} or "range" not in layout.get("xaxis", {}):
        raise _CannotDrawError
    first, last = layout["xaxis"]["range"]
    found = {"x": Axis(first, last, 0, WIDE)}
    for name, key in (("y", "yaxis"), ("y2", "yaxis2")):
        given = layout.get(key, {})
        if name == "y2" and not given:
            continue
        low, high = given.get("domain", (0, 1))
        blank = Axis(0, 1, height * (1 - low), height * (1 - high))
        if "range" in given:
            found[name] = replace(blank, low=given["range"][0], high=given["range"][1])
        else:
            values = [np.asarray(one["y"], np.float64) for one in traces if one.get("yaxis", "y") == name]
            points = _extremes(np.concatenate(values), blank.start - blank.end)
            points += [_room(one) for one in layout.get("annotations", ()) if one.get("yref", "y") == name]
            found[name] = _padded(points, blank, from_zero=given.get("rangemode") == "tozero")
    return found


#: a value, and the pixels that what stands there needs below and above it
Point = tuple[float, float, float]


def _extremes(values: Floats, length: float) -> list[Point]:
    """The least and the highest of the values, with Plotly's room around data."""
    known, pad = values[np.isfinite(values)], PADDING * length + DOT
    if not known.size or known.min() == known.max():
        raise _CannotDrawError
    return [(float(known.min()), pad, pad), (float(known.max()), pad, pad)]


def _room(label: Mapping[str, Any]) -> Point:
    """The room for a label."""
    height = ceil(1.3 * label["font"]["size"] * len(label["text"].split("<br>"))) + 2 * EDGE
    below = height * (1 + ANCHORS[label.get("yanchor", "middle")] / 100) - label.get("yshift", 0)
    return float(label["y"]), max(below, 0), max(height - below, 0)


def _padded(points: Sequence[Point], blank: Axis, *, from_zero: bool) -> Axis:
    """The axis on which all points find room, as Plotly finds it."""
    lowest = [(0.0, 0.0)] if from_zero and min(points)[0] >= 0 else [(value, below) for value, below, _ in points]
    unit, low, high, below, above = max(
        ((high - low) / (blank.start - blank.end - below - above), low, high, below, above)
        for low, below in lowest
        for high, _, above in points
    )
    return replace(blank, low=low - unit * below, high=high + unit * above)


def _value_ticks(axis: Axis, height: float, svg: list[str]) -> list[tuple[float, str]]:
    """The lines across the plot, drawn into ``svg``, and their numbers: pixels from above, text."""
    ticks = axis.ticks(abs(axis.start - axis.end) / UPWARDS)
    decimals = max(0, -floor(log10(ticks[1] - ticks[0]))) if len(ticks) > 1 else 0
    for value in ticks:
        colour = QUIET if value == 0 else LINE
        svg.append(f"<path d='M0 {axis.at(value):.1f}H{WIDE}' stroke='{colour}' shape-rendering='crispEdges'/>")
    return [(axis.at(value), number(value, decimals)) for value in ticks]


def _line(points: str, line: Mapping[str, Any]) -> str:
    """A path in the look of a line of Plotly's."""
    width = line.get("width", 2)
    unit = max(width, 3)
    dashes = {"dash": f"{3 * unit:g} {3 * unit:g}", "dot": f"{unit:g} {unit:g}"}.get(line.get("dash", "solid"))
    dashed = f" stroke-dasharray='{dashes}'" if dashes else ""
    return f"<path d='{points}' stroke='{line['color']}' stroke-width='{width:g}'{dashed}/>"


def _shape(one: Mapping[str, Any], axes: Mapping[str, Axis], height: float) -> str:
    """A straight line across the plot, or over all of its height."""
    if one["type"] != "line":
        raise _CannotDrawError

    def place(name: str, ref: str, value: float) -> float:
        if ref == "paper" or ref.endswith("domain"):
            axis = axes[ref.split()[0]] if ref != "paper" else Axis(0, 1, *((0, WIDE) if name == "x" else (height, 0)))
            return axis.start + value * (axis.end - axis.start)
        return axes[ref].at(value)

    (x0, x1), (y0, y1) = (
        [place(name, str(one.get(f"{name}ref", name)), one[f"{name}{end}"]) for end in (0, 1)] for name in ("x", "y")
    )
    return _line(f"M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}", one["line"])


def _scatter(trace: Mapping[str, Any], x: Axis, y: Axis) -> Iterator[str]:
    """The lines of a trace, parted by gaps, and its round points."""
    mode = trace.get("mode", "")
    places = [
        (x.at(float(a)), y.at(float(b))) if np.isfinite(a) and np.isfinite(b) else None
        for a, b in zip(trace["x"], trace["y"], strict=True)
    ]
    if "lines" in mode:
        pen, path = "M", ""
        for place in places:
            path += f"{pen}{place[0]:.1f} {place[1]:.1f}" if place else ""
            pen = "L" if place else "M"
        yield _line(path, trace["line"])
    if "markers" not in mode or trace["marker"].get("symbol", "circle") != "circle":
        return
    faint = " opacity='.7'" if np.ndim(trace["marker"]["size"]) else ""  # as Plotly does where sizes differ
    for place, (size, colour, edge) in zip(places, _looks(trace["marker"], len(places)), strict=True):
        if place and size > UNSEEN:
            dot = f"<path d='M{place[0]:.1f} {place[1]:.1f}h.01' stroke-linecap='round'{faint}"
            yield f"{dot} stroke='{edge[1]}' stroke-width='{size + edge[0]:g}'/>"
            if colour != edge[1]:
                yield f"{dot} stroke='{colour}' stroke-width='{size - edge[0]:g}'/>"


def _looks(marker: Mapping[str, Any], many: int) -> Iterator[tuple[float, str, tuple[float, str]]]:
    """Of each point size, colour and edge (width, colour)."""
    line = marker.get("line", {})
    columns = marker["size"], marker["color"], line.get("width", 0), line.get("color", marker["color"])
    each = [one if np.ndim(one) else [one] * many for one in columns]
    for size, colour, width, edge in zip(*each, strict=True):
        yield float(size), str(colour), (float(width), str(edge))


def _signs(trace: Mapping[str, Any], x: Axis, y: Axis) -> Iterator[Word]:
    """The diamonds and the texts of a trace."""
    if trace["type"] != "scatter":
        return
    many = len(trace["x"])
    places = [(x.at(float(a)) / WIDE * 100, y.at(float(b))) for a, b in zip(trace["x"], trace["y"], strict=True)]
    if trace.get("marker", {}).get("symbol", "circle") == "diamond":
        for place, (size, colour, (width, edge)) in zip(places, _looks(trace["marker"], many), strict=True):
            yield Word((), *place, ground=colour, diamond=(0.65 * size + width / 2, f"{width:g}px solid {edge}"))
    if "text" in trace.get("mode", ""):
        font = trace["textfont"]
        colours = font["color"] if np.ndim(font["color"]) else [font["color"]] * many
        for place, text, colour in zip(places, trace["text"], colours, strict=True):
            yield Word((_plain(str(text)),), *place, size=font["size"], colour=str(colour))


def _bars(trace: Mapping[str, Any], x: Axis, y: Axis) -> Iterator[str]:
    """Lying bars that begin at a base of their own."""
    if trace.get("orientation") != "h" or "base" not in trace:
        raise _CannotDrawError
    colour, line = trace["marker"]["color"], trace["marker"]["line"]
    for base, length, row in zip(trace["base"], trace["x"], trace["y"], strict=True):
        left, right = x.at(base), x.at(base + length)
        top, bottom = sorted((y.at(row - trace["width"] / 2), y.at(row + trace["width"] / 2)))
        box = f"x='{left:.1f}' y='{top:.1f}' width='{right - left:.1f}' height='{bottom - top:.1f}'"
        look = f"style='fill:{colour}' stroke='{line['color']}' stroke-width='{line['width']:g}'"
        yield f"<rect {box} {look}/>"


def _annotation(one: Mapping[str, Any], axes: Mapping[str, Axis]) -> Word:
    """A label of the chart."""
    if one.get("xref", "x") != "x":
        raise _CannotDrawError
    top = axes["y"].end if one.get("yref") == "paper" else axes["y"].at(float(one["y"]))
    across, upwards = ANCHORS[one.get("xanchor", "center")], ANCHORS[one.get("yanchor", "middle")]
    return Word(
        tuple(map(_plain, one["text"].split("<br>"))),
        axes["x"].at(float(one["x"])) / WIDE * 100,
        top,
        across,
        upwards,
        (one.get("xshift", 0) + EDGE * (1 + across / 50), EDGE * (1 + upwards / 50) - one.get("yshift", 0)),
        one["font"]["size"],
        one["font"]["color"],
        one.get("bgcolor", ""),
        one.get("align", "center"),
    )


def _plain(text: str) -> str:
    if "<" in text:
        raise _CannotDrawError
    return text
