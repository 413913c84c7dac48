"""Drawings of the live display: stages as a stream, themes as a constellation, Germany and how its Kreise changed.

The stream shows for each month how many Kommunen had reached which stage. In the constellation the size of a star shows
how many Kommunen work on its theme, and lines join themes that the same Kommunen work on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zwk_data.charts.chart import LINE
from zwk_data.charts.map import in_units
from zwk_data.charts.marks import places, seated, spread
from zwk_data.demography import mapdata
from zwk_data.demography.figures import CENSUS_BASE
from zwk_data.demography.source_lines import source_line
from zwk_data.geo.map_layers import layer_hash, map_shapes, source_note
from zwk_data.geo.topology import to_map
from zwk_data.german import BLANKET, count, listing, number
from zwk_data.programme import participants, stages, themes
from zwk_data.schema.words import STAGES
from zwk_data.stores.memo import depends_on, remembered
from zwk_data.views.maps import map_view

#: size of the stream, in its own units
STREAM_WIDTH, STREAM_HEIGHT = 1000, 420
#: height of a label
STREAM_LABEL = 66


@dataclass(frozen=True)
class StageBand:
    """One stage of the stream: its ``name``, path data, how many Kommunen are there now.

    ``y``: the height of its number, far enough from the others to be read.
    """

    stage: str
    name: str
    path: str
    now: int
    y: float


@dataclass(frozen=True)
class Stream:
    """``bands`` from the last stage (bottom) to the first; ``years``: (x, label); ``told``: how to read the drawing and
    what it leaves out."""

    bands: tuple[StageBand, ...]
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
    heights_of_labels = _label_heights(middles, counts[:, -1])
    bands = tuple(
        StageBand(
            stage,
            STAGES[stage],
            _area(x, STREAM_HEIGHT - floors[number], STREAM_HEIGHT - floors[number + 1]),
            int(counts[number, -1]),
            heights_of_labels[number],
        )
        for number, stage in enumerate(reversed(STAGES))
    )
    years = tuple(
        (float(x[at]), str(month.year))
        for at, month in enumerate(months)
        if month.month == 1 and 20 < x[at] < STREAM_WIDTH
    )
    now = ", ".join(f"{band.name} {band.now}" for band in bands)
    return Stream(
        bands,
        years,
        f"Jede Kommune zählt bei der spätesten Stufe, die bis dahin belegt ist.{_left_out()}",
        f"Fließbild: {count(int(counts[:, -1].sum()), 'Kommune', 'Kommunen')} nach ihrer spätesten belegten Stufe, "
        f"von {months[0]:%m.%Y} bis {months[-1]:%m.%Y}. Zuletzt: {now}.",
    )


def _label_heights(middles: NDArray[np.float64], numbers: NDArray[np.int64]) -> list[float]:
    """The middle of each band; where bands show a number, moved apart so that labels do not overlap."""
    placed = [float(middle) for middle in middles]
    # from the top down
    labelled = [at for at in range(len(numbers))[::-1] if numbers[at]]
    inside = np.clip(middles[labelled], STREAM_LABEL / 2, STREAM_HEIGHT - STREAM_LABEL / 2)
    for at, height in zip(labelled, spread(inside, STREAM_LABEL), strict=True):
        placed[at] = float(height)
    return placed


def reached(events: pd.DataFrame, today: pd.Timestamp) -> tuple[pd.DatetimeIndex, NDArray[np.int64]]:
    """The months from the first dated event to the last, and how many Kommunen had reached which stage in each.

    ``events`` as from ``stages.events``. Rows of the array: the stages from the last to the first; columns: months,
    each with what began in it. A Kommune that held a later stage before an earlier one stays at the later one. What
    has no date counts in the last month only, which so has the numbers of ``stages.by_furthest``.
    """
    own = events[events["precision"] != "blanket"]
    known = own[own["date_from"].notna()]
    if known.empty or known["date_from"].min() > today:
        return pd.DatetimeIndex([]), np.zeros((len(STAGES), 0), dtype=np.int64)
    first = known["date_from"].min().to_period("M").to_timestamp()
    # one month beyond the last event; after the project's end nothing moves any more
    end = min(today, known["date_from"].max() + pd.DateOffset(months=1))
    months = pd.date_range(first, end, freq="MS")
    order = {stage: at for at, stage in enumerate(STAGES)}
    counts = np.zeros((len(STAGES), len(months)), dtype=np.int64)
    for _, part in own.fillna({"date_from": months[-1]}).groupby("participant_id"):
        furthest = np.full(len(months), -1)
        for stage, day in zip(part["stage"], part["date_from"], strict=True):
            since = months.searchsorted(min(day, months[-1]).to_period("M").to_timestamp())
            furthest[since:] = np.maximum(furthest[since:], order[stage])
        for at, stage in enumerate(furthest):
            if stage >= 0:
                counts[len(STAGES) - 1 - stage, at] += 1
    return months, counts


def _left_out() -> str:
    """What has no date, and how many Kommunen are documented by a sentence on all Kommunen only."""
    cells = stages.matrix()
    told = " Was kein Datum hat, zählt erst am Ende." if (cells["evidence"] == "undated").any() else ""
    blanket = (cells["evidence"] == "blanket").groupby(cells["participant_id"]).any()
    only = int((blanket & (stages.furthest_stage(cells) == 0)).sum())
    return f"{told} {only} weitere sind {BLANKET}." if only else told


def _area(x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    """A band as path data: along its upper edge, and back along the lower one."""
    there = [f"{a:.0f} {b:.1f}" for a, b in zip(x, high, strict=True)]
    back = [f"{a:.0f} {b:.1f}" for a, b in zip(x[::-1], low[::-1], strict=True)]
    return f"M{'L'.join(there)}L{'L'.join(back)}Z"


#: size of the constellation, in its own units
SKY_WIDTH, SKY_HEIGHT = 2100, 900
#: most stars, and most lines between them: more could not be read from ten metres
MOST, LINES = 12, 20
#: half axes of the ellipse of stars; it leaves room for names beside it
HALF = (350, 400)
LARGEST_STAR, SMALLEST_STAR = 64, 38
#: on narrow screens the stars form a column, joined by arcs beside it
IN_COLUMN, ARCS = 8, 12
#: longest line of a name (characters)
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
    """``lines``: x1, y1, x2, y2, how many Kommunen work on both themes. For narrow screens ``column``, the first stars,
    and ``arcs`` left of them: path data (100 wide, each star 1 high) and how many Kommunen."""

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
    has = pd.crosstab(pairs["participant_id"], pairs["theme_id"])[ids].to_numpy(dtype=np.int64)
    shared = has.T @ has
    np.fill_diagonal(shared, 0)
    order, spots = seated(shared.astype(float) ** 2), places(len(ids))
    at = {theme: spots[place] for place, theme in enumerate(order)}
    most = int(catalog["participants"].max())
    xy = [
        (round(SKY_WIDTH / 2 + HALF[0] * at[one][0], 1), round(SKY_HEIGHT / 2 - HALF[1] * at[one][1], 1))
        for one in range(len(ids))
    ]
    stars = tuple(
        Star(
            name,
            tuple(wrap(name, LETTERS, break_long_words=False)),
            int(number),
            *xy[one],
            round(max(SMALLEST_STAR, LARGEST_STAR * float(np.sqrt(number / most))), 1),
            "start" if at[one][0] >= 0 else "end",
        )
        for one, (name, number) in enumerate(zip(catalog["name_de"], catalog["participants"], strict=True))
    )
    lines = tuple((*xy[a], *xy[b], number) for a, b, number in _strongest(shared, LINES))
    column = stars[:IN_COLUMN]
    arcs = tuple(
        (_arc(a, b, len(column)), number) for a, b, number in _strongest(shared[: len(column), : len(column)], ARCS)
    )
    first = listing([f"{star.name} ({star.number})" for star in stars[:3]])
    return Constellation(
        stars,
        lines,
        column,
        arcs,
        f"Netz aus {count(len(stars), 'Thema', 'Themen')}; am häufigsten gewählt: {first}. Linien verbinden "
        "Themen, an denen dieselben Kommunen arbeiten.",
    )


def _strongest(shared: np.ndarray, most: int) -> list[tuple[int, int, int]]:
    """The pairs most Kommunen share, and how many do; the strongest last, so that it is drawn on top."""
    pairs = zip(*np.triu_indices(len(shared), 1), strict=True)
    found = sorted(((int(shared[a, b]), int(a), int(b)) for a, b in pairs if shared[a, b] > 1), reverse=True)[:most]
    return [(a, b, number) for number, a, b in reversed(found)]


def _arc(a: int, b: int, stars: int) -> str:
    """An arc between two stars of the column; the further apart they are, the wider it is."""
    out = round(100 - 130 * (b - a) / (stars - 1), 1)
    return f"M100 {a + 0.5}C{out} {a + 0.5} {out} {b + 0.5} 100 {b + 0.5}"


#: width of the drawing in its own units; its height follows from the country
GROUND_WIDTH = 1000
#: the smallest shape that can be seen from ten metres (square units)
SMALLEST_LAND = 3.0


@dataclass(frozen=True)
class Ground:
    """``height`` of the drawing (``GROUND_WIDTH`` wide), path of each Land by key, x and y of each Kommune, source."""

    height: int
    laender: dict[str, str]
    points: dict[str, tuple[float, float]]
    source: str


Places = NDArray[np.float64]


def _onto_wall() -> tuple[Callable[[Places], Places], int]:
    """What brings places of the map's plane onto the drawing, and the drawing's height."""
    west, south, east, north = shapely.total_bounds(map_shapes("laender", "grob").to_numpy())
    scale = GROUND_WIDTH / (east - west)

    def moved(found: Places) -> Places:
        return np.column_stack([(found[:, 0] - west) * scale, (north - found[:, 1]) * scale])

    return moved, round((north - south) * scale)


@remembered(entries=2)
def ground() -> Ground:
    """The drawing for the boundaries in use."""
    depends_on(layer_hash, "laender", "grob")
    moved, height = _onto_wall()
    spots = participants.map_points()
    dots = moved(to_map(spots[["lon", "lat"]].to_numpy(dtype=np.float64))).round(1).tolist()
    return Ground(
        height,
        {str(key): _path(shapely.transform(shape, moved)) for key, shape in map_shapes("laender", "grob").items()},
        {key: (x, y) for key, (x, y) in zip(spots["participant_id"], dots, strict=True)},
        source_note(),
    )


def _path(shape: object) -> str:
    """A polygon's outer rings as path data, in whole units."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.area >= SMALLEST_LAND]
    return "".join(
        "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in part.exterior.coords[:-1]) + "Z"
        for part in sorted(parts, key=lambda part: -part.area)
    )


