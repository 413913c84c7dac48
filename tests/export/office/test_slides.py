"""Decks read back with python-pptx, and their charts' workbooks with openpyxl."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck

from tests.examples import examples
from zwk_data.charts.chart import Drawing, Figure, Look, Series
from zwk_data.dossier.model import Dossier, Fact, Facts, Section, TableBlock, Words
from zwk_data.export.slides import dossier_pptx
from zwk_data.export.xlsx import xml_text
from zwk_data.german import table_columns

ENGLISH = ("Click", "Second level", "Master", "Slide", "Placeholder", "Footer")
MASTER = ("title", "body", "ftr", "sldNum")


@pytest.fixture(scope="module")
def blob(dossier: Dossier) -> bytes:
    """The sample as a file."""
    return dossier_pptx(dossier)


@pytest.fixture(scope="module")
def deck(blob: bytes) -> Deck:
    """The sample read back."""
    return opened(blob)


def opened(blob: bytes) -> Deck:
    return Presentation(BytesIO(blob))


def texts(slide) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def charts(deck: Deck) -> dict[str, object]:
    return {
        slide.shapes.title.text_frame.text: shape.chart
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_chart
    }


def tables(deck: Deck) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in shape.table.rows]
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
    ]


def test_package_is_sound(blob: bytes, check_package: Callable[[bytes], None]):
    check_package(blob)


def test_every_slide_has_a_title_of_its_own_a_footer_a_number_and_notes(deck: Deck):
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(set(titles)) == len(titles)
    assert any(title.startswith("Gebiete (1 von ") for title in titles)
    for number, slide in enumerate(deck.slides, start=1):
        kinds = {shape._element.ph.get("type"): shape for shape in slide.placeholders}
        assert kinds["ftr"].text_frame.text == "Zwischenbilanz Riesa · Stand 31.12.2024"
        assert kinds["sldNum"]._element.find(f".//{qn('a:fld')}").get("type") == "slidenum"
        assert len(slide.notes_slide.notes_text_frame.text) > 10, titles[number - 1]


def test_nothing_is_left_empty_and_nothing_is_english(deck: Deck, blob: bytes):
    for slide in deck.slides:
        for shape in slide.shapes:
            assert not shape.has_text_frame or shape.text_frame.text.strip(), (shape.name, slide.slide_id)
    with zipfile.ZipFile(BytesIO(blob)) as package:
        for name in package.namelist():
            if "aster" in name or "ayout" in name:
                text = package.read(name).decode()
                words = [part.split("<")[0] for part in text.split("<a:t>")[1:]]
                assert not [word for word in words if any(one in word for one in ENGLISH)], name


def test_master_has_real_placeholders(deck: Deck):
    assert {shape._element.ph.get("type") for shape in deck.slide_master.placeholders} == set(MASTER)
    names = {
        layout.name: {shape._element.ph.get("type") for shape in layout.placeholders} for layout in deck.slide_layouts
    }
    assert "chart" in names["Diagramm"]
    assert "tbl" in names["Tabelle"]
    assert "pic" in names["Bild"]
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                assert shape.is_placeholder


def test_shapes_have_ids_of_their_own_and_graphics_are_described(deck: Deck):
    for slide in deck.slides:
        ids = [one.get("id") for one in slide._element.iter(qn("p:cNvPr"))]
        assert len(ids) == len(set(ids))
        for kind in ("p:graphicFrame", "p:pic"):
            for graphic in slide._element.iter(qn(kind)):
                assert next(graphic.iter(qn("p:cNvPr"))).get("descr")


def test_reading_order_is_title_first_and_number_last(deck: Deck):
    for slide in list(deck.slides)[1:]:
        kinds = [shape._element.ph.get("type") if shape.is_placeholder else "card" for shape in slide.shapes]
        assert kinds[0] == "title"
        assert kinds[-2:] == ["ftr", "sldNum"]


def test_nothing_overlaps_and_nothing_leaves_the_slide(deck: Deck):
    for slide in deck.slides:
        boxes = [(one.name, one.left, one.top, one.left + one.width, one.top + one.height) for one in slide.shapes]
        for at, (name, left, top, right, bottom) in enumerate(boxes):
            assert left >= 0, name
            assert top >= 0, name
            assert right <= deck.slide_width, name
            assert bottom <= deck.slide_height, (name, slide.shapes.title.text_frame.text)
            for other, left2, top2, right2, bottom2 in boxes[at + 1 :]:
                apart = left >= right2 or left2 >= right or top >= bottom2 - 1 or top2 >= bottom - 1
                assert apart, (name, other, slide.shapes.title.text_frame.text)


def test_charts_hold_the_numbers_twice(deck: Deck, all_drawings: dict[str, Drawing]):
    found = charts(deck)
    for kind, drawing in all_drawings.items():
        chart = found[f"Abbildung {kind}"]
        rows = list(openpyxl.load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active.values)
        assert [str(one) for one in chart.plots[0].categories] == list(drawing.categories)
        assert [row[0] for row in rows[1:]] == list(drawing.categories), "no category becomes a formula"
        drawn = [one for plot in chart.plots for one in plot.series]
        assert [one.name for one in drawn] == list(rows[0][1:])
        assert [list(one.values) for one in drawn] == [list(column) for column in zip(*rows[1:], strict=True)][1:]
        for at, series in enumerate(drawing.series):
            turn = -1 if (kind == "pyramid" and at % 2 == 0) or (kind == "balance" and at == 1) else 1
            wanted = [None if value is None else turn * value for value in series.values]
            # a line that a break cuts stands in two columns, which together hold each value once
            own = [list(one.values) for one in drawn if one.name == series.name]
            held = [[value for value in row if value is not None] for row in zip(*own, strict=True)]
            assert held == [[] if value is None else [value] for value in wanted]


def test_pyramid_shows_no_minus(deck: Deck):
    chart = charts(deck)["Abbildung pyramid"]
    assert chart.value_axis.tick_labels.number_format == "#,##0;#,##0"
    assert chart.plots[0].gap_width == 10
    assert chart.plots[0].overlap == 100


def test_first_category_of_bars_is_on_top_and_numbers_are_beneath(deck: Deck):
    for kind in ("bars", "stacked"):
        space = charts(deck)[f"Abbildung {kind}"]._chartSpace
        assert space.find(f".//{qn('c:catAx')}/{qn('c:scaling')}/{qn('c:orientation')}").get("val") == "maxMin"
        assert space.find(f".//{qn('c:valAx')}/{qn('c:crosses')}").get("val") == "max"


def test_break_is_told_and_lines_do_not_cross_it(deck: Deck):
    slide = next(one for one in deck.slides if one.shapes.title.text_frame.text == "Abbildung lines")
    assert any("zwischen 2010 und 2011 Zensus 2011" in text for text in texts(slide))
    chart = charts(deck)["Abbildung lines"]
    # years without a value are bridged, so a line ends before a break and begins anew behind it
    assert chart._chartSpace.find(f".//{qn('c:dispBlanksAs')}").get("val") == "span"
    places = [at for at, name in enumerate(chart.plots[0].categories) if not str(name).strip()]
    for series in chart.plots[0].series:
        known = [at for at, value in enumerate(series.values) if value is not None]
        assert not any(min(known) < place < max(known) for place in places)
    names = [series.name for series in chart.plots[0].series]
    deleted = chart._chartSpace.findall(f".//{qn('c:legendEntry')}/{qn('c:idx')}")
    assert [int(one.get("val")) for one in deleted] == [at for at, one in enumerate(names) if one in names[:at]]


def test_tables_hold_every_row_in_order(deck: Deck, dossier: Dossier):
    found = tables(deck)
    heads = [table[0] for table in found]
    for block in (one for section in dossier.sections for one in section.blocks if isinstance(one, TableBlock)):
        shown = table_columns(block.frame, block.formats)
        wanted = [list(row) for row in zip(*(one.texts for one in shown), strict=True)]
        head = [one.name for one in shown]
        got = [row for table, first in zip(found, heads, strict=True) if first == head for row in table[1:]]
        assert got == wanted


def test_empty_things_are_said(deck: Deck):
    told = "\n".join(text for slide in deck.slides for text in texts(slide))
    assert "Keine Leitkennzahl belegt." in told
    assert "Zu diesem Abschnitt ist nichts belegt." in told


def test_own_note_stands_in_the_speaker_notes_only(deck: Deck):
    shown = "\n".join(text for slide in deck.slides for text in texts(slide))
    assert "Nicht vergessen!" not in shown
    assert sum("Nicht vergessen!" in slide.notes_slide.notes_text_frame.text for slide in deck.slides) == 1


def test_notes_explain_what_is_seen(deck: Deck):
    notes = {slide.shapes.title.text_frame.text: slide.notes_slide.notes_text_frame.text for slide in deck.slides}
    told = notes["Abbildung lines"]
    for part in ("Das zeigt „Abbildung lines“.", "Mit Hinweis.", "Abbildung lines: Nur zur Probe.", "Quelle: ©"):
        assert part in told


def test_figures_and_tables_name_their_source(deck: Deck):
    for slide in deck.slides:
        if any(shape.has_chart or shape.has_table for shape in slide.shapes):
            assert any("Quelle: ©" in text for text in texts(slide)), slide.shapes.title.text_frame.text


def test_everything_is_german(blob: bytes):
    deck = opened(blob)
    assert deck.core_properties.language == "de-DE"
    assert deck.core_properties.title == "Zwischenbilanz Riesa"
    with zipfile.ZipFile(BytesIO(blob)) as package:
        for name in package.namelist():
            text = package.read(name).decode("utf-8", "ignore") if name.endswith(".xml") else ""
            assert "en-US" not in text, name
    for slide in deck.slides:
        for root in (slide._element, slide.notes_slide._element):
            for run in root.iter(qn("a:r")):
                assert run.find(qn("a:rPr")).get("lang") == "de-DE"


def test_only_invented_data_carry_the_banner(demo_dossier: Dossier, deck: Deck):
    for slide in opened(dossier_pptx(demo_dossier)).slides:
        assert "Demodaten – frei erfunden" in texts(slide)
    assert not any("frei erfunden" in text for slide in deck.slides for text in texts(slide))


def test_picture_is_whole(deck: Deck):
    pictures = [
        shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13 or hasattr(shape, "image")
    ]
    (picture,) = pictures
    assert picture.width / picture.height == pytest.approx(2.0, rel=0.01)
    assert (picture.crop_left, picture.crop_top) == (0, 0)


# a case is shrunk for minutes: each makes a whole file
DRAWING = (Phase.explicit, Phase.reuse, Phase.generate)
HARD = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("&<>\"'=\x00\x0b\x1f\ufffe\n\t\r {}[]*")),
    max_size=60,
)
LONG = st.integers(1, 40).map(lambda count: "Demografiestrategieentwicklung " * count)
TEXT = st.one_of(HARD, LONG, st.just(""))
LOOKS = [Look("#0b5c6e"), Look("#52606d", dash="dash", weight=2.0), Look("#1f2933", outline=True)]
VALUE = st.one_of(st.none(), st.just(0.0), st.floats(-1e9, 1e9), st.floats(0, 50))


@st.composite
def dossiers(draw: st.DrawFn, base: Dossier, figure: Callable[[str, Drawing], Figure]) -> Dossier:
    categories = draw(st.lists(TEXT, max_size=5))
    kind = draw(st.sampled_from(["lines", "columns", "balance", "bars", "stacked", "pyramid"]))
    count = draw(st.integers(0, 4))
    series = tuple(
        Series(draw(TEXT), tuple(draw(VALUE) for _ in categories), draw(st.sampled_from(LOOKS))) for _ in range(count)
    )
    drawing = Drawing(kind, tuple(categories), series, draw(TEXT), draw(st.integers(0, 3)), ((draw(TEXT), draw(TEXT)),))
    rows = draw(st.integers(0, 6))
    wide = draw(st.integers(0, 4))
    frame = pd.DataFrame(
        {f"{draw(TEXT)}{at}": [draw(st.one_of(TEXT, VALUE)) for _ in range(rows)] for at in range(wide)}
    )
    blocks = draw(
        st.permutations(
            [
                Words(tuple(draw(st.lists(TEXT, max_size=3))), draw(TEXT), draw(st.booleans())),
                Facts(
                    tuple(Fact(draw(TEXT), draw(TEXT), draw(TEXT)) for _ in range(draw(st.integers(0, 2)))), draw(TEXT)
                ),
                replace(
                    figure("x", drawing), chart=replace(figure("x", drawing).chart, title=draw(TEXT), note=draw(TEXT))
                ),
                TableBlock(draw(TEXT), frame, draw(TEXT), draw(TEXT)),
            ]
        )
    )
    section = Section("eins", draw(TEXT), tuple(blocks), draw(TEXT))
    return replace(
        base, name=draw(TEXT), sections=(section, Section("zwei", draw(TEXT), ())), definitions={draw(TEXT): draw(TEXT)}
    )


@pytest.mark.slow
@settings(max_examples=examples(5), deadline=None, suppress_health_check=list(HealthCheck), phases=DRAWING)
@given(data=st.data())
def test_any_text_and_number_makes_a_sound_deck(
    data: st.DataObject,
    dossier: Dossier,
    make_figure: Callable[[str, Drawing], Figure],
    check_package: Callable[[bytes], None],
):
    drawn = data.draw(dossiers(dossier, make_figure))
    blob = dossier_pptx(drawn)
    check_package(blob)
    deck = opened(blob)
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(set(titles)) == len(titles)
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.top + shape.height <= deck.slide_height
    text = "".join(text for slide in deck.slides for text in texts(slide)) + str(tables(deck))
    # python-pptx tells of a broken line as of a vertical tab
    assert text.replace("\v", "\n") == xml_text(text)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice Impress is not installed")
def test_another_program_opens_it_whole(blob: bytes, deck: Deck, tmp_path: Path):
    (tmp_path / "probe.pptx").write_bytes(blob)
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "odp", "--outdir", tmp_path, tmp_path / "probe.pptx"],
        check=True,
        capture_output=True,
        timeout=90,
    )
    with zipfile.ZipFile(tmp_path / "probe.odp") as package:
        assert package.read("content.xml").count(b"<draw:page ") == len(deck.slides)
