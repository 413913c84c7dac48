"""The Geschäftsstelle's desk in a real browser: its editable table, two editors, a list, a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.browser.conftest import settled, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def edit_cell(page, column: int, text: str, *, row: int = 0, first: int = 1) -> None:
    """Write into a cell of the table, by keyboard once it has the focus; ``first``: number of its first column."""
    table = page.locator("[data-testid=stDataFrame]")
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + 52)
    way = [("ArrowDown", first, n) for n in range(1, row + 1)]
    way += [("ArrowRight", n, row) for n in range(first + 1, column + 1)]
    # the table's accessible copy shows the selected cell; wait for each key to arrive
    page.wait_for_selector(f"#glide-cell-{first}-0[aria-selected=true]", state="attached")
    for key, x, y in way:
        page.keyboard.press(key)
        page.wait_for_selector(f"#glide-cell-{x}-{y}[aria-selected=true]", state="attached")
    write(page, text)


def write(page, text: str) -> None:
    """Write into the selected cell of the table."""
    page.keyboard.press("Enter")
    cell = page.locator("#portal textarea, #portal input")
    until(page, "document.activeElement?.matches('#portal textarea, #portal input')")
    page.keyboard.press("Control+A")
    page.keyboard.type(text, delay=20)
    assert cell.input_value() == text
    page.keyboard.press("Enter")
    cell.wait_for(state="detached")


def save(page) -> None:
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.wait_for_selector("text=Gespeichert:")
    settled(page)


def test_two_editors_of_one_field(desk: str, visit: Callable, complaints: Callable) -> None:
    mine = visit("/datenpflege?teil=tabellen&kommune=riesa", base=desk)
    theirs = visit("/datenpflege?teil=tabellen&kommune=riesa", base=desk, beside=True)
    for page, goal in ((mine, "Mein Ziel"), (theirs, "Anderes Ziel")):
        edit_cell(page, 4, goal)
        page.wait_for_selector("h2:has-text('Vorschau')")
        settled(page)
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


def test_a_fault_belongs_to_its_field(desk: str, visit: Callable, complaints: Callable) -> None:
    page = visit("/datenpflege?kommune=riesa&stufe=zwischenbilanz", base=desk)
    field = page.get_by_role("textbox", name="Datum", exact=True)
    field.fill("demnächst")
    field.press("Tab")
    invalid = "document.querySelector('.st-key-pflege-datum input[aria-invalid=true]')"
    until(page, invalid)
    described = field.get_attribute("aria-describedby").split()[-1]
    assert page.locator(f"#{described}").inner_text() == "„Datum“: „demnächst“ ist kein Tag, Monat oder Jahr."
    assert complaints(page) == []
    field.fill("13.12.2024")
    field.press("Tab")
    until(page, f"!{invalid}")
    assert described not in (field.get_attribute("aria-describedby") or "")


def test_a_fault_belongs_to_its_cell(desk: str, visit: Callable, complaints: Callable) -> None:
    page = visit("/datenpflege?teil=tabellen&tabelle=stage_event&kommune=riesa", base=desk)
    edit_cell(page, 2, "bald", row=1)
    cell = page.locator("#glide-cell-2-1")
    until(page, "document.querySelector('#glide-cell-2-1[aria-invalid=true]')")
    described = page.locator(f"#{cell.get_attribute('aria-describedby')}")
    assert described.inner_text() == "Riesa: Kommunalprofil – „Datum“: „bald“ ist kein Tag, Monat oder Jahr."
    assert described.inner_text() in page.locator("#zwk-ansage").inner_text()
    assert page.get_by_role("button", name="Speichern", exact=True).is_disabled()
    assert complaints(page) == []
    # from the sentence to the cell, and the fault goes with what was wrong
    page.get_by_role("button", name="Zur Zelle Riesa: Kommunalprofil").focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement?.id === 'glide-cell-2-1'")
    write(page, "28.02.2022")
    until(page, "!document.querySelector('[aria-invalid=true], .zwk-cell-faults')")
    settled(page)
    # a rule that is broken is told when it is saved; its column is brought into sight
    edit_cell(page, 4, "im Rathaus", row=1)
    settled(page)
    page.get_by_role("button", name="Speichern", exact=True).click()
    page.wait_for_selector(".zwk-cell-faults p:has-text('„Quelle“ muss eine Internetadresse')")
    page.set_viewport_size({"width": 390, "height": 844})
    settled(page)
    assert page.locator("#glide-cell-4-1").count() == 0
    assert complaints(page) == []
    page.get_by_role("button", name="Zur Zelle Riesa: Kommunalprofil").click()
    until(page, "document.activeElement?.matches('#glide-cell-4-1')", 10)


def _list_of_riesa(file: Path, costs: str, end: str) -> Path:
    """A list as a Kommune sends it: its own wording and a title row."""
    book = openpyxl.Workbook()
    book.active.title = "Maßnahmenliste"
    for row in (
        ["Stadt Riesa, Maßnahmen zum Werkstattplan"],
        [],
        ["Gemeinde", "Projekt", "Umsetzungsstand", "von", "bis", "Kosten", "Verantwortlich"],
        ["Stadt Riesa", "Generationenpark an der Elbe", "in Umsetzung", "9.11.22", None, "12.500 €", "Bauamt"],
        ["Riesa", "Lotsenpunkt Pflege", "fertig", "1.1.2023", "31.12.2023", costs, "Sozialamt"],
        ["Riesa", "Mitfahrbank", "geplant", "01.03.2025", end, "900", "Bauhof"],
    ):
        book.active.append(row)
    book.save(file)
    return file


def _taken(page) -> None:
    """The list of what will be saved is there in full, and says so where it scrolls; it is saved with one click."""
    button = page.get_by_role("button", name="3 Einträge übernehmen")
    button.wait_for()
    settled(page)
    rows = page.get_by_role("region", name="Was gespeichert wird").locator("tbody tr").count()
    assert rows > 12
    assert page.get_by_test_id("stMain").get_by_text(f"{rows} Zeilen: In der Tabelle nach unten blättern.").is_visible()
    button.click()
    page.wait_for_selector("text=Gespeichert: 3 Einträge neu, aus riesa.xlsx.")


def test_all_of_a_list_is_shown_before_it_is_saved(desks: Callable, visit: Callable, tmp_path: Path) -> None:
    page = visit("/datenpflege?teil=import", base=desks("public"))
    page.locator("input[type=file]").set_input_files(_list_of_riesa(tmp_path / "riesa.xlsx", "8.000", "31.03.2025"))
    _taken(page)


def test_a_list_is_corrected_in_place_and_everything_taken_along(desk: str, visit: Callable, tmp_path: Path) -> None:
    # a list comes in; two rows are corrected in place
    page = visit("/datenpflege?teil=import", base=desk)
    page.locator("input[type=file]").set_input_files(_list_of_riesa(tmp_path / "riesa.xlsx", "viel", "31.02.2025"))
    page.wait_for_selector("h2:has-text('2 Angaben brauchen eine Antwort')")
    visit.settled(page)
    edit_cell(page, 6, "8.000", row=0, first=0)
    page.wait_for_selector("text=2 Einträge übernehmen")
    visit.settled(page)
    # an answer that is none either is told of its cell
    edit_cell(page, 6, "31.04.2025", row=1, first=0)
    until(page, "document.querySelector('#glide-cell-6-1[aria-invalid=true]')")
    told = page.locator(".zwk-cell-faults p").all_inner_texts()
    assert told == ["Maßnahmenliste!E6, „Ende“: „31.04.2025“: Diesen Tag gibt es nicht."]
    visit.settled(page)
    edit_cell(page, 6, "31.03.2025", row=1, first=0)
    _taken(page)
    # and everything goes along; that it comes back without a change is tried in tests/export/test_workbook.py
    page.get_by_role("tab", name="Exportieren und sichern").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Arbeitsmappe herunterladen").click()
    download.value.save_as(tmp_path / "alles.xlsx")
    titles = openpyxl.load_workbook(tmp_path / "alles.xlsx")["Maßnahmen"].values
    assert any("Generationenpark an der Elbe" in row for row in titles)


def test_an_event_by_keyboard(desk: str, visit: Callable, complaints: Callable) -> None:
    page = visit("/datenpflege?kommune=schossin&stufe=zwischenbilanz", base=desk)
    assert complaints(page) == []
    page.get_by_role("textbox", name="Datum").fill("5.12.24")
    page.keyboard.press("Tab")
    page.wait_for_selector("text=Verstanden als: 05.12.2024")
    settled(page)
    save(page)
    page.get_by_role("button", name="Rückgängig machen").click()
    page.wait_for_selector("text=ist zurückgenommen")


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_a_date_is_picked_read_back_and_saved_once(
    desks: Callable, visit: Callable, complaints: Callable, dataset: str
) -> None:
    base = desks(dataset)
    page = visit("/datenpflege?kommune=schossin&stufe=zwischenbilanz", base=base, height=760)
    _give_a_name(page)
    button = page.get_by_role("button", name="Speichern", exact=True)
    box = button.bounding_box()
    assert box["y"] + box["height"] <= 760, "in sight although the form is longer"
    text = page.get_by_role("textbox", name="Datum")
    usual = text.input_value()
    page.get_by_role("button", name="Gestern").click()
    # the field holds a day from the start: only another one says that the click was heard
    shown = "document.querySelector('.st-key-pflege-datum input').value"
    until(page, f"/\\d\\d\\.\\d\\d\\.\\d{{4}}/.test({shown}) && {shown} !== '{usual}'")
    settled(page)
    for typed, read in (
        ("gestern", r"\d\d\.\d\d\.20\d\d"),
        ("Nov 24", "der Monat November 2024"),
        ("KW 47/2024", "18.11.2024 bis 24.11.2024"),
        ("24.11.", ", 24.11."),
    ):
        text.fill(typed)
        page.keyboard.press("Tab")
        page.wait_for_selector(f"text=/Verstanden als: .*{read}/")
        settled(page)
    assert complaints(page) == []
    button.dblclick()
    page.wait_for_selector("text=Gespeichert: Schossin, Zwischenbilanz, 24.11.")
    visit.settled(page)
    assert page.get_by_test_id("stMain").get_by_text("Gespeichert:").count() == 1
    assert page.locator("text=Es gab nichts zu speichern").count() == 0
    rows = page.locator("table:has-text('bisher eingetragen') tbody tr")
    assert sum("24.11." in row for row in rows.all_inner_texts()) == 1
    # a later visit is known by the name that was given, until it is taken back
    page.goto(f"{base}/datenpflege?teil=verlauf")
    page.wait_for_selector("text=/unter „Ä. Müller“/")
    row = page.locator("table:has-text('neueste zuerst') tbody tr").first.inner_text()
    assert "Ä. Müller" in row
    assert "Termin eingetragen: Schossin, Zwischenbilanz, 24.11." in row
    visit.settled(page)
    # what is missing leads to its form; money and meetings have forms of their own
    page.get_by_role("tab", name="Was fehlt uns?").click()
    page.locator("a", has_text="eintragen").first.click()
    page.wait_for_url(re.compile(r"/datenpflege\?(teil=tabellen&)?(tabelle=\w+&)?kommune=\w+"))
    page.goto(f"{base}/datenpflege?kommune=schossin&eingabe=mittel")
    page.get_by_label("Bewilligt (Euro)").wait_for()
    page.get_by_role("radio", name="Werkstatttreffen").click()
    page.get_by_label("Titel").wait_for()
    visit.settled(page)
    page.get_by_role("button", name="Anderer Name").click()
    page.get_by_label("Ihr Name").wait_for()
    assert [one["value"] for one in page.context.cookies() if one["name"] == "zwk_name"] == []


def _give_a_name(page) -> None:
    """Once for all visits of this browser."""
    page.get_by_label("Ihr Name").fill("Ä. Müller")
    page.get_by_role("button", name="Merken").click()
    page.wait_for_selector("text=/unter „Ä. Müller“/")
    settled(page)


def test_every_part_reads_well_on_a_phone(desk: str, visit: Callable, complaints: Callable) -> None:
    page = visit("/datenpflege?kommune=riesa", base=desk, width=390, height=844)
    for part in ("Eintragen", "Tabellen", "Listen einlesen", "Verlauf", "Exportieren und sichern"):
        page.get_by_role("tab", name=part).click()
        visit.settled(page)
        assert (part, complaints(page)) == (part, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), part
