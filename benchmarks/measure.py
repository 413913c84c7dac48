"""The measurements: each returns one number (or a few) for one app in one round."""

from __future__ import annotations

import asyncio
from statistics import median

from playwright.async_api import BrowserContext

from benchmarks import sockets
from benchmarks.browser import choose, drawn, drawn_at, new_page
from benchmarks.proxy import CountingProxy
from benchmarks.servers import Server
from benchmarks.stats import growth

#: the select box of both maps
LABEL = "Kennzahl"
#: an answer is complete when this long nothing more came
QUIET_SECONDS = 0.4


def through(server: Server, proxy: CountingProxy) -> str:
    """The app's address behind the counting proxy."""
    return server.url.replace(f":{server.port}", f":{proxy.port}")


async def load(context: BrowserContext, server: Server, proxy: CountingProxy) -> dict[str, float]:
    """Navigate to the page in a new tab: seconds until drawn (s), bytes on the wire (kB), blocked main thread (s)."""
    page = await new_page(context, server.app)
    try:
        before = proxy.total
        await page.goto(through(server, proxy), wait_until="commit")
        seconds = await drawn(page) / 1000
        await asyncio.sleep(QUIET_SECONDS)
        blocked = float(await page.evaluate("zwkWatch.longTasks()")) / 1000
        return {"load_s": seconds, "load_kb": (proxy.total - before) / 1000, "load_blocked_s": blocked}
    finally:
        await page.close()


async def change(context: BrowserContext, server: Server, proxy: CountingProxy, n: int = 3) -> dict[str, float]:
    """Choose ``n`` other indicators one after the other: seconds until redrawn (s), bytes on the wire (kB), medians.

    One change before them is not counted.
    """
    page = await new_page(context, server.app)
    seconds: list[float] = []
    kilobytes: list[float] = []
    try:
        await page.goto(through(server, proxy), wait_until="commit")
        await drawn(page)
        for number in range(n + 1):
            await asyncio.sleep(QUIET_SECONDS)
            before = proxy.total
            await choose(page, LABEL)
            took = await drawn(page) / 1000
            await asyncio.sleep(QUIET_SECONDS)
            if number:
                seconds.append(took)
                kilobytes.append((proxy.total - before) / 1000)
        return {"change_s": median(seconds), "change_kb": median(kilobytes)}
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
    return {"served_s": await sockets.at_once(server.url, n)}


async def memory(context: BrowserContext, server: Server, n: int) -> dict[str, float]:
    """Open ``n`` tabs one after the other on a fresh server: resident MB the server grows by per further session."""
    pages = []
    sizes = []
    try:
        for _ in range(n):
            page = await new_page(context, server.app)
            pages.append(page)
            await page.goto(server.url, wait_until="commit")
            await drawn(page)
            # the server tidies up after a script run
            await asyncio.sleep(QUIET_SECONDS)
            sizes.append(server.memory() / 1e6)
        return {"memory_mb": growth(sizes), "memory_first_mb": sizes[0]}
    finally:
        await asyncio.gather(*(page.close() for page in pages))


async def warm_up(context: BrowserContext, server: Server, proxy: CountingProxy | None = None) -> None:
    """Fill the caches of browser and server: Chromium keeps compiled scripts only from the third visit on."""
    for address in {server.url, through(server, proxy) if proxy else server.url}:
        for _ in range(3):
            page = await new_page(context, server.app)
            await page.goto(address, wait_until="commit")
            await drawn(page)
            await asyncio.sleep(QUIET_SECONDS)
            await page.close()
