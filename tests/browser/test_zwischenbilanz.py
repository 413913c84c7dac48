"""Zwischenbilanz in a real browser: how a dossier reads, and its files taken along by a click."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: button -> name and first bytes of its file
FILES = {
    "PDF, ": ("zwischenbilanz_riesa.pdf", b"%PDF"),
    "Folien (PowerPoint)": ("zwischenbilanz_riesa.pptx", b"PK"),
    "Folien für die Sitzung": ("sitzung_riesa.pptx", b"PK"),
    "Arbeitsmappe (Excel)": ("zwischenbilanz_riesa.xlsx", b"PK"),
}


def test_a_dossier_reads_well_and_is_taken_along(visit: Callable, desk: str, complaints: Callable) -> None:
    page = visit("/zwischenbilanz?kommune=riesa&abschnitte=stufen,profil", base=desk)
    assert page.locator("h2").all_inner_texts() == ["Stufen", "Profil und Lage"]
    page.get_by_text("Abschnitte wählen und ordnen").click()
    visit.settled(page)
    page.get_by_role("button", name="Nach unten").click()
    page.wait_for_url("**abschnitte=profil%2Cstufen")
    visit.settled(page)
    page.get_by_text("Eigene Notiz schreiben").last.click()
    visit.settled(page)
    page.get_by_label("Notiz zu diesem Abschnitt").last.fill("Wer lädt die Vereine ein?")
    page.get_by_role("button", name="Notiz speichern").last.click()
    page.get_by_role("note").get_by_text("Eigene Notiz: Wer lädt die Vereine ein?").wait_for()
    visit.settled(page)
    page.get_by_role("button", name="Unterlagen erstellen").click()
    page.get_by_role("button", name="PDF, ").wait_for()
    visit.settled(page)
    assert complaints(page) == []
    for label, (name, begin) in FILES.items():
        with page.expect_download() as download:
            page.get_by_role("button", name=label).click()
        assert download.value.suggested_filename == name
        assert Path(download.value.path()).read_bytes().startswith(begin)


@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_the_contents_stay_in_sight_and_lead_by_keyboard(visit: Callable, complaints: Callable, dataset: str) -> None:
    page = visit("/zwischenbilanz?kommune=riesa&abschnitte=profil,lage,stufen,offen", dataset=dataset)
    visit.settled(page)
    assert complaints(page) == []
    contents = page.get_by_role("navigation", name="Inhalt dieser Seite")
    first, goal = page.locator("#abschnitt-profil"), page.locator("#abschnitt-offen")
    # measures without a Handlungsfeld get no poster unless somebody asks for one
    also = page.get_by_role("checkbox", name="Auch ein Plakat für Maßnahmen ohne Handlungsfeld")
    assert not also.is_checked()
    # sharp on a fine screen
    assert page.evaluate("document.querySelector('.zwk-picture img').naturalWidth") == 1280
    # beside the text, not above it
    assert contents.bounding_box()["x"] > first.bounding_box()["x"] + first.bounding_box()["width"] - 1
    contents.get_by_role("link", name="Offene Fragen und Lücken").focus()
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#abschnitt-offen').getBoundingClientRect().top < innerHeight")
    assert goal.bounding_box()["y"] >= 50, "not beneath the head of the page"
    assert 0 <= contents.bounding_box()["y"] < 200
    page.set_viewport_size({"width": 390, "height": 844})
    visit.settled(page)
    assert contents.bounding_box()["y"] < first.bounding_box()["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
