"""The map of areas in stepped colours: few bytes, no foreign request, missing values in their own pattern.

The figure holds an integer per area, its class and its value; outlines and names come by URL from the layer's GeoJSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from zwk_data.charts import chart
from zwk_data.charts.chart import Caption, Chart
from zwk_data.charts.classes import Classes, diverging, sequential, why_uneven
from zwk_data.demography.indicators import LAYERS, STATUS, Indicator
from zwk_data.german import all_rounded, count, with_unit

#: An inline style: any named style would be fetched from a foreign host. It holds one empty source, because an empty
#: object of sources is lost at the second drawing (Streamlit 1.67 with plotly.js 4.1), and with it hover and updates.
#: Its layers are invisible marks, from the ground up: everything on the map is drawn directly below a mark of its own,
#: because Plotly draws everything that shares a place again, with all its geometry, whenever the figure changes.
MARKS = (
    "grund",
    "schraffur-0",
    "schraffur-1",
    "flaechen",
    *(f"fehlend-{i}" for i in range(6)),
    "umriss",
    "eigene",
    "punkte",
)
STYLE = {
    "version": 8,
    "sources": {"nichts": {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}}},
    "layers": [{"id": mark, "type": "background", "layout": {"visibility": "none"}} for mark in MARKS],
}
HEIGHT = 580
DOMAIN = {"x": [0, 1], "y": [0.13, 1]}
#: zoom at which the wide hatch gives way to the narrow one
HATCH_SWITCH = 6.5
INVISIBLE = "rgba(0,0,0,0)"
#: „Karte von Deutschland nach …“
BY = {"laender": "Ländern", "kreise": "Kreisen", "gemeinden": "Gemeinden", "teilnehmende": "teilnehmenden Kommunen"}


@dataclass(frozen=True)
class View:
    """What part of the map is shown first (it stays when the figure changes under the same ``name``).

    ``marked``: ids of areas to draw a line around; ``where``: what the areas are called, „in Sachsen“.
    """

    name: str
    lon: float
    lat: float
    zoom: float
    marked: tuple[int, ...] = ()
    where: str = "von Deutschland"


#: Germany fits a phone's width and the map's height at this zoom; plotly cannot fit a map with areas to its frame
GERMANY = View("karte", 10.45, 51.22, 4.78)


@dataclass(frozen=True)
class Layer:
    """The areas drawn: ``name`` is laender, kreise, gemeinden or teilnehmende, ``url`` where their GeoJSON is.

    ``outline_url``: a layer drawn as lines on top (the Länder). ``hatch_urls``: the hatch for national and near views.
    """

    name: str
    url: str
    outline_url: str = ""
    hatch_urls: Sequence[str] = ()

    @property
    def is_participants(self) -> bool:
        """Are the areas those of the participants, with the rest of the country empty?"""
        return self.name == "teilnehmende"


def area_map(
    values: pd.DataFrame,
    indicator: Indicator,
    year: int,
    layer: Layer,
    caption: Caption,
    *,
    points: pd.DataFrame | None = None,
    view: View = GERMANY,
) -> Chart:
    """Draw one indicator of one year.

    ``values``: one row per area of the layer with area_key (str), id (int, as in the GeoJSON), name, value (float or
    NaN), status. ``points``: participants with participant_id, name, lon, lat; on the layer of participants also value,
    coloured like their areas. A selected point has the participant_id as its customdata, a selected area its id as its
    location. ``view``: what part of the map to open with, and which areas to mark.
    """
    # a class is that of the number shown: 19,96 stands as 20,0 and belongs to „20 bis unter 22“
    shown = values.assign(value=all_rounded(values["value"], indicator.decimals))
    known = shown["value"].notna()
    numbers = shown.loc[known, "value"].to_numpy(dtype=np.float64)
    centre, decimals = indicator.centre, indicator.decimals
    classes = sequential(numbers, decimals) if centre is None else diverging(numbers, decimals, centre)
    missing = values[~known]
    traces: list[go.Choroplethmap | go.Scattermap] = []
    if len(numbers):
        traces.append(_areas(shown[known], classes, indicator, year, layer))
    for place, (status, part) in enumerate(missing.groupby("status", sort=True)):
        traces.append(_missing(part, status, layer, below=f"fehlend-{place}"))
    if points is not None:
        traces.append(_points(points, classes if layer.is_participants else None, indicator))
    if view.marked:
        traces.append(_marked(view.marked, layer))
    hatched = bool(len(missing)) and not layer.is_participants
    figure = go.Figure(traces, _layout(layer, view, hatched=hatched))
    figure.layout.datarevision = f"{indicator.id} {layer.name} {year}"
    if len(missing):
        pattern = "leere Ringe" if layer.is_participants else "schraffiert" if layer.hatch_urls else "ohne Farbe"
        text = f"{pattern}: keine Angabe ({_count_of_areas(len(missing), layer.name)})"
        below = {"xref": "paper", "yref": "paper", "yanchor": "top", "yshift": 2, "showarrow": False}
        figure.add_annotation(chart.label(text, 0.5, 0, below, size=13, colour=chart.MUTED))
    return Chart(
        figure=figure,
        title=f"{indicator.in_year(year)}, {LAYERS[layer.name][1]}",
        alt=_alt_text(values, indicator, year, layer.name, view.where),
        source=caption.source,
        table=_area_table(values, indicator, layer.name),
        filename=caption.filename,
        note=" ".join(filter(None, [caption.note, why_uneven(classes, numbers, centre, decimals)])),
    )


def legend_bar(title: str, tickvals: list[float], ticktext: list[str], **bar: object) -> dict[str, object]:
    """The colour bar of a map: lying along its lower edge, with ``title`` on top."""
    return {
        "orientation": "h",
        "x": 0.5,
        "yanchor": "bottom",
        "thickness": 14,
        "tickfont": {"size": 13},
        "tickvals": tickvals,
        "ticktext": ticktext,
        "ticks": "",
        "title": {"text": title, "side": "top", "font": {"size": 14}},
        **bar,
    }


def _choropleth(ids: object, classes: NDArray[np.uint8], layer: Layer, **trace: object) -> go.Choroplethmap:
    """Areas of a layer, each in one of the classes of ``trace``'s colour scale; see-through if there is none."""
    unseen = {"colorscale": [[0, INVISIBLE], [1, INVISIBLE]], "showscale": False}
    return go.Choroplethmap(
        geojson=layer.url,
        featureidkey="properties.id",
        locations=np.asarray(ids, dtype=np.int32),
        z=classes,
        **(trace if "colorscale" in trace else unseen | trace),
    )


