"""Reads a file that somebody sent into rows of cells, whatever program wrote it, or says in one sentence why it can't.

Values of Excel workbooks are read as shown, errors as errors, and merged cells are filled.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.schema.cells import CellError

#: most bytes a workbook may unpack to; a real list of 10 MB unpacks to about 100 MB
_UNPACKED = 300_000_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
#: quoted text, escaped signs, colours and locales in a number format
_SURROUNDING = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
#: what libraries raise for a damaged workbook
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, NotImplementedError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError),
)


def read_workbook(content: bytes, name: str, progress: Progress) -> RawFile:
    """The visible sheets of an xlsx or xlsm file. Raises ZwkError (one German sentence) if it can't be read."""
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
    ours = _own_mark(book)
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


def _own_mark(book: Any) -> str:
    """What a file of ours is (RawFile.own), else nothing."""
    if HIDDEN not in book.sheetnames:
        return ""
    first = [cell for row in book[HIDDEN].iter_rows(min_row=1, max_row=1, max_col=2, values_only=True) for cell in row]
    return str(first[1]) if len(first) == 2 and first[0] == MARK else ""


def _sheet(sheet: Any, archive: zipfile.ZipFile, most: int) -> RawSheet | None:
    """A sheet's rows, or None if there are too many."""
    xml = archive.read(sheet._worksheet_path.lstrip("/"))
    spread, repeated = _merged_cells(xml)
    lost = _without_result(sheet, xml)
    rows: list[Cells] = []
    numbers: list[int] = []
    tops: dict[tuple[int, int], Any] = {}
    # the size recorded in a sheet is often wrong
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        values = [_shown_value(cell) for cell in cells]
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


def _merged_cells(xml: bytes) -> tuple[dict[int, dict[int, int]], set[tuple[int, int]]]:
    """Cells merged downwards: line -> column -> top line; and those of them that only repeat."""
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
    for match in re.finditer(rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]+)(\d+)"[^>]*(?<!/)>(.*?)</(?:\w+:)?c>', xml, re.DOTALL):
        if _FORMULA.search(match[3]) and not re.search(rb"<(?:\w+:)?v>[^<]", match[3]):
            text = re.search(rb"<(?:\w+:)?v\s*/?>", match[3])
            # a formula whose result is an empty text has an empty value and says so
            if text is None or b't="str"' not in match[0][: match[0].index(b">")]:
                yield int(match[2]), column_index_from_string(match[1].decode()) - 1


def _shown_value(cell: Any) -> Any:  # noqa: PLR0911 - a case each
    """The value of a cell, no more exact than it is shown: a first of November shown as „Nov 22“ is the month."""
    value = cell.value
    if value is None or isinstance(value, bool):
        return value
    if cell.data_type == "e":
        return CellError(str(value))
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, datetime | date):
        return _date_as_shown(value, cell.number_format)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, int | float):
        if "%" in _SURROUNDING.sub("", cell.number_format or ""):
            return f"{value * 100:.12g} %".replace(".", ",")
        return value
    return str(value)


def _date_as_shown(value: date, form: str | None) -> Any:
    bare = _SURROUNDING.sub("", form or "").lower()
    if "d" in bare or "y" not in bare:
        return value
    return german.day(value, "month" if "m" in bare else "year")


#: sheet with the lists behind the drop-downs; its first cells mark a file as ours: MARK, and what it is (RawFile.own)
HIDDEN = "_Listen"
MARK = "ZWK-Monitor"
#: sheets of our own files without data
EXPLAINING = ("Anleitung", "Verlauf", "Gebiete der Kommunen")

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
MOST_COLUMNS = 200
_DELIMITERS = ";\t,|"

Progress = Callable[[float, str], None]
Cells = tuple[Any, ...]