@dataclass(frozen=True)
class Years:
    """The map of the Kreise from year to year, as the Karte plays it.

    ``areas``: path data of each Kreis, the largest first, and its classes, a digit for each of ``years``: the place of
    its colour in ``colours``. ``legend``: (colour, words); ``told``: a sentence for each year.
    """

    years: tuple[int, ...]
    areas: tuple[tuple[str, str], ...]
    colours: tuple[str, ...]
    legend: tuple[tuple[str, str], ...]
    told: tuple[str, ...]
    alt: str
    source: str


@remembered(entries=2)
def years() -> Years | None:
    """The development of the Kreise over the years that stand on one census; None without figures."""
    depends_on(layer_hash, "kreise", "grob")
    first, last = CENSUS_BASE
    shown = [year for year in mapdata.available("kreise").get(mapdata.DEFAULT, ()) if first <= year <= last]
    if len(shown) < 2:
        return None
    found = pd.concat([mapdata.map_values("kreise", mapdata.DEFAULT, year).assign(year=year) for year in shown])
    table = found.pivot_table("value", "area_key", "year", dropna=False)
    # colours mean the same in all years, and the same as on the Karte when it plays
    film = map_view("kreise", mapdata.DEFAULT, shown[-1], film=True).chart
    colours = film.spec["colours"]
    legend = list(zip(colours, _class_words(film.spec["legend"]["texts"]), strict=True))
    told = tuple(_grown(table[year].dropna(), year) for year in shown)
    return Years(
        tuple(shown),
        _coloured(table, film.spec),
        (*colours, LINE),
        tuple([*legend, (LINE, "keine Angabe")] if table.isna().to_numpy().any() else legend),
        told,
        f"Karte der Kreise von {shown[0]} bis {shown[-1]}: Bevölkerung im Verhältnis zu {first}. {told[-1]} Punkte "
        "stehen für die Kommunen der Zukunftswerkstatt.",
        f"{source_line(found, brief=True)}. {source_note()}",
    )


