"""The maps, and places side by side: each made once for everyone with the same choice, and what maps fetch by URL."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from zwk_data.charts import together
from zwk_data.charts.chart import Caption, Chart
from zwk_data.charts.map import (
    AllYears,
    FirstView,
    Layer,
    MapChart,
    ValuesAt,
    area_map,
    area_values,
    map_points,
    packed,
    participants_map,
)
from zwk_data.charts.together import Pair
from zwk_data.charts.trend import SEVERAL, trend_chart
from zwk_data.demography import areas, features, indicators, mapdata, series, twins
from zwk_data.demography.indicators import LAYERS, LEVEL_OF_LAYER, Indicator
from zwk_data.demography.mapdata import extent
from zwk_data.demography.portrait import trend_note
from zwk_data.demography.source_lines import of_base, source_line
from zwk_data.errors import ZwkError
from zwk_data.geo import map_layers, topology
from zwk_data.geo.map_layers import DETAILS, GROUND, layer_hash, layer_names, layer_url, part_of_gemeinden, whole_layer
from zwk_data.german import listing
from zwk_data.programme import participants as places
from zwk_data.schema.words import SOURCES
from zwk_data.settings import address, dataset
from zwk_data.stores.memo import depends_on, remembered
from zwk_data.stores.state import warehouse_path

#: width of the map around a Kommune, in metres: the Kreise beside it, or the Gemeinden
AROUND = {"kreise": 370_000, "gemeinden": 110_000}
#: part of the hash of values and points: raise it when what is sent changes although the figures do not
FORMAT = "1"


@dataclass(frozen=True)
class MapView:
    """The map, its highest and lowest values as a table, and a sentence on areas without a value (or nothing)."""

    chart: MapChart
    ends: pd.DataFrame
    gaps: str


#: what a click on an area shows, by the layer it is on
CLICK = {"laender": "Klick zeigt die Kreise", "kreise": "Klick zeigt die Gemeinden", "gemeinden": "Klick wählt sie aus"}


@remembered(entries=24)
def map_view(layer: str, indicator_id: str, year: int, place: str = "", *, film: bool = False) -> MapView:
    """The view of one indicator in one year on a layer (laender, kreise, gemeinden, teilnehmende).

    ``place``: what part of the country it opens with and tells of, a key of ``extent``. ``film``: classes for all
    years, and the addresses of their values.
    """
    indicator, about = indicators.indicators()[indicator_id], extent(place)
    drawn, inside = about.layer(layer), about.inside(layer)
    values = _values(drawn, indicator_id, year)
    view = FirstView(
        f"karte{about.key}",
        about.east,
        about.north,
        about.across,
        inside,
        f"von {about.name}",
        CLICK.get(layer, ""),
        plays=len(mapdata.available(layer)[indicator_id]) > 1,
        told=inside,
    )
    years = _all_years(layer, drawn, indicator_id) if film else None
    chart = _captioned_map(values, drawn, indicator_id, year, view, years)
    if about.key:
        chart = replace(chart, title=f"{about.name}: {chart.title}")
        values = values[values["area_key"].isin(inside)]
    return MapView(chart, mapdata.extremes(values, indicator, layer), mapdata.gaps(values, layer))


def opening_map(asked: Mapping[str, str]) -> MapChart | None:
    """The map that page Karte opens with at an address; ``asked``: the values of its query.

    None where the page shows something else, or has to correct the address first.
    """
    if not set(asked) <= {"ebene", "kennzahl", "jahr", "gebiet", "kommune"}:
        return None
    layer, place = asked.get("ebene", "kreise"), asked.get("gebiet", "")
    indicator = asked.get("kennzahl", mapdata.DEFAULT)
    years = mapdata.available(layer).get(indicator, []) if layer in LAYERS else []
    year = asked.get("jahr", str(mapdata.default_year(indicator, years)) if years else "")
    if year not in map(str, years) or extent(place).key != place:
        return None
    return map_view(layer, indicator, int(year), place).chart


def _all_years(layer: str, drawn: str, indicator_id: str) -> AllYears:
    years = tuple(mapdata.available(layer)[indicator_id])
    urls = tuple(values_url(drawn, indicator_id, year) for year in years)
    return AllYears(years, urls, mapdata.all_numbers(layer, indicator_id))


@remembered(entries=24)
def around(participant_id: str, name: str, level: str, indicator_id: str, year: int) -> MapChart:
    """The map around a participant: the Gemeinden of its Länder, or all Kreise; ``level``: gemeinde or kreis."""
    base = "kreise" if level == "kreis" else "gemeinden"
    own = tuple(areas.members(participant_id, "kreis" if base == "kreise" else "gemeinde"))
    layer = base if base == "kreise" else part_of_gemeinden(key[:2] for key in own)
    points = _points()
    me = points[points["participant_id"] == participant_id].iloc[0]
    view = FirstView(
        name=f"{participant_id}-{base}",
        east=float(me["east"]),
        north=float(me["north"]),
        across=AROUND[base],
        marked=own,
        where=f"der Umgebung von {name}",
    )
    chart = _captioned_map(_values(layer, indicator_id, year), layer, indicator_id, year, view)
    return replace(chart, title=f"Um {name}: {chart.title}", filename=f"{participant_id}_{chart.filename}")


@remembered(entries=4)
def network() -> MapChart:
    """The map of all participants, coloured by how many of their stages are documented."""
    source = f"{SOURCES[dataset()]} Grenzen: {map_layers.source_note()}"
    return participants_map(places.people(), _layer("teilnehmende"), list(layer_names("teilnehmende").index), source)


# --- by URL


def values_url(layer: str, indicator_id: str, year: int) -> str:
    """Where the app serves the values of a layer's areas (``gemeinden-14`` included), in their order."""
    return address(f"/geo/werte/{layer}.{indicator_id}.{year}.{values_hash(layer)}")


