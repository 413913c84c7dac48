"""One indicator over the years: a participant beside its Kreis, Land, the Bund and the median of all participants; and
where the count of the Zensus 2022 departs from the Fortschreibung on the base of the Zensus 2011.

A series breaks at each census (data/breaks.yml). A change of territory breaks only a series as it was published, on the
territory of each year (``of_territory``); on the territory of 2023 such values carry the status ``estimated``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import yaml

from zwk_data.demography.areas import BUND, SMALL, Area, comparisons, figure_keys, land_keys, own_keys, verband
from zwk_data.demography.figures import CENSUS_BASE, totals
from zwk_data.demography.indicators import indicators
from zwk_data.german import number, whole, with_unit
from zwk_data.schema.dates import in_years
from zwk_data.settings import DATA
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered


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
    found = [Break(**{**entry, "laender": frozenset(entry.get("laender", ()))}) for entry in content["breaks"]]
    return tuple(sorted(found, key=lambda one: one.year_after)), frozenset(content["unconcerned"])


def breaks(indicator_id: str, land_keys: Collection[str] = ()) -> list[Break]:
    """The breaks of an indicator in these Länder (none: Germany), oldest first; none for counts of events."""
    known, unconcerned = _catalogue()
    return [] if indicator_id in unconcerned else [one for one in known if one.concerns(land_keys)]


def of_territory(starts: Collection[int], beside: list[Break]) -> list[Break]:
    """Breaks where a published series goes over to another territory (``territory_starts``).

    Those in the year of one of ``beside`` (a census) are left out: one mark is enough there.
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


PUBLISHED_COLUMNS = ["year", "value", "status", "territory", "source_id"]


def own_published(participant_id: str, indicator_id: str) -> pd.DataFrame:
    """A participant's published series without sex and age; columns as in PUBLISHED_COLUMNS, ordered by year.

    Of several areas the sum, in years for which all have a figure under today's key; no rates then: they cannot be
    added. A kreisfreie Stadt has the figures of its Kreis as well.
    """
    keys = figure_keys(participant_id)
    rows = read(
        """
        SELECT area_key, year, CASE WHEN status = 'none' THEN 0 ELSE value END AS value, status, territory, source_id
        FROM observation
        WHERE level IN ('gemeinde', 'kreis') AND area_key IN (SELECT unnest($keys)) AND indicator_id = $indicator
          AND sex = 'total' AND age_group = 'total' ORDER BY year, area_key DESC
        """,
        {"keys": list(keys), "indicator": indicator_id},
    )
    if own_keys(participant_id):
        return rows.drop_duplicates("year")[PUBLISHED_COLUMNS].reset_index(drop=True)
    whole = rows.dropna(subset="value").groupby("year").filter(lambda year: len(year) == len(keys))
    if whole.empty or not indicators()[indicator_id].is_count:
        return pd.DataFrame(columns=PUBLISHED_COLUMNS)
    grouped = whole.assign(rounded=whole["status"] == "rounded").groupby("year")
    summed = grouped.agg({"value": "sum", "rounded": "any", "territory": "max", "source_id": "first"}).reset_index()
    return summed.assign(status=summed["rounded"].map({True: "rounded", False: "computed"}))[PUBLISHED_COLUMNS]


@remembered(entries=512)
def territory_starts(unit: str) -> tuple[int, ...]:
    """The years from which a unit (participant_id or area_key) has another territory than the year before, rising.

    Found where its published population leaves the one on today's territory; changes that move fewer than 0.5 % of
    the people don't show.
    """
    keys = list(figure_keys(unit)) or [unit]
    frame = read(
        "SELECT DISTINCT year FROM territory_step WHERE area_key IN (SELECT unnest($keys)) ORDER BY year",
        {"keys": keys},
    )
    return tuple(int(year) for year in frame["year"])


BASE_YEAR = 2011
MEDIAN = "Median der Teilnehmenden"
#: the median is shown only where at least this share of the participants has a figure
MEDIAN_SHARE = 0.5
SERIES_COLUMNS = ["role", "name", "year", "value", "status", "territory", "source_id", "segment"]


