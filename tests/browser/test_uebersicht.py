"""Übersicht in a real browser: the map is drawn, answers the pointer, and opens a Kommune."""

from __future__ import annotations

import math

import pytest

from tests.browser.conftest import hover
from zwk_data.charts.participants_map import CENTER, ZOOM

pytestmark = pytest.mark.browser


def test_a_click_on_the_map_opens_the_demography_of_that_kommune(visit) -> None:
    page = visit("/")
    page.wait_for_selector(".maplibregl-canvas")
    box = page.locator(".js-plotly-plot").bounding_box()

    def mercator(lat: float) -> float:
        return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))

    world = 512 * 2**ZOOM
    romrod = {"lon": 9.22, "lat": 50.71}
    x = (romrod["lon"] - CENTER["lon"]) / 360 * world
    y = (mercator(CENTER["lat"]) - mercator(romrod["lat"])) / (2 * math.pi) * world
    # the map takes the upper nine tenths of the figure
    at = (box["x"] + box["width"] / 2 + x, box["y"] + 0.45 * box["height"] + y)
    hover(page, *at, "Romrod")
    page.mouse.click(*at)
    page.wait_for_url("**/demografie?kommune=romrod")