def values_hash(layer: str) -> str:
    """Eight hex digits that change with the figures, the areas and the form of what is sent."""
    return _hash(FORMAT, warehouse_path().name, dataset(), layer_hash(layer, "grob"))


@remembered(entries=64)
def values_bytes(layer: str, indicator_id: str, year: int) -> bytes:
    """What ``values_url`` serves. Raises ZwkError if there is no such map."""
    depends_on(layer_hash, layer, "grob")
    if year not in mapdata.available(whole_layer(layer)).get(indicator_id, ()):
        raise ZwkError("Für diese Karte gibt es keine Zahlen.")
    decimals = indicators.indicators()[indicator_id].decimals
    return packed(area_values(_values(layer, indicator_id, year), decimals))


def points_url() -> str:
    """Where the app serves the participants' points."""
    return address(f"/geo/punkte.{points_hash()}.json")


def points_hash() -> str:
    """Eight hex digits that change with the points and the participants' names."""
    return _hash(points_json())


@remembered(entries=2)
def points_json() -> bytes:
    """What ``points_url`` serves."""
    return json.dumps(map_points(_points()), ensure_ascii=False, separators=(",", ":")).encode()


def _hash(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else part.encode())
    return digest.hexdigest()[:8]


# --- what maps are made of


def _layer(name: str) -> Layer:
    """The layer with its addresses. They change with the boundaries, and then the map is made anew."""
    base = whole_layer(name)
    return Layer(base, _urls(name), points_url(), _urls(GROUND[base]) if base in GROUND else None)


def _urls(name: str) -> dict[str, str]:
    for detail in DETAILS:
        depends_on(layer_url, name, detail)
    return {detail: layer_url(name, detail) for detail in DETAILS}


def _values(layer: str, indicator_id: str, year: int) -> pd.DataFrame:
    """``mapdata.map_values`` for the areas of the layer or part of a layer, in the order of its borders."""
    values = mapdata.map_values(whole_layer(layer), indicator_id, year).set_index("area_key")
    names = layer_names(layer)
    found = values.reindex(names.index)
    # a participant that the boundaries know and the list does not
    found["status"] = found["status"].fillna("missing")
    found["name"] = found["name"].fillna(names)
    return found.reset_index()


def _points() -> pd.DataFrame:
    """The participants with a place: participant_id, name, and east and north in the plane of the map."""
    points = places.map_points().merge(mapdata.participant_names(), on="participant_id")
    plane = topology.to_map(points[["lon", "lat"]].to_numpy(dtype=np.float64))
    return points[["participant_id", "name"]].assign(east=plane[:, 0], north=plane[:, 1])


def _captioned_map(
    values: pd.DataFrame, layer: str, indicator_id: str, year: int, view: FirstView, film: AllYears | None = None
) -> MapChart:
    base = whole_layer(layer)
    indicator = indicators.indicators()[indicator_id]
    shown = pd.concat([values.assign(year=year), of_base([LEVEL_OF_LAYER.get(base, base)], indicator.id)])
    caption = Caption(
        f"{source_line(shown)}. Grenzen: {map_layers.source_note()}",
        f"karte_{indicator.id}_{base}_{year}",
        mapdata.note(base, indicator.id, year),
    )
    near = tuple(values_url(layer, indicator_id, one) for one in _beside(year, mapdata.available(base)[indicator_id]))
    at = ValuesAt(values_url(layer, indicator_id, year), near)
    return area_map(values, indicator, year, _layer(layer), caption, at=at, view=view, film=film)


def _beside(year: int, years: Sequence[int]) -> list[int]:
    """The years before and after ``year`` that there are."""
    return [*[one for one in years if one < year][-1:], *[one for one in years if one > year][:1]]


@dataclass(frozen=True)
class Cloud:
    """The chart, what is missing in it as a sentence (or nothing), and the marked places alone as a table."""

    chart: Chart
    gaps: str
    marked: pd.DataFrame


