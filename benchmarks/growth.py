"""How questions, laying down and file grow with the warehouse: ``python -m benchmarks.growth --factors 1 3 10 15``.

The real warehouse is multiplied, as if there were so many times its indicators (or, ``--by years``, its years), and
laid down as the build does it. Then all that the pages ask is asked of it, one query after the other. With indicators
each answer stays what it was; with years the long series grow with the warehouse. ``--builds`` builds from parts of the
Gemeinden instead, as often as there are shares. Milliseconds are the shortest of three, wall and processor: on a
machine where others work the second can be trusted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import pickle
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.queries import COMMAND, addresses, open_all
from benchmarks.servers import PRODUCT, ROOT, Server
from benchmarks.stats import share
from zwk_data import seed
from zwk_data.settings import DATA
from zwk_data.stores import state
from zwk_data.stores.connection import connect
from zwk_data.warehouse import build

REPEATS = 3
#: numbers of indicators lie so far apart from copy to copy
STRIDE = 1000
#: what stands in place of a column in the n-th copy of a row: of figures, and of what names their indicators
FIGURES, WORDS, NUMBERS = tuple(build.WORKING.values()), ("coverage", "newest_year"), "indicator_number"
_NAME = "if(n = 0, indicator_id, indicator_id || '~' || n) AS indicator_id"
_YEAR = "(year - 100 * n)::SMALLINT AS year"
COPIES = {
    "indicators": dict.fromkeys(FIGURES, f"(indicator_id + {STRIDE} * n)::USMALLINT AS indicator_id")
    | dict.fromkeys(WORDS, _NAME)
    | {NUMBERS: f"{_NAME}, (number + {STRIDE} * n)::USMALLINT AS number"},
    "years": dict.fromkeys((*FIGURES, *WORDS), _YEAR),
}


@dataclass(frozen=True, eq=False)
class Asked:
    """One SQL query of a page: the question (a function) that it belongs to, its text and its parameters."""

    question: str
    sql: str
    params: object = None


@dataclass(frozen=True)
class Size:
    """One warehouse: rows of figures, seconds of processor to lay them down, bytes, and ms (wall, processor) per
    query."""

    rows: int
    seconds: float
    size: int
    times: dict[Asked, tuple[float, float]]


def asked_by_pages(scratch: Path) -> list[Asked]:
    """Open every page once on a server that notes each query; each with its parameters once, those of figures only."""
    noted = scratch / "asked.pickle"
    extra = {"BENCH_TIMES": str(scratch / "times.jsonl"), "BENCH_SQL": str(noted), "PYTHONPATH": str(ROOT)}
    with Server(replace(PRODUCT, path=""), scratch, extra, COMMAND) as server:
        asyncio.run(open_all(server, addresses()))
    found = {}
    with noted.open("rb") as file:
        while True:
            try:
                name, args, kwargs = pickle.load(file)
            except EOFError:
                break
            one = Asked(name, args[0], args[1] if len(args) > 1 else kwargs.get("params"))
            if any(name in one.sql for name in ("observation", *WORDS)):
                found[one.sql, repr(one.params)] = one
    return list(found.values())


def scale(source: Path, target: Path, factor: int, by: str) -> tuple[int, float]:
    """Write the warehouse ``factor`` times as large; returns rows of figures and seconds of processor."""
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    con.execute(f"SET temp_directory = '{target.parent}'")
    con.execute(f"ATTACH '{source}' AS small (READ_ONLY)")
    con.execute(f"ATTACH '{target}' AS large (STORAGE_VERSION 'latest')")
    con.execute("COPY FROM DATABASE small TO large (SCHEMA)")
    tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'small'").fetchall()
    rows, begin = 0, _processor()
    for (table,) in tables:
        if table not in COPIES[by]:
            con.execute(f"INSERT INTO large.{table} FROM small.{table}")
            continue
        columns = [name for name, *_ in con.execute(f"DESCRIBE small.{table}").fetchall()]
        sought = "ALL" if table in WORDS else ", ".join(name for name in build.SOUGHT if name in columns)
        copied = f"SELECT * EXCLUDE (n) REPLACE ({COPIES[by][table]}) FROM small.{table}, range({factor}) copy(n)"
        con.execute(f"INSERT INTO large.{table} FROM ({copied}) ORDER BY {sought}")
        if table in FIGURES:
            rows += con.execute(f"SELECT count(*) FROM large.{table}").fetchall()[0][0]
    con.execute("CHECKPOINT large")
    con.close()
    return rows, _processor() - begin


def _processor() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def ask(warehouse: Path, programme: Path, questions: list[Asked]) -> dict[Asked, tuple[float, float]]:
    """Milliseconds (wall, processor) of each query."""
    con = connect(warehouse, programme)
    times = {}
    for one in questions:
        runs = []
        for _ in range(REPEATS):
            wall, processor = time.perf_counter(), _processor()
            con.execute(one.sql, one.params).df() if one.params is not None else con.execute(one.sql).df()
            runs.append((1000 * (time.perf_counter() - wall), 1000 * (_processor() - processor)))
        times[one] = min(wall for wall, _ in runs), min(processor for _, processor in runs)
    con.close()
    return times


def exponent(rows: Sequence[float], values: Sequence[float]) -> float:
    """The power of the rows with which the values grow; at least two of each."""
    return float(np.polyfit(np.log(rows), np.log(values), 1)[0])


def table(sizes: list[Size]) -> str:
    """The results in Markdown: one row per size, the exponents of the growth, the slowest questions of the largest."""
    lines = [
        "| rows, million | laid down, s | file, MB | median, ms | p95, ms | slowest, ms | slowest question |",
        "|---:|---:|---:|---:|---:|---:|---|",
    ]
    kinds: dict[str, list[float]] = {"median": [], "p95": [], "slowest": []}
    for size in sizes:
        cells = []
        for kind, at in (("median", 0.5), ("p95", 0.95), ("slowest", 1.0)):
            wall, processor = (share([ms[i] for ms in size.times.values()], at) for i in (0, 1))
            kinds[kind].append(processor)
            cells.append(f"{wall:.0f} ({processor:.0f})")
        worst = max(size.times, key=lambda one: size.times[one][1])
        lines.append(
            f"| {size.rows / 1e6:.1f} | {size.seconds:.0f} | {size.size / 1e6:.0f} | {' | '.join(cells)} | "
            f"`{worst.question}` |"
        )
    if len(sizes) > 1:
        rows = [size.rows for size in sizes]
        grown = ", ".join(f"{kind} {exponent(rows, values):.2f}" for kind, values in kinds.items())
        laid = exponent(rows, [size.seconds for size in sizes]), exponent(rows, [size.size for size in sizes])
        lines += ["", f"Exponents of the growth: {grown}; laying down {laid[0]:.2f}, file {laid[1]:.2f}."]
    last = sizes[-1].times
    slow = sorted(last, key=lambda one: -last[one][1])[:5]
    return "\n".join([*lines, "", *(f"* {last[one][1]:.0f} ms `{one.question}`" for one in slow)])


def parts(shares: Sequence[float]) -> Iterator[tuple[float, int, float, int]]:
    """Build from the Gemeinden of some of the Kreise: share, rows of figures, seconds of processor, bytes of the
    file."""
    for part in shares:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            (folder / "figures").mkdir()
            for path in DATA.iterdir():
                if path.name != "figures":
                    (folder / path.name).symlink_to(path)
            for path in (DATA / "figures").iterdir():
                kept = f"hash(left(area_key, 5)) % 1000 < {1000 * part}" if path.stem.endswith("_gemeinde") else "true"
                duckdb.sql(f"FROM '{path}' WHERE {kept}").write_parquet(str(folder / "figures" / path.name))
            os.environ["ZWK_HOME"] = str(folder / "home")
            build.DATA = state.DATA = folder
            state._fingerprint.cache_clear()
            begin = _processor()
            built = build.build()
            seconds = _processor() - begin
            rows = duckdb.connect(str(built)).sql("SELECT sum(estimated_size) FROM duckdb_tables()").fetchall()[0][0]
            yield part, int(rows), seconds, built.stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("--factors", type=int, nargs="+", default=[1, 3, 10, 15], help="how many times today's rows")
    parser.add_argument("--by", choices=COPIES, default="indicators", help="what there is more of")
    parser.add_argument("--builds", type=float, nargs="+", help="build from these shares of the Gemeinden instead")
    args = parser.parse_args()
    if args.builds:
        for part, rows, seconds, size in parts(args.builds):
            print(f"{part:.2f} of the Gemeinden: {rows / 1e6:.2f} million rows, {seconds:.1f} s, {size / 1e6:.0f} MB")
        return
    warehouse = build.ensure()
    seed.ensure()
    with tempfile.TemporaryDirectory() as scratch:
        questions = asked_by_pages(Path(scratch))
        sizes = []
        for factor in args.factors:
            target = Path(scratch) / "large.duckdb"
            target.unlink(missing_ok=True)
            rows, seconds = scale(warehouse, target, factor, args.by)
            times = ask(target, state.programme_path("public"), questions)
            sizes.append(Size(rows, seconds, target.stat().st_size, times))
            print(f"{rows / 1e6:.1f} million rows: {len(questions)} queries asked", flush=True)
        print(f"\nMore {args.by}; wall (processor).\n\n{table(sizes)}")


if __name__ == "__main__":
    main()
