"""Themen in a real browser: the grid, who shares a theme, who is alike."""

from __future__ import annotations

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


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_nothing_to_complain_about(visit, complaints, width: int, height: int) -> None:
    page = visit("/themen?thema=leerstand&kommune=riesa", width=width, height=height)
    page.wait_for_selector(".js-plotly-plot path.point")
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # on a phone the grid keeps its size and is moved sideways
    assert page.locator(".js-plotly-plot").bounding_box()["width"] > 800


def test_demo_measures(visit) -> None:
    page = visit("/themen?thema=leerstand", dataset="demo")
    assert page.get_by_role("region", name="Maßnahmen zum Thema").locator("tbody tr").count() > 5
