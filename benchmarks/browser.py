"""Chromium with a warm cache, and pages that say when they are drawn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from shutil import which

import psutil
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from benchmarks.servers import App

WATCH = (Path(__file__).resolve().parent / "watch.js").read_text(encoding="utf-8")
DRAWN_SECONDS = 120
VIEWPORT = ViewportSize(width=1440, height=900)


def chromium() -> str:
    """The system's Chromium; RuntimeError if there is none."""
    found = which("chromium") or which("chromium-browser") or which("google-chrome")
    if not found:
        raise RuntimeError("no Chromium found")
    return found


@asynccontextmanager
async def browser(profile: Path) -> AsyncIterator[BrowserContext]:
    """One Chromium with a profile on disk, so that its cache (also of compiled scripts) warms up as usual."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium(), headless=True, viewport=VIEWPORT, locale="de-DE"
        )
        try:
            yield context
        finally:
            await context.close()


@asynccontextmanager
async def private() -> AsyncIterator[Browser]:
    """A Chromium of private windows: each ``new_context`` is one, with a cache in memory and no compiled scripts."""
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=chromium(), headless=True)
        try:
            yield found
        finally:
            await found.close()


async def new_window(found: Browser) -> BrowserContext:
    """A private window that has seen nothing yet."""
    return await found.new_context(viewport=VIEWPORT, locale="de-DE")


def processes() -> list[psutil.Process]:
    """The processes of every Chromium that we started."""
    found = []
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # some end while we look
            if "chrom" in one.name():
                found.append(one)
    return found


async def new_page(context: BrowserContext, app: App) -> Page:
    """An empty page that will watch for what the app shows."""
    page = await context.new_page()
    await page.add_init_script(WATCH.replace("WANTED", app.wanted))
    return page


async def drawn(page: Page) -> float:
    """Wait until the page is drawn; milliseconds since its navigation began (after a change: since the choice)."""
    try:
        await asyncio.wait_for(page.evaluate("zwkWatch.done"), DRAWN_SECONDS)
    except TimeoutError:
        raise RuntimeError(f"not drawn: {await page.evaluate('zwkWatch.state()')}") from None
    return float(await page.evaluate("zwkWatch.drawn - zwkWatch.mark"))


async def drawn_at(page: Page) -> float:
    """Wait until the page is drawn; the time of day in seconds, as ``time.time``."""
    await drawn(page)
    return float(await page.evaluate("(performance.timeOrigin + zwkWatch.drawn) / 1000"))


async def choose(page: Page, app: App, step: int = 1) -> str:
    """Choose the option ``step`` places further (around the end) in the app's select box; returns its text.

    The clock in the page starts with the press on the option, in a list of the browser's own with the choice.
    """
    box = page.locator(app.control).first
    if await box.evaluate("(box) => box.tagName") == "SELECT":
        texts = await box.locator("option").all_inner_texts()
        goal = (int(await box.evaluate("(box) => box.selectedIndex")) + step) % len(texts)
        await page.evaluate("zwkWatch.expectChange()")
        await box.select_option(index=goal)
        return texts[goal]
    shown = await box.evaluate("(box) => box.value || box.innerText")
    await box.click()
    options = page.get_by_role("option")
    await options.first.wait_for()
    texts = [text.strip() for text in await options.all_inner_texts()]
    place = texts.index(shown.strip()) if shown.strip() in texts else 0
    goal = (place + step) % len(texts)
    await page.evaluate("zwkWatch.expectChange()")
    await options.nth(goal).click()
    return texts[goal]


def version(context: BrowserContext) -> str:
    """Chromium's version, e.g. ``140.0.7339.80``."""
    return context.browser.version if context.browser else "unknown"
