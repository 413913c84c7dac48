"""The very first start: nothing is built yet, and two visitors are there already."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def test_the_first_start_shows_how_far_it_is_and_two_visitors_wait_for_one_build(fresh_server, visit, tmp_path) -> None:
    home = tmp_path / "empty"
    server = fresh_server(home=home)
    first, second = (visit("/quellen", base=server.url, wait=False, beside=beside) for beside in (False, True))
    for opened in (first, second):
        opened.get_by_text("Die Daten werden für den ersten Start aufbereitet").wait_for(timeout=60_000)
        opened.get_by_role("progressbar").wait_for(timeout=20_000)
    for opened in (first, second):
        opened.wait_for_selector("h1", timeout=180_000)
        visit.settled(opened)
    assert len(list(Path(home).glob("warehouse-*.duckdb"))) == 1
    assert "Traceback" not in server.log
