"""Reads an uploaded file into rows of cells, or says in one sentence why it can't."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

from zwk_data import apart
from zwk_data.errors import ZwkError
from zwk_data.records.intake.old_workbook import read_old
from zwk_data.records.intake.raw import MOST_BYTES, MOST_LETTERS, Progress, RawFile, RawSheet, quiet
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
