"""The five stages as a stream over time: how many Kommunen had come how far, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zwk_data.charts.trend import spread
from zwk_data.german import count
from zwk_data.programme import stages
from zwk_data.programme.words import STAGES

#: the drawing's own units
STREAM_WIDTH, STREAM_HEIGHT = 1000, 420
#: what a label needs of the height
STREAM_LABEL = 66


@dataclass(frozen=True)
class Band:
    """One stage of the stream: its ``name``, path data, how many Kommunen it is now.

    ``y``: where its number stands, so far from the others that all can be read.
    """

    stage: str
    name: str
    path: str
    now: int
    y: float


@dataclass(frozen=True)
class Stream:
    """``bands`` from the last stage (bottom) to the first; ``years``: (x, label); ``told``: what the drawing leaves out
    and how it is to be read."""

    bands: tuple[Band, ...]
    years: tuple[tuple[float, str], ...]
    told: str
    alt: str


def stream(today: pd.Timestamp) -> Stream | None:
    """The stream of all dated events up to ``today``; None before there are two months to draw."""
    months, counts = reached(stages.events(), today)
    if len(months) < 2 or not counts[:, -1].any():
        return None
    top = counts.sum(axis=0).max()
    heights = counts / top * STREAM_HEIGHT
    floors = np.vstack([np.zeros(len(months)), np.cumsum(heights, axis=0)])
    x = np.linspace(0, STREAM_WIDTH, len(months))
    middles = STREAM_HEIGHT - (floors[:-1, -1] + floors[1:, -1]) / 2
    # from the top down, and only those with a number to tell
    told = [number for number in range(len(STAGES))[::-1] if counts[number, -1]]
    labels = dict(
        zip(
            told,
            spread(np.clip(middles[told], STREAM_LABEL / 2, STREAM_HEIGHT - STREAM_LABEL / 2), STREAM_LABEL),
            strict=True,
        )
    )
    bands = []
    for number, stage in enumerate(reversed(STAGES)):
        path = _area(x, STREAM_HEIGHT - floors[number], STREAM_HEIGHT - floors[number + 1])
        y = float(labels.get(number, middles[number]))
        bands.append(Band(stage, STAGES[stage], path, int(counts[number, -1]), y))
    years = tuple(
        (float(x[at]), str(month.year))
        for at, month in enumerate(months)
        if month.month == 1 and 20 < x[at] < STREAM_WIDTH
    )
    total = int(counts[:, -1].sum())
    undated = _undated()
    more = f" Bei {undated} weiteren nennen die Quellen kein Datum." if undated else ""
    now = ", ".join(f"{band.name} {band.now}" for band in bands)
    return Stream(
        tuple(bands),
        years,
        f"Jede Kommune zählt bei der spätesten Stufe, die bis dahin datiert belegt ist.{more}",
        f"Fließbild: {count(total, 'Kommune', 'Kommunen')} nach ihrer spätesten datierten Stufe, von {months[0]:%m.%Y} "
        f"bis {months[-1]:%m.%Y}. Zuletzt: {now}.",
    )


def reached(events: pd.DataFrame, today: pd.Timestamp) -> tuple[pd.DatetimeIndex, NDArray[np.int64]]:
    """The months from the first dated event to the last, and for each how many Kommunen had which stage as latest.

    ``events`` as from ``stages.events``; rows of the array are the stages from the last to the first, a month counts
    what began in it. Stages are ordered, so a Kommune that held a later one before an earlier one stays at the later.
    """
    known = events[events["date_from"].notna() & (events["date_from"] <= today)]
    if known.empty:
        return pd.DatetimeIndex([]), np.zeros((len(STAGES), 0), dtype=np.int64)
    first = known["date_from"].min().to_period("M").to_timestamp()
    # a month after the last event: after the project's end nothing flows any more
    end = min(today, known["date_from"].max() + pd.DateOffset(months=1))
    months = pd.date_range(first, end, freq="MS")
    order = {stage: at for at, stage in enumerate(STAGES)}
    counts = np.zeros((len(STAGES), len(months)), dtype=np.int64)
    for _, own in known.groupby("participant_id"):
        furthest = np.full(len(months), -1)
        for stage, day in zip(own["stage"], own["date_from"], strict=True):
            since = months.searchsorted(day.to_period("M").to_timestamp())
            furthest[since:] = np.maximum(furthest[since:], order[stage])
        for at, stage in enumerate(furthest):
            if stage >= 0:
                counts[len(STAGES) - 1 - stage, at] += 1
    return months, counts


def _undated() -> int:
    events = stages.events()
    dated = set(events.loc[events["date_from"].notna(), "participant_id"])
    return len(set(events["participant_id"]) - dated)


def _area(x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    """A band as path data: its upper edge from left to right, its lower one back."""
    there = [f"{a:.0f} {b:.1f}" for a, b in zip(x, high, strict=True)]
    back = [f"{a:.0f} {b:.1f}" for a, b in zip(x[::-1], low[::-1], strict=True)]
    return f"M{'L'.join(there)}L{'L'.join(back)}Z"
