"""The rows of a list as they stand in its file, before anybody asks what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zwk_data.schema.cells import CellError

#: sheet with the lists behind the drop-downs; its first cells mark a file as ours: MARK, and what it is (RawFile.own)
HIDDEN = "_Listen"
MARK = "ZWK-Monitor"
#: sheets of our own files without data
EXPLAINING = ("Anleitung", "Verlauf", "Gebiete der Kommunen")

MOST_BYTES = 10_000_000
MOST_ROWS = 50_000
MOST_COLUMNS = 200

Progress = Callable[[float, str], None]
Cells = tuple[Any, ...]
#: line and column, from 1 and from 0
Place = tuple[int, int]
ERRORS = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!|NV|WERT!|ZAHL!|BEZUG!)")


@dataclass(frozen=True)
class RawSheet:
    """The rows of a sheet that hold anything: ``rows[i]`` (from column A on) stands in line ``numbers[i]``.

    ``repeated``: cells that only repeat what is merged over them. ``doubts``: why a cell is not sure (German sentence).
    ``odd_rows``: line -> why the whole row is not sure (hidden, struck out). ``scaled``: numbers that their format
    shows divided by so much. ``no_formats``: the file does not tell how its numbers are shown.
    """

    name: str
    rows: list[Cells]
    numbers: list[int]
    repeated: frozenset[Place] = frozenset()
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


def quiet(share: float, text: str) -> None:
    """Ignores progress."""


def as_error(text: str) -> CellError | str:
    """A cell that shows an Excel error as that, any other text as it is."""
    return CellError(text) if ERRORS.fullmatch(text.strip()) else text
