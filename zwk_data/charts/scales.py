"""Readable scales: classes for maps (few, round limits that put about as many areas into each class), and the axis that
all strips of a figure share, and where on it each member stands.

The starting limits of classes are quantiles (the same as ``mapclassify.Quantiles``; a test compares them). mapclassify
itself is not imported by the app: it brings scikit-learn along, measured at 90 MB and 1.2 s per process.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zwk_data.charts.chart import DIVERGING, SEQUENCE
from zwk_data.demography.indicators import Indicator
from zwk_data.german import number, rounded

#: how many areas a limit may pass on its way to a round number, as a share of those in a class: so each class keeps
#: at least 70 % and at most 130 % of its equal part
REACH = 0.15
#: classes are called uneven if the largest holds more than this many times the areas of the smallest
UNEVEN = 2
#: areas per class below which one more or less makes classes uneven
FEW = 10


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


def sequential(values: NDArray[np.float64], decimals: int) -> Classes:
    """Classes for a level (a share, a density, a number): quantiles, moved to round numbers.

    ``values``: finite, rounded as they are shown, to ``decimals``; no limit is finer. Fewer classes come out if few
    values differ.
    """
    distinct = np.unique(values)
    n = min(len(SEQUENCE), len(distinct))
    if n < 2:
        return Classes((), (SEQUENCE[3],))
    limits = _tidy(_round_quantiles(np.sort(values), np.arange(1, n) / n, REACH / n, decimals), values)
    if not limits:  # nearly all values are equal, so that all quantiles are: part the others from them
        limits = (float(distinct[1]),)
    picks = np.linspace(0, len(SEQUENCE) - 1, len(limits) + 1).round().astype(int)
    return Classes(limits, tuple(SEQUENCE[i] for i in picks))


def diverging(values: NDArray[np.float64], decimals: int, centre: float = 0.0) -> Classes:
    """Classes for a change or a balance: the same distances below and above ``centre``, which is a limit itself.

    ``values`` and ``decimals`` as in ``sequential``. Classes at the ends that hold no area are left out; a colour
    always stands for the same distance.
    """
    distance = np.abs(values - centre)
    distance = np.sort(distance[distance > 0])
    if not len(distance):
        return Classes((), (DIVERGING[3],))
    thirds = np.array((1 / 3, 2 / 3))
    steps = sorted({step for step in _round_quantiles(distance, thirds, REACH / 3, decimals) if step > 0})
    limits = [centre - step for step in reversed(steps)] + [centre] + [centre + step for step in steps]
    colours = [*DIVERGING[3 - len(steps) - 1 : 3], *DIVERGING[4 : 4 + len(steps) + 1]]
    while len(limits) > 1 and not (values < limits[0]).any():
        limits, colours = limits[1:], colours[1:]
    while len(limits) > 1 and not (values >= limits[-1]).any():
        limits, colours = limits[:-1], colours[:-1]
    return Classes(tuple(float(f"{limit:.12g}") for limit in limits), tuple(colours))


def why_uneven(classes: Classes, values: NDArray[np.float64], centre: float | None, decimals: int) -> str:
    """A German sentence on why classes hold very different numbers of areas; empty if they do not."""
    counts = np.bincount(classes.of(values), minlength=len(classes.colours))
    if len(classes.colours) < 2 or counts.max() <= UNEVEN * counts.min():
        return ""
    if centre is not None:
        return (
            f"Die Klassen sind unter und über {number(centre)} gleich breit, damit gleiche Farben gleich weit davon "
            "entfernt sind; deshalb liegen in ihnen verschieden viele Gebiete."
        )
    if len(values) < FEW * len(classes.colours):
        return "Bei so wenigen Gebieten lassen sich die Klassen nicht gleichmäßig füllen."
    distinct, times = np.unique(values, return_counts=True)
    most = int(times.argmax())
    return (
        f"Viele Gebiete haben denselben Wert (allein {number(times[most])} den Wert "
        f"{number(float(distinct[most]), decimals)}); deshalb liegen in den Klassen verschieden viele Gebiete."
    )


def _round_quantiles(
    ordered: NDArray[np.float64], shares: NDArray[np.float64], reach: float, decimals: int
) -> list[float]:
    """The quantiles of rising values, each moved to the roundest number that passes at most ``reach`` of them."""
    limits = []
    for share in shares:
        low, wanted, high = (float(q) for q in np.quantile(ordered, (share - reach, share, share + reach)))
        limits.append(_roundest(low, high, wanted, decimals))
    return limits


def _roundest(low: float, high: float, wanted: float, decimals: int) -> float:
    """The number between ``low`` and ``high`` with the fewest digits, ending in 0, 5 or an even digit if possible.

    None has more than ``decimals``: if there is none, it is the one nearest to ``wanted``.
    """
    power = np.floor(np.log10(max(abs(low), abs(high), 1e-9))) + 1
    for exponent in range(int(power), -decimals - 1, -1):
        for factor in (1.0, 0.5, 0.2):
            step = factor * 10.0**exponent
            if exponent == -decimals and factor < 1:
                break
            candidate = float(f"{round(wanted / step) * step:.10g}")
            if low <= candidate <= high:
                return candidate
    return rounded(wanted, decimals)


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


#: values further out than this share of a group may lie beyond the axis, if they would stretch it by more than FAR
CUT, FAR = 0.005, 0.15
#: from this ratio of the highest to the lowest value a count or a density needs a logarithmic axis
RATIO = 30
#: columns in which dots are stacked, and pixels from dot to dot
COLUMNS, STEP = 110, 5.5
#: room beside the outermost values, in shares of the axis
MARGIN = 0.03
BINS = 90
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """An axis from ``low`` to ``high`` (in the unit of the values), plain or logarithmic, with its title."""

    low: float
    high: float
    is_log: bool
    title: str

    @property
    def is_signed(self) -> bool:
        """Does it show both sides of zero?"""
        return bool(self.low < 0 < self.high)

    def on_axis(self, value: float) -> float:
        """The coordinate that annotations need: on a logarithmic axis the logarithm."""
        return float(np.log10(value)) if self.is_log else value

    def shares(self, values: Floats) -> Floats:
        """Places on the axis from 0 (left end) to 1; beyond it the nearest end."""
        low, high = self.on_axis(self.low), self.on_axis(self.high)
        moved = np.log10(np.maximum(values, self.low)) if self.is_log else values
        return np.asarray(np.clip((moved - low) / (high - low), 0, 1), dtype=np.float64)

    def inside(self, values: Floats) -> NDArray[np.bool_]:
        """Which values the axis shows."""
        return np.asarray((values >= self.low) & (values <= self.high))

    def axis(self) -> dict[str, object]:
        """Plotly's settings."""
        low, high = self.on_axis(self.low), self.on_axis(self.high)
        room = MARGIN * (high - low)
        settings: dict[str, object] = {"range": [low - room, high + room], "tickformat": ",~f", "nticks": 6}
        if self.is_log:
            ticks = log_ticks(self.low, self.high)
            settings |= {"type": "log", "tickvals": ticks, "ticktext": [number(t, 0 if t >= 1 else 2) for t in ticks]}
        return settings