def trend(
    participant_id: str,
    name: str,
    indicator_id: str,
    others: Sequence[Area],
    *,
    median: bool = True,
    as_index: bool = False,
    published: bool = False,
) -> pd.DataFrame:
    """Series of one indicator, without sex and age.

    All on the territory of 2023; quarters (figures of the whole city) do not count in the median. ``published``: as in
    the official tables of each year, under the keys of today, with a new segment where the territory changed and
    without the median.
    Columns: role (participant, kreis, land, bund, median), name, year, value (float, may be NaN), status, territory,
    source_id, segment (0, 1, …: a line must not run from one to the next). Ordered by role as ``others`` and year.
    ``as_index``: each series in per cent of its value in 2011, or of its first year where 2011 is missing; a series
    that starts at 0 or below is left out. The median is that of the participants' own indices.
    """
    if published:
        own, starts, median = own_published(participant_id, indicator_id), territory_starts(participant_id), False
    else:
        everyone = _series_of_participants(indicator_id)
        own, starts = everyone[everyone["participant_id"] == participant_id], ()
    around = _series_of_areas(others, indicator_id, "observation" if published else "observation_today")
    found = [(own.assign(role="participant", name=name), land_keys(participant_id), starts)]
    for area in others:
        rows = around[around["area_key"] == area.key].assign(role=area.level, name=area.name)
        starts = territory_starts(area.key) if published else ()
        found.append((rows, [] if area.key == BUND else [area.key[:2]], starts))
    if as_index:
        found = [(_in_per_cent_of_start(rows, "name"), keys, starts) for rows, keys, starts in found]
    if median:
        found.append((_median_series(everyone[~everyone["is_quarter"]], as_index), [], ()))
    series = [_with_segments(rows, breaks(indicator_id, keys), starts) for rows, keys, starts in found if len(rows)]
    return pd.concat(series, ignore_index=True)[SERIES_COLUMNS] if series else pd.DataFrame(columns=SERIES_COLUMNS)


@remembered
def shown(participant_id: str) -> list[str]:
    """The indicators worth a line: the participant or what it is compared with has them for several years.

    In the catalogue's order.
    """
    frame = read(
        """
        SELECT i.indicator_id FROM indicator i
        WHERE in_trends AND (
               (SELECT count(DISTINCT year) FROM coverage c WHERE c.indicator_id = i.indicator_id
                AND c.state = 'today' AND c.place = 'bund') > 1
            OR (SELECT count(DISTINCT year) FROM coverage c WHERE c.indicator_id = i.indicator_id
                AND c.state = 'participants' AND c.place = $id) > 1)
        """,
        {"id": participant_id},
    )
    return _in_order(frame["indicator_id"])


def _in_order(keys: Collection[str]) -> list[str]:
    found = set(keys)
    return [key for key in indicators() if key in found]


#: figures of one year alone are offered if it is this or a later one
RECENT = 2020


@remembered
def of_one_year(participant_id: str) -> list[str]:
    """The rates too few years of which are known for a line, but one of them recent, of the participant or around it.

    In the catalogue's order.
    """
    around = [area.key for area in comparisons(participant_id) if area.level == "kreis"]
    own = verband(participant_id)
    # a parameter for each: of those in a list DuckDB looks through the whole table
    keys = {f"area_{number}": key for number, key in enumerate([*around, own.key if own else ""])}
    frame = read(
        f"""
        SELECT indicator_id FROM indicator
        WHERE in_trends AND NOT is_count AND indicator_id IN (
            SELECT indicator_id FROM coverage
            WHERE state = 'participants' AND place = $id AND as_total AND year >= $recent
            UNION ALL
            SELECT indicator_id FROM newest_year WHERE area_key IN (${", $".join(keys)}) AND year >= $recent)
        """,
        {"id": participant_id, "recent": RECENT, **keys},
    )
    return _in_order(set(frame["indicator_id"]) - set(shown(participant_id)))


def _series_of_participants(indicator_id: str) -> pd.DataFrame:
    return read(
        """
        SELECT participant_id, p.kind = 'quartier' AS is_quarter, year, value, status, territory, source_id,
               (SELECT count(*) FROM participant WHERE kind <> 'quartier') AS possible
        FROM participant_observation o JOIN participant p USING (participant_id)
        WHERE indicator_id = $indicator AND sex = 'total' AND age_group = 'total'
        ORDER BY participant_id, year
        """,
        {"indicator": indicator_id},
    )


def _series_of_areas(areas: Sequence[Area], indicator_id: str, table: str) -> pd.DataFrame:
    if not areas:
        return pd.DataFrame()
    return read(
        f"""
        SELECT area_key, year, value, status, territory, source_id FROM {table}
        WHERE level IN (SELECT unnest($levels)) AND area_key IN (SELECT unnest($keys)) AND indicator_id = $indicator
          AND sex = 'total' AND age_group = 'total' ORDER BY area_key, year
        """,
        {"levels": [area.level for area in areas], "keys": [area.key for area in areas], "indicator": indicator_id},
    )


def _in_per_cent_of_start(frame: pd.DataFrame, series: str) -> pd.DataFrame:
    """Values in per cent of that of 2011, else of the first; without the series that start at 0 or below.

    ``series``: the column that tells one series from another.
    """
    known = frame.dropna(subset="value")
    first = known.groupby(series)["value"].first()
    base = known[known["year"] == BASE_YEAR].set_index(series)["value"]
    start = frame[series].map(base.combine_first(first)).astype("float64")
    return frame.assign(value=100 * frame["value"] / start)[~(start <= 0)]


