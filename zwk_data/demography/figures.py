"""Every figure there is of a participant, with where it comes from and why a value is missing.

The five numbers that say where a participant's demography is heading, each with its year.
"""

from __future__ import annotations

import pandas as pd

from zwk_data.demography.areas import SMALL
from zwk_data.demography.indicators import SEXES, STATUS, age_group
from zwk_data.german import NOT_DOCUMENTED, number, with_unit
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered


@remembered
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


@remembered
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


#: the years counted forward from the Zensus 2011: a difference between any two of them is a development
CENSUS_BASE = (2011, 2023)
NO_FIGURE = "dafür liegt hier keine Zahl vor"


@remembered
def headline(participant_id: str) -> pd.DataFrame:
    """Rows of label, value (German text), help (what, when), source_id (None where there is no figure).

    Population, its change on one census base, people of 65 and over, mean age, births less deaths. Places of fewer
    than 1,000 people get numbers of people instead of per cent.
    """
    frame = read(
        """
        SELECT indicator_id, year, age_group, value, source_id FROM participant_observation
        WHERE participant_id = $id AND sex = 'total' AND value IS NOT NULL
          AND (age_group = 'total' AND indicator_id IN ('population', 'share_65plus', 'mean_age', 'natural_balance',
                                                        'births', 'deaths')
               OR indicator_id = 'population' AND age_group IN ('65-74', '75+'))
        ORDER BY year
        """,
        {"id": participant_id},
    )
    total = frame[frame["age_group"] == "total"]
    people = total[total["indicator_id"] == "population"]
    small = bool(len(people)) and people["value"].iloc[-1] < SMALL
    rows = [
        _population(people),
        _change(people, small),
        _aged_people(frame) if small else _latest(total, "share_65plus", "65 Jahre und älter", "%", "am 31.12."),
        _latest(total, "mean_age", "Durchschnittsalter", "Jahre", "am 31.12."),
        _balance(total),
    ]
    return pd.DataFrame(rows, columns=["label", "value", "help", "source_id"])


Row = tuple[str, str, str, str | None]


def _population(people: pd.DataFrame) -> Row:
    if people.empty:
        return "Bevölkerung", NOT_DOCUMENTED, NO_FIGURE, None
    last = people.iloc[-1]
    base = ", Basis Zensus 2022" if last["year"] > CENSUS_BASE[1] else ""
    return "Bevölkerung", number(last["value"]), f"am 31.12.{last['year']}{base}", last["source_id"]


def _change(people: pd.DataFrame, small: bool) -> Row:
    """Between the first and the last year on the base of the Zensus 2011."""
    label = "Veränderung"
    spell = people[people["year"].between(*CENSUS_BASE)]
    if len(spell) < 2:
        return label, NOT_DOCUMENTED, NO_FIGURE, None
    first, last = spell.iloc[0], spell.iloc[-1]
    change = last["value"] - first["value"]
    span = f"31.12.{first['year']} bis 31.12.{last['year']}"
    percent = "" if small else f" ({with_unit(100 * change / first['value'], '%', 1, sign=True)})"
    return label, number(change, sign=True), f"Personen{percent}, {span}", last["source_id"]


def _aged_people(frame: pd.DataFrame) -> Row:
    label = "65 Jahre und älter"
    aged = frame[frame["age_group"] != "total"].groupby("year").agg({"value": ["sum", "count"], "source_id": "first"})
    aged = aged[aged[("value", "count")] == 2]
    if aged.empty:
        return label, NOT_DOCUMENTED, NO_FIGURE, None
    year, value = int(aged.index[-1]), aged[("value", "sum")].iloc[-1]
    all_ages = frame[
        (frame["indicator_id"] == "population") & (frame["age_group"] == "total") & (frame["year"] == year)
    ]
    of = f" von {number(all_ages['value'].iloc[0])}" if len(all_ages) else ""
    return label, number(value), f"Personen{of}, am 31.12.{year}", aged[("source_id", "first")].iloc[-1]


def _latest(total: pd.DataFrame, indicator_id: str, label: str, unit: str, when: str) -> Row:
    known = total[total["indicator_id"] == indicator_id]
    if known.empty:
        return label, NOT_DOCUMENTED, NO_FIGURE, None
    last = known.iloc[-1]
    return label, with_unit(last["value"], unit, 1), f"{when}{last['year']}", last["source_id"]


def _balance(total: pd.DataFrame) -> Row:
    label = "Natürlicher Saldo"
    known = total[total["indicator_id"] == "natural_balance"]
    if known.empty:
        return label, NOT_DOCUMENTED, NO_FIGURE, None
    last = known.iloc[-1]
    of_year = total[total["year"] == last["year"]].set_index("indicator_id")["value"]
    parts = [
        f"{number(of_year[key])} {word}"
        for key, word in (("births", "Geburten"), ("deaths", "Sterbefälle"))
        if key in of_year
    ]
    told = f" ({', '.join(parts)})" if parts else ""
    return label, number(last["value"], sign=True), f"Personen {last['year']}{told}", last["source_id"]
