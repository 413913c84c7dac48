"""Where a series starts anew (data/breaks.yml): at each census.

A change of territory is no break on the territory of 2023, where a value that had to be estimated carries the status
``estimated``; in a series as it was published it is one (``of_territory``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import yaml

from zwk_data.paths import DATA


@dataclass(frozen=True)
class Break:
    """Between the end of ``year_before`` and the end of ``year_after`` the count starts anew.

    ``laender``: keys of the Länder concerned, empty for all; ``words``: what a reader must know.
    """

    id: str
    name: str
    year_before: int
    year_after: int
    laender: frozenset[str]
    words: str

    def concerns(self, land_keys: Collection[str]) -> bool:
        """Is any of these Länder concerned? No key at all stands for Germany."""
        return not self.laender or not land_keys or bool(self.laender & set(land_keys))


@lru_cache(maxsize=1)
def _catalogue() -> tuple[tuple[Break, ...], frozenset[str]]:
    content = yaml.safe_load((DATA / "breaks.yml").read_text(encoding="utf-8"))
    found = [
        Break(
            str(entry["id"]),
            str(entry["name"]),
            int(entry["year_before"]),
            int(entry["year_after"]),
            frozenset(entry.get("laender", ())),
            str(entry["words"]).strip(),
        )
        for entry in content["breaks"]
    ]
    return tuple(sorted(found, key=lambda b: b.year_after)), frozenset(content["unconcerned"])


def breaks(indicator_id: str, land_keys: Collection[str] = ()) -> list[Break]:
    """The breaks of an indicator in these Länder (none: Germany), oldest first; none for counts of events."""
    known, unconcerned = _catalogue()
    return [] if indicator_id in unconcerned else [b for b in known if b.concerns(land_keys)]


def of_territory(starts: Collection[int], beside: list[Break]) -> list[Break]:
    """Breaks where a published series goes over to another territory (``published.territory_starts``).

    Those that fall together with one of ``beside`` (a census) are left out: one mark is enough there.
    """
    taken = {one.year_after for one in beside}
    words = "Ab hier steht die veröffentlichte Zahl für ein anderes Gebiet."
    return [
        Break(f"gebiet{year}", f"Neues Gebiet {year}", year - 1, year, frozenset(), words)
        for year in sorted(starts)
        if year not in taken
    ]


def segments(years: pd.Series, found: list[Break]) -> pd.Series:
    """Number the unbroken runs of one series, from 0; ``years`` must rise. Integers on the same index."""
    year = years.to_numpy()
    starts = np.zeros(len(year), dtype=bool)
    for one in found:
        starts[1:] |= (year[:-1] <= one.year_before) & (year[1:] >= one.year_after)
    return pd.Series(np.cumsum(starts), index=years.index)


def between(found: list[Break], first: int, last: int) -> list[Break]:
    """The breaks that lie inside a span of years."""
    return [one for one in found if first <= one.year_before and one.year_after <= last]
