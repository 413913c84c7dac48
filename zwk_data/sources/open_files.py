"""Files of publishers, opened for every reader: text and csv in whatever encoding (it differs even between editions of
the same table), workbooks (xlsx) with their headings found; bad cells are reported.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from zwk_data import apart
from zwk_data.errors import SourceError

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
GZIP = b"\x1f\x8b"
DAMAGED = "die gepackte Datei ist beschädigt oder abgeschnitten"


def read(file: str | Path | bytes, name: str | None = None) -> tuple[str, str]:
    """The text of a file, packed with gzip or not, lines ended by ``\\n``, and the name that errors give the file.

    UTF-8 (with or without byte order mark) is tried first; official files that are not valid UTF-8 are cp1252, which
    has the letters of latin-1 too. Raises SourceError for a missing, empty, damaged or binary file.
    """
    content, label = load(file, name)
    text = decode(unpacked(content, label))
    if "\x00" in text:
        raise SourceError(label, "die Datei ist keine Textdatei", expected="eine CSV-Datei des Herausgebers")
    return text.replace("\r\n", "\n").replace("\r", "\n"), label


def unpacked(content: bytes, file: str) -> bytes:
    """The content, unpacked if it is gzipped. Raises SourceError if it is damaged."""
    try:
        return gzip.decompress(content) if content.startswith(GZIP) else content
    except (OSError, EOFError, zlib.error) as fault:
        raise SourceError(file, DAMAGED) from fault


def beginning(start: bytes) -> bytes:
    """As much as can be unpacked of a file from its first bytes; nothing if they are damaged."""
    with contextlib.suppress(zlib.error):
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(start) if start.startswith(GZIP) else start
    return b""


def decode(content: bytes) -> str:
    """Bytes to text: UTF-16 if marked, UTF-8 if valid, otherwise cp1252.

    >>> decode("Köln".encode("cp1252")), decode("\\ufeffKöln".encode()), decode("Köln".encode("latin-1"))
    ('Köln', 'Köln', 'Köln')
    """
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    # five bytes are undefined in cp1252; latin-1 reads them as control characters
    return content.decode("latin-1")


def header(content: str, delimiter: str) -> list[str]:
    """The cells of the first line."""
    try:
        return [cell.strip() for cell in next(csv.reader([content.split("\n", 1)[0]], delimiter=delimiter))]
    except csv.Error:
        return []


def table(content: str, file: str, delimiter: str) -> pd.DataFrame:
    """The text cells of a csv whose first line is its header; the index is the line in the file (2, 3, …).

    Raises SourceError naming the line if it is longer or shorter than the header, and if the file ends in the middle
    of a line: these formats have no footer that would prove them complete.
    """
    head = header(content, delimiter)
    reader = csv.reader(content.split("\n")[1:], delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for cells in reader:
            rows.append(cells)
            lines.append(reader.line_num + 1)
    except csv.Error as fault:
        problem = "ein Anführungszeichen wird nicht geschlossen"
        raise SourceError(file, problem, where=f"Zeile {reader.line_num + 1}", expected='Paare von „"“') from fault
    ends_with_newline = not rows or not rows[-1]
    while rows and not rows[-1]:
        rows.pop()
    if not ends_with_newline:
        problem = "am Ende fehlt der Zeilenumbruch, die Datei ist wohl abgeschnitten"
        raise SourceError(file, problem, where=f"Zeile {lines[-1]}", expected="eine vollständige letzte Zeile")
    if not rows:
        raise SourceError(file, "die Datei enthält nur einen Kopf", where="Zeile 2", expected="Zeilen mit Zahlen")
    for cells, line in zip(rows, lines, strict=False):
        if len(cells) != len(head):
            problem = f"die Zeile hat {len(cells)} Spalten statt {len(head)}"
            raise SourceError(file, problem, where=f"Zeile {line}", expected="so viele Spalten wie im Kopf")
    repeated = {name for name in head if head.count(name) > 1}
    if repeated:
        problem = f"im Kopf steht {quote(min(repeated))} mehrmals"
        raise SourceError(file, problem, where="Zeile 1", expected="ein eigener Name je Spalte")
    return pd.DataFrame(rows, columns=head, index=pd.Index(lines[: len(rows)], name="line"), dtype="str")


def refuse_first(file: str, cells: pd.DataFrame, column: str, bad: pd.Series, expected: str) -> None:
    """Raise SourceError for the first bad cell of a column of a :func:`table`, if there is one."""
    for position in np.flatnonzero(bad.to_numpy())[:1]:
        where = f"Zeile {cells.index[position]}, Spalte {column}"
        problem = f"{quote(cells[column].iloc[position])} passt hier nicht"
        raise SourceError(file, problem, where=where, expected=expected)


def numbers(file: str, cells: pd.DataFrame, column: str) -> pd.Series:
    """The numbers of a column of a :func:`table`, NaN where it is empty. Raises SourceError for another text."""
    texts = cells[column]
    values = pd.to_numeric(texts, errors="coerce").astype(np.float64)
    refuse_first(file, cells, column, values.isna() & texts.str.strip().ne(""), "eine Zahl")
    return values


def quote(value: object) -> str:
    """A cell quoted for an error message, shortened, on one line.

    >>> quote("x" * 50)
    '„xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…“'
    """
    text = " ".join(str(value).split())
    return f"„{text[:40]}…“" if len(text) > 40 else f"„{text}“"


#: one cell as calamine returns it: numbers are always float, an empty cell is ''
Cell = object
Row = Sequence[Cell]

#: the first bytes of every zip archive, hence of every xlsx
_ZIP = b"PK\x03\x04"
#: and of a workbook of the old kind (.xls), which is no larger than 65,536 lines and 256 columns
OLE = b"\xd0\xcf\x11\xe0"
#: largest unpacked size of a workbook in bytes; the largest official file has 11 MB
_MAX_UNPACKED = 250_000_000
#: largest number of cells of a sheet; the largest official one has 340,000. calamine keeps the whole rectangle up to
#: the last cell in memory, so a single stray cell in XFD1048576 kills the process without an exception.
_MAX_CELLS = 20_000_000
_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')
#: a cell with content, as opposed to one that is merely formatted
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^<>]*(?<!/)>')


@dataclass(frozen=True)
class Sheet:
    """One sheet: ``rows[0]`` is row 1, ``rows[0][0]`` is cell A1, whatever the used area."""

    file: str
    name: str
    rows: Sequence[Row]

    def cell(self, row: int, column: int) -> Cell:
        """The cell at 0-based row and column; '' outside the used area."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def where(self, row: int, column: int) -> str:
        """``Blatt Gemeindedaten, Zelle K12`` for 0-based row and column."""
        return f"Blatt {self.name}, Zelle {cell_name(row, column)}"

    def error(self, row: int, column: int, problem: str, expected: str | None = None) -> SourceError:
        """The error for one cell, for the caller to raise."""
        return SourceError(self.file, problem, where=self.where(row, column), expected=expected)

    def refusal(self, row: int, column: int, fault: str, expected: str, *, if_empty: str | None = None) -> SourceError:
        """The error that quotes a cell and says what is wrong with it; ``if_empty`` is said of an empty one instead."""
        quoted = text(self.cell(row, column))[:40]
        return self.error(row, column, if_empty if if_empty and not quoted else f"„{quoted}“ {fault}", expected)


