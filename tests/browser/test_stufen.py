"""Stufen in a real browser: the matrix, its filters, the events behind a row, the timeline."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def heads(page) -> list[str]:
    return [row.split("\n")[0] for row in page.locator(".zwk-matrix tbody th[scope=row] a").all_inner_texts()]


def test_all_39_are_there_and_most_documented_first(visit) -> None:
    page = visit("/stufen")
    assert len(heads(page)) == 39
    assert heads(page)[0] == "Romrod"
    assert page.locator(".zwk-matrix thead th").count() == 7
    riesa = page.locator(".zwk-matrix tr", has_text="Riesa")
    assert "März 2022 bis 19.07.2022 (3\u00a0Termine)" in riesa.inner_text()
    # „nicht belegt“ is said, not only drawn
    assert riesa.locator("td.zwk-is-none").first.text_content() == "nicht belegt"
    page.wait_for_selector(".js-plotly-plot .legendtext")
    assert page.locator(".js-plotly-plot .legendtext").all_text_contents()[0] == "1 Kick-Off"


def test_a_deep_link_shows_the_events_with_their_sources(visit) -> None:
    page = visit("/stufen?kommune=lk-rostock")
    table = page.locator(".zwk-links").first
    assert table.locator("tbody tr").count() == 8
    link = table.locator("a").first
    assert link.get_attribute("href") == "https://www.zukunftswerkstatt-kommunen.de/kommunen/lkrostock"
    assert "noopener" in link.get_attribute("rel")
    assert "Nicht belegt: Werkstattplan und Zwischenbilanz." in page.locator(".zwk-notice").all_inner_texts()
    assert page.locator(".zwk-chosen").count() == 1


def test_filters_stand_in_the_address_and_survive_opening_a_row(visit) -> None:
    page = visit("/stufen")
    page.get_by_label("Land", exact=True).click()
    page.get_by_role("option", name="Hessen").click()
    page.wait_for_url("**/stufen?land=Hessen")
    visit.settled(page)
    assert heads(page) == ["Romrod", "Frankfurt am Main"]
    page.locator(".zwk-matrix a", has_text="Romrod").click()
    page.wait_for_selector("h2:has-text('Romrod')")
    assert page.url.endswith("/stufen?land=Hessen&kommune=romrod")
    visit.settled(page)
    assert heads(page) == ["Romrod", "Frankfurt am Main"]


def test_grouped_by_land(visit) -> None:
    page = visit("/stufen?folge=Nach+Land")
    groups = page.locator(".zwk-group").all_inner_texts()
    assert groups == sorted(groups)
    assert "Bayern/Thüringen" in groups


def test_what_there_is_not_is_told(visit) -> None:
    page = visit("/stufen?kommune=rieza")
    assert "„rieza“ gibt es hier nicht. Gezeigt wird: Riesa." in page.locator(".zwk-warning").inner_text()
    page = visit("/stufen?land=Hessen&art=Landkreis")
    assert "Zu dieser Auswahl gibt es keine Kommune" in page.locator(".zwk-notice").inner_text()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_nothing_to_complain_about(visit, complaints, width: int, height: int) -> None:
    page = visit("/stufen?kommune=riesa", width=width, height=height)
    page.wait_for_selector(".js-plotly-plot .legendtext")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_demo_data_fill_the_timeline_under_their_banner(visit) -> None:
    page = visit("/stufen", dataset="demo")
    assert page.locator(".zwk-demo").inner_text() == "Demodaten – frei erfunden"
    page.wait_for_selector(".js-plotly-plot .ytick")
    assert page.locator(".js-plotly-plot .ytick").count() > 35


def test_the_zwischenbilanz_stands_under_its_kommune(visit, complaints) -> None:
    page = visit("/stufen?kommune=dessau-rosslau", dataset="demo")
    page.get_by_role("heading", name="Zwischenbilanz vom").wait_for()
    assert page.get_by_role("heading", name="Zielerreichung je Handlungsfeld").is_visible()
    page.wait_for_selector(".js-plotly-plot .legendtext")
    assert page.locator(".js-plotly-plot .legendtext").first.text_content() == "nicht erreicht"
    steps = page.get_by_role("region", name="Vereinbarte nächste Schritte").locator("tbody tr")
    assert steps.count() >= 3
    assert complaints(page) == []
