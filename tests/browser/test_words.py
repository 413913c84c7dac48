"""No English is left, in whichever language the browser is: pages, open lists, live regions, the editor."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import go, settled, until, watched
from tests.browser.english import english

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: pages with each kind of field, list, table and figure
PAGES = (
    "/",
    "/karte",
    "/kommune?kommune=riesa",
    "/demografie?kommune=riesa",
    "/demografie?kommune=riesa&teil=alter",
    "/stufen",
    "/themen",
    "/monitoring?teil=termine",
    "/zwischenbilanz?kommune=riesa",
    "/live-anzeige",
    "/datenpflege?kommune=riesa&stufe=zwischenbilanz",
    "/datenpflege?teil=tabellen&kommune=riesa",
    "/datenpflege?teil=import",
    "/datenpflege?teil=export",
)


@pytest.fixture(scope="module")
def foreign(chromium, serve):
    """A page in an English browser, with the demo data."""
    context = watched(chromium.new_context(locale="en-US", viewport={"width": 1440, "height": 900}))
    page = context.new_page()
    page.goto(serve("demo") + PAGES[0])
    page.wait_for_selector("h1")
    yield page
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_an_english_browser_meets_no_english(foreign, path: str) -> None:
    page = foreign
    go(page, path)
    assert english(page) == []
    if page.locator("[data-testid=stDataFrame]").count():
        _search_of_a_table(page)
        if path.startswith("/datenpflege"):  # its first column has a width of its own
            _menu_of_the_first_column(page)
    lists = page.locator("[data-testid=stMain] [data-testid=stSelectbox]:visible input:enabled").all()
    for box in lists[:1]:
        box.click()
        settled(page)  # screen readers are told a moment later
        assert english(page) == []
        page.keyboard.type("qqq")
        settled(page)
        assert english(page) == []
        page.keyboard.press("Escape")


def _search_of_a_table(page) -> None:
    table = page.locator("[data-testid=stDataFrame]")
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + 52)
    # its accessible copy tells that the click has arrived; typed too early, a letter would go into the cell
    page.wait_for_selector("[id^=glide-cell-][aria-selected=true]", state="attached")
    page.keyboard.press("Control+f")
    until(page, "document.activeElement?.matches('[data-testid=search-input]')")
    page.keyboard.type("a")
    page.get_by_text(re.compile(r"^\d+ Treffer$")).wait_for()
    page.keyboard.press("Enter")
    page.get_by_text(re.compile(r"^1 von \d+ Treffern$")).wait_for()
    assert english(page) == []
    page.keyboard.press("Escape")
    settled(page)  # the search has gone, and all stands where it stood


def _menu_of_the_first_column(page) -> None:
    box = page.locator("[data-testid=stDataFrame]").bounding_box()
    edge = page.evaluate("document.querySelector('[data-testid=stDataFrame] .dvn-scroller').getBoundingClientRect().x")
    hide = page.get_by_role("menuitem", name="Spalte ausblenden")
    for _ in range(3):  # the arrow of the menu takes a click once the mouse has made it show
        page.mouse.move(edge + 100, box["y"] + 16)
        settled(page)
        page.mouse.click(edge + 216, box["y"] + 16)
        settled(page)
        if hide.count():
            break
    hide.wait_for()
    assert english(page) == []
    page.keyboard.press("Escape")
