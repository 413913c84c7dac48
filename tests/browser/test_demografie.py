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
        ("riesa", ["Stadt in Sachsen, Kreis Meißen.", "29.127", "\u22123.156", "Leutewitz (1996)"]),
        ("schossin", ["weniger als 1.000 Menschen", "Personen von 240", "am 31.12.2023"]),
        ("rodachtal", ["Bayern und Thüringen", "Dazu gehören Ahorn", "49.412"]),
        ("frankfurt-am-main", ["nur für die ganze Stadt", "Bockenheim"]),
        ("lk-rostock", ["Landkreis in Mecklenburg-Vorpommern.", "Basis Zensus 2022", "entstand 2011 aus"]),
        ("geestland", ["Die Stadt Geestland entstand 2015 aus Bad Bederkesa"]),
        ("hamm-sieg", ["Gemeindeverband in Rheinland-Pfalz, Kreis Altenkirchen"]),
    ],
)
def test_what_is_said_of_each_kind(visit, participant: str, words: list[str]) -> None:
    page = visit(f"/demografie?kommune={participant}")
    charts(page, 1)
    text = page.locator("[data-testid=stMain]").inner_text()
    for word in words:
        assert word in text
    assert "Zensus 2011" in text
    assert text.count("Quelle: ©") >= 2, "headline and trend each name their source"


def test_another_indicator_and_another_comparison(visit) -> None:
    page = visit("/demografie?kommune=riesa&kennzahl=share_65plus")
    page.wait_for_selector("h3:has-text('Riesa: Anteil 65 Jahre und älter (%)')")
    charts(page, 1)
    labels = page.locator(".js-plotly-plot").first.locator(".annotation-text").all_text_contents()
    assert {"Riesa", "Sachsen", "Deutschland"} <= set(labels)
    page.get_by_role("button", name="Sachsen").click()
    until(page, "!document.querySelector('.js-plotly-plot').textContent.includes('Sachsen')")


def test_four_views_of_the_same_figures(visit, complaints) -> None:
    page = visit("/demografie?kommune=riesa&kennzahl=share_65plus&jahr=2015")
    charts(page, 1)
    views = page.get_by_role("radiogroup").first
    views.get_by_text("Vergleich").click()
    page.wait_for_selector("h3:has-text('Anteil 65 Jahre und älter im Vergleich, 2015')")
    until(page, "document.querySelector('.js-plotly-plot').textContent.includes('Gemeinden in Sachsen')")
    drawn = page.locator(".js-plotly-plot").first.text_content()
    assert "höher als in 98 Prozent der 418 Gemeinden" in drawn
    assert "ansicht=vergleich" in page.url
    assert complaints(page) == []
    views.get_by_text("Karte").click()
    page.wait_for_selector("h3:has-text('Um Riesa: Anteil 65 Jahre und älter 2015, Gemeinden')")
    page.wait_for_selector(".zwk-map .maplibregl-canvas")
    visit.settled(page)
    assert complaints(page) == []
    views.get_by_text("Tabelle").click()
    table = page.get_by_role("region", name="Anteil 65 Jahre und älter (%), 2015")
    table.wait_for()
    row = table.locator("tbody tr", has_text="Alle Teilnehmenden").inner_text()
    assert "32,5" in row
    assert "höchster Wert" in row
    assert complaints(page) == []


def test_a_map_may_be_left_before_it_is_drawn(visit) -> None:
    page = visit("/demografie?kommune=riesa&kennzahl=share_65plus&jahr=2015&ansicht=tabelle")
    held: list = []
    page.route("**/geo/*", lambda request: held.append(request))
    views = page.get_by_role("radiogroup").first
    views.get_by_text("Karte").click()
    page.wait_for_selector(".zwk-map .maplibregl-canvas")
    left = page.query_selector(".zwk-map")
    views.get_by_text("Tabelle").click()
    page.get_by_role("region", name="Anteil 65 Jahre und älter (%), 2015").wait_for()
    assert held, "Plotly still waits for the boundaries"
    page.route("**/geo/*", lambda request: request.continue_())
    for request in held:
        request.continue_()
    deadline = time.monotonic() + 20
    while left.evaluate("map => Boolean(map._fullLayout)"):
        assert time.monotonic() < deadline, "the map that was left is never taken away"
        page.wait_for_timeout(50)
    views.get_by_text("Karte").click()
    until(page, "document.querySelector('.zwk-map')?._fullLayout?.map._subplot.map?.loaded()")


