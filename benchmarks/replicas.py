"""``python -m benchmarks.replicas [ROUNDS]``: what one, two and three replicas do behind nginx on one PostgreSQL.

Three app processes run throughout; three nginx lead to one, two and all of them, measured in turn. Votes: sixty phones,
each votes again as soon as its vote is acknowledged. Pages: six sessions, each has a page drawn again as soon as it
is finished. What is counted is what was answered per second; the ratio to one replica is taken round by round.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from datetime import date
from pathlib import Path
from statistics import median

import httpx
import psutil

from benchmarks.machine import busy, facts
from benchmarks.sockets import connect, run
from tests.app_server import free_port, launch
from tests.postgres_server import PostgresServer, programs
from tests.replicas.conftest import start_nginx, wait_until_ready

PHONES, SESSIONS, SECONDS = 60, 6, 6.0
PAGE = ("stufen", "kommune=riesa")
SIZES = (1, 2, 3)


async def votes(url: str, code: str) -> tuple[int, float]:
    """How many votes were acknowledged, and in how many seconds."""
    done = 0
    async with AsyncExitStack() as open_clients:
        clients = [httpx.AsyncClient(base_url=url, timeout=60) for _ in range(PHONES)]
        for client in clients:
            await open_clients.enter_async_context(client)
        await asyncio.gather(*(client.get(f"/mitmachen/{code}") for client in clients))
        begin = time.monotonic()

        async def phone(client: httpx.AsyncClient, step: int) -> None:
            nonlocal done
            while time.monotonic() < begin + SECONDS:
                answer = await client.post(f"/mitmachen/{code}", data={"feld": "1", "stufe": str(step)})
                if answer.status_code != 303:
                    raise RuntimeError(f"a vote was refused: {answer.status_code}")
                done += 1

        await asyncio.gather(*(phone(client, number % 5 + 1) for number, client in enumerate(clients)))
        return done, time.monotonic() - begin


async def pages(url: str, _: str) -> tuple[int, float]:
    """How often a page was drawn, and in how many seconds."""
    done = 0
    begin = time.monotonic()

    async def session() -> None:
        nonlocal done
        async with connect(url.removeprefix("http://")) as socket:
            while True:
                async for _message in run(socket, *PAGE):
                    pass
                done += 1
                if time.monotonic() >= begin + SECONDS:
                    return

    await asyncio.gather(*(session() for _ in range(SESSIONS)))
    return done, time.monotonic() - begin


KINDS: dict[str, Callable[[str, str], Awaitable[tuple[int, float]]]] = {"votes": votes, "pages": pages}


def main(rounds: int) -> None:
    """Measure and print one row per kind."""
    found = programs()
    if found is None:
        sys.exit("no PostgreSQL on this machine")
    folder = Path(tempfile.mkdtemp(prefix="zwk-bench-"))
    folder.chmod(0o755)
    database = folder / "postgres"
    database.mkdir()
    if os.geteuid() == 0:
        shutil.chown(database, "postgres")
    server = PostgresServer(database, found, free_port(), durable=True)
    server.make()
    server.start()
    stopped: list[Callable[[], object]] = [server.stop]
    try:
        _measure(folder, server, rounds, stopped)
    finally:
        for stop in reversed(stopped):
            stop()
        shutil.rmtree(folder, ignore_errors=True)


def _measure(  # noqa: PLR0914 - one measurement after the other
    folder: Path, server: PostgresServer, rounds: int, stopped: list[Callable[[], object]]
) -> None:
    os.environ |= {"ZWK_STORE": server.database("bench"), "ZWK_DATA": "demo"}
    # a warehouse that is there already may be used
    os.environ.setdefault("ZWK_HOME", str(folder))
    from zwk_data import seed
    from zwk_data.room import sessions
    from zwk_data.warehouse.build import ensure

    warehouse = ensure()
    seed.ensure()
    ports = [free_port() for _ in SIZES]
    replicas = []
    for port in ports:
        home = folder / f"home-{port}"
        home.mkdir()
        (home / warehouse.name).symlink_to(warehouse)
        replicas.append(launch(folder, {"ZWK_HOME": str(home)}, port=port))
        stopped.append(replicas[-1].process.kill)
    urls = {}
    for size in SIZES:
        own = folder / f"nginx-{size}"
        own.mkdir()
        public = free_port()
        stopped.append(start_nginx(own, public, ports[:size]).terminate)
        urls[size] = f"http://127.0.0.1:{public}"
    for one in replicas:
        wait_until_ready(one)
    session = sessions.begin("riesa", "Riesa", date(2024, 12, 31), [("Wohnen", "")], phones=True)
    sessions.open_vote(session.session_id, 1)
    apps = [psutil.Process(one.process.pid) for one in replicas]
    postmaster = psutil.Process(int((server.folder / "data" / "postmaster.pid").read_text().split()[0]))
    taken: dict[str, dict[int, list[float]]] = {kind: defaultdict(list) for kind in KINDS}
    work: dict[str, dict[int, list[tuple[float, float]]]] = {kind: defaultdict(list) for kind in KINDS}
    for number in range(rounds + 1):
        for kind, measured in KINDS.items():
            for size in SIZES:
                before = _seconds(apps), _seconds([postmaster])
                done, seconds = asyncio.run(measured(urls[size], session.code))
                if number:  # the first round fills the caches
                    taken[kind][size].append(done / seconds)
                    spent = _seconds(apps) - before[0], _seconds([postmaster]) - before[1]
                    work[kind][size].append((spent[0] * 1000 / done, spent[1] * 1000 / done))
    sessions.close_store()
    print(*(f"{name}: {value}" for name, value in facts("").items() if value), f"load per core: {busy():.1f}", sep="\n")
    for kind, by_size in taken.items():
        told = [f"{median(by_size[1]):.0f} per second"]
        for size in SIZES[1:]:
            ratios = sorted(many / one for many, one in zip(by_size[size], by_size[1], strict=True))
            told.append(f"{size} replicas {median(ratios):.2f} ({ratios[0]:.2f}–{ratios[-1]:.2f})")
        app, database = (median(pair[at] for pair in work[kind][3]) for at in (0, 1))
        print(f"{kind}: {', '.join(told)}; processor time of each: replicas {app:.1f} ms, PostgreSQL {database:.2f} ms")


def _seconds(processes: list[psutil.Process]) -> float:
    """Processor time of processes and their children, also of those that have ended."""
    spent = 0.0
    for top in processes:
        times = top.cpu_times()
        spent += times.user + times.system + times.children_user + times.children_system
        for child in top.children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                own = child.cpu_times()
                spent += own.user + own.system
    return spent


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
