"""Demografie in a real browser: every kind of participant, its words, its charts and its downloads."""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

pytestmark = pytest.mark.browser


def until(page, condition: str, seconds: float = 60) -> None:
    """Wait for a JavaScript expression; the page's security policy forbids Playwright's own ``wait_for_function``."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(100)


def charts(page, n: int) -> None:
    until(page, f"document.querySelectorAll('.js-plotly-plot .main-svg').length >= {n}")


def test_all_participants_lead_to_their_page(visit) -> None:
    page = visit("/demografie")
    table = page.get_by_role("region", name="Alle Kommunen; bei Stadtquartieren die Zahl der ganzen Stadt")
    assert table.locator("tbody tr").count() == 39
    table.get_by_role("link", name="Schossin").click()
    page.wait_for_url("**/demografie?kommune=schossin")
    page.wait_for_selector("h2:has-text('Schossin')")


@pytest.mark.parametrize(
    ("participant", "words"),
    [
        ("riesa", ["Stadt in Sachsen, Kreis Meißen.", "29.127", "\u22123.156"]),
        ("schossin", ["weniger als 1.000 Menschen", "Personen von 240", "am 31.12.2023"]),
        ("rodachtal", ["Bayern und Thüringen", "Dazu gehören Ahorn", "49.412"]),
        ("frankfurt-am-main", ["nur für die ganze Stadt", "Bockenheim"]),
        ("lk-rostock", ["Landkreis in Mecklenburg-Vorpommern.", "Basis Zensus 2022"]),
        ("hamm-sieg", ["Gemeindeverband in Rheinland-Pfalz, Kreis Altenkirchen"]),
    ],
)
def test_what_is_said_of_each_kind(visit, participant: str, words: list[str]) -> None:
    page = visit(f"/demografie?kommune={participant}")
    charts(page, 3)
    text = page.locator("[data-testid=stMain]").inner_text()
    for word in words:
        assert word in text
    assert "Zensus 2011" in text
    assert text.count("Quelle: ©") >= 4, "headline, trend, pyramid and births each name their source"


def test_another_indicator_and_another_comparison(visit) -> None:
    page = visit("/demografie?kommune=riesa&kennzahl=share_65plus")
    page.wait_for_selector("h3:has-text('Anteil 65 Jahre und älter (%)')")
    charts(page, 3)
    labels = page.locator(".js-plotly-plot").first.locator(".annotation-text").all_text_contents()
    assert {"Riesa", "Sachsen", "Deutschland"} <= set(labels)
    page.get_by_role("button", name="Sachsen").click()
    until(page, "!document.querySelector('.js-plotly-plot').textContent.includes('Sachsen')")


def test_a_figure_that_nobody_published_is_said_to_be_missing(visit) -> None:
    page = visit("/demografie?kommune=schossin&kennzahl=share_foreign")
    page.wait_for_selector("text=Ausländeranteil: Für Schossin ist hier keine Zahl veröffentlicht.")


def test_every_figure_and_its_downloads(visit, tmp_path: Path) -> None:
    page = visit("/demografie?kommune=riesa")
    page.get_by_text("Zahlen zeigen und herunterladen").click()
    table = page.get_by_role("region", name="Bevölkerung, Riesa")
    table.wait_for()
    assert (
        table.locator("tbody tr")
        .first.inner_text()
        .startswith("2023\tinsgesamt\talle\t29.127\tPersonen\tveröffentlicht")
    )
    with page.expect_download() as download:
        page.get_by_role("button", name="Alle Zahlen als XLSX").click()
    book = openpyxl.load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
    assert book.sheetnames[-1] == "Quellen"
    assert book["Bevölkerung"]["E2"].value == 29_127
    with page.expect_download() as download:
        page.get_by_role("button", name="Alle Zahlen als CSV für Excel").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\xef\xbb\xbfKennzahl;Jahr;")


def test_an_unknown_kommune_is_answered_in_german(visit) -> None:
    page = visit("/demografie?kommune=atlantis")
    assert "Die Kommune „atlantis“ gibt es hier nicht." in page.locator(".zwk-notice").inner_text()
    page = visit("/demografie?kommune=riessa")
    page.wait_for_selector("h2:has-text('Riesa')")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
@pytest.mark.parametrize("path", ["/demografie", "/demografie?kommune=rodachtal", "/demografie?kommune=schossin"])
def test_nothing_to_complain_about(visit, complaints, path: str, width: int, height: int) -> None:
    page = visit(path, width=width, height=height)
    if "=" in path:
        charts(page, 3)
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
