"""The Geschäftsstelle's desk in a real browser: entering, moving, parking, two editors, history, undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

pytestmark = pytest.mark.browser


def edit_cell(page, column: int, text: str, *, row: int = 0, first: int = 1) -> None:
    """Write into a cell of the table, by keyboard once it has the focus; ``first``: number of its first column."""
    table = page.locator("[data-testid=stDataFrame]")
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + 52)
    way = [("ArrowDown", first, n) for n in range(1, row + 1)]
    way += [("ArrowRight", n, row) for n in range(first + 1, column + 1)]
    # the table tells screen readers where it is; it takes one key after the other
    page.wait_for_selector(f"#glide-cell-{first}-0[aria-selected=true]", state="attached")
    for key, x, y in way:
        page.keyboard.press(key)
        page.wait_for_selector(f"#glide-cell-{x}-{y}[aria-selected=true]", state="attached")
    page.keyboard.press("Enter")
    page.wait_for_selector("#portal textarea, #portal input")
    page.wait_for_timeout(300)
    page.keyboard.press("Control+A")
    page.keyboard.type(text, delay=20)
    assert page.locator("#portal textarea, #portal input").input_value() == text
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")


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
    theirs = visit("/datenpflege?teil=tabellen&kommune=riesa", base=desk, beside=True)
    for page, goal in ((mine, "Mein Ziel"), (theirs, "Anderes Ziel")):
        edit_cell(page, 4, goal)
        page.wait_for_selector("h2:has-text('Vorschau')")
    assert complaints(theirs) == []
    save(theirs)
    mine.get_by_role("button", name="Speichern", exact=True).click()
    mine.wait_for_selector("h2:has-text('Jemand anderes hat dieselben Felder geändert')")
    mine.wait_for_selector("table:has-text('Jetzt gespeichert')")
    visit.settled(mine)
    row = mine.locator("table:has-text('Jetzt gespeichert') tbody tr").first.inner_text()
    assert "Anderes Ziel" in row
    assert "Mein Ziel" in row
    assert complaints(mine) == []
    mine.get_by_role("button", name="Meine Fassung speichern").click()
    mine.wait_for_selector("text=Gespeichert: 1 Eintrag geändert")
    mine.goto(f"{desk}/datenpflege?teil=tabellen&kommune=riesa&eintrag=riesa-16")
    mine.wait_for_selector("table:has-text('Wann')")
    story = mine.locator("table:has-text('Wann') tbody").inner_text()
    assert "Ziel: Anderes Ziel → Mein Ziel" in story


def _list_of_riesa(file: Path) -> Path:
    """A list as a Kommune sends it: own words, a title above, two cells that nobody can take as they are."""
    book = openpyxl.Workbook()
    book.active.title = "Maßnahmenliste"
    for row in (
        ["Stadt Riesa, Maßnahmen zum Werkstattplan"],
        [],
        ["Gemeinde", "Projekt", "Umsetzungsstand", "von", "bis", "Kosten", "Verantwortlich"],
        ["Stadt Riesa", "Generationenpark an der Elbe", "in Umsetzung", "9.11.22", None, "12.500 €", "Bauamt"],
        ["Riesa", "Lotsenpunkt Pflege", "fertig", "1.1.2023", "31.12.2023", "viel", "Sozialamt"],
        ["Riesa", "Mitfahrbank", "geplant", "01.03.2025", "31.02.2025", "900", "Bauhof"],
    ):
        book.active.append(row)
    book.save(file)
    return file


def test_a_year_of_the_geschaeftsstelle(desk: str, visit: Callable, tmp_path: Path) -> None:
    # a list comes in; two rows are corrected in place
    page = visit("/datenpflege?teil=import", base=desk)
    page.locator("input[type=file]").set_input_files(_list_of_riesa(tmp_path / "riesa.xlsx"))
    page.wait_for_selector("h2:has-text('2 Angaben brauchen eine Antwort')")
    visit.settled(page)
    edit_cell(page, 6, "8.000", row=0, first=0)
    page.wait_for_selector("text=2 Einträge übernehmen")
    visit.settled(page)
    edit_cell(page, 6, "31.03.2025", row=1, first=0)
    page.get_by_role("button", name="3 Einträge übernehmen").click()
    page.wait_for_selector("text=Gespeichert: 3 Einträge neu, aus riesa.xlsx.")
    # an event
    page.goto(f"{desk}/datenpflege?kommune=riesa&stufe=zukunftswerkstatt")
    page.get_by_role("textbox", name="Datum").fill("Nov. 2024")
    page.get_by_role("textbox", name="Bemerkung").fill("dritte Runde")
    page.keyboard.press("Tab")
    page.wait_for_selector("text=Verstanden als: November 2024")
    save(page)
    # a stage moves
    page.goto(f"{desk}/datenpflege?kommune=schossin&stufe=werkstattplan&eingabe=plan")
    visit.settled(page)
    if page.get_by_role("button", name="Termin planen").is_visible():
        page.get_by_role("textbox", name="Geplant für").fill("5.2025")
        page.keyboard.press("Tab")
        page.wait_for_selector("text=Verstanden als: Mai 2025")
        page.get_by_role("button", name="Termin planen").click()
        page.wait_for_selector("text=ist geplant für Mai 2025")
    page.get_by_role("textbox", name="Neuer Termin").fill("12.6.25")
    page.get_by_role("textbox", name="Grund").fill("Saal belegt")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Verschieben").click()
    page.wait_for_selector("text=ist verschoben auf 12.06.2025")
    # a measure is parked, and taken up again
    page.goto(f"{desk}/datenpflege?kommune=riesa&eingabe=massnahme")
    page.get_by_role("combobox", name="Maßnahme").fill("Mitfahrbank")
    page.keyboard.press("Enter")
    page.locator("label", has_text="Ideenparkplatz").click()
    page.get_by_role("textbox", name="Notiz zum Fortschritt").fill("Standort fehlt")
    page.keyboard.press("Tab")
    save(page)
    page.get_by_role("button", name="Rückgängig machen").click()
    page.wait_for_selector("text=ist zurückgenommen")
    # the history tells all of it
    page.goto(f"{desk}/datenpflege?teil=verlauf")
    page.wait_for_selector("h2:has-text('Die letzten Änderungen')")
    told = page.locator("table").last.inner_text()
    assert "Import aus riesa.xlsx: 3 Einträge (Maßnahmen)" in told.replace("\u00a0", " ")
    assert "Saal belegt" in told
    assert "zurückgenommen" in told
    page.locator("table a").first.click()
    page.wait_for_selector("text=Stand: Ideenparkplatz → geplant")
    # everything goes along, and comes back without a change
    page.goto(f"{desk}/datenpflege?teil=export")
    with page.expect_download() as download:
        page.get_by_role("button", name="Arbeitsmappe herunterladen").click()
    file = tmp_path / "alles.xlsx"
    download.value.save_as(file)
    assert "Mitfahrbank" in {cell.value for cell in openpyxl.load_workbook(file)["Maßnahmen"]["E"]} | {
        cell.value for cell in openpyxl.load_workbook(file)["Maßnahmen"]["D"]
    }
    page.goto(f"{desk}/datenpflege?teil=import")
    page.locator("input[type=file]").set_input_files(file)
    page.wait_for_selector("text=Keine Zeile ist neu oder geändert", timeout=60_000)


def test_every_part_reads_well_on_a_phone(desk: str, visit: Callable, complaints: Callable) -> None:
    for part in ("eintragen", "tabellen&kommune=riesa", "import", "verlauf", "export"):
        page = visit(f"/datenpflege?teil={part}", base=desk, width=390, height=844)
        assert complaints(page) == [], part
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
        page.close()
