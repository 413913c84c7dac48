"""The rows of a list as they are in its file, not yet interpreted."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.schema.cells import CellError

#: sheet with the lists behind the drop-downs; its first cells mark a file as ours: MARK, and what it is (RawFile.own)
HIDDEN = "_Listen"
MARK = "ZWK-Monitor"
#: sheets of our own files without data
EXPLAINING = ("Anleitung", "Verlauf", "Gebiete der Kommunen")

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
MOST_COLUMNS = 200
#: cells of a sheet, and letters of a cell (Excel itself keeps no more)
MOST_CELLS = 2_000_000
MOST_LETTERS = 32_767

Progress = Callable[[float, str], None]
Cells = tuple[Any, ...]
#: line and column, from 1 and from 0
Place = tuple[int, int]
ERRORS = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!|NV|WERT!|ZAHL!|BEZUG!)")


class Merged:
    """Cells merged downwards: ``(line, column) in merged`` for those that only repeat what stands at the top.

    Kept as they are told, column, first and last line: written out, three hundred of them fill a machine's memory.
    """

    def __init__(self, spans: Iterable[tuple[int, int, int]] = ()) -> None:
        self._spans: dict[int, list[tuple[int, int]]] = {}
        for column, first, last in sorted(spans):
            if last > first and column < MOST_COLUMNS:
                self._spans.setdefault(column, []).append((first, last))
        self._tops: dict[int, tuple[int, Any]] = {}

    def top(self, line: int, column: int) -> int | None:
        """The line at whose value a cell shows, None if it is not merged."""
        spans = self._spans.get(column, [])
        at = bisect_right(spans, (line, math.inf)) - 1
        return spans[at][0] if at >= 0 and spans[at][1] >= line else None

    def __contains__(self, place: object) -> bool:
        if not isinstance(place, tuple):
            return False
        line, column = place
        top = self.top(line, column)
        return top is not None and top < line

    def filled(self, line: int, values: list[Any]) -> Cells:
        """The values of a line up to its last one, completed by those merged over it; line after line.

        Nothing where a line has no value of its own.
        """
        if all(value is None for value in values):
            return ()
        for column in self._spans:
            top = self.top(line, column)
            if top is None:
                continue
            own = values[column] if column < len(values) else None
            if top == line:
                self._tops[column] = (top, own)
                continue
            kept = self._tops.get(column)
            values += [None] * (column + 1 - len(values))
            values[column] = kept[1] if kept and kept[0] == top else None
        while values and values[-1] is None:
            values.pop()
        return tuple(values)


@dataclass(frozen=True)
class RawSheet:
    """The rows of a sheet that are not empty: ``rows[i]`` (from column A on) is line ``numbers[i]``.

    ``repeated``: cells that only repeat what is merged over them. ``doubts``: why a cell is not sure (German sentence).
    ``odd_rows``: line -> why the whole row is not sure (hidden, struck out). ``scaled``: numbers that their format
    shows divided by so much. ``no_formats``: the file does not tell how its numbers are shown.
    """

    name: str
    rows: list[Cells]
    numbers: list[int]
    repeated: Container[Place] = frozenset()
    doubts: Mapping[Place, str] = field(default_factory=dict)
    odd_rows: Mapping[int, str] = field(default_factory=dict)
    scaled: Mapping[Place, float] = field(default_factory=dict)
    no_formats: bool = False


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


def too_long(name: str) -> ZwkError:
    """The error for a list with more rows or cells than we read."""
    return ZwkError(
        f"Die Datei {name} hat mehr als {german.number(MOST_ROWS)} Zeilen oder {german.number(MOST_CELLS)} Zellen. "
        "Bitte in mehrere Listen teilen."
    )


def quiet(share: float, text: str) -> None:
    """Ignores progress."""


def as_error(text: str) -> CellError | str:
    """A cell that shows an Excel error as that, any other text as it is."""
    return CellError(text) if ERRORS.fullmatch(text.strip()) else text
