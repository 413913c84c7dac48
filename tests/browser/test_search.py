"""The head of every page in a real browser: search by keyboard, menu, help, and the Kommune that goes along."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.browser.conftest import go, go_by_menu, settled, until
from zwk_data.web.shell import handbook, site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BOX = "#zwk-suche"
HITS = "#zwk-treffer [role=option]"


def _type(page, text: str) -> None:
    """Type into the search and wait for the hits of the whole text: it is asked after each pause."""
    with page.expect_response(lambda one: parse_qs(urlsplit(one.url).query).get("q") == [text]):
        page.keyboard.type(text)
    settled(page)


def goal_of(page, text: str) -> str:
    """Put a text into the search, press Enter, and return the address that the browser would open."""
    page.keyboard.press("Control+k")
    until(page, f"document.activeElement === document.querySelector('{BOX}')")
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")
    until(page, "window.goal")
    return unquote(page.evaluate("[window.goal, window.goal = ''][0]"))


def typed(page, text: str) -> None:
    page.keyboard.press("Control+k")
    until(page, f"document.activeElement === document.querySelector('{BOX}')")
    _type(page, text)
    page.wait_for_selector(HITS)


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_riesa_by_keyboard_alone(visit, complaints, dataset: str) -> None:
    page = visit("/quellen", dataset=dataset)
    typed(page, "risea")  # with a typo
    box = page.get_by_role("combobox", name="Suchen", exact=True)
    assert box.get_attribute("aria-expanded") == "true"
    assert page.get_by_role("option", name="Riesa Stadt in Sachsen, nimmt teil").is_visible()
    assert "Treffer" in page.locator(".zwk-search [role=status]").inner_text()
    page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    assert complaints(page) == []
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kommune?kommune=riesa")
    page.wait_for_selector("h1:has-text('Riesa')")


def test_escape_closes_and_then_empties(visit, complaints) -> None:
    page = visit("/quellen")
    typed(page, "schossin")
    page.keyboard.press("Escape")
    assert page.locator(HITS).first.is_hidden()
    assert page.locator(BOX).get_attribute("aria-expanded") == "false"
    assert page.locator(BOX).input_value() == "schossin"
    page.keyboard.press("Escape")
    assert page.locator(BOX).input_value() == ""
    _type(page, "qqqzzz")
    page.get_by_text("Nichts gefunden zu „qqqzzz“").first.wait_for()
    assert complaints(page) == []


#: what is searched for -> where its first hit leads, on either set of data: Kommune, place, theme, indicator, page
LEADS_TO = {
    "Spele": r"/kommune\?kommune=spelle$",
    "Radebeul": r"/kommunalprofil\?gebiet=14627210$",
    "Digitalisierung": r"/themen\?thema=\w+&kommune=riesa$",
    "Bevölkerungsdichte": r"/demografie\?kommune=riesa&kennzahl=density$",
    "Stufen": r"/stufen\?kommune=riesa$",
}
#: a measure, an example of good practice, a tool of each; once the handbook, which is the same: chapter, term, question
LEADS_TO_ITS_OWN = {
    "public": {
        "Adorfer Pfadreiniger": r"/kommune\?kommune=adorf$",
        "Pflegehaus im Dorf": r"/kommune\?kommune=\w+$",
        "Odenwald-Allianz": r"/themen\?teil=praxis&kommune=riesa$",
        "Sichern und zurückspielen": r"/handbuch#sichern-und-zurückspielen$",
        "Umsteigeschlüssel": r"/handbuch\?teil=begriffe#begriff-umsteigeschlüssel$",
        "Warum steht hier 2015?": r"/handbuch\?teil=fragen#warum-steht-hier-2015$",
    },
    "demo": {
        "Runder Tisch Demografie": r"/kommune\?kommune=adorf$",
        "Beirat für Inklusion": r"/kommune\?kommune=\w+$",
        "Redaktionsplan für ein Jahr": r"/themen\?teil=praxis&kommune=riesa$",
    },
}


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_a_hit_leads_to_its_page_with_the_kommune(visit, dataset: str) -> None:
    page = visit("/kommune?kommune=riesa", dataset=dataset)
    # where it goes is asked of the browser, not loaded: each page opens by its address in test_pages.py
    page.evaluate(
        "navigation.addEventListener('navigate', (one) => { one.preventDefault(); window.goal = one.destination.url; })"
    )
    goals = {text: goal_of(page, text) for text in LEADS_TO | LEADS_TO_ITS_OWN[dataset]}
    wanted = LEADS_TO | LEADS_TO_ITS_OWN[dataset]
    assert {text: goal for text, goal in goals.items() if not re.search(wanted[text], goal)} == {}


def test_in_a_hand(visit, complaints) -> None:
    page = visit("/quellen", width=320, height=640)
    page.locator(BOX).click()
    _type(page, "neustadt")
    page.wait_for_selector(HITS)
    for box in (page.locator(BOX).bounding_box(), page.locator("#zwk-treffer").bounding_box()):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
    assert complaints(page) == []
    page.locator(HITS).first.click()
    page.wait_for_url("**/kommunalprofil?gebiet=*")


def test_the_question_mark_leads_to_the_paragraph_of_each_page(visit) -> None:
    page = visit("/")
    help_link = page.get_by_role("link", name="Hilfe zu dieser Seite")
    for one in site.MENU:
        go(page, f"/{one.path}")
        help_link.focus()
        assert help_link.get_attribute("href").endswith(f"handbuch#{handbook.anchor_of_page(one.title)}")
        help_link.blur()
    assert page.url.endswith("/handbuch"), "the last page is the handbook itself"
    for one in site.MENU:
        assert page.locator(f"[id='{handbook.anchor_of_page(one.title)}']").inner_text().strip() == one.title


#: in the middle and at the end of the handbook
@pytest.mark.parametrize("page", [site.MENU[len(site.MENU) // 2], site.MENU[-1]], ids=lambda page: page.title)
def test_the_question_mark_opens_the_paragraph_of_the_page(visit, page: site.Page) -> None:
    opened = visit(f"/{page.path}")
    opened.get_by_role("link", name="Hilfe zu dieser Seite").focus()
    opened.keyboard.press("Enter")
    anchor = handbook.anchor_of_page(page.title)
    opened.wait_for_url(f"**/handbuch#{anchor}")
    heading = opened.locator(f"[id='{anchor}']")
    heading.wait_for()
    visit.settled(opened)
    assert heading.inner_text().strip() == page.title
    until(opened, f"document.getElementById('{anchor}').getBoundingClientRect().top < innerHeight / 2")
    assert heading.bounding_box()["y"] >= 55, "it lies under the head"


def test_a_link_of_the_handbook_opens_in_the_same_tab(visit, complaints) -> None:
    page = visit("/handbuch?teil=ministerium")
    assert complaints(page) == []
    assert page.locator("img").evaluate_all("all => all.every(one => one.complete && one.naturalWidth && one.alt)")
    before = len(page.context.pages)
    page.get_by_role("link", name="Fragen", exact=True).click()
    page.wait_for_url("**/handbuch?teil=fragen#warum-ist-das-nicht-belegt")
    page.wait_for_selector("h1")
    visit.settled(page)
    until(page, "document.getElementById('warum-ist-das-nicht-belegt').getBoundingClientRect().top < innerHeight / 2")
    assert len(page.context.pages) == before
    assert complaints(page) == []
    page.goto(page.url.replace("fragen#warum-ist-das-nicht-belegt", "begriffe#begriff-zensus-2022"))
    page.wait_for_selector("h1")
    visit.settled(page)
    until(page, "document.getElementById('begriff-zensus-2022').getBoundingClientRect().bottom < innerHeight")
    assert complaints(page) == []


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_the_kommune_stays_chosen(visit, dataset: str) -> None:
    """By menu and by link, across pages without one, and after a reload in between."""
    page = visit("/kommune?kommune=riesa", dataset=dataset)
    # the other pages of a Kommune: tests/pages/test_kommune.py
    for title in ("Demografie", "Zwischenbilanz", "Themen"):
        go_by_menu(page, title)
        assert "kommune=riesa" in page.url, title
    go_by_menu(page, "Lage")
    page.get_by_role("link", name="Stufen", exact=True).first.click()  # a link: another session
    page.wait_for_url("**/stufen?kommune=riesa")
    visit.settled(page)
    go_by_menu(page, "Karte")
    page.reload()
    page.wait_for_selector("h1")
    visit.settled(page)
    go_by_menu(page, "Demografie")
    page.wait_for_url("**/demografie?kommune=riesa")
    # another place is opened in between
    page.goto(page.url.replace("demografie?kommune=riesa", "kommunalprofil?gebiet=14627210"))
    page.wait_for_selector("h1")
    visit.settled(page)
    go_by_menu(page, "Themen")
    page.wait_for_url("**/themen?kommune=riesa")


def test_a_kommune_put_away_stays_away(visit) -> None:
    page = visit("/demografie?kommune=riesa")
    page.get_by_role("button", name="Auswahl leeren").first.click()
    page.wait_for_url(re.compile(r"/demografie$"))
    visit.settled(page)
    go_by_menu(page, "Lage")
    page.reload()
    page.wait_for_selector("h1")
    visit.settled(page)
    go_by_menu(page, "Kommune")
    assert "kommune=" not in page.url


def test_forced_colours_show_what_is_chosen(visit) -> None:
    page = visit("/quellen")
    page.emulate_media(forced_colors="active")
    for chosen in ("[role=tab][aria-selected=true]", "[data-testid=stTopNavSection][aria-current=true]"):
        width = page.locator(chosen).first.evaluate("one => getComputedStyle(one).borderBottomWidth")
        assert width == "3px", chosen
    page.emulate_media(forced_colors="none")
