"""Build the warehouse from data/.

The new file is written next to the old one and replaces it by a rename. Rates and shares are the formulas of
data/indicators.yml, run as SQL over the counts of an area and year. Participants are treated like areas, so that an
alliance gets sums and recomputed rates, never a mean of rates.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from zwk_data.errors import ZwkError
from zwk_data.settings import DATA, home
from zwk_data.stores import state
from zwk_data.stores.state import fingerprint, warehouse_path
from zwk_data.warehouse.indicator_catalogue import catalogue

BASE_YEAR = 2011
#: registers of earlier years in which each Gemeinde has its people; that of 1998 lacks those that ended in 1998
REGISTER_YEARS = (1983, 1987, 1990, 1994, 2002, 2005)
#: years in which the Gemeinde figures are complete
GEMEINDE_YEARS = (*range(2009, 2016), 2017, 2018, 2021, 2022, 2023)
#: first years on a new census base, in which every Kreis may take a step (the Zensus of 2022 from 31.12.2024 here)
CENSUS_RESTARTS = (2011, 2024)
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
        f"max(territory) FILTER (WHERE {where}) AS {name}_territory",
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
                   lag(area_of_year) OVER w AS area_before, lag(population_territory) OVER w AS territory_before
            FROM counts WINDOW w AS (PARTITION BY {first} ORDER BY year)
        )
        SELECT filled.*,
               CASE WHEN year_before = year - 1 AND year NOT IN {CENSUS_RESTARTS}
                         AND coalesce(abs(area_of_year / area_before - 1) <= {AREA_TOLERANCE}, true)
                         AND population_territory - territory_before IN (0, 1)
                    THEN coalesce((filled.population + population_before) / 2, filled.population)
                    ELSE filled.population END AS population_mid,
               base.population AS base_population,
               population_source AS population_mid_source, population_source AS base_population_source,
               population_source AS area_km2_source, population_territory AS population_mid_territory
        FROM filled
        LEFT JOIN (SELECT {first}, population FROM filled WHERE year = {BASE_YEAR}) base USING ({first})
    """)
    for indicator, entry in cat.derived().items():
        used = cat.used_in(entry["formula"])
        # births of a Gemeinde with those of the ones it took in are no rate of the people before
        counted = [name for name in used if name not in ("area_km2", "base_population")]
        alike = [f"{name}_territory = {counted[0]}_territory" for name in counted[1:]]
        given = " AND ".join([*(f"{name} IS NOT NULL" for name in used), *alike])
        # a denominator of nobody (gemeindefreie Gebiete, a village without working-age people) has no rate
        status = "CASE WHEN is_estimated THEN 'estimated' WHEN is_rounded THEN 'rounded' ELSE 'computed' END"
        # parts and wholes that are published with a little noise each: a share may not become more than all by that
        result = "least(result, 100)" if entry["unit"] == "%" and cat.is_noisy(used) else "result"
        if entry["status"]:
            status = f"'{entry['status']}'"
        con.execute(f"""
            INSERT INTO {table} ({unit}, indicator_id, year, sex, age_group, value, status, territory, source_id)
            SELECT {unit}, '{indicator}', year, 'total', 'total', {result}, {status}, territory, {used[0]}_source
            FROM (SELECT *, {entry["formula"]} AS result FROM wide WHERE {given})
            ANTI JOIN (SELECT {first}, year FROM {table} WHERE indicator_id = '{indicator}') USING ({first}, year)
            WHERE isfinite(result)
        """)
    con.execute("DROP TABLE wide")


Progress = Callable[[float, str], None]

_HERE = Path(__file__).parent
_building = threading.Lock()


def _no_progress(_share: float, _step: str) -> None:
    """Progress that nobody watches."""


def ensure(progress: Progress = _no_progress) -> Path:
    """The warehouse of the current data, which is built if it doesn't exist yet.

    ``progress`` receives the share done (0 to 1) and the step in German. Threads wait for each other.
    """
    path = warehouse_path()
    if path.exists():
        return path
    with _building:
        return path if path.exists() else build(progress)


