"""How many people of each age and sex: the frames of population pyramids, with something to compare them with."""

from __future__ import annotations

import pandas as pd

from zwk_data.demography.areas import Area
from zwk_data.warehouse.connection import read

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
