"""Stufen in a real browser: the filters in the address, the timeline, the Zwischenbilanz under its Kommune."""

from __future__ import annotations

import pytest

from tests.browser.conftest import choose, until

pytestmark = pytest.mark.browser


def heads(page) -> list[str]:
    return [row.split("\n")[0] for row in page.locator(".zwk-matrix tbody th[scope=row] a").all_inner_texts()]


def test_filters_stand_in_the_address_and_survive_opening_a_row(visit) -> None:
    page = visit("/stufen")
    choose(page, "Land", "Hessen")
    page.wait_for_url("**/stufen?land=Hessen")
    visit.settled(page)
    assert heads(page) == ["Romrod", "Frankfurt am Main"]
    # and is said to whoever does not see the rows go
    until(page, "document.getElementById('zwk-ansage').textContent.startsWith('Stufen von 2\\u00a0Kommunen')")
    page.locator(".zwk-matrix a", has_text="Romrod").click()
    page.wait_for_selector("h2:has-text('Romrod')")
    visit.settled(page)
    assert page.url.endswith("/stufen?land=Hessen&kommune=romrod")
    assert heads(page) == ["Romrod", "Frankfurt am Main"]


def test_the_zwischenbilanz_stands_under_its_kommune(visit, complaints) -> None:
    page = visit("/stufen?kommune=dessau-rosslau", dataset="demo")
    assert page.get_by_role("heading", name="Zielerreichung je Handlungsfeld").is_visible()
    page.wait_for_selector(".js-plotly-plot .legendtext")
    # the timeline of the invented data is drawn whole
    assert page.locator(".js-plotly-plot .ytick").count() > 35
    assert complaints(page) == []
