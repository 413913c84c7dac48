"""The maps, each made once for everyone with the same choice, and what they fetch by URL: values and points."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from zwk_data.charts.chart import Caption
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
from zwk_data.demography import areas, indicators, mapdata
from zwk_data.demography.indicators import LAYERS, LEVEL_OF_LAYER
from zwk_data.demography.mapdata import extent
from zwk_data.demography.source_lines import of_base, source_line
from zwk_data.errors import ZwkError
from zwk_data.geo import catalogue, topology
from zwk_data.geo.layers import DETAILS, GROUND, layer_hash, layer_names, layer_url, part_of_gemeinden, whole_layer
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
    layer, indicator, place = (
        asked.get("ebene", "kreise"),
        asked.get("kennzahl", mapdata.DEFAULT),
        asked.get("gebiet", ""),
    )
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
    source = f"{SOURCES[dataset()]} Grenzen: {catalogue.source_note()}"
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
        f"{source_line(shown)}. Grenzen: {catalogue.source_note()}",
        f"karte_{indicator.id}_{base}_{year}",
        mapdata.note(base, indicator.id, year),
    )
    near = tuple(values_url(layer, indicator_id, one) for one in _beside(year, mapdata.available(base)[indicator_id]))
    at = ValuesAt(values_url(layer, indicator_id, year), near)
    return area_map(values, indicator, year, _layer(layer), caption, at=at, view=view, film=film)


def _beside(year: int, years: Sequence[int]) -> list[int]:
    """The years before and after ``year`` that there are."""
    return [*[one for one in years if one < year][-1:], *[one for one in years if one > year][:1]]
