"""Text cut for slides, and what Office can't hold."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from zwk_data.charts.chart import Drawing, Series
from zwk_data.dossier.model import Words
from zwk_data.export.look import axis_start, label_step, lines, lonely, marks_words, shortened, text_pieces, width
from zwk_data.export.slides.native_table import lay_out
from zwk_data.export.slides.slide import pages, paragraphs, total
from zwk_data.export.xlsx import xml_text
from zwk_data.german import table_columns

ROOM, SPACE, SIZE = 400.0, 200.0, 20.0


@given(st.text(st.characters(exclude_categories=[]), max_size=40))
def test_xml_takes_what_is_left_of_any_text(text: str):
    left = xml_text(text + "\ud800\x0b\ufffe")
    element = etree.Element("a")
    element.text = left
    assert etree.fromstring(etree.tostring(element)).text in (left, None)


def test_width_is_that_of_arial():
    assert width("Bevölkerungsentwicklung und Altersaufbau in der Kommune", 1) == pytest.approx(26.74 * 1.02, rel=0.01)
    assert lines("zwei Wörter", width("zwei W", 20), 20) == 2
    assert lines("a\nb", 400, 20) == 2


@pytest.mark.slow
@given(st.text(max_size=80))
def test_shortened_text_fits_and_begins_alike(text: str):
    short = shortened(text, 120, 12)
    assert width(short, 12) <= 120
    assert short == text or text.startswith(short[:-1].rstrip("…"))


@given(st.text(alphabet="aW \n", max_size=300), st.integers(1, 4))
def test_pieces_are_short_enough_and_lose_nothing(text: str, most: int):
    found = text_pieces(text, 60, 12, most)
    assert all(lines(one, 60, 12) <= most for one in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_pieces_end_even_without_room():
    assert "".join(text_pieces("WWW\n\nW", 1, 12, 1)) == "WWWW"


@given(st.lists(st.text(alphabet="Satz ist lang. ", min_size=1, max_size=600), max_size=8), st.booleans())
def test_pages_of_text_fit_and_lose_no_letter(sentences: list[str], listed: bool):
    found = paragraphs([Words(tuple(sentences), "Überschrift", listed)])
    made = pages(found, ROOM, SPACE, SIZE)
    assert all(total(page, ROOM, SIZE) <= SPACE for page in made)
    joined = "".join(one.text for page in made for one in page)
    assert "".join(joined.split()) == "".join("".join(one.text for one in found).split())
    assert all(page[-1].kind != "heading" for page in made[:-1])


def test_table_is_split_where_the_slide_ends():
    shown = table_columns(pd.DataFrame({"Was": [f"Zeile {at}" for at in range(50)]}))
    layout = lay_out(shown, 800, (16.0, 13.0, 11.0), 300)
    parts = layout.pages(300, 150)
    assert [row for part in parts for row in part] == list(range(50))
    for at, part in enumerate(parts):
        assert layout.head + sum(layout.rows[row] for row in part) <= (150 if at == 0 else 300)
    assert layout.size == 13.0, "a longer table goes on, it does not get smaller"


def test_columns_share_the_room_and_break_no_word():
    words = {"Kurz": ["a"], "Lang": ["Demografiestrategie " * 30], "Mittel": ["Bevölkerungsentwicklung"]}
    layout = lay_out(table_columns(pd.DataFrame(words)), 500, (14.0,), 300)
    assert sum(layout.widths) <= 500.01
    assert layout.widths[2] >= width("Bevölkerungsentwicklung", 14)
    assert layout.widths[1] > layout.widths[2]


def test_axis_of_lines_starts_near_the_lowest_value_but_never_for_counts():
    line = Drawing("lines", ("a", "b"), (Series("x", (98.0, 103.0)),), decimals=1)
    assert axis_start(line) == 97.0
    assert axis_start(Drawing("lines", ("a", "b"), (Series("x", (98.0, 103.0)),))) == 0
    assert axis_start(Drawing("lines", ("a", "b"), (Series("x", (0.5, 30.0)),), decimals=1)) == 0
    assert axis_start(Drawing("columns", ("a",), (Series("x", (98.0,)),), decimals=1)) is None
    assert axis_start(Drawing("lines", ("a",), (Series("x", (None,)),), decimals=1)) is None


def test_labels_never_fall_on_a_break():
    names = tuple(" " if at == 21 else str(1990 + at) for at in range(37))
    step = label_step(Drawing("lines", names, ()))
    assert step > 1
    assert all(names[at].strip() for at in range(0, 37, step))


def test_lonely_values_and_words_of_breaks():
    assert lonely((None, 2.0, None)) == [1]
    assert lonely((1.0, None, 2.0)) == []
    drawing = Drawing("lines", ("2010", " ", "2011"), (), marks=((" ", "Zensus 2011"),))
    assert marks_words(drawing) == "Bruch in der Reihe: zwischen 2010 und 2011 Zensus 2011."
    assert marks_words(Drawing("lines", (), ())) == ""
