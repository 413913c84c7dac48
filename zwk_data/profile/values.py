"""The figures of a Kommunalprofil: which ones, by chapter (data/profile_chapters.yml), and their values for all places.

Values are as published or summed, and medians where a level has no figure of its own. What is published of smaller
areas alone (minutes to a doctor: of Gemeinden) can't be added up. A larger area then has the median of its parts, and
every place where it is shown says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
import yaml

from zwk_data.demography import features
from zwk_data.demography.areas import BUND
from zwk_data.errors import ZwkError
from zwk_data.profile.places import ALLIANCE, Place, places
from zwk_data.settings import DATA
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered
from zwk_data.warehouse.indicator_catalogue import catalogue

FILE = "data/profile_chapters.yml"
#: what more of a figure means, where that is agreed on
MEANINGS = (None, "better", "worse")
MOST_FIGURES = 5


@dataclass(frozen=True)
class WantedFigure:
    """One figure of a chapter: ``more_is`` better, worse or None; ``until``: no later year than this."""

    indicator_id: str
    more_is: str | None = None
    until: int | None = None


@dataclass(frozen=True)
class Chapter:
    """One chapter: its German ``title``, its figures, and what no figure says (``untold``, a German sentence)."""

    key: str
    title: str
    figures: tuple[WantedFigure, ...]
    untold: str


@lru_cache(maxsize=1)
def chapters() -> tuple[Chapter, ...]:
    """The chapters in order. Raises ZwkError as ``checked`` does."""
    content = yaml.safe_load((DATA / "profile_chapters.yml").read_text(encoding="utf-8"))
    return checked(content, frozenset(catalogue().indicators))


def checked(content: dict[str, Any], known: frozenset[str]) -> tuple[Chapter, ...]:
    """The chapters of the file's ``content``; ``known``: the ids of all indicators.

    Raises ZwkError for an unknown figure or property, a figure that stands twice, more than five in a chapter.
    """
    found, seen = [], set[str]()
    for key, entry in content.items():
        where = f"{FILE}, Kapitel {key}"
        figures = tuple(_wanted_figure(name, about or {}, where) for name, about in entry["figures"].items())
        names = [one.indicator_id for one in figures]
        if not 1 <= len(names) <= MOST_FIGURES:
            raise ZwkError(f"{where}: Ein Kapitel hat eine bis {MOST_FIGURES} Zahlen, hier sind es {len(names)}.")
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ZwkError(f"{where}: {', '.join(unknown)} steht nicht in data/indicators.yml.")
        twice = seen.intersection(names)
        if twice:
            raise ZwkError(f"{where}: {', '.join(sorted(twice))} steht schon in einem anderen Kapitel.")
        seen.update(names)
        found.append(Chapter(key, entry["title"], figures, entry["untold"]))
    return tuple(found)


def _wanted_figure(name: str, about: dict[str, Any], where: str) -> WantedFigure:
    odd = [key for key in about if key not in ("more_is", "until")]
    if odd:
        raise ZwkError(f"{where}, {name}: {', '.join(odd)} gibt es nicht. Möglich sind more_is und until.")
    if about.get("more_is") not in MEANINGS:
        raise ZwkError(f"{where}, {name}: more_is ist better oder worse, nicht „{about['more_is']}“.")
    return WantedFigure(name, **about)


#: from small to large
LEVELS = ("gemeinde", "verband", "kreis", "land", "bund")
#: the levels whose areas have a profile
PLACE_LEVELS = LEVELS[:3]
#: digits of the key of an area in which another lies
_DIGITS = {"kreis": 5, "land": 2}


@dataclass(frozen=True)
class Column:
    """One figure of one year for all areas of a level: ``values`` and ``status`` by key (values NaN where unknown).

    ``parts``: the level of the areas whose median it is, empty for a figure of its own. ``sources``: source_ids.
    """

    year: int
    values: pd.Series
    status: pd.Series
    sources: tuple[str, ...]
    parts: str = ""

    @cached_property
    def middle(self) -> tuple[float, float]:
        """Between which values nine of ten areas lie."""
        low, high = self.values.quantile([0.05, 0.95])
        return float(low), float(high)


@dataclass(frozen=True)
class Columns:
    """All figures: ``of[level, indicator, year]``, and ``newest[level, indicator]``, the year a profile shows."""

    of: dict[tuple[str, str, int], Column]
    newest: dict[tuple[str, str], int]

    def column(self, level: str, indicator_id: str, year: int | None = None) -> Column | None:
        """The figure of a year, or of the newest one, for all areas of a level; None if there is none."""
        asked = year if year is not None else self.newest.get((level, indicator_id))
        return None if asked is None else self.of.get((level, indicator_id, asked))


def wanted() -> tuple[WantedFigure, ...]:
    """The figures of all chapters, in their order."""
    return tuple(one for chapter in chapters() for one in chapter.figures)


@remembered(entries=2)
def columns() -> Columns:
    """Every figure of the chapters: for each place level its newest year, and these years for all levels."""
    limits = pd.DataFrame([(one.indicator_id, one.until or 9999) for one in wanted()], columns=["indicator_id", "last"])
    ids, last = limits["indicator_id"].tolist(), limits["last"].tolist()
    rows = read(
        """
        WITH wanted AS (SELECT unnest($ids) AS indicator_id, unnest($last) AS last),
        newest AS (
            SELECT place AS level, indicator_id, max(year) AS year
            FROM coverage JOIN wanted USING (indicator_id)
            WHERE state = 'today' AND as_total AND year <= last AND place IN ('gemeinde', 'verband', 'kreis')
            GROUP BY ALL)
        SELECT level, indicator_id, year, area_key AS key, value, status, source_id,
               (level, indicator_id, year) IN (SELECT (level, indicator_id, year) FROM newest) AS is_newest
        FROM observation_today
        WHERE (indicator_id, year) IN (SELECT (indicator_id, year) FROM newest)
          AND sex = 'total' AND age_group = 'total'
        """,
        {"ids": ids, "last": last},
        large=True,
    )
    found: dict[tuple[str, str, int], Column] = {}
    newest: dict[tuple[str, str], int] = {}
    for key, part in rows.groupby(["level", "indicator_id", "year"], observed=True, sort=False):
        level, indicator, year = str(key[0]), str(key[1]), int(str(key[2]))
        by_key = part.set_index("key")
        sources = tuple(sorted(part["source_id"].dropna().unique()))
        values = by_key["value"].mask((by_key["status"] == "none") & by_key["value"].isna(), 0.0)
        found[level, indicator, year] = Column(year, values, by_key["status"], sources)
        if bool(part["is_newest"].iloc[0]):
            newest[level, indicator] = year
    return _with_medians(found, newest)


def _with_medians(found: dict[tuple[str, str, int], Column], newest: dict[tuple[str, str], int]) -> Columns:
    """Add the medians of their parts for the levels above the one a figure is published for."""
    filled = dict(found)
    for indicator, year in dict.fromkeys((key[1], key[2]) for key in found):
        base = _base(found, indicator, year)
        parts = found[base, indicator, year]
        for level in LEVELS[LEVELS.index(base) + 1 :]:
            if (level, indicator, year) not in found:
                within = parts.values.groupby(_inside(parts.values.index, level))
                medians = within.median().where(_most(within.count(), base, level))
                status = pd.Series("computed", index=medians.index).where(medians.notna(), "")
                filled[level, indicator, year] = Column(year, medians, status, parts.sources, base)
            if level in PLACE_LEVELS and (level, indicator) not in newest:
                newest[level, indicator] = year
    return Columns(filled, newest)


def _base(found: dict[tuple[str, str, int], Column], indicator: str, year: int) -> str:
    """The level of the parts: Verbände for what is published of them and of Gemeinden without one, else the least."""
    has = [level for level in LEVELS if (level, indicator, year) in found]
    if has[:2] == ["gemeinde", "verband"]:
        few = found["gemeinde", indicator, year].values.count() < found["verband", indicator, year].values.count()
        return "verband" if few else "gemeinde"
    return has[0]


def _most(known: pd.Series, parts: str, level: str) -> pd.Series:
    """Which areas have the figure of more than half of their inhabited parts: one of eleven does not speak for all."""
    return 2 * known > _number_of_parts(parts, level).reindex(known.index).fillna(np.inf)


@remembered
def _number_of_parts(parts: str, level: str) -> pd.Series:
    """How many inhabited areas of the level ``parts`` lie in each area of ``level``."""
    everyone = _gemeinden()
    if parts == "verband":
        verbaende = read(
            "SELECT DISTINCT verband_key FROM verband_of WHERE area_key IN (SELECT unnest($keys))",
            {"keys": list(everyone)},
        )
        everyone = pd.Index(verbaende["verband_key"])
    elif parts == "kreis":
        everyone = _of_level("kreis")
    return _inside(everyone, level).value_counts()


def _of_level(level: str) -> pd.Index:
    frame = places()
    return frame.index[frame["level"] == level]


def _gemeinden() -> pd.Index:
    """All inhabited Gemeinden, kreisfreie Städte (which are Kreise among the places) with them."""
    return _of_level("gemeinde").append(pd.Index([f"{key}000" for key in sorted(features.single_cities())]))


def _inside(keys: pd.Index, level: str) -> pd.Index:
    """For each area the key of the one of ``level`` in which it lies; missing for a Gemeinde without a Verband."""
    if level == "bund":
        return pd.Index([BUND] * len(keys))
    if level == "verband":
        verband = places()["verband"].reindex(keys).replace("", None)
        return pd.Index(verband, dtype="str")
    return pd.Index(keys.str[: _DIGITS[level]])


@remembered(entries=4)
def matrix(level: str) -> pd.DataFrame:
    """All places of a level by key (of Gemeinden the kreisfreie Städte too): one column per figure, newest year."""
    # a kreisfreie Stadt may be a twin of a Gemeinde
    keys = _gemeinden() if level == "gemeinde" else _of_level(level)
    known = columns()
    own = {one.indicator_id: known.column(level, one.indicator_id) for one in wanted()}
    return pd.DataFrame({name: one.values.reindex(keys) for name, one in own.items() if one is not None}, index=keys)


@dataclass(frozen=True)
class OwnFigure:
    """A place's own figure: NaN if it has none, then ``status`` says why (empty: its level has no such figure).

    ``parts``: as in ``Column``; ``low`` and ``high``: the ends of its parts.
    """

    year: int
    value: float
    status: str
    sources: tuple[str, ...]
    parts: str = ""
    low: float = np.nan
    high: float = np.nan


def own_figure(place: Place, indicator_id: str) -> OwnFigure | None:
    """What a place itself has; None if no such figure exists on its level."""
    if place.level == ALLIANCE:
        return _of_alliance(place, indicator_id)
    column = columns().column(place.level, indicator_id)
    if column is None:
        return None
    value = float(column.values.get(place.key, np.nan))
    status = str(column.status.get(place.key, ""))
    if not column.parts or place.is_city or np.isnan(value):
        return OwnFigure(column.year, value, status, column.sources)
    low, high = _ends(place, indicator_id, column)
    return OwnFigure(column.year, value, status, column.sources, column.parts, low, high)


def _ends(place: Place, indicator_id: str, column: Column) -> tuple[float, float]:
    parts = columns().of[column.parts, indicator_id, column.year].values
    mine = parts[_inside(parts.index, place.level) == place.key]
    return float(mine.min()), float(mine.max())


def _of_alliance(place: Place, indicator_id: str) -> OwnFigure | None:
    """Sums and their rates as everywhere; what can't be added up is the median of its Gemeinden (or Verbände).

    It has none unless more than half of them have one.
    """
    year = columns().newest.get(("verband", indicator_id))
    own = _of_participant(place.participant_id or "").get(indicator_id)
    if own is not None and own[0] == year:
        return OwnFigure(own[0], own[1], own[2], (own[3],))
    if year is None:
        return None
    parts = _base(columns().of, indicator_id, year)
    column = columns().of[parts, indicator_id, year]
    if parts not in ("gemeinde", "verband"):
        return None
    keys = place.members if parts == "gemeinde" else _verbaende(place.members)
    known = column.values.reindex(list(keys)).dropna()
    # one of eleven Gemeinden does not speak for all
    if 2 * len(known) <= len(keys):
        return OwnFigure(year, np.nan, "", column.sources)
    return OwnFigure(
        year, float(known.median()), "computed", column.sources, parts, float(known.min()), float(known.max())
    )


def _verbaende(gemeinden: tuple[str, ...]) -> tuple[str, ...]:
    frame = read(
        "SELECT DISTINCT verband_key FROM verband_of WHERE list_contains($keys, area_key)", {"keys": list(gemeinden)}
    )
    return tuple(sorted(frame["verband_key"]))


@remembered
def _of_participant(participant_id: str) -> dict[str, tuple[int, float, str, str]]:
    """indicator_id -> year, value, status, source_id of its newest figure."""
    limits = {one.indicator_id: one.until or 9999 for one in wanted()}
    frame = read(
        """
        SELECT indicator_id, year, value, status, source_id FROM participant_observation
        WHERE participant_id = $id AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
          AND list_contains($ids, indicator_id) ORDER BY year
        """,
        {"id": participant_id, "ids": list(limits)},
    )
    rows = frame.itertuples(index=False, name=None)
    return {name: (int(year), *rest) for name, year, *rest in rows if year <= limits[name]}
