"""One csv file of data/programme or data/demo, read strictly: errors name the file, the line, and what was expected."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zwk_data.errors import ZwkError

Row = dict[str, str]
_URL = re.compile(r"https?://[^\s/]+\.[^\s/]+\S*")


@dataclass(frozen=True)
class CsvRows:
    """A file's rows as text; ``lines[i]`` is the line on which row i ends."""

    file: Path
    rows: list[Row]
    lines: list[int]

    def fault(self, index: int, sentence: str) -> ZwkError:
        """An error about one row, to be raised by the caller."""
        return ZwkError(f"{_shown(self.file)}, Zeile {self.lines[index]}: {sentence}")

    def column(self, name: str, convert: Callable[[str], object]) -> list[object]:
        """A column's values; ``convert`` raises ValueError with the German second half of the sentence."""
        values = []
        for index, row in enumerate(self.rows):
            try:
                values.append(convert(row[name]))
            except ValueError as error:
                raise self.fault(index, f"Spalte „{name}“: {error}") from error
        return values

    def unique(self, *columns: str) -> None:
        """Raises ZwkError if two rows agree in all these columns."""
        seen: dict[tuple[str, ...], int] = {}
        for index, row in enumerate(self.rows):
            key = tuple(row[c] for c in columns)
            if key in seen:
                shown = ", ".join(value or "(leer)" for value in key)
                raise self.fault(
                    index,
                    f"doppelter Eintrag, steht schon in Zeile {self.lines[seen[key]]} ({shown}). Bitte streichen.",
                )
            seen[key] = index


def read_rows(file: Path, columns: Sequence[str]) -> CsvRows:
    """Read a UTF-8 csv file with exactly these columns in this order.

    Raises ZwkError if the file is missing, is not UTF-8, has another header, or a row has too many or too few cells.
    """
    name = _shown(file)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ZwkError(f"Die Datei {name} fehlt: die Installation ist unvollständig.") from error
    except UnicodeDecodeError as error:
        raise ZwkError(f"{name} ist nicht in UTF-8 gespeichert. Bitte die Datei als „CSV UTF-8“ speichern.") from error
    reader = csv.reader(text.splitlines(keepends=True))
    head = next(reader, [])
    if head != list(columns):
        raise ZwkError(f"{name}, Zeile 1: erwartet werden die Spalten {','.join(columns)}; gefunden: {','.join(head)}.")
    rows, lines = [], []
    for cells in reader:
        if not cells:
            continue
        if len(cells) != len(columns):
            raise ZwkError(
                f"{name}, Zeile {reader.line_num}: {len(columns)} Felder erwartet, {len(cells)} gefunden. "
                "Ein Komma im Text braucht Anführungszeichen um das Feld."
            )
        rows.append({column: cell.strip() for column, cell in zip(columns, cells, strict=True)})
        lines.append(reader.line_num)
    return CsvRows(file, rows, lines)


def _shown(file: Path) -> str:
    """How a sentence names the file: from the folder of shipped data on."""
    return f"data/{file.parent.name}/{file.name}"


def text(value: str) -> str | None:
    """Empty means that no source states it."""
    return value or None


def required(value: str) -> str:
    """Text that must not be empty."""
    if not value:
        raise ValueError("das Feld ist leer, braucht aber einen Eintrag.")
    return value


def one_of(allowed: Sequence[str]) -> Callable[[str], str]:
    """A code from a fixed list."""

    def convert(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"„{value}“ ist unbekannt. Möglich sind {', '.join(allowed)}.")
        return value

    return convert


def boolean(value: str) -> bool:
    """``true`` or ``false``."""
    return one_of(("true", "false"))(value) == "true"


def day(value: str) -> date | None:
    """An ISO date or nothing."""
    if not value:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):  # fromisoformat takes weeks as well
            raise ValueError
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"„{value}“ ist kein Datum der Form JJJJ-MM-TT.") from error


def amount(value: str) -> float | None:
    """Whole or decimal euros with a point, not negative, or nothing."""
    if not value:
        return None
    if not re.fullmatch(r"\d+(\.\d+)?", value):
        raise ValueError(f"„{value}“ ist kein Betrag. Bitte nur Ziffern, mit Punkt vor den Cent.")
    return float(value)


def address(value: str) -> str | None:
    """A web address or nothing."""
    if value and not _URL.fullmatch(value):
        raise ValueError(f"„{value}“ ist keine Internetadresse mit http:// oder https://.")
    return value or None
