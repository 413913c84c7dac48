"""Übersicht in a real browser: figures, map, small matrix, gaps."""

from __future__ import annotations

import math

import pytest

from zwk_data.charts.participants_map import CENTER, ZOOM

pytestmark = pytest.mark.browser


def test_the_network_in_figures(visit) -> None:
    page = visit("/")
    figures = page.locator(".zwk-figures b").all_inner_texts()
    assert figures[:2] == ["39 von 40", "13"]
    assert figures[3:] == ["79", "24"]
    people = int(figures[2].replace(".", ""))
    assert 2_400_000 < people < 2_600_000  # six Kreise alone have 1.2 million, Dresden half a million
    assert page.locator(".zwk-small tbody tr").count() == 39
    gaps = page.get_by_role("region", name="Nicht belegt, nach Gegenstand").inner_text()
    assert "31 von 39" in gaps
    assert "Dresden, Kreis Dithmarschen und Vrees" in gaps


def test_a_click_on_the_map_opens_the_demography_of_that_kommune(visit) -> None:
    page = visit("/")
    page.wait_for_selector(".maplibregl-canvas")
    page.wait_for_timeout(3000)  # until the circles are drawn
    box = page.locator(".js-plotly-plot").bounding_box()

    def mercator(lat: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))

    world = 512 * 2**ZOOM
    romrod = {"lon": 9.22, "lat": 50.71}
    x = (romrod["lon"] - CENTER["lon"]) / 360 * world
    y = (mercator(CENTER["lat"]) - mercator(romrod["lat"])) / (2 * math.pi) * world
    # the map takes the upper nine tenths of the figure
    at = (box["x"] + box["width"] / 2 + x, box["y"] + 0.45 * box["height"] + y)
    page.mouse.move(*at)
    page.wait_for_timeout(600)
    assert "Romrod" in page.locator(".hoverlayer").text_content()
    page.mouse.click(*at)
    page.wait_for_url("**/demografie?kommune=romrod")


def test_a_row_of_the_small_matrix_opens_its_events(visit) -> None:
    page = visit("/")
    page.locator(".zwk-small a", has_text="Schossin").click()
    page.wait_for_url("**/stufen?kommune=schossin")
    page.wait_for_selector("h2:has-text('Schossin')")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_nothing_to_complain_about(visit, complaints, width: int, height: int) -> None:
    page = visit("/", width=width, height=height)
    page.wait_for_selector(".maplibregl-canvas")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