def _areas(values: pd.DataFrame, classes: Classes, indicator: Indicator, year: int, layer: Layer) -> go.Choroplethmap:
    """The areas with a value (rows of ``values``, rounded as shown), coloured by class."""
    numbers = values["value"].to_numpy(dtype=np.float64)
    n = len(classes.colours)
    limits = [i + 0.5 for i in range(n - 1)]
    unit = f"\u00a0{indicator.unit}" if indicator.unit else ""
    return _choropleth(
        values["id"],
        classes.of(numbers),
        layer,
        below="flaechen",
        zmin=-0.5,
        zmax=n - 0.5,
        colorscale=chart.stepped(classes.colours),
        customdata=numbers.astype(np.float32),
        hovertemplate=f"<b>%{{properties.name}}</b><br>%{{customdata:,.{indicator.decimals}f}}{unit}<extra></extra>",
        marker={"line": {"width": 0 if layer.name == "gemeinden" else 0.6, "color": chart.PAPER}},
        unselected={"marker": {"opacity": 1}},
        colorbar=legend_bar(
            f"{indicator.with_unit}, {year}", limits, classes.limit_texts(), y=0.015, len=0.98, outlinewidth=0
        ),
    )


def _missing(part: pd.DataFrame, status: object, layer: Layer, *, below: str) -> go.Choroplethmap:
    """Areas without a value, one trace per reason: see-through, so that the hatch below them shows."""
    return _choropleth(
        part["id"],
        np.zeros(len(part), dtype=np.uint8),
        layer,
        below=below,
        hovertemplate=f"<b>%{{properties.name}}</b><br>keine Angabe: {STATUS[str(status)]}<extra></extra>",
        marker={"line": {"width": 0.3 if layer.name == "gemeinden" else 0.8, "color": chart.QUIET}},
        unselected={"marker": {"opacity": 1}},
    )


def _marked(ids: Sequence[int], layer: Layer) -> go.Choroplethmap:
    """A line around the areas that the view is about."""
    line = {"width": 3, "color": chart.WARM}
    nothing = np.zeros(len(ids), dtype=np.uint8)
    return _choropleth(ids, nothing, layer, below="eigene", hoverinfo="skip", marker={"line": line})


