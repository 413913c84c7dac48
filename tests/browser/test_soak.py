"""The live display for a day, compressed: round after round as fast as it can follow, and nothing grows.

``python -m benchmarks.soak`` looks at a whole day.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.browser.conftest import linked, start_server, watched
from zwk_data.display import memory, playlist

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: rounds of ten scenes; two warm up
ROUNDS, WARM = 4, 1
#: the page's own times, four times as fast: how often it asks, how long it fades
HURRY = "(later => { window.setTimeout = (job, delay, ...more) => later(job, delay / 4, ...more); })(window.setTimeout)"


@pytest.fixture
def counted(stores: Path, tmp_path: Path, chromium, monkeypatch: pytest.MonkeyPatch):
    """A display on a server of its own, and what it costs at a moment."""
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    monkeypatch.setenv("ZWK_DATA", "demo")
    server = start_server(linked(stores, tmp_path), tmp_path, "demo")
    context = watched(chromium.new_context(viewport={"width": 960, "height": 540}))
    context.add_init_script(HURRY)
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("Performance.enable")
    process = psutil.Process(server.process.pid)

    def count() -> dict[str, float]:
        for _ in range(2):  # the second collects what the first leaves behind
            cdp.send("HeapProfiler.collectGarbage")
        found = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
        connected = [one for one in process.net_connections("tcp") if one.status == psutil.CONN_ESTABLISHED]
        return {
            "nodes": found["Nodes"],
            "listeners": found["JSEventListeners"],
            "heap": found["JSHeapUsedSize"],
            "connections": len(connected),
            "threads": process.num_threads(),
            "server": process.memory_info().rss,
        }

    yield server, page, count
    context.close()
    server.stop()
    memory.close()


def test_nothing_grows_and_no_scene_is_missed(counted) -> None:
    server, page, count = counted
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{server.url}/live-anzeige?embed=true")
    page.wait_for_selector("#buehne[data-schritt]")
    scenes, found = len(playlist.playlist().items), []
    for number in range(ROUNDS):
        for step in range(number * scenes, (number + 1) * scenes):
            memory.command(playlist.STANDARD, lambda before, step=step: replace(before, step=step, held=True))
            page.wait_for_selector(f"#buehne[data-schritt^='{step}.']")
        # the previous scene is gone
        page.wait_for_selector(".szene >> nth=1", state="detached")
        found.append(count())
    warm, last = found[WARM], found[-1]
    assert last["listeners"] == warm["listeners"]
    assert last["nodes"] <= warm["nodes"] * 1.05
    assert last["heap"] < warm["heap"] + 200_000
    assert last["connections"] <= max(2, warm["connections"])
    assert last["threads"] <= warm["threads"] + 1
    assert last["server"] < warm["server"] + 20_000_000
    assert faults == []
