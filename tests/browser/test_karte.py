"""Karte in a real browser: the map is drawn, answers the pointer, changes with few bytes, and speaks German."""

from __future__ import annotations

import math

import pytest

from tests.browser.conftest import hover, until
from zwk_data.charts.map import GERMANY

pytestmark = pytest.mark.browser

#: areas of the first trace that are drawn and can be pointed at
DRAWN = """() => {
  const plot = document.querySelector('.js-plotly-plot');
  return plot && plot.calcdata && plot.calcdata[0] ? plot.calcdata[0].filter(area => area._polygons).length : 0;
}"""


def drawn(page, areas: int) -> None:
    until(page, f"({DRAWN})() >= {areas}")
    until(page, "document.querySelector('.js-plotly-plot')._fullLayout.map._subplot.map.loaded()")


def point_at(page, lon: float, lat: float, words: str) -> tuple[float, float]:
    """Hold the pointer over a place on the map as it opens until it tells ``words``; where that is on the screen."""

    def mercator(degrees: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(degrees) / 2)) / (2 * math.pi)

    box = page.locator(".maplibregl-canvas").bounding_box()
    world = 512 * 2**GERMANY.zoom
    x = box["x"] + box["width"] / 2 + (lon - GERMANY.lon) / 360 * world
    y = box["y"] + box["height"] / 2 - (mercator(lat) - mercator(GERMANY.lat)) * world
    hover(page, x, y, words)
    return x, y


def test_an_area_tells_its_name_and_value(visit) -> None:
    page = visit("/karte?kennzahl=share_65plus&jahr=2015")
    drawn(page, 400)
    point_at(page, 9.2, 49.5, "Neckar-Odenwald-Kreis")
    assert page.locator(".hoverlayer").text_content() == "Neckar-Odenwald-Kreis20,8\u00a0%"


def test_a_missing_value_tells_why(visit) -> None:
    page = visit("/karte?kennzahl=population&jahr=1983")
    drawn(page, 300)
    point_at(page, 13.4, 51.9, "keine Angabe: in den ausgewerteten Quellen nicht enthalten")
    assert "schraffiert: keine Angabe" in page.locator(".js-plotly-plot").text_content()


def test_a_click_on_a_participant_opens_it(visit) -> None:
    page = visit("/karte")
    drawn(page, 400)
    x, y = point_at(page, 12.2935, 53.92, "Landkreis Rostock")
    page.mouse.click(x, y)
    page.wait_for_url("**/demografie?kommune=lk-rostock")
    page.wait_for_selector("h2:has-text('Landkreis Rostock')")


def test_another_indicator_redraws_with_few_bytes(visit) -> None:
    page = visit("/karte")
    drawn(page, 400)
    received: list[int] = []
    requested: list[str] = []
    watch = page.context.new_cdp_session(page)
    watch.send("Network.enable")
    watch.on("Network.webSocketFrameReceived", lambda e: received.append(len(e["response"]["payloadData"]) * 3 // 4))
    watch.on("Network.requestWillBeSent", lambda e: requested.append(e["request"]["url"]))
    box = page.get_by_role("combobox", name="Kennzahl")
    box.click()
    box.fill("Durchschnittsalter")
    page.get_by_role("option", name="Durchschnittsalter", exact=True).wait_for()
    received.clear()
    page.keyboard.press("Enter")
    title = "document.querySelector('.js-plotly-plot')._fullData[0].colorbar.title.text"
    until(page, f"{title}.startsWith('Durchschnittsalter')")
    drawn(page, 400)
    visit.settled(page)
    assert sum(received) < 25_000
    assert not [url for url in requested if "/geo/" in url], "boundaries are not sent again"
    assert "kennzahl=mean_age" in page.url
    # the areas answer with the new indicator
    point_at(page, 9.2, 49.5, "Jahre")


@pytest.mark.parametrize("layer", ["laender", "teilnehmende", "gemeinden"])
def test_every_layer_is_drawn(visit, layer: str) -> None:
    page = visit(f"/karte?ebene={layer}&kennzahl=population&jahr=2023")
    drawn(page, {"laender": 16, "teilnehmende": 39, "gemeinden": 10_000}[layer])


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_nothing_to_complain_about(visit, complaints, width: int, height: int) -> None:
    page = visit("/karte?kennzahl=population&jahr=1983", width=width, height=height)
    drawn(page, 300)
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    canvas = page.locator(".maplibregl-canvas").bounding_box()
    assert canvas["width"] <= width
    # Germany fits: 9.2 degrees of longitude at the opening zoom
    assert canvas["width"] * 1.01 >= 9.17 / 360 * 512 * 2**GERMANY.zoom
