"""Monitoring in a real browser: how it reads, a quarter as files and on paper."""

from __future__ import annotations

import re

import pytest
from pptx import Presentation
from pypdf import PdfReader

from tests.browser.conftest import go

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_nothing_to_complain_about(visit, complaints) -> None:
    """The documented facts are looked at in test_pages.py; here on a desk, and a report in a hand."""
    page = visit("/monitoring", dataset="demo")
    assert complaints(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    go(page, "/monitoring?teil=bericht&quartal=2024-3")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_ministerblatt_and_report_come_in_one_click(visit, complaints, dataset: str) -> None:
    page = visit("/monitoring?teil=bericht", dataset=dataset)
    page.wait_for_selector(".zwk-report-title h2")
    assert complaints(page) == []
    title = page.locator(".zwk-report-title h2").inner_text().removeprefix("Bericht zum ")
    made = {}
    for label in ("Ministerblatt (eine Seite, PDF)", "Bericht als PDF", "Bericht als Folien"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label).click()
        name = re.sub(r"_20\d\d-[1-4]\.", ".", waiting.value.suggested_filename)
        assert name != waiting.value.suggested_filename
        made[name] = waiting.value.path()
    (sheet,) = PdfReader(made["ministerblatt.pdf"]).pages
    assert f"Ministerblatt {title}" in sheet.extract_text().replace("\xa0", " ")
    first, *more = PdfReader(made["bericht.pdf"]).pages
    named = re.sub(r"(\d)\. Quartal (\d+)", r"Quartalsbericht \1/\2", title)
    assert named in first.extract_text().replace("\xa0", " ")
    assert len(more) >= 2
    slides = Presentation(made["bericht-folien.pptx"]).slides
    words = " ".join(one.text_frame.text for one in slides[0].shapes if one.has_text_frame)
    assert named in words.replace("\xa0", " ")
    assert len(slides) >= 4


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
