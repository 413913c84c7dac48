"""Where a Kommune lies: Germany with its Land and its point, and beside it the Kreise around, drawn for paper."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from zwk_data.charts import chart
from zwk_data.geo.catalogue import source_note
from zwk_data.geo.layers import layer_hash, read_layer
from zwk_data.programme import places

#: width and height in inches; German areas look right in ETRS89 / UTM 32
SIZE, PROJECTION = (6.4, 3.6), 25832
#: how much of the surroundings is shown, in widths of the Kommune, and at least so many metres
AROUND, LEAST = 2.2, 45_000.0
#: an area of less than this part of the picture's width is a point
TINY = 0.03


def locator_svg(participant_id: str, land_keys: tuple[str, ...], *, quarter: bool = False) -> bytes:
    """The locator map as SVG, without any text in it: the words stand beside it."""
    return _saved(participant_id, land_keys, quarter, "svg", 100, _version())


def locator_png(participant_id: str, land_keys: tuple[str, ...], width: int, *, quarter: bool = False) -> bytes:
    """The locator map as PNG, ``width`` pixels wide."""
    return _saved(participant_id, land_keys, quarter, "png", round(width / SIZE[0]), _version())


def locator_source() -> str:
    """The note that must stand beside it."""
    return source_note()


def _version() -> str:
    return "-".join(layer_hash(layer, "mittel") for layer in ("laender", "kreise", "teilnehmende"))


@lru_cache(maxsize=4)
def _layer(name: str, version: str) -> Any:
    return read_layer(name, "mittel").to_crs(PROJECTION).set_index("area_key")


@lru_cache(maxsize=128)
def _saved(participant_id: str, land_keys: tuple[str, ...], quarter: bool, form: str, dpi: int, version: str) -> bytes:
    figure = Figure(figsize=SIZE)
    left, right = figure.add_axes((0.0, 0.02, 0.38, 0.96)), figure.add_axes((0.42, 0.02, 0.57, 0.96))
    laender, kreise, own = (_layer(name, version) for name in ("laender", "kreise", "teilnehmende"))
    me = own.loc[[participant_id]]
    point = places.map_points().set_index("participant_id").loc[participant_id]
    import geopandas as gpd

    dot = gpd.GeoSeries.from_xy([point["lon"]], [point["lat"]], crs=4326).to_crs(PROJECTION).iloc[0]
    laender.plot(ax=left, color=chart.SURFACE, edgecolor=chart.QUIET, linewidth=0.5)
    laender[laender.index.isin(land_keys)].plot(ax=left, color=chart.ACCENT_SOFT, edgecolor=chart.QUIET, linewidth=0.5)
    left.plot(dot.x, dot.y, "o", color=chart.ACCENT, markersize=8, markeredgecolor=chart.PAPER, markeredgewidth=1.2)
    _around(right, me, dot, kreise, laender, quarter)
    for axes in (left, right):
        axes.set_axis_off()
        axes.set_aspect("equal")
    buffer = BytesIO()
    # no date and no random ids: the same map gives the same bytes
    extra: dict[str, Any] = {"metadata": {"Date": None}} if form == "svg" else {}
    figure.savefig(buffer, format=form, dpi=dpi, facecolor=chart.PAPER, **extra)
    return buffer.getvalue()


def _around(axes: Axes, me: Any, dot: Any, kreise: Any, laender: Any, quarter: bool) -> None:
    """The Kreise around the Kommune, its own area in the accent colour."""
    west, south, east, north = me.total_bounds
    half = max(AROUND * max(east - west, north - south) / 2, LEAST)
    x, y = (west + east) / 2, (south + north) / 2
    axes.set_xlim(x - half * 1.05, x + half * 1.05)
    axes.set_ylim(y - half, y + half)
    kreise.cx[x - 2 * half : x + 2 * half, y - 2 * half : y + 2 * half].plot(
        ax=axes, color=chart.SURFACE, edgecolor=chart.LINE, linewidth=0.8, aspect=None
    )
    me.plot(ax=axes, color=chart.ACCENT, edgecolor=chart.ACCENT, linewidth=0.5, aspect=None)
    laender.boundary.plot(ax=axes, color=chart.QUIET, linewidth=1.2, aspect=None)
    tiny = max(east - west, north - south) < 2 * half * TINY
    if tiny or quarter:
        # a quarter lies inside its city: a light dot on it
        colour, edge = (chart.PAPER, chart.ACCENT) if quarter else (chart.ACCENT, chart.PAPER)
        axes.plot(dot.x, dot.y, "o", color=colour, markersize=9, markeredgecolor=edge, markeredgewidth=1.5)
