"""Every figure there is of a participant, with where it comes from and why a value is missing."""

from __future__ import annotations

import pandas as pd

from zwk_data.demography.words import SEXES, STATUS, age_group
from zwk_data.warehouse.connection import read


def figures(participant_id: str, indicator_id: str | None = None) -> pd.DataFrame:
    """All figures of a participant, or those of one indicator, newest first.

    German columns, ready to show: Kennzahl, Jahr, Geschlecht, Alter, Wert (float, NaN where none), Einheit, Angabe (the
    status in words), Gebietsstand (year), Quelle.
    """
    frame = read(
        """
        SELECT i.name_de, o.year, o.sex, o.age_group, o.value, i.unit, i.decimals, o.status, o.territory, s.title,
               s.publisher
        FROM participant_observation o JOIN indicator i USING (indicator_id) LEFT JOIN source s USING (source_id)
        WHERE o.participant_id = $id AND ($indicator IS NULL OR o.indicator_id = $indicator)
        ORDER BY i.name_de, o.year DESC, o.sex = 'total' DESC, o.sex DESC, o.age_group = 'total' DESC,
                 TRY_CAST(regexp_extract(o.age_group, '^[0-9]+') AS INTEGER), o.age_group
        """,
        {"id": participant_id, "indicator": indicator_id},
    )
    rounded = [round(value, decimals) for value, decimals in zip(frame["value"], frame["decimals"], strict=True)]
    return pd.DataFrame(
        {
            "Kennzahl": frame["name_de"],
            "Jahr": frame["year"],
            "Geschlecht": frame["sex"].map(SEXES),
            "Alter": frame["age_group"].map(age_group),
            "Wert": pd.Series(rounded, dtype="float64"),
            "Einheit": frame["unit"],
            "Angabe": frame["status"].map(STATUS),
            "Gebietsstand": frame["territory"],
            "Quelle": frame["publisher"] + ": " + frame["title"],
        }
    )


def counted(participant_id: str) -> pd.DataFrame:
    """The indicators a participant has figures of: indicator_id, figures (rows), first, last (years)."""
    return read(
        """
        SELECT indicator_id, count(*) AS figures, min(year) AS first, max(year) AS last
        FROM participant_observation WHERE participant_id = $id GROUP BY indicator_id
        """,
        {"id": participant_id},
    )


def totals(participant_id: str) -> pd.DataFrame:
    """The totals of a participant (no sex, no age) that have a value, oldest first.

    Columns: indicator_id, year, value, source_id.
    """
    return read(
        """
        SELECT indicator_id, year, value, source_id FROM participant_observation
        WHERE participant_id = $id AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
        ORDER BY indicator_id, year
        """,
        {"id": participant_id},
    )


def of_everyone(indicator_ids: tuple[str, ...]) -> pd.DataFrame:
    """The totals of all participants but quarters, whose figures are the whole city's.

    Columns: participant_id, name, indicator_id, year, value.
    """
    return read(
        """
        SELECT participant_id, p.name, indicator_id, year, value
        FROM participant_observation JOIN participant p USING (participant_id)
        WHERE p.kind <> 'quartier' AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
          AND list_contains($indicators, indicator_id)
        ORDER BY indicator_id, year, participant_id
        """,
        {"indicators": list(indicator_ids)},
    )


def events(participant_id: str) -> pd.DataFrame:
    """Births and deaths per year: year, births, deaths, balance, status, source_id.

    A published „–“ counts as none born or died. The status is that of the less certain of the two figures.
    """
    return read(
        """
        WITH counted AS (
            SELECT year, indicator_id, CASE WHEN status = 'none' THEN 0 ELSE value END AS value, status, source_id
            FROM participant_observation
            WHERE participant_id = $id AND indicator_id IN ('births', 'deaths')
              AND sex = 'total' AND age_group = 'total'
        )
        SELECT year,
               max(value) FILTER (WHERE indicator_id = 'births') AS births,
               max(value) FILTER (WHERE indicator_id = 'deaths') AS deaths,
               births - deaths AS balance,
               coalesce(max(status) FILTER (WHERE status NOT IN ('reported', 'computed', 'none')),
                        max(status) FILTER (WHERE status = 'computed'), max(status)) AS status,
               min(source_id) AS source_id
        FROM counted GROUP BY year ORDER BY year
        """,
        {"id": participant_id},
    )
