"""Build the warehouse from data/.

The new file is written next to the old one and replaces it by a rename. Rates and shares are the formulas of
data/indicators.yml, run as SQL over the counts of an area and year. Participants are treated like areas, so that an
alliance gets sums and recomputed rates, never a mean of rates.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb

from zwk_data.errors import ZwkError
from zwk_data.settings import DATA, home
from zwk_data.stores import state
from zwk_data.stores.state import fingerprint, warehouse_path
from zwk_data.warehouse.indicator_catalogue import MEANS_OF_VERBAENDE, catalogue

BASE_YEAR = 2011
#: registers of earlier years in which each Gemeinde has its people; that of 1998 lacks those that ended in 1998
REGISTER_YEARS = (1983, 1987, 1990, 1994, 2002, 2005)
#: years in which the Gemeinde figures are complete
GEMEINDE_YEARS = (*range(2009, 2016), 2017, 2018, 2021, 2022, 2023)
#: first years on a new census base, in which every Kreis may take a step (the Zensus of 2022 from 31.12.2024 here)
CENSUS_RESTARTS = (2011, 2024)
#: a larger change of area within a year is a change of territory, not of surveying
AREA_TOLERANCE = 0.02


def derive(con: duckdb.DuckDBPyConnection, table: str, unit: str, into: str | None = None) -> None:
    """Compute the derived indicators of ``table``, whose units are told apart by ``unit`` ("area_key, level").

    They are added to the table itself or, where it is a view, to ``into``. Published figures stand: a key that the
    table already has is not computed again.
    """
    cat = catalogue()
    _add_up(con, table, unit)
    con.execute(f"CREATE OR REPLACE TEMP TABLE sought AS SELECT indicator_id FROM {table} LIMIT 0")
    con.executemany("INSERT INTO sought VALUES (?)", [[indicator] for indicator in cat.derived()])
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE printed AS
        SELECT DISTINCT indicator_id, {unit}, year FROM {table} SEMI JOIN sought USING (indicator_id)
    """)
    for indicator, entry in cat.derived().items():
        used = cat.used_in(entry["formula"])
        # births of a Gemeinde with those of the ones it took in are no rate of the people before
        counted = [name for name in used if name not in ("area_km2", "base_population")]
        alike = " AND ".join(["true", *(f"{name}.territory = {counted[0]}.territory" for name in counted[1:])])
        first, *others = (f"(FROM ingredient WHERE name = {cat.number_of(name)}) {name}" for name in used)
        joined = " ".join([first, *(f"JOIN {other} USING ({unit}, year)" for other in others)])
        values = ", ".join(f"{name}.value AS {name}" for name in used)
        # a rate is as sure as the least sure of its ingredients
        doubt = f"greatest({', '.join(f'{name}.doubt' for name in used)})"
        status = f"CASE {doubt} WHEN 2 THEN 'estimated' WHEN 1 THEN 'rounded' ELSE 'computed' END"
        if entry["status"]:
            status = f"'{entry['status']}'"
        # parts and wholes that are published with a little noise each: a share may not become more than all by that
        result = "least(result, 100)" if entry["unit"] == "%" and cat.is_noisy(used) else "result"
        # a denominator of nobody (gemeindefreie Gebiete, a village without working-age people) has no rate
        con.execute(f"""
            INSERT INTO {into or table}
                ({unit}, indicator_id, year, sex, age_group, value, status, territory, source_id)
            WITH given AS (
                SELECT {unit}, year, {values}, {status} AS status, {counted[0]}.territory AS territory,
                       {used[0]}.source_id AS source_id
                FROM {joined} WHERE {alike}
            )
            SELECT {unit}, '{indicator}', year, 'total', 'total', {result}, status, territory, source_id
            FROM (SELECT *, {entry["formula"]} AS result FROM given)
            ANTI JOIN (SELECT {unit}, year FROM printed WHERE indicator_id = '{indicator}') USING ({unit}, year)
            WHERE isfinite(result)
        """)
    con.execute("DROP TABLE ingredient")
    con.execute("DROP TABLE printed")


