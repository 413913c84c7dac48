"""Übersicht in a real browser: the map is drawn, answers the pointer, and opens a Kommune."""

from __future__ import annotations

import pytest

from tests.browser.maps import drawn, point_at, told

pytestmark = pytest.mark.browser


def test_a_click_on_the_map_opens_the_demography_of_that_kommune(visit) -> None:
    page = visit("/")
    drawn(page, 39, "netz")
    x, y = point_at(page, 9.22, 50.71, "Romrod")
    assert told(page).splitlines()[0] == "Romrod"
    assert "Hessen" in told(page)
    assert "Belegt:" in told(page)
    page.mouse.click(x, y)
    page.wait_for_url("**/demografie?kommune=romrod")


def test_a_kreis_answers_on_all_of_its_area(visit) -> None:
    page = visit("/")
    drawn(page, 39, "netz")
    x, y = point_at(page, 12.0, 54.02, "Landkreis Rostock")
    page.mouse.click(x, y)
    page.wait_for_url("**/demografie?kommune=lk-rostock")
