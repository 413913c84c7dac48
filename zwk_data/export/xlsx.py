"""Excel workbooks with typed cells and a sheet that says where the figures come from.

Also ``xml_text``, for all Office files: text that people paste may contain characters that XML forbids.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from zwk_data.charts.chart import ACCENT_SOFT
from zwk_data.demography.source_lines import addresses
from zwk_data.export.look import lines, number_format

#: everything that XML 1.0 forbids: control characters, halves of surrogate pairs, two non-characters
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """``text`` without what XML forbids; all kinds of line break (Word's soft one, too) become plain ones."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n")
    return _ILLEGAL.sub("", plain)


SOURCES = "Quellen"
#: years are numbers without a thousands separator
YEAR_COLUMN = re.compile(r"jahr|gebietsstand|zensus", re.IGNORECASE)
WIDEST = 60
#: the longest text that an Excel cell can hold
LONGEST = 32_767
#: points per character of column width, and the font size of cells
_POINTS, _SIZE = 5.3, 11.0


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
    a link. The header row is frozen and can be filtered. ``title`` is the first sheet's name unless given.

    ``sheets``: sheet name -> frame with German column names (index left out); names are made valid for Excel.
    ``definitions``: name of an indicator or sign -> what it means.
    """
    title = title or next(iter(sheets), "")
    buffer = BytesIO()
    with open_book(buffer) as book:
        book.set_properties({"title": xml_text(title), "comments": xml_text(source)})
        head = head_format(book)
        taken = {SOURCES.lower()}
        for name, frame in sheets.items():
            write_frame(book, book.add_worksheet(sheet_name(name, taken)), frame, head)
        rows = [("Titel", title), ("Quelle", source), *addresses([source])] + ([("Hinweis", note)] if note else [])
        write_pairs(book, [*rows, *(definitions or {}).items()])
    return in_german(buffer.getvalue())


def open_book(buffer: BytesIO) -> Any:
    """A new workbook in which no text ever becomes a formula, a link or a number."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(buffer, options)


def head_format(book: Any) -> Any:
    """The look of a header row."""
    return book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": ACCENT_SOFT})


def in_german(blob: bytes) -> bytes:
    """The workbook with German as the language of document and charts, which XlsxWriter can't set."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(blob)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "docProps/core.xml":
                end = b"</cp:coreProperties>"
                content = content.replace(end, b"<dc:language>de-DE</dc:language>" + end)
            elif item.filename.startswith("xl/charts/"):
                content = content.replace(b'<c:lang val="en-US"/>', b'<c:lang val="de-DE"/>')
            new.writestr(item, content)
    return made.getvalue()


def write_frame(
    book: Any, sheet: Any, frame: pd.DataFrame, head: Any, decimals: Mapping[str, int] | None = None
) -> list[float]:
    """Write a frame to a sheet, with typed cells and a header that is frozen and has filters; returns column widths.

    ``decimals``: column -> how many decimals to show, where the ones its numbers have are not meant. Long text wraps.
    """
    widths, needed = [], [1] * (len(frame) + 1)
    for position, name in enumerate(frame.columns):
        column = frame.iloc[:, position]
        form = book.add_format(_number_format(str(name), column, (decimals or {}).get(str(name))) | {"valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        widths.append(_width(str(name), column))
        sheet.write_string(0, position, _cell_text(str(name)), head)
        needed[0] = max(needed[0], text_lines(str(name), widths[-1] - 3, bold=True))
        for row, value in enumerate(column, start=1):
            long = isinstance(value, str) and (len(value) >= widths[-1] or "\n" in value)
            write_cell(sheet, row, position, value, wrapped if long else form)
            if long:
                needed[row] = max(needed[row], text_lines(value, widths[-1]))
        sheet.set_column(position, position, widths[-1])
    for row, count in enumerate(needed):
        if count > 1:
            sheet.set_row(row, row_height(count))
    sheet.freeze_panes(1, 0)
    if frame.shape[1]:
        sheet.autofilter(0, 0, max(len(frame), 1), frame.shape[1] - 1)
    return widths


def text_lines(text: str, wide: float, *, bold: bool = False) -> int:
    """How many lines a text takes in a column ``wide`` characters wide."""
    return lines(_cell_text(text), max(wide, 1) * _POINTS, _SIZE, bold=bold)


def row_height(count: int) -> float:
    """The height of a row of ``count`` lines in points; Excel's maximum is 409."""
    return min(15.0 * count, 409.0)


def write_cell(sheet: Any, row: int, column: int, value: object, form: Any) -> None:
    """Write one value with its type; missing ones are blank, booleans are ja/nein, keys and other text stay text."""
    missing = value is None or value is pd.NaT or value is pd.NA
    if missing or (isinstance(value, float | np.floating) and not np.isfinite(value)):
        sheet.write_blank(row, column, None, form)
    elif isinstance(value, bool | np.bool_):
        sheet.write_string(row, column, "ja" if value else "nein", form)
    elif isinstance(value, int | float | np.integer | np.floating):
        sheet.write_number(row, column, float(value), form)
    elif isinstance(value, datetime | date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        sheet.write_datetime(row, column, moment.replace(tzinfo=None), form)
    else:
        sheet.write_string(row, column, _cell_text(str(value)), form)


def _cell_text(text: str) -> str:
    """The text as far as an Excel cell can hold it."""
    return xml_text(text)[:LONGEST]


def _number_format(name: str, column: pd.Series, wanted: int | None = None) -> dict[str, str]:
    """The format of a column's cells, nothing for texts."""
    values = [value for value in column if value is not None and value is not pd.NaT and value is not pd.NA]
    if values and all(isinstance(value, str) for value in values):
        return {}
    if values and all(isinstance(value, date) for value in values):
        return {"num_format": "dd.mm.yyyy"}
    numbers = [float(v) for v in values if isinstance(v, int | float | np.integer | np.floating) and np.isfinite(v)]
    if YEAR_COLUMN.search(name) and all(v == int(v) for v in numbers):
        return {"num_format": "0"}
    if wanted is not None:
        return {"num_format": number_format(wanted)}
    decimals = next((d for d in range(3) if all(abs(v - round(v, d)) < 1e-9 * max(1.0, abs(v)) for v in numbers)), 3)
    return {"num_format": number_format(decimals)}


def _width(name: str, column: pd.Series) -> float:
    longest_word = max((len(word) for word in name.split()), default=4)
    texts = (len(value) if isinstance(value, str) else 12 for value in column.head(500))
    return min(max(longest_word + 3, max(texts, default=8) + 1, 8), WIDEST)


def sheet_name(name: str, taken: set[str]) -> str:
    """A valid name for a sheet, not in ``taken``, to which it is added.

    At most 31 characters as Excel counts them, none of ``[]:*?/\\``, no apostrophe at either end.
    """
    plain = re.sub(r"[\[\]:*?/\\\n\t]", " ", xml_text(name)).strip(" '")
    words = _cut(plain, 32).rpartition(" ")[0]
    base = (words if _cut(plain, 31) != plain and len(words) > 15 else _cut(plain, 31)).strip(" '") or "Tabelle"
    candidate, number = base, 2
    while candidate.lower() in taken:
        tail = f" ({number})"
        candidate, number = _cut(base, 31 - len(tail)) + tail, number + 1
    taken.add(candidate.lower())
    return candidate


def _cut(text: str, most: int) -> str:
    """The text cut to ``most`` UTF-16 units: Excel counts characters beyond the first 65,536 twice."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore")


def write_pairs(book: Any, rows: Sequence[tuple[str, str]]) -> Any:
    """Add the last sheet, „Quellen“, with these labels and texts; returns it."""
    sheet = book.add_worksheet(SOURCES)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    for row, (label, text) in enumerate(rows):
        sheet.write_string(row, 0, _cell_text(label), bold)
        sheet.write_string(row, 1, _cell_text(text), wrap)
        sheet.set_row(row, row_height(max(text_lines(label, 34, bold=True), text_lines(text, 100))))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    return sheet