@dataclass(frozen=True)
class RawSheet:
    """The rows of a sheet that hold anything: ``rows[i]`` (from column A on) stands in line ``numbers[i]``.

    ``repeated``: (line, column from 0) of cells that only repeat what is merged over them.
    """

    name: str
    rows: list[Cells]
    numbers: list[int]
    repeated: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class RawFile:
    """The sheets of a file that may be read, and what was passed over (``notes``, German).

    ``own``: „alles“ for our own export of everything, in which an empty cell means that nothing is known; „auszug“
    for what a role sees of it, „vorlage“ for our template; "" for any other file.
    """

    name: str
    sheets: tuple[RawSheet, ...]
    notes: tuple[str, ...] = ()
    own: str = ""

    @property
    def complete(self) -> bool:
        """Is it our own complete export?"""
        return self.own == "alles"


def quiet(share: float, text: str) -> None:
    """Ignores progress."""


def read(content: bytes, name: str, progress: Progress = quiet) -> RawFile:
    """Read a workbook (xlsx, xlsm) or a text file (csv, txt) with all its sheets.

    ``progress`` is told the share done, 0 to 1. Raises ZwkError, in one German sentence, for what is no such file.
    """
    if not content:
        raise ZwkError(f"Die Datei {name} ist leer. Bitte prüfen, ob sie richtig gespeichert wurde.")
    if len(content) > MOST_BYTES:
        raise ZwkError(f"Die Datei {name} ist größer als 10 MB. Bitte in mehrere Listen teilen.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise ZwkError(f"Die Datei {name} ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern.")
        raise ZwkError(f"Die Datei {name} hat das alte Excel-Format. Bitte als .xlsx speichern.")
    if content.startswith(b"%PDF"):
        raise ZwkError(f"Die Datei {name} ist ein PDF. Bitte die Liste als .xlsx oder .csv schicken.")
    if content.startswith(b"PK"):
        return read_workbook(content, name, progress)
    if name.lower().endswith((".xlsx", ".xlsm")):
        raise ZwkError(f"Die Datei {name} ist keine Excel-Datei oder beschädigt. Bitte neu speichern.")
    return _text_file(content, name)


def _text_file(content: bytes, name: str) -> RawFile:
    text = _decoded(content, name)
    delimiter = _delimiter(text)
    rows: list[Cells] = []
    numbers: list[int] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if any(cell.strip() for cell in cells):
                rows.append(tuple(_unwrapped(cell) for cell in cells[:MOST_COLUMNS]))
                numbers.append(number)
            if len(rows) > MOST_ROWS:
                raise ZwkError(f"Die Datei {name} hat mehr als {MOST_ROWS} Zeilen. Bitte in mehrere Listen teilen.")
    except csv.Error as error:
        raise ZwkError(
            f"Die Datei {name} lässt sich nicht als Tabelle lesen (Zeile {len(rows) + 1}). Bitte als .xlsx speichern."
        ) from error
    if not rows:
        raise ZwkError(f"In der Datei {name} steht nichts. Bitte prüfen, ob sie richtig gespeichert wurde.")
    return RawFile(name, (RawSheet(PurePath(name).stem[:31] or "Liste", rows, numbers),))


def _decoded(content: bytes, name: str) -> str:
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # bytes found in pictures and programs, never in text
        if "\0" in text or sum(sign < " " and sign not in "\t\r\n\f" for sign in text[:4000]) > 5:
            break
        return text
    raise ZwkError(f"Die Datei {name} ist weder eine Excel-Datei noch eine Textliste. Bitte .xlsx oder .csv schicken.")


def _delimiter(text: str) -> str:
    """The sign that cuts most lines into the same number of cells."""
    lines = text.splitlines()[:60]

    def regular(sign: str) -> tuple[int, int]:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=sign) if len(cells) > 1)
        width, often = widths.most_common(1)[0] if widths else (0, 0)
        return often, width

    return max(_DELIMITERS, key=regular)


def _unwrapped(cell: str) -> str | None:
    """Without what a csv file puts around a text so that Excel leaves it alone (export/csv.py)."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1]
    if cell.startswith("'") and cell[1:2] in ("=", "+", "-", "@", "\t", "\r"):
        return cell[1:]
    return cell.strip() or None
