"""Themen in a real browser: the grid, who shares a theme, who is alike."""

from __future__ import annotations

from itertools import combinations

import pytest

pytestmark = pytest.mark.browser


def test_a_click_on_a_square_chooses_its_theme(visit) -> None:
    page = visit("/themen")
    page.wait_for_selector(".js-plotly-plot path.point")
    squares = page.locator(".js-plotly-plot path.point")
    assert squares.count() == 155
    squares.first.click(force=True)
    page.wait_for_url("**/themen?thema=*")
    page.wait_for_selector("h2:has-text('Wer arbeitet an')")


def test_who_shares_a_theme_and_how_far_they_are(visit) -> None:
    page = visit("/themen?thema=leerstand")
    rows = page.locator(".zwk-links").first.locator("tbody tr").all_inner_texts()
    assert [row.split("\n")[0].strip() for row in rows] == ["Helbedündorf", "Initiative Rodachtal e.V.", "Uckerland"]
    assert "„Leerstand und Bauflächen“" in rows[0]
    assert "3 von 5" in rows[0]


def test_who_is_alike(visit) -> None:
    page = visit("/themen?kommune=riesa")
    own, alike = page.locator(".zwk-links").all()
    assert own.locator("tbody tr").count() == 6
    assert "Kornwestheim" in alike.locator("tbody tr").first.inner_text()


def test_what_is_not_documented_is_said(visit) -> None:
    page = visit("/themen?thema=demokratiefoerderung&kommune=dresden")
    notices = page.locator(".zwk-notice").all_inner_texts()
    assert notices == [
        "Nicht belegt: Keine Quelle nennt eine Kommune mit diesem Thema.",
        "Nicht belegt: Für Dresden nennt keine Quelle ein Thema.",
    ]
    page = visit("/themen?thema=lehrstand")
    assert "Gezeigt wird: Leerstand." in page.locator(".zwk-warning").inner_text()


def test_choosing_by_the_box_changes_the_address(visit) -> None:
    page = visit("/themen?thema=leerstand")
    page.get_by_label("Thema", exact=True).click()
    page.get_by_role("option", name="Mobilität").click()
    page.wait_for_url("**/themen?thema=mobilitaet")
    page.wait_for_selector("h2:has-text('Mobilität')")


def test_nothing_to_complain_about(visit, complaints) -> None:
    page = visit("/themen?thema=leerstand&kommune=riesa")
    page.wait_for_selector(".js-plotly-plot path.point")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


#: part of the page -> a heading of it
PARTS = {
    "Stufen und Maßnahmen": "Themen nach Stufen",
    "Netz der Kommunen": "Wer teilt Themen mit wem?",
    "Wer kann wen beraten?": "Wer kann Riesa zu „Wohnen“ beraten?",
    "Themen und Demografie": "Unterscheiden sich Kommunen mit dem Thema „Wohnen“ von den anderen?",
    "Gute Praxis und Werkzeuge": "Gute Praxis zu „Wohnen“",
}


def test_every_part_on_a_phone(visit, complaints) -> None:
    page = visit("/themen?thema=wohnen&kommune=riesa", width=390, height=844, dataset="demo")
    page.wait_for_selector(".js-plotly-plot path.point")
    assert complaints(page) == []
    # the grid keeps its size and is moved sideways
    assert page.locator(".js-plotly-plot").bounding_box()["width"] > 800
    for part, heading in PARTS.items():
        page.get_by_role("tab", name=part).click()
        page.get_by_role("heading", name=heading).wait_for()
        visit.settled(page)
        assert complaints(page) == [], part
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, part


def test_names_of_the_network_lie_apart_and_a_click_chooses(visit, complaints) -> None:
    page = visit("/themen?teil=netz&thema=demografiestrategie")
    page.wait_for_selector(".js-plotly-plot .textpoint text")
    assert complaints(page) == []
    boxes = page.locator(".js-plotly-plot .textpoint text").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])"
    )
    plot = page.locator(".js-plotly-plot").bounding_box()
    assert len(boxes) == 36
    assert all(plot["x"] <= left and right <= plot["x"] + plot["width"] for left, _, right, _ in boxes)
    assert all(a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1] for a, b in combinations(boxes, 2))
    page.locator(".js-plotly-plot path.point").first.click(force=True)
    page.wait_for_url("**kommune=*")
    page.get_by_role("heading", name="Mit wem teilt").wait_for()
    # what is not documented is said calmly, and too few are not compared
    page.get_by_role("tab", name="Gute Praxis und Werkzeuge").click()
    page.get_by_text("Nicht belegt: Gute Praxis zu „Demografiestrategie“").wait_for()
    page.get_by_role("tab", name="Themen und Demografie").click()
    page.get_by_text("zu wenige Kommunen mit dem Thema").wait_for()


def test_measures_and_who_can_advise_whom_in_three_orders(visit) -> None:
    page = visit("/themen?thema=leerstand&kommune=riesa", dataset="demo")
    assert page.get_by_role("region", name="Maßnahmen zum Thema").locator("tbody tr").count() > 5
    page.get_by_role("tab", name="Wer kann wen beraten?").click()
    region = page.get_by_role("region", name="etwas weitergeben")
    region.wait_for()
    first = region.locator("tbody th")
    furthest = first.all_inner_texts()
    assert "abgeschlossen" in region.inner_text()
    assert page.get_by_role("region", name="Gute Praxis, abgeschlossene").locator("tbody tr").count() > 5
    page.get_by_role("radio", name="Nächste zuerst").click()
    page.get_by_text("Sortiert nach der Entfernung").wait_for()
    visit.settled(page)
    assert "folge=naechste" in page.url
    nearest = first.all_inner_texts()
    assert nearest != furthest
    assert sorted(nearest) == sorted(furthest)
