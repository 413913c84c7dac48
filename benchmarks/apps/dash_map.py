"""The same map in Dash, as its documentation builds one: ``dcc.Dropdown``, ``dcc.Graph``, one callback.

With what the documentation offers for speed: the first figure stands in the layout, so that a load needs no callback;
a change sends a ``Patch`` with what is new; gunicorn serves it, as its chapter on deployment says; browsers keep the
scripts, whose addresses carry a fingerprint.
"""

import plotly.express as px
from dash import Dash, Input, Output, Patch, dcc, html
from kreise import BOUNDARIES, INDICATORS, KREISE, TITLE, values

FIRST = next(iter(INDICATORS))
figure = px.choropleth_map(
    geojson=BOUNDARIES,
    locations=KREISE.index,
    featureidkey="properties.area_key",
    color=values(FIRST),
    hover_name=KREISE,
    labels={"color": FIRST},
    map_style="white-bg",
    center={"lat": 51.2, "lon": 10.4},
    zoom=4.8,
    height=700,
)

app = Dash(__name__, title=TITLE)
app.layout = html.Div(
    [
        html.H1(TITLE),
        html.Label("Kennzahl", htmlFor="indicator"),
        dcc.Dropdown(options=list(INDICATORS), value=FIRST, id="indicator", clearable=False),
        dcc.Graph(figure=figure, id="map"),
    ]
)
server = app.server


@app.callback(Output("map", "figure"), Input("indicator", "value"), prevent_initial_call=True)
def update(name: str) -> Patch:
    patch = Patch()
    patch["data"][0]["z"] = values(name)
    patch["layout"]["coloraxis"]["colorbar"]["title"]["text"] = name
    return patch
