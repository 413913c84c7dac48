"""Themen in a real browser: the matrix whose names stay in sight, the network, every part on a phone."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.browser.conftest import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_the_names_of_the_matrix_stay_and_choose(visit, dataset: str) -> None:
    page = visit("/themen?kommune=riesa", dataset=dataset)
    head, theme = page.locator(".zwk-grid thead th"), page.locator(".zwk-grid tbody tr:last-child th").last
    for width, height in ((1440, 900), (1000, 700)):
        page.set_viewport_size({"width": width, "height": height})
        # to the last row and, where there is no room for all columns, to the last of them
        page.locator(".zwk-grid").evaluate("one => { one.scrollIntoView({ block: 'end' }); one.scrollTo(1e4, 1e4); }")
        boxes = [one.bounding_box() for one in (head.first, head.last, theme)]
        above = page.get_by_test_id("stHeader").bounding_box()
        assert all(box["y"] + 1 >= above["y"] + above["height"] for box in boxes), "beneath the head of the page"
        assert boxes[1]["y"] + boxes[1]["height"] <= boxes[2]["y"] + 1, "above the row"
        assert boxes[0]["x"] == pytest.approx(boxes[2]["x"], abs=1), "at the left"
        assert boxes[2]["x"] >= 0
    page.get_by_role("link", name="Leerstand (").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/themen?thema=leerstand&kommune=riesa")
    page.wait_for_selector("h2:has-text('Wer arbeitet an')")


#: part of the page -> a heading of it
PARTS = {
    "Stufen und Maßnahmen": "Themen nach Stufen",
    "Netz der Kommunen": "Wer teilt Themen mit wem?",
    "Wer kann wen beraten?": "Wer kann Riesa zu „Wohnen“ beraten?",
    "Themen und Demografie": "Unterscheiden sich Kommunen mit dem Thema „Wohnen“ von den anderen?",
    "Gute Praxis und Werkzeuge": "Gute Praxis zu „Wohnen“",
}


def test_every_part_on_a_phone(visit, complaints) -> None:
    page = visit("/themen?thema=wohnen&kommune=riesa", width=390, height=844, dataset="demo")
    # what the matrix shows on a desk is a list in a hand
    page.wait_for_selector(".zwk-grid")
    visit.settled(page)
    assert complaints(page) == []
    assert page.locator(".zwk-grid thead").is_hidden()
    for part, heading in PARTS.items():
        page.get_by_role("tab", name=part).click()
        page.get_by_role("heading", name=heading).wait_for()
        visit.settled(page)
        assert complaints(page) == [], part
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, part
        # the drawing scrolls in its frame, the page does not
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390, part


def test_names_of_the_network_lie_apart_and_a_click_chooses(visit, complaints) -> None:
    page = visit("/themen?teil=netz&thema=demografiestrategie")
    until(page, "document.querySelectorAll('.js-plotly-plot .textpoint text').length === 38")
    assert complaints(page) == []
    boxes = page.locator(".js-plotly-plot .textpoint text").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])"
    )
    plot = page.locator(".js-plotly-plot").bounding_box()
    assert len(boxes) == 38
    assert all(plot["x"] <= left and right <= plot["x"] + plot["width"] for left, _, right, _ in boxes)
    assert all(a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1] for a, b in combinations(boxes, 2))
    page.locator(".js-plotly-plot path.point").first.click(force=True)
    page.wait_for_url("**kommune=*")
    page.get_by_role("heading", name="Mit wem teilt").wait_for()