def _points(points: pd.DataFrame, classes: Classes | None, indicator: Indicator) -> go.Scattermap:
    """Circles with a rim: a village stays visible on the national map.

    A map's circles have no rim of their own, so each point is there twice, a large circle below a small one. Two traces
    would look the same, but each trace costs the browser four more sources of the map.
    """
    if classes is None:
        inner, rim, sizes = [chart.WARM] * len(points), chart.PAPER, (11, 7)
        text = points["name"].tolist()
    else:
        known = points["value"].notna().to_numpy()
        index = classes.of(all_rounded(points["value"].fillna(0), indicator.decimals))
        inner = [classes.colours[i] if k else chart.PAPER for i, k in zip(index, known, strict=True)]
        rim, sizes = chart.INK, (15, 11)
        text = [
            f"{name}: {with_unit(value, indicator.unit, indicator.decimals) if ok else 'keine Angabe'}"
            for name, value, ok in zip(points["name"], points["value"], known, strict=True)
        ]
    n = len(points)
    return go.Scattermap(
        below="punkte",
        mode="markers",
        lon=np.tile(points["lon"].to_numpy(dtype=np.float32), 2),
        lat=np.tile(points["lat"].to_numpy(dtype=np.float32), 2),
        marker={"size": np.repeat(np.array(sizes, dtype=np.uint8), n), "color": [rim] * n + inner, "opacity": 1},
        text=text * 2,
        customdata=points["participant_id"].tolist() * 2,
        hovertemplate="<b>%{text}</b><br>Teilnehmende Kommune, Klick öffnet sie<extra></extra>",
        unselected={"marker": {"opacity": 1}},
        showlegend=False,
    )


def _layout(layer: Layer, view: View, *, hatched: bool) -> dict[str, object]:
    border = {"source": layer.outline_url, "sourcetype": "geojson"}
    layers: list[dict[str, object]] = []
    if layer.is_participants and layer.outline_url:
        layers.append({**border, "type": "fill", "color": chart.SURFACE, "below": "grund"})
    switch = ({"maxzoom": HATCH_SWITCH}, {"minzoom": HATCH_SWITCH})
    hatch = {"sourcetype": "geojson", "type": "line", "color": chart.QUIET, "line": {"width": 1}}
    for place, (url, zooms) in enumerate(zip(layer.hatch_urls if hatched else (), switch, strict=False)):
        layers.append({**hatch, "source": url, "below": f"schraffur-{place}", **zooms})
    if layer.outline_url and layer.name != "laender":
        colour = chart.QUIET if layer.is_participants else chart.INK
        layers.append({**border, "type": "line", "color": colour, "line": {"width": 0.8}, "below": "umriss"})
    base = chart.template().layout
    return {
        # Plotly's default template would ride along with every figure
        "template": {},
        "font": base.font.to_plotly_json(),
        "hoverlabel": base.hoverlabel.to_plotly_json(),
        "separators": ",.",
        "margin": {"l": 0, "r": 0, "t": 0, "b": 20},
        "height": HEIGHT,
        # the reader keeps zoom and place when the indicator changes
        "uirevision": view.name,
        # Streamlit hands every figure to Plotly twice, the second time with its own modes and copies of all data. With
        # the modes and a revision of the data given here, Plotly has nothing to compute again.
        "clickmode": "event+select",
        "hovermode": "closest",
        "dragmode": "pan",
        "map": {
            "style": STYLE,
            "center": {"lon": view.lon, "lat": view.lat},
            "zoom": view.zoom,
            "domain": DOMAIN,
            "layers": layers,
        },
    }


def _count_of_areas(n: int, layer: str) -> str:
    one, many = LAYERS[layer]
    return count(n, one, "Kommunen" if layer == "teilnehmende" else many)


def _alt_text(values: pd.DataFrame, indicator: Indicator, year: int, layer: str, where: str) -> str:
    known = values.dropna(subset="value").sort_values("value")
    lead = f"Karte {where} nach {BY[layer]}: {indicator.name} {year}."
    if known.empty:
        return f"{lead} Für kein Gebiet liegt eine Angabe vor."

    def name_and_value(row: pd.Series) -> str:
        return f"{row['name']} ({with_unit(row['value'], indicator.unit, indicator.decimals)})"

    middle = with_unit(known["value"].median(), indicator.unit, indicator.decimals)
    text = (
        f"{lead} Am höchsten in {name_and_value(known.iloc[-1])}, am niedrigsten in {name_and_value(known.iloc[0])}; "
        f"die Hälfte der Gebiete liegt unter {middle}."
    )
    gaps = len(values) - len(known)
    return f"{text} Keine Angabe für {_count_of_areas(gaps, layer)}." if gaps else text


def _area_table(values: pd.DataFrame, indicator: Indicator, layer: str) -> pd.DataFrame:
    """Every area, the highest value first, those without a value last and with the reason."""
    ordered = values.sort_values(["value", "name"], ascending=[False, True], na_position="last")
    rows = ordered.assign(
        value=all_rounded(ordered["value"], indicator.decimals),
        rank=ordered["value"].rank(ascending=False, method="min").astype("Int64"),
        status=ordered["status"].map(STATUS),
    )
    names = {"name": LAYERS[layer][0], "value": indicator.with_unit, "rank": "Rang", "status": "Angabe"}
    return chart.table(rows, names if layer == "teilnehmende" else names | {"area_key": "Schlüssel"})
