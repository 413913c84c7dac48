"""The sheets of an Excel workbook as rows of cells: values as shown, faults as faults, merged cells filled."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.programme.cells import CellError
from zwk_data.programme.intake.file import (
    EXPLAINING,
    HIDDEN,
    MARK,
    MOST_COLUMNS,
    MOST_ROWS,
    Cells,
    Progress,
    RawFile,
    RawSheet,
)

#: most bytes a workbook may unpack to: a list of 10 MB in truth has about 100
_UNPACKED = 300_000_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
#: quoted text, escaped signs, colours and locales in a number format
_SURROUNDING = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_BROKEN = (zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, IndexError, AttributeError,
           EOFError, OSError, NotImplementedError)  # fmt: skip


def read_workbook(content: bytes, name: str, progress: Progress) -> RawFile:
    """The visible sheets of an xlsx or xlsm file. Raises ZwkError (one German sentence) if it can't be read."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    cut = ZwkError(f"Die Datei {name} ist beschädigt oder unvollständig übertragen. Bitte neu speichern und schicken.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = {one.filename: one for one in archive.infolist()}
    except _BROKEN as error:
        raise cut from error
    if "xl/workbook.xml" not in members:
        if "content.xml" in members:
            raise ZwkError(f"Die Datei {name} ist eine OpenDocument-Datei. Bitte als .xlsx speichern.")
        raise ZwkError(f"Die Datei {name} ist keine Excel-Datei. Bitte die Liste als .xlsx oder .csv schicken.")
    if sum(one.file_size for one in members.values()) > _UNPACKED:
        raise ZwkError(f"Die Datei {name} ist ausgepackt zu groß. Bitte leere Zeilen löschen oder die Liste teilen.")
    progress(0.02, "Datei wird geöffnet")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and drop-downs that are not kept
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                return _sheets(book, archive, name, progress)
            finally:
                book.close()
    except (*_BROKEN, InvalidFileException) as error:
        raise cut from error


def _sheets(book: Any, archive: zipfile.ZipFile, name: str, progress: Progress) -> RawFile:
    found: list[RawSheet] = []
    notes: list[str] = []
    ours = _mark(book)
    total = 0
    for place, sheet in enumerate(book.worksheets):
        progress(0.05 + 0.35 * place / len(book.worksheets), f"Blatt „{sheet.title}“ wird gelesen")
        if sheet.title == HIDDEN or (ours and sheet.title in EXPLAINING):
            if sheet.title != HIDDEN:
                notes.append(f"Blatt „{sheet.title}“: wird nicht eingelesen.")
            continue
        if sheet.sheet_state != "visible":
            notes.append(f"Blatt „{sheet.title}“ ist ausgeblendet und wurde nicht gelesen.")
            continue
        raw = _sheet(sheet, archive, MOST_ROWS - total)
        if raw is None:
            raise ZwkError(f"Die Datei {name} hat mehr als {MOST_ROWS} Zeilen. Bitte in mehrere Listen teilen.")
        total += len(raw.rows)
        if raw.rows:
            found.append(raw)
        else:
            notes.append(f"Blatt „{sheet.title}“ ist leer.")
    return RawFile(name, tuple(found), tuple(notes), ours)


def _mark(book: Any) -> str:
    """What a file of ours is (RawFile.own), else nothing."""
    if HIDDEN not in book.sheetnames:
        return ""
    first = [cell for row in book[HIDDEN].iter_rows(min_row=1, max_row=1, max_col=2, values_only=True) for cell in row]
    return str(first[1]) if len(first) == 2 and first[0] == MARK else ""


def _sheet(sheet: Any, archive: zipfile.ZipFile, most: int) -> RawSheet | None:
    """A sheet's rows, or None if there are too many."""
    xml = archive.read(sheet._worksheet_path.lstrip("/"))
    spread, repeated = _merged(xml)
    lost = _without_result(sheet, xml)
    rows: list[Cells] = []
    numbers: list[int] = []
    tops: dict[tuple[int, int], Any] = {}
    # what a sheet says of its own size is often wrong
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        values = [_value(cell) for cell in cells]
        if number in lost:
            for column in lost[number]:
                values += [None] * (column + 1 - len(values))
                values[column] = CellError("Formel ohne Ergebnis")
        for column, top in spread.get(number, {}).items():
            values += [None] * (column + 1 - len(values))
            if top == number:
                tops[top, column] = values[column]
            else:
                values[column] = tops.get((top, column))
        while values and values[-1] is None:
            values.pop()
        if values:
            rows.append(tuple(values))
            numbers.append(number)
            if len(rows) > most:
                return None
    return RawSheet(sheet.title, rows, numbers, frozenset(repeated))


def _merged(xml: bytes) -> tuple[dict[int, dict[int, int]], set[tuple[int, int]]]:
    """Cells merged downwards: line -> column -> top line; and those of them that only repeat."""
    from openpyxl.utils import column_index_from_string

    spread: dict[int, dict[int, int]] = {}
    repeated: set[tuple[int, int]] = set()
    for left, top, _, bottom in _MERGED.findall(xml):
        column, first, last = column_index_from_string(left.decode()) - 1, int(top), int(bottom)
        if last == first or last - first > MOST_ROWS:
            continue
        for line in range(first, last + 1):
            spread.setdefault(line, {})[column] = first
            if line > first:
                repeated.add((line, column))
    return spread, repeated


def _without_result(sheet: Any, xml: bytes) -> dict[int, list[int]]:
    """Formulas that no program has worked out yet: their cells would look empty. Line -> columns."""
    if not _FORMULA.search(xml):
        return {}
    found: dict[int, list[int]] = {}
    for number, column in _formulas(xml):
        found.setdefault(number, []).append(column)
    return found


def _formulas(xml: bytes) -> Iterator[tuple[int, int]]:
    from openpyxl.utils import column_index_from_string

    for match in re.finditer(rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]+)(\d+)"[^>]*(?<!/)>(.*?)</(?:\w+:)?c>', xml, re.DOTALL):
        if _FORMULA.search(match[3]) and not re.search(rb"<(?:\w+:)?v>[^<]", match[3]):
            text = re.search(rb"<(?:\w+:)?v\s*/?>", match[3])
            # a formula whose result is an empty text has an empty value and says so
            if text is None or b't="str"' not in match[0][: match[0].index(b">")]:
                yield int(match[2]), column_index_from_string(match[1].decode()) - 1


def _value(cell: Any) -> Any:
    """What the cell says, not more exactly than it shows: a month's first day shown as „Nov 22“ is the month."""
    value = cell.value
    if value is None or isinstance(value, bool):
        return value
    if cell.data_type == "e":
        return CellError(str(value))
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, datetime | date):
        return _dated(value, cell.number_format)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, int | float):
        if "%" in _SURROUNDING.sub("", cell.number_format or ""):
            return f"{value * 100:.12g} %".replace(".", ",")
        return value
    return str(value)


def _dated(value: date, form: str | None) -> Any:
    bare = _SURROUNDING.sub("", form or "").lower()
    if "d" in bare or "y" not in bare:
        return value
    return german.day(value, "month" if "m" in bare else "year")
