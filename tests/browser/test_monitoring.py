"""Monitoring in a real browser: who needs a look, its tabs and filters in the address, a quarter on paper."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser


def texts(page, selector: str) -> list[str]:
    return [text.replace("\u00a0", " ") for text in page.locator(selector).all_inner_texts()]


def test_who_needs_a_look_and_why(visit, complaints) -> None:
    page = visit("/monitoring", dataset="demo")
    assert page.locator(".zwk-demo").is_visible()
    figures = dict(part.split("\n")[:2] for part in texts(page, ".zwk-figures > div"))
    assert int(figures["Überfällige Termine"]) > 0
    assert figures["Abgerufen 2024"].endswith(" Euro")
    table = page.locator(".zwk-links").first
    assert "seit" in table.locator("tbody tr").first.inner_text()
    assert table.locator("a").first.get_attribute("href").startswith("/stufen?kommune=")
    assert "Maßnahmen abgeschlossen" in page.locator(".zwk-table").last.inner_text()
    assert complaints(page) == []


def test_what_was_done_since_a_date(visit) -> None:
    page = visit("/monitoring?seit=2024-07-01&was=moved", dataset="demo")
    table = page.locator(".zwk-links").last
    assert "war geplant für" in table.locator("tbody tr").first.inner_text()
    # the choice in the address is the choice in the box
    assert table.locator("caption").inner_text() in page.get_by_label("Davon zeigen").input_value()


def test_filters_and_tabs_stand_in_the_address(visit) -> None:
    page = visit("/monitoring?land=Sachsen&teil=termine", dataset="demo")
    page.wait_for_selector(".js-plotly-plot .ytick")
    names = page.locator(".js-plotly-plot .ytick").all_text_contents()
    assert "Riesa" in names
    assert "Vrees" not in names
    page.get_by_role("tab", name="Mittel").click()
    page.wait_for_url("**teil=mittel**")
    assert "land=Sachsen" in page.url
    page.wait_for_selector("text=Mittel je Kommune, 2021 bis 2024")


def test_public_data_say_calmly_what_is_missing(visit, complaints) -> None:
    page = visit("/monitoring")
    figures = dict(part.split("\n")[:2] for part in texts(page, ".zwk-figures > div"))
    assert {figures["Überfällige Termine"], figures["Abgerufene Mittel"], figures["Maßnahmen"]} == {"nicht belegt"}
    assert "Ohne eingetragene Planungen" in " ".join(texts(page, ".zwk-notice"))
    assert complaints(page) == []
    page.get_by_role("tab", name="Mittel").click()
    page.wait_for_selector(".zwk-notice:has-text('Bewilligte, abgerufene und ausgegebene Mittel')")
    assert page.locator(".js-plotly-plot").count() == 0


def test_on_a_phone(visit, complaints) -> None:
    page = visit("/monitoring?teil=bericht&quartal=2024-3", width=390, height=844, dataset="demo")
    page.wait_for_selector(".js-plotly-plot .annotation-text")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_quarterly_report_prints(visit) -> None:
    page = visit("/monitoring?teil=bericht&quartal=2024-4", dataset="demo")
    page.wait_for_selector(".js-plotly-plot .annotation-text")
    assert page.locator(".zwk-report-title h2").inner_text() == "Bericht zum 4. Quartal 2024"
    page.emulate_media(media="print")
    for selector in (
        "[data-testid=stHeader]",
        ".st-key-zwk-filter",
        ".st-key-zwk-quartal",
        ".zwk-header",
        "[role=tab]",
    ):
        assert not page.locator(selector).first.is_visible(), selector
    assert page.locator(".zwk-demo").is_visible()
    # figures fit on A4: 180 mm between the margins
    widths = page.locator(".js-plotly-plot").evaluate_all(
        "found => found.map(one => one.getBoundingClientRect().width)"
    )
    assert len(widths) == 2
    assert max(widths) <= 681
    paper = page.pdf(prefer_css_page_size=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", paper))
    assert 4 <= pages <= 6
    assert re.search(rb"/MediaBox\s*\[0 0 59[45]\.\d+ 84[12]", paper)


def test_a_quarter_that_is_not_there(visit) -> None:
    page = visit("/monitoring?teil=bericht&quartal=1999-9", dataset="demo")
    assert "Das Quartal „1999-9“ gibt es hier nicht" in page.locator(".zwk-warning").inner_text()
