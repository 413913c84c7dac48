"""How many people of each age and sex: the frames of population pyramids, with something to compare them with.

How old a population is: measures of one age structure, and a place's beside those of Kreis, Land and Germany.

The measures take a frame with age_group, sex and value (persons) of one place and year and return a number, or None
where it cannot be told: a class is missing or secret (NaN), the bounds of the measure lie inside a class, or there is
nobody to divide by. A published „–“ must have been read as 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.demography.areas import Area, comparisons
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: the 17 groups every table has; their widths differ
GROUPS = (
    "0-2", "3-5", "6-9", "10-14", "15-17", "18-19", "20-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54",
    "55-59", "60-64", "65-74", "75+",
)  # fmt: skip
#: single years up to 74, then groups: Kreise, Länder and Bund 2015
FINE = (*(str(age) for age in range(75)), "75-79", "80-84", "85-89", "90+")
#: up to which age an open last group is drawn
OPEN_END = 100
AGE_COLUMNS = [
    "age_group", "age_from", "age_to", "male", "female", "total", "other_male", "other_female", "other_total", "status",
    "source_id",
]  # fmt: skip
#: what the outline can be beside an official area: the median of the participants, each counted alike
MEDIAN_AREA = Area("median", "", "Median der Teilnehmenden")
#: a median of fewer participants would tell of the few that have ages
MEDIAN_SHARE = 0.5


def bounds(group: str) -> tuple[int, int]:
    """First age and the age before which the group ends: ``18-19`` -> (18, 20), ``75+`` -> (75, 100)."""
    if group.endswith("+"):
        return int(group[:-1]), OPEN_END
    low, dash, high = group.partition("-")
    return int(low), int(high if dash else low) + 1


@remembered
def years(participant_id: str) -> list[int]:
    """The years with people in all of the 17 groups, newest first."""
    frame = read(
        """
        SELECT year FROM participant_observation
        WHERE participant_id = $id AND indicator_id = 'population' AND sex = 'total'
          AND age_group IN (SELECT unnest($g)) AND (value IS NOT NULL OR status = 'none')
        GROUP BY year HAVING count(*) = $n ORDER BY year DESC
        """,
        {"id": participant_id, "g": list(GROUPS), "n": len(GROUPS)},
    )
    return [int(year) for year in frame["year"]]


def pyramid(participant_id: str, year: int, other: Area) -> pd.DataFrame:
    """One row per age group from young to old, in the finest division the participant has.

    ``other`` is an area (``areas.comparisons``) or MEDIAN, the median share of each group among all participants.
    Columns: age_group, age_from, age_to (exclusive), male, female, total (persons; male and female NaN throughout if
    the sexes are unknown), other_male, other_female, other_total (persons of the area compared with, or shares of the
    median; NaN where it has none), status, source_id. Empty if there are no figures for the year.
    """
    own = _wide("participant_observation", "participant_id = $key", {"key": participant_id, "years": [year]})
    groups = next((g for g in ((GROUPS,) if other == MEDIAN_AREA else (FINE, GROUPS)) if _has(own, year, g)), None)
    return _beside(own, _others(other, [year]), year, groups) if groups else pd.DataFrame(columns=AGE_COLUMNS)


@remembered
def pyramids(participant_id: str, other: Area) -> pd.DataFrame:
    """``pyramid`` for every year there is, oldest first, with a column ``year`` in front; all in the 17 groups.

    The comparison is that of the same year, so that both can be followed.
    """
    known = sorted(years(participant_id))
    own = _wide("participant_observation", "participant_id = $key", {"key": participant_id, "years": known})
    others = _others(other, known)
    frames = [_beside(own, others, year, GROUPS).assign(year=year) for year in known if _has(own, year, GROUPS)]
    return (
        pd.concat(frames, ignore_index=True)[["year", *AGE_COLUMNS]]
        if frames
        else pd.DataFrame(columns=["year", *AGE_COLUMNS])
    )


def _has(own: pd.DataFrame, year: int, groups: tuple[str, ...]) -> bool:
    return bool(pd.MultiIndex.from_product([[year], groups]).isin(own.index).all())


def _others(other: Area, years: list[int]) -> pd.DataFrame:
    if other == MEDIAN_AREA:
        return _median_shares(years)
    return _wide(
        "observation_today",
        "area_key = $key AND level = $level",
        {"key": other.key, "level": other.level, "years": years},
    )


def _beside(own: pd.DataFrame, others: pd.DataFrame, year: int, groups: tuple[str, ...]) -> pd.DataFrame:
    """One year's groups, with those of the area compared with."""
    wanted = pd.MultiIndex.from_product([[year], groups], names=["year", "age_group"])
    frame = own.reindex(wanted)
    if frame[["male", "female"]].isna().any(axis=None):
        frame[["male", "female"]] = float("nan")
    for column in ("male", "female", "total"):
        frame[f"other_{column}"] = others[column].reindex(wanted)
    frame["age_from"] = [bounds(group)[0] for group in groups]
    frame["age_to"] = [bounds(group)[1] for group in groups]
    return frame.reset_index()[AGE_COLUMNS]


