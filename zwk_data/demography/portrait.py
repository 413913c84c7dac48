"""What a participant is: kind, Land, what it consists of and is compared with, how to read its figures, and those that
the text on it is made from.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from zwk_data.demography import areas, features
from zwk_data.demography.areas import BUND, SMALL, Area, comparisons, in_land, names, official_kind, own_keys, parts
from zwk_data.demography.figures import CENSUS_BASE, aged_people, counted_aged, of_everyone, of_year, totals
from zwk_data.demography.series import Break, between
from zwk_data.german import listing
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered


@remembered
def description(participant_id: str, kind_de: str) -> str:
    """One or two sentences: „Zusammenschluss in Bayern und Thüringen. Dazu gehören …“."""
    around = comparisons(participant_id)
    laender = [area.name for area in around if area.level == "land"]
    kreise = [area.name for area in around if area.level == "kreis"]
    where = f", {listing(kreise)}" if kreise else ""
    own = parts(participant_id)
    names = [part.name.partition(",")[0] for part in own]
    members = f" Dazu gehören {listing(names)}." if len(own) > 1 else ""
    return f"{official_kind(participant_id, kind_de)} in {listing(laender)}{where}.{members}"


def whole_city(name: str, quarter: str) -> str:
    """That the figures of a quarter are those of its whole city."""
    return (
        f"An der Zukunftswerkstatt nimmt ein Teil der Stadt teil ({quarter}). Amtliche Zahlen gibt es hier nur für die "
        f"ganze Stadt: Alles auf dieser Seite gilt für {name} insgesamt."
    )


def preselected(around: list[Area]) -> list[Area]:
    """The areas to start the comparison with: without a level of more than two, they would hide the rest."""
    areas_of = Counter(area.level for area in around)
    return [area for area in around if areas_of[area.level] <= 2]


def against(around: list[Area]) -> Area:
    """What a pyramid is compared with: the Land, or Germany for an alliance of several Länder."""
    laender = [area for area in around if area.level == "land"]
    return laender[0] if len(laender) == 1 else next(area for area in around if area.key == BUND)


def trend_note(found: list[Break], series: pd.DataFrame, *, published: bool = False) -> str:
    """How to read the drawing of a trend: breaks, hollow points, the territory."""
    known = series.dropna(subset="value")
    if known.empty:
        return ""
    inside = between(found, int(known["year"].min()), int(known["year"].max()))
    told = []
    if inside:
        word = "Bruch" if len(inside) == 1 else "Brüche"
        names = listing([one.name for one in inside])
        told.append(f"{word}: {names}. Der Sprung dort ist keine Entwicklung.")
    if known["status"].isin(["rounded", "estimated"]).any():
        told.append("Hohle Punkte sind gerundet, geschätzt oder umgerechnet.")
    if (known["role"] == "median").any():
        told.append("Der Median lässt Stadtquartiere aus.")
    told.append("Gebietsstand des jeweiligen Jahres." if published else "Gebietsstand 31.12.2023.")
    return " ".join(told)


@remembered
def overview() -> pd.DataFrame:
    """All participants: participant_id, name, kind, land, people (latest), year, change (persons since 2011).

    The change ends with 2023, the last year on the base of the Zensus 2011.
    """
    return read(
        """
        WITH people AS (
            SELECT participant_id, year, value FROM participant_observation
            WHERE indicator_id = 'population' AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
        )
        SELECT p.participant_id, p.name, p.kind, p.land,
               arg_max(value, year) AS people, max(year) AS year,
               arg_max(value, year) FILTER (WHERE year BETWEEN 2011 AND 2023)
                 - any_value(value) FILTER (WHERE year = 2011) AS change
        FROM participant p LEFT JOIN people USING (participant_id)
        GROUP BY p.participant_id, p.name, p.kind, p.land ORDER BY strip_accents(lower(p.name))
        """
    )


@dataclass(frozen=True)
class Subject:
    """A participant: ``name`` in full, ``short`` for labels, ``small`` under 1,000 people, areas ``around`` it.

    ``is_kreis``: it stands among Kreise (Landkreise and kreisfreie Städte), not among Gemeinden.
    """

    id: str
    name: str
    short: str
    kind: str
    small: bool
    is_kreis: bool
    around: tuple[Area, ...]


@remembered
def subject_of(participant_id: str, name: str, short: str, kind: str) -> Subject:
    """The subject with these words of ``programme.participants``; unknown to the figures raises ZwkError."""
    return Subject(
        participant_id,
        name,
        short,
        kind,
        areas.is_small(participant_id),
        features.level_of(participant_id) == "kreis",
        tuple(areas.comparisons(participant_id)),
    )


#: the newest ages that every participant has
AGES = ("census_share_67plus", 2022)
#: the first year of the development before the Zensus 2011, in every Land
EARLY = (1990, 2010)


@dataclass(frozen=True)
class Around:
    """A Land or Germany: its name, shares of people of 67 (by the Zensus 2022) and of 65 and over, mean age, change of
    population in per cent.

    The share of 65 and over and the mean age of the years the participant has; None where there is no figure.
    """

    name: str
    share_67plus: float | None
    share_65plus: float | None
    mean_age: float | None
    change: float | None


@dataclass(frozen=True)
class Standing:
    """How a value compares: ``rank`` of ``of`` participants without quarters (1 is highest), and the shares (0 to 1) of
    other areas ``among`` („der Gemeinden in Sachsen“) whose value is lower and higher. None if not compared."""

    rank: int | None
    of: int
    lower: float | None
    higher: float | None
    among: str


@dataclass(frozen=True)
class PortraitFacts:
    """All figures the sentences need; years stand for 31 December, counts are persons."""

    people: dict[int, float]
    census: float | None
    share_67plus: float | None
    counted_67plus: tuple[float, float] | None
    share_65plus: tuple[int, float] | None
    aged: tuple[int, float, float] | None
    mean_age: tuple[int, float] | None
    around: tuple[Around, ...]
    standing: Standing
    events: dict[str, dict[int, float | None]]
    moves_years: tuple[int, ...]

    @property
    def small(self) -> bool:
        """Fewer than 1,000 people: numbers instead of per cent."""
        return bool(self.people) and self.people[max(self.people)] < SMALL


@remembered
def facts(participant_id: str) -> PortraitFacts:
    """The facts on one participant."""
    total = totals(participant_id)
    series = {
        key: dict(zip(rows["year"].map(int), rows["value"], strict=True)) for key, rows in total.groupby("indicator_id")
    }
    people, share, age = (series.get(key, {}) for key in ("population", "share_65plus", "mean_age"))
    aged = list(aged_people(participant_id)[["year", "aged", "people"]].itertuples(index=False, name=None))
    counted = counted_aged(participant_id)
    small = bool(people) and people[max(people)] < SMALL
    return PortraitFacts(
        people=people,
        census=next(iter(series.get("census_population", {}).values()), None),
        share_67plus=series.get(AGES[0], {}).get(AGES[1]),
        counted_67plus=counted[:2] if counted else None,
        share_65plus=max(share.items(), default=None),
        aged=aged[-1] if aged else None,
        mean_age=max(age.items(), default=None),
        around=_around(participant_id, max(share, default=0), max(age, default=0)),
        standing=_standing(participant_id, *(("population", CENSUS_BASE[1]) if small else AGES)),
        events=_events(participant_id),
        moves_years=tuple(series.get("moves_in", {})),
    )


def _events(participant_id: str) -> dict[str, dict[int, float | None]]:
    """Births and deaths by year; nothing („–“) is 0, unknown is None."""
    frame = read(
        """
        SELECT indicator_id, year, CASE WHEN status = 'none' THEN 0 ELSE value END AS value
        FROM participant_observation
        WHERE participant_id = $id AND indicator_id IN ('births', 'deaths') AND sex = 'total' AND age_group = 'total'
        ORDER BY year
        """,
        {"id": participant_id},
    )
    found: dict[str, dict[int, float | None]] = {"births": {}, "deaths": {}}
    for indicator, year, value in frame.itertuples(index=False, name=None):
        found[indicator][year] = None if pd.isna(value) else value
    return found


def _around(participant_id: str, share_year: int, age_year: int) -> tuple[Around, ...]:
    areas = [area for area in comparisons(participant_id) if area.level != "kreis"]
    frame = read(
        """
        SELECT area_key, max(value) FILTER (WHERE indicator_id = $ages AND year = $ages_year) AS counted,
               max(value) FILTER (WHERE indicator_id = 'share_65plus' AND year = $share) AS share,
               max(value) FILTER (WHERE indicator_id = 'mean_age' AND year = $age) AS age,
               max(value) FILTER (WHERE indicator_id = 'population' AND year = $first) AS first,
               max(value) FILTER (WHERE indicator_id = 'population' AND year = $last) AS last,
               100 * (last / first - 1) AS change
        FROM observation_today WHERE level IN ('land', 'bund') AND area_key IN (SELECT unnest($keys))
          AND sex = 'total' AND age_group = 'total' GROUP BY area_key
        """,
        {
            "keys": [area.key for area in areas],
            "ages": AGES[0],
            "ages_year": AGES[1],
            "share": share_year,
            "age": age_year,
            "first": CENSUS_BASE[0],
            "last": CENSUS_BASE[1],
        },
    ).set_index("area_key")[["counted", "share", "age", "change"]]
    known = frame.astype(object).where(frame.notna(), None)
    return tuple(Around(area.name, *known.loc[area.key]) for area in areas)


def _standing(participant_id: str, indicator_id: str, year: int) -> Standing:
    """Rank among the participants, and shares of the areas of the same level that are lower and higher."""
    ranks = _ranks(indicator_id, year)
    keys = own_keys(participant_id)
    if not keys:
        return Standing(ranks.get(participant_id), len(ranks), None, None, "")
    own = keys[-1]
    if len(own) == 5:
        others = _inhabited("kreis", indicator_id, year)
        among = "der Kreise und kreisfreien Städte in Deutschland"
    else:
        others = _inhabited("gemeinde", indicator_id, year)
        others = others[others.index.str[:2] == own[:2]]
        among = f"der Gemeinden {in_land(names('laender')[own[:2]])}"
    lower = higher = None
    if own in others.index and len(others) > 1:
        rest = others.drop(own)
        lower, higher = float((rest < others[own]).mean()), float((rest > others[own]).mean())
    return Standing(ranks.get(participant_id), len(ranks), lower, higher, among)


@remembered(entries=8)
def _ranks(indicator_id: str, year: int) -> dict[str, int]:
    """The place of each participant but quarters that has the figure; 1 is highest, equals share a place."""
    frame = of_everyone((indicator_id,))
    values = frame[frame["year"] == year].set_index("participant_id")["value"]
    return {str(key): int(rank) for key, rank in values.rank(ascending=False, method="min").items()}


@remembered(entries=8)
def _inhabited(level: str, indicator_id: str, year: int) -> pd.Series:
    """One figure of all areas of a level where it is above zero, by key."""
    values = of_year(level, indicator_id, year).set_index("key")["value"]
    return values[values > 0]