def load(file: str | Path | bytes, name: str | None = None) -> tuple[bytes, str]:
    """The bytes of a file and the name that errors give it.

    Raises SourceError for a file that is missing, unreadable or empty.
    """
    if isinstance(file, bytes):
        content, label = file, name or "Datei"
    else:
        path = Path(file)
        label = name or path.name
        try:
            content = path.read_bytes()
        except OSError as fault:
            reason = "die Datei ist nicht vorhanden" if not path.exists() else "die Datei lässt sich nicht lesen"
            raise SourceError(label, reason, expected="ein lesbarer Dateipfad") from fault
    if not content:
        raise SourceError(label, "die Datei ist leer")
    return content, label


def sheets(file: str | Path | bytes, name: str | None = None) -> list[Sheet]:
    """All sheets of a workbook (.xlsx or .xls) in their order, hidden ones too.

    Raises SourceError for a file that is not a workbook or was cut off.
    """
    content, label = load(file, name)
    expected = "eine vollständige Excel-Arbeitsmappe (.xlsx)"
    if not content.startswith((_ZIP, OLE)):
        raise SourceError(label, "die Datei ist keine Excel-Arbeitsmappe", expected=expected)
    try:
        found = [Sheet(label, title, rows) for title, rows in apart.call(_opened, content, label)]
    except apart.LimitError as fault:
        problem = "die Arbeitsmappe ist entpackt zu groß, oder sie ist beschädigt"
        raise SourceError(label, problem, expected=expected) from fault
    except (CalamineError, zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError) as fault:
        problem = "die Arbeitsmappe ist beschädigt oder abgeschnitten"
        raise SourceError(label, problem, expected=expected) from fault
    except RuntimeError as fault:  # as zipfile says it of a part that is encrypted
        problem = "die Arbeitsmappe ist mit einem Kennwort geschützt oder beschädigt"
        raise SourceError(label, problem, expected=expected) from fault
    if not found:
        raise SourceError(label, "die Arbeitsmappe hat kein Blatt", expected=expected)
    return found


