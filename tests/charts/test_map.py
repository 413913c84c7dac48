"""The map: what travels to the browser, what it says, and that nothing comes from elsewhere."""

from __future__ import annotations

import base64
import json
import re

import numpy as np
import pandas as pd
import plotly.io
import pytest

from zwk_data.charts import chart
from zwk_data.charts.chart import Caption
from zwk_data.charts.map import Layer, area_map
from zwk_data.demography.indicators import Indicator
from zwk_data.german import all_rounded

AGED = Indicator("share_65plus", "Anteil 65 Jahre und älter", "%", 1, "", "", "")
INDEX = Indicator("population_index", "Bevölkerungsentwicklung (2011 = 100)", "", 1, "", "", "", centre=100.0)
LAYER = "/geo/kreise.grob.12345678.json"
OUTLINE = "/geo/laender.grob.12345678.json"
HATCH = ("/geo/schraffur.grob.12345678.json", "/geo/schraffur.mittel.12345678.json")


def kreise(n: int = 400, gaps: int = 0) -> pd.DataFrame:
    keys = [f"{1 + i // 25:02d}{i % 25:03d}" for i in range(n)]
    frame = pd.DataFrame(
        {"area_key": keys, "id": [int(key) for key in keys], "name": [f"Kreis {i}" for i in range(n)]}
    ).assign(value=np.linspace(15.9, 31.4, n), status="reported")
    frame.loc[frame.index[:gaps], ["value", "status"]] = [np.nan, "secret"]
    return frame


POINTS = pd.DataFrame(
    {"participant_id": [f"kommune-{i}" for i in range(39)], "name": [f"Kommune {i}" for i in range(39)]}
).assign(lon=10.0, lat=51.0)


def drawn(values: pd.DataFrame, indicator: Indicator = AGED, layer: str = "kreise", **kwargs: object) -> dict:
    areas = Layer(layer, LAYER, OUTLINE, HATCH)
    result = area_map(values, indicator, 2015, areas, Caption("Quelle"), **kwargs)  # type: ignore[arg-type]
    return json.loads(plotly.io.to_json(result.figure, validate=False))


def decoded(array: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(array["bdata"]), dtype=array["dtype"])


def test_400_kreise_take_less_than_13_kb():
    areas = Layer("kreise", LAYER, hatch_urls=HATCH)
    result = area_map(kreise(gaps=20), AGED, 2015, areas, Caption(""), points=POINTS)
    assert len(plotly.io.to_json(result.figure, validate=False)) < 13_000


def test_no_address_but_our_own():
    text = json.dumps(drawn(kreise(gaps=5), points=POINTS))
    assert "http" not in text
    assert set(re.findall(r'"(/[^"]*json)"', text)) == {LAYER, OUTLINE, *HATCH}
    style = drawn(kreise())["layout"]["map"]["style"]
    assert style["sources"], "Streamlit's page drops empty objects, and a style without sources breaks the map"
    assert {(mark["type"], mark["layout"]["visibility"]) for mark in style["layers"]} == {("background", "none")}


def test_everything_on_the_map_has_a_place_of_its_own():
    """Plotly takes off and puts back all that shares one place, at every change."""
    values = kreise(gaps=12)
    values.loc[values.index[:6], "status"] = ["secret", "unreliable", "not_applicable", "pending", "missing", "none"]
    values.loc[values.index[:6], "value"] = np.nan
    for layer in ("kreise", "teilnehmende"):
        points = POINTS if layer == "kreise" else POINTS.assign(value=1.0)
        figure = drawn(values, points=points, layer=layer)
        places = [part["below"] for part in [*figure["data"], *figure["layout"]["map"]["layers"]]]
        assert len(set(places)) == len(places) > 8 - 2 * (layer == "teilnehmende")
        assert set(places) <= {mark["id"] for mark in figure["layout"]["map"]["style"]["layers"]}


