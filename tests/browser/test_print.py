"""Every page on paper: charts stand whole on A4, and no heading or table head stands alone at the foot of a page."""

from __future__ import annotations

import io
from collections import Counter
from unicodedata import normalize

import pytest
from pypdf import PageObject, PdfReader

from tests.browser.conftest import go, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: left and right edge of the text in points: 15 mm from those of A4
LEFT, RIGHT = 42.5, 552.8
#: (data set, page) -> words at the edges of its charts: first and last years, ends of scales, outer names
PAGES = {
    ("demo", "/demografie?kommune=riesa"): ("1990", "2020", "Riesa", "Deutschland"),
    ("public", "/demografie?kommune=riesa&teil=alter"): ("Männer", "Frauen", "2015"),
    ("public", "/demografie?kommune=riesa&teil=ausblick"): ("2023", "2040"),
    ("public", "/demografie?kommune=riesa&ansicht=vergleich"): ("Riesa",),
    ("public", "/stufen"): ("2021", "2024", "Adorf/Vogtl.", "Zwickau"),
    ("public", "/themen"): ("Adorf/Vogtl.", "Zwickau", "Demografiestrategie"),
    ("demo", "/themen?teil=netz"): ("Wohnen",),
    ("demo", "/zwischenbilanz?kommune=riesa"): ("1990", "2015", "Männer", "Frauen"),
    ("demo", "/monitoring?teil=verlauf"): (),
    ("demo", "/monitoring?teil=mittel"): (),
    ("demo", "/monitoring?teil=massnahmen"): (),
}
#: of every chart that is shown: its title, and all words in it
CHARTS = """() => {
  const titles = [...document.querySelectorAll('.zwk-chart-title')];
  return [...document.querySelectorAll('.js-plotly-plot')].filter((one) => one.checkVisibility()).map((chart) => [
    titles.findLast((one) => one.compareDocumentPosition(chart) & Node.DOCUMENT_POSITION_FOLLOWING)?.textContent ?? '',
    [...chart.querySelectorAll('.main-svg text')].filter((one) => one.checkVisibility() && !one.closest('.hoverlayer'))
      .flatMap((one) => [one, ...one.querySelectorAll('tspan')]).filter((one) => !one.querySelector('tspan'))
      .map((one) => one.textContent.trim()).filter(Boolean),
  ]);
}"""


def plain(text: str) -> str:
    """Text without spaces and ligatures, which differ between screen and PDF."""
    return "".join(normalize("NFKC", text).replace("\u00ad", "").split())


def words_on(page: PageObject) -> tuple[list[tuple[float, float, str]], str]:
    """(x, y, text) in points of all pieces of text on a page of paper, from its top left corner; and its whole text."""
    found: list[tuple[float, float, str]] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        turned = tm[0] * cm[1] + tm[1] * cm[3]  # such text the reader places wrongly
        if text.strip() and abs(turned) < 1e-6:
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append((x, float(page.mediabox.height) - y, text.strip()))

    text = page.extract_text(visitor_text=visit)
    return found, text


def printed(page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


#: a chart, or a table that is one
DRAWN = "document.querySelector('.js-plotly-plot .main-svg, .zwk-grid')"


def drawn(visit, path: str, dataset: str):
    page = visit(path, dataset=dataset)
    until(page, DRAWN)
    visit.settled(page)
    return page


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_charts_are_printed_whole(visit, dataset: str) -> None:
    page = visit("/quellen", dataset=dataset)
    for data, path in PAGES:
        if data == dataset:
            go(page, path)
            until(page, DRAWN)
            visit.settled(page)
            _printed_whole(page, PAGES[data, path])


def _printed_whole(page, expected: tuple[str, ...]) -> None:
    charts = page.evaluate(CHARTS)
    paper = [words_on(one) for one in printed(page).pages]
    texts = [plain(text) for _, text in paper]
    assert [word for word in expected if plain(word) not in "".join(texts)] == [], page.url
    # navigation has no use on paper
    assert [word for word in ("Zum Inhalt springen", "Leichte Sprache") if plain(word) in "".join(texts)] == []
    for title, words in charts:
        assert words
        # below its title, on one page, as often as on the screen
        on_paper = next(text for text in texts if plain(title) in text).replace(plain(title), "", 1)
        wanted = Counter(map(plain, words))
        assert {word: n for word, n in wanted.items() if on_paper.count(word) < n} == {}, (page.url, title)
    outside = [piece for pieces, _ in paper for piece in pieces if not LEFT - 1 <= piece[0] <= RIGHT]
    assert outside == [], page.url
    # and back on the screen nothing is left of it
    assert page.locator(".main-svg[viewBox]").count() == 0


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_running_text_goes_on_over_the_page_and_leaves_none_half_empty(visit, dataset: str) -> None:
    page = drawn(visit, "/demografie?kommune=neubrandenburg", dataset)
    first = printed(page).pages[0]
    lowest = max(y for _, y, _ in words_on(first)[0])
    assert lowest > 0.7 * float(first.mediabox.height)


def test_with_ctrl_p_charts_are_drawn_anew_so_that_they_can_be_read(visit) -> None:
    page = drawn(visit, "/themen?teil=netz", "public")
    page.evaluate(
        """() => { window.print = () => {
          window.drawn = [...document.querySelectorAll('.svg-container')].map((one) => one.clientWidth);
        }; }"""
    )
    page.keyboard.press("Control+p")
    until(page, "window.drawn")
    assert page.evaluate("window.drawn") == [960]
    # the page is restored
    until(page, "document.querySelector('.svg-container').clientWidth > 1200")
    assert page.locator("html.zwk-paper").count() == 0


def test_headings_stay_with_what_follows_and_heads_with_their_rows(visit) -> None:
    page = visit("/kommunalprofil?kommune=riesa")
    headings = [plain(one) for one in page.locator(".zwk-section h2").all_inner_texts()]
    assert len(headings) >= 14
    for paper in printed(page).pages:
        lines = [plain(line) for line in paper.extract_text().splitlines() if line.strip()]
        assert lines[-1] not in headings
        # five rows at most stand together with their heading and their head
        heads = [i for i, line in enumerate(lines) if line.startswith("Kennzahl")]
        assert all(lines[max(0, i - 1)] in headings for i in heads)
        assert not heads or heads[-1] < len(lines) - 3
