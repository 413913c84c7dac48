"""Rates and shares: the formulas of data/indicators.yml, run as SQL over counts of one area and year.

Works alike for areas and for participants, so that an alliance gets sums and recomputed rates, never a mean of rates.
"""

from __future__ import annotations

from typing import Any

import duckdb

from zwk_data.warehouse.indicators import catalogue

#: first years on a new census base: no mean with the year before (Zensus 2011; Zensus 2022 from 31.12.2024 here)
CENSUS_RESTARTS = (2011, 2024)
BASE_YEAR = 2011
#: a larger change of area within a year is a change of territory, not of surveying
AREA_TOLERANCE = 0.02


def _condition(entry: dict[str, Any], ages: str = "age_group = 'total'") -> str:
    return f"indicator_id = '{entry['indicator']}' AND sex = '{entry.get('sex', 'total')}' AND {ages}"


def _in(ages: list[str]) -> str:
    return "age_group IN (" + ", ".join(f"'{age}'" for age in ages) + ")"


def _classes(entry: dict[str, Any]) -> list[str]:
    """The age classes that an ingredient adds up; none for a published total."""
    return list(entry.get("ages") or entry.get("weights") or ())


def _column(name: str, entry: dict[str, Any]) -> list[str]:
    """SQL for one ingredient: its value and the source it comes from.

    A published ``-`` counts as zero here: rows of units that did not exist are not in the table.
    A sum over age classes is given only if every class has a figure.
    """
    counted = "CASE WHEN status = 'none' THEN 0 ELSE value END"
    if "weights" in entry:
        weights = entry["weights"]
        where = _condition(entry, _in(list(weights)))
        factor = "CASE age_group " + " ".join(f"WHEN '{age}' THEN {w}" for age, w in weights.items()) + " END"
        total, n = f"sum({counted} * {factor})", len(weights)
    elif "ages" in entry:
        where = _condition(entry, _in(entry["ages"]))
        total, n = f"sum({counted})", len(entry["ages"])
    else:
        where, total, n = _condition(entry), f"max({counted})", 1
    complete = f"count({counted}) FILTER (WHERE {where}) = {n}"
    return [
        f"CASE WHEN {complete} THEN {total} FILTER (WHERE {where}) END AS {name}",
        f"min(source_id) FILTER (WHERE {where}) AS {name}_source",
    ]


def _group(table: str, unit: str, entries: dict[str, dict[str, Any]], more: str, ages: set[str]) -> str:
    """One row per unit and year with a column for each ingredient, read from no more rows than these need."""
    columns = ", ".join(sql for name, entry in entries.items() for sql in _column(name, entry))
    indicators = {"area_km2", *(entry["indicator"] for entry in entries.values())}
    sexes = {entry.get("sex", "total") for entry in entries.values()}
    return f"""SELECT {unit}, year{more}, {columns} FROM {table}
               WHERE {_in(sorted(ages))} AND indicator_id IN ({", ".join(f"'{i}'" for i in sorted(indicators))})
                 AND sex IN ({", ".join(f"'{sex}'" for sex in sorted(sexes))})
               GROUP BY {unit}, year"""


def derive(con: duckdb.DuckDBPyConnection, table: str, unit: str) -> None:
    """Add the derived indicators to ``table``, whose units are told apart by the columns ``unit`` ("area_key, level").

    Published figures stand: a key that the table already has is not computed again.
    """
    cat = catalogue()
    totals = {name: entry for name, entry in cat.ingredients.items() if not _classes(entry)}
    aged = {name: entry for name, entry in cat.ingredients.items() if _classes(entry)}
    about = """, max(territory) AS territory,
              bool_or(status = 'estimated') AS is_estimated, bool_or(status = 'rounded') AS is_rounded,
              max(value) FILTER (WHERE indicator_id = 'area_km2') AS area_of_year"""
    first = unit.split(",")[0].strip()
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE wide AS
        WITH totals AS ({_group(table, unit, totals, about, {"total"})}),
        aged AS ({_group(table, unit, aged, "", set().union(*map(_classes, aged.values())))}),
        counts AS (
            SELECT * FROM totals LEFT JOIN aged USING ({unit}, year)
        ), filled AS (
            SELECT *, last_value(area_of_year IGNORE NULLS) OVER w AS area_km2,
                   lag(year) OVER w AS year_before, lag(population) OVER w AS population_before,
                   lag(area_of_year) OVER w AS area_before
            FROM counts WINDOW w AS (PARTITION BY {first} ORDER BY year)
        )
        SELECT filled.*,
               CASE WHEN year_before = year - 1 AND year NOT IN {CENSUS_RESTARTS}
                         AND coalesce(abs(area_of_year / area_before - 1) <= {AREA_TOLERANCE}, true)
                    THEN coalesce((filled.population + population_before) / 2, filled.population)
                    ELSE filled.population END AS population_mid,
               base.population AS base_population,
               population_source AS population_mid_source, population_source AS base_population_source,
               population_source AS area_km2_source
        FROM filled
        LEFT JOIN (SELECT {first}, population FROM filled WHERE year = {BASE_YEAR}) base USING ({first})
    """)
    for indicator, entry in cat.derived().items():
        used = cat.used_in(entry["formula"])
        given = " AND ".join(f"{name} IS NOT NULL" for name in used)
        # a denominator of nobody (gemeindefreie Gebiete, a village without working-age people) has no rate
        status = "CASE WHEN is_estimated THEN 'estimated' WHEN is_rounded THEN 'rounded' ELSE 'computed' END"
        if entry.get("status"):
            status = f"'{entry['status']}'"
        con.execute(f"""
            INSERT INTO {table} ({unit}, indicator_id, year, sex, age_group, value, status, territory, source_id)
            SELECT {unit}, '{indicator}', year, 'total', 'total', result, {status}, territory, {used[0]}_source
            FROM (SELECT *, {entry["formula"]} AS result FROM wide WHERE {given})
            ANTI JOIN (SELECT {first}, year FROM {table} WHERE indicator_id = '{indicator}') USING ({first}, year)
            WHERE isfinite(result)
        """)
    con.execute("DROP TABLE wide")
