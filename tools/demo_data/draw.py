"""What all invented data are drawn with: an own stream of numbers per table, the texts beside this file, stamps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from zwk_data.schema import shipped_csv
from zwk_data.settings import DEMO_END

TEXTS = Path(__file__).parent / "texts"
SEED = 20210901
AUTHOR = "Demodaten"


def stream(name: str) -> np.random.Generator:
    """Numbers of a table's own, so that drawing more for one leaves the others as they are."""
    return np.random.default_rng([SEED, crc32(name.encode())])


def texts(name: str, columns: tuple[str, ...]) -> dict[str, list[shipped_csv.Row]]:
    """The rows of texts/<name>.csv by their first column."""
    found: dict[str, list[shipped_csv.Row]] = {}
    for row in shipped_csv.read_rows(TEXTS / f"{name}.csv", columns).rows:
        found.setdefault(row[columns[0]], []).append(row)
    return found


def one_of(rng: np.random.Generator, items: Sequence[Any]) -> Any:
    """One of the items, each as likely as the other."""
    return items[int(rng.integers(len(items)))]


def stamp(rng: np.random.Generator, day: date) -> dict[str, Any]:
    """Who entered it and when: that day in working hours, never after the data's end."""
    at = datetime.combine(min(day, DEMO_END), time(int(rng.integers(8, 17)), int(rng.integers(0, 60))))
    return {"entered_by": AUTHOR, "entered_at": at}


def between(rng: np.random.Generator, start: date, end: date) -> date:
    """A day from start to end, both included."""
    return start + timedelta(days=int(rng.integers(0, max((end - start).days, 0) + 1)))


def table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a frame of Python values."""
    return pd.DataFrame(list(rows), dtype=object)
