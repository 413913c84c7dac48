"""How many people of each age and sex: the frame of a population pyramid."""

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
COLUMNS = ["age_group", "age_from", "age_to", "male", "female", "other_male", "other_female", "status", "source_id"]


def bounds(group: str) -> tuple[int, int]:
    """First age and the age before which the group ends: ``18-19`` -> (18, 20), ``75+`` -> (75, 100)."""
    if group.endswith("+"):
        return int(group[:-1]), OPEN_END
    low, dash, high = group.partition("-")
    return int(low), int(high if dash else low) + 1


def years(participant_id: str) -> list[int]:
    """The years with people by sex and all of the 17 groups, newest first."""
    frame = read(
        """
        SELECT year FROM participant_observation
        WHERE participant_id = $id AND indicator_id = 'population' AND sex = 'male' AND age_group IN (SELECT unnest($g))
        GROUP BY year HAVING count(value) = $n ORDER BY year DESC
        """,
        {"id": participant_id, "g": list(GROUPS), "n": len(GROUPS)},
    )
    return [int(year) for year in frame["year"]]


def pyramid(participant_id: str, year: int, other: Area) -> pd.DataFrame:
    """One row per age group from young to old, in the finest division the participant has.

    Columns: age_group, age_from, age_to (exclusive), male, female (persons), other_male, other_female (persons of the
    area compared with, NaN where it has none), status, source_id. Empty if there are no figures for the year.
    """
    own = _wide("participant_observation", "participant_id = $key", {"key": participant_id, "year": year})
    groups = next((division for division in (FINE, GROUPS) if set(division) <= set(own.index)), None)
    if groups is None:
        return pd.DataFrame(columns=COLUMNS)
    where = {"key": other.key, "level": other.level, "year": year}
    others = _wide("observation_today", "area_key = $key AND level = $level", where)
    frame = own.loc[list(groups)].copy()
    frame["other_male"], frame["other_female"] = others["male"].reindex(groups), others["female"].reindex(groups)
    frame["age_from"] = [bounds(group)[0] for group in groups]
    frame["age_to"] = [bounds(group)[1] for group in groups]
    return frame.rename_axis("age_group").reset_index()[COLUMNS]


def _wide(table: str, unit: str, params: dict[str, object]) -> pd.DataFrame:
    """Persons by age group (index) with columns male, female, status, source_id; a published „–“ counts as nobody.

    Groups in which a figure is missing for another reason are left out: half a bar is not a figure.
    """
    return read(
        f"""
        WITH counted AS (
            SELECT age_group, sex, CASE WHEN status = 'none' THEN 0 ELSE value END AS persons, status, source_id
            FROM {table}
            WHERE {unit} AND indicator_id = 'population' AND year = $year
              AND sex IN ('male', 'female') AND age_group <> 'total'
        )
        SELECT age_group, max(persons) FILTER (WHERE sex = 'male') AS male,
               max(persons) FILTER (WHERE sex = 'female') AS female,
               any_value(status) AS status, any_value(source_id) AS source_id
        FROM counted GROUP BY age_group HAVING male IS NOT NULL AND female IS NOT NULL
        """,
        params,
    ).set_index("age_group")
