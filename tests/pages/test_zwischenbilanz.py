"""Zwischenbilanz: a dossier to read, to arrange, to note on and to take along."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace

import openpyxl
import pptx
import pypdf
import pytest

from tests.pages.conftest import Visit
from zwk_data.dossier.content import SECTIONS
from zwk_data.programme.measures_and_money import action_fields
from zwk_data.web import zwischenbilanz


@pytest.mark.slow
def test_a_dossier_is_arranged_noted_on_and_taken_along(desk: Visit) -> None:
    shown = desk("/zwischenbilanz?kommune=riesa&abschnitte=stufen,profil")
    assert shown.find("h2") == ["Stufen", "Profil und Lage"]
    # forms are made when they are opened
    assert not shown.has("Nach unten")
    shown.open("Abschnitte wählen und ordnen").press("Nach unten")
    assert shown.find("h2") == ["Profil und Lage", "Stufen"]
    assert "abschnitte=profil%2Cstufen" in shown.address
    shown.open("Eigene Notiz schreiben", -1).widget("Notiz zu diesem Abschnitt", -1).set_value(
        "Wer lädt die Vereine ein?"
    )
    shown.press("Notiz speichern", -1)
    assert "Eigene Notiz: Wer lädt die Vereine ein?" in shown.notices

    shown.press("Unterlagen erstellen")
    made = {}
    for form, name in (("pdf", "PDF, "), ("pptx", "Folien (PowerPoint)"), ("xlsx", "Arbeitsmappe (Excel)")):
        named, content = shown.download(name)
        assert named == f"zwischenbilanz_riesa.{form}"
        made[form] = io.BytesIO(content)
    named, content = shown.download("Folien für die Sitzung, höchstens 12")
    assert named == "sitzung_riesa.pptx"
    assert len(pptx.Presentation(io.BytesIO(content)).slides) <= 12
    told = " ".join(one.extract_text() for one in pypdf.PdfReader(made["pdf"]).pages)
    assert "Wer lädt die Vereine ein?" in told
    assert told.index("Profil und Lage") < told.index("Belegt sind")
    notes = [slide.notes_slide.notes_text_frame.text for slide in pptx.Presentation(made["pptx"]).slides]
    assert any("Wer lädt die Vereine ein?" in one for one in notes)
    cells = [cell for sheet in openpyxl.load_workbook(made["xlsx"]) for row in sheet.values for cell in row]
    assert "Wer lädt die Vereine ein?" in " ".join(str(cell) for cell in cells)
    # what has changed since is not in the files
    shown.press("Nach oben")
    assert "hat sich geändert, seit die Unterlagen erstellt wurden" in " ".join(shown.notices)
    assert not shown.has("PDF, ")


@pytest.mark.slow
def test_all_sections_are_there_as_usual(visit: Visit) -> None:
    shown = visit("/zwischenbilanz?kommune=schossin", "demo").open("Abschnitte wählen und ordnen")
    assert shown.widget("Abschnitte, in dieser Reihenfolge").value == list(SECTIONS)
    assert len(shown.find("h2")) == len(SECTIONS)
    shown.go("/zwischenbilanz?kommune=schossin&abschnitte=stufen,profil").press("Standard wiederherstellen")
    assert "abschnitte" not in shown.address
    assert len(shown.find("h2")) == len(SECTIONS)


@pytest.mark.slow
def test_a_browser_has_a_moment_for_the_first_section_once(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    moments: list[float] = []
    monkeypatch.setattr(zwischenbilanz, "time", SimpleNamespace(sleep=moments.append))
    visit("/zwischenbilanz?kommune=riesa").go("/zwischenbilanz?kommune=spelle")
    assert moments == [zwischenbilanz.PAINT]


def test_sections_that_are_not_there_or_not_wanted(visit: Visit) -> None:
    shown = visit("/zwischenbilanz?kommune=riesa&abschnitte=stuven", "demo")
    assert "Den Abschnitt „stuven“ gibt es hier nicht. Gezeigt wird: Stufen." in shown.notices
    shown = visit("/zwischenbilanz?kommune=riesa&abschnitte=", "demo")
    assert "Es ist kein Abschnitt gewählt. Bitte oben mindestens einen wählen." in shown.notices


def test_without_a_kommune_there_is_the_synopse(visit: Visit) -> None:
    shown = visit("/zwischenbilanz", "demo")
    _, content = shown.download("Synopse als PDF")
    assert "Riesa" in "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(content)).pages)
    name, content = shown.download("Synopse als Arbeitsmappe")
    assert name == "synopse.xlsx"
    assert zipfile.is_zipfile(io.BytesIO(content))


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["public", "demo"])
def test_contents_lead_to_every_section(visit: Visit, dataset: str) -> None:
    shown = visit("/zwischenbilanz?kommune=schossin", dataset)
    links = [(one.get("href"), one.text) for nav in shown.elements(".zwk-contents") for one in nav.iter("a")]
    headings = [(f"#{one.get('id')}", one.text) for part in shown.elements(".zwk-section") for one in part.iter("h2")]
    assert links == headings
    assert [title for _, title in links] == list(SECTIONS.values())


def test_no_poster_for_measures_without_a_field_unless_asked_for(visit: Visit) -> None:
    shown = visit("/zwischenbilanz?kommune=riesa&abschnitte=profil", "demo")
    fields = [one.name for one in action_fields("riesa")]
    assert fields[-1] == "Ohne Handlungsfeld"
    posters = pypdf.PdfReader(io.BytesIO(shown.download("Plakate A3")[1])).pages
    assert len(posters) == len(fields) - 1
    assert all("Ohne Handlungsfeld" not in one.extract_text() for one in posters)
    shown.fill("Auch ein Plakat für Maßnahmen ohne Handlungsfeld", True)
    posters = pypdf.PdfReader(io.BytesIO(shown.download("Plakate A3")[1])).pages
    assert len(posters) == len(fields)


def test_posters_are_made_on_demand(visit: Visit) -> None:
    shown = visit("/zwischenbilanz?kommune=riesa&abschnitte=profil", "demo")
    name, content = shown.download("Plakate A3")
    assert name == "plakate_riesa_A3.pdf"
    assert content.startswith(b"%PDF")


@pytest.mark.slow
def test_of_two_notes_on_a_section_the_second_is_told(desk: Visit) -> None:
    address = "/zwischenbilanz?kommune=spelle&abschnitte=profil"
    before = desk(address).open("Eigene Notiz schreiben")
    before.widget("Notiz zu diesem Abschnitt").set_value("Wie es war")
    before.press("Notiz speichern")
    first, second = (desk(address).open("Eigene Notiz ändern") for _ in range(2))
    for shown, text in ((first, "Von hier"), (second, "Von dort")):
        shown.widget("Notiz zu diesem Abschnitt").set_value(text)
        shown.press("Notiz speichern")
    assert "hat inzwischen „Notiz“ geändert" in second.text
    assert "Eigene Notiz: Von hier" in desk(address).notices
    second.press("Notiz speichern")
    assert "Eigene Notiz: Von dort" in desk(address).notices
