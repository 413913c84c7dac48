"""The Kommunalprofil as slides: a native table for each chapter, with native shapes as strips."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pptx import Presentation

from zwk_data.export.slides import profile_pptx
from zwk_data.export.slides.slide import BODY
from zwk_data.profile.places import place, place_of_participant
from zwk_data.views.profile import sheet


@pytest.mark.slow
def test_each_chapter_has_a_table_and_its_strips(stores: Path) -> None:
    for one in (place("14627230"), place_of_participant("rodachtal"), place("12073")):
        made = sheet(one, {"bildung": "Drei Schulen bleiben."})
        deck = Presentation(BytesIO(profile_pptx(made)))
        by_title = {slide.shapes.title.text_frame.text: slide for slide in deck.slides}
        assert f"Kommunalprofil {one.full}" in by_title
        assert "Zwischenbilanz" not in " ".join(by_title)
        for part in made.parts:
            slide = by_title[part.strips.title]
            (frame,) = [shape for shape in slide.shapes if shape.has_table]
            cells = [[cell.text_frame.text for cell in row.cells] for row in frame.table.rows]
            assert cells[0][1] == part.strips.own
            assert [row[1] for row in cells[1:]] == [row.value for row in part.strips.rows]
            # strips stay inside the slide's body, beside the text
            marks = [shape for shape in slide.shapes if shape.name == "Streifen"]
            assert len(marks) >= sum(len(row.marks) + 1 for row in part.strips.rows)
            edge = (BODY.left + BODY.width) * 12_700
            assert all(shape.left > 0 and shape.left + shape.width <= edge for shape in marks)
            assert frame.top + frame.height <= (BODY.bottom + 8) * 12_700
        assert "Eigene Worte: Drei Schulen bleiben." in " ".join(
            shape.text_frame.text for shape in by_title["Bildung"].shapes if shape.has_text_frame
        )
