"""What is said about a row of measurements: smallest, median, largest; and ratios within a round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import linear_regression, median

#: share of a long run that counts as warm-up
WARM_UP = 0.2


@dataclass(frozen=True)
class Summary:
    """Minimum, median and maximum of ``n`` measurements, in the unit they were taken in."""

    low: float
    median: float
    high: float
    n: int


def summarise(values: Sequence[float]) -> Summary:
    """Sum up at least one measurement; ValueError for none."""
    if not values:
        raise ValueError("no measurements to sum up")
    return Summary(min(values), median(values), max(values), len(values))


def share(values: Sequence[float], at: float) -> float:
    """The value that a share ``at`` of all lies below."""
    return sorted(values)[min(int(at * len(values)), len(values) - 1)]


def ratios(ours: Sequence[float], others: Sequence[float]) -> list[float]:
    """Ours by theirs, round by round: what slows the machine for a minute slows both.

    ValueError if the rounds don't match or the other measured nothing.
    """
    if len(ours) != len(others):
        raise ValueError(f"{len(ours)} rounds against {len(others)}")
    if any(value <= 0 for value in others):
        raise ValueError("a ratio needs a positive measurement below the line")
    return [a / b for a, b in zip(ours, others, strict=True)]


def growth(values: Sequence[float]) -> float:
    """The increase per step from the first to the last value; ValueError for fewer than two."""
    if len(values) < 2:
        raise ValueError("growth needs two values")
    return (values[-1] - values[0]) / (len(values) - 1)


def slope(samples: Sequence[Mapping[str, float]], key: str) -> float:
    """What a value grows by in an hour (of ``hours``), by least squares; ValueError for fewer than three samples."""
    if len(samples) < 3:
        raise ValueError("a slope needs three samples after the warm-up")
    return linear_regression([one["hours"] for one in samples], [one[key] for one in samples]).slope
