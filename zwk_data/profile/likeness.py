"""Which places are like a place, and how unusual it is to lie so far from them.

Twins are those of Demografie: nearest neighbours on the features of ``demography.features``. Verbände and alliances
are compared with Verbände, Landkreise with Landkreise, kreisfreie Städte with kreisfreie Städte.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zwk_data.demography import areas, features, twins
from zwk_data.profile.places import ALLIANCE, Place, places
from zwk_data.profile.values import matrix
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
