"""Excel workbooks (xlsx, xlsm): values as they are shown, errors as errors, merged cells filled."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import EMPTY_CELL, ReadOnlyCell
from openpyxl.worksheet._reader import WorkSheetParser

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.records.intake.raw import (
    EXPLAINING,
    HIDDEN,
    MARK,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Cells,
    Merged,
    Place,
    Progress,
    RawFile,
    RawSheet,
    too_long,
)
from zwk_data.schema.cells import CellError
from zwk_data.schema.units import factor_in, is_foreign

#: most bytes a workbook may unpack to; a real list of 10 MB unpacks to about 100 MB
_UNPACKED = 300_000_000
#: no pattern may cross a „<“: where a tag is never closed it would look to the end of the file, from each tag anew
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
#: the tags of cells and of what is in them: a cell's attributes, its end, a formula, a value and how it begins
_CELL_PART = re.compile(
    rb"<(?:\w+:)?(?:c\b(?P<cell>[^<>]*)>|(?P<end>/(?:\w+:)?c)>|(?P<formula>f)[ >/]|(?P<value>v)\s*/?>(?P<begin>[^<])?)"
)
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_ROW = re.compile(rb"<(?:\w+:)?row\b[^<>]*>")
_HIDDEN_ROW = re.compile(rb'\bhidden="(?:1|true)"')
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
#: quoted text, escaped signs, colours and locales in a number format
_SURROUNDING = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
#: what a number format writes beside the number
_WORDS = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]|([€$£])')
#: commas behind the last digit before or after the point divide by a thousand each
_DIVIDING = re.compile(r"[0#?](,+)(?![0#?,])")
#: „Strict Open XML“ is the same with other names
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
#: what libraries raise for a damaged workbook
BROKEN = (
    # openpyxl parses with lxml where that is installed, whose errors are SyntaxErrors
    *(zipfile.BadZipFile, zlib.error, ParseError, SyntaxError, EOFError, OSError, NotImplementedError, RuntimeError),
    *(KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError),
)
_HIDDEN_SENTENCE = "Die Zeile ist in der Datei ausgeblendet. Soll sie gelten?"
_STRUCK_SENTENCE = "Die Zeile ist in der Datei durchgestrichen. Soll sie gelten?"
_STRUCK_CELL = "Die Angabe ist in der Datei durchgestrichen."


def read_workbook(content: bytes, name: str, progress: Progress) -> RawFile:
    """The visible sheets of an xlsx or xlsm file. Raises ZwkError (one German sentence) if it can't be read."""
    cut = ZwkError(f"Die Datei {name} ist beschädigt oder unvollständig übertragen. Bitte neu speichern und schicken.")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = {one.filename: one for one in archive.infolist()}
    except BROKEN as error:
        raise cut from error
    if "xl/workbook.xml" not in members:
        raise ZwkError(f"Die Datei {name} ist keine Excel-Datei. Bitte die Liste als .xlsx oder .csv schicken.")
    if sum(one.file_size for one in members.values()) > _UNPACKED:
        raise ZwkError(f"Die Datei {name} ist ausgepackt zu groß. Bitte leere Zeilen löschen oder die Liste teilen.")
    progress(0.02, "Datei wird geöffnet")
    try:
        if b"purl.oclc.org" in archive.read("xl/workbook.xml"):
            content = _ordinary(archive)
            archive = zipfile.ZipFile(io.BytesIO(content))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and drop-downs that are not kept
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                return _sheets(book, archive, name, progress)
            finally:
                book.close()
    except (*BROKEN, InvalidFileException) as error:
        raise cut from error


def _ordinary(archive: zipfile.ZipFile) -> bytes:
    """A „Strict Open XML“ workbook with the names that every library knows."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as ordinary:
        for member in archive.infolist():
            part = archive.read(member)
            if member.filename.endswith((".xml", ".rels")):
                for strict, usual in _STRICT:
                    part = part.replace(strict, usual)
            ordinary.writestr(member.filename, part)
    return buffer.getvalue()


def _sheets(book: Any, archive: zipfile.ZipFile, name: str, progress: Progress) -> RawFile:
    found: list[RawSheet] = []
    notes: list[str] = []
    ours = _own_mark(book)
    if not book.worksheets:
        raise ZwkError(f"In der Datei {name} ist kein Blatt zu finden. Bitte als gewöhnliche .xlsx-Datei speichern.")
    struck = frozenset(n for n, style in enumerate(book._cell_styles) if book._fonts[style.fontId].strike)
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
        raw = _sheet(sheet, archive, MOST_ROWS - total, struck)
        if raw is None:
            raise too_long(name)
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


@dataclass
class _Oddities:
    """What a sheet says of its cells besides their values; see ``RawSheet``."""

    doubts: dict[Place, str] = field(default_factory=dict)
    odd_rows: dict[int, str] = field(default_factory=dict)
    scaled: dict[Place, float] = field(default_factory=dict)

    def note(self, number: int, cells: Sequence[Any], values: list[Any], struck: frozenset[int]) -> None:
        """Struck-out cells, and numbers that are shown divided."""
        out = [c for c, cell in enumerate(cells) if struck and getattr(cell, "_style_id", None) in struck]
        out = [c for c in out if values[c] is not None]
        if out and len(out) == sum(value is not None for value in values):
            self.odd_rows[number] = _STRUCK_SENTENCE
        elif out:
            self.doubts |= {(number, c): _STRUCK_CELL for c in out}
        for c, value in enumerate(values):
            if isinstance(value, _Divided):
                values[c] = value.number
                self.scaled[number, c] = value.by


@dataclass(frozen=True)
class _Divided:
    number: float
    by: float


def _sheet(sheet: Any, archive: zipfile.ZipFile, most: int, struck: frozenset[int]) -> RawSheet | None:
    """A sheet's rows, or None if there are too many."""
    xml = archive.read(sheet._worksheet_path.lstrip("/"))
    if xml.count(b"<c ") + xml.count(b"<c>") > MOST_CELLS:
        return None
    merged = _merged_cells(xml)
    lost = _without_result(xml)
    odd = _Oddities(odd_rows=_hidden_rows(xml))
    rows: list[Cells] = []
    numbers: list[int] = []
    for number, cells in _filled_rows(sheet):
        values = [_shown_value(cell) for cell in cells]
        odd.note(number, cells, values, struck)
        for column in lost.get(number, ()):
            if column < MOST_COLUMNS:
                values += [None] * (column + 1 - len(values))
                values[column] = CellError("Formel ohne Ergebnis")
        filled = merged.filled(number, values)
        if filled:
            rows.append(filled)
            numbers.append(number)
            if len(rows) > most:
                return None
    return RawSheet(sheet.title, rows, numbers, merged, odd.doubts, odd.odd_rows, odd.scaled)


