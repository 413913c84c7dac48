"""The figures that the text on a participant is made of, read from the warehouse."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from zwk_data.demography.areas import BUND, SMALL, land_keys, names, own_keys
from zwk_data.demography.figures import CENSUS_BASE
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: the year for which every participant has ages
AGES_YEAR = 2015
#: the first year of the development before the Zensus 2011, in every Land
EARLY = (1990, 2010)
#: what is asked about in the last sentence
EVENTS = ("births", "deaths")


@dataclass(frozen=True)
class Around:
    """A Land or Germany: its name, share of people of 65 and over, mean age, change of population in per cent.

    Shares and mean age of the years the participant has; None where there is no figure.
    """

    name: str
    share_65plus: float | None
    mean_age: float | None
    change: float | None


@dataclass(frozen=True)
class Place:
    """Where a value stands: ``rank`` of ``of`` participants without quarters (1 is highest), and the shares (0 to 1) of
    other areas ``among`` („der Gemeinden in Sachsen“) whose value is lower and higher. None if not compared."""

    rank: int | None
    of: int
    lower: float | None
    higher: float | None
    among: str


@dataclass(frozen=True)
class Facts:
    """All that the sentences tell; years mean the 31st of December, counts are persons."""

    people: dict[int, float]
    census: float | None
    share_65plus: tuple[int, float] | None
    aged: tuple[int, float, float] | None
    mean_age: tuple[int, float] | None
    around: tuple[Around, ...]
    place: Place
    events: dict[str, dict[int, float | None]]
    moves_years: tuple[int, ...]
    ages_years: tuple[int, ...]

    @property
    def small(self) -> bool:
        """Fewer than 1,000 people: numbers instead of per cent."""
        return bool(self.people) and self.people[max(self.people)] < SMALL


def facts(participant_id: str) -> Facts:
    """Read the facts of one participant."""
    frame = read(
        """
        SELECT indicator_id, year, age_group, value, status FROM participant_observation
        WHERE participant_id = $id AND sex = 'total'
          AND (age_group = 'total' AND indicator_id IN ('population', 'census_population', 'share_65plus', 'mean_age',
                                                        'births', 'deaths', 'moves_in')
               OR indicator_id = 'population' AND age_group IN ('65-74', '75+'))
        ORDER BY year
        """,
        {"id": participant_id},
    )
    total = frame[frame["age_group"] == "total"]
    known = {key: part.dropna(subset="value") for key, part in total.groupby("indicator_id")}
    series = {key: dict(zip(part["year"].map(int), part["value"], strict=True)) for key, part in known.items()}
    people, share, age = (series.get(key, {}) for key in ("population", "share_65plus", "mean_age"))
    old = frame[frame["age_group"] != "total"].dropna(subset="value").groupby("year")["value"].agg(["sum", "count"])
    old = old[old["count"] == 2]
    aged = [(year, n, people[year]) for year, n in zip(old.index.map(int), old["sum"], strict=True)]
    small = bool(people) and people[max(people)] < SMALL
    census = series.get("census_population", {})
    return Facts(
        people=people,
        census=float(next(iter(census.values()))) if census else None,
        share_65plus=(max(share), share[max(share)]) if share else None,
        aged=aged[-1] if aged else None,
        mean_age=(max(age), age[max(age)]) if age else None,
        around=_around(participant_id, max(share, default=AGES_YEAR), max(age, default=AGES_YEAR)),
        place=_place(participant_id, "population" if small else "share_65plus", 2023 if small else AGES_YEAR),
        events={key: _events(total[total["indicator_id"] == key]) for key in EVENTS},
        moves_years=tuple(series.get("moves_in", {})),
        ages_years=tuple(share),
    )


def _events(rows: pd.DataFrame) -> dict[int, float | None]:
    """Events by year; nothing („–“) is 0, unknown is None."""
    return {
        int(year): 0.0 if status == "none" else None if pd.isna(value) else float(value)
        for year, value, status in zip(rows["year"], rows["value"], rows["status"], strict=True)
    }


def _around(participant_id: str, share_year: int, age_year: int) -> tuple[Around, ...]:
    keys = [*land_keys(participant_id), BUND]
    frame = read(
        """
        SELECT area_key, max(value) FILTER (WHERE indicator_id = 'share_65plus' AND year = $share) AS share,
               max(value) FILTER (WHERE indicator_id = 'mean_age' AND year = $age) AS age,
               max(value) FILTER (WHERE indicator_id = 'population' AND year = $first) AS first,
               max(value) FILTER (WHERE indicator_id = 'population' AND year = $last) AS last
        FROM observation_today WHERE level IN ('land', 'bund') AND area_key IN (SELECT unnest($keys))
          AND sex = 'total' AND age_group = 'total' GROUP BY area_key
        """,
        {"keys": keys, "share": share_year, "age": age_year, "first": CENSUS_BASE[0], "last": CENSUS_BASE[1]},
    ).set_index("area_key")
    frame["change"] = 100 * (frame["last"] / frame["first"] - 1)
    called = names("laender")
    return tuple(
        Around("Deutschland" if key == BUND else str(called[key]), *(_or_none(frame.loc[key, c]) for c in _AROUND))
        for key in keys
    )


_AROUND = ("share", "age", "change")


def _or_none(value: object) -> float | None:
    return None if value is None or pd.isna(value) else float(value)  # type: ignore[call-overload,arg-type]


def _place(participant_id: str, indicator_id: str, year: int) -> Place:
    """Rank among the participants, and shares of the areas of the same level that are lower and higher."""
    ranks, of = _ranks(indicator_id, year)
    keys = own_keys(participant_id)
    lower = higher = None
    among = ""
    if keys:
        own = keys[-1]
        is_kreis = len(own) == 5
        others = _values(indicator_id, year, "kreis" if is_kreis else "gemeinde")
        among = "der Kreise und kreisfreien Städte in Deutschland"
        if not is_kreis:
            others = others[others.index.str[:2] == own[:2]]
            among = f"der Gemeinden {in_land(names('laender')[own[:2]])}"
        if own in others.index and len(others) > 1:
            rest = others.drop(own)
            lower, higher = float((rest < others[own]).mean()), float((rest > others[own]).mean())
    return Place(ranks.get(participant_id), of, lower, higher, among)


@remembered(entries=8)
def _ranks(indicator_id: str, year: int) -> tuple[dict[str, int], int]:
    frame = read(
        """
        SELECT participant_id, rank() OVER (ORDER BY value DESC) AS place
        FROM participant_observation JOIN participant USING (participant_id)
        WHERE indicator_id = $indicator AND year = $year AND sex = 'total' AND age_group = 'total'
          AND value IS NOT NULL AND kind <> 'quartier'
        """,
        {"indicator": indicator_id, "year": year},
    )
    return dict(zip(frame["participant_id"], frame["place"].map(int), strict=True)), len(frame)


@remembered(entries=8)
def _values(indicator_id: str, year: int, level: str) -> pd.Series:
    """One figure of all inhabited areas of a level, by key."""
    frame = read(
        """
        SELECT area_key, value FROM observation_today WHERE level = $level AND indicator_id = $indicator
          AND year = $year AND sex = 'total' AND age_group = 'total' AND value > 0
        """,
        {"level": level, "indicator": indicator_id, "year": year},
    )
    return frame.set_index("area_key")["value"]


def in_land(name: str) -> str:
    """„in Sachsen“, „im Saarland“."""
    return f"im {name}" if name == "Saarland" else f"in {name}"
