"""Readable classes for maps: few, round limits that put about as many areas into each class.

The starting limits are quantiles (the same as ``mapclassify.Quantiles``; a test compares them). mapclassify itself is
not imported by the app: it brings scikit-learn along, measured at 90 MB and 1.2 s per process.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zwk_data.charts.chart import DIVERGING, SEQUENCE
from zwk_data.german import number

#: how far a limit may move to become round, as a share of the way to its neighbours; below one half
#: limits can never meet
REACH = 0.35


@dataclass(frozen=True)
class Classes:
    """``limits``: the inner limits, rising; class i holds limits[i-1] <= value < limits[i], the outer ones are open.

    ``colours``: one per class, so always one more than limits.
    """

    limits: tuple[float, ...]
    colours: tuple[str, ...]

    def of(self, values: NDArray[np.float64]) -> NDArray[np.uint8]:
        """The class (0, 1, …) of each value; values must be finite."""
        return np.searchsorted(np.array(self.limits), values, side="right").astype(np.uint8)

    def limit_texts(self) -> list[str]:
        """The inner limits in German, all with as many decimals as the finest of them needs."""
        decimals = max((_decimals(limit) for limit in self.limits), default=0)
        return [_short(limit, decimals) for limit in self.limits]


def sequential(values: NDArray[np.float64], n: int = len(SEQUENCE)) -> Classes:
    """Classes for a level (a share, a density, a number): quantiles, moved to round numbers.

    ``values``: finite. Fewer classes come out if few values differ.
    """
    distinct = np.unique(values)
    n = min(n, len(SEQUENCE), len(distinct))
    if n < 2:
        return Classes((), (SEQUENCE[3],))
    inner = np.quantile(values, np.arange(1, n) / n)
    limits = _tidy(_round_limits(float(distinct[0]), inner, float(distinct[-1])), values)
    if not limits:  # nearly all values are equal, so that all quantiles are: part the others from them
        limits = (float(distinct[1]),)
    picks = np.linspace(0, len(SEQUENCE) - 1, len(limits) + 1).round().astype(int)
    return Classes(limits, tuple(SEQUENCE[i] for i in picks))


def diverging(values: NDArray[np.float64], centre: float = 0.0) -> Classes:
    """Classes for a change or a balance: the same distances below and above ``centre``, which is a limit itself.

    Classes at the ends that hold no area are left out; a colour always stands for the same distance.
    """
    distance = np.abs(values - centre)
    distance = distance[distance > 0]
    if not len(distance):
        return Classes((), (DIVERGING[3],))
    inner = np.unique(np.quantile(distance, (1 / 3, 2 / 3)))
    steps = _round_limits(0.0, inner, float(distance.max()))
    limits = [centre - step for step in reversed(steps)] + [centre] + [centre + step for step in steps]
    colours = [*DIVERGING[3 - len(steps) - 1 : 3], *DIVERGING[4 : 4 + len(steps) + 1]]
    while len(limits) > 1 and not (values < limits[0]).any():
        limits, colours = limits[1:], colours[1:]
    while len(limits) > 1 and not (values >= limits[-1]).any():
        limits, colours = limits[:-1], colours[:-1]
    return Classes(tuple(float(f"{limit:.12g}") for limit in limits), tuple(colours))


def _round_limits(lowest: float, inner: NDArray[np.float64], highest: float) -> list[float]:
    """Move each inner limit to the roundest number near it; limits stay apart and inside the data."""
    edges = np.unique(np.array([lowest, *inner, highest]))
    return [
        _roundest(limit - REACH * (limit - before), limit + REACH * (after - limit), limit)
        for before, limit, after in zip(edges, edges[1:], edges[2:], strict=False)
    ]


def _roundest(low: float, high: float, wanted: float) -> float:
    """The number between ``low`` and ``high`` with the fewest digits, ending in 0, 5 or an even digit if possible."""
    power = np.floor(np.log10(max(abs(low), abs(high), 1e-9))) + 1
    for exponent in range(int(power), int(power) - 12, -1):
        for factor in (1.0, 0.5, 0.2):
            step = factor * 10.0**exponent
            candidate = round(wanted / step) * step
            if low <= candidate <= high:
                return float(f"{candidate:.10g}")
    return wanted


def _tidy(limits: list[float], values: NDArray[np.float64]) -> tuple[float, ...]:
    """Drop limits that separate nothing (many equal values)."""
    kept = [-np.inf]
    for limit in limits:
        if (values >= limit).any() and ((values >= kept[-1]) & (values < limit)).any():
            kept.append(limit)
    return tuple(kept[1:])


def _decimals(value: float) -> int:
    if abs(value) >= 1_000_000:
        return 0
    return next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)


def _short(value: float, decimals: int) -> str:
    """Millions in words: seven zeros do not fit under a map on a phone."""
    if abs(value) >= 1_000_000:
        millions = value / 1_000_000
        return f"{number(millions, _decimals(millions))} Mio."
    return number(value, decimals)
