"""The deck for the session: at most twelve slides, and no slide with two lines in the whole one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pptx import Presentation

from zwk_data import seed
from zwk_data.dossier import content
from zwk_data.dossier.model import Section, TableBlock
from zwk_data.export.slides import dossier_pptx, session_pptx


def slides_of(made: bytes) -> list[tuple[str, int, bool]]:
    """Title, characters of text, and whether there is a table, chart or picture, of each slide."""
    return [
        (
            slide.shapes.title.text_frame.text,
            sum(len(one.text_frame.text) for one in slide.shapes if one.has_text_frame),
            any(not one.has_text_frame for one in slide.shapes),
        )
        for slide in Presentation(io.BytesIO(made)).slides
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("dataset", "kommune"), [("public", "schossin"), ("demo", "riesa"), ("demo", "lk-rostock")])
def test_twelve_slides_at_most_and_none_of_two_lines(
    stores: Path, monkeypatch: pytest.MonkeyPatch, dataset: str, kommune: str
) -> None:
    monkeypatch.setenv("ZWK_DATA", dataset)
    seed.ensure()
    dossier = content.dossier(kommune)
    short = slides_of(session_pptx(dossier))
    assert 8 <= len(short) <= 12
    assert short[-1][0] == content.SECTIONS["offen"]
    whole = slides_of(dossier_pptx(dossier))
    assert len(whole) > len(short)
    # cover and contents apart: footer, number and title alone take about a hundred characters
    assert [title for title, text, drawn in whole[2:] if not drawn and text < 220] == []
    # what is merged is not lost
    told = " ".join(
        one.text_frame.text
        for slide in Presentation(io.BytesIO(dossier_pptx(dossier))).slides
        for one in slide.shapes
        if one.has_text_frame
    )
    for section in dossier.sections:
        assert section.title in told


def test_long_tables_are_cut_and_say_so(stores: Path) -> None:
    dossier = content.dossier("riesa", ["stufen"])
    (section,) = dossier.sections
    table = next(one for one in section.blocks if isinstance(one, TableBlock))
    long = TableBlock(table.title, table.frame.loc[table.frame.index.repeat(4)], table.source)
    made = session_pptx(type(dossier)(**{**vars(dossier), "sections": (Section("stufen", section.title, (long,)),)}))
    deck = Presentation(io.BytesIO(made))
    assert len(deck.slides) == 3
    told = " ".join(one.text_frame.text for one in deck.slides[2].shapes if one.has_text_frame)
    assert "8 von 20 Zeilen." in told
