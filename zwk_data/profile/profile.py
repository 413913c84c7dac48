"""The Kommunalprofil of a place: each figure of each chapter beside others, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.demography import grammar
from zwk_data.demography.areas import Area
from zwk_data.demography.indicators import Indicator, indicators
from zwk_data.profile import likeness
from zwk_data.profile.places import ALLIANCE, Place
from zwk_data.profile.values import Chapter, Columns, OwnFigure, WantedFigure, chapters, columns, own_figure
from zwk_data.stores.memo import remembered

#: what is this rare among places of about the same size is called unusual
RARE = 0.05


@dataclass(frozen=True)
class Beside:
    """The figure of an area around the place, in the same year; ``parts``: as in ``values.Column``."""

    area: Area
    value: float
    parts: str = ""


@dataclass(frozen=True)
class ComparedFigure:
    """One figure of a place.

    ``values``: its own, or those of the areas in ``borrowed`` (its Kreise or its Verband), where it has none; NaN if
    nobody has one, then ``missing`` says why (German). ``parts``, ``low``, ``high``: as in ``values.Figure``.
    ``twins``: their known values. ``distance`` and ``rarity``: as in ``likeness.Distances``, NaN for what is borrowed.
    ``axis``: from where to where a strip goes. ``rank``: of a borrowed figure the share of all areas below it.
    """

    indicator: Indicator
    chapter: str
    more_is: str | None
    year: int
    values: tuple[float, ...]
    borrowed: tuple[Area, ...] = ()
    missing: str = ""
    status: str = ""
    parts: str = ""
    low: float = np.nan
    high: float = np.nan
    beside: tuple[Beside, ...] = ()
    twins: tuple[float, ...] = ()
    median: float = np.nan
    distance: float = np.nan
    rarity: float = np.nan
    rank: float = np.nan
    axis: tuple[float, float] = (0.0, 1.0)
    sources: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """The one figure of the place, NaN if it has none or several are borrowed."""
        return self.values[0] if len(self.values) == 1 else np.nan

    @property
    def is_known(self) -> bool:
        """Is there any figure?"""
        return bool(self.values)

    @property
    def is_rare(self) -> bool:
        """Does it lie further from its twins than at nearly all places of the same size?"""
        return bool(self.rarity <= RARE)

    @property
    def where(self) -> str:
        """„im Landkreis Meißen“ for a borrowed figure, else nothing."""
        if not self.borrowed:
            return ""
        if len(self.borrowed) > 1:
            return "je Kreis"
        area = self.borrowed[0]
        if area.level == "kreis":
            return grammar.in_full_kreis(area.name, "in")
        return grammar.in_verband(area.name)

    @property
    def name(self) -> str:
        """Its name without the source, which the year tells."""
        return self.indicator.name.removesuffix(" (Zensus 2022)").removesuffix(" (2011 = 100)")


@dataclass(frozen=True)
class Profile:
    """All figures of a place by chapter; ``twins``: as in ``likeness.twins_of``."""

    place: Place
    chapters: tuple[tuple[Chapter, tuple[ComparedFigure, ...]], ...]
    twins: pd.DataFrame

    @property
    def readings(self) -> tuple[ComparedFigure, ...]:
        """All figures in the order of the chapters."""
        return tuple(one for _, part in self.chapters for one in part)

    @property
    def compared(self) -> tuple[ComparedFigure, ...]:
        """Those compared with twins, the furthest from them first."""
        known = [one for one in self.readings if not np.isnan(one.distance)]
        return tuple(sorted(known, key=lambda one: -abs(one.distance)))


@remembered(entries=64)
def profile(place: Place) -> Profile:
    """The Kommunalprofil of a place."""
    known = columns()
    own = {one.indicator_id: own_figure(place, one.indicator_id) for chapter in chapters() for one in chapter.figures}
    has = tuple((name, one.value) for name, one in own.items() if one is not None and not np.isnan(one.value))
    far = likeness.distances(place, has)
    made = []
    for chapter in chapters():
        part = tuple(_reading(place, chapter, one, own[one.indicator_id], known, far) for one in chapter.figures)
        made.append((chapter, part))
    return Profile(place, tuple(made), likeness.twins_of(place))


def _reading(
    place: Place, chapter: Chapter, one: WantedFigure, mine: OwnFigure | None, known: Columns, far: likeness.Distances
) -> ComparedFigure:
    indicator = indicators()[one.indicator_id]
    if mine is None or np.isnan(mine.value):
        return _borrowed(place, chapter, one, mine, known)
    level = likeness.level_of(place)
    theirs = far.values.get(one.indicator_id, pd.Series(dtype=float)).dropna()
    enough = len(theirs) >= likeness.ENOUGH
    beside = _beside(place, one.indicator_id, mine.year, known, ("kreis", "land", "bund"))
    return ComparedFigure(
        indicator,
        chapter.key,
        one.more_is,
        mine.year,
        (mine.value,),
        status=mine.status,
        parts=mine.parts,
        low=mine.low,
        high=mine.high,
        beside=beside,
        twins=tuple(theirs.astype(float)) if enough else (),
        median=float(far.median.get(one.indicator_id, np.nan)),
        distance=float(far.distance.get(one.indicator_id, np.nan)),
        rarity=float(far.rarity.get(one.indicator_id, np.nan)),
        axis=_axis(known, level, one.indicator_id, mine.year, (mine.value, *(b.value for b in beside))),
        sources=mine.sources,
    )


def _beside(place: Place, indicator_id: str, year: int, known: Columns, levels: tuple[str, ...]) -> tuple[Beside, ...]:
    found = []
    for area in place.around:
        column = known.of.get((area.level, indicator_id, year)) if area.level in levels else None
        value = np.nan if column is None else float(column.values.get(area.key, np.nan))
        if column is not None and not np.isnan(value):
            found.append(Beside(area, value, column.parts))
    return tuple(found)


def _axis(known: Columns, level: str, indicator_id: str, year: int, must: tuple[float, ...]) -> tuple[float, float]:
    """From where to where nine of ten areas of the level lie, and further where the place is."""
    column = known.of.get((level, indicator_id, year))
    ends = () if column is None else column.middle
    low, high = min([*ends, *must]), max([*ends, *must])
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _borrowed(
    place: Place, chapter: Chapter, one: WantedFigure, mine: OwnFigure | None, known: Columns
) -> ComparedFigure:
    """The figure of its Verband or its Kreise, where the place has none; or why there is none."""
    indicator = indicators()[one.indicator_id]
    for level in ("verband", "kreis"):
        column = known.column(level, one.indicator_id)
        # a median of its parts is nothing to borrow
        if column is None or column.parts:
            continue
        lent = [(area, float(column.values.get(area.key, np.nan))) for area in place.area(level)]
        lent = [(area, value) for area, value in lent if not np.isnan(value)]
        if not lent:
            continue
        values = tuple(value for _, value in lent)
        above = ("kreis", "land", "bund")[("verband", "kreis").index(level) :]
        beside = _beside(place, one.indicator_id, column.year, known, above)
        everyone = column.values.dropna()
        return ComparedFigure(
            indicator,
            chapter.key,
            one.more_is,
            column.year,
            values,
            borrowed=tuple(area for area, _ in lent),
            status=str(column.status.get(lent[0][0].key, "")),
            beside=beside,
            rank=float((everyone < values[0]).mean()) if len(values) == 1 else np.nan,
            axis=_axis(known, level, one.indicator_id, column.year, (*values, *(b.value for b in beside))),
            sources=column.sources,
        )
    year = mine.year if mine is not None else known.newest.get(("kreis", one.indicator_id), 0)
    return ComparedFigure(indicator, chapter.key, one.more_is, year, (), missing=_why(place, mine))


def _why(place: Place, mine: OwnFigure | None) -> str:
    """Why there is no figure, as the head of a list."""
    if mine is not None and mine.status in ("secret", "unreliable", "not_applicable", "pending"):
        words = {
            "secret": "unbekannt oder geheim gehalten, um Einzelne zu schützen",
            "unreliable": "nicht sicher genug, um veröffentlicht zu werden",
            "not_applicable": "hier nicht sinnvoll",
            "pending": "fällt erst später an",
        }
        return words[mine.status]
    if place.level == ALLIANCE:
        return "nicht für alle Teile veröffentlicht"
    if mine is not None:
        return "für dieses Gebiet in den ausgewerteten Quellen nicht enthalten"
    return "nur für andere Ebenen veröffentlicht"