def _opened(content: bytes, label: str, progress: apart.Progress) -> list[tuple[str, list[Row]]]:
    """Title and rows of each sheet. To be called apart: calamine ends the process where a stated size lies."""
    progress(0.0, "Arbeitsmappe wird geöffnet")
    if content.startswith(_ZIP):
        _check_size(content, label)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [(title, list(book.get_sheet_by_name(title).to_python(skip_empty_area=False))) for title in book.sheet_names]


def _check_size(content: bytes, label: str) -> None:
    """Refuse what would not fit into memory before calamine tries."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
            raise SourceError(label, "die Arbeitsmappe ist entpackt zu groß", expected="höchstens 250 MB")
        for entry in archive.namelist():
            if not entry.startswith("xl/worksheets/"):
                continue
            with archive.open(entry) as stream:
                top = stream.read(4096)
                # Trust the stated size if it is small, otherwise look for the last filled cell.
                stated = _DIMENSION.search(top)
                if stated and _column_number(stated[1]) * int(stated[2]) <= _MAX_CELLS:
                    continue
                filled = [(_column_number(cell[1]), int(cell[2])) for cell in _FILLED.finditer(top + stream.read())]
                width, height = (max(positions) for positions in zip((0, 0), *filled, strict=True))
                if width * height > _MAX_CELLS:
                    problem = f"ein Blatt reicht bis Spalte {width} und Zeile {height}"
                    expected = "ein Blatt ohne verirrte Zellen weit außerhalb der Tabelle"
                    raise SourceError(label, problem, expected=expected)


def _column_number(letters: bytes) -> int:
    """Number of a column from its letters, A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def cell_name(row: int, column: int) -> str:
    """The Excel name of a cell from 0-based row and column.

    >>> cell_name(6, 3), cell_name(0, 27)
    ('D7', 'AB1')
    """
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row + 1}"


def text(cell: Cell) -> str:
    """A cell as trimmed text: 60.0 -> '60', any run of white space (including no-break spaces) -> one space.

    >>> text(60.0), text(" Berlin\\xa0(West) "), text(9.5)
    ('60', 'Berlin (West)', '9.5')
    """
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    return " ".join(str(cell).split())


def heading(cell: Cell) -> str:
    """A heading reduced to what all vintages share: lower case without spaces, hyphens and footnote marks.

    >>> heading("Post-leit-zahl3)"), heading("Fläche in km2")
    ('postleitzahl', 'flächeinkm2')
    """
    bare = re.sub(r"\d\)", "", text(cell))
    return re.sub(r"[\s\-\u00ad]", "", bare).lower()


def number(sheet: Sheet, row: int, column: int, expected: str) -> float:
    """A cell as a number, NaN if it is empty. Text is accepted if it is a plain German number (``9,43751``).

    Raises SourceError naming the cell for any other text, a date or a boolean.
    """
    cell = sheet.cell(row, column)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return float(cell)
    content = text(cell)
    if not content:
        return math.nan
    if re.fullmatch(r"[+-]?\d+(?:,\d+)?", content):
        return float(content.replace(",", "."))
    raise sheet.refusal(row, column, "ist keine Zahl", expected)


def find_row(sheet: Sheet, words: tuple[str, ...], within: int = 20) -> int | None:
    """0-based number of the first of the top rows that has a heading beginning with each of the words."""
    for index, row in enumerate(sheet.rows[:within]):
        heads = [heading(cell) for cell in row]
        if all(any(head.startswith(word) for head in heads) for word in words):
            return index
    return None


def find_head(book: list[Sheet], words: tuple[str, ...], what: str, expected: str) -> tuple[Sheet, int]:
    """The first sheet with a row of headings that :func:`find_row` finds, and the 0-based number of that row.

    Raises SourceError saying in German ``what`` has such headings if no sheet has them in its first 20 rows.
    """
    for sheet in book:
        head = find_row(sheet, words)
        if head is not None:
            return sheet, head
    names = ", ".join(sheet.name for sheet in book)
    problem = f"kein Blatt ({names}) hat in den ersten 20 Zeilen den Kopf {what}"
    raise SourceError(book[0].file if book else "Datei", problem, expected=expected)


def columns(rows: Sequence[Row]) -> Iterator[tuple[int, list[str]]]:
    """Each column with its headings from top to bottom, normalised by :func:`heading`."""
    for column in range(max(map(len, rows), default=0)):
        yield column, [heading(row[column]) if column < len(row) else "" for row in rows]
