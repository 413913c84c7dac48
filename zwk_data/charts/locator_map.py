"""A small locator map of one Kommune, for paper and beside words: its place in its Land, and its surroundings.

Drawn by matplotlib, which takes half a second to load: pages name the picture's address without it.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from PIL import Image

from zwk_data.charts import chart
from zwk_data.demography import areas
from zwk_data.geo.map_layers import layer_hash, map_shapes, source_note
from zwk_data.geo.topology import to_map
from zwk_data.programme import participants
from zwk_data.settings import address
from zwk_data.stores.memo import depends_on, remembered

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: width and height in inches
SIZE = (6.4, 3.6)
#: how much of the surroundings is shown, in widths of the Kommune, and at least this many metres
AROUND, LEAST = 2.2, 45_000.0
#: an area of less than this part of the picture's width is a point
TINY = 0.03


#: pixels of the picture on a page, twice as many as it is shown with
ON_PAGE = 1280
#: part of its address there: raise it when the drawing changes although what is drawn does not
FORMAT = "1"


def locator_svg(participant_id: str) -> bytes:
    """The locator map as SVG, without text: the words go beside it."""
    return _saved(participant_id, "svg", 100)


def locator_png(participant_id: str, width: int = ON_PAGE) -> bytes:
    """The locator map as PNG, ``width`` pixels wide."""
    return _saved(participant_id, "png", round(width / SIZE[0]))


def locator_url(participant_id: str) -> str:
    """Where the app serves the PNG. Cheap: draws nothing."""
    return address(f"/geo/lage/{participant_id}.{locator_hash(participant_id)}.png")


def locator_hash(participant_id: str) -> str:
    """Eight hex digits that change with what is drawn."""
    for name in LAYERS:
        depends_on(layer_hash, name)
    drawn = [layer_hash(name) for name in LAYERS], *_place(participant_id)
    return hashlib.sha256(repr((FORMAT, participant_id, drawn)).encode()).hexdigest()[:8]


def locator_source() -> str:
    """The source note that must accompany the locator map."""
    return source_note()


#: what is drawn, from behind
LAYERS = ("laender", "kreise", "teilnehmende")


def _place(participant_id: str) -> tuple[tuple[float, float], tuple[str, ...], bool]:
    """Of a participant its point (lon, lat), its Länder, and whether it is a quarter of a city."""
    points = participants.map_points().set_index("participant_id")
    lon, lat = points.loc[[participant_id], ["lon", "lat"]].to_numpy(dtype=np.float64)[0].tolist()
    quarter = participants.participant(participant_id)["kind"] == "quartier"
    return (lon, lat), tuple(areas.land_keys(participant_id)), bool(quarter)


@remembered(entries=4)
def _layer(name: str) -> pd.Series:
    depends_on(layer_hash, name, "mittel")
    return map_shapes(name, "mittel")


@remembered(entries=128)
def _saved(participant_id: str, form: str, dpi: int) -> bytes:
    from matplotlib.figure import Figure

    point, land_keys, quarter = _place(participant_id)
    figure = Figure(figsize=SIZE)
    left, right = figure.add_axes((0.0, 0.02, 0.38, 0.96)), figure.add_axes((0.42, 0.02, 0.57, 0.96))
    laender, kreise, own = map(_layer, LAYERS)
    (dot,) = to_map(np.array([point]))
    _add(left, laender, chart.SURFACE, chart.QUIET, 0.5)
    _add(left, laender[laender.index.isin(land_keys)], chart.ACCENT_SOFT, chart.QUIET, 0.5)
    left.autoscale_view()
    left.plot(*dot, "o", color=chart.ACCENT, markersize=8, markeredgecolor=chart.PAPER, markeredgewidth=1.2)
    _draw_surroundings(right, own[[participant_id]], dot, kreise, laender, quarter)
    for axes in (left, right):
        axes.set_axis_off()
        axes.set_aspect("equal")
    buffer = BytesIO()
    # no date and no random ids: the same map gives the same bytes
    extra: dict[str, Any] = {"metadata": {"Date": None}} if form == "svg" else {}
    figure.savefig(buffer, format=form, dpi=dpi, facecolor=chart.PAPER, **extra)
    return _with_few_colours(buffer) if form == "png" else buffer.getvalue()


def _with_few_colours(picture: BytesIO) -> bytes:
    """The same PNG in a fifth of the bytes: six colours and what lies between them at the edges."""
    packed = BytesIO()
    colours = Image.open(picture).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    colours.save(packed, "PNG", optimize=True)
    return packed.getvalue()


def _draw_surroundings(
    axes: Axes, me: pd.Series, dot: NDArray[np.float64], kreise: pd.Series, laender: pd.Series, quarter: bool
) -> None:
    """The Kreise around the Kommune, its own area in the accent colour."""
    west, south, east, north = shapely.total_bounds(me.to_numpy())
    half = max(AROUND * max(east - west, north - south) / 2, LEAST)
    x, y = (west + east) / 2, (south + north) / 2
    axes.set_xlim(x - half * 1.05, x + half * 1.05)
    axes.set_ylim(y - half, y + half)
    seen = shapely.box(x - 2 * half, y - 2 * half, x + 2 * half, y + 2 * half)
    _add(axes, kreise[shapely.intersects(kreise.to_numpy(), seen)], chart.SURFACE, chart.LINE, 0.8)
    _add(axes, me, chart.ACCENT, chart.ACCENT, 0.5)
    _add(axes, laender, "none", chart.QUIET, 1.2)
    tiny = max(east - west, north - south) < 2 * half * TINY
    if tiny or quarter:
        # a quarter is inside its city: a light dot on it
        colour, edge = (chart.PAPER, chart.ACCENT) if quarter else (chart.ACCENT, chart.PAPER)
        axes.plot(*dot, "o", color=colour, markersize=9, markeredgecolor=edge, markeredgewidth=1.5)


def _add(axes: Axes, shapes: pd.Series, fill: str, edge: str, width: float) -> None:
    """Draw areas; where holes are is known by the way their rings run."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    parts = [shapely.get_rings(shapely.get_parts(shape)) for shape in shapely.orient_polygons(shapes.to_numpy())]
    paths = [
        Path.make_compound_path(*(Path(shapely.get_coordinates(ring), closed=True) for ring in rings))
        for rings in parts
    ]
    areas = [PathPatch(path) for path in paths]
    axes.add_collection(PatchCollection(areas, facecolors=fill, edgecolors=edge, linewidths=width))
