"""The Geschäftsstelle's desk in a real browser: entering, moving, parking, two editors, history, undo."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.browser


def edit_first_cell(page, column: int, text: str) -> None:
    """Write into the first row of the table (columns from 1), by keyboard once the table has the focus."""
    box = page.locator("[data-testid=stDataFrame]").bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + 52)
    for at in range(1, column + 1):
        # the table tells screen readers where it is; it takes one key after the other
        page.wait_for_selector(f"#glide-cell-{at}-0[aria-selected=true]", state="attached")
        if at < column:
            page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("#portal textarea, #portal input")
    page.wait_for_timeout(300)
    page.keyboard.press("Control+A")
    page.keyboard.type(text, delay=20)
    assert page.locator("#portal textarea, #portal input").input_value() == text
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    page.wait_for_selector("h2:has-text('Vorschau')")


def save(page) -> None:
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.wait_for_selector("text=Gespeichert:")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def test_an_event_in_three_clicks_and_undone(desk: str, visit: Callable, complaints: Callable) -> None:
    page = visit("/datenpflege?kommune=schossin&stufe=zwischenbilanz", base=desk)
    assert complaints(page) == []
    before = page.locator("table tbody").inner_text()
    page.get_by_role("textbox", name="Datum").fill("5.12.24")
    page.keyboard.press("Tab")
    page.wait_for_selector("text=Verstanden als: 05.12.2024")
    save(page)
    visit.settled(page)
    assert "05.12.2024\tstattgefunden" in page.locator("table tbody").inner_text()
    assert "Schossin, Zwischenbilanz, 05.12.2024." in page.locator("[data-testid=stMain]").inner_text()
    page.get_by_role("button", name="Rückgängig machen").click()
    page.wait_for_selector("text=ist zurückgenommen")
    visit.settled(page)
    assert page.locator("table tbody").inner_text() == before


def test_a_date_that_is_none_is_told_and_kept(desk: str, visit: Callable) -> None:
    page = visit("/datenpflege?kommune=schossin&stufe=zwischenbilanz", base=desk)
    page.get_by_role("textbox", name="Datum").fill("31.02.2024")
    page.keyboard.press("Tab")
    page.wait_for_selector("[data-testid=stAlert]:has-text('Datum')")
    assert page.get_by_role("button", name="Speichern", exact=True).is_disabled()
    assert page.get_by_role("textbox", name="Datum").input_value() == "31.02.2024"


def test_two_editors_of_one_field(desk: str, visit: Callable, complaints: Callable) -> None:
    mine = visit("/datenpflege?teil=tabellen&kommune=riesa", base=desk)
    theirs = visit("/datenpflege?teil=tabellen&kommune=riesa", base=desk)
    edit_first_cell(mine, 4, "Mein Ziel")
    edit_first_cell(theirs, 4, "Anderes Ziel")
    assert complaints(theirs) == []
    save(theirs)
    mine.get_by_role("button", name="Speichern", exact=True).click()
    mine.wait_for_selector("h2:has-text('Jemand anderes hat dieselben Felder geändert')")
    row = mine.locator("table tbody tr").first.inner_text()
    assert "Anderes Ziel" in row
    assert "Mein Ziel" in row
    assert complaints(mine) == []
    mine.get_by_role("button", name="Meine Fassung speichern").click()
    mine.wait_for_selector("text=Gespeichert: 1 Eintrag geändert")
    mine.get_by_role("combobox", name="Verlauf eines Eintrags").fill("Rathauszugang")
    mine.keyboard.press("Enter")
    mine.wait_for_selector("table:has-text('Wann')")
    story = mine.locator("table:has-text('Wann') tbody").inner_text()
    assert "Ziel: Anderes Ziel → Mein Ziel" in story


@pytest.mark.parametrize("width", [390, 1440])
def test_every_part_reads_well(desk: str, visit: Callable, complaints: Callable, width: int) -> None:
    for part in ("eintragen", "tabellen&kommune=riesa", "import", "verlauf", "export"):
        page = visit(f"/datenpflege?teil={part}", base=desk, width=width)
        assert complaints(page) == [], part
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
        page.context.close()
