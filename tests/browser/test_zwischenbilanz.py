"""The page Zwischenbilanz: a dossier to read, to arrange, to note on and to take along."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pptx
import pypdf
import pytest

pytestmark = pytest.mark.browser


def headings(page) -> list[str]:
    return page.locator("h2").all_inner_texts()


def test_a_dossier_is_arranged_noted_on_and_taken_along(
    visit: Callable[..., object], desk: str, complaints: Callable[[object], list[str]], tmp_path: Path
) -> None:
    page = visit("/zwischenbilanz?kommune=riesa&abschnitte=stufen,profil", base=desk)
    assert headings(page) == ["Stufen", "Profil und Lage"]
    assert complaints(page) == []

    page.get_by_text("Abschnitte wählen und ordnen").click()
    visit.settled(page)
    page.get_by_role("button", name="Nach unten").click()
    visit.settled(page)
    assert headings(page) == ["Profil und Lage", "Stufen"]
    assert "abschnitte=profil%2Cstufen" in page.url

    page.get_by_text("Eigene Notiz schreiben").last.click()
    page.get_by_label("Notiz zu diesem Abschnitt").last.fill("Wer lädt die Vereine ein?")
    page.get_by_role("button", name="Notiz speichern").last.click()
    visit.settled(page)
    page.get_by_text("Eigene Notiz: Wer lädt die Vereine ein?").wait_for()

    page.get_by_role("button", name="Unterlagen erstellen").click()
    page.get_by_role("button", name="PDF, ").wait_for(timeout=60_000)
    made = {}
    for form, name in (("pdf", "PDF, "), ("pptx", "Folien (PowerPoint)"), ("xlsx", "Arbeitsmappe (Excel)")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename == f"zwischenbilanz_riesa.{form}"
        download.value.save_as(tmp_path / form)
        made[form] = io.BytesIO((tmp_path / form).read_bytes())
    told = " ".join(one.extract_text() for one in pypdf.PdfReader(made["pdf"]).pages)
    assert "Wer lädt die Vereine ein?" in told
    assert told.index("Profil und Lage") < told.index("Belegt sind")
    notes = [slide.notes_slide.notes_text_frame.text for slide in pptx.Presentation(made["pptx"]).slides]
    assert any("Wer lädt die Vereine ein?" in one for one in notes)
    cells = [cell for sheet in openpyxl.load_workbook(made["xlsx"]) for row in sheet.values for cell in row]
    assert "Wer lädt die Vereine ein?" in " ".join(str(cell) for cell in cells)


def test_without_a_kommune_there_is_the_synopse(visit: Callable[..., object], desk: str, tmp_path: Path) -> None:
    page = visit("/zwischenbilanz", base=desk, width=390, height=844)
    with page.expect_download() as download:
        page.get_by_role("button", name="Synopse als PDF").click()
    download.value.save_as(tmp_path / "synopse.pdf")
    assert "Riesa" in "".join(one.extract_text() for one in pypdf.PdfReader(tmp_path / "synopse.pdf").pages)
