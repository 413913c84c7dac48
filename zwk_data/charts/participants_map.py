"""The map of all participants: their areas, and a circle on each that a village would be lost without."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from zwk_data.charts import chart
from zwk_data.charts.chart import Chart
from zwk_data.charts.map import STYLE
from zwk_data.german import count
from zwk_data.programme.words import STAGES

CENTER, ZOOM, HEIGHT = {"lon": 10.45, "lat": 51.25}, 4.72, 580
#: pale for no documented stage, dark for all five
COLOURS = ("#f6f8f9", "#d3e6ea", "#9cc7d0", "#5fa0ae", "#0b6a7e", "#07404d")
#: an area as large as a Kreis needs no circle
AREAS_ENOUGH = ("landkreis",)


def participants_map(people: pd.DataFrame, *, layer_url: str, outline_url: str, source: str) -> Chart:
    """Draw all participants, coloured by how many of their stages are documented.

    ``people``: participant_id, name, kind, kind_de, land, documented (0–5), stages (text for the tooltip), lon, lat.
    ``layer_url``: the layer „teilnehmende“; ``outline_url``: the Länder. Every selectable point, area or circle, has
    the participant_id as the first entry of its customdata.
    """
    # in the layer, id is the place of the participant_id in the alphabet
    people = people.sort_values("participant_id", ignore_index=True)
    small = people[~people["kind"].isin(AREAS_ENOUGH)]
    n = len(COLOURS)
    areas = go.Choroplethmap(
        geojson=layer_url,
        featureidkey="properties.id",
        locations=(people.index + 1).to_numpy(dtype="int32"),
        z=people["documented"].to_numpy(dtype="uint8"),
        zmin=-0.5,
        zmax=n - 0.5,
        colorscale=[[edge / n, colour] for i, colour in enumerate(COLOURS) for edge in (i, i + 1)],
        customdata=_told(people),
        hovertemplate=_HOVER,
        # dark areas part by a white line, pale ones stand out by a dark one
        marker={"line": {"width": 1, "color": [chart.PAPER if i >= 4 else chart.INK for i in people["documented"]]}},
        unselected={"marker": {"opacity": 1}},
        colorbar={
            "orientation": "h", "x": 0.5, "y": 0.01, "yanchor": "bottom", "len": 0.9, "thickness": 14,
            "outlinewidth": 1, "outlinecolor": chart.QUIET, "ticks": "", "tickfont": {"size": 13},
            "tickvals": list(range(n)), "ticktext": [str(i) for i in range(n)],
            "title": {"text": "Belegte Stufen von fünf", "side": "top", "font": {"size": 14}},
        },
    )  # fmt: skip
    place = {"lon": small["lon"].to_numpy(dtype="float32"), "lat": small["lat"].to_numpy(dtype="float32")}
    rim = go.Scattermap(
        mode="markers", marker={"size": 14, "color": chart.INK}, hoverinfo="skip",
        unselected={"marker": {"opacity": 1}}, **place,
    )  # fmt: skip
    circles = go.Scattermap(
        mode="markers",
        marker={"size": 11, "color": [COLOURS[i] for i in small["documented"]]},
        customdata=_told(small),
        hovertemplate=_HOVER,
        unselected={"marker": {"opacity": 1}},
        **place,
    )
    outline = {"sourcetype": "geojson", "source": outline_url, "below": "traces"}
    figure = go.Figure([areas, rim, circles])
    figure.update_layout(
        template=chart.template(),
        height=HEIGHT,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        clickmode="event+select",
        uirevision="netz",
        map={
            "style": STYLE,
            "center": CENTER,
            "zoom": ZOOM,
            "domain": {"x": [0, 1], "y": [0.1, 1]},
            "layers": [
                {**outline, "type": "fill", "color": "#eef1f3"},
                {**outline, "type": "line", "color": chart.QUIET, "line": {"width": 1}},
            ],
        },
    )
    return Chart(
        figure=figure,
        title="Wo die Kommunen liegen",
        alt=_alt(people),
        source=source,
        table=_table(people),
        filename="karte_teilnehmende",
        note="Ein Klick auf eine Kommune öffnet ihre Demografie. Was kleiner als ein Landkreis ist, trägt einen Punkt.",
    )


_HOVER = "<b>%{customdata[1]}</b><br>%{customdata[2]}<br>%{customdata[3]}<extra></extra>"


def _told(people: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    return [
        (key, name, f"{kind}, {land.replace('/', ' und ')}", stages)
        for key, name, kind, land, stages in zip(
            people["participant_id"], people["name"], people["kind_de"], people["land"], people["stages"], strict=True
        )
    ]


def _alt(people: pd.DataFrame) -> str:
    lands = people["land"].str.split("/").explode().value_counts()
    most = lands.index[0]
    several = int((people["documented"] >= 3).sum())
    return (
        f"Deutschlandkarte mit {count(len(people), 'Kommune', 'Kommunen')} in {len(lands)} Ländern, die meisten in "
        f"{most} ({lands.iloc[0]}). Für {count(several, 'Kommune', 'Kommunen')} sind mindestens drei der "
        f"{len(STAGES)} Stufen belegt."
    )


def _table(people: pd.DataFrame) -> pd.DataFrame:
    shown = people.sort_values(["documented", "name"], ascending=[False, True])
    return pd.DataFrame(
        {
            "Kommune": shown["name"],
            "Art": shown["kind_de"],
            "Land": shown["land"],
            "Belegte Stufen": shown["documented"],
            "Welche": shown["stages"],
        }
    ).reset_index(drop=True)
