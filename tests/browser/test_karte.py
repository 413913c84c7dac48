"""Karte in a real browser: the map is drawn, answers hand and keyboard, changes with few bytes, and speaks German."""

from __future__ import annotations

import io
from unicodedata import normalize
from urllib.parse import urljoin

import pytest
import shapely
from pypdf import PdfReader

from tests.browser.conftest import choose, go, settled, until, watched
from tests.browser.maps import colour_at, drawn, on_screen, point_at, told
from zwk_data.charts.chart import DIVERGING
from zwk_data.demography import mapdata
from zwk_data.geo.map_layers import map_shapes
from zwk_data.german import rounded
from zwk_data.views.maps import map_view

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCALE = "document.querySelector('.zwk-map').zwkMap.view.scale"
LIST = "Kommunen der Zukunftswerkstatt auf der Karte"
#: a place in the Kreis, away from borders and points
NECKAR_ODENWALD = (9.2, 49.5)


def test_an_area_tells_its_name_and_value(visit) -> None:
    page = visit("/karte?kennzahl=share_65plus&jahr=2015")
    drawn(page, 400)
    point_at(page, *NECKAR_ODENWALD, "Neckar-Odenwald-Kreis")
    assert told(page) == "Neckar-Odenwald-Kreis\n20,8\u00a0%\nKlick zeigt die Gemeinden"
    page.mouse.move(5, 5)
    assert told(page) == ""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (1040, 700)])
def test_the_map_stands_before_the_page_and_where_the_page_has_it(visit, width: int, height: int) -> None:
    page = visit("/karte?kommune=riesa", width=width, height=height)
    held = []
    # of Streamlit's: without it the page stands but for the map
    page.route("**/static/js/BidiComponent.*.js", lambda route: held.append(route))
    page.goto(page.url, wait_until="commit")
    page.wait_for_selector("#zwk-first-map .zwk-map[data-drawn]")
    page.wait_for_selector(".st-key-karte-fuss table")
    measure = """(place) => [".zwk-chart-title", ".zwk-map-frame", ".zwk-map-legend"].map((part) => {
        const { left, top, width, height } = document.querySelector(`${place} ${part}`).getBoundingClientRect();
        return [left, top, width, height].map(Math.round);
    })"""
    places = page.evaluate(measure, "#zwk-first-map")
    page.evaluate("window.ahead = document.querySelector('#zwk-first-map .zwk-map')")
    # without the buttons, whose letters come with Streamlit's font
    frame = page.locator("#zwk-first-map .zwk-map-frame").bounding_box()
    areas = frame | {"width": 0.8 * frame["width"]}
    seen = page.screenshot(clip=areas)
    for one in held:
        one.continue_()
    drawn(page, 400)
    settled(page)
    assert page.evaluate("window.ahead === document.querySelector('.st-key-karte-bild .zwk-map')")
    assert page.locator("#zwk-first-map").count() == 0
    assert page.evaluate(measure, ".st-key-karte-bild") == places

    assert page.screenshot(clip=areas) == seen
    # and answers as any
    point_at(page, *NECKAR_ODENWALD, "Neckar-Odenwald-Kreis")


def test_an_area_has_the_colour_that_the_legend_names(visit) -> None:
    page = visit("/karte?kennzahl=population_index&jahr=2023")
    drawn(page, 400)
    # Leipzig grew to 121,5, Mansfeld-Südharz fell to 89,4
    assert colour_at(page, 12.37, 51.34) == DIVERGING[-1]
    assert colour_at(page, 11.36, 51.46) == DIVERGING[0]
    assert page.locator(".zwk-map-classes li").first.inner_text().split() == ["92", "unter", "92"]


