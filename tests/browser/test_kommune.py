"""Kommune in a real browser: the process is drawn under the curve, and goes away when it is switched off."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dataset", ["public", "demo"])
@pytest.mark.parametrize("width", [1440, 390, 320])
def test_one_page_without_scrolling_sideways(visit, complaints, dataset: str, width: int) -> None:
    page = visit("/kommune?kommune=schossin", dataset=dataset, width=width, height=900)
    assert page.locator("h1").inner_text() == "Schossin"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints(page) == []


def test_the_process_can_be_switched_off(visit) -> None:
    page = visit("/kommune?kommune=riesa", dataset="demo")
    strip = page.locator(".st-key-kurve .yaxislayer-above, .st-key-kurve .y2tick")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert "Maßnahmen" in page.locator(".js-plotly-plot").first.inner_text()
    before = page.locator(".js-plotly-plot").first.bounding_box()["height"]
    page.get_by_text("Prozess unter der Kurve zeigen").click()
    page.wait_for_url("**prozess=false*")
    visit.settled(page)
    assert strip.count() == 0 or "Maßnahmen" not in page.locator(".js-plotly-plot").first.inner_text()
    assert page.locator(".js-plotly-plot").first.bounding_box()["height"] < before
