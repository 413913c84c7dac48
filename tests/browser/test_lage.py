"""Lage in a real browser: late, new and each Kommune within reach; the map opens the page of a Kommune."""

from __future__ import annotations

import pytest

from tests.browser.conftest import choose, go_by_menu, until
from tests.browser.maps import drawn, point_at, told

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_late_dates_are_on_the_first_screen_or_the_second(visit, complaints) -> None:
    page = visit("/", dataset="demo")
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        visit.settled(page)
        late = page.locator("ul.zwk-late li").first
        assert late.bounding_box()["y"] < (900 if width > 1000 else 1100)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert (width, complaints(page)) == (width, [])
        _signs_tell_without_colour(page)


def _signs_tell_without_colour(page) -> None:
    board = page.get_by_role("region", name="Stufen von 39 Kommunen")
    assert board.evaluate("one => one.scrollWidth <= one.clientWidth")
    shapes = board.locator("i.zwk-sign").evaluate_all(
        "signs => [...new Set(signs.map(one => { const s = getComputedStyle(one);"
        " return [s.clipPath, s.borderStyle, s.borderRadius, s.height, s.backgroundColor].join();"
        " }))].length"
    )
    kinds = board.locator("i.zwk-sign").evaluate_all("signs => new Set(signs.map(one => one.className)).size")
    assert shapes == kinds


def test_what_is_not_known_leads_to_its_form_in_one_click(visit) -> None:
    page = visit("/", dataset="public")
    page.get_by_role("link", name="Ersten Termin planen").click()
    page.wait_for_url("**/datenpflege?eingabe=plan*")
    visit.settled(page)
    assert page.get_by_role("radio", name="Termin planen oder verschieben").is_checked()


@pytest.mark.parametrize(("dataset", "who"), [("public", "Riesa"), ("demo", "Barleben")])
def test_a_late_date_is_mended_from_the_start_page(desks, visit, dataset: str, who: str) -> None:
    page = visit("/datenpflege?eingabe=plan&kommune=riesa&stufe=zwischenbilanz", base=desks(dataset))
    if dataset == "public":  # where nothing is planned nothing is late: what was planned and has passed is
        page.get_by_role("textbox", name="Geplant für").fill("17.09.2024")
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Termin planen").click()
        page.wait_for_selector("text=Gespeichert: Riesa, Zwischenbilanz ist geplant für den 17.09.2024.")
        visit.settled(page)
    go_by_menu(page, "Lage")
    page.get_by_role("link", name=f"Jetzt eintragen {who}, Zwischenbilanz").click()
    page.wait_for_url(f"**/datenpflege?kommune={who.lower()}&stufe=zwischenbilanz")
    until(page, "document.querySelector('.st-key-pflege-datum input')?.value === '17.09.2024'")
    visit.settled(page)
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.wait_for_selector(f"text=Gespeichert: {who}, Zwischenbilanz, 17.09.2024.")
    visit.settled(page)
    go_by_menu(page, "Lage")
    page.get_by_role("heading", name="Was ist neu?").wait_for()
    assert page.get_by_role("link", name=f"Jetzt eintragen {who}, Zwischenbilanz").count() == 0


@pytest.mark.parametrize(
    ("dataset", "late"), [("public", "Wer spät dran ist, lässt sich noch nicht sagen"), ("demo", "überfällig")]
)
def test_who_is_late_what_is_new_how_is_riesa_from_the_start_page(visit, complaints, dataset: str, late: str) -> None:
    page = visit("/", dataset=dataset, height=1080)
    # all three in the first screen
    for one in (page.get_by_text(late).first, page.get_by_role("heading", name="Was ist neu?")):
        assert one.bounding_box()["y"] < 1080
    assert page.locator("ul.zwk-new li").first.is_visible()
    counted = page.locator(".zwk-figures div", has_text="Stufen belegt").first.inner_text().split()[2]
    riesa = page.get_by_role("link", name="Riesa", exact=True).first
    riesa.click()
    page.wait_for_selector("h1:has-text('Riesa')")
    visit.settled(page)
    assert "29.127" in page.locator(".zwk-figures").first.inner_text()
    assert complaints(page) == []
    # the menu leads to the same Kommune
    go_by_menu(page, "Themen")
    assert page.url.endswith("/themen?kommune=riesa")
    # one question has one number, there as here
    go_by_menu(page, "Monitoring")
    assert page.locator(".zwk-figures div", has_text="Stufen belegt").first.inner_text().split()[2] == counted


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_the_last_visit_is_known_by_its_day(visit, dataset: str) -> None:
    page = visit("/", dataset=dataset)
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "zwk_besuch"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    page.context.add_cookies([{**cookie, "value": f"2026-01-15{cookie['value'][-11:]}"}])
    page.reload()
    page.wait_for_selector("h1")
    visit.settled(page)
    choose(page, "Zeitraum", "seit meinem letzten Besuch (15.01.2026)")


def test_a_click_on_the_map_opens_the_page_of_that_kommune(visit) -> None:
    page = visit("/")
    drawn(page, 39, "netz")
    x, y = point_at(page, 9.22, 50.71, "Romrod")
    assert told(page).splitlines()[0] == "Romrod"
    assert "Hessen" in told(page)
    assert "Belegt:" in told(page)
    page.mouse.click(x, y)
    page.wait_for_url("**/kommune?kommune=romrod")


def test_a_kreis_answers_on_all_of_its_area(visit) -> None:
    page = visit("/")
    drawn(page, 39, "netz")
    x, y = point_at(page, 12.0, 54.02, "Landkreis Rostock")
    page.mouse.click(x, y)
    page.wait_for_url("**/kommune?kommune=lk-rostock")
