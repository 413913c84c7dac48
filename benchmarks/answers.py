"""What the server needs for a page when its figures are known already, how much it sends, and how long twins take."""

from __future__ import annotations

import time
from collections.abc import Iterable
from statistics import median

from benchmarks.servers import Server
from benchmarks.sockets import connect, run

#: after the first run, which fills the caches
RUNS = 5
PLACES = ("riesa", "schossin", "rodachtal", "lk-rostock")
VIEWS = (
    "",
    "&ansicht=vergleich",
    "&ansicht=karte",
    "&ansicht=tabelle",
    "&teil=alter",
    "&teil=ausblick",
    "&teil=zwillinge",
    "&teil=zahlen",
)
METHODS = ("quellen", "kennzahlen", "methodik", "modellrechnung", "zwillinge")


def addresses() -> list[str]:
    """The paths of all views of Demografie for four different participants, and of the method tabs."""
    found = [f"demografie?kommune={place}{view}" for place in PLACES for view in VIEWS]
    return found + [f"quellen?teil={tab}" for tab in METHODS]


async def answer(server: Server, path: str) -> tuple[float, float]:
    """One run of a page's script in a new session: milliseconds until it is finished, kB of all messages as they are.

    Nothing is compressed here, so the bytes are the most that can be on the wire.
    """
    page, _, query = path.partition("?")
    async with connect(f"127.0.0.1:{server.port}", compression=None) as socket:
        begin, size = time.perf_counter(), 0
        async for data in run(socket, page, query):
            size += len(data)
        return (time.perf_counter() - begin) * 1000, size / 1000


async def slowest(server: Server, paths: Iterable[str]) -> dict[str, tuple[float, float]]:
    """For each address the median milliseconds of ``RUNS`` warm runs and the kB of the last."""
    found = {}
    for path in paths:
        runs = [await answer(server, path) for _ in range(RUNS + 1)][1:]
        found[path] = median(ms for ms, _ in runs), runs[-1][1]
    return found


def twins_ms() -> list[float]:
    """Milliseconds for the twins of each participant, when the features of all places are known."""
    from zwk_data.demography.twins import twins
    from zwk_data.stores.connection import close, read

    people = read("SELECT participant_id FROM participant ORDER BY participant_id")["participant_id"].tolist()
    for person in ("riesa", "lk-rostock", "dresden"):  # features of both levels
        twins(person)
    times = []
    for person in people:
        begin = time.perf_counter()
        twins(person)
        times.append((time.perf_counter() - begin) * 1000)
    close()
    return times
