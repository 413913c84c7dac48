"""Whom the page Demografie is about, and what every part of it needs to know of them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from zwk_data.demography import areas, features, indicators, sources
from zwk_data.demography.areas import Area
from zwk_data.demography.indicators import Indicator
from zwk_data.web import parts


@dataclass(frozen=True)
class Subject:
    """A participant: ``name`` in full, ``short`` for labels, ``small`` under 1,000 people, areas ``around`` it."""

    id: str
    name: str
    short: str
    kind: str
    small: bool
    around: tuple[Area, ...]

    @property
    def is_kreis(self) -> bool:
        """Does it stand among Kreise (Landkreise and kreisfreie Städte), not among Gemeinden?"""
        return parts.cached(features.level_of)(self.id) == "kreis"


def subject(participant_id: str, row: pd.Series) -> Subject:
    """The subject from its row of ``programme.participants``."""
    return Subject(
        participant_id,
        row["name"],
        row["short"],
        row["kind"],
        parts.cached(areas.is_small)(participant_id),
        tuple(parts.cached(areas.comparisons)(participant_id)),
    )


def catalogue() -> dict[str, Indicator]:
    """All indicators by id."""
    return parts.cached(indicators.indicators)()


def no_figure(me: Subject, indicator: Indicator) -> str:
    """The sentence for a participant that nobody published a figure of."""
    return f"{indicator.name}: Für {me.name} ist hier keine Zahl veröffentlicht."


def attribution(frame: pd.DataFrame) -> str:
    """The source line of a frame with a column source_id."""
    return parts.cached(sources.attribution)(tuple(sorted(frame["source_id"].dropna().unique())))
