"""A strip for each figure of a place: its position among the areas around it and its twins.

Made of plain shares of a line, so that page, paper and slide draw the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from zwk_data.german import MISSING

Role = Literal["kreis", "land", "bund", "lent", "place"]
#: the meaning of a mark; its form differs too, never colour alone
ROLES: dict[Role, str] = {
    "place": "das Gebiet selbst",
    "lent": "Kreis oder Verband, wo es für das Gebiet keine Zahl gibt",
    "kreis": "Kreis",
    "land": "Land",
    "bund": "Deutschland",
}


@dataclass(frozen=True)
class Mark:
    """One mark; ``at``: its place on the line, from 0 to 1."""

    role: Role
    at: float


@dataclass(frozen=True)
class StripRow:
    """One figure as text and as a strip.

    ``name``; ``told``: year and what else belongs to it; ``value``: the figure; ``beside``: those of the columns of
    ``Strips``; ``marks``, in the order of drawing; ``band``: from where to where the twins lie, ``median``: their
    middle (None without twins); ``notable``: it lies unusually far from them; without any value ``missing`` says why.
    """

    name: str
    told: str
    value: str
    beside: tuple[str, ...]
    marks: tuple[Mark, ...] = ()
    band: tuple[float, float] | None = None
    median: float | None = None
    notable: bool = False
    missing: str = ""


@dataclass(frozen=True)
class Strips:
    """The figures of a chapter: ``own``: head of the column with the place's figures, ``columns``: of the others."""

    title: str
    own: str
    columns: tuple[str, ...]
    rows: tuple[StripRow, ...]
    source: str
    note: str = ""
    #: the heads of ``columns`` where there is little room
    short: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """The same as a table with German column names; all cells are text."""
        return pd.DataFrame(
            [(one.name, one.told, one.value if not one.missing else MISSING, *one.beside) for one in self.rows],
            columns=["Kennzahl", "Jahr und Gebiet", self.own, *self.columns],
        )

    @property
    def alt(self) -> str:
        """What a reader sees, in words."""
        return f"{self.title}. {'; '.join(self._in_words(one) for one in self.rows if not one.missing)}."

    def _in_words(self, one: StripRow) -> str:
        beside = [f", {head} {text}" for head, text in zip(self.columns, one.beside, strict=True) if text != MISSING]
        return f"{one.name} ({one.told}): {one.value}{''.join(beside)}"


def share(value: float, axis: tuple[float, float]) -> float:
    """The place of a value on an axis from 0 to 1, at its end if it lies beyond."""
    low, high = axis
    return min(1.0, max(0.0, (value - low) / (high - low)))
