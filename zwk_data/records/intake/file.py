"""Reads an uploaded file into rows of cells, or says in one sentence why it can't.

Old Excel (xls), binary Excel (xlsb) and OpenDocument (ods) are read by calamine. It tells values, but neither how
numbers and dates are shown nor what is hidden or struck out; that is said.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from xml.etree.ElementTree import Element, ParseError, iterparse

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from zwk_data import apart
from zwk_data.errors import ZwkError
from zwk_data.records.intake.raw import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_LETTERS,
    MOST_ROWS,
    Cells,
    Merged,
    Progress,
    RawFile,
    RawSheet,
    as_error,
    quiet,
    too_long,
)
from zwk_data.records.intake.text_list import read_text, repaired
from zwk_data.records.intake.workbook import read_workbook
from zwk_data.schema.cells import CellError

_OLE = b"\xd0\xcf\x11\xe0"
_BROKEN_LETTERS = "Die Umlaute waren in der Datei beschädigt; so sind sie wiederhergestellt."
_TOO_LONG = CellError("mehr Text, als in eine Zelle passt")
_LOST_LETTERS = "In der Datei ist ein Zeichen verloren gegangen (�)."


def read(content: bytes, name: str, progress: Progress = quiet) -> RawFile:
    """Read a workbook (xlsx, xlsm, xlsb, xls, ods) or a text file (csv, txt, tsv) with all its sheets.

    ``progress`` is told the share done, 0 to 1. Raises ZwkError, in one German sentence, for what is no such file.
    """
    if not content:
        raise ZwkError(f"Die Datei {name} ist leer. Bitte prüfen, ob sie richtig gespeichert wurde.")
    if len(content) > MOST_BYTES:
        raise ZwkError(f"Die Datei {name} ist größer als 10 MB. Bitte in mehrere Listen teilen.")
    found = _of_its_kind(content, name, progress)
    return replace(found, sheets=tuple(_with_letters_repaired(sheet) for sheet in found.sheets))


_LIMITS = {
    "time": "lässt sich nicht in vertretbarer Zeit lesen",
    "memory": "ist ausgepackt zu groß",
    "crash": "ist beschädigt",
}


def read_apart(content: bytes, name: str, progress: Progress = quiet) -> RawFile:
    """As ``read``, in a process of its own with limits on time and memory; what ``progress`` raises stops it."""
    try:
        return apart.call(read, content, name, progress=progress)
    except apart.LimitError as error:
        raise ZwkError(
            f"Die Datei {name} {_LIMITS[error.what]} und wurde nicht eingelesen. Bitte die Liste in eine neue Mappe "
            "kopieren (nur die Werte) oder in mehrere Listen teilen."
        ) from error


def _of_its_kind(content: bytes, name: str, progress: Progress) -> RawFile:
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise ZwkError(f"Die Datei {name} ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern.")
        return read_old(content, name, progress)
    if content.startswith(b"%PDF"):
        raise ZwkError(f"Die Datei {name} ist ein PDF. Bitte die Liste als .xlsx oder .csv schicken.")
    if content.startswith(b"PK"):
        old = _is_for_calamine(content)
        return read_old(content, name, progress) if old else read_workbook(content, name, progress)
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"mime-version")):
        raise ZwkError(f"Die Datei {name} ist eine Internetseite. Bitte in Excel öffnen und als .xlsx speichern.")
    if name.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".ods")):
        raise ZwkError(f"Die Datei {name} ist keine Excel-Datei oder beschädigt. Bitte neu speichern.")
    return read_text(content, name)


def _is_for_calamine(content: bytes) -> bool:
    """Is it an OpenDocument workbook, or one of Excel's binary ones?"""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return bool({"content.xml", "xl/workbook.bin"} & names) and "xl/workbook.xml" not in names


def _with_letters_repaired(sheet: RawSheet) -> RawSheet:
    """The sheet with texts put right whose umlauts another program had spoilt („fÃ¼r“); those cells are not sure."""
    doubts = dict(sheet.doubts)
    rows = list(sheet.rows)
    for place, (number, cells) in enumerate(zip(sheet.numbers, sheet.rows, strict=True)):
        for column, cell in enumerate(cells):
            if not isinstance(cell, str):
                continue
            if len(cell) > MOST_LETTERS:
                rows[place] = (*rows[place][:column], _TOO_LONG, *rows[place][column + 1 :])
                continue
            if cell.isascii():
                continue
            whole = repaired(cell)
            if whole is not None:
                rows[place] = (*rows[place][:column], whole, *rows[place][column + 1 :])
                doubts[number, column] = _BROKEN_LETTERS
            elif "\ufffd" in cell:
                doubts[number, column] = _LOST_LETTERS
    return replace(sheet, rows=rows, doubts=doubts)