def _add_up(con: duckdb.DuckDBPyConnection, table: str, unit: str) -> None:
    """Make the table ``ingredient``: what formulas may name, for each unit and year that has it.

    Columns: name (its number in the catalogue), the unit's, year, value, source_id, territory, doubt (2 estimated,
    1 rounded, 0 neither). A published ``-`` counts as zero, save of an area: rows of units that did not exist are not
    in the table. A sum over age classes is there only if every class has a figure.
    """
    cat = catalogue()
    area_of_year, area, base, middle, people = map(
        cat.number_of, ("area_of_year", "area_km2", "base_population", "population_mid", "population")
    )
    # in the words of the table, whatever their type
    con.execute(f"CREATE OR REPLACE TEMP TABLE entry AS SELECT indicator_id, sex, age_group FROM {table} LIMIT 0")
    con.execute("ALTER TABLE entry ADD COLUMN name USMALLINT")
    con.execute("ALTER TABLE entry ADD COLUMN weight DOUBLE")
    con.execute("ALTER TABLE entry ADD COLUMN classes UTINYINT")
    con.register("entries", cat.entries())
    con.execute("INSERT INTO entry BY NAME FROM entries")
    con.unregister("entries")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE ingredient AS
        WITH part AS MATERIALIZED (
            SELECT name, classes, {unit}, year, source_id, territory,
                   weight * CASE WHEN status = 'none' AND name <> {area_of_year} THEN 0 ELSE value END AS part,
                   CASE status WHEN 'estimated' THEN 2 WHEN 'rounded' THEN 1 ELSE 0 END AS doubt
            FROM {table} JOIN entry USING (indicator_id, sex, age_group)
        )
        SELECT name, {unit}, year, part AS value, source_id, territory, doubt FROM part
        WHERE classes = 1 AND part IS NOT NULL
        UNION ALL
        SELECT name, {unit}, year, sum(part), min(source_id), max(territory), max(doubt) FROM part
        WHERE classes > 1 GROUP BY name, {unit}, year HAVING count(part) = any_value(classes)
        ORDER BY name
    """)
    con.execute("DROP TABLE entry")
    con.execute(f"""
        INSERT INTO ingredient
        WITH people AS (FROM ingredient WHERE name = {people}),
        area AS (FROM ingredient WHERE name = {area_of_year}),
        year_end AS (SELECT people.*, area.value AS km2 FROM people LEFT JOIN area USING ({unit}, year)),
        year_begin AS (SELECT * REPLACE (year + 1 AS year) FROM year_end)
        -- the area of the last year that has one
        SELECT {area}, {unit}, people.year, area.value, people.source_id, people.territory, area.doubt
        FROM people ASOF JOIN area USING ({unit}, year)
        UNION ALL
        SELECT {base}, {unit}, people.year, base.value, people.source_id, people.territory, base.doubt
        FROM people JOIN people base USING ({unit}) WHERE base.year = {BASE_YEAR}
        UNION ALL
        -- the mean of both ends of a year, unless something else than people changed between them
        SELECT {middle}, {unit}, year, if(comparable, (now.value + before.value) / 2, now.value),
               now.source_id, now.territory, if(comparable, greatest(now.doubt, before.doubt), now.doubt)
        FROM (
            SELECT now, before, coalesce(year NOT IN {CENSUS_RESTARTS} AND now.territory - before.territory IN (0, 1)
                   AND coalesce(abs(now.km2 / before.km2 - 1) <= {AREA_TOLERANCE}, true), false) AS comparable,
                   {unit}, year
            FROM year_end now LEFT JOIN year_begin before USING ({unit}, year)
        )
    """)


Progress = Callable[[float, str], None]

_HERE = Path(__file__).parent
#: the tables that figures are worked on in -> those that are stored
WORKING = {
    "unchanged": "observation_unchanged",
    "published": "observation_as_published",
    "converted": "observation_converted",
    "of_participants": "participant_figure",
}
#: what pages seek figures by, and how these are sorted
SOUGHT = ("level", "indicator_id", "age_group", "sex", "year", "area_key")
#: what everybody asks -> the tables it stands in
VIEWS = {
    "observation": ("observation_unchanged", "observation_as_published"),
    "observation_today": ("observation_unchanged", "observation_converted"),
    "participant_observation": ("participant_figure",),
}
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
        # only the DuckDB of this installation reads it, whose newest way of storing text is faster and smaller
        con = duckdb.connect(str(part), config={"storage_compatibility_version": "latest"})
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
    con.execute(
        "INSERT INTO source BY NAME FROM read_csv(?, header = true, all_varchar = true)", [str(DATA / "sources.csv")]
    )
    con.register("catalogue", catalogue().table())
    con.execute("INSERT INTO indicator FROM catalogue")
    con.unregister("catalogue")
    for name in ("area", "back_calculated", "lineage"):
        if not (figures / f"{name}.parquet").exists():
            raise ZwkError(f"Die Datei data/figures/{name}.parquet fehlt: die Installation ist unvollständig.")
    con.execute("CREATE TEMP TABLE shipped_area AS FROM read_parquet(?)", [str(figures / "area.parquet")])
    con.execute("INSERT INTO area BY NAME SELECT * EXCLUDE (verband_key, source_id) FROM shipped_area")
    con.execute(
        "CREATE TEMP TABLE participant_area AS FROM read_csv(?, header = true, all_varchar = true)",
        [str(DATA / "programme" / "participant_area.csv")],
    )
    progress(0.15, "Amtliche Zahlen laden")
    con.execute(_filled("working"))
    con.execute("INSERT INTO observation BY NAME FROM read_parquet(?)", [str(figures / "observation_*.parquet")])
    state.apply_overlay(con)
    con.execute(_filled("sums"))
    progress(0.3, "Auf den Gebietsstand 2023 umrechnen")
    con.execute(_filled("today"))
    con.execute(_filled("verbaende"))
    progress(0.4, "Teilnehmende Kommunen zusammenfassen")
    con.execute(_filled("participants"))
    progress(0.5, "Kennzahlen berechnen")
    _derive_all(con)
    con.execute(_filled("both_states"))
    _weighted_means(con)
    con.execute(_sql("lineage"))
    con.execute(_sql("coverage"))
    progress(0.7, "Zahlen ordnen und ablegen")
    _store(con)
    con.execute("CREATE TABLE build_info AS SELECT ? AS fingerprint, now() AS built_at", [fingerprint()])
    con.execute("CHECKPOINT")
    progress(1.0, "Fertig")


def _derive_all(con: duckdb.DuckDBPyConnection) -> None:
    """The derived indicators of all working tables, computed in one go."""
    every = " UNION ALL ".join(f"SELECT '{name}'::kept_word AS kept, * FROM {name}" for name in WORKING)
    con.execute(f"CREATE TYPE kept_word AS ENUM ({_listed(WORKING)})")
    con.execute(f"CREATE TEMP VIEW figure AS {every}")
    con.execute("CREATE TEMP TABLE derived AS FROM figure LIMIT 0")
    derive(con, "figure", "kept, area_key, level", "derived")
    for name in WORKING:
        con.execute(f"INSERT INTO {name} SELECT * EXCLUDE (kept) FROM derived WHERE kept = '{name}'")
    con.execute("DROP TABLE derived")


def _store(con: duckdb.DuckDBPyConnection) -> None:
    """Lay the working tables down, sorted as pages ask, so that a question reads only what it is about.

    What pages seek by is text, for DuckDB compares nothing else without looking at every row; the words that are
    only shown stay numbers, of which views make text. An indicator is a number too, which a view looks up: of text
    DuckDB knows the first eight letters alone, so a question would read all that begins like the one it is about.
    """
    con.execute("""
        CREATE TABLE indicator_number AS
        SELECT word::VARCHAR AS indicator_id, enum_code(word)::USMALLINT AS number
        FROM (SELECT unnest(enum_range(NULL::indicator_word))::indicator_word AS word) ORDER BY number
    """)
    stored_as = ", ".join(f"{name}::VARCHAR AS {name}" for name in SOUGHT if name not in ("year", "indicator_id"))
    stored_as += ", enum_code(indicator_id)::USMALLINT AS indicator_id"
    for working, stored in WORKING.items():
        con.execute(f"""
            CREATE TABLE {stored} AS SELECT * REPLACE ({stored_as}) FROM {working}
            ORDER BY {", ".join(f"{working}.{name}" for name in SOUGHT)}
        """)
    con.execute("ALTER TABLE participant_figure DROP COLUMN level")
    con.execute("ALTER TABLE participant_figure RENAME COLUMN area_key TO participant_id")
    shown = "n.indicator_id AS indicator_id, status::VARCHAR AS status, source_id::VARCHAR AS source_id"
    for view, tables in VIEWS.items():
        rows = " UNION ALL ".join(f"FROM {table}" for table in tables)
        con.execute(f"""
            CREATE VIEW {view} AS
            SELECT o.* REPLACE ({shown}) FROM ({rows}) o JOIN indicator_number n ON n.number = o.indicator_id
        """)


def _filled(name: str) -> str:
    """The SQL with the lists that only Python knows: $counts, $rates, $means, $complete_years."""
    lists = {
        "$counts": _marked("moved_by_people"),
        "$rates": _marked("from_inkar", "deutschlandatlas", "inkar", "gisd"),
        "$means": _listed(MEANS_OF_VERBAENDE),
        "$base_year": str(BASE_YEAR),
        "$area_tolerance": str(AREA_TOLERANCE),
        "$complete_years": ", ".join(map(str, (*REGISTER_YEARS, *GEMEINDE_YEARS))),
        "$ages": _listed(catalogue().entries()["age_group"].unique()),
        "$files": _listed(str(path).replace("'", "''") for path in _figure_files()),
        "$lineage": str(DATA / "figures" / "lineage.parquet").replace("'", "''"),
        "$back_calculated": str(DATA / "figures" / "back_calculated.parquet").replace("'", "''"),
    }
    text = _sql(name)
    for word, listed in lists.items():
        text = text.replace(word, listed)
    return text


def _figure_files() -> list[Path]:
    """The files of figures that go into the warehouse, shipped and newer."""
    newer = state.overlay_files(state.current_overlay())[:1]
    return [*sorted((DATA / "figures").glob("observation_*.parquet")), *newer]


def _marked(*names: str) -> str:
    """The indicators marked so in the catalogue, in any of several ways, as an SQL list."""
    return _listed(dict.fromkeys(key for name in names for key in catalogue().marked(name)))


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(f"'{key}'" for key in keys)


def _weighted_means(con: duckdb.DuckDBPyConnection) -> None:
    """Mean age and shares of Länder and Bund from their Kreise, weighted by population: exact except for rounding."""
    for level, key in (("land", "left(r.area_key, 2)"), ("bund", "'DG'")):
        con.execute(f"""
            INSERT INTO unchanged
            SELECT {key} AS area_key, '{level}', r.indicator_id, r.year, 'total', 'total',
                   sum(r.value * p.value) / sum(p.value), 'computed', 2021, min(r.source_id)
            FROM today r
            JOIN today p ON p.level = 'kreis' AND p.area_key = r.area_key AND p.year = r.year
             AND p.indicator_id = 'population' AND p.sex = 'total' AND p.age_group = 'total'
            WHERE r.level = 'kreis' AND r.indicator_id IN ({_marked("averaged")})
              AND (r.status = 'reported' OR r.indicator_id IN ({_listed(MEANS_OF_VERBAENDE)}))
              AND (r.indicator_id, r.year) NOT IN (
                  SELECT (indicator_id, year) FROM unchanged
                  WHERE level = '{level}' AND status <> 'estimated')
            GROUP BY ALL HAVING count(*) = count(p.value)
        """)
        # the mean of published figures replaces an estimate from age classes
        con.execute(f"""
            DELETE FROM unchanged t WHERE level = '{level}' AND status = 'estimated' AND EXISTS (
                FROM unchanged b WHERE b.level = t.level AND b.area_key = t.area_key AND b.year = t.year
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