def test_a_group_of_ones_own_stays_in_the_link(visit) -> None:
    page = visit(
        "/demografie?kommune=riesa&ansicht=tabelle&kennzahl=share_65plus&gruppen=eigene&eigene=schossin,14612000"
    )
    table = page.get_by_role("region", name="Anteil 65 Jahre und älter (%), 2015")
    table.wait_for()
    own = table.locator("tbody tr", has_text="Eigene Gruppe").inner_text().split("\t")
    assert own[1] == "2"
    page.get_by_label("Gemeinde suchen").fill("Wurzen")
    page.keyboard.press("Enter")
    visit.settled(page)
    page.get_by_role("combobox", name="Eigene Gruppe").fill("Wurzen")
    page.get_by_role("option", name="Wurzen").click()
    until(page, "location.search.includes('14729410')")


def test_an_empty_group_is_told(visit) -> None:
    page = visit("/demografie?kommune=schossin&ansicht=vergleich&gruppen=eigene")
    assert "Die eigene Gruppe ist noch leer." in page.locator("[data-testid=stMain]").inner_text()


def test_what_an_address_asks_for_in_vain_is_told(visit) -> None:
    page = visit("/demografie?kommune=riesa&ansicht=tabelle&gruppen=lant,atlantis&jahr=1800&kennzahl=mean_ag")
    text = page.locator("[data-testid=stMain]").inner_text()
    assert "Das Jahr „1800“ gibt es hier nicht." in text
    assert "Die Gruppe „lant“, „atlantis“ gibt es hier nicht. Gezeigt wird: Gemeinden in Sachsen." in text
    assert "Die Kennzahl „mean_ag“ gibt es hier nicht. Gezeigt wird: Durchschnittsalter." in text


def test_as_published_the_line_starts_with_the_place_itself(visit) -> None:
    page = visit("/demografie?kommune=geestland&stand=damals&form=absolut")
    charts(page, 1)
    assert "Gebietsstand des jeweiligen Jahres." in page.locator("[data-testid=stMain]").inner_text()
    ticks = page.locator(".js-plotly-plot .xtick").all_text_contents()
    assert min(map(int, ticks)) >= 2013, "Geestland is no older than 2015"


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("alter", ["Maße der Alterung, 2020", "Billeter-Maß", "Bevölkerung nach Alter und Geschlecht, 2015 bis 2020"]),
        ("ausblick", ["Nach der Modellrechnung leben hier 2040 rund", "80 von 100"]),
        ("zwillinge", ["Statistische Zwillinge", "Zwillinge in der Zukunftswerkstatt", "Profil: Landkreis Rostock"]),
    ],
)
def test_each_tab_by_its_link(visit, complaints, tab: str, words: list[str]) -> None:
    page = visit(f"/demografie?kommune=lk-rostock&teil={tab}")
    charts(page, 1)
    visit.settled(page)
    text = page.locator("[data-testid=stMain]").inner_text()
    for word in words:
        assert word in text
    assert complaints(page) == []


def test_a_figure_that_nobody_published_is_said_to_be_missing(visit) -> None:
    page = visit("/demografie?kommune=schossin&kennzahl=share_foreign")
    page.wait_for_selector("text=Ausländeranteil: Für Schossin ist hier keine Zahl veröffentlicht.")


def test_every_figure_and_its_downloads(visit, tmp_path: Path) -> None:
    page = visit("/demografie?kommune=riesa&teil=zahlen")
    page.get_by_text("Zahlen zeigen und herunterladen").click()
    table = page.get_by_role("region", name="Bevölkerung, Riesa")
    table.wait_for()
    assert (
        table.locator("tbody tr")
        .first.inner_text()
        .startswith("2023\tinsgesamt\talle\t29.127\tPersonen\tveröffentlicht")
    )
    # opened in full: until then the buttons move under the mouse
    page.wait_for_selector("details[open]:not([style*=height])")
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
        charts(page, 1)
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