def log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten inside the range, with 2 and 5 between them where there are few."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    factors = (1,) if np.log10(high / low) > 2.5 else (1, 2, 5)
    ticks = [factor * 10.0**decade for decade in decades for factor in factors]
    inside = [tick for tick in ticks if low <= tick <= high]
    return inside or [low, high]


def scale(distribution: pd.DataFrame, beside: Floats, indicator: Indicator) -> Scale:
    """The axis for all groups: wide enough for nearly all members, and always for the place and ``beside``."""
    known = distribution.dropna(subset="value")
    value = known["value"].to_numpy(dtype=np.float64)
    title = indicator.with_unit
    if not len(value):
        return Scale(0, 1, False, title)
    must = np.append(known.loc[known["is_place"].astype(bool), "value"].to_numpy(dtype=np.float64), beside)
    positive = value[value > 0]
    wide = indicator.wide_range and len(positive)
    high = float(np.max(value))
    if wide and float(np.median(positive)) * RATIO < high and not (must <= 0).any():
        # 0 has no logarithm: it goes beyond the axis
        return Scale(min([float(np.min(positive)), *must]), max([high, *must]), True, f"{title}, logarithmische Skala")
    by_group = known.groupby("group", observed=True)["value"]
    first = min([float(by_group.quantile(CUT).min()), *must])
    last = max([float(by_group.quantile(1 - CUT).max()), *must])
    room = FAR * (last - first)
    # only outliers are left out: the axis ends at the outermost of the others
    near = value[(value >= first - room) & (value <= last + room)]
    low, high = min([float(np.min(near)), *must]), max([float(np.max(near)), *must])
    if low == high:
        low, high = low - (abs(low) or 1.0) * 0.1, high + (abs(high) or 1.0) * 0.1
    return Scale(low, high, False, title)


def swarm(values: Floats, measure: Scale, half: float) -> Floats:
    """Offsets in pixels that keep dots apart: those of one column are stacked from the middle outwards.

    ``values`` must rise. Always the same for the same values; a full column is pressed together to ``half``.
    """
    column = np.round(measure.shares(values) * COLUMNS).astype(np.int64)
    start = np.searchsorted(column, column, side="left")
    rank = np.arange(len(column)) - start
    # 0, 1, -1, 2, -2, …
    step = np.where(rank % 2 == 1, (rank + 1) // 2, -(rank // 2)).astype(np.float64)
    height = np.searchsorted(column, column, side="right") - start
    room = np.minimum(STEP, 2 * (half - 3) / np.maximum(height - 1, 1))
    return np.asarray(step * room, dtype=np.float64)


def density(values: Floats, measure: Scale) -> tuple[Floats, Floats]:
    """How many values lie where, from 0 to 1 of the highest: places on the axis (in its unit), heights."""
    counts, edges = np.histogram(measure.shares(values[measure.inside(values)]), bins=BINS, range=(0, 1))
    smooth = np.convolve(counts, [0.25, 0.5, 0.25], mode="same")
    middle = (edges[:-1] + edges[1:]) / 2
    low, high = measure.on_axis(measure.low), measure.on_axis(measure.high)
    place = low + middle * (high - low)
    used = np.flatnonzero(smooth)
    part = slice(used[0], used[-1] + 1) if len(used) else slice(0)
    return (10**place if measure.is_log else place)[part], smooth[part] / max(float(smooth.max()), 1e-9)
