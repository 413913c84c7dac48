"""Text files: bytes or path to text, whatever the encoding (trap 4: it differs for one and the same table)."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from zwk_data.sources.errors import SourceError
from zwk_data.sources.sheets import load

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read(file: str | Path | bytes, name: str | None = None) -> tuple[str, str]:
    """The text of a file, lines ended by ``\\n``, and the name that errors give the file.

    UTF-8 (with or without byte order mark) is tried first, strictly; official files that are not UTF-8 are cp1252,
    of which latin-1 letters are a part. Raises SourceError for a missing, empty or binary file.
    """
    content, label = load(file, name)
    text = decode(content)
    if "\x00" in text:
        raise SourceError(label, "die Datei ist keine Textdatei", expected="eine CSV-Datei des Herausgebers")
    return text.replace("\r\n", "\n").replace("\r", "\n"), label


def decode(content: bytes) -> str:
    """Bytes to text: UTF-8 strictly, UTF-16 if marked, else cp1252.

    >>> decode("Köln".encode("cp1252")), decode("\\ufeffKöln".encode()), decode("Köln".encode("latin-1"))
    ('Köln', 'Köln', 'Köln')
    """
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        # five bytes have no meaning in cp1252; latin-1 takes them as control characters
        return content.decode("latin-1")


def header(content: str, delimiter: str) -> list[str]:
    """The cells of the first line."""
    try:
        return [cell.strip() for cell in next(csv.reader([content.split("\n", 1)[0]], delimiter=delimiter))]
    except csv.Error:
        return []


def table(content: str, file: str, delimiter: str) -> pd.DataFrame:
    """A csv with its header in the first line as text cells; the index is the line in the file (2, 3, …).

    Raises SourceError naming the line for one that is longer or shorter than the header, and for a file that ends
    inside a line: these formats have no foot that would show that they are whole.
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
    whole = not rows or not rows[-1]
    while rows and not rows[-1]:
        rows.pop()
    if not whole:
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


def quote(value: object) -> str:
    """A short quote of a cell for an error message, in one line.

    >>> quote("x" * 50)
    '„xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…“'
    """
    text = " ".join(str(value).split())
    return f"„{text[:40]}…“" if len(text) > 40 else f"„{text}“"
