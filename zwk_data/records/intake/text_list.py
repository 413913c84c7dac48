"""Text lists (csv, txt, tsv) in any encoding, cut by whatever sign, as rows of cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

from zwk_data.encodings import decode
from zwk_data.errors import ZwkError
from zwk_data.records.intake.raw import MOST_COLUMNS, MOST_ROWS, Cells, RawFile, RawSheet, too_long

_DELIMITERS = ";\t,|"
#: a cell that a portal protects from Excel: ="…"
_PROTECTED = re.compile(r'(?m)(?:^|(?<=[;\t,|]))[ ]*="((?:[^"\n]|"")*)"(?=[;\t,|]|$)')
#: what export/csv.py puts an apostrophe before
_PROTECTED_FORMULA = re.compile(r"'(?:[\s\u200b-\u200f\u2060\ufeff\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])")
_ODD = "Die Zeichen dieser Zeile passen nicht zu den übrigen; so sind sie gelesen."


def read_text(content: bytes, name: str) -> RawFile:
    """A list as its only sheet. Raises ZwkError, in one German sentence, for what is no text list."""
    text, notes, unsure = _decoded(content, name)
    text = _PROTECTED.sub(r'"\1"', text)
    rows: list[Cells] = []
    numbers: list[int] = []
    doubts: dict[tuple[int, int], str] = {}
    try:
        for number, lines, cells in _records(text):
            if any(cell.strip() for cell in cells):
                rows.append(tuple(_unwrapped(cell) for cell in cells[:MOST_COLUMNS]))
                numbers.append(number)
                if unsure & set(lines):
                    doubts |= {(number, c): _ODD for c, cell in enumerate(cells) if not cell.isascii()}
            if len(rows) > MOST_ROWS:
                raise too_long(name)
    except csv.Error as error:
        raise ZwkError(
            f"Die Datei {name} lässt sich nicht als Tabelle lesen (Zeile {len(rows) + 1}). Bitte als .xlsx speichern."
        ) from error
    if not rows:
        raise ZwkError(f"In der Datei {name} steht nichts. Bitte prüfen, ob sie richtig gespeichert wurde.")
    sheet = RawSheet(PurePath(name).stem[:31] or "Liste", rows, numbers, doubts=doubts)
    return RawFile(name, (sheet,), notes)


def _records(text: str) -> Iterator[tuple[int, range, list[str]]]:
    """Number of each record, the lines it takes, its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    before = 0
    for number, cells in enumerate(reader, start=1):
        yield number, range(before + 1, reader.line_num + 1), cells
        before = reader.line_num


def _decoded(content: bytes, name: str) -> tuple[str, tuple[str, ...], frozenset[int]]:
    """The text, what is to be said of its encoding, and the lines that are not sure."""
    try:
        found = decode(_marked(content))
    except UnicodeDecodeError as error:
        raise _no_list(name) from error
    # bytes found in pictures and programs, never in text
    if "\0" in found.text or sum(sign < " " and sign not in "\t\r\n\f" for sign in found.text[:4000]) > 5:
        raise _no_list(name)
    notes = []
    if found.name in ("Macintosh", "DOS"):
        notes.append(f"Die Datei ist in den Zeichen von {found.name} geschrieben und so gelesen.")
    if found.unsure:
        notes.append("In der Datei sind Zeichen verschieden verschlüsselt; die Zellen, die das betrifft, sind unklar.")
    return found.text, tuple(notes), found.unsure


def _marked(content: bytes) -> bytes:
    """UTF-16 without its mark, which Latin letters betray: every other byte is zero."""
    start = b"" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else content[:400]
    for mark, zeros in ((b"\xff\xfe", start[1::2]), (b"\xfe\xff", start[::2])):
        if len(zeros) > 8 and zeros.count(0) * 5 > len(zeros) * 4:
            return mark + content
    return content


def _no_list(name: str) -> ZwkError:
    return ZwkError(f"Die Datei {name} ist weder eine Excel-Datei noch eine Textliste. Bitte .xlsx oder .csv schicken.")


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
    if cell.startswith("'") and _PROTECTED_FORMULA.match(cell):
        return cell[1:]
    return cell.strip() or None
