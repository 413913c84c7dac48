"""Excel workbooks with typed cells and a sheet that says where the figures come from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

SOURCES = "Quellen"
#: years are numbers without a thousands separator
YEAR_COLUMN = re.compile(r"jahr|gebietsstand|zensus", re.IGNORECASE)
WIDEST = 60


def to_xlsx(
    sheets: Mapping[str, pd.DataFrame],
    *,
    title: str = "",
    source: str,
    definitions: Mapping[str, str] | None = None,
    note: str = "",
) -> bytes:
    """Write one worksheet per frame and a last one, „Quellen“, with title, source line, note and definitions.

    Numbers are numbers (shown with as many decimals as they carry, three at most), dates are dates, keys such as an
    AGS stay text with their leading zeros, missing values are empty cells, and no text is ever taken for a formula or
    a link. The header row is frozen and can be filtered. Without ``title`` the first sheet's name stands for it.

    ``sheets``: sheet name -> frame with German column names (index left out); names are made valid for Excel.
    ``definitions``: name of an indicator or sign -> what it means.
    """
    title = title or next(iter(sheets), "")
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": title, "comments": source})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#d3e6ea"})
        taken = {SOURCES.lower()}
        for name, frame in sheets.items():
            _write_frame(book, book.add_worksheet(_sheet_name(name, taken)), frame, head)
        _write_sources(book, title, source, note, definitions or {})
    return buffer.getvalue()


def _write_frame(book: Any, sheet: Any, frame: pd.DataFrame, head: Any) -> None:
    for position, name in enumerate(frame.columns):
        column = frame.iloc[:, position]
        form = book.add_format(_number_format(str(name), column))
        sheet.write_string(0, position, str(name), head)
        for row, value in enumerate(column, start=1):
            _write_cell(sheet, row, position, value, form)
        sheet.set_column(position, position, _width(str(name), column))
    sheet.freeze_panes(1, 0)
    if frame.shape[1]:
        sheet.autofilter(0, 0, max(len(frame), 1), frame.shape[1] - 1)


def _write_cell(sheet: Any, row: int, column: int, value: object, form: Any) -> None:
    if value is None or value is pd.NaT or value is pd.NA:
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, bool | np.bool_):
        sheet.write_string(row, column, "ja" if value else "nein")
    elif isinstance(value, int | float | np.integer | np.floating):
        if np.isfinite(value):
            sheet.write_number(row, column, float(value), form)
        else:
            sheet.write_blank(row, column, None, form)
    elif isinstance(value, datetime | date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        sheet.write_datetime(row, column, moment.replace(tzinfo=None), form)
    else:
        sheet.write_string(row, column, str(value))


def _number_format(name: str, column: pd.Series) -> dict[str, str]:
    """Excel's own notation; Excel shows it with the reader's separators."""
    values = [value for value in column if value is not None and value is not pd.NaT and value is not pd.NA]
    if values and all(isinstance(value, date) for value in values):
        return {"num_format": "dd.mm.yyyy"}
    numbers = [float(v) for v in values if isinstance(v, int | float | np.integer | np.floating) and np.isfinite(v)]
    if YEAR_COLUMN.search(name) and all(v == int(v) for v in numbers):
        return {"num_format": "0"}
    decimals = next((d for d in range(3) if all(abs(v - round(v, d)) < 1e-9 * max(1.0, abs(v)) for v in numbers)), 3)
    return {"num_format": "#,##0" + ("." + "0" * decimals if decimals else "")}


def _width(name: str, column: pd.Series) -> float:
    longest_word = max((len(word) for word in name.split()), default=4)
    texts = (len(value) if isinstance(value, str) else 12 for value in column.head(500))
    return min(max(longest_word + 3, max(texts, default=8) + 1, 8), WIDEST)


def _sheet_name(name: str, taken: set[str]) -> str:
    """At most 31 characters, none of ``[]:*?/\\``, no apostrophe at the ends, unlike all others."""
    base = re.sub(r"[\[\]:*?/\\]", " ", name).strip(" '")[:31].strip(" '") or "Tabelle"
    candidate, number = base, 2
    while candidate.lower() in taken:
        tail = f" ({number})"
        candidate, number = base[: 31 - len(tail)] + tail, number + 1
    taken.add(candidate.lower())
    return candidate


def _write_sources(book: Any, title: str, source: str, note: str, definitions: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(SOURCES)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    rows = [("Titel", title), ("Quelle", source)] + ([("Hinweis", note)] if note else []) + list(definitions.items())
    for row, (label, text) in enumerate(rows):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text, wrap)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