def _median_shares(years: list[int]) -> pd.DataFrame:
    """Median share of each group and sex in a participant's population; NaN if fewer than half have ages.

    Index year and age_group, columns male, female, total. Quarters (figures of the whole city) do not count.
    """
    frame = read(
        """
        WITH counted AS (
            SELECT participant_id, year, age_group, sex, CASE WHEN status = 'none' THEN 0 ELSE value END AS persons
            FROM participant_observation JOIN participant USING (participant_id)
            WHERE kind <> 'quartier' AND indicator_id = 'population' AND year IN (SELECT unnest($years))
              AND age_group IN (SELECT unnest($g))
        ), share AS (
            SELECT *, persons / sum(persons) FILTER (WHERE sex = 'total') OVER place AS part,
                   count(persons) OVER place AS known
            FROM counted WINDOW place AS (PARTITION BY participant_id, year)
        )
        SELECT year, age_group, sex, median(part) AS part, count(part) AS n,
               (SELECT count(*) FROM participant WHERE kind <> 'quartier') AS possible
        FROM share WHERE known = 3 * $n GROUP BY year, age_group, sex
        """,
        {"years": years, "g": list(GROUPS), "n": len(GROUPS)},
    )
    frame.loc[frame["n"] < MEDIAN_SHARE * frame["possible"], "part"] = float("nan")
    wide = frame.pivot_table(index=["year", "age_group"], columns="sex", values="part")
    return wide.reindex(columns=["male", "female", "total"])


def _wide(table: str, unit: str, params: dict[str, object]) -> pd.DataFrame:
    """Persons by year and age group (index): male, female, total, status, source_id; a published „–“ is nobody.

    Groups whose total is missing for another reason are left out: half a bar is not a figure.
    """
    return read(
        f"""
        WITH counted AS (
            SELECT year, age_group, sex, CASE WHEN status = 'none' THEN 0 ELSE value END AS persons, status, source_id
            FROM {table}
            WHERE {unit} AND indicator_id = 'population' AND year IN (SELECT unnest($years)) AND age_group <> 'total'
        )
        SELECT year, age_group, max(persons) FILTER (WHERE sex = 'male') AS male,
               max(persons) FILTER (WHERE sex = 'female') AS female,
               coalesce(max(persons) FILTER (WHERE sex = 'total'), male + female) AS total,
               arg_max(status, sex) FILTER (WHERE sex <> 'total' OR persons IS NOT NULL) AS status,
               min(source_id) AS source_id
        FROM counted GROUP BY year, age_group HAVING total IS NOT NULL
        """,
        params,
    ).set_index(["year", "age_group"])


#: mean age of the people in an open last class, in Germany on 31.12.2015: see data/indicators.yml, years_of_age
OPEN_MIDDLE = {75: 81.8, 90: 92.5}
AGEING_COLUMNS = [
    "role", "name", "measure", "label", "year", "value", "unit", "decimals", "definition", "status", "source_id",
]  # fmt: skip
#: the measures of the table; all but the median stand in data/indicators.yml as well
MEASURES = ("median_age", "mean_age", "billeter", "youth_ratio", "old_age_ratio", "total_ratio")
MEDIAN_AGE = {
    "label": "Medianalter",
    "unit": "Jahre",
    "decimals": 1,
    "definition": (
        "Die Hälfte der Menschen ist jünger, die Hälfte älter. Geschätzt aus den 17 Altersgruppen am 31. Dezember, als "
        "verteilten sich die Menschen einer Gruppe gleichmäßig auf ihre Altersjahre."
    ),
}


@dataclass(frozen=True)
class _Class:
    low: int
    high: float  # exclusive; infinite for the open class
    people: float


