"""PDFs: tagged and whole, with the numbers of the page, whatever texts they are given."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.examples import examples
from zwk_data.charts.chart import Chart, Drawing, Figure, Look, Series
from zwk_data.charts.place_strip import Strips
from zwk_data.dossier import content
from zwk_data.dossier.model import Dossier, Fact, Facts, Section, TableBlock, Words
from zwk_data.errors import ZwkError
from zwk_data.export.pdf import dossier_pdf, poster_pdf, synopse_pdf
from zwk_data.export.pdf.drawings import svg
from zwk_data.programme.measures_and_money import action_fields

LINES = Drawing(
    "lines",
    ("2009", "2010", " ", "2011", "2012"),
    (
        Series("Riesa", (100.0, None, None, 98.5, 97.0)),
        Series("Sachsen", (None, 99.0, None, None, 98.0), Look("#52606d")),
    ),
    "Index",
    1,
    ((" ", "Zensus 2011"),),
)


def figure(alt: str, drawing: Drawing = LINES) -> Figure:
    import plotly.graph_objects as go

    return Figure(Chart(go.Figure(), title="Eine Abbildung", alt=alt, source="Amt", table=pd.DataFrame()), drawing)


def dossier(*blocks: Any, note: str = "", name: str = "Riesa") -> Dossier:
    section = Section("lage", "Lage", tuple(blocks), note)
    return Dossier("riesa", name, "Stadt in Sachsen", date(2024, 12, 31), (section,), {"Index": "Ein Maß."}, ("Amt",))


@pytest.mark.parametrize("sign", ["👍🏽", "مرحبا", "你好", "𝔘", "\u200b", "☃"])
def test_a_sign_that_our_font_lacks_stops_nothing(sign: str) -> None:
    drawing = Drawing("lines", ("2009", f"{sign}2010"), (Series(f"Riesa {sign}", (1.0, 2.0)),), "Index", 1, ())
    made = dossier_pdf(dossier(Words((f"Super {sign} gelaufen",), "Wort"), figure("Alt", drawing), note=sign))
    assert "Super" in text_of(made)
    assert "gelaufen" in text_of(made)


def text_of(made: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())


def tags(made: bytes) -> Iterator[Any]:
    """Every element of the structure tree."""
    waiting = [PdfReader(io.BytesIO(made)).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, list):
            waiting += one
        elif hasattr(one, "get"):
            yield one
            if "/K" in one and not isinstance(one["/K"], int):
                waiting.append(one["/K"])


@pytest.fixture(scope="module")
def real(stores: Path) -> tuple[Dossier, bytes]:
    """A dossier with everything in it, and its PDF."""
    made = content.dossier("lk-rostock", None, {"stufen": "Bitte nachfragen."})
    return made, dossier_pdf(made)


@pytest.mark.slow
def test_it_is_tagged_in_german_with_title_bookmarks_and_our_fonts(real: tuple[Dossier, bytes]) -> None:
    reader = PdfReader(io.BytesIO(real[1]))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "de-DE"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "Zwischenbilanz Landkreis Rostock"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert [one.title for one in reader.outline if not isinstance(one, list)][:-2] == list(content.SECTIONS.values())
    fonts = {
        font.get_object()["/BaseFont"] for page in reader.pages for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert all("SourceSans3" in name for name in fonts), "a subset of ours, and nothing else"
    assert 6 <= len(reader.pages) <= 12


def test_every_picture_says_what_it_shows(real: tuple[Dossier, bytes]) -> None:
    shown = [one.get("/Alt") for one in tags(real[1]) if one.get("/S") == "/Figure"]
    wanted = {
        block.chart.alt if isinstance(block, Figure) else block.alt
        for section in real[0].sections
        for block in section.blocks
        if not isinstance(block, Words | Facts | TableBlock | Strips)
    }
    assert wanted <= set(shown)
    assert all(shown)


@pytest.mark.slow
def test_it_holds_the_numbers_of_the_page(real: tuple[Dossier, bytes]) -> None:
    told = text_of(real[1]).replace("\xa0", " ")
    for block in (block for section in real[0].sections for block in section.blocks):
        if isinstance(block, Facts):
            assert all(one.value.replace("\xa0", " ") in told for one in block.items)
        if isinstance(block, Words):
            # hyphens at the ends of lines are the setter's
            assert all(" ".join(one.split()[:3]).replace("\xa0", " ") in told for one in block.sentences)
    assert "Eigene Notiz Bitte nachfragen." in told
    assert "Demodaten" not in told


def test_tables_have_heads(real: tuple[Dossier, bytes]) -> None:
    kinds = [str(one.get("/S")) for one in tags(real[1])]
    tables = sum(isinstance(block, TableBlock | Strips) for section in real[0].sections for block in section.blocks)
    assert kinds.count("/Table") == tables
    assert kinds.count("/TH") >= tables


def test_a_picture_without_words_stops_it() -> None:
    with pytest.raises(ZwkError, match="keinen Alternativtext"):
        dossier_pdf(dossier(figure("")))


@pytest.mark.slow
@settings(max_examples=examples(5), deadline=None)
@given(
    st.lists(st.text("ab#*$_@<>\\\"'`~^&{}[]()=/-+%ÄßŁ€ \n", min_size=1, max_size=40), min_size=1, max_size=4),
    st.sampled_from(["#", "*x*", "$a$", "@b", "<c>", "= H", "- d", "// e", "\\", "{", "https://f.de"]),
)
def test_no_text_is_taken_for_markup(texts: list[str], odd: str) -> None:
    frame = pd.DataFrame({"Spalte": texts, odd: [f"Z{odd}Z"] * len(texts)})
    facts = Facts((Fact(odd, f"W{odd}W", odd),), odd)
    words = Words((*texts, f"S{odd}S"), odd, listed=True)
    made = dossier_pdf(dossier(words, facts, TableBlock(odd, frame, odd), figure("Alt"), note=odd, name=f"N{odd}N"))
    told = text_of(made).replace(" ", "")
    for wanted in (f"Z{odd}Z", f"W{odd}W", f"S{odd}S"):
        assert wanted.replace(" ", "") in told


def test_lines_stop_at_a_break_and_go_on_over_years_without_a_figure() -> None:
    drawn = svg(LINES).decode()
    assert drawn == svg(LINES).decode(), "the same drawing, the same bytes"
    assert "Zensus 2011" in drawn
    assert "Riesa" in drawn
    paths = [part for part in drawn.split("<path d=")[1:] if "stroke: #0b5c6e" in part.split("/>")[0]]
    # 2009 alone, and 2011 to 2012: the only line of the two has two points
    assert sum(part.split('"')[1].count("L ") for part in paths if 'clip-path="url' in part) == 1


@pytest.mark.parametrize("kind", ["lines", "columns", "balance", "bars", "stacked", "pyramid"])
@pytest.mark.parametrize("count", [1, 17])
def test_every_kind_is_drawn_with_gaps_and_nothing(kind: Any, count: int) -> None:
    values = tuple(None if at % 3 == 1 else float(at) for at in range(count))
    names = ["Männer", "Frauen", "Sachsen, Männer", "Sachsen, Frauen"]
    series = tuple(Series(name, values, Look("#0b5c6e", outline=at > 1)) for at, name in enumerate(names))
    assert svg(Drawing(kind, tuple(f"K{at}" for at in range(count)), series, "Achse")).startswith(b"<?xml")


def test_nothing_to_draw_is_said() -> None:
    assert "Eine Abbildung Nicht belegt." in text_of(dossier_pdf(dossier(figure("Alt", Drawing("lines", (), ())))))


@pytest.mark.parametrize("size", [("A1", 1684), ("A3", 842)])
def test_a_poster_for_each_field(stores: Path, size: tuple[str, int]) -> None:
    fields = action_fields("riesa")
    reader = PdfReader(io.BytesIO(poster_pdf("Riesa", fields, size[0], date(2024, 12, 31))))
    assert len(reader.pages) == len(fields)
    assert round(float(reader.pages[0].mediabox.width)) == size[1]
    for page, one in zip(reader.pages, fields, strict=True):
        assert one.name.split()[0] in page.extract_text()


def test_no_poster_of_nothing() -> None:
    with pytest.raises(ZwkError, match="kein Plakat"):
        poster_pdf("Nirgends", [], "A1", date(2024, 12, 31))
    with pytest.raises(ZwkError, match="A1 und A3"):
        poster_pdf("Nirgends", [], "A4", date(2024, 12, 31))


def test_the_synopse_names_everybody(stores: Path) -> None:
    from zwk_data.programme import participants

    told = text_of(synopse_pdf())
    people = participants.participants()
    assert all(land in told for land in people["land"])
    assert all(str(name).split()[0].split("-")[0] in told for name in people["name"])
