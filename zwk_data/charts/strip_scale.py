"""The axis that all strips of a figure share, and where on it each member stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zwk_data.demography.indicators import Indicator
from zwk_data.german import number

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
