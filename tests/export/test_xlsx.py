"""Workbooks read back with openpyxl, a program that did not write them."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO

import numpy as np
import openpyxl
import pandas as pd

from zwk_data.export.xlsx import to_xlsx

SOURCE = "Statistische Ämter des Bundes und der Länder, dl-de/by-2-0"


def book(sheets: dict[str, pd.DataFrame], **kwargs: object) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(to_xlsx(sheets, title="Riesa", source=SOURCE, **kwargs)))  # type: ignore[arg-type]


FRAME = pd.DataFrame(
    {
        "AGS": ["01051000", "14627230"],
        "Jahr": [2015, 2023],
        "Bevölkerung": [1234567, np.nan],
        "Anteil 65+": [21.43, 30.0],
        "Datum": [date(2022, 11, 9), None],
        "Titel": ["=1+1", "https://example.org"],
    }
)


def test_cells_have_their_types():
    sheet = book({"Daten": FRAME})["Daten"]
    assert [cell.value for cell in sheet[1]] == list(FRAME.columns)
    assert [cell.value for cell in sheet[2]] == ["01051000", 2015, 1234567, 21.43, datetime(2022, 11, 9), "=1+1"]
    assert sheet["A2"].data_type == "s"
    assert sheet["F2"].data_type == "s", "text must never become a formula"
    assert sheet["F3"].hyperlink is None
    assert sheet["C3"].value is None
    assert sheet["E3"].value is None


def test_number_formats_follow_the_figures():
    sheet = book({"Daten": FRAME})["Daten"]
    formats = {cell.column_letter: cell.number_format for cell in sheet[2]}
    assert formats["B"] == "0", "a year has no thousands separator"
    assert formats["C"] == "#,##0"
    assert formats["D"] == "#,##0.00"
    assert formats["E"] == "dd.mm.yyyy"


def test_header_is_frozen_and_filterable():
    sheet = book({"Daten": FRAME})["Daten"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F3"
    assert sheet.column_dimensions["F"].width >= len("https://example.org")


def test_last_sheet_names_the_sources():
    workbook = book({"Daten": FRAME}, definitions={"Bevölkerung": "am 31. Dezember"}, note="Zensusbruch 2022")
    assert workbook.sheetnames == ["Daten", "Quellen"]
    assert [[c.value for c in row] for row in workbook["Quellen"].iter_rows()] == [
        ["Titel", "Riesa"],
        ["Quelle", SOURCE],
        ["dl-de/by-2-0", "https://www.govdata.de/dl-de/by-2-0"],
        ["Hinweis", "Zensusbruch 2022"],
        ["Bevölkerung", "am 31. Dezember"],
    ]


def test_sheet_names_are_made_valid_and_distinct():
    names = ["Alter/Geschlecht: alle [2015]", "𝐓𝐡𝐞 " * 9, "x" * 40, "x" * 41, "Quellen", "", "'"]
    workbook = book(dict.fromkeys(names, FRAME))
    assert len(workbook.sheetnames) == len(names) + 1
    assert len({name.lower() for name in workbook.sheetnames}) == len(names) + 1
    assert all(0 < len(name.encode("utf-16-le")) <= 62 for name in workbook.sheetnames)
    assert workbook.sheetnames[0] == "Alter Geschlecht  alle  2015"
    assert workbook.sheetnames[-1] == "Quellen"


def test_an_empty_frame_gives_a_sheet_with_a_header():
    assert [c.value for c in book({"leer": FRAME.head(0)})["leer"][1]] == list(FRAME.columns)