def test_every_kreis_is_found_and_coloured_where_it_lies(visit) -> None:
    """Each at a point well inside of it: what the pointer finds there, and the colour of its class."""
    page = visit("/karte?kennzahl=share_65plus&jahr=2015")
    drawn(page, 400)
    shapes = map_shapes("kreise", "grob")
    inner = shapely.maximum_inscribed_circle(shapes.to_numpy())
    middles = shapely.get_coordinates(shapely.line_interpolate_point(inner, 0.0)).tolist()
    found = page.evaluate(
        """(middles) => {
          const map = document.querySelector('.zwk-map').zwkMap, context = map.canvas.getContext('2d');
          const { x, y, scale } = map.view, density = window.devicePixelRatio;
          return middles.map(([east, north]) => {
            const left = map.width / 2 + (east - x) * scale, top = map.height / 2 + (-north - y) * scale;
            const near = map.points.some((point) => point.dot
              && Math.hypot((point.x - east) * scale, (point.y + north) * scale) < 10);
            const [red, green, blue] = context.getImageData(left * density, top * density, 1, 1).data;
            return [map.at(left, top, 0)?.area?.id, near, [red, green, blue]];
          });
        }""",
        middles,
    )
    assert [key for key, _, _ in found] == list(shapes.index)
    spec = map_view("kreise", "share_65plus", 2015).chart.spec
    values = mapdata.map_values("kreise", "share_65plus", 2015).set_index("area_key")["value"]
    # four pixels to each side are free of borders
    wide = shapely.length(inner) * page.evaluate(SCALE) > 4
    checked = 0
    for (key, near, seen), is_wide in zip(found, wide, strict=True):
        if near or not is_wide:
            continue
        reached = sum(limit <= 10 * rounded(values[key], 1) + 1e-6 for limit in spec["limits"])
        assert "#{:02x}{:02x}{:02x}".format(*seen) == spec["colours"][reached], key
        checked += 1
    assert checked > 200


def test_a_missing_value_tells_why(visit) -> None:
    page = visit("/karte?kennzahl=population&jahr=1983")
    drawn(page, 300)
    point_at(page, 13.4, 51.9, "keine Angabe: in den ausgewerteten Quellen nicht enthalten")
    assert page.locator(".zwk-map-missing").inner_text() == "schraffiert: keine Angabe (75\u00a0Kreise)"
    # the hatch: lines of the quiet grey on white
    found = page.evaluate(
        """() => {
      const canvas = document.querySelector('.zwk-map-areas');
      const density = canvas.width / canvas.clientWidth;
      return [...canvas.getContext('2d').getImageData(POINT, 24, 24).data].filter((_, i) => i % 4 === 0);
    }""".replace("POINT", ", ".join(f"{at} * density" for at in _in_canvas(page, 13.3, 51.95)))
    )
    assert min(found) < 190 < 250 < max(found)


def _in_canvas(page, lon: float, lat: float) -> tuple[float, float]:
    x, y = on_screen(page, lon, lat)
    box = page.locator(".zwk-map-areas").bounding_box()
    return x - box["x"], y - box["y"]


def test_a_click_on_a_participant_opens_it(visit) -> None:
    page = visit("/karte")
    drawn(page, 400)
    x, y = point_at(page, 12.2935, 53.92, "Landkreis Rostock")
    assert told(page) == "Landkreis Rostock\nTeilnehmende Kommune, Klick öffnet sie"
    page.mouse.click(x, y)
    page.wait_for_url("**/demografie?kommune=lk-rostock")
    page.wait_for_selector("h2:has-text('Landkreis Rostock')")


def test_a_click_on_an_area_of_a_participant_opens_it(visit) -> None:
    page = visit("/karte?ebene=teilnehmende&kennzahl=population&jahr=2023")
    drawn(page, 30)
    x, y = point_at(page, 12.0, 54.02, "Landkreis Rostock")
    assert "Personen" in told(page)
    page.mouse.click(x, y)
    page.wait_for_url("**/demografie?kommune=lk-rostock")