def test_one_trace_of_values_with_ids_classes_and_values():
    data = drawn(kreise())["data"]
    assert [trace["type"] for trace in data] == ["choroplethmap"]
    assert decoded(data[0]["locations"])[:3].tolist() == [1000, 1001, 1002]
    assert data[0]["featureidkey"] == "properties.id"
    classes, values = decoded(data[0]["z"]), decoded(data[0]["customdata"])
    assert classes.min() == 0
    assert classes.max() == 5
    assert values == pytest.approx(all_rounded(np.linspace(15.9, 31.4, 400), 1), abs=1e-4), "as shown"
    limits = [18.5, 21, 24, 26, 29]
    assert [float(t.replace(",", ".")) for t in data[0]["colorbar"]["ticktext"]] == limits
    assert (np.searchsorted(limits, values, side="right") == classes).all()


def test_each_class_has_its_own_step_of_colour():
    scale = drawn(kreise())["data"][0]["colorscale"]
    assert [stop for stop, _ in scale[1:-1:2]] == [stop for stop, _ in scale[2::2]], "steps, not gradients"
    assert all(scale[i][1] == scale[i + 1][1] for i in range(0, len(scale), 2))
    assert (scale[0][0], scale[-1][0]) == (0, 1)


def test_missing_values_are_hatched_and_say_why():
    values = kreise(gaps=3)
    values.loc[0, "status"] = "missing"
    figure = drawn(values)
    reasons = [trace["hovertemplate"] for trace in figure["data"][1:]]
    assert len(reasons) == 2
    assert any("in den ausgewerteten Quellen nicht enthalten" in text for text in reasons)
    assert any("unbekannt oder geheim gehalten (.)" in text for text in reasons)
    sources = [layer["source"] for layer in figure["layout"]["map"]["layers"] if layer["type"] == "line"]
    assert sources[:2] == list(HATCH)
    assert figure["layout"]["annotations"][0]["text"] == "schraffiert: keine Angabe (3\u00a0Kreise)"
    assert HATCH[0] not in json.dumps(drawn(kreise())), "no hatch is loaded when nothing is missing"


def test_nothing_at_all_is_still_a_map():
    result = area_map(kreise(10, gaps=10), AGED, 2015, Layer("kreise", LAYER), Caption(""))
    assert "Für kein Gebiet" in result.alt
    assert len(result.table) == 10


def test_participants_are_coloured_circles_in_their_own_order():
    values = kreise(3)
    values.loc[1, "value"] = np.nan
    points = POINTS.head(3).assign(value=values["value"])
    data = drawn(values, layer="teilnehmende", points=points)["data"]
    circles = data[-1]
    assert circles["type"] == "scattermap"
    # each point twice: a rim below, the circle on top
    assert circles["customdata"] == ["kommune-0", "kommune-1", "kommune-2"] * 2
    assert decoded(circles["marker"]["size"]).tolist() == [15, 15, 15, 11, 11, 11]
    rim, inner = circles["marker"]["color"][:3], circles["marker"]["color"][3:]
    assert set(rim) == {chart.INK}
    assert circles["text"][3].startswith("Kommune 0: 15,9")
    assert circles["text"][4] == "Kommune 1: keine Angabe"
    assert inner[1] == chart.PAPER
    assert inner[0] != inner[2]


def test_plotly_is_told_when_data_change():
    first, second = drawn(kreise()), drawn(kreise(), INDEX)
    assert first["layout"]["datarevision"] != second["layout"]["datarevision"]
    assert first["layout"]["uirevision"] == second["layout"]["uirevision"], "zoom and place stay"


def test_a_change_is_drawn_around_its_middle():
    values = kreise(100).assign(value=np.linspace(85, 110, 100))
    colorbar = drawn(values, INDEX)["data"][0]["colorbar"]
    assert "100" in colorbar["ticktext"]


def test_words_and_table_say_the_same():
    result = area_map(kreise(gaps=2), AGED, 2015, Layer("kreise", LAYER), Caption(""))
    assert "Am höchsten in Kreis 399 (31,4\u00a0%)" in result.alt
    assert "Keine Angabe für 2\u00a0Kreise." in result.alt
    assert result.table["Kreis"].iloc[0] == "Kreis 399"
    assert result.table["Rang"].iloc[0] == 1
    assert result.table["Anteil 65 Jahre und älter (%)"].tail(2).isna().all()
    assert result.table["Angabe"].iloc[-1] == "unbekannt oder geheim gehalten (.)"
    assert result.table["Schlüssel"].iloc[0] == "16024"