def build(progress: Progress = _no_progress) -> Path:
    """Build the warehouse and return its path; an older one stays readable until the rename.

    Raises ZwkError if data/ is incomplete or the folder can't be written.
    """
    target = warehouse_path()
    part = target.with_suffix(f".{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        con = duckdb.connect(str(part))
    except (OSError, duckdb.IOException) as error:
        raise ZwkError(
            f"Im Ordner {home()} lässt sich nichts speichern ({error.__class__.__name__}). "
            "Bitte Schreibrecht und freien Platz prüfen oder mit ZWK_HOME einen anderen Ordner wählen."
        ) from error
    try:
        _fill(con, progress)
        con.close()
        part.replace(target)
    finally:
        con.close()
        part.unlink(missing_ok=True)
        part.with_name(part.name + ".wal").unlink(missing_ok=True)
    if not state.on_trial():
        tidy_up(target)
    return target


def _sql(name: str) -> str:
    return (_HERE / f"{name}.sql").read_text(encoding="utf-8")


def _fill(con: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    con.execute("SET enable_progress_bar = false")  # DuckDB's own would mix with ours in the terminal
    con.execute("SET preserve_insertion_order = false")
    progress(0.05, "Quellen und Kennzahlen lesen")
    con.execute(_sql("schema"))
    figures = DATA / "figures"
    con.execute("INSERT INTO source FROM read_csv(?, header = true, all_varchar = true)", [str(DATA / "sources.csv")])
    con.register("catalogue", catalogue().table())
    con.execute("INSERT INTO indicator FROM catalogue")
    con.unregister("catalogue")
    for name in ("area", "back_calculated", "lineage"):
        path = figures / f"{name}.parquet"
        if not path.exists():
            raise ZwkError(f"Die Datei data/figures/{path.name} fehlt: die Installation ist unvollständig.")
        con.execute(f"CREATE TEMP TABLE shipped_{name} AS FROM read_parquet(?)", [str(path)])
    con.execute("INSERT INTO area BY NAME SELECT * EXCLUDE (verband_key, source_id) FROM shipped_area")
    con.execute(
        "CREATE TEMP TABLE participant_area AS FROM read_csv(?, header = true, all_varchar = true)",
        [str(DATA / "programme" / "participant_area.csv")],
    )
    progress(0.15, "Amtliche Zahlen laden")
    con.execute("INSERT INTO observation BY NAME FROM read_parquet(?)", [str(figures / "observation_*.parquet")])
    state.apply_overlay(con)
    con.execute(_filled("sums"))
    progress(0.35, "Kennzahlen berechnen")
    derive(con, "observation", "area_key, level")
    progress(0.5, "Auf den Gebietsstand 2023 umrechnen")
    con.execute(_filled("today"))
    derive(con, "moved", "area_key, level")
    con.execute("INSERT INTO observation_today FROM moved ORDER BY level, indicator_id, age_group, sex, year, area_key")
    _weighted_means(con)
    progress(0.7, "Teilnehmende Kommunen zusammenfassen")
    con.execute(_filled("participants"))
    derive(con, "participant_observation", "participant_id")
    con.execute(_sql("lineage"))
    con.execute(_sql("coverage"))
    con.execute("CREATE TABLE build_info AS SELECT ? AS fingerprint, now() AS built_at", [fingerprint()])
    con.execute("CHECKPOINT")
    progress(1.0, "Fertig")


def _filled(name: str) -> str:
    """The SQL with the lists that only Python knows: $counts, $rates, $complete_years."""
    lists = {
        "$counts": _marked("moved_by_people"),
        "$rates": _marked("from_inkar", "deutschlandatlas"),
        "$base_year": str(BASE_YEAR),
        "$area_tolerance": str(AREA_TOLERANCE),
        "$complete_years": ", ".join(map(str, (*REGISTER_YEARS, *GEMEINDE_YEARS))),
    }
    text = _sql(name)
    for word, listed in lists.items():
        text = text.replace(word, listed)
    return text


def _marked(*names: str) -> str:
    """The indicators marked so in the catalogue, in any of several ways, as an SQL list."""
    return ", ".join(f"'{key}'" for key in dict.fromkeys(key for name in names for key in catalogue().marked(name)))


def _weighted_means(con: duckdb.DuckDBPyConnection) -> None:
    """Mean age and shares of Länder and Bund from their Kreise, weighted by population: exact except for rounding."""
    for table in ("observation", "observation_today"):
        for level, key in (("land", "r.area_key[1:2]"), ("bund", "'DG'")):
            con.execute(f"""
                INSERT INTO {table}
                SELECT {key} AS area, '{level}', r.indicator_id, r.year, 'total', 'total',
                       sum(r.value * p.value) / sum(p.value), 'computed', 2021, min(r.source_id)
                FROM observation_today r
                JOIN observation_today p ON p.level = 'kreis' AND p.area_key = r.area_key AND p.year = r.year
                 AND p.indicator_id = 'population' AND p.sex = 'total' AND p.age_group = 'total'
                WHERE r.level = 'kreis' AND r.status = 'reported'
                  AND r.indicator_id IN ({_marked("averaged")})
                  AND (r.indicator_id, r.year) NOT IN
                      (SELECT (indicator_id, year) FROM {table} WHERE level = '{level}' AND status <> 'estimated')
                GROUP BY ALL HAVING count(*) = count(p.value)
            """)
            # the mean of published figures replaces an estimate from age classes
            con.execute(f"""
                DELETE FROM {table} t WHERE level = '{level}' AND status = 'estimated' AND EXISTS (
                    SELECT 1 FROM {table} b WHERE b.level = t.level AND b.area_key = t.area_key AND b.year = t.year
                     AND b.indicator_id = t.indicator_id AND b.status = 'computed' AND b.sex = 'total')
            """)


def tidy_up(*keep: Path) -> None:
    """Remove all other warehouses, except any that another process has open."""
    for old in home().glob("warehouse-*.duckdb"):
        if old not in keep:
            try:
                old.unlink()
            except OSError:
                continue