def _classes(ages: pd.DataFrame, sex: str) -> list[_Class] | None:
    """The finest complete division of all ages from 0 to the open class; None if there is none.

    Frames may hold several divisions at once (single years and groups): at each age the narrowest class is taken.
    Rows without a value count as not there. The total of both sexes is added up if it is not given.
    """
    mine = ages[ages["sex"] == sex]
    if sex == "total" and mine.empty:
        both = ages[ages["sex"].isin(["male", "female"])].pivot_table(
            index="age_group", columns="sex", values="value", aggfunc="sum", observed=True
        )
        mine = both.reindex(columns=["male", "female"]).sum(axis=1, min_count=2).rename("value").reset_index()
    starts: dict[int, _Class] = {}
    for group, value in zip(mine["age_group"], mine["value"], strict=True):
        if group == "total" or pd.isna(value):
            continue
        low, high = _edges(str(group))
        if low not in starts or high < starts[low].high:
            starts[low] = _Class(low, high, float(value))
    found: list[_Class] = []
    age = 0.0
    while np.isfinite(age):
        if age not in starts:
            return None
        found.append(starts[int(age)])
        age = found[-1].high
    return found


def _edges(group: str) -> tuple[int, float]:
    if group.endswith("+"):
        return int(group[:-1]), np.inf
    low, dash, high = group.partition("-")
    return int(low), int(high if dash else low) + 1


def median_age(ages: pd.DataFrame, sex: str = "total") -> float | None:
    """The age that half of the people have not reached, in exact years; None also if it lies in the open class.

    Linear interpolation within the class that holds it: l + (N/2 - F) / f * w, with its lower bound l, width w and
    people f, all people N and those in younger classes F (H. S. Shryock, J. S. Siegel, The Methods and Materials of
    Demography, on measures of age composition). An empty class cannot hold it.
    """
    classes = _classes(ages, sex)
    total = sum(one.people for one in classes) if classes else 0.0
    below = 0.0
    for one in classes or []:
        if total > 0 and one.people > 0 and below + one.people >= total / 2:
            return None if np.isinf(one.high) else one.low + (total / 2 - below) / one.people * (one.high - one.low)
        below += one.people
    return None


def mean_age(ages: pd.DataFrame, sex: str = "total") -> float | None:
    """The arithmetic mean from the middles of the classes; 81.8 for 75+ and 92.5 for 90+, None for another open class.

    The indicator ``mean_age`` lies 0.4 years below: it is brought to the level of INKAR (data/indicators.yml).
    """
    classes = _classes(ages, sex)
    if not classes or classes[-1].low not in OPEN_MIDDLE:
        return None
    total = sum(one.people for one in classes)
    middles = [OPEN_MIDDLE[one.low] if np.isinf(one.high) else (one.low + one.high) / 2 for one in classes]
    years = sum(middle * one.people for middle, one in zip(middles, classes, strict=True))
    return years / total if total > 0 else None


def _between(classes: list[_Class], low: int, high: float) -> float | None:
    """People from ``low`` to under ``high``; None if a class lies across a bound."""
    if any(one.low < bound < one.high for bound in (low, high) for one in classes):
        return None
    return sum(one.people for one in classes if low <= one.low and one.high <= high)


def _ratio(ages: pd.DataFrame, sex: str, above: dict[tuple[int, float], int], below: tuple[int, float]) -> float | None:
    """A signed sum of spans over another span; None where a span or the people to divide by are missing."""
    classes = _classes(ages, sex)
    if not classes:
        return None
    parts = [(_between(classes, *span), sign) for span, sign in above.items()]
    whole = _between(classes, *below)
    if not whole or any(people is None for people, _ in parts):
        return None
    return sum(people * sign for people, sign in parts if people is not None) / whole


def billeter(ages: pd.DataFrame, sex: str = "total") -> float | None:
    """(0–14 less 50 and over) / 15–49: E. P. Billeter, Eine Maßzahl zur Beurteilung der Altersverteilung, 1954."""
    return _ratio(ages, sex, {(0, 15): 1, (50, np.inf): -1}, (15, 50))


def youth_ratio(ages: pd.DataFrame, sex: str = "total") -> float | None:
    """Jugendquotient: people under 20 per 100 of 20 to 64."""
    return _hundred(_ratio(ages, sex, {(0, 20): 1}, (20, 65)))