#: more cells than any list has; all cells up to the last one count
_MOST_CELLS = 4_000_000
_UNPACKED = 300_000_000
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
#: what libraries raise for a damaged file
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, NotImplementedError, RuntimeError),
    *(KeyError, ValueError, OverflowError),
)
_NOTE = (
    "In diesem Dateiformat ist nicht zu erkennen, wie Zahlen und Daten angezeigt werden und was ausgeblendet oder "
    "durchgestrichen ist. Bitte vergleichen oder als .xlsx speichern."
)


def read_old(content: bytes, name: str, progress: Progress) -> RawFile:
    """The visible sheets of a workbook. Raises ZwkError (one German sentence) if it can't be read."""
    progress(0.02, "Datei wird geöffnet")
    try:
        if content.startswith(b"PK") and not _is_binary(content) and _is_too_wide(content):
            raise ZwkError(
                f"Die Datei {name} ist ausgepackt zu groß. Bitte leere Zeilen löschen oder die Liste teilen."
            )
        return _sheets(CalamineWorkbook.from_filelike(io.BytesIO(content)), name)
    except (*_BROKEN, CalamineError) as error:
        raise _damaged(name) from error
    except BaseException as error:
        # a panic of the library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(name) from error


def _is_binary(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "xl/workbook.bin" in archive.namelist()


def _is_too_wide(content: bytes) -> bool:
    """Would calamine, which keeps all up to the last cell of an OpenDocument sheet, take too much memory?"""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if archive.getinfo("content.xml").file_size > _UNPACKED:
            return True
        row = column = widest = last = 0
        for _, element in iterparse(archive.open("content.xml")):  # noqa: S314 - expat stops entities that grow
            kind = element.tag.rpartition("}")[2]
            if kind == "table-cell":
                column += _repeated(element, "number-columns-repeated")
                widest = max(widest, column) if element.get(f"{_OFFICE}value-type") else widest
            elif kind == "table-row":
                filled, column = any(cell.get(f"{_OFFICE}value-type") for cell in element), 0
                row += _repeated(element, "number-rows-repeated")
                last = row if filled else last
                element.clear()
            elif kind == "table":
                row = 0
            if last * widest > _MOST_CELLS:
                return True
    return False


def _repeated(element: Element, name: str) -> int:
    times = element.get(f"{_TABLE}{name}", "1")
    return int(times) if times.isdecimal() else 1


def _damaged(name: str) -> ZwkError:
    what = f"Die Datei {name} hat das alte Excel-Format"
    if name.lower().endswith(".ods"):
        what = f"Die Datei {name} ist eine OpenDocument-Datei"
    elif name.lower().endswith(".xlsb"):
        what = f"Die Datei {name} ist eine binäre Excel-Datei"
    return ZwkError(f"{what} und lässt sich nicht lesen. Bitte als .xlsx speichern.")


def _sheets(book: CalamineWorkbook, name: str) -> RawFile:
    found: list[RawSheet] = []
    notes = [_NOTE]
    for one in book.sheets_metadata:
        if one.visible != SheetVisibleEnum.Visible:
            notes.append(f"Blatt „{one.name}“ ist ausgeblendet und wurde nicht gelesen.")
            continue
        sheet = _sheet(book.get_sheet_by_name(one.name), one.name)
        if sheet is None or sum(len(each.rows) for each in found) + len(sheet.rows) > MOST_ROWS:
            raise too_long(name)
        if sheet.rows:
            found.append(sheet)
        else:
            notes.append(f"Blatt „{one.name}“ ist leer.")
    if not book.sheets_metadata:
        raise _damaged(name)
    return RawFile(name, tuple(found), tuple(notes))


def _sheet(sheet: CalamineSheet, name: str) -> RawSheet | None:
    if sheet.total_height * max(sheet.total_width, 1) > _MOST_CELLS:
        return None
    rows: list[Cells] = []
    numbers: list[int] = []
    spans = ((left, top + 1, bottom + 1) for (top, left), (bottom, _) in sheet.merged_cell_ranges or ())
    merged = Merged(spans)
    for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        values = merged.filled(number, [_value(cell) for cell in row[:MOST_COLUMNS]])
        if values:
            rows.append(values)
            numbers.append(number)
    return RawSheet(name, rows, numbers, merged, no_formats=True)


def _value(cell: Any) -> Any:
    if isinstance(cell, str):
        return as_error(cell) if cell.strip() else None
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    return cell if cell is None or isinstance(cell, bool | int | float | date) else str(cell)
