"""Text and csv files in whatever encoding: it differs even between editions of the same table."""

from __future__ import annotations

import contextlib
import csv
import gzip
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from zwk_data.errors import SourceError
from zwk_data.sources.sheets import load

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
