"""How old the people of a place are: population pyramids and measures of ageing, beside other areas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from zwk_data.demography.areas import Area, comparisons
from zwk_data.demography.indicators import Indicator, indicators
from zwk_data.demography.series import MEDIAN_SHARE
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
    "territory", "source_id",
]  # fmt: skip
#: stands for the median of the participants where an official area could stand
MEDIAN_AREA = Area("median", "", "Median der Teilnehmenden")


def bounds(group: str) -> tuple[int, int]:
    """First age and the age before which the group ends: ``18-19`` -> (18, 20), ``75+`` -> (75, 100)."""
    if group.endswith("+"):
        return int(group[:-1]), OPEN_END
    low, dash, high = group.partition("-")
    return int(low), int(high if dash else low) + 1


@remembered
def years(participant_id: str) -> list[int]:
    """The years for which all 17 groups are known, newest first."""
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

    ``other`` is an area (``areas.comparisons``) or MEDIAN_AREA, the median share of each group among all participants.
    Columns: age_group, age_from, age_to (exclusive), male, female, total (persons; male and female NaN throughout if
    the sexes are unknown), other_male, other_female, other_total (persons of the area compared with, or shares of the
    median; NaN where it has none), status, territory, source_id. Empty if there are no figures for the year.
    """
    own = _people_by_age("participant_observation", "participant_id = $key", key=participant_id, years=[year])
    for groups in (GROUPS,) if other == MEDIAN_AREA else (FINE, GROUPS):
        if _is_complete(own, year, groups):
            return _beside_other(own, _ages_of_other(other, [year]), year, groups)
    return pd.DataFrame(columns=AGE_COLUMNS)


@remembered
def pyramids(participant_id: str, other: Area) -> pd.DataFrame:
    """``pyramid`` for every year there is, oldest first, with a column ``year`` in front; all in the 17 groups.

    The comparison is that of the same year, so that both can be followed.
    """
    known = sorted(years(participant_id))
    own = _people_by_age("participant_observation", "participant_id = $key", key=participant_id, years=known)
    others = _ages_of_other(other, known)
    frames = [
        _beside_other(own, others, year, GROUPS).assign(year=year) for year in known if _is_complete(own, year, GROUPS)
    ]
    columns = ["year", *AGE_COLUMNS]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _is_complete(own: pd.DataFrame, year: int, groups: tuple[str, ...]) -> bool:
    return bool(pd.MultiIndex.from_product([[year], groups]).isin(own.index).all())


def _ages_of_other(other: Area, years: list[int]) -> pd.DataFrame:
    if other == MEDIAN_AREA:
        return _median_shares(years)
    area = "area_key = $key AND level = $level"
    return _people_by_age("observation_today", area, key=other.key, level=other.level, years=years)


def _beside_other(own: pd.DataFrame, others: pd.DataFrame, year: int, groups: tuple[str, ...]) -> pd.DataFrame:
    """One year's groups, with those of the area compared with."""
    wanted = pd.MultiIndex.from_product([[year], groups], names=["year", "age_group"])
    frame = own.reindex(wanted)
    if frame[["male", "female"]].isna().any(axis=None):
        frame[["male", "female"]] = float("nan")
    for column in ("male", "female", "total"):
        frame[f"other_{column}"] = others[column].reindex(wanted)
    frame["age_from"], frame["age_to"] = zip(*map(bounds, groups), strict=True)
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


def _people_by_age(table: str, unit: str, **params: object) -> pd.DataFrame:
    """Persons by year and age group (index): male, female, total, status, territory, source_id.

    A published „–“ is nobody. Groups whose total is missing for another reason are left out: half a bar is no figure.
    """
    return read(
        f"""
        WITH counted AS (
            SELECT year, age_group, sex, CASE WHEN status = 'none' THEN 0 ELSE value END AS persons, status,
                   territory, source_id
            FROM {table}
            WHERE {unit} AND indicator_id = 'population' AND year IN (SELECT unnest($years)) AND age_group <> 'total'
        )
        SELECT year, age_group, max(persons) FILTER (WHERE sex = 'male') AS male,
               max(persons) FILTER (WHERE sex = 'female') AS female,
               coalesce(max(persons) FILTER (WHERE sex = 'total'), male + female) AS total,
               arg_max(status, sex) FILTER (WHERE sex <> 'total' OR persons IS NOT NULL) AS status,
               max(territory) AS territory, min(source_id) AS source_id
        FROM counted GROUP BY year, age_group HAVING total IS NOT NULL
        """,
        params,
    ).set_index(["year", "age_group"])


