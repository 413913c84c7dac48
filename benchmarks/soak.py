"""``python -m benchmarks.soak --minutes 480``: the live display on the wall for a day, and what grows meanwhile.

A running product, one Chromium at 1920×1080 on the display with every kind of scene. Samples are taken at equal
distances; slopes are fitted to those after the warm-up. ``--cut`` takes the network away once an hour. ``--hurry 4``
puts as many scenes and questions to the server into two hours as there are in eight.
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

from benchmarks.devtools import Send, Tab, opened
from benchmarks.servers import PRODUCT, Server
from benchmarks.stats import WARM_UP, slope

EVENT = "dauerlauf"
#: notes every scene's number as it is put on the stage, and shortens the page's timers; true once there is a scene
WATCH = """((hurry) => {
  const stage = document.querySelector("#buehne[data-schritt]"), later = window.setTimeout;
  if (!stage) return false;
  window.setTimeout = (job, delay, ...more) => later(job, delay / hurry, ...more);
  window.zwkSeen = [stage.dataset.schritt];
  new MutationObserver(() => zwkSeen.push(stage.dataset.schritt)).observe(
    stage, { attributes: true, attributeFilter: ["data-schritt"] });
  return true;
})"""


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
        """What a value grows by in an hour after the warm-up; see ``stats.slope``."""
        return slope(self.warm(), key)

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

    def __init__(self, server: int, tab: Tab) -> None:
        self._server, self._tab = psutil.Process(server), tab
        self._began = time.monotonic()
        self._cpu = self._clock()

    def _clock(self) -> tuple[float, float]:
        used = self._server.cpu_times()
        return time.monotonic(), used.user + used.system

    async def sample(self, soak: Soak) -> None:
        """One sample, and the scenes since the last one."""
        async with self._tab.asked() as send:
            told = await send("Runtime.evaluate", expression="zwkSeen.splice(0)", returnByValue=True)
            await send("HeapProfiler.collectGarbage")
            await send("Performance.enable")
            metrics = {one["name"]: one["value"] for one in (await send("Performance.getMetrics"))["metrics"]}
        for step in (int(one.partition(".")[0]) for one in told["result"]["value"] if one):
            if not soak.steps or soak.steps[-1] != step:
                soak.steps.append(step)
        before, self._cpu = self._cpu, self._clock()
        connected = [one for one in self._server.net_connections("tcp") if one.status == psutil.CONN_ESTABLISHED]
        soak.samples.append(
            {
                "hours": (time.monotonic() - self._began) / 3600,
                "server_mb": self._server.memory_info().rss / 1e6,
                "server_cpu": (self._cpu[1] - before[1]) / max(self._cpu[0] - before[0], 1e-9),
                "threads": self._server.num_threads(),
                "connections": len(connected),
                "renderer_mb": self._tab.renderer_mb(),
                "heap_mb": metrics["JSHeapUsedSize"] / 1e6,
                "nodes": metrics["Nodes"],
                "listeners": metrics["JSEventListeners"],
            }
        )


@contextmanager
def event(home: Path, hurry: float) -> Iterator[None]:
    """The standard playlist in ``home``, its scenes shorter by ``hurry``."""
    before = os.environ.get("ZWK_HOME")
    os.environ["ZWK_HOME"] = str(home)
    from dataclasses import replace

    from zwk_data.display import memory, playlist

    made = playlist.playlist()
    items = tuple(replace(one, seconds=max(playlist.SHORTEST, int(one.seconds / hurry))) for one in made.items)
    playlist.write(replace(made, event=EVENT, items=items))
    memory.close()
    try:
        yield
    finally:
        os.environ.pop("ZWK_HOME")
        if before is not None:
            os.environ["ZWK_HOME"] = before


async def watch(
    server: Server,
    minutes: float,
    samples: int,
    hurry: float = 1,
    cut: bool = False,
    keep: Callable[[Soak], object] = lambda _: None,
) -> Soak:
    """Look at the display for ``minutes``; with ``cut`` the network is away for 30 seconds in the middle of an hour.

    ``hurry``: how much faster the page's timers run. ``keep`` gets what is known after each sample.
    """
    soak, address = Soak(), f"http://127.0.0.1:{server.port}/live-anzeige?event={EVENT}&embed=true"
    with (
        TemporaryDirectory(prefix="zwk-profile-", ignore_cleanup_errors=True) as profile,
        opened(address, Path(profile)) as tab,
    ):
        async with tab.asked() as send:
            while not await _watching(send, hurry):
                await asyncio.sleep(1)
        watcher = Watcher(server.pid, tab)
        end, hour = time.monotonic() + minutes * 60, 0
        for number in range(samples):
            wanted = end - minutes * 60 * (samples - 1 - number) / samples
            await asyncio.sleep(max(0.0, wanted - time.monotonic()))
            if cut and soak.samples and int(soak.samples[-1]["hours"] + 0.5) > hour:
                hour += 1
                soak.cuts += 1
                await without_network(tab, 30)
            await watcher.sample(soak)
            keep(soak)
    return soak


async def _watching(send: Send, hurry: float) -> bool:
    """Begin to note the scenes; False while the page waits for the server and loads itself anew."""
    try:
        return bool((await send("Runtime.evaluate", expression=f"{WATCH}({hurry})"))["result"].get("value"))
    except RuntimeError:  # between two pages there is none
        return False


async def without_network(tab: Tab, seconds: float) -> None:
    """Take the network away for a while."""
    gone = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    async with tab.asked() as send:
        await send("Network.enable")
        await send("Network.emulateNetworkConditions", **gone)
        await asyncio.sleep(seconds)
        await send("Network.emulateNetworkConditions", **gone | {"offline": False})
        await send("Network.disable")


@click.command()
@click.option("--minutes", default=480.0, show_default=True, help="How long.")
@click.option("--samples", default=97, show_default=True, help="Samples in that time.")
@click.option("--hurry", default=1.0, show_default=True, type=click.FloatRange(1), help="Everything that much faster.")
@click.option("--cut", is_flag=True, help="Take the network away for 30 seconds once an hour.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the samples to this file, after each.")
def main(minutes: float, samples: int, hurry: float, cut: bool, out: Path | None) -> None:
    """Watch the live display for hours."""

    def keep(soak: Soak) -> None:
        if out:
            out.write_text(json.dumps(asdict(soak), indent=1), encoding="utf-8")

    with TemporaryDirectory(prefix="zwk-soak-") as scratch:
        home = Path(scratch) / "home"
        home.mkdir()
        environment = {"ZWK_HOME": str(home), "ZWK_DATA": "demo"}
        with event(home, hurry), Server(PRODUCT, Path(scratch), environment) as product:
            soak = asyncio.run(watch(product, minutes, samples, hurry, cut, keep))
    click.echo(json.dumps(soak.told(), indent=2))


if __name__ == "__main__":
    main()
