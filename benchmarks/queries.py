"""How long the pages' questions take: every page opened for real, caches emptied, nobody else on the machine."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks.servers import PRODUCT, ROOT, Server
from benchmarks.sockets import session

COMMAND = (sys.executable, "-m", "benchmarks.timed_server")
#: the shortest of these counts for each call: what it costs, not what came in between
PASSES = 3
LAYERS = ("laender", "kreise", "gemeinden", "teilnehmende")


@dataclass(frozen=True)
class Question:
    """One function the pages call, over the different arguments they call it with.

    Milliseconds of the median and the slowest, of the slowest in SQL and how many queries that were; the longest single
    SQL query of all.
    """

    name: str
    calls: int
    median_ms: float
    worst_ms: float
    worst_sql_ms: float
    worst_reads: int
    worst_args: str
    query_ms: float


def addresses(participants: int = 12, indicators: int = 6) -> list[str]:
    """The paths to open: every page, the map on every level, some participants of every kind."""
    from zwk_data.demography.mapdata import available
    from zwk_data.stores.connection import close, read
    from zwk_data.web.shell.site import pages

    people = read("SELECT participant_id FROM participant ORDER BY kind, participant_id")["participant_id"]
    found = [f"/{page.path}" for page in pages()]
    for layer in LAYERS:
        keys = list(available(layer))
        step = max(len(keys) // indicators, 1)
        found += [f"/karte?ebene={layer}&kennzahl={key}" for key in keys[::step]]
    step = max(len(people) // participants, 1)
    for key in people[::step]:
        found += [f"/{path}?kommune={key}" for path in ("demografie", "stufen", "themen")]
    close()
    return found


def ask(scratch: Path, environment: dict[str, str]) -> list[Question]:
    """Open all pages on a server with a stopwatch, once to warm up and ``PASSES`` times with empty caches."""
    from zwk_data.settings import dataset
    from zwk_data.stores.state import programme_path

    times = scratch / "times.jsonl"
    extra = {"BENCH_TIMES": str(times), "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    paths = addresses()
    with Server(replace(PRODUCT, path=""), scratch, {**environment, **extra}, COMMAND) as server:
        asyncio.run(open_all(server, paths))
        begin = time.time()
        for _ in range(PASSES):
            # a change in the programme store empties the product's caches
            os.utime(programme_path(dataset()))
            asyncio.run(open_all(server, paths))
    lines = [json.loads(line) for line in times.read_text(encoding="utf-8").splitlines()]
    return tally([line for line in lines if line["at"] >= begin])


async def open_all(server: Server, paths: list[str]) -> None:
    """Open the paths one after the other, each in a new session."""
    for path in paths:
        await session(f"{server.url}{path}")


def tally(lines: list[dict]) -> list[Question]:
    """One ``Question`` per function from the stopwatch's lines, slowest first; functions that read nothing left out.

    Of several calls with the same arguments the shortest counts.
    """
    shortest: dict[tuple[str, str], dict] = {}
    for line in lines:
        key = line["name"], line["args"]
        if line["reads"] and (key not in shortest or line["seconds"] < shortest[key]["seconds"]):
            shortest[key] = line
    groups: dict[str, list[dict]] = defaultdict(list)
    for (name, _), line in shortest.items():
        groups[name].append(line)
    found = []
    for name, calls in groups.items():
        worst = max(calls, key=lambda line: line["seconds"])
        found.append(
            Question(
                name,
                len(calls),
                median(line["seconds"] for line in calls) * 1000,
                worst["seconds"] * 1000,
                worst["sql"] * 1000,
                worst["reads"],
                worst["args"][:120],
                max(line["longest"] for line in calls) * 1000,
            )
        )
    return sorted(found, key=lambda question: -question.worst_ms)