AGEING_COLUMNS = [
    "role", "name", "measure", "label", "year", "value", "unit", "decimals", "definition", "status",
    "territory", "source_id",
]  # fmt: skip
#: the measures of the table; all but the median are indicators of the catalogue
MEASURES = ("median_age", "mean_age", "billeter", "youth_ratio", "old_age_ratio", "total_ratio")
MEDIAN_AGE = Indicator(
    "median_age",
    "Medianalter",
    "Jahre",
    1,
    "Die Hälfte der Menschen ist jünger, die Hälfte älter. Geschätzt aus den 17 Altersgruppen am 31. Dezember, als "
    "verteilten sich die Menschen einer Gruppe gleichmäßig auf ihre Altersjahre.",
    direction="",
    source_note="",
)


def median_age(people: pd.Series) -> float | None:
    """The age that half of the people (persons by the 17 groups) have not reached, in exact years.

    None if a group is missing or secret (NaN), if there is nobody, or if the median lies in the open group.
    Linear interpolation within the group that holds it: l + (N/2 - F) / f * w, with its lower bound l, width w and
    people f, all people N and those in younger groups F (H. S. Shryock, J. S. Siegel, The Methods and Materials of
    Demography, on measures of age composition). An empty group cannot hold it.
    """
    counts = people.reindex(GROUPS)
    if counts.isna().any():
        return None
    half, younger = counts.sum() / 2, 0.0
    for group, here in counts[counts > 0].items():
        if younger + here >= half:
            low, high = bounds(str(group))
            return None if high == OPEN_END else float(low + (half - younger) / here * (high - low))
        younger += here
    return None


@remembered
def ageing_table(participant_id: str, year: int) -> pd.DataFrame:
    """All measures of a participant and of its Kreise, Länder and Germany in one year.

    Columns: role (participant, kreis, land, bund), name (None for the participant), measure, label, year, value (NaN
    where it is unknown), unit, decimals, definition (German), status, territory, source_id. Ordered by measure,
    then from near to far. Mean age and ratios are those of the catalogue (Kreise: mean age as published by INKAR); the
    median is always computed from the 17 groups, so that places can be compared.
    """
    around = comparisons(participant_id)
    figures = _ageing_figures(participant_id, around, year)
    rows = []
    for measure in (MEDIAN_AGE, *(indicators()[name] for name in MEASURES[1:])):
        for role, name, key in [("participant", None, participant_id), *((a.level, a.name, a.key) for a in around)]:
            value, status, territory, source = _measured(
                figures[(figures["key"] == key) & (figures["role"] == role)], measure
            )
            rows.append(
                (
                    role,
                    name,
                    measure.id,
                    measure.name,
                    year,
                    value,
                    measure.unit,
                    measure.decimals,
                    measure.definition,
                    status,
                    territory,
                    source,
                )
            )
    return pd.DataFrame(rows, columns=AGEING_COLUMNS)


def _ageing_figures(participant_id: str, around: list[Area], year: int) -> pd.DataFrame:
    """People by the 17 groups, and the measures.

    Columns: role, key, indicator_id, age_group, value, status, territory, source_id.
    """
    value = "CASE WHEN status = 'none' THEN 0 ELSE value END AS value"
    columns = f"indicator_id, age_group, {value}, status, territory, source_id"
    # plain lists of words, no OR: the tables are sorted by level and indicator, and are read in part only
    wanted = (
        f"year = $year AND sex = 'total' AND indicator_id IN {(*MEASURES, 'population')} "
        f"AND age_group IN {(*GROUPS, 'total')}"
    )
    return read(
        f"""
        SELECT 'participant' AS role, participant_id AS key, {columns} FROM participant_observation
        WHERE participant_id = $id AND {wanted}
        UNION ALL
        SELECT level, area_key, {columns} FROM observation_today
        WHERE area_key IN (SELECT unnest($keys)) AND level IN (SELECT unnest($levels)) AND {wanted}
        """,
        {
            "id": participant_id,
            "keys": [area.key for area in around],
            "levels": [area.level for area in around],
            "year": year,
        },
    )


def _measured(mine: pd.DataFrame, measure: Indicator) -> tuple[float, str, float, str | None]:
    """Value, status, territory and source of a measure, from the rows of one place."""
    if measure == MEDIAN_AGE:
        ages = mine[(mine["indicator_id"] == "population") & (mine["age_group"] != "total")]
        value = median_age(ages.set_index("age_group")["value"])
        if value is None:
            return np.nan, "missing", np.nan, None
        return value, "estimated", ages["territory"].max(), str(ages["source_id"].iloc[0])
    found = mine[(mine["indicator_id"] == measure.id) & mine["value"].notna()]
    if found.empty:
        return np.nan, "missing", np.nan, None
    return tuple(found.iloc[0][["value", "status", "territory", "source_id"]])
