"""Kommune in a real browser: the process is drawn under the curve, and goes away when it is switched off."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_one_page_without_scrolling_sideways(visit, complaints, dataset: str) -> None:
    page = visit("/kommune?kommune=schossin", dataset=dataset)
    assert page.locator("h1").inner_text() == "Schossin"
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        visit.settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert (width, complaints(page)) == (width, [])


def test_the_process_can_be_switched_off(visit) -> None:
    page = visit("/kommune?kommune=riesa", dataset="demo")
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    assert "Maßnahmen" in page.locator(".js-plotly-plot").first.inner_text()
    before = page.locator(".js-plotly-plot").first.bounding_box()["height"]
    page.get_by_text("Prozess unter der Kurve zeigen").click()
    page.wait_for_url("**prozess=false*")
    visit.settled(page)
    assert "Maßnahmen" not in page.locator(".js-plotly-plot").first.inner_text()
    assert page.locator(".js-plotly-plot").first.bounding_box()["height"] < before
