"""Build the warehouse from data/: a new file beside the old one, swapped in by rename."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb

from zwk_data.errors import ZwkError
from zwk_data.paths import DATA, home
from zwk_data.warehouse import overlay
from zwk_data.warehouse.derive import derive
from zwk_data.warehouse.indicators import catalogue
from zwk_data.warehouse.stores import fingerprint, warehouse_path

Progress = Callable[[float, str], None]

#: what is moved to today's territory by shares of population; rates are computed again from these
COUNTS = ("population", "births", "deaths", "moves_in", "moves_out", "population_foreign", "census_population")

_HERE = Path(__file__).parent
_building = threading.Lock()


def _quiet(share: float, step: str) -> None:
    """Progress that nobody watches."""


def ensure(progress: Progress = _quiet) -> Path:
    """The warehouse of the current data, built if it is not there yet. Returns at once when it is.

    ``progress`` is told the share done (0 to 1) and the step in German. Threads wait for each other.
    """
    path = warehouse_path()
    if path.exists():
        return path
    with _building:
        return path if path.exists() else build(progress)


def build(progress: Progress = _quiet) -> Path:
    """Build the warehouse anew and return its path; an older one stays readable until the rename.

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
    if not overlay.on_trial():
        tidy_up(target)
    return target


def _sql(name: str) -> str:
    return (_HERE / f"{name}.sql").read_text(encoding="utf-8")


def _fill(con: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    con.execute("SET enable_progress_bar = false")  # DuckDB's own would write into the terminal beside ours
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
    overlay.apply_overlay(con)
    con.execute(_sql("sums"))
    progress(0.35, "Kennzahlen berechnen")
    derive(con, "observation", "area_key, level")
    progress(0.5, "Auf den Gebietsstand 2023 umrechnen")
    counts = ", ".join(f"'{name}'" for name in COUNTS)
    con.execute(_sql("today").replace("$counts", counts))
    derive(con, "moved", "area_key, level")
    con.execute("INSERT INTO observation_today FROM moved ORDER BY level, indicator_id, age_group, sex, year, area_key")
    _weighted_means(con)
    progress(0.7, "Teilnehmende Kommunen zusammenfassen")
    con.execute(_sql("participants"))
    derive(con, "participant_observation", "participant_id")
    con.execute(_sql("lineage"))
    con.execute(_sql("coverage"))
    con.execute("CREATE TABLE build_info AS SELECT ? AS fingerprint, now() AS built_at", [fingerprint()])
    con.execute("CHECKPOINT")
    progress(1.0, "Fertig")


def _weighted_means(con: duckdb.DuckDBPyConnection) -> None:
    """Mean age and shares of Länder and Bund from their Kreise, weighted by people: exact but for rounding."""
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
                  AND r.indicator_id IN ('share_65plus', 'share_foreign', 'mean_age')
                  AND (r.indicator_id, r.year) NOT IN
                      (SELECT (indicator_id, year) FROM {table} WHERE level = '{level}' AND status <> 'estimated')
                GROUP BY ALL HAVING count(*) = count(p.value)
            """)
            # an estimate from age classes gives way to the mean of published figures
            con.execute(f"""
                DELETE FROM {table} t WHERE level = '{level}' AND status = 'estimated' AND EXISTS (
                    SELECT 1 FROM {table} b WHERE b.level = t.level AND b.area_key = t.area_key AND b.year = t.year
                     AND b.indicator_id = t.indicator_id AND b.status = 'computed' AND b.sex = 'total')
            """)


def tidy_up(*keep: Path) -> None:
    """Remove warehouses of other states; one that another process still reads stays until next time."""
    for old in home().glob("warehouse-*.duckdb"):
        if old not in keep:
            try:
                old.unlink()
            except OSError:
                continue
