"""Sixty phones in one room: how soon a vote is answered that is on the disk, and that none is lost.

The votes go through the guest door of a running product while all phones ask for the state as they do in the room and
a wall shows the screen. Beside each round of votes the same phones ask for a page at the same moment: what the machine
can do today, against which the votes are set.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from contextlib import suppress
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import machine
from benchmarks.answers import answer
from benchmarks.servers import PRODUCT, Server
from benchmarks.stats import share

PHONES, FIELDS, ROUNDS = 60, 5, 4
POLL_SECONDS = 2
KOMMUNE = "riesa"


class Phone:
    """One connection that is kept, with its cookie: as little work for the client as possible."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, code: str) -> None:
        self._reader, self._writer, self._path, self._cookie = reader, writer, f"/mitmachen/{code}", ""
        self._turn = asyncio.Lock()

    async def _ask(self, method: str, path: str, body: str = "") -> int:
        lines = [f"{method} {path} HTTP/1.1", "Host: raum.example", f"Content-Length: {len(body)}"]
        lines += [f"Cookie: {self._cookie}"] if self._cookie else []
        lines += ["Content-Type: application/x-www-form-urlencoded"] if body else []
        async with self._turn:
            self._writer.write("\r\n".join([*lines, "", body]).encode())
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
            length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
            if length:
                await self._reader.readexactly(int(length[1]))
        cookie = re.search(r"set-cookie: (zwk_geraet=[^;]+)", head, re.IGNORECASE)
        self._cookie = cookie[1] if cookie else self._cookie
        return int(head.split()[1])

    async def page(self) -> float:
        """Milliseconds for the page."""
        begin = time.perf_counter()
        if await self._ask("GET", self._path) != 200:
            raise RuntimeError("the page was refused")
        return (time.perf_counter() - begin) * 1000

    async def vote(self, field: int, step: int) -> float:
        """Milliseconds until a vote is answered as counted."""
        begin = time.perf_counter()
        if await self._ask("POST", self._path, urlencode({"feld": field, "stufe": step})) != 303:
            raise RuntimeError("the vote was refused")
        return (time.perf_counter() - begin) * 1000

    async def poll(self) -> None:
        """Ask for the state as the page's script does, until cancelled."""
        while True:
            await self._ask("GET", f"{self._path}/stand")
            await asyncio.sleep(POLL_SECONDS)


def votes(scratch: Path, home: Path) -> dict[str, float]:
    """Play it: p95 and median of votes (ms), the slowest, and p95 of votes against p95 of pages in the same run."""
    environment = {"ZWK_HOME": str(home), "ZWK_DATA": "demo"}
    os.environ.update(environment)
    from zwk_data import seed
    from zwk_data.room import contributions as kept
    from zwk_data.room import sessions
    from zwk_data.stores.connection import close

    seed.ensure()
    close()
    fields = [(f"Handlungsfeld {n}", "Ein Ziel in einem Satz") for n in range(1, FIELDS + 1)]
    left = sessions.open_of(KOMMUNE)
    if left:
        sessions.end(left.session_id)
    session = sessions.begin(KOMMUNE, "Riesa", date(2024, 12, 31), fields, phones=True)
    sessions.change(session.session_id, door=True, screen="bewertung-1")
    with Server(PRODUCT, scratch, environment) as product:
        # nobody votes in the first second of a server, while it still loads what its pages need
        asyncio.run(answer(product, f"sitzung?kommune={KOMMUNE}"))
        machine.wait_until_idle(product.processes)
        port = _port(session.session_id)
        asked, answered = asyncio.run(_play(product, port, session.code, session.session_id))
    counted = {no: sum(five) for no, five in kept.by_phone(session.session_id).items()}
    sessions.end(session.session_id)
    sessions.close_store()
    if counted != dict.fromkeys(range(1, FIELDS + 1), PHONES):
        raise RuntimeError(f"votes are missing or counted twice: {counted}")
    p95 = share(answered, 0.95)
    return {
        "vote_p95_ms": p95,
        "vote_ms": share(answered, 0.5),
        "vote_worst_ms": max(answered),
        "vote_ratio": p95 / share(asked, 0.95),
    }


def _port(session_id: str) -> int:
    from zwk_data.room import sessions

    end = time.monotonic() + 30
    while time.monotonic() < end:
        port = sessions.session(session_id).door_port
        if port:
            return port
        time.sleep(0.1)
    raise RuntimeError("the guest door does not open")


async def _play(product: Server, port: int, code: str, session_id: str) -> tuple[list[float], list[float]]:
    from zwk_data.room import sessions

    pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(PHONES)]
    phones = [Phone(reader, writer, code) for reader, writer in pairs]
    await asyncio.gather(*(phone.page() for phone in phones))
    polling = [asyncio.create_task(phone.poll()) for phone in phones]
    wall = asyncio.create_task(_wall(product))
    asked: list[float] = []
    answered: list[float] = []
    for field in range(1, FIELDS + 1):
        await asyncio.to_thread(sessions.open_vote, session_id, field)
        for turn in range(ROUNDS):
            await asyncio.sleep(0.5)
            asked += await asyncio.gather(*(phone.page() for phone in phones))
            await asyncio.sleep(0.5)
            answered += await asyncio.gather(*(phone.vote(field, (n + turn) % 5 + 1) for n, phone in enumerate(phones)))
    for task in [*polling, wall]:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    for _, writer in pairs:
        writer.close()
    return asked, answered


async def _wall(product: Server) -> None:
    """The screen on the wall, drawn anew every second."""
    while True:
        await answer(product, f"sitzung?kommune={KOMMUNE}")
        await asyncio.sleep(1)
