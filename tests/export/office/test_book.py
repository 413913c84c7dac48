"""Workbooks of a dossier read back with openpyxl."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.charts.chart import Drawing, Figure, Series
from zwk_data.dossier.model import Dossier, Fact, Facts, Section, TableBlock, Words
from zwk_data.export.dossier_xlsx import FACTS, OVERVIEW, TEXTS, VALUES, dossier_xlsx


@pytest.fixture(scope="module")
def blob(dossier: Dossier) -> bytes:
    """The sample as a file."""
    return dossier_xlsx(dossier)


@pytest.fixture(scope="module")
def book(blob: bytes) -> openpyxl.Workbook:
    """The sample read back."""
    return openpyxl.load_workbook(BytesIO(blob))


def test_package_is_sound(blob: bytes, check_package: Callable[[bytes], None]):
    check_package(blob)


def test_sheets_in_order_and_overview_leads_to_each(book: openpyxl.Workbook):
    figures = [f"Abbildung {kind}" for kind in ("lines", "columns", "balance", "bars", "stacked", "pyramid")]
    tables = ["Gebiete", "Gebiete (2)", "Leitkennzahlen"]
    assert book.sheetnames == [OVERVIEW, TEXTS, FACTS, *figures, *tables, VALUES, "Quellen"]
    links = {cell.hyperlink.location for row in book[OVERVIEW] for cell in row if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in book.sheetnames if name != OVERVIEW}


def test_cells_have_their_types_and_no_text_is_a_formula(book: openpyxl.Workbook):
    sheet = book["Gebiete"]
    assert [cell.value for cell in sheet[2]][:6] == ["01051000", 2015, 1234567, 21.43, datetime(2022, 11, 9), "=1+1"]
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].number_format == "0"
    for one in book:
        assert all(cell.data_type != "f" for row in one for cell in row)


def test_numbers_of_charts_stand_on_their_sheet(book: openpyxl.Workbook, all_drawings: dict[str, Drawing]):
    rows = [[cell.value for cell in row] for row in book[VALUES]]
    for kind, drawing in all_drawings.items():
        start = next(at for at, row in enumerate(rows) if str(row[0]).startswith(f"Abbildung {kind} ("))
        names = [name for name in rows[start + 1][1:] if name]
        for at, category in enumerate(drawing.categories):
            row = rows[start + 2 + at]
            assert row[0] == category
            for place, one in enumerate(drawing.series):
                turn = -1 if (kind == "pyramid" and place % 2 == 0) or (kind == "balance" and place == 1) else 1
                # a line that a break cuts stands in two columns, which together hold each value once
                held = [row[1 + i] for i, name in enumerate(names) if name == one.name and row[1 + i] is not None]
                assert held == ([] if one.values[at] is None else [turn * one.values[at]])


def test_charts_are_native_described_and_draw_these_cells(blob: bytes, all_drawings: dict[str, Drawing]):
    with zipfile.ZipFile(BytesIO(blob)) as package:
        drawn = [
            package.read(name).decode() for name in sorted(package.namelist()) if name.startswith("xl/drawings/drawing")
        ]
        charts = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == len(drawn) == len(all_drawings)
    assert all('descr="Das zeigt „Abbildung' in text for text in drawn)
    for text in charts:
        assert '<c:lang val="de-DE"/>' in text
        assert f"{VALUES}!$A$" in text
        assert "<c:title>" in text


def test_charts_refer_to_the_rows_of_their_numbers(blob: bytes, book: openpyxl.Workbook):
    for name in (one for one in book.sheetnames if one.startswith("Abbildung")):
        (chart,) = book[name]._charts
        reference = chart.series[0].cat.strRef or chart.series[0].cat.numRef
        first = int(re.search(r"\$A\$(\d+):", reference.f).group(1))
        assert str(book[VALUES].cell(first - 2, 1).value).startswith(name)


def test_texts_facts_and_notes(book: openpyxl.Workbook, dossier: Dossier):
    told = [[cell.value for cell in row] for row in book[TEXTS].iter_rows(min_row=2)]
    assert ["Die Lage in Worten", "Eigene Notiz", "Nicht vergessen!"] in told
    assert ["Handlungsfelder", "Wohnen: Ziele", "Ziel eins"] in told
    assert [row[0] for row in told] == sorted([row[0] for row in told], key=[s.title for s in dossier.sections].index)
    assert book[FACTS]["B2"].value == "Kennzahl 0"
    assert book[FACTS].max_row == 9


def test_empty_table_says_so_and_sources_are_last(book: openpyxl.Workbook, dossier: Dossier):
    assert book["Leitkennzahlen"]["A2"].value == "Keine Leitkennzahl belegt."
    rows = {row[0].value: row[1].value for row in book["Quellen"]}
    assert rows["Quelle"] == dossier.sources[0]
    assert rows["Kennzahl 1"] == "Was sie bedeutet."
    assert "Mit Hinweis. Quelle: ©" in rows["Gebiete (Blatt „Gebiete (2)“)"]


def test_prints_on_a4_across_with_title_and_page(book: openpyxl.Workbook):
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9), sheet.title
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.oddHeader.left.text == "Zwischenbilanz Riesa"
        assert sheet.oddFooter.right.text == "Seite &P von &N"
    assert book["Gebiete"].freeze_panes == "A2"
    assert book["Gebiete"].print_title_rows == "$1:$1"


def test_language_title_and_demo_hint(demo_dossier: Dossier, blob: bytes):
    book = openpyxl.load_workbook(BytesIO(dossier_xlsx(demo_dossier)))
    assert (book.properties.language, book.properties.title) == ("de-DE", "Zwischenbilanz Riesa")
    assert "Demodaten – frei erfunden" in [row[0].value for row in book[OVERVIEW]]
    assert all("frei erfunden" in sheet.oddHeader.right.text for sheet in book)
    assert "frei erfunden" not in str(
        [[c.value for c in row] for row in openpyxl.load_workbook(BytesIO(blob))[OVERVIEW]]
    )


# a case is shrunk for minutes: each makes a whole file
DRAWING = (Phase.explicit, Phase.reuse, Phase.generate)
HARD = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("&<>\"'=\x00\x0b\x1f\ufffe\n\t\r {}[]*")),
    max_size=60,
)
TEXT = st.one_of(HARD, st.integers(1, 2000).map(lambda count: "Sehr langer Name " * count))
VALUE = st.one_of(st.none(), st.just(0.0), st.floats())


@settings(max_examples=examples(5), deadline=None, suppress_health_check=list(HealthCheck), phases=DRAWING)
@given(data=st.data())
def test_any_text_and_number_makes_a_sound_workbook(
    data: st.DataObject,
    dossier: Dossier,
    make_figure: Callable[[str, Drawing], Figure],
    check_package: Callable[[bytes], None],
):
    draw = data.draw
    categories = tuple(draw(st.lists(HARD, max_size=4)))
    finite = st.one_of(st.none(), st.floats(-1e12, 1e12))
    series = tuple(Series(draw(HARD), tuple(draw(finite) for _ in categories)) for _ in range(draw(st.integers(0, 3))))
    kind = draw(st.sampled_from(["lines", "columns", "bars", "stacked", "pyramid"]))
    made = make_figure("x", Drawing(kind, categories, series, draw(HARD)))
    frame = pd.DataFrame(
        {f"{draw(HARD)}{at}": [draw(st.one_of(TEXT, VALUE)) for _ in range(3)] for at in range(draw(st.integers(0, 3)))}
    )
    blocks = (
        Words((draw(TEXT),), draw(HARD)),
        Facts((Fact(draw(HARD), draw(HARD), draw(HARD)),), draw(HARD)),
        replace(made, chart=replace(made.chart, title=draw(HARD), alt=draw(TEXT))),
        TableBlock(draw(TEXT), frame, draw(HARD), draw(TEXT)),
    )
    drawn = replace(
        dossier, name=draw(TEXT), sections=(Section("eins", draw(HARD), blocks, draw(TEXT)), Section("zwei", "", ()))
    )
    blob = dossier_xlsx(drawn)
    check_package(blob)
    for sheet in openpyxl.load_workbook(BytesIO(blob)):
        assert all(cell.data_type != "f" for row in sheet for cell in row)
