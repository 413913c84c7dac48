"""A file as somebody sends it -> its sheets as rows of cells, whatever program wrote it; or one sentence why not."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from zwk_data.errors import ZwkError

#: sheet with the lists behind the drop-downs; its first cells mark a file as ours: MARK, and what it is (RawFile.own)
HIDDEN = "_Listen"
MARK = "ZWK-Monitor"
#: sheets of our own files that hold nothing to read
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
        """Is it our own export of everything?"""
        return self.own == "alles"


def quiet(share: float, text: str) -> None:
    """A progress that nobody watches."""


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
        from zwk_data.programme.intake.workbook import read_workbook

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
        # no text holds these, a picture or a program does
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