def _filled_rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """The rows that are written in the file, with their numbers: openpyxl itself makes up all between them as well."""
    book, last = sheet.parent, 0
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, row in parser.parse():
            if number <= last:
                continue
            last = number
            near = [cell for cell in row if cell["column"] <= MOST_COLUMNS]
            cells = [EMPTY_CELL] * max((cell["column"] for cell in near), default=0)
            for cell in near:
                cells[cell["column"] - 1] = ReadOnlyCell(sheet, **cell)
            yield number, cells


def _hidden_rows(xml: bytes) -> dict[int, str]:
    found = {}
    for row in _ROW.findall(xml):
        if _HIDDEN_ROW.search(row) and (number := _ROW_NUMBER.search(row)):
            found[int(number[1])] = _HIDDEN_SENTENCE
    return found


def _merged_cells(xml: bytes) -> Merged:
    """Cells merged downwards."""
    spans = []
    for left, top, _, bottom in _MERGED.findall(xml):
        if len(left) <= 3 and len(top) <= 7 and len(bottom) <= 7:
            spans.append((column_index_from_string(left.decode()) - 1, int(top), int(bottom)))
    return Merged(spans)


def _without_result(xml: bytes) -> dict[int, list[int]]:
    """Formulas that no program has worked out yet: their cells would look empty. Line -> columns."""
    if not _FORMULA.search(xml):
        return {}
    found: dict[int, list[int]] = {}
    for number, column in _formulas(xml):
        found.setdefault(number, []).append(column)
    return found


def _formulas(xml: bytes) -> Iterator[tuple[int, int]]:
    """Line and column of each cell with a formula and no result."""
    cell, formula, value, result = b"", False, False, False
    for part in _CELL_PART.finditer(xml):
        if part["cell"] is not None:
            cell, formula, value, result = part["cell"], False, False, False
        elif part["formula"]:
            formula = True
        elif part["value"]:
            value, result = True, result or part["begin"] is not None
        # a formula whose result is an empty text has an empty value and says so
        elif formula and not result and not (value and b't="str"' in cell) and (at := _ADDRESS.search(cell)):
            yield int(at[2]), column_index_from_string(at[1].decode()) - 1


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
        form = cell.number_format or "General"
        if form == "General":
            return value
        if "%" in _SURROUNDING.sub("", form):
            return f"{value * 100:.12g} %".replace(".", ",")
        shown, divided = shown_number(value, form)
        return shown if divided == 1 or isinstance(shown, str) else _Divided(value, divided)
    return str(value)


def _date_as_shown(value: date, form: str | None) -> Any:
    bare = _SURROUNDING.sub("", form or "").lower()
    if "d" in bare or "y" not in bare:
        return value
    return german.day(value, "month" if "m" in bare else "year")


@lru_cache(maxsize=500)
def _unit_and_scale(form: str) -> tuple[str, float]:
    """The unit that a format writes beside the number ("" for none that counts), and what it divides by."""
    first = _first_section(form)
    unit = "".join(next((part for part in match.groups() if part), "") for match in _WORDS.finditer(first)).strip()
    commas = _DIVIDING.search(_SURROUNDING.sub("", first))
    counts = factor_in(unit) is not None or is_foreign(unit)
    return unit if counts else "", 1000.0 ** len(commas[1]) if commas else 1.0


def _first_section(form: str) -> str:
    """The part of a format for numbers above zero."""
    for place, sign in enumerate(form):
        if sign == ";" and form[:place].count('"') % 2 == 0:
            return form[:place]
    return form


def shown_number(value: float, form: str) -> tuple[float | str, float]:
    """The number as its cell shows it: with its unit as text, and by what it is divided to be shown.

    >>> shown_number(12.5, '0.0" T€"'), shown_number(12500, '#,##0.0," T€"'), shown_number(12500, "#,##0,")
    (('12,5 T€', 1.0), ('12,5 T€', 1000.0), (12500, 1000.0))
    """
    unit, scale = _unit_and_scale(form)
    if not unit:
        return value, scale
    return f"{value / scale:.15g}".replace(".", ",") + f" {unit}", scale
