"""Each page as the first thing a fresh server is asked for, on a desk and in a hand."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import go_by_menu, menu, until, watched
from zwk_data.web.shell import site

pytestmark = pytest.mark.browser
DESK, HAND = (1440, 900), (390, 844)
#: what no page may show: the app's own faults and Python's
FAULTS = "[data-testid=stException], [data-testid=stAlertContentError]"


#: pages that need most: they are opened as the very first of a server, the others as the first of a browser
DEMANDING = ("karte", "demografie", "monitoring")


@pytest.mark.parametrize("page", site.MENU, ids=lambda page: page.path or "start")
def test_a_deep_link_opens_first(fresh_server, visit, complaints, page) -> None:
    server = fresh_server() if page.path in DEMANDING else None
    opened = visit(f"/{page.path}", base=server.url if server else "", width=HAND[0], height=HAND[1])
    for width, height in (HAND, DESK):
        opened.set_viewport_size({"width": width, "height": height})
        visit.settled(opened)
        if page.path == "":
            opened.wait_for_selector(".zwk-map[data-drawn]")
        assert opened.evaluate("document.documentElement.lang") == "de"
        assert opened.title() == f"{page.title} – ZWK-Monitor"
        assert opened.locator("h1").all_inner_texts() == [page.title]
        assert opened.locator(FAULTS).count() == 0
        assert complaints(opened) == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
    if server:
        assert "Traceback" not in server.log
        assert "Uncaught" not in server.log


def test_the_menu_leads_to_every_page(visit) -> None:
    opened = visit("/")
    assert menu(opened) == {
        group: [page.title for page in site.MENU if page.listed and page.group == group] for group in site.GROUPS
    }
    go_by_menu(opened, "Quellen und Methodik")
    opened.wait_for_selector("h1:has-text('Quellen und Methodik')")
    assert opened.title() == "Quellen und Methodik – ZWK-Monitor"


def test_the_menu_on_a_narrow_screen(visit, complaints) -> None:
    opened = visit("/quellen", width=390, height=844)
    opened.get_by_role("button", name="Menü öffnen").click()
    opened.wait_for_selector("[data-testid=stSidebarNavLink] >> visible=true")
    sidebar = "document.querySelector('[data-testid=stSidebar]')"
    until(
        opened, f"{sidebar}.getBoundingClientRect().left >= 0 && !{sidebar}.getAnimations({{ subtree: true }}).length"
    )
    assert complaints(opened) == []
    opened.get_by_role("link", name="Themen", exact=True).click()
    opened.wait_for_selector("h1:has-text('Themen')")
    # and does not stay over the page that was chosen
    until(opened, f"{sidebar}.getBoundingClientRect().right <= 0")
    assert opened.locator("h1").is_visible()


def test_an_unknown_address_is_told_in_german(visit, complaints) -> None:
    visit.expected.append("404")
    opened = visit("/nichtda", wait=False)
    opened.wait_for_selector("h1")
    assert opened.locator("h1").inner_text() == "Diese Seite gibt es nicht"
    assert complaints(opened) == []
    opened.get_by_role("link", name="Stufen", exact=True).click()
    opened.wait_for_selector("h1:has-text('Stufen')")


@pytest.mark.slow
def test_uvicorn_serves_the_same_and_a_lost_connection_is_told_in_german(fresh_server, visit, complaints) -> None:
    server = fresh_server(command=[sys.executable, "-m", "uvicorn", "dashboard:app", "--port", "{port}"])
    opened = visit("/quellen", base=server.url)
    assert opened.evaluate("document.documentElement.lang") == "de"
    # the theme of .streamlit/config.toml holds here as well
    assert opened.evaluate("getComputedStyle(document.querySelector('.zwk-text a')).color") == "rgb(11, 92, 110)"
    assert visit.faults == []
    visit.expected.append("")  # from here on the console may say what it likes
    server.stop()
    dialog = opened.get_by_role("dialog", name="Keine Verbindung")
    dialog.wait_for()
    assert "Der Server antwortet nicht." in dialog.inner_text()
    assert complaints(opened) == []


@pytest.mark.slow
@pytest.mark.parametrize(("path", "key"), [("/demografie?kommune=riesa", "trend"), ("/karte", "karte")])
def test_a_figure_can_be_taken_along_and_cited(visit, complaints, path: str, key: str) -> None:
    opened = visit(path)
    opened.locator(".js-plotly-plot .main-svg, .zwk-map[data-drawn]").first.wait_for()
    opened.locator(f".st-key-{key}-nutzen").get_by_text("Nutzen und Teilen").click()
    share = opened.locator(".zwk-share")
    share.wait_for()
    # and its numbers as a table, which is there when it is wanted
    assert opened.locator(f".st-key-{key}-tabelle table").count() == 0
    opened.locator(f".st-key-{key}-tabelle").get_by_text("Als Tabelle").click()
    opened.wait_for_selector(f".st-key-{key}-tabelle table caption")
    visit.settled(opened)
    assert complaints(opened) == []
    title = opened.locator(
        f"xpath=//*[contains(@class, 'st-key-{key}-nutzen')]/preceding::h2[contains(@class,"
        " 'zwk-chart-title')][1] | //h3[contains(@class, 'zwk-chart-title')]"
    ).first.inner_text()
    cited = share.locator(".zwk-cite").inner_text()
    assert cited.startswith(f"ZWK-Monitor: {title}. Datenquelle: ©")
    assert opened.url in cited
    assert share.get_by_label("Link zu dieser Ansicht").input_value() == opened.url
    files = {}
    for label, ending in (
        ("Bild als PNG", "png"),
        ("Bild als SVG", "svg"),
        ("Zahlen als CSV für Excel", "csv"),
        ("Zahlen als XLSX", "xlsx"),
    ):
        with opened.expect_download() as download:
            opened.get_by_role("button", name=label).click()
        assert download.value.suggested_filename.endswith(f".{ending}")
        files[ending] = Path(download.value.path()).read_bytes()
    assert files["png"].startswith(b"\x89PNG")
    assert len(files["png"]) > 30_000
    words = " ".join(re.findall(r"<t(?:ext|span)[^>]*>([^<]+)<", files["svg"].decode()))
    assert title in words
    assert "Quelle: ©" in words
    assert files["csv"].startswith(b"\xef\xbb\xbf")
    assert b";" in files["csv"].splitlines()[0]
    assert files["csv"].splitlines()[-1].startswith(b'"Quelle: \xc2\xa9 ')
    assert files["xlsx"].startswith(b"PK")


#: of the page background and words; of a row of buttons the chosen one and another; the longest movement in seconds
SEEN = """() => {
  const of = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
  const seconds = [...document.querySelectorAll("*")].map((one) => getComputedStyle(one))
    .flatMap((one) => [one.transitionDuration, one.animationDuration].join(", ").split(", ")).map(parseFloat);
  return {
    page: [of("[data-testid=stApp]", "backgroundColor"), of("h1", "color")],
    buttons: ["true", "false"].map((is) => of(`.stButtonGroup button[aria-checked=${is}]`, "backgroundColor")),
    tab: of("[role=tab][aria-selected=true]", "borderBottomWidth"),
    moves: Math.max(...seconds),
  };
}"""


def test_the_page_is_as_the_system_asks(visit, complaints) -> None:
    page = visit("/datenpflege?kommune=riesa")
    page.wait_for_selector(".stButtonGroup button")
    assert page.evaluate(SEEN)["moves"] > 0.1
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(SEEN)["moves"] < 0.001
    page.emulate_media(forced_colors="active")
    seen = page.evaluate(SEEN)
    assert seen["buttons"][0] != seen["buttons"][1]
    assert seen["tab"] == "3px"
    page.emulate_media(forced_colors="none", color_scheme="dark")
    dark = ["rgb(18, 18, 18)", "rgb(230, 235, 238)"]
    until(page, f"JSON.stringify(({SEEN})().page) === JSON.stringify({dark})")
    visit.settled(page)
    assert complaints(page) == []
    # paper stays white
    page.emulate_media(media="print", color_scheme="dark")
    paper = ["rgb(255, 255, 255)", "rgb(31, 41, 51)"]
    until(page, f"JSON.stringify(({SEEN})().page) === JSON.stringify({paper})", 5)


def test_a_page_without_scripts_says_what_it_needs(chromium, serve) -> None:
    context = watched(chromium.new_context(java_script_enabled=False))
    page = context.new_page()
    page.goto(f"{serve('public')}/karte")
    assert "ZWK-Monitor braucht JavaScript" in page.locator("body").inner_text()
    context.close()


@pytest.mark.parametrize("path", ["/karte", "/demografie?kommune=riesa", "/kommunalprofil?kommune=riesa"])
def test_no_script_is_asked_for_late(visit, path) -> None:
    """What a page draws with is named in its head: the rest is fetched only when its element has come.

    But for the script of a component of ours, which a new server does not know before a page has asked for it.
    """
    opened = visit(path)
    visit.settled(opened)
    late = opened.evaluate(
        """() => {
          const head = [...document.querySelectorAll("link[rel=preload], script[src]")];
          const named = new Set(head.map((one) => one.href || one.src));
          return performance.getEntriesByType("resource").map((one) => one.name)
            .filter((url) => url.endsWith(".js") && !url.includes("/bidi-components/") && !named.has(url));
        }"""
    )
    assert late == []
