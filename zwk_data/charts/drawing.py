"""A figure as plain numbers, for those who draw it natively: PowerPoint, Excel, print.

How a series looks is declared once, by the chart that draws it on the page; everybody else takes it from the series.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from zwk_data.charts.chart import ACCENT, PAPER, Chart
from zwk_data.programme.timeline import Process

Kind = Literal["lines", "columns", "balance", "bars", "stacked", "pyramid"]


@dataclass(frozen=True)
class Look:
    """``ink``: of text on a surface; ``weight`` (points) and ``dash``: of a line; ``outline``: an edge without fill."""

    colour: str
    ink: str = PAPER
    weight: float = 1.0
    dash: Literal["solid", "dash", "dot"] = "solid"
    outline: bool = False


@dataclass(frozen=True)
class Series:
    """One row of values of a drawing, one for each category (None: no figure)."""

    name: str
    values: tuple[float | None, ...]
    look: Look = Look(ACCENT)


@dataclass(frozen=True)
class Drawing:
    """A chart as plain numbers.

    ``kind``: lines over the categories; columns upright and bars lying, side by side; stacked lying bars; balance:
    columns up (first series) and down (second), and their difference as a line (third); pyramid: lying bars, the
    first two surfaces back to back, outlines over them, categories from young to old. Values are given without the
    sign that the direction of a bar adds. ``axis``: what the values are, with their unit. ``decimals``: of the
    values. ``marks``: category and words of breaks in the series: a break stands as a category of blanks without
    values, and no line runs across it.
    """

    kind: Kind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str = ""
    decimals: int = 0
    marks: tuple[tuple[str, str], ...] = ()
    #: what stands beneath lines over years
    process: Process | None = None

    def place(self, year: float) -> float:
        """Where a moment lies among categories that are years; 2022 is the end of 2022."""
        known = {int(one): at for at, one in enumerate(self.categories) if one.strip().isdigit()}
        return float(np.interp(year, list(known), list(known.values())))


@dataclass(frozen=True)
class Figure:
    """A chart: ``chart`` for the page with title, alt text, source, note and table; ``drawing`` for everything else.

    ``drawing_note``: how to read the drawing where the chart's own note speaks of what only the chart shows.
    """

    chart: Chart
    drawing: Drawing
    drawing_note: str | None = None

    @property
    def note(self) -> str:
        """The note beside the drawing."""
        return self.chart.note if self.drawing_note is None else self.drawing_note
