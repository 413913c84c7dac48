"""In a hand, at 200 percent and with large letters: nothing scrolls sideways, is cut or lies over something else."""

from __future__ import annotations

import pytest

from tests.browser.conftest import go, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATHS = (
    "/", "/karte", "/kommune?kommune=schossin", "/demografie?kommune=riesa", "/demografie?kommune=riesa&teil=alter",
    "/demografie?kommune=riesa&ansicht=vergleich", "/kommunalprofil?kommune=riesa", "/stufen?kommune=riesa",
    "/themen?thema=digitalisierung&kommune=riesa", "/themen?teil=stand", "/themen?teil=netz", "/themen?teil=beratung",
    "/themen?teil=praxis", "/monitoring", "/monitoring?teil=bericht", "/monitoring?teil=mittel",
    "/zwischenbilanz", "/live-anzeige", "/datenpflege", "/datenpflege?teil=import", "/datenpflege?teil=verlauf",
    "/datenpflege?teil=export", "/quellen",
)  # fmt: skip
#: the same on both sets of data
ALIKE = (
    "/quellen?teil=kennzahlen", "/quellen?teil=methodik", "/handbuch", "/handbuch?teil=betrieb",
    "/handbuch?teil=begriffe", "/handbuch?teil=fragen", "/handbuch?teil=veranstaltung",
)  # fmt: skip
#: the page, and in a hand what a finger could move sideways within it: tables, grids (tabs may, they show arrows)
SIDEWAYS = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  const moved = [...main.querySelectorAll(".zwk-list, [class*=st-key-themen]")].filter((one) =>
    innerWidth <= 640 && one.checkVisibility() &&
    ["auto", "scroll"].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1);
  const whole = ".zwk-figures b, [data-tag] > span, [data-testid=stFileUploaderDropzone] span";
  const cut = [...main.querySelectorAll(whole)].filter((one) => one.scrollWidth > one.clientWidth + 1);
  // of a chart at least two fifths are the plot, not what stands beside it
  const squeezed = [...main.querySelectorAll(".js-plotly-plot")].filter((one) =>
    one.checkVisibility() && one._fullLayout?._size.w < 0.4 * one._fullLayout.width);
  return [...(main.scrollWidth > innerWidth ? [`page: ${main.scrollWidth}`] : []),
    ...moved.map((one) => one.getAttribute("aria-label") ?? one.className), ...cut.map((one) => one.textContent),
    ...squeezed.map((one) => `squeezed: ${one.closest("[class*=st-key-]").className}`)];
}"""


#: 1440 pixels at 200 %, a phone, 1280 pixels at 400 %: each resize draws all charts anew
WIDTHS = {"public": (390, 320), "demo": (720, 320)}


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_nothing_scrolls_sideways(visit, dataset: str) -> None:
    page = visit("/quellen", dataset=dataset, width=320, height=640)
    found = {}
    for path in PATHS + (ALIKE if dataset == "public" else ()):
        go(page, path)
        for width in WIDTHS[dataset]:
            page.set_viewport_size({"width": width, "height": 640})
            settled(page)
            if sideways := page.evaluate(SIDEWAYS):
                found[path, width] = sideways
    assert found == {}


#: letters alone at 200 % (WCAG 1.4.4), with the room that readers may ask for (1.4.12)
LARGE = """html { font-size: 200% !important } p { margin-bottom: 2em !important }
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"""
#: words of buttons and tabs that their box cuts, and columns whose words lie over another one
CUT = """() => {
  const main = document.querySelector("[data-testid=stMain]"), found = [];
  const within = (part, box) => part.left >= box.left - 2 && part.right <= box.right + 2
    && part.top >= box.top - 2 && part.bottom <= box.bottom + 2;
  for (const one of main.querySelectorAll("button, [role=tab], .stElementContainer > * > label")) {
    const words = one.querySelector("p"), box = one.getBoundingClientRect();
    if (words && one.checkVisibility() && !within(words.getBoundingClientRect(), box)) found.push(one.textContent);
  }
  for (const column of main.querySelectorAll("[data-testid=stColumn]"))
    for (const words of column.querySelectorAll("li, p"))
      if (words.checkVisibility() && !words.closest(".zwk-unseen, .zwk-map, .zwk-table") &&
          words.getBoundingClientRect().right > column.getBoundingClientRect().right + 2)
        found.push(words.textContent.trim().slice(0, 40));
  return found;
}"""


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_large_letters_have_room(visit, dataset: str) -> None:
    page = visit("/quellen", dataset=dataset)
    page.add_style_tag(content=LARGE)
    found = {}
    for path in ("/", "/demografie?kommune=riesa", "/datenpflege?kommune=riesa&stufe=zwischenbilanz"):
        go(page, path)
        if cut := page.evaluate(CUT) + page.evaluate(SIDEWAYS):
            found[path] = cut
    assert found == {}


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_a_matrix_is_a_list(visit, complaints, dataset: str) -> None:
    page = visit("/stufen", dataset=dataset, width=320, height=640)
    row = page.locator(".zwk-matrix tbody tr").first
    cells = [cell.bounding_box() for cell in row.locator("td").all() if cell.is_visible()]
    assert len(cells) == 5
    assert [box["y"] for box in cells] == sorted({box["y"] for box in cells}), "one beneath the other"
    named = row.locator("td").first.evaluate("cell => getComputedStyle(cell, '::before').content")
    assert named == '"Kick-Off"'
    assert complaints(page) == []
    go(page, "/themen")
    page.wait_for_selector(".zwk-grid")
    row = page.locator(".zwk-grid tbody tr", has_text="Leerstand (").first
    assert [one for one in row.locator("b").all_inner_texts() if one], "its Kommunen by name"
    assert row.locator("i").first.is_hidden()
    page.set_viewport_size({"width": 1440, "height": 900})
    assert row.locator("i").first.is_visible()
    assert row.locator("b").first.is_hidden()
