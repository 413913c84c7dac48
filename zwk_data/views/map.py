"""The maps, each made once for everyone with the same choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from zwk_data.charts.chart import Caption, Chart
from zwk_data.charts.map import GERMANY, Layer, View, area_map
from zwk_data.charts.participants_map import participants_map
from zwk_data.demography import areas, indicators, mapdata
from zwk_data.demography.indicators import LEVEL_OF_LAYER, Indicator
from zwk_data.demography.source_lines import of_base, source_line
from zwk_data.geo import catalogue
from zwk_data.geo.layers import layer_url
from zwk_data.programme import participants as places
from zwk_data.schema.words import SOURCES
from zwk_data.settings import dataset
from zwk_data.stores.memo import depends_on, remembered

#: fine enough for all of Germany; browsers cannot draw 11,000 Gemeinden in more detail
DETAIL = "grob"
HATCHES = (("schraffur", "grob"), ("schraffur", "mittel"))


@dataclass(frozen=True)
class MapView:
    """The map, its highest and lowest values as a table, and a sentence on areas without a value (or nothing)."""

    chart: Chart
    ends: pd.DataFrame
    gaps: str
    layer: str
    participants: tuple[str, ...]

    def chosen(self, point: Mapping[str, Any] | None) -> str | None:
        """The participant clicked on: circles carry its id, areas of their layer its position among them."""
        if not point:
            return None
        if isinstance(point["customdata"], str):
            return point["customdata"]
        area = point["location"] if self.layer == "teilnehmende" else None
        return self.participants[int(area) - 1] if area else None


@remembered(entries=24)
def map_view(layer: str, indicator_id: str, year: int) -> MapView:
    """The view of one indicator in one year on a layer (laender, kreise, gemeinden, teilnehmende)."""
    urls = _urls((layer, DETAIL), ("laender", DETAIL), *HATCHES)
    indicator = indicators.indicators()[indicator_id]
    values = mapdata.map_values(layer, indicator_id, year)
    points = _points_with_names()
    if layer == "teilnehmende":
        points = points.merge(values[["area_key", "value"]], left_on="participant_id", right_on="area_key")
    chart = _captioned_map(values, points, layer, indicator, year, urls)
    ends = mapdata.extremes(values, indicator, layer)
    return MapView(chart, ends, mapdata.gaps(values, layer), layer, tuple(points["participant_id"]))


@remembered(entries=24)
def around(participant_id: str, name: str, level: str, indicator_id: str, year: int) -> Chart:
    """The map around a participant: the Gemeinden of its Länder, or all Kreise; ``level``: gemeinde or kreis."""
    layer = "kreise" if level == "kreis" else "gemeinden"
    urls = _urls((layer, DETAIL), ("laender", DETAIL))
    indicator = indicators.indicators()[indicator_id]
    values = mapdata.map_values(layer, indicator_id, year)
    own = areas.members(participant_id, "kreis" if layer == "kreise" else "gemeinde")
    points = _points_with_names()
    me = points[points["participant_id"] == participant_id].iloc[0]
    if layer == "gemeinden":
        values = values[values["area_key"].str[:2].isin({key[:2] for key in own})]
    view = View(
        name=f"{participant_id}-{layer}",
        lon=float(me["lon"]),
        lat=float(me["lat"]),
        zoom=6.4 if layer == "kreise" else 8.2,
        marked=tuple(int(key) for key in own),
        where=f"der Umgebung von {name}",
    )
    chart = _captioned_map(values, points, layer, indicator, year, urls, view)
    return replace(chart, title=f"Um {name}: {chart.title}", filename=f"{participant_id}_{chart.filename}")


@remembered(entries=4)
def network() -> Chart:
    """The map of all participants, coloured by how many of their stages are documented."""
    layer, outline = _urls(("teilnehmende", "mittel"), ("laender", "grob"))
    source = f"{SOURCES[dataset()]} Grenzen: {catalogue.source_note()}"
    return participants_map(places.people(), layer_url=layer, outline_url=outline, source=source)


def _urls(*layers: tuple[str, str]) -> tuple[str, ...]:
    """The addresses of layers (name, detail). They change with the boundaries, and then the map is made anew."""
    for layer in layers:
        depends_on(layer_url, *layer)
    return tuple(layer_url(*layer) for layer in layers)


def _points_with_names() -> pd.DataFrame:
    return places.map_points().merge(mapdata.participant_names(), on="participant_id")


def _captioned_map(
    values: pd.DataFrame,
    points: pd.DataFrame,
    layer: str,
    indicator: Indicator,
    year: int,
    urls: tuple[str, ...],
    view: View = GERMANY,
) -> Chart:
    """The map with its source and note; ``urls``: of the layer, of the outline, of the hatches if there are some."""
    shown = pd.concat([values.assign(year=year), of_base([LEVEL_OF_LAYER.get(layer, layer)], indicator.id)])
    caption = Caption(
        f"{source_line(shown)}. Grenzen: {catalogue.source_note()}",
        f"karte_{indicator.id}_{layer}_{year}",
        mapdata.note(layer, indicator.id, year),
    )
    areas_drawn = Layer(layer, urls[0], urls[1], urls[2:])
    return area_map(values, indicator, year, areas_drawn, caption, points=points, view=view)
