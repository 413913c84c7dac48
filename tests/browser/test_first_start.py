"""The very first start: nothing is built yet, and two visitors are there already."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: ``streamlit`` that builds the figures of Kreise only, once both visitors have seen that they wait: no race
SERVER = """
import runpy, sys, time
from pathlib import Path
from tests.small_stores import of_kreise
from zwk_data.warehouse import build
from zwk_data.web.shell import start
data, seen = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
real = build.build
def once_seen(progress):
    while not seen.exists():
        time.sleep(0.05)
    return real(progress)
build.build = once_seen
start.HEAD_START = 3600  # what is computed ahead needs the figures of Gemeinden
with of_kreise(data):
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
"""


def test_the_first_start_shows_how_far_it_is_and_two_visitors_wait_for_one_build(
    fresh_server, visit, tmp_path, without_gemeinden
) -> None:
    home, seen = tmp_path / "empty", tmp_path / "seen"
    server = fresh_server(
        home=home,
        command=[
            *(sys.executable, "-c", SERVER, str(without_gemeinden), str(seen), "run", "dashboard.py"),
            *("--server.port", "{port}", "--server.address", "127.0.0.1", "--server.headless", "true"),
        ],
    )
    first, second = (visit("/quellen", base=server.url, wait=False, beside=beside) for beside in (False, True))
    for opened in (first, second):
        opened.get_by_text("Die Daten werden für den ersten Start aufbereitet").wait_for()
        opened.get_by_role("progressbar").wait_for()
    seen.touch()
    for opened in (first, second):
        opened.wait_for_selector("h1")
        visit.settled(opened)
    assert len(list(Path(home).glob("warehouse-*.duckdb"))) == 1
    assert "Traceback" not in server.log
