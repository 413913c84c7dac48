"""``python -m benchmarks.soak --minutes 480``: the live display on the wall for a day, and what grows meanwhile.

A running product, one Chromium at 1920×1080 on the display with every kind of scene. Samples are taken at equal
distances; slopes are fitted to those after the warm-up. ``--cut`` takes the network away once an hour.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import numpy as np
import psutil
from playwright.async_api import CDPSession, Page, ViewportSize, async_playwright

from benchmarks.browser import chromium
from benchmarks.servers import PRODUCT, Server

EVENT = "dauerlauf"
SIZE = ViewportSize(width=1920, height=1080)
#: as a kiosk would be started; the picture is drawn without a graphics card
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
#: share of the samples that count as warm-up
WARM_UP = 0.2
#: every scene's number as it is put on the stage
WATCH = """
window.zwkSeen = [];
addEventListener("DOMContentLoaded", () => {
  const stage = document.getElementById("buehne");
  zwkSeen.push(stage.dataset.schritt);
  new MutationObserver(() => zwkSeen.push(stage.dataset.schritt)).observe(
    stage, { attributes: true, attributeFilter: ["data-schritt"] });
});
"""


@dataclass
class Soak:
    """What was seen: samples (a dict of numbers each, ``hours`` since the beginning), and the scenes in their order."""

    samples: list[dict[str, float]] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    cuts: int = 0

    def warm(self) -> list[dict[str, float]]:
        """The samples after the warm-up."""
        return self.samples[int(WARM_UP * len(self.samples)) :]

    def slope(self, key: str) -> float:
        """What a value grows by in an hour, fitted by least squares; ValueError for fewer than three samples."""
        warm = self.warm()
        if len(warm) < 3:
            raise ValueError("a slope needs three samples after the warm-up")
        return float(np.polyfit([one["hours"] for one in warm], [one[key] for one in warm], 1)[0])

    def missed(self) -> int:
        """Scenes that should have come between two that came."""
        return sum(max(0, later - earlier - 1) for earlier, later in pairwise(self.steps))

    def told(self) -> dict[str, Any]:
        """The whole in numbers: slopes an hour, shares, extremes."""
        warm = self.warm()
        levels = {key: (warm[0][key], warm[-1][key]) for key in warm[0] if key != "hours"}
        return {
            "hours": self.samples[-1]["hours"],
            "samples": len(self.samples),
            "scenes": len(self.steps),
            "missed": self.missed(),
            "cuts": self.cuts,
            "slopes_per_hour": {key: round(self.slope(key), 3) for key in levels},
            "first_last": {key: [round(value, 2) for value in pair] for key, pair in levels.items()},
            "server_cpu_percent": round(100 * float(np.mean([one["server_cpu"] for one in warm])), 2),
            "most_connections": max(one["connections"] for one in warm),
        }


class Watcher:
    """Takes samples of a server's process and of the page that shows the display."""

    def __init__(self, server: int, browser: psutil.Process, page: Page, cdp: CDPSession) -> None:
        self._server, self._browser, self._page, self._cdp = psutil.Process(server), browser, page, cdp
        self._began = time.monotonic()
        self._cpu = self._clock()

    def _clock(self) -> tuple[float, float]:
        used = self._server.cpu_times()
        return time.monotonic(), used.user + used.system

    def _renderer(self) -> float:
        found = [one for one in self._browser.children(recursive=True) if "--type=renderer" in " ".join(one.cmdline())]
        return max((one.memory_info().rss for one in found), default=0) / 1e6

    async def sample(self, soak: Soak) -> None:
        """One sample, and the scenes since the last one."""
        seen: list[str] = await self._page.evaluate("zwkSeen.splice(0)")
        for step in (int(one.partition(".")[0]) for one in seen if one):
            if not soak.steps or soak.steps[-1] != step:
                soak.steps.append(step)
        await self._cdp.send("HeapProfiler.collectGarbage")
        metrics = {one["name"]: one["value"] for one in (await self._cdp.send("Performance.getMetrics"))["metrics"]}
        before, self._cpu = self._cpu, self._clock()
        connected = [one for one in self._server.net_connections("tcp") if one.status == psutil.CONN_ESTABLISHED]
        soak.samples.append(
            {
                "hours": (time.monotonic() - self._began) / 3600,
                "server_mb": self._server.memory_info().rss / 1e6,
                "server_cpu": (self._cpu[1] - before[1]) / max(self._cpu[0] - before[0], 1e-9),
                "threads": self._server.num_threads(),
                "connections": len(connected),
                "renderer_mb": self._renderer(),
                "heap_mb": metrics["JSHeapUsedSize"] / 1e6,
                "nodes": metrics["Nodes"],
                "listeners": metrics["JSEventListeners"],
            }
        )


