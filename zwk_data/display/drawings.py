"""The five stages as a stream over time: how many Kommunen had come how far, month by month.

Themes as a constellation: the more Kommunen work on one the larger its star, lines join what goes together.

Germany as paths of an SVG: the Länder, and where each Kommune's point falls among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zwk_data.charts.marks import places, seated
from zwk_data.charts.trend import spread
from zwk_data.geo.catalogue import source_note
from zwk_data.geo.layers import layer_hash, read_layer
from zwk_data.german import count, listing
from zwk_data.programme import participants, stages, themes
from zwk_data.schema.words import STAGES
from zwk_data.stores.memo import depends_on, remembered

#: the drawing's own units
STREAM_WIDTH, STREAM_HEIGHT = 1000, 420
#: what a label needs of the height
STREAM_LABEL = 66


@dataclass(frozen=True)
class Band:
    """One stage of the stream: its ``name``, path data, how many Kommunen it is now.

    ``y``: where its number stands, so far from the others that all can be read.
    """

    stage: str
    name: str
    path: str
    now: int
    y: float


@dataclass(frozen=True)
class Stream:
    """``bands`` from the last stage (bottom) to the first; ``years``: (x, label); ``told``: what the drawing leaves out
    and how it is to be read."""

    bands: tuple[Band, ...]
    years: tuple[tuple[float, str], ...]
    told: str
    alt: str


def stream(today: pd.Timestamp) -> Stream | None:
    """The stream of all dated events up to ``today``; None before there are two months to draw."""
    months, counts = reached(stages.events(), today)
    if len(months) < 2 or not counts[:, -1].any():
        return None
    top = counts.sum(axis=0).max()
    heights = counts / top * STREAM_HEIGHT
    floors = np.vstack([np.zeros(len(months)), np.cumsum(heights, axis=0)])
    x = np.linspace(0, STREAM_WIDTH, len(months))
    middles = STREAM_HEIGHT - (floors[:-1, -1] + floors[1:, -1]) / 2
    # from the top down, and only those with a number to tell
    told = [number for number in range(len(STAGES))[::-1] if counts[number, -1]]
    labels = dict(
        zip(
            told,
            spread(np.clip(middles[told], STREAM_LABEL / 2, STREAM_HEIGHT - STREAM_LABEL / 2), STREAM_LABEL),
            strict=True,
        )
    )
    bands = []
    for number, stage in enumerate(reversed(STAGES)):
        path = _area(x, STREAM_HEIGHT - floors[number], STREAM_HEIGHT - floors[number + 1])
        y = float(labels.get(number, middles[number]))
        bands.append(Band(stage, STAGES[stage], path, int(counts[number, -1]), y))
    years = tuple(
        (float(x[at]), str(month.year))
        for at, month in enumerate(months)
        if month.month == 1 and 20 < x[at] < STREAM_WIDTH
    )
    total = int(counts[:, -1].sum())
    undated = _undated()
    more = f" Bei {undated} weiteren nennen die Quellen kein Datum." if undated else ""
    now = ", ".join(f"{band.name} {band.now}" for band in bands)
    return Stream(
        tuple(bands),
        years,
        f"Jede Kommune zählt bei der spätesten Stufe, die bis dahin datiert belegt ist.{more}",
        f"Fließbild: {count(total, 'Kommune', 'Kommunen')} nach ihrer spätesten datierten Stufe, von {months[0]:%m.%Y} "
        f"bis {months[-1]:%m.%Y}. Zuletzt: {now}.",
    )


def reached(events: pd.DataFrame, today: pd.Timestamp) -> tuple[pd.DatetimeIndex, NDArray[np.int64]]:
    """The months from the first dated event to the last, and for each how many Kommunen had which stage as latest.

    ``events`` as from ``stages.events``; rows of the array are the stages from the last to the first, a month counts
    what began in it. Stages are ordered, so a Kommune that held a later one before an earlier one stays at the later.
    """
    known = events[events["date_from"].notna() & (events["date_from"] <= today)]
    if known.empty:
        return pd.DatetimeIndex([]), np.zeros((len(STAGES), 0), dtype=np.int64)
    first = known["date_from"].min().to_period("M").to_timestamp()
    # a month after the last event: after the project's end nothing flows any more
    end = min(today, known["date_from"].max() + pd.DateOffset(months=1))
    months = pd.date_range(first, end, freq="MS")
    order = {stage: at for at, stage in enumerate(STAGES)}
    counts = np.zeros((len(STAGES), len(months)), dtype=np.int64)
    for _, own in known.groupby("participant_id"):
        furthest = np.full(len(months), -1)
        for stage, day in zip(own["stage"], own["date_from"], strict=True):
            since = months.searchsorted(day.to_period("M").to_timestamp())
            furthest[since:] = np.maximum(furthest[since:], order[stage])
        for at, stage in enumerate(furthest):
            if stage >= 0:
                counts[len(STAGES) - 1 - stage, at] += 1
    return months, counts


def _undated() -> int:
    events = stages.events()
    dated = set(events.loc[events["date_from"].notna(), "participant_id"])
    return len(set(events["participant_id"]) - dated)


def _area(x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    """A band as path data: its upper edge from left to right, its lower one back."""
    there = [f"{a:.0f} {b:.1f}" for a, b in zip(x, high, strict=True)]
    back = [f"{a:.0f} {b:.1f}" for a, b in zip(x[::-1], low[::-1], strict=True)]
    return f"M{'L'.join(there)}L{'L'.join(back)}Z"


#: the drawing's own units
SKY_WIDTH, SKY_HEIGHT = 2100, 900
#: stars, and lines between them: more could not be read from ten metres
MOST, LINES = 12, 20
#: an ellipse that leaves room for the names beside it
HALF = (350, 400)
LARGEST_STAR, SMALLEST_STAR = 64, 38
#: on narrow screens the stars stand in a column, and arcs beside it join them
IN_COLUMN, ARCS = 8, 12
#: letters a line of a name may have
LETTERS = 21


@dataclass(frozen=True)
class Star:
    """A theme: ``name`` and its ``lines`` on the wall, how many Kommunen, place and radius, the name's side."""

    name: str
    lines: tuple[str, ...]
    number: int
    x: float
    y: float
    radius: float
    anchor: str