def common_years(layer: str, x: str, y: str) -> list[int]:
    """The years for which the layer has figures of both indicators, oldest first."""
    known = mapdata.available(layer)
    return sorted(set(known.get(x, ())) & set(known.get(y, ())))


@remembered(entries=64)
def usual_year(layer: str, x: str, y: str) -> int:
    """The latest of the ``common_years`` in which at least half of the participants have both, else the latest."""
    both = common_years(layer, x, y)
    usual = min(mapdata.default_year(one, both) for one in (x, y))
    for year in sorted(set(both) & set(common_years("teilnehmende", x, y)), reverse=True):
        people = _both("teilnehmende", x, y, year)
        if year <= usual and people[["x", "y"]].notna().all(axis=1).mean() >= series.MEDIAN_SHARE:
            return year
    return usual


@remembered(entries=24)
def cloud(layer: str, x: str, y: str, year: int, marked: str = "") -> Cloud:
    """Two indicators of one year for all areas of a layer, the participants, and of ``marked`` its twins.

    ``marked``: a participant_id or nothing.
    """
    catalog = indicators.indicators()
    pair = Pair(catalog[x], catalog[y], year, year)
    base = _both(layer, x, y, year)
    people = _both("teilnehmende", x, y, year).assign(kind="participant") if layer != "teilnehmende" else None
    parts = [base.assign(kind="area" if people is not None else "participant")]
    if people is not None:
        parts.append(people)
    note = ""
    if marked:
        found, note = _twins(marked, x, y, year)
        parts.append(found)
    points = pd.concat(parts, ignore_index=True)
    points.loc[(points["area_key"] == marked) & (points["kind"] == "participant"), "kind"] = "chosen"
    level = LEVEL_OF_LAYER.get(layer, layer)
    sources = [
        *(points.assign(source_id=points[f"source_{at}"], status=points[f"status_{at}"], year=year) for at in "xy"),
        *(of_base([level], one) for one in (x, y)),
    ]
    caption = Caption(
        source_line(pd.concat(sources)),
        f"{x}_{y}_{layer}_{year}",
        " ".join(filter(None, dict.fromkeys([*mapdata.notes(layer, x, year), *mapdata.notes(layer, y, year), note]))),
    )
    many = "Kommunen" if layer == "teilnehmende" else LAYERS[layer][1]
    chart = together.scatter(points, pair, many, caption)
    table = together.marked_table(points, pair)
    return Cloud(chart, together.gaps(points, many), table)


def _both(layer: str, x: str, y: str, year: int) -> pd.DataFrame:
    """area_key, name, territory, and value, status and source of each of the two."""
    left, right = (mapdata.map_values(layer, one, year) for one in (x, y))
    shown = left[["area_key", "name", "territory"]].copy()
    for at, values in (("x", left), ("y", right)):
        columns = {"value": at, "status": f"status_{at}", "source_id": f"source_{at}"}
        shown = shown.merge(values[["area_key", *columns]].rename(columns=columns), on="area_key")
    return shown


def _twins(participant_id: str, x: str, y: str, year: int) -> tuple[pd.DataFrame, str]:
    """The twins of a participant with their values, or none and why."""
    try:
        found = twins.twins(participant_id)
    except ZwkError as error:
        return pd.DataFrame(), str(error)
    layer = twins.LAYER[features.level_of(participant_id)]
    values = _both(layer, x, y, year).assign(kind="twin")
    return values[values["area_key"].isin(found["key"])], f"Zwillinge sind {LAYERS[layer][1]} in ganz Deutschland."


@remembered(entries=24)
def trends(participant_ids: tuple[str, ...], indicator: Indicator, *, as_index: bool) -> tuple[Chart | None, str]:
    """One indicator of several participants over the years, and a sentence on those without a figure (or nothing).

    None if nobody has one. At most ``len(SEVERAL)`` participants.
    """
    names = dict(mapdata.participant_names().itertuples(index=False, name=None))
    frames, without = [], []
    for role, one in zip(SEVERAL, participant_ids, strict=False):
        frame = series.trend(one, names[one], indicator.id, (), median=False, as_index=as_index)
        frames.append(frame.assign(role=role))
        if frame.dropna(subset="value").empty:
            without.append(names[one])
    gaps = f"Ohne Zahl: {listing(without)}." if without else ""
    frame = pd.concat(frames, ignore_index=True)
    if frame.dropna(subset="value").empty:
        return None, gaps
    laender = sorted({key for one in participant_ids for key in areas.land_keys(one)})
    found = series.breaks(indicator.id, laender)
    note = f"{indicator.name}: {indicator.definition} {trend_note(found, frame)}"
    caption = Caption(source_line(frame, computed=as_index), f"verlauf_{indicator.id}", note)
    chart = trend_chart(
        frame, indicator, breaks=found, caption=caption, base_year=series.BASE_YEAR if as_index else None
    )
    return replace(chart, title=f"{chart.title}: {listing([names[one] for one in participant_ids])}"), gaps