def old_age_ratio(ages: pd.DataFrame, sex: str = "total") -> float | None:
    """Altenquotient: people of 65 and over per 100 of 20 to 64."""
    return _hundred(_ratio(ages, sex, {(65, np.inf): 1}, (20, 65)))


def total_ratio(ages: pd.DataFrame, sex: str = "total") -> float | None:
    """Gesamtquotient: people under 20 and of 65 and over per 100 of 20 to 64."""
    return _hundred(_ratio(ages, sex, {(0, 20): 1, (65, np.inf): 1}, (20, 65)))


def _hundred(share: float | None) -> float | None:
    return None if share is None else 100 * share


@remembered
def ageing_table(participant_id: str, year: int | None = None) -> pd.DataFrame:
    """All measures of a participant and of its Kreise, Länder and Germany in one year (None: its newest with ages).

    Columns: role (participant, kreis, land, bund), name (None for the participant), measure, label, year, value (NaN
    where it cannot be told), unit, decimals, definition (German), status, source_id. Ordered by measure, then from
    near to far. Mean age and ratios are those of the catalogue (Kreise: mean age as published by INKAR); the median is
    always computed from the 17 groups, so that places can be compared. Empty if the participant has no ages.
    """
    if year is None:
        newest = read(
            "SELECT max(year) AS year FROM participant_observation WHERE participant_id = $id "
            "AND indicator_id = 'population' AND age_group = '75+' AND value IS NOT NULL",
            {"id": participant_id},
        )["year"].iloc[0]
        if pd.isna(newest):
            return pd.DataFrame(columns=AGEING_COLUMNS)
        year = int(newest)
    around = comparisons(participant_id)
    places = [("participant", None, participant_id), *((area.level, area.name, area.key) for area in around)]
    figures = _figures(participant_id, [area.key for area in around], [area.level for area in around], year)
    catalog = _catalog()
    rows = []
    for measure in MEASURES:
        words = MEDIAN_AGE if measure == "median_age" else catalog[measure]
        for role, name, key in places:
            mine = figures[(figures["place"] == key) & (figures["role"] == role)]
            value, status, source = _value(mine, measure)
            rows.append({
                "role": role, "name": name, "measure": measure, "year": year, "value": value, "status": status,
                "source_id": source, **words,
            })  # fmt: skip
    return pd.DataFrame(rows)[AGEING_COLUMNS]


def _catalog() -> dict[str, dict[str, object]]:
    """label, unit, decimals and definition of each measure."""
    frame = read("SELECT indicator_id, name_de, unit, decimals, definition_de FROM indicator")
    names = ("label", "unit", "decimals", "definition")
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in frame.itertuples(index=False, name=None)}


def _figures(participant_id: str, keys: list[str], levels: list[str], year: int) -> pd.DataFrame:
    """Ages (17 groups) and measures: role, place, indicator_id, age_group, sex, value, status, source_id."""
    columns = """indicator_id, age_group, sex, CASE WHEN status = 'none' THEN 0 ELSE value END AS value, status,
                 source_id"""
    # plain lists of words, no OR: the tables are sorted by level and indicator, and are read in part only
    indicators = ", ".join(f"'{name}'" for name in (*MEASURES, "population"))
    groups = ", ".join(f"'{name}'" for name in (*GROUPS, "total"))
    wanted = f"year = $year AND sex = 'total' AND indicator_id IN ({indicators}) AND age_group IN ({groups})"
    return read(
        f"""
        SELECT 'participant' AS role, participant_id AS place, {columns} FROM participant_observation
        WHERE participant_id = $id AND {wanted}
        UNION ALL
        SELECT level, area_key, {columns} FROM observation_today
        WHERE area_key IN (SELECT unnest($keys)) AND level IN (SELECT unnest($levels)) AND {wanted}
        """,
        {"id": participant_id, "keys": keys, "levels": levels, "year": year},
    )


def _value(mine: pd.DataFrame, measure: str) -> tuple[float, str, str | None]:
    """A measure's value, status and source."""
    if measure != "median_age":
        found = mine[(mine["indicator_id"] == measure) & mine["value"].notna()]
        return (np.nan, "missing", None) if found.empty else tuple(found.iloc[0][["value", "status", "source_id"]])
    ages = mine[(mine["indicator_id"] == "population") & (mine["age_group"] != "total")]
    value = median_age(ages)
    return (np.nan, "missing", None) if value is None else (value, "estimated", str(ages["source_id"].iloc[0]))