@dataclass(frozen=True)
class Constellation:
    """``lines``: x1, y1, x2, y2, how many Kommunen work on both themes; ``column``: the first stars, and ``arcs``: path
    data to the left of it (100 wide, each star 1 high) and how many."""

    stars: tuple[Star, ...]
    lines: tuple[tuple[float, float, float, float, int], ...]
    column: tuple[Star, ...]
    arcs: tuple[tuple[str, int], ...]
    alt: str


def constellation() -> Constellation | None:
    """The themes that most Kommunen name; None if fewer than three are named."""
    catalog = themes.themes().sort_values("participants", ascending=False, kind="stable").head(MOST)
    catalog = catalog[catalog["participants"] > 0].reset_index(drop=True)
    if len(catalog) < 3:
        return None
    pairs = themes.choices()[["participant_id", "theme_id"]].drop_duplicates()
    ids = catalog["theme_id"].tolist()
    has = np.array(
        [
            [theme in own for theme in ids]
            for own in (set(part["theme_id"]) for _, part in pairs.groupby("participant_id"))
        ],
        dtype=np.int64,
    )
    shared = has.T @ has
    np.fill_diagonal(shared, 0)
    order, spots = seated(shared.astype(float) ** 2), places(len(ids))
    at = {theme: spots[place] for place, theme in enumerate(order)}
    most = int(catalog["participants"].max())
    xy = {one: (SKY_WIDTH / 2 + HALF[0] * at[one][0], SKY_HEIGHT / 2 - HALF[1] * at[one][1]) for one in range(len(ids))}
    stars = tuple(
        Star(
            name,
            tuple(wrap(name, LETTERS, break_long_words=False)),
            int(number),
            round(xy[one][0], 1),
            round(xy[one][1], 1),
            round(max(SMALLEST_STAR, LARGEST_STAR * float(np.sqrt(number / most))), 1),
            "start" if at[one][0] >= 0 else "end",
        )
        for one, (name, number) in enumerate(zip(catalog["name_de"], catalog["participants"], strict=True))
    )
    lines = tuple(
        (_short(xy[a][0]), _short(xy[a][1]), _short(xy[b][0]), _short(xy[b][1]), number)
        for a, b, number in _joined(shared, LINES)
    )
    column = stars[:IN_COLUMN]
    arcs = tuple(
        (_arc(a, b, len(column)), number) for a, b, number in _joined(shared[: len(column), : len(column)], ARCS)
    )
    first = listing([f"{star.name} ({star.number})" for star in stars[:3]])
    return Constellation(
        stars,
        lines,
        column,
        arcs,
        f"Sternbild aus {count(len(stars), 'Thema', 'Themen')}; am häufigsten gewählt: {first}. Linien verbinden "
        "Themen, an denen dieselben Kommunen arbeiten.",
    )


