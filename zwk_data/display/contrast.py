"""Demographic contrasts: the smallest and the largest, the youngest and the oldest Kommune of the network."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from zwk_data.demography import figures
from zwk_data.german import number, with_unit

#: a contrast of fewer Kommunen is none
LEAST = 5


@dataclass(frozen=True)
class Circle:
    """A Kommune by its people: ``area`` of the circle in per one of the largest one's."""

    name: str
    value: str
    area: float


@dataclass(frozen=True)
class Contrast:
    """One pair: ``title``, ``what`` is compared, the two ends, and everybody: ``circles`` from small to large for
    sizes, else ``dots`` from 0 (low end) to 1 (high end)."""

    title: str
    what: str
    low: tuple[str, str]
    high: tuple[str, str]
    note: str
    circles: tuple[Circle, ...]
    dots: tuple[float, ...]
    alt: str


def contrasts() -> list[Contrast]:
    """Sizes, then shares of people of 65 and over, then change since 2011; whole-city figures of quarters left out."""
    frame = figures.of_everyone(("population", "share_65plus", "population_index"))
    made = [
        _sizes(frame[frame["indicator_id"] == "population"]),
        _ends(
            frame[frame["indicator_id"] == "share_65plus"],
            "Jung und alt",
            "Anteil der Menschen ab 65 Jahren",
            "%",
        ),
        _changes(frame[frame["indicator_id"] == "population_index"]),
    ]
    return [one for one in made if one is not None]


def _year(frame: pd.DataFrame) -> int | None:
    """The newest year that nearly all Kommunen have."""
    if frame.empty:
        return None
    counts = frame.groupby("year")["name"].nunique()
    good = counts[counts >= max(LEAST, 0.9 * counts.max())]
    return int(good.index.max()) if len(good) else None


def _sizes(frame: pd.DataFrame) -> Contrast | None:
    year = _year(frame)
    if year is None:
        return None
    one = frame[frame["year"] == year].sort_values("value", ignore_index=True)
    largest = one["value"].iloc[-1]
    circles = tuple(
        Circle(name, number(value), float(value / largest))
        for name, value in zip(one["name"], one["value"], strict=True)
    )
    low, high = circles[0], circles[-1]
    return Contrast(
        f"Von {low.value} bis {high.value}",
        f"Menschen je Kommune am 31.12.{year}",
        (low.name, low.value),
        (high.name, high.value),
        "Die Fläche der Kreise zeigt die Zahl der Menschen. Ohne Stadtquartiere.",
        circles,
        (),
        f"Kreise für {len(circles)} Kommunen nach ihrer Einwohnerzahl: von {low.name} mit {low.value} bis {high.name} "
        f"mit {high.value} Menschen.",
    )


def _dots(values: pd.Series) -> tuple[float, ...]:
    """Where sorted values stand between the first and the last."""
    span = float(values.iloc[-1] - values.iloc[0]) or 1.0
    return tuple(float(value - values.iloc[0]) / span for value in values)


def _ends(frame: pd.DataFrame, title: str, what: str, unit: str) -> Contrast | None:
    year = _year(frame)
    if year is None:
        return None
    one = frame[frame["year"] == year].sort_values("value", ignore_index=True)
    low = (str(one["name"].iloc[0]), with_unit(one["value"].iloc[0], unit, 1))
    high = (str(one["name"].iloc[-1]), with_unit(one["value"].iloc[-1], unit, 1))
    return Contrast(
        title,
        f"{what}, am 31.12.{year}",
        low,
        high,
        "Jeder Punkt ist eine Kommune. Ohne Stadtquartiere.",
        (),
        _dots(one["value"]),
        f"{what}: {low[0]} {low[1]}, {high[0]} {high[1]}.",
    )


def _changes(frame: pd.DataFrame) -> Contrast | None:
    """Change of the population since 2011, up to the last year on the same census base."""
    found = _year(frame[frame["year"].between(2012, 2023)])
    if found is None:
        return None
    change = frame[frame["year"] == found].assign(value=lambda f: f["value"] - 100)
    one = change.sort_values("value", ignore_index=True)
    low = (str(one["name"].iloc[0]), with_unit(one["value"].iloc[0], "%", 1, sign=True))
    high = (str(one["name"].iloc[-1]), with_unit(one["value"].iloc[-1], "%", 1, sign=True))
    return Contrast(
        "Schrumpfen und wachsen",
        f"Veränderung der Bevölkerung von 2011 bis {found}",
        low,
        high,
        "Jeder Punkt ist eine Kommune. Ohne Stadtquartiere.",
        (),
        _dots(one["value"]),
        f"Veränderung der Bevölkerung: {low[0]} {low[1]}, {high[0]} {high[1]}.",
    )
