"""How many people in all: growth beside that of Germany, fading out, and how far such guesses have been off.

The method „damped relative trend“: an area's growth over the last ten years, less that of Germany, goes on, but each
year only nine tenths of the year before (a damped trend: E. S. Gardner, E. McKenzie, Forecasting Trends in Time
Series, Management Science 31 (1985), pp. 1237–1246). Window and damping were set beforehand, not picked by the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zwk_data.warehouse.connection import read
from zwk_data.warehouse.stores import warehouse_path

Array = NDArray[np.float64]

DAMPING = 0.9
#: years of growth that are looked at; figures of Gemeinden are some years apart, so 9 to 11 will do
WINDOW, TOLERANCE = 10, 1
#: the last year on the base of the Zensus 2011, and its first
LAST, CENSUS = 2023, 2011
#: how many of all misses the band is to hold
COVERAGE = 0.8
#: upper ends of size classes (people), for the width of the band
SIZES = (1_000, 5_000, 20_000, 100_000, np.inf)
#: every third year is an origin for the misses: neighbouring ones tell the same story
FIRST_ORIGIN, EVERY = 2005, 3


@dataclass(frozen=True)
class TotalSeries:
    """Totals of all areas of a level on today's territory: ``keys``, ``years``, ``people`` (areas, years; NaN unknown).

    ``log`` is the natural log without the jump of the Zensus 2011: in its place stands the mean growth of the year
    before and the year after, so that a growth over the break can be told.
    """

    keys: tuple[str, ...]
    years: tuple[int, ...]
    people: Array
    log: Array

    def at(self, year: int) -> int:
        """The position of a year."""
        return self.years.index(year)


def total_series(level: str) -> TotalSeries:
    """Totals of ``kreis``, ``gemeinde`` or ``bund`` from 1994 on, from observation_today."""
    return _series(level, warehouse_path())


@lru_cache(maxsize=6)
def _series(level: str, store: Path) -> TotalSeries:
    frame = read(
        """
        SELECT area_key, year, value FROM observation_today
        WHERE level = $level AND indicator_id = 'population' AND sex = 'total' AND age_group = 'total'
          AND value > 0 AND year >= 1994
        """,
        {"level": level},
    )
    rows, keys = pd.factorize(frame["area_key"], sort=True)
    columns, years = pd.factorize(frame["year"], sort=True)
    people = np.full((len(keys), len(years)), np.nan)
    people[rows, columns] = frame["value"]
    return TotalSeries(tuple(keys), tuple(int(year) for year in years), people, without_break(people, list(years)))


def without_break(people: Array, years: list[int]) -> Array:
    """Logs of ``people`` (areas, years) without the jump from 2010 to 2011; NaN after it if 2009 to 2012 have gaps."""
    log = np.log(people)
    if CENSUS not in years or min(years) >= CENSUS:
        return log
    near = [log[:, years.index(year)] if year in years else np.nan for year in range(CENSUS - 2, CENSUS + 2)]
    jump = near[2] - near[1] - ((near[1] - near[0]) + (near[3] - near[2])) / 2
    log[:, np.array(years) >= CENSUS] -= np.reshape(jump, (-1, 1))
    return log


def fade(horizon: int | Array) -> Array:
    """How many years' growth is left of ``horizon`` years: 0.9 + 0.81 + …; at most nine."""
    return np.asarray(DAMPING * (1 - DAMPING ** np.asarray(horizon, dtype=np.float64)) / (1 - DAMPING))


def relative_growth(own: TotalSeries, country: TotalSeries, origin: int, window: int = WINDOW) -> Array:
    """Mean yearly log growth of each area up to ``origin``, less that of Germany over the same years.

    NaN where there are no figures about ``window`` years before.
    """
    firsts = [year for year in own.years if abs(origin - window - year) <= TOLERANCE and year in country.years]
    if not firsts:
        return np.full(len(own.keys), np.nan)
    first = min(firsts, key=lambda year: abs(origin - window - year))
    area = own.log[:, own.at(origin)] - own.log[:, own.at(first)]
    whole = country.log[0, country.at(origin)] - country.log[0, country.at(first)]
    return np.asarray((area - whole) / (origin - first))


def past_misses(level: str, *, until: int = LAST, window: int = WINDOW) -> pd.DataFrame:
    """What the damped relative trend would have missed, from every third year on, for every target up to ``until``.

    Columns: origin, horizon (years), size (people at the origin), miss (log of observed by expected). Germany as a
    whole is expected to stay as it is, and the jump of the Zensus 2011 is taken out, in growth and target.
    """
    return _misses(level, until, window, warehouse_path())


@lru_cache(maxsize=6)
def _misses(level: str, until: int, window: int, store: Path) -> pd.DataFrame:
    own, country = total_series(level), total_series("bund")
    found = []
    for origin in (year for year in own.years if year < until and (year - FIRST_ORIGIN) % EVERY == 0):
        trend = relative_growth(own, country, origin, window)
        if np.isnan(trend).all():
            continue
        for target in (year for year in own.years if origin < year <= until):
            miss = own.log[:, own.at(target)] - own.log[:, own.at(origin)] - trend * float(fade(target - origin))
            known = ~np.isnan(miss)
            found.append(np.column_stack([
                np.full(known.sum(), origin), np.full(known.sum(), target - origin),
                own.people[known, own.at(origin)], miss[known],
            ]))  # fmt: skip
    return pd.DataFrame(np.concatenate(found), columns=["origin", "horizon", "size", "miss"])


@dataclass(frozen=True)
class Band:
    """Half the width of the band as a log: ``scale`` * years ** ``power``, for one size class."""

    scale: float
    power: float

    def width(self, horizon: int | Array) -> Array:
        """The log by which the low variant lies below the middle, and the high one above it."""
        return np.asarray(self.scale * np.asarray(horizon, dtype=np.float64) ** self.power)


def error_band(table: pd.DataFrame) -> Band:
    """The band that holds ``COVERAGE`` of these misses at each horizon, smoothed to a power of the years.

    Too high and too low count alike: whole decades went to one side, and the next may go to the other.
    """
    wide = table["miss"].abs().groupby(table["horizon"]).quantile(COVERAGE)
    wide = wide[(wide > 0) & (table.groupby("horizon").size() >= 30)]
    if len(wide) < 2:
        raise ValueError("too few misses to tell how they grow with the years")
    power, log_scale = np.polyfit(np.log(wide.index.to_numpy(dtype=np.float64)), np.log(wide.to_numpy()), 1)
    return Band(float(np.exp(log_scale)), float(power))


def band_for(level: str, people: float) -> Band:
    """The band of a Kreis, or of a Gemeinde of this size: small places are harder to foresee."""
    return bands()[(level, 0 if level == "kreis" else int(np.searchsorted(SIZES, people, side="right")))]


def bands() -> dict[tuple[str, int], Band]:
    """All bands by level and position of the size class (Kreise: 0)."""
    return _bands(warehouse_path())


@lru_cache(maxsize=2)
def _bands(store: Path) -> dict[tuple[str, int], Band]:
    found = {("kreis", 0): error_band(past_misses("kreis"))}
    small = past_misses("gemeinde")
    classes = np.searchsorted(SIZES, small["size"].to_numpy(), side="right")
    for position in range(len(SIZES)):
        found["gemeinde", position] = error_band(small[classes == position])
    return found
