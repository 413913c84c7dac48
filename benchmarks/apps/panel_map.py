"""The same map in Panel with Plotly, as the page on its Plotly pane says: a figure as a dictionary, patched in place.

That page says of it: modifying an array sends just the array, in a binary protocol. ``--warm`` and the cache over
sessions are what Panel's guide to performance offers besides.
"""

import panel as pn
from kreise import BOUNDARIES, INDICATORS, KREISE, TITLE, values

pn.extension("plotly")

indicator = pn.widgets.Select(name="Kennzahl", options=list(INDICATORS))
figure = {
    "data": [
        {
            "type": "choroplethmap",
            "geojson": BOUNDARIES,
            "featureidkey": "properties.area_key",
            "locations": KREISE.index.to_numpy(dtype=object),
            "text": KREISE.to_numpy(dtype=object),
            "z": values(indicator.value),
            "coloraxis": "coloraxis",
        }
    ],
    "layout": {
        "map": {"style": "white-bg", "center": {"lat": 51.2, "lon": 10.4}, "zoom": 4.8},
        # in the layout: a trace that differs in more than arrays is sent whole, borders and all
        "coloraxis": {"colorbar": {"title": {"text": indicator.value}}},
        "margin": {"t": 60},
        "height": 700,
    },
}
pane = pn.pane.Plotly(figure, sizing_mode="stretch_width", height=700)


def update(name: str) -> None:
    figure["data"][0]["z"] = values(name)
    figure["layout"]["coloraxis"]["colorbar"]["title"]["text"] = name
    pane.param.trigger("object")


indicator.param.watch(lambda event: update(event.new), "value")
pn.Column(f"# {TITLE}", indicator, pane).servable(title=TITLE)