@contextmanager
def event(home: Path, seconds: int | None) -> Iterator[None]:
    """A playlist with every kind of scene in ``home``, ``seconds`` each, else as long as in the standard one."""
    before = os.environ.get("ZWK_HOME")
    os.environ["ZWK_HOME"] = str(home)
    from dataclasses import replace

    from zwk_data.display import memory, playlist

    made = playlist.playlist()
    items = tuple(replace(one, seconds=seconds or one.seconds) for one in made.items)
    playlist.write(replace(made, event=EVENT, items=items))
    memory.close()
    yield
    os.environ.pop("ZWK_HOME")
    if before is not None:
        os.environ["ZWK_HOME"] = before


async def watch(
    server: Server, minutes: float, samples: int, cut: bool = False, keep: Callable[[Soak], object] = lambda _: None
) -> Soak:
    """Look at the display for ``minutes``; with ``cut`` the network is away for 30 seconds in the middle of an hour.

    ``keep`` gets what is known after each sample.
    """
    soak = Soak()
    async with async_playwright() as playwright:
        before = {one.pid for one in psutil.Process().children(recursive=True)}
        browser = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        program = next(
            one
            for one in psutil.Process().children(recursive=True)
            if one.pid not in before and "--type=" not in " ".join(one.cmdline()) and "chrom" in one.name()
        )
        context = await browser.new_context(viewport=SIZE, locale="de-DE")
        page = await context.new_page()
        await page.add_init_script(WATCH)
        origin = f"http://127.0.0.1:{server.port}"
        await page.goto(f"{origin}/live-anzeige?event={EVENT}&embed=true")
        cdp = await context.new_cdp_session(page)
        await cdp.send("Performance.enable")
        watcher = Watcher(server.pid, program, page, cdp)
        end, hour = time.monotonic() + minutes * 60, 0
        for number in range(samples):
            wanted = end - minutes * 60 * (samples - 1 - number) / samples
            await asyncio.sleep(max(0.0, wanted - time.monotonic()))
            if cut and soak.samples and int(soak.samples[-1]["hours"] + 0.5) > hour:
                hour += 1
                soak.cuts += 1
                await context.set_offline(True)
                await asyncio.sleep(30)
                await context.set_offline(False)
            await watcher.sample(soak)
            keep(soak)
        await browser.close()
    return soak


@click.command()
@click.option("--minutes", default=480.0, show_default=True, help="How long.")
@click.option("--samples", default=97, show_default=True, help="Samples in that time.")
@click.option("--seconds", type=click.IntRange(5), help="Seconds of each scene, for more scenes in less time.")
@click.option("--cut", is_flag=True, help="Take the network away for 30 seconds once an hour.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the samples to this file, after each.")
def main(minutes: float, samples: int, seconds: int | None, cut: bool, out: Path | None) -> None:
    """Watch the live display for hours."""

    def keep(soak: Soak) -> None:
        if out:
            out.write_text(json.dumps(asdict(soak), indent=1), encoding="utf-8")

    with TemporaryDirectory(prefix="zwk-soak-") as scratch:
        home = Path(scratch) / "home"
        home.mkdir()
        environment = {"ZWK_HOME": str(home), "ZWK_DATA": "demo"}
        with event(home, seconds), Server(PRODUCT, Path(scratch), environment) as product:
            soak = asyncio.run(watch(product, minutes, samples, cut, keep))
    click.echo(json.dumps(soak.told(), indent=2))


if __name__ == "__main__":
    main()
