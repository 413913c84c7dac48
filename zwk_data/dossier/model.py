"""The parts of a dossier, the same for page, slides, paper and workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from zwk_data import settings
from zwk_data.charts.chart import Figure
from zwk_data.charts.place_strip import Strips
from zwk_data.schema.words import ENTERED


@dataclass(frozen=True)
class Picture:
    """A drawn picture; ``svg`` and ``png`` (of a width in pixels) make it when it is needed, ``url`` is where pages
    get it from."""

    title: str
    alt: str
    source: str
    url: str
    svg: Callable[[], bytes]
    png: Callable[[int], bytes]


@dataclass(frozen=True)
class TableBlock:
    """A table with German column names and typed values; ``formats``: column -> decimals, where not the default."""

    title: str
    frame: pd.DataFrame
    source: str
    note: str = ""
    formats: Mapping[str, int] = field(default_factory=dict)
    #: shown in place of an empty table
    empty: str = "Nicht belegt."


@dataclass(frozen=True)
class Fact:
    """One key figure as text: value with unit, its date, how it changed, how it compares."""

    label: str
    value: str
    when: str
    trend: str = ""
    compared: str = ""


@dataclass(frozen=True)
class Facts:
    """A group of key figures."""

    items: tuple[Fact, ...]
    source: str


@dataclass(frozen=True)
class Words:
    """Paragraphs, or points of a list, with a heading of their own or none."""

    sentences: tuple[str, ...]
    title: str = ""
    listed: bool = False


Block = Words | Facts | Figure | Picture | TableBlock | Strips


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

    ``described``: kind and place in words; ``today``: the date of the dossier; ``definitions``: indicator -> what it
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
    #: what kind of document it is
    kind: str = "Zwischenbilanz"

    @property
    def title(self) -> str:
        """The texts of the cover."""
        return f"{self.kind} {self.name}"

    @property
    def called(self) -> str:
        """„Dossier zur Zwischenbilanz“, „Kommunalprofil“."""
        return "Dossier zur Zwischenbilanz" if self.kind == "Zwischenbilanz" else self.kind


def source() -> str:
    """The source line of the programme's own records, for the data set that is shown."""
    return ENTERED[settings.dataset()]
