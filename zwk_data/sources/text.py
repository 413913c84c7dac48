"""Text files: bytes or path to text, whatever the encoding (trap 4: it differs for one and the same table)."""

from __future__ import annotations

from pathlib import Path

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


def quote(value: object) -> str:
    """A short quote of a cell for an error message.

    >>> quote("x" * 50)
    '„xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…“'
    """
    text = str(value)
    return f"„{text[:40]}…“" if len(text) > 40 else f"„{text}“"