def _joined(shared: np.ndarray, most: int) -> list[tuple[int, int, int]]:
    """The pairs that most Kommunen share, and how many; the strongest last, as it is drawn above the others."""
    pairs = zip(*np.triu_indices(len(shared), 1), strict=True)
    found = sorted(((int(shared[a, b]), int(a), int(b)) for a, b in pairs if shared[a, b] > 1), reverse=True)[:most]
    return [(a, b, number) for number, a, b in reversed(found)]


def _arc(a: int, b: int, stars: int) -> str:
    """From star to star of the column: the further they stand apart the wider."""
    out = _short(100 - 130 * (b - a) / (stars - 1))
    return f"M100 {a + 0.5}C{out} {a + 0.5} {out} {b + 0.5} 100 {b + 0.5}"


def _short(value: float) -> float:
    return round(value, 1)


#: width of the drawing in its own units; its height follows from the country
GROUND_WIDTH = 1000
#: German areas look right in ETRS89 / UTM 32
PROJECTION = 25832
#: shapes smaller than this (square units) are not seen from ten metres
SMALLEST_LAND = 3.0


@dataclass(frozen=True)
class Ground:
    """``height`` of the drawing (``WIDTH`` wide), path data of each Land by key, x and y of each Kommune, source."""

    height: int
    laender: dict[str, str]
    points: dict[str, tuple[float, float]]
    source: str


@remembered(entries=2)
def ground() -> Ground:
    """The drawing for the boundaries in use."""
    depends_on(layer_hash, "laender", "grob")
    import geopandas as gpd

    laender = read_layer("laender", "grob").to_crs(PROJECTION).set_index("area_key")
    west, south, east, north = laender.total_bounds
    scale = GROUND_WIDTH / (east - west)
    moved = laender.geometry.affine_transform([scale, 0, 0, -scale, -west * scale, north * scale])
    spots = participants.map_points()
    dots = gpd.GeoSeries.from_xy(spots["lon"], spots["lat"], crs=4326).to_crs(PROJECTION)
    points = {
        key: (round((dot.x - west) * scale, 1), round((north - dot.y) * scale, 1))
        for key, dot in zip(spots["participant_id"], dots, strict=True)
    }
    return Ground(
        round((north - south) * scale), {key: _path(shape) for key, shape in moved.items()}, points, source_note()
    )


def _path(shape: object) -> str:
    """A polygon's outer rings as path data, in whole units."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.area >= SMALLEST_LAND]
    return "".join(
        "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in part.exterior.coords[:-1]) + "Z"
        for part in sorted(parts, key=lambda part: -part.area)
    )