def _coloured(table: pd.DataFrame, spec: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """``Years.areas`` from a frame of Kreise × years, in the classes of the map's ``spec``."""
    units = in_units(table, spec["decimals"])
    classes = np.where(np.isnan(units), len(spec["colours"]), np.searchsorted(spec["limits"], units, side="right"))
    digits = {str(key): "".join(map(str, row)) for key, row in zip(table.index, classes.tolist(), strict=True)}
    moved, _ = _onto_wall()
    shapes = {str(key): shapely.transform(shape, moved) for key, shape in map_shapes("kreise", "grob").items()}
    # a town lies on top of the Kreis around it
    return tuple((_path(shapes[key]), digits[key]) for key in sorted(shapes, key=lambda key: -shapes[key].area))


def _class_words(limits: Sequence[str]) -> list[str]:
    """„unter 92“, „92 bis unter 96“, „ab 96“."""
    return [
        f"unter {limits[0]}",
        *(f"{low} bis unter {high}" for low, high in pairwise(limits)),
        f"ab {limits[-1]}",
    ]


def _grown(index: pd.Series, year: int) -> str:
    first = CENSUS_BASE[0]
    if year == first:
        return f"{first} ist das Ausgangsjahr: Alle Kreise stehen bei 100."
    more = number(int((index > 100).sum()))
    return f"In {more} von {number(len(index))} Kreisen leben mehr Menschen als {first}."