def _median_series(everyone: pd.DataFrame, as_index: bool) -> pd.DataFrame:
    """The median per year, where at least half of all participants have a figure."""
    possible = int(everyone["possible"].max()) if len(everyone) else 0
    if as_index:
        everyone = _in_per_cent_of_start(everyone, "participant_id")
    grouped = everyone.dropna(subset="value").groupby("year")
    frame = pd.DataFrame(
        {"value": grouped["value"].median(), "source_id": grouped["source_id"].first(), "n": grouped.size()}
    ).reset_index()
    frame = frame[frame["n"] >= MEDIAN_SHARE * possible]
    return frame.assign(role="median", name=MEDIAN, status="computed", territory=2023)


def _with_segments(frame: pd.DataFrame, found: list[Break], starts: Sequence[int]) -> pd.DataFrame:
    """Number the unbroken runs: a new one at each break of the count and each year in ``starts``."""
    steps = np.searchsorted(np.array(starts, dtype=np.int64), frame["year"].to_numpy(), side="right")
    return frame.assign(segment=segments(frame["year"], found) + steps)


CENSUS_DAY = dt.date(2022, 5, 15)
#: the same in years of which 2022 is the 31st of December 2022
CENSUS_TIME = in_years(CENSUS_DAY)
#: the ends of a year around that day, the nearer one first
NEAREST = (2021, 2022)
#: a difference of this many per cent is noticeable; one Gemeinde in four has one
NOTICEABLE = 3


@dataclass(frozen=True)
class Recount:
    """People ``counted`` on 15.05.2022 and ``carried`` forward to 31.12. of ``year`` from the Zensus 2011.

    ``base``: people at the end of 2011, from which an index is counted. ``source_id``: of the count.
    """

    counted: int
    carried: int
    year: int
    base: int
    source_id: str

    @property
    def difference(self) -> int:
        """What the recount added, or took away (negative), in persons."""
        return self.counted - self.carried

    @property
    def share(self) -> float:
        """The same in per cent of the people carried forward."""
        return 100 * self.difference / self.carried

    @property
    def short(self) -> str:
        """„−3.249 (−5,2 %)“; of small places „−5“."""
        persons = number(self.difference, sign=True)
        return persons if self.carried < SMALL else f"{persons} ({with_unit(self.share, '%', 1, sign=True)})"

    @property
    def words(self) -> str:
        """What the count says, what it is compared with, and when it is shown."""
        size = abs(self.difference)
        share = "" if self.carried < SMALL else f" ({with_unit(abs(self.share), 'Prozent', 1)})"
        return (
            f"Der Zensus zählte am 15. Mai 2022 {number(self.counted)} Menschen, {number(size)}{share} "
            f"{'weniger' if self.difference < 0 else 'mehr'}, als zum nächsten Jahresende, dem 31.12.{self.year}, "
            f"fortgeschrieben waren ({number(self.carried)}). Beides steht hier nebeneinander, wo es seit "
            f"{CENSUS_BASE[0]} in verschiedene Richtungen führt oder mindestens {NOTICEABLE} Prozent auseinanderliegt."
        )


@remembered
def recount(participant_id: str) -> Recount | None:
    """The count of a participant, where it disagrees with the Fortschreibung, see :func:`disagreement`."""
    total = totals(participant_id)
    rows = total[total["indicator_id"] == "population"]
    people = dict(zip(rows["year"].map(int), rows["value"], strict=True))
    count = total[total["indicator_id"] == "census_population"]
    if count.empty:
        return None
    return disagreement(people, float(count["value"].iloc[0]), str(count["source_id"].iloc[0]))


def disagreement(people: dict[int, float], counted: float, source_id: str = "") -> Recount | None:
    """The two beside each other, or None where they agree or a figure is missing.

    They disagree where they are :func:`opposed`, or where the count is ``NOTICEABLE`` per cent or more away from the
    nearest end of a year. ``people``: by year.
    """
    first = CENSUS_BASE[0]
    year = next((one for one in NEAREST if one in people), None)
    if year is None or first not in people or not people[year]:
        return None
    found = Recount(whole(counted), whole(people[year]), year, whole(people[first]), source_id)
    return found if opposed(people, counted) or abs(found.share) >= NOTICEABLE else None


def opposed(people: Mapping[int, float], counted: float) -> bool:
    """Whether the Fortschreibung and the count point in opposite directions since the end of 2011.

    The Fortschreibung until its last year on the base of the Zensus 2011; ``people``: by year, that of 2011 among them.
    """
    first, last = CENSUS_BASE
    carried, count = (
        whole(one) - whole(people[first]) for one in (people[max(year for year in people if year <= last)], counted)
    )
    return carried * count < 0
