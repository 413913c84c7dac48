"""Text lists (csv, txt, tsv) in any encoding, cut by whatever sign, as rows of cells.

A file says nothing of its encoding, and any bytes are valid in most of them: Windows, Macintosh, DOS, and files in
which one line is foreign. So each candidate is judged by what it makes of German words: „für“ is one, „fŸr“ and „f³r“
are none.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from zwk_data.errors import ZwkError
from zwk_data.records.intake.raw import MOST_COLUMNS, MOST_ROWS, Cells, RawFile, RawSheet, too_long

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: the encodings of one byte a letter that German programs write, with what people call them
_NAMES = {"cp1252": "Windows", "iso8859_15": "ISO 8859-15", "mac_roman": "Macintosh", "cp850": "DOS"}
_ACCENTED = frozenset("áàâéèêëíìîïóòôúùûçñåæøÉÀÈ")
_SIGNS = frozenset("„“”‚‘’–—…•·€§°²³½¼¾«»©®×\u00a0\u00ad")
#: by how much the best reading must beat the next to be sure
_CLEAR = 2


@dataclass(frozen=True)
class Decoded:
    """The text, lines ended by ``\\n``; what people call its encoding; and the lines (from 1) that are not sure."""

    text: str
    name: str
    unsure: frozenset[int] = frozenset()


def decode(content: bytes) -> Decoded:
    """The text of a file. Raises UnicodeDecodeError for marked UTF-16 that is none.

    >>> decode("für".encode("mac_roman")).text, decode("für".encode("cp850")).text, decode("für".encode()).text
    ('für', 'für', 'für')
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark) and encoding == "utf-16":
            return Decoded(_lines_ended(content.decode(encoding)), "Unicode")
    try:
        return Decoded(_lines_ended(content.decode("utf-8-sig")), "Unicode")
    except UnicodeDecodeError:
        pass
    lines = content.removeprefix(_BOMS[0][0]).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    foreign = [place for place, line in enumerate(lines) if not _is_unicode(line)]
    unicode = [place for place, line in enumerate(lines) if not line.isascii() and _is_unicode(line)]
    encoding, clear = _best(b"\n".join(lines[place] for place in foreign))
    odd = set(foreign if len(foreign) <= len(unicode) else unicode) | (set() if clear else set(foreign))
    others = frozenset(foreign)
    text = [line.decode(encoding if place in others else "utf-8", "replace") for place, line in enumerate(lines)]
    return Decoded("\n".join(text), _NAMES[encoding], frozenset(place + 1 for place in odd))


def repaired(text: str) -> str | None:
    """What a text was before UTF-8 was taken for Windows' encoding („fÃ¼r“), None if that never happened to it.

    >>> repaired("MaÃŸnahme fÃ¼r alle"), repaired("Maßnahme")
    ('Maßnahme für alle', None)
    """
    if "Ã" not in text and "â€" not in text and "Â" not in text:
        return None
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return None


def _lines_ended(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_unicode(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _best(content: bytes) -> tuple[str, bool]:
    """The encoding that makes the most German of the bytes, and whether it is clearly that one."""
    texts = {encoding: content[:200_000].decode(encoding, "replace") for encoding in _NAMES}
    worth = {encoding: _worth(text) for encoding, text in texts.items()}
    best = max(_NAMES, key=lambda encoding: worth[encoding])
    next_best = max((worth[one] for one in _NAMES if texts[one] != texts[best]), default=worth[best] - _CLEAR)
    return best, worth[best] - next_best >= _CLEAR


def _worth(text: str) -> int:
    padded = f" {text} "
    return sum(
        _worth_of(padded[place - 1], sign, padded[place + 1])
        for place, sign in enumerate(padded)
        if sign > "\x7f" and 0 < place < len(padded) - 1
    )


def _worth_of(before: str, sign: str, after: str) -> int:
    """How probable a sign is between its neighbours, from -3 to 3."""
    beside = before.isalpha() or after.isalpha()
    if sign in "äöüß":
        return (-2 if after.isupper() and sign != "ß" else 3) if beside else -1
    if sign in "ÄÖÜ":
        return 3 if not (before.isalpha() and before.islower()) and beside else -2
    if sign in _ACCENTED:
        return 1 if beside and not (sign.isupper() and before.islower()) else -3
    if sign in _SIGNS:
        return -3 if before.isalpha() and after.isalpha() and sign not in "’–·\u00ad\u00a0" else 1
    return -3


_DELIMITERS = ";\t,|"
#: a cell that a portal protects from Excel: ="…"
_PROTECTED = re.compile(r'(?m)(?:^|(?<=[;\t,|]))[ ]*="((?:[^"\n]|"")*)"(?=[;\t,|]|$)')
#: what export/csv.py puts an apostrophe before
_PROTECTED_FORMULA = re.compile(r"'(?:[\s\u200b-\u200f\u2060\ufeff\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])")
_CUT = "Die Datei endet mitten in dieser Zeile und ist wohl abgeschnitten. Bitte prüfen, ob Zeilen fehlen."
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
    odd = {numbers[-1]: _CUT} if _ends_within_a_row(text, rows) else {}
    sheet = RawSheet(PurePath(name).stem[:31] or "Liste", rows, numbers, doubts=doubts, odd_rows=odd)
    return RawFile(name, (sheet,), notes)


def _ends_within_a_row(text: str, rows: list[Cells]) -> bool:
    """Some programs leave out the last line end, but not cells; a word alone may be a note below the list."""
    if text.endswith(("\n", "\r")) or len(rows) < 3:
        return False
    usual = Counter(map(len, rows[:-1])).most_common(1)[0][0]
    return 1 < len(rows[-1]) < usual or text.count('"') % 2 == 1


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
