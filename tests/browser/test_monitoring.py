"""Monitoring in a real browser: how it reads, its filters in the address, a quarter on paper."""

from __future__ import annotations

import re

import pytest
from pypdf import PdfReader

pytestmark = pytest.mark.browser


def test_nothing_to_complain_about(visit, complaints) -> None:
    """The documented facts are looked at in test_pages.py."""
    page = visit("/monitoring", dataset="demo")
    assert complaints(page) == []


def test_filters_and_tabs_stand_in_the_address(visit) -> None:
    page = visit("/monitoring?land=Sachsen&teil=termine", dataset="demo")
    page.wait_for_selector(".js-plotly-plot .ytick")
    page.get_by_role("tab", name="Mittel").click()
    page.wait_for_url("**teil=mittel**")
    visit.settled(page)
    assert "land=Sachsen" in page.url
    page.wait_for_selector("text=Mittel je Kommune, 2021 bis 2024")


def test_on_a_phone(visit, complaints) -> None:
    page = visit("/monitoring?teil=bericht&quartal=2024-3", width=390, height=844, dataset="demo")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_the_ministerblatt_comes_in_one_click(visit, complaints, dataset: str) -> None:
    page = visit("/monitoring?teil=bericht", dataset=dataset)
    page.wait_for_selector(".zwk-report-title h2")
    assert complaints(page) == []
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name="Ministerblatt (eine Seite, PDF)").click()
    assert re.fullmatch(r"ministerblatt_20\d\d-[1-4]\.pdf", waiting.value.suggested_filename)
    reader = PdfReader(waiting.value.path())
    assert len(reader.pages) == 1
    title = page.locator(".zwk-report-title h2").inner_text().removeprefix("Bericht zum ")
    assert f"Ministerblatt {title}" in reader.pages[0].extract_text().replace("\xa0", " ")


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
