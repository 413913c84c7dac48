"""The Kommunalprofil of a place: each figure of each chapter beside others, and what follows from them; which places
are like it, and how unusual it is to lie so far from them.

Twins are those of Demografie: nearest neighbours on the features of ``demography.features``. Verbände and alliances
are compared with Verbände, Landkreise with Landkreise, kreisfreie Städte with kreisfreie Städte.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zwk_data.demography import areas, features, twins
from zwk_data.demography.areas import Area
from zwk_data.demography.indicators import Indicator, indicators
from zwk_data.profile.places import ALLIANCE, Place, places
from zwk_data.profile.values import Chapter, Columns, OwnFigure, WantedFigure, chapters, columns, matrix, own_figure
from zwk_data.stores.memo import remembered

#: how many twins, how many of them must have a figure, and how many places of about the same size are looked at
TWINS, ENOUGH, ALIKE_IN_SIZE = 10, 5, 200
#: standard deviations between the quartiles of a normal distribution
QUARTERS_OF_NORMAL = 1.349
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Likeness:
    """The places of a level that can be twins: ``z`` their features (gaps filled with medians), ``values`` their
    figures, each with one row per key of ``keys``; ``figures``: names of the columns of ``values``."""

    keys: pd.Index
    z: Floats
    values: Floats
    figures: pd.Index

    def medians(self, rows: NDArray[np.int64]) -> Floats:
        """The medians of the figures of the ``TWINS`` nearest of each row, itself left out."""
        # half as exact and twice as fast: only who is nearest matters, not how near
        z = self.z.astype(np.float32)
        distance = (z**2).sum(axis=1)[None, :] - 2 * z[rows] @ z.T
        distance[np.arange(len(rows)), rows] = np.inf
        n = min(TWINS, len(self.keys) - 1)
        near = np.argpartition(distance, n - 1, axis=1)[:, :n]
        return median_of_known(self.values[near], axis=1)


def median_of_known(values: Floats, axis: int) -> Floats:
    """The median along an axis, NaN where fewer than ``ENOUGH`` values are known."""
    known = (~np.isnan(values)).sum(axis=axis)
    ordered = np.sort(values, axis=axis)  # NaN come last
    low = np.take_along_axis(ordered, np.expand_dims(np.maximum(known - 1, 0) // 2, axis), axis).squeeze(axis)
    high = np.take_along_axis(ordered, np.expand_dims(known // 2, axis).clip(max=values.shape[axis] - 1), axis)
    middle = (low + high.squeeze(axis)) / 2
    return np.asarray(np.where(known >= ENOUGH, middle, np.nan), dtype=np.float64)


def level_of(one: Place) -> str:
    """Among which areas a place has its twins."""
    return "verband" if one.level == ALLIANCE else one.level


@remembered(entries=6)
def likeness(level: str, cities: bool) -> Likeness:
    """All places of a level that can be twins; ``cities``: of Kreise only the kreisfreie Städte, else the others."""
    z = twins.comparable(level, cities=cities)
    z = z[z.notna().mean(axis=1) >= features.ENOUGH]
    values = matrix(level).reindex(z.index)
    return Likeness(z.index, z.fillna(z.median()).to_numpy(np.float64), values.to_numpy(np.float64), values.columns)


@remembered(entries=256)
def twins_of(one: Place) -> pd.DataFrame:
    """The places most like a place, the nearest first: key, name, land, distance, stability.

    Empty if too little is known of it.
    """
    level = level_of(one)
    point = _features(one, level)
    if point.notna().mean() < features.ENOUGH:
        return pd.DataFrame(columns=["key", "name", "land", "distance", "stability"])
    inside = {one.key, *one.members, *(area.key for area in one.around)}
    if one.level == ALLIANCE:
        inside |= {key for key in places()["verband"].reindex(list(one.members)) if key}
    everyone = twins.comparable(level, cities=one.is_city).drop(index=list(inside), errors="ignore")
    found = twins.nearest(point, everyone, TWINS)[["distance", "stability"]]
    names = places()["full"]
    # a kreisfreie Stadt among Gemeinden is known as a Kreis
    called = [names[key] if key in names.index else names[key[:5]] for key in found.index]
    laender = areas.names("laender").reindex(found.index.str[:2]).array
    return found.assign(name=called, land=laender).rename_axis("key").reset_index()


def _features(one: Place, level: str) -> pd.Series:
    if one.level != ALLIANCE:
        z = features.standardised(level)
        return z.reindex([one.key]).iloc[0]
    raw = features.participant_features().loc[[str(one.participant_id)]]
    return features.scale_of(level).apply(features.transform(raw)).iloc[0]


@dataclass(frozen=True)
class Distances:
    """For each figure (index): ``median`` and all values of the twins, ``distance`` of the place from the median in
    robust standard deviations of all places of the level, ``rarity``: the share of places of about the same size that
    lie at least as far from their own twins."""

    median: pd.Series
    values: pd.DataFrame
    distance: pd.Series
    rarity: pd.Series


@remembered(entries=256)
def distances(one: Place, own: tuple[tuple[str, float], ...]) -> Distances:
    """How far the ``own`` figures of a place (name, value) lie from those of its twins.

    distance = (value - median of the twins) / s, where s = (upper - lower quarter of all places of the level) / 1.349,
    the standard deviation if they were normally distributed (Rousseeuw and Croux 1993 on robust scales). It is NaN for
    a figure in which the middle half of all places agree.
    """
    level = level_of(one)
    found = twins_of(one)
    everyone = matrix(level)
    mine = pd.Series(dict(own), dtype=np.float64).reindex(everyone.columns)
    theirs = everyone.reindex(found["key"])
    if found.empty:
        nothing = pd.Series(np.nan, index=everyone.columns)
        return Distances(nothing, theirs, nothing, nothing)
    median = pd.Series(median_of_known(theirs.to_numpy(np.float64), axis=0), index=everyone.columns)
    gap = mine - median
    return Distances(median, theirs, gap / _spread(level), _rarity(one, level, gap))


@remembered(entries=4)
def _spread(level: str) -> pd.Series:
    """The robust standard deviation of each figure over all places of a level; NaN where the middle half agrees."""
    low, high = (pd.Series(matrix(level).quantile(at)) for at in (0.25, 0.75))
    spread = (high - low) / QUARTERS_OF_NORMAL
    return spread.where(spread > 0)


def _rarity(one: Place, level: str, gap: pd.Series) -> pd.Series:
    """The share of places like this one in size that lie at least as far from their twins, this place counted in."""
    like = likeness(level, one.is_city)
    people = np.log(places()["people"].reindex(like.keys).to_numpy(np.float64))
    size = np.log(max(one.people, 1.0))
    order = np.argsort(np.where(np.isnan(people), np.inf, np.abs(people - size)), kind="stable")
    rows = order[like.keys[order] != one.key][:ALIKE_IN_SIZE]
    gaps = np.abs(like.values[rows] - like.medians(rows))
    mine = np.abs(gap.reindex(like.figures).to_numpy(np.float64))
    # what is as far but for the last digit is as far
    further = (gaps >= mine * (1 - 1e-9)).sum(axis=0)
    known = (~np.isnan(gaps)).sum(axis=0)
    share = (further + 1) / (known + 1)
    return pd.Series(np.where(np.isnan(mine), np.nan, share), index=like.figures)


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
    ``twins``: their known values. ``distance`` and ``rarity``: as in ``Distances``, NaN for what is borrowed.
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
            return areas.in_full_kreis(area.name, "in")
        return areas.in_verband(area.name)

    @property
    def name(self) -> str:
        """Its name without the source, which the year tells."""
        return self.indicator.name.removesuffix(" (Zensus 2022)").removesuffix(" (2011 = 100)")


@dataclass(frozen=True)
class Profile:
    """All figures of a place by chapter; ``twins``: as in ``twins_of``."""

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
    far = distances(place, has)
    made = []
    for chapter in chapters():
        part = tuple(_reading(place, chapter, one, own[one.indicator_id], known, far) for one in chapter.figures)
        made.append((chapter, part))
    return Profile(place, tuple(made), twins_of(place))


def _reading(
    place: Place, chapter: Chapter, one: WantedFigure, mine: OwnFigure | None, known: Columns, far: Distances
) -> ComparedFigure:
    indicator = indicators()[one.indicator_id]
    if mine is None or np.isnan(mine.value):
        return _borrowed(place, chapter, one, mine, known)
    level = level_of(place)
    theirs = far.values.get(one.indicator_id, pd.Series(dtype=float)).dropna()
    enough = len(theirs) >= ENOUGH
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
