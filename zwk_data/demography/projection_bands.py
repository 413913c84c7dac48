"""The band of the projection: how far earlier guesses of the same kind missed, and how many a band would have held.

For every third year the totals of all areas are guessed as the projection guesses them and compared with what came.
The band lies between two quantiles of the misses of an area's size class, each a power of the years ahead; it need not
reach as far up as down. It is tested by leaving out one origin: the band is drawn from the others and has to hold the
misses of that one. As some years are seen from several origins, this is not quite a test on unknown years; the harder
test draws the band from what was known in 2014 and holds it against the years after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zwk_data.demography import backtest
from zwk_data.demography import projection_methods as methods
from zwk_data.demography.areas import SMALL
from zwk_data.demography.projection_methods import LAST, Array
from zwk_data.german import number
from zwk_data.stores.memo import remembered

#: the share of all misses that the band is to hold, in per cent
PROMISED = 80
#: upper ends of size classes (people); kreisfreie Städte count as Kreise, Verbände as Gemeinden
SIZES = {"kreis": (100_000, 200_000, np.inf), "gemeinde": (250, 500, SMALL, 2000, 5000, 20_000, np.inf)}
#: every third year is an origin: the misses of neighbouring years hardly differ
FIRST_ORIGIN, EVERY = 2002, 3
#: shares of the misses that may lie beyond each end, widest band last. Misses of an origin that was left out scatter
#: more than those a band was drawn from, so the first tail with which enough of them are held is taken.
TAILS = (0.10, 0.095, 0.09, 0.085, 0.08, 0.075, 0.07, 0.065, 0.06, 0.055, 0.05)
#: fewer misses than this say nothing about a tail
ENOUGH = 30
#: the year up to which the harder test knows everything, and from which on nothing
CUT = 2014
#: a band is never narrower than this (log) on either side of the middle
LEAST = 0.001


@dataclass(frozen=True)
class Band:
    """The ends of a band as logs: each is ``scale`` * years ** ``power``, down for ``low`` and up for ``high``."""

    low: tuple[float, float]
    high: tuple[float, float]

    def ends(self, horizon: Array) -> tuple[Array, Array]:
        """The logs (below 0, above 0) to add to the middle that many years ahead."""
        (down, slower), (up, faster) = self.low, self.high
        return np.asarray(-down * horizon**slower), np.asarray(up * horizon**faster)


def class_of(level: str, people: Array | float) -> NDArray[np.intp]:
    """Positions of the size classes in SIZES."""
    return np.asarray(np.searchsorted(SIZES[level], people, side="right"))


def class_name(level: str, position: int) -> str:
    """``1.000 bis unter 2.000``, ``unter 250``, ``200.000 und mehr``."""
    ends = SIZES[level]
    if position == 0:
        return f"unter {number(ends[0])}"
    low = number(ends[position - 1])
    return f"{low} und mehr" if np.isinf(ends[position]) else f"{low} bis unter {number(ends[position])}"


def past_misses(level: str, *, first: int = FIRST_ORIGIN, until: int = LAST) -> pd.DataFrame:
    """How far off the totals would have been, from every third year on to every target up to ``until``.

    Columns: origin, horizon (years), position (size class at the origin), miss (log of observed by expected). Villages
    are expected as they are, the others with the damped trend relative to Germany, or as ``backtest.best_method`` says;
    Germany as it is. The jump of the Zensus 2011 is taken out, in growth and target.
    """
    own, country = methods.total_series(level), methods.total_series("bund")
    mine = np.array([level == "kreis" or not key.endswith("000") for key in own.keys])
    stays = {kind: backtest.best_method(kind) == backtest.STAYS for kind in backtest.DECIDES}
    found = []
    for origin in (year for year in own.years if first <= year < until and (year - first) % EVERY == 0):
        trend, size = methods.relative_growth(own, country, origin), own.people[:, own.at(origin)]
        village = (size < SMALL) & (level == "gemeinde")
        trend = np.where(np.where(village, stays["village"], stays[level]), 0, trend)
        for target in (year for year in own.years if origin < year <= until):
            ahead = target - origin
            miss = own.log[:, own.at(target)] - own.log[:, own.at(origin)] - trend * methods.fade(ahead)
            known = np.isfinite(miss) & mine
            row = {"origin": origin, "horizon": ahead, "position": class_of(level, size[known]), "miss": miss[known]}
            found.append(pd.DataFrame(row))
    return pd.concat(found, ignore_index=True)


def fit(table: pd.DataFrame) -> Iterator[Band]:
    """One band for each of TAILS, from misses of one size class (horizon, miss). Raises ValueError if they are few."""
    groups = [(horizon, mine.to_numpy()) for horizon, mine in table.groupby("horizon")["miss"] if len(mine) >= ENOUGH]
    if len(groups) < 2:
        raise ValueError("too few misses to tell how they grow with the years")
    years = np.log(np.array([horizon for horizon, _ in groups], dtype=np.float64))
    tails = np.array(TAILS)
    found = np.array([np.quantile(misses, np.concatenate([tails, 1 - tails])) for _, misses in groups])
    lows, highs = np.maximum(-found[:, : len(TAILS)], LEAST), np.maximum(found[:, len(TAILS) :], LEAST)
    for low, high in zip(lows.T, highs.T, strict=True):
        yield Band(_power(years, low), _power(years, high))


def _power(log_years: Array, end: Array) -> tuple[float, float]:
    """Scale and power of the years; a band does not close again, so the power is never below 0."""
    power, scale = np.polyfit(log_years, np.log(end), 1)
    if power < 0:
        power, scale = 0.0, np.log(end).mean()
    return float(np.exp(scale)), float(power)


def left_out(misses: pd.DataFrame) -> pd.DataFrame:
    """Every size class and origin of ``past_misses``, tested with the bands of the other origins.

    Columns: tail (position in TAILS), position (size class), origin, n (areas and targets), below, above (numbers of
    misses beyond the band).
    """
    rows: list[tuple[int, int, int, int, int, int]] = []
    for position, table in misses.groupby("position"):
        for origin, mine in table.groupby("origin"):
            years, miss = mine["horizon"].to_numpy(dtype=np.float64), mine["miss"].to_numpy()
            for tail, band in enumerate(fit(table[table["origin"] != origin])):
                low, high = band.ends(years)
                beyond = int((miss < low).sum()), int((miss > high).sum())
                rows.append((tail, int(str(position)), int(str(origin)), len(miss), *beyond))
    return pd.DataFrame(rows, columns=["tail", "position", "origin", "n", "below", "above"])


def _held(table: pd.DataFrame, by: Iterable[str]) -> pd.DataFrame:
    """Per cent inside, below and above the band, each origin counting by its number of misses."""
    sums = table.groupby(list(by))[["n", "below", "above"]].sum()
    shares = 100 * sums[["below", "above"]].div(sums["n"], axis=0)
    return shares.assign(n=sums["n"], inside=100 - shares["below"] - shares["above"])


def best_tail(tested: pd.DataFrame) -> int:
    """The position in TAILS of the narrowest band that holds what is promised, all classes of ``left_out`` alike."""
    inside = _held(tested, ("tail", "position"))["inside"].groupby("tail").mean()
    enough = inside[inside >= PROMISED]
    return int(str(enough.index[0])) if len(enough) else len(TAILS) - 1


def _held_later(table: pd.DataFrame, tail: int) -> float:
    """Per cent of the misses of one class from CUT on that a band from the years up to CUT would have held."""
    known, later = table[table["origin"] + table["horizon"] <= CUT], table[table["origin"] >= CUT]
    low, high = list(fit(known))[tail].ends(later["horizon"].to_numpy(dtype=np.float64))
    return float(100 * later["miss"].between(low, high).mean())


@remembered(entries=4)
def _drawn(level: str) -> tuple[dict[int, Band], pd.DataFrame]:
    """The bands by size class, from all origins, and ``coverage``: computed once, as it is expensive."""
    misses = past_misses(level)
    tested = left_out(misses)
    tail = best_tail(tested)
    mine = tested[tested["tail"] == tail]
    single = _held(mine, ("position", "origin"))["inside"].groupby("position").agg(worst="min", best="max")
    frame = _held(mine, ("position",)).join(single).reset_index()
    tables = {int(str(position)): table for position, table in misses.groupby("position")}
    bands = {position: list(fit(table))[tail] for position, table in tables.items()}
    return bands, frame.assign(
        size=[class_name(level, position) for position in frame["position"]],
        later=[_held_later(tables[position], tail) for position in frame["position"]],
    )


def coverage(level: str) -> pd.DataFrame:
    """How many misses of left out origins the bands held, by size class.

    Columns: position, size (German words), n, inside, below, above, worst, best (inside for single origins), later
    (inside for guesses from CUT on, if the band knew nothing later); per cent.
    """
    return _drawn(level)[1].copy()


def band_for(level: str, people: float) -> Band:
    """The band of a Kreis or a Gemeinde of this size."""
    return _drawn(level)[0][int(class_of(level, people))]
