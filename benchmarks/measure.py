"""The measurements: each returns one number (or a few) for one app in one round."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from playwright.async_api import Browser, BrowserContext

from benchmarks import machine, sockets
from benchmarks.browser import choose, drawn, drawn_at, new_page, new_window, processes
from benchmarks.proxy import CountingProxy
from benchmarks.servers import App, Server
from benchmarks.stats import growth

#: an answer is complete when this long nothing more came
QUIET_SECONDS = 0.4
#: a reader stays: only a while after the page stands does Chromium keep what it has compiled
STAY_SECONDS = 3


def through(server: Server, proxy: CountingProxy, app: App | None = None) -> str:
    """The address of the app, or of another page of it, behind the counting proxy."""
    return f"http://127.0.0.1:{proxy.port}{(app or server.app).path}"


async def load(
    context: BrowserContext, server: Server, proxy: CountingProxy, name: str = "load", app: App | None = None
) -> dict[str, float]:
    """Navigate in a new tab to the app, or to another page of it.

    Seconds until drawn (``name``_s), bytes on the wire (_kb), seconds of blocked main thread (_blocked_s) and of
    processor time, of server and Chromium together (_cpu_s).
    """
    page = await new_page(context, app or server.app)
    try:
        before, busy = proxy.total, machine.processor_seconds([*server.processes(), *processes()])
        await page.goto(through(server, proxy, app), wait_until="commit")
        seconds = await drawn(page) / 1000
        await asyncio.sleep(QUIET_SECONDS)
        spent = machine.processor_seconds([*server.processes(), *processes()])
        blocked = float(await page.evaluate("zwkWatch.longTasks()")) / 1000
        return {
            f"{name}_s": seconds,
            f"{name}_kb": (proxy.total - before) / 1000,
            f"{name}_blocked_s": blocked,
            f"{name}_cpu_s": sum(now - busy.get(pid, 0.0) for pid, now in spent.items()),
        }
    finally:
        await page.close()


async def start(found: Browser, app: App, scratch: Path, environment: dict[str, str]) -> float:
    """Seconds from the command that starts the server to its first page, in a private window that has seen nothing."""
    begin = time.monotonic()
    with Server(app, scratch, environment) as server:
        context = await new_window(found)
        try:
            page = await new_page(context, app)
            await page.goto(server.url, wait_until="commit")
            await drawn(page)
            return time.monotonic() - begin
        finally:
            await context.close()


async def first_visit(found: Browser, server: Server, proxy: CountingProxy) -> dict[str, float]:
    """``load`` in a private window that has seen nothing yet."""
    context = await new_window(found)
    try:
        return await load(context, server, proxy, "first")
    finally:
        await context.close()


async def change(
    context: BrowserContext,
    server: Server,
    proxy: CountingProxy,
    name: str = "change",
    app: App | None = None,
    n: int = 3,
) -> dict[str, float]:
    """Choose ``n`` other indicators one after the other: seconds until redrawn (s), bytes on the wire (kB), medians.

    One change before them is not counted.
    """
    asked = app or server.app
    page = await new_page(context, asked)
    seconds: list[float] = []
    kilobytes: list[float] = []
    try:
        await page.goto(through(server, proxy, app), wait_until="commit")
        await drawn(page)
        for number in range(n + 1):
            await asyncio.sleep(QUIET_SECONDS)
            before = proxy.total
            await choose(page, asked)
            took = await drawn(page) / 1000
            await asyncio.sleep(QUIET_SECONDS)
            if number:
                seconds.append(took)
                kilobytes.append((proxy.total - before) / 1000)
        return {f"{name}_s": median(seconds), f"{name}_kb": median(kilobytes)}
    finally:
        await page.close()


async def sessions(context: BrowserContext, server: Server, n: int) -> dict[str, float]:
    """``n`` tabs open the page at the same moment: seconds until the last one is drawn."""
    pages = await asyncio.gather(*(new_page(context, server.app) for _ in range(n)))
    try:
        begin = float(await pages[0].evaluate("Date.now() / 1000"))
        await asyncio.gather(*(page.goto(server.url, wait_until="commit", timeout=120_000) for page in pages))
        ends = await asyncio.gather(*(drawn_at(page) for page in pages))
        return {"sessions_s": max(ends) - begin}
    finally:
        await asyncio.gather(*(page.close() for page in pages))


async def served(server: Server, n: int) -> dict[str, float]:
    """The same without a browser: seconds until the server has answered ``n`` sessions completely."""
    return {f"served_{n}_s": await sockets.at_once(server.url, n)}


async def memory(context: BrowserContext, server: Server, n: int) -> dict[str, float]:
    """Open ``n`` tabs one after the other on a fresh server: resident MB the server grows by per further session.

    What it loads by itself after its start (once, for all) is there before the first size is taken.
    """
    pages = []
    sizes = []
    try:
        for number in range(n):
            page = await new_page(context, server.app)
            pages.append(page)
            await page.goto(server.url, wait_until="commit")
            await drawn(page)
            # the server tidies up after a script run
            await asyncio.sleep(QUIET_SECONDS)
            if not number:
                await asyncio.to_thread(machine.wait_until_idle, server.processes)
            sizes.append(server.memory() / 1e6)
        return {"memory_mb": growth(sizes), "memory_first_mb": sizes[0]}
    finally:
        await asyncio.gather(*(page.close() for page in pages))


async def warm_up(context: BrowserContext, places: Iterable[tuple[str, App]]) -> None:
    """Fill the caches of browser and server: Chromium keeps compiled scripts only from the third visit on."""
    for address, app in places:
        for _ in range(3):
            page = await new_page(context, app)
            await page.goto(address, wait_until="commit")
            await drawn(page)
            await asyncio.sleep(STAY_SECONDS)
            await page.close()
