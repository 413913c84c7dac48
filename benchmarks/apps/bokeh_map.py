"""The same map in Panel with Bokeh, as the choropleth in Bokeh's gallery: areas on a plain canvas, no WebGL.

Panel's own way to draw, and without a graphics card the faster one. A change sets one column of the figure's source.
"""

import panel as pn
from bokeh.models import ColumnDataSource, LinearColorMapper
from bokeh.palettes import Viridis256
from bokeh.plotting import figure
from kreise import BOUNDARIES, INDICATORS, KREISE, TITLE, values

pn.extension()


def polygons() -> tuple[list, list]:
    """Borders as ``multi_polygons`` takes them: for each Kreis its parts, of each part its rings."""
    found = {}
    for feature in BOUNDARIES["features"]:
        shape = feature["geometry"]
        parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        found[feature["properties"]["area_key"]] = parts
    ordered = [found.get(key, []) for key in KREISE.index]
    return tuple(
        [[[[at[axis] for at in ring] for ring in part] for part in parts] for parts in ordered] for axis in (0, 1)
    )


xs, ys = pn.state.as_cached("polygons", polygons)
indicator = pn.widgets.Select(name="Kennzahl", options=list(INDICATORS))
source = ColumnDataSource({"xs": xs, "ys": ys, "name": KREISE.tolist(), "value": values(indicator.value)})
plot = figure(
    title=indicator.value,
    height=700,
    width=500,
    x_axis_location=None,
    y_axis_location=None,
    tools="pan,wheel_zoom,reset,hover",
    tooltips="@name: @value",
)
colour = {"field": "value", "transform": LinearColorMapper(Viridis256)}
plot.multi_polygons("xs", "ys", source=source, fill_color=colour, line_color="white", line_width=0.5)


def update(name: str) -> None:
    source.data["value"] = values(name)
    plot.title.text = name


indicator.param.watch(lambda event: update(event.new), "value")
pn.Column(f"# {TITLE}", indicator, plot).servable(title=TITLE)
