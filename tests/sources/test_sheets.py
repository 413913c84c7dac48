"""Workbooks: cell names, numbers, and files that must not reach calamine."""

from __future__ import annotations

import io
import math
import re
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from zwk_data.errors import SourceError
from zwk_data.sources import open_files


@given(st.integers(0, 1_048_575), st.integers(0, 16_383))
def test_cells_are_named_as_excel_does(row: int, column: int) -> None:
    assert open_files.cell_name(row, column) == f"{get_column_letter(column + 1)}{row + 1}"


def test_cells_keep_their_place_when_the_top_is_empty() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("Blatt")
        page.write(6, 3, "Wert")
    (sheet,) = open_files.sheets(target.getvalue(), "a.xlsx")
    assert sheet.cell(6, 3) == "Wert"
    assert sheet.cell(99, 99) == ""
    assert sheet.where(6, 3) == "Blatt Blatt, Zelle D7"


@pytest.mark.parametrize(
    ("cell", "value"),
    [(7.5, 7.5), ("9,43751", 9.43751), (" 12 ", 12), ("-3", -3), ("+0,5", 0.5), ("", math.nan), ("\xa0", math.nan)],
)
def test_numbers(cell: object, value: float) -> None:
    found = open_files.number(open_files.Sheet("a.xlsx", "Blatt", [[cell]]), 0, 0, "eine Zahl")
    assert found == value or (math.isnan(found) and math.isnan(value))


@pytest.mark.parametrize("cell", ["1.234", "1.5", "-", "abc", "1e3", "NaN", True])
def test_other_text_is_no_number(cell: object) -> None:
    with pytest.raises(SourceError, match=r"Zelle A1: „.*“ ist keine Zahl; erwartet wird eine Zahl"):
        open_files.number(open_files.Sheet("a.xlsx", "Blatt", [[cell]]), 0, 0, "eine Zahl")


def test_a_stray_cell_far_out_is_refused_before_it_takes_the_memory() -> None:
    for constant_memory in (False, True):
        target = io.BytesIO()
        with xlsxwriter.Workbook(target, {"constant_memory": constant_memory}) as book:
            page = book.add_worksheet()
            page.write(0, 0, "Satzart")
            page.write(1_048_575, 16_383, 1)
        with pytest.raises(SourceError, match="bis Spalte 16384 und Zeile 1048576"):
            open_files.sheets(target.getvalue(), "weit.xlsx")


@pytest.mark.attack
def test_a_workbook_whose_stated_size_lies_is_refused_and_the_process_lives() -> None:
    """calamine believes the cells, asks for 550 GB, and ends the process that it runs in."""
    target, lying = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write(0, 0, "Satzart")
        page.write(1_048_575, 16_383, 1)
    with zipfile.ZipFile(target) as old, zipfile.ZipFile(lying, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', old.read(name)))
    with pytest.raises(SourceError, match=r"lügt\.xlsx: die Arbeitsmappe ist entpackt zu groß, oder"):
        open_files.sheets(lying.getvalue(), "lügt.xlsx")


def encrypted(archive: bytes) -> bytes:
    """The same zip archive, each part of it marked as encrypted."""
    content = bytearray(archive)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), archive):
            content[found.start() + flags] |= 1
    return bytes(content)


@pytest.mark.attack
def test_a_workbook_with_a_password_is_refused_in_a_sentence() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet().write(0, 0, "Satzart")
    with pytest.raises(SourceError, match=r"geheim\.xlsx: die Arbeitsmappe ist mit einem Kennwort geschützt"):
        open_files.sheets(encrypted(target.getvalue()), "geheim.xlsx")


def test_a_workbook_without_a_sheet_is_refused() -> None:
    target, empty = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet()
    with zipfile.ZipFile(target) as old, zipfile.ZipFile(empty, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb"<sheet [^>]*/>", b"", old.read(name)))
    with pytest.raises(SourceError, match=r"leer\.xlsx: die Arbeitsmappe hat kein Blatt"):
        open_files.sheets(empty.getvalue(), "leer.xlsx")


def test_a_cell_that_is_only_coloured_far_out_does_no_harm() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write(0, 0, "Satzart")
        page.write_blank(1_048_575, 16_383, None, book.add_format({"bg_color": "red"}))
    (sheet,) = open_files.sheets(target.getvalue(), "bunt.xlsx")
    assert [list(row) for row in sheet.rows] == [["Satzart"]]


@pytest.mark.slow
@pytest.mark.attack
def test_an_archive_that_unpacks_without_end_is_refused() -> None:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(251):
            part.write(bytes(1_000_000))
    with pytest.raises(SourceError, match="entpackt zu groß"):
        open_files.sheets(target.getvalue(), "bombe.xlsx")


@given(st.binary(max_size=400))
def test_no_bytes_get_through(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04"):
        with pytest.raises(SourceError):
            open_files.sheets(start + content, "zufall.xlsx")