def test_participants_are_reached_and_opened_by_keyboard(visit) -> None:
    page = visit("/karte")
    drawn(page, 400)
    page.locator(".zwk-map-areas").focus()
    page.keyboard.press("Tab")
    places = page.get_by_role("listbox", name=LIST)
    assert places.evaluate("(list) => list === document.activeElement")
    options = places.get_by_role("option")
    assert options.count() == 39
    assert told(page).startswith("Adorf/Vogtl.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    active = "(list) => document.getElementById(list.getAttribute('aria-activedescendant')).textContent"
    chosen = places.evaluate(active)
    assert chosen.startswith("S")
    assert told(page) == f"{chosen}\nTeilnehmende Kommune, Enter öffnet sie"
    assert options.and_(page.locator("[aria-selected=true]")).count() == 1
    page.keyboard.press("Escape")
    assert told(page) == ""
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.wait_for_url("**/demografie?kommune=adorf")


def test_keys_buttons_and_wheel_zoom_and_a_drag_moves(visit) -> None:
    page = visit("/karte")
    drawn(page, 400)
    whole = page.evaluate(SCALE)
    everything = page.get_by_role("button", name="ganze Karte")
    assert not everything.is_visible(), "all of it is shown"
    canvas = page.locator(".zwk-map-areas")
    canvas.focus()
    page.keyboard.press("+")
    assert page.evaluate(SCALE) == pytest.approx(1.6 * whole)
    before = on_screen(page, *NECKAR_ODENWALD)
    page.keyboard.press("ArrowDown")
    after = on_screen(page, *NECKAR_ODENWALD)
    assert after[0] == pytest.approx(before[0])
    assert after[1] < before[1]
    page.keyboard.press("0")
    assert page.evaluate(SCALE) == pytest.approx(whole)
    page.get_by_role("button", name="Karte vergrößern").click()
    x, y = point_at(page, *NECKAR_ODENWALD, "Neckar-Odenwald-Kreis")
    page.mouse.down()
    page.mouse.move(x + 30, y - 40, steps=4)
    page.mouse.up()
    assert on_screen(page, *NECKAR_ODENWALD) == pytest.approx((x + 30, y - 40), abs=1.5)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    until(page, f"{SCALE} > {1.7 * whole}")
    page.keyboard.up("Control")
    # the place under the wheel stays
    assert on_screen(page, *NECKAR_ODENWALD) == pytest.approx((x + 30, y - 40), abs=2)
    everything.click()
    assert page.evaluate(SCALE) == pytest.approx(whole, rel=0.01)


def test_the_wheel_alone_scrolls_the_page(visit) -> None:
    page = visit("/karte", height=600)
    drawn(page, 400)
    whole = page.evaluate(SCALE)
    point_at(page, *NECKAR_ODENWALD, "Neckar-Odenwald-Kreis")
    top = page.locator(".zwk-map").bounding_box()["y"]
    page.mouse.wheel(0, 200)
    until(page, f"document.querySelector('.zwk-map').getBoundingClientRect().top < {top - 100}")
    assert page.evaluate(SCALE) == whole
    assert page.locator(".zwk-map-hint").inner_text() == "Mit Strg und dem Mausrad wird die Karte größer."


def test_borders_get_finer_and_the_place_stays_with_another_indicator(visit) -> None:
    page = visit("/karte?ebene=gemeinden&kennzahl=population&jahr=2023")
    drawn(page, 10_000)
    assert page.evaluate("Object.keys(document.querySelector('.zwk-map').zwkMap.details)") == ["grob"]
    page.locator(".zwk-map-areas").focus()
    for _ in range(5):
        page.keyboard.press("+")
    until(page, "document.querySelector('.zwk-map').zwkMap.details.fein")
    before = page.evaluate("({ ...document.querySelector('.zwk-map').zwkMap.view })")
    _choose(page, "Bevölkerungsdichte", "density")
    assert page.evaluate("({ ...document.querySelector('.zwk-map').zwkMap.view })") == before


def _choose(page, name: str, key: str) -> None:
    choose(page, "Kennzahl", name)
    drawn(page, 1, f"{key} ")


def test_another_indicator_redraws_with_few_bytes(visit) -> None:
    page = visit("/karte")
    drawn(page, 400)
    received: list[int] = []
    requested: list[str] = []
    watch = page.context.new_cdp_session(page)
    watch.send("Network.enable")
    # frames come uncompressed here; on the wire they are a third
    watch.on("Network.webSocketFrameReceived", lambda e: received.append(len(e["response"]["payloadData"]) * 3 // 4))
    watch.on("Network.requestWillBeSent", lambda e: requested.append(e["request"]["url"]))
    _choose(page, "Durchschnittsalter", "mean_age")
    visit.settled(page)
    assert sum(received) < 15_000
    assert requested == [], "the values come with the page; borders and points are not sent again"
    assert "kennzahl=mean_age" in page.url
    assert page.locator(".zwk-map-title").inner_text().startswith("Durchschnittsalter")
    # the areas answer with the new indicator
    point_at(page, *NECKAR_ODENWALD, "Jahre")
    watch.detach()


def test_values_of_thousands_of_areas_are_asked_for_once(visit) -> None:
    page = visit("/karte?ebene=gemeinden")
    drawn(page, 10_000)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url.split("/", 3)[3]))
    _choose(page, "Durchschnittsalter", "mean_age")
    visit.settled(page)
    assert [path for path in requested if "werte" in path] == requested, "borders and points are not sent again"
    assert len(requested) == 1
    _choose(page, "Bevölkerungsentwicklung (2011 = 100)", "population_index")
    visit.settled(page)
    assert len(requested) == 1, "nor is what was there before"


def test_who_plays_through_the_years_finds_the_next_one_there(visit) -> None:
    page = visit("/karte?ebene=gemeinden&kennzahl=population&jahr=2015")
    drawn(page, 10_000, "population gemeinden 2015")
    fetched = "performance.getEntriesByType('resource').map((one) => one.name).filter((url) => /werte/.test(url))"
    assert page.evaluate(f"{fetched}.length") == 1
    for year, beside in (("2016", "2017"), ("2017", "2018")):
        choose(page, "Jahr", year)
        drawn(page, 10_000, f"population gemeinden {year}")
        until(page, f"{fetched}.some((name) => name.includes('.{beside}.'))")
    years = [url.split(".")[-2] for url in page.evaluate(fetched)]
    assert sorted(years) == ["2015", "2016", "2017", "2018"]


def test_every_layer_is_drawn(visit) -> None:
    page = visit("/karte?ebene=laender&kennzahl=population&jahr=2023")
    for layer, areas in {"laender": 16, "teilnehmende": 39, "gemeinden": 10_000}.items():
        go(page, f"/karte?ebene={layer}&kennzahl=population&jahr=2023")
        drawn(page, areas, f"population {layer} 2023")


def test_no_graphics_card_is_asked_for_and_no_chart_library(visit) -> None:
    page = visit("/karte", wait=False)
    drawn(page, 400)
    names = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert not [name for name in names if "lotly" in name]
    assert page.evaluate("[...document.querySelectorAll('canvas')].every((one) => one.getContext('2d'))")


def test_a_finger_learns_first_and_opens_then(chromium, serve) -> None:
    hand = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = watched(chromium.new_context(locale="de-DE", **hand))
    page = context.new_page()
    page.goto(f"{serve('public')}/karte")
    page.wait_for_selector("h1")
    settled(page)
    drawn(page, 400)
    page.locator(".zwk-map").scroll_into_view_if_needed()
    page.touchscreen.tap(*on_screen(page, *NECKAR_ODENWALD))
    until(page, "document.querySelector('.zwk-map-tip').innerText.startsWith('Neckar-Odenwald-Kreis')")
    page.touchscreen.tap(*on_screen(page, 12.2935, 53.92))
    until(page, "document.querySelector('.zwk-map-tip').innerText.includes('noch einmal tippen öffnet sie')")
    assert "demografie" not in page.url
    page.touchscreen.tap(*on_screen(page, 12.2935, 53.92))
    page.wait_for_url("**/demografie?kommune=lk-rostock")
    context.close()


def test_lines_take_the_readers_colours_with_high_contrast(visit) -> None:
    page = visit("/karte?kennzahl=population&jahr=2023")
    drawn(page, 400)
    before = colour_at(page, *NECKAR_ODENWALD)
    page.emulate_media(forced_colors="active")
    until(page, "matchMedia('(forced-colors: active)').matches")
    settled(page)
    # classes keep the colours of the legend
    assert colour_at(page, *NECKAR_ODENWALD) == before
    swatch = "getComputedStyle(document.querySelector('.zwk-map-classes i')).backgroundColor"
    assert page.evaluate(swatch) == "rgb(227, 240, 242)"
    assert page.locator(".zwk-map-title").is_visible()
    page.emulate_media(forced_colors="none")


def test_print_is_sharp_and_nothing_is_cut(visit) -> None:
    page = visit("/karte?kennzahl=population&jahr=1983")
    drawn(page, 300)
    width = "document.querySelector('.zwk-map-areas').width"
    page.evaluate(f"addEventListener('beforeprint', () => (window.sharp = {width}))")
    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    frame = page.locator(".zwk-map-frame").bounding_box()
    assert page.evaluate("window.sharp") >= 3 * frame["width"] - 3
    # Chromium prints the strokes of a canvas themselves: no pixel at all
    assert not paper.pages[0].images
    assert paper.pages[0].get_contents().get_data().count(b" l\n") > 5000
    first = normalize("NFKC", paper.pages[0].extract_text())  # „ff“ is one sign there
    assert "250.000" in first
    assert "schraffiert: keine Angabe" in first
    # as wide as the text on A4
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 960})
    for part in (".zwk-map-areas", ".zwk-map-classes", ".zwk-map-missing"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= 680, part
    assert not page.locator(".zwk-map-buttons").is_visible()
    page.emulate_media(media="screen")


def test_the_map_fills_the_height_of_the_screen(visit) -> None:
    page = visit("/karte?kennzahl=share_65plus&jahr=2015", width=1920, height=1080)
    for width, height in ((1920, 1080), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        settled(page)
        drawn(page, 400)
        frame = page.locator(".zwk-map-frame").bounding_box()
        assert frame["height"] >= 0.65 * height
        legend = page.locator(".zwk-map-classes").bounding_box()
        assert legend["y"] + legend["height"] <= height, "seen without scrolling"


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_clicks_lead_into_the_country_and_back_and_the_years_play(visit, dataset: str) -> None:
    page = visit("/karte?kennzahl=population&jahr=2021&ebene=laender", dataset=dataset)
    drawn(page, 16)
    page.mouse.click(*point_at(page, 12.6, 53.65, "Mecklenburg-Vorpommern"))
    drawn(page, 300, "population kreise 2021")
    until(page, "location.search.includes('gebiet=13')")
    page.mouse.click(*point_at(page, 12.35, 53.95, "Landkreis Rostock"))
    drawn(page, 600, "population gemeinden 2021")
    page.get_by_role("button", name="Mecklenburg-Vorpommern").click()
    drawn(page, 300, "population kreise 2021")
    play = page.get_by_role("button", name="Jahre abspielen")
    play.click()
    until(page, "document.querySelector('.zwk-map-film output').value === '2023'")
    page.get_by_role("button", name="Anhalten").click()
    until(page, "location.search.includes('film=ja')")
    until(page, "new URLSearchParams(location.search).get('jahr') >= '2023'")
    settled(page)
    page.get_by_role("slider", name="Jahr auf der Karte").focus()
    page.keyboard.press("Home")
    until(page, "new URLSearchParams(location.search).get('jahr') === '1983'")
    settled(page)
    page.get_by_role("button", name="Abspielen beenden").click()
    drawn(page, 300, "population kreise 1983")
    until(page, "!location.search.includes('film')")


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_two_indicators_and_several_kommunen_are_drawn(visit, complaints, dataset: str) -> None:
    page = visit("/karte?kommune=riesa", dataset=dataset)
    page.get_by_role("radio", name="Zwei Kennzahlen").click()
    until(page, "document.querySelectorAll('.st-key-streuung .scatterlayer .trace').length >= 2")
    # the live region says it too
    page.get_by_test_id("stMain").get_by_text("Die hervorgehobenen Orte").wait_for()
    visit.settled(page)
    assert "ansicht=streuung" in page.url
    assert complaints(page) == []
    go(page, "/karte?ansicht=verlauf&kommunen=riesa,schossin")
    page.wait_for_selector(".st-key-verlauf .scatterlayer .trace")
    page.get_by_role("heading", name="Riesa und Schossin").wait_for()


def test_a_map_that_takes_long_says_so(visit) -> None:
    page = visit("/stufen")
    held, free = [], []
    page.route("**/geo/werte/**", lambda route: route.continue_() if free else held.append(route))
    page.goto(urljoin(page.url, "/karte?ebene=gemeinden"), wait_until="commit")
    until(page, "document.querySelector('.zwk-map-hint')?.innerText === 'Die Karte wird geladen …'")
    free.append(True)
    for route in held:
        route.continue_()
    drawn(page, 10_000)
    page.locator(".zwk-map-hint").wait_for(state="hidden")


def test_nothing_to_complain_about(visit, complaints) -> None:
    page = visit("/quellen")
    for width, height in ((1440, 900), (390, 844), (320, 640)):
        # a map that is there already keeps its section when the window changes
        go(page, "/quellen")
        page.set_viewport_size({"width": width, "height": height})
        go(page, "/karte?kennzahl=population&jahr=1983")
        drawn(page, 300)
        assert (width, complaints(page)) == (width, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # Germany fits
        frame = page.locator(".zwk-map-frame").bounding_box()
        assert frame["width"] <= width
        for lon, lat in ((5.87, 51.05), (15.04, 51.28), (8.42, 55.05), (10.18, 47.28)):
            x, y = on_screen(page, lon, lat)
            assert frame["x"] <= x <= frame["x"] + frame["width"]
            assert frame["y"] <= y <= frame["y"] + frame["height"]


def test_the_source_of_the_map_stands_on_paper_too(visit) -> None:
    page = visit("/karte?ebene=laender")
    drawn(page, 16)
    page.emulate_media(media="print")
    assert page.get_by_text("Quelle: ").first.is_visible()
    assert not page.get_by_role("navigation", name="Rechtliches und Hilfe").is_visible()
    page.emulate_media(media="screen")
