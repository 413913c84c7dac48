"""The parts of a dossier, the same for page, slides, paper and workbook.

The source line of what people keep of the programme.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import pandas as pd

from zwk_data import settings
from zwk_data.charts.chart import Chart
from zwk_data.schema.words import ENTERED

Role = Literal["own", "other", "quiet", "warm"]
Kind = Literal["lines", "columns", "bars", "stacked", "pyramid"]


@dataclass(frozen=True)
class Series:
    """One row of values of a drawing, one for each category (None: no figure).

    ``role``: own (the Kommune, in the accent colour), other and quiet (what it is compared with, greys), warm (the
    contrast colour: refusals, losses).
    """

    name: str
    values: tuple[float | None, ...]
    role: Role = "own"


@dataclass(frozen=True)
class Drawing:
    """A chart as plain numbers, for those who draw it natively: PowerPoint, Excel, print.

    ``kind``: lines over the categories; columns upright and bars lying, side by side; stacked lying bars; pyramid:
    lying bars back to back with four series (male, female, and as outlines male and female of the area compared
    with, or the first two alone), every value positive, the categories from young to old. ``axis``: what the values
    are, with their unit. ``decimals``: of the values. ``marks``: category and words of breaks in the series: a break
    stands as a category of blanks without values, and no line runs across it.
    """

    kind: Kind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str = ""
    decimals: int = 0
    marks: tuple[tuple[str, str], ...] = ()


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
        """The note that stands beside the drawing."""
        return self.chart.note if self.drawing_note is None else self.drawing_note


@dataclass(frozen=True)
class Picture:
    """A drawn picture; ``svg`` and ``png`` (so many pixels wide) make it when it is needed."""

    title: str
    alt: str
    source: str
    svg: Callable[[], bytes]
    png: Callable[[int], bytes]


@dataclass(frozen=True)
class Table:
    """A table with German column names and typed values; ``formats``: column -> decimals, where they are not plain."""

    title: str
    frame: pd.DataFrame
    source: str
    note: str = ""
    formats: Mapping[str, int] = field(default_factory=dict)
    #: said instead of an empty table
    empty: str = "Nicht belegt."


@dataclass(frozen=True)
class Fact:
    """One key figure as text: value with unit, when it is of, how it moved, how it stands among others."""

    label: str
    value: str
    when: str
    trend: str = ""
    compared: str = ""


@dataclass(frozen=True)
class Facts:
    """Key figures that stand together."""

    items: tuple[Fact, ...]
    source: str


@dataclass(frozen=True)
class Words:
    """Paragraphs, or points of a list, with a heading of their own or none."""

    sentences: tuple[str, ...]
    title: str = ""
    listed: bool = False


Block = Words | Facts | Figure | Picture | Table


@dataclass(frozen=True)
class Section:
    """A section: ``key`` as in the permalink, its blocks in reading order, and the consultants' own ``note``."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    note: str = ""


@dataclass(frozen=True)
class Dossier:
    """A dossier of one Kommune, with the sections chosen, in the order chosen.

    ``described``: kind and place in words; ``today``: what it was made for; ``definitions``: indicator -> what it
    means; ``sources``: every source line, each once; ``demo``: the data are invented and each page has to say so.
    """

    participant_id: str
    name: str
    described: str
    today: date
    sections: tuple[Section, ...]
    definitions: Mapping[str, str]
    sources: tuple[str, ...]
    demo: bool = False

    @property
    def title(self) -> str:
        """What stands on the cover."""
        return f"Zwischenbilanz {self.name}"


def source() -> str:
    """Whose entries these are, for the data set that is shown."""
    return ENTERED[settings.dataset()]
