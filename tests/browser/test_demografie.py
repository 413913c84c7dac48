"""Demografie in a real browser: its views and tabs, its map, on a desk and in a hand."""

from __future__ import annotations

import pytest

from tests.browser.conftest import go, until
from tests.browser.maps import drawn, point_at

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def charts(page, n: int) -> None:
    until(page, f"document.querySelectorAll('.js-plotly-plot .main-svg').length >= {n}")


def test_four_views_of_the_same_figures(visit, complaints) -> None:
    page = visit("/demografie?kommune=riesa&kennzahl=share_65plus&jahr=2015")
    charts(page, 1)
    page.locator(".js-plotly-plot").first.hover()
    assert page.locator(".modebar-btn").count() == 0, "nothing lies over the chart"
    views = page.get_by_role("radiogroup").first
    views.get_by_text("Vergleich").click()
    page.wait_for_selector("h3:has-text('Anteil 65 Jahre und älter im Vergleich, 2015')")
    until(page, "document.querySelector('.js-plotly-plot').textContent.includes('Gemeinden in Sachsen')")
    assert "höher als in 98 Prozent der 418 Gemeinden" in page.locator(".js-plotly-plot").first.text_content()
    visit.settled(page)
    assert "ansicht=vergleich" in page.url
    assert complaints(page) == []
    views.get_by_text("Karte").click()
    page.wait_for_selector("h3:has-text('Um Riesa: Anteil 65 Jahre und älter 2015, Gemeinden')")
    drawn(page, 400)
    visit.settled(page)
    assert complaints(page) == []
    views.get_by_text("Tabelle").click()
    table = page.get_by_role("region", name="Anteil 65 Jahre und älter (%), 2015")
    table.wait_for()
    row = table.locator("tbody tr", has_text="Alle Teilnehmenden").inner_text()
    assert "32,5" in row
    assert "höchster Wert" in row
    assert complaints(page) == []


#: middle (x, y) of all words of the chart
WORDS = """(all) => Object.fromEntries([...document.querySelectorAll(all)].map((one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  const { x, y, width, height } = range.getBoundingClientRect();
  return [one.textContent, [x + width / 2, y + height / 2]];
}))"""


@pytest.mark.parametrize("asked", ["", "&kennzahl=share_65plus", "&form=absolut", "&prozess=false"])
def test_the_picture_before_the_chart_stands_where_the_chart_will(visit, asked) -> None:
    page = visit("/quellen")
    held: list = []
    page.route("**/PlotlyChart.*", lambda request: held.append(request))
    page.goto(page.url.replace("/quellen", f"/demografie?kommune=riesa{asked}"), wait_until="commit")
    until(page, "document.querySelector('.zwk-still img')?.complete && document.querySelector('.zwk-foot')")
    visit.settled(page)
    box = "(({ x, y, width, height }) => [x, y, width, height])"
    place = page.evaluate(f"{box}(document.querySelector('.zwk-still').getBoundingClientRect())")
    foot = page.evaluate("document.querySelector('.zwk-foot').getBoundingClientRect().y")
    words = page.evaluate(WORDS, ".zwk-still span")
    assert {"Riesa", "2000"} <= words.keys()
    for request in held:
        request.continue_()
    charts(page, 1)
    visit.settled(page)
    assert not page.locator(".zwk-still").is_visible()
    assert page.evaluate(f"{box}(document.querySelector('.js-plotly-plot').getBoundingClientRect())") == place
    assert page.evaluate("document.querySelector('.zwk-foot').getBoundingClientRect().y") == foot, "nothing moved"
    drawn = page.evaluate(WORDS, ".js-plotly-plot :is(.xtick text, .ytick text, .annotation-text)")
    assert len(words.keys() & drawn.keys()) >= 10
    apart = {word: (words[word], drawn[word]) for word in words.keys() & drawn.keys()}
    far = {word: at for word, at in apart.items() if max(abs(a - b) for a, b in zip(*at, strict=True)) > 3}
    assert far == {}


def test_a_map_may_be_left_before_it_is_drawn(visit) -> None:
    page = visit("/demografie?kommune=riesa&kennzahl=share_65plus&jahr=2015&ansicht=tabelle")
    held: list = []
    page.route("**/geo/*", lambda request: held.append(request))
    views = page.get_by_role("radiogroup").first
    views.get_by_text("Karte").click()
    page.wait_for_selector(".zwk-map")
    until(page, "document.querySelector('.zwk-map').zwkMap")
    page.evaluate("window.left = document.querySelector('.zwk-map')")
    views.get_by_text("Tabelle").click()
    page.get_by_role("region", name="Anteil 65 Jahre und älter (%), 2015").wait_for()
    assert held, "the map still waits for its borders"
    page.route("**/geo/*", lambda request: request.continue_())
    for request in held:
        request.continue_()
    # the map that was left listens to nothing any more, and is not drawn
    until(page, "window.left.zwkMap.stop === null")
    assert page.evaluate("window.left.dataset.drawn === undefined")
    views.get_by_text("Karte").click()
    drawn(page, 400)


def test_the_map_around_a_kommune_shows_it_and_its_neighbours(visit) -> None:
    page = visit("/demografie?kommune=riesa&kennzahl=share_65plus&jahr=2015&ansicht=karte")
    drawn(page, 400)
    # the Gemeinden of Sachsen alone
    assert page.evaluate("document.querySelector('.zwk-map').zwkMap.layer.areas.length") == 418
    point_at(page, 13.29, 51.31, "Riesa")
    point_at(page, 13.15, 51.20, "\u00a0%")
    assert page.evaluate("document.querySelector('.zwk-map').zwkMap.marked.size") == 1


def test_every_tab_reads_well(visit, complaints) -> None:
    page = visit("/demografie?kommune=lk-rostock")
    for tab in ("Altersaufbau", "Ausblick 2040", "Ähnliche Orte", "Alle Zahlen"):
        page.get_by_role("tab", name=tab).click()
        visit.settled(page)
        if tab != "Alle Zahlen":
            charts(page, 1)
        assert (tab, complaints(page)) == (tab, [])


def test_nothing_to_complain_about(visit, complaints) -> None:
    page = visit("/demografie?kommune=rodachtal")
    for participant, width, height in (("rodachtal", 1440, 900), ("schossin", 390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        go(page, f"/demografie?kommune={participant}")
        charts(page, 1)
        visit.settled(page)
        assert (participant, width, complaints(page)) == (participant, width, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width
