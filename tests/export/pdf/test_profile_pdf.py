"""The Kommunalprofil as PDF: two tagged pages with the figures of the page."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from zwk_data.export.pdf import profile_pdf
from zwk_data.profile.places import Place, place, place_of_participant
from zwk_data.views.profile import sheet


@pytest.fixture(autouse=True)
def _stores(stores: Path) -> None:
    """The shipped figures."""


def text_of(made: bytes) -> str:
    return " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(made)).pages).split())


@pytest.mark.slow
@pytest.mark.parametrize(
    "place_",
    ["13076125", "034545408", "05913", "rodachtal", "12073", "16061", "13076129"],
)
def test_two_pages_with_the_figures_of_the_page(place_: str) -> None:
    one: Place = place_of_participant(place_) if place_.isalpha() else place(place_)
    made = sheet(one, {})
    file = profile_pdf(made)
    reader = PdfReader(io.BytesIO(file))
    assert len(reader.pages) == 2
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == f"Kommunalprofil {one.full}"
    text = text_of(file)
    for part in made.parts:
        assert part.untold in text
        for row in part.strips.rows:
            if not row.missing:
                assert row.value.replace("\u00a0", " ") in text, row.name
    assert made.chance.replace("\u00a0", " ") in text
    assert "Quelle: ©" in text


def test_own_words_stand_in_it_and_markup_stays_text() -> None:
    file = profile_pdf(sheet(place("14627230"), {"bildung": "#pagebreak() *nicht* fett", "staerken": "- Elbe\n- Bahn"}))
    text = text_of(file)
    assert "Eigene Worte: #pagebreak() *nicht* fett" in text
    assert "– Elbe – Bahn" in text


@pytest.mark.slow
def test_very_many_own_words_are_not_cut() -> None:
    long = {
        "bildung": "Wort " * 400 + "Ende",
        "wohnen": "Wort " * 400,
        "eigenes": "Wort " * 400,
        "kultur": "Wort " * 400,
    }
    file = profile_pdf(sheet(place("14627230"), long))
    assert "Ende" in text_of(file)
