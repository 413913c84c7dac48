"""The first start: runs once however many ask, shows progress to all who wait, and is retried after a failure."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from zwk_data.demography import backtest
from zwk_data.errors import ZwkError
from zwk_data.settings import ROOT
from zwk_data.web.shell import start
from zwk_data.web.shell.start import Preparation, wait_until_ready


class Slow(Preparation):
    """A job that waits for a sign."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.go, self.runs, self.fault = threading.Event(), 0, error

    def _job(self) -> None:
        self.runs += 1
        self._report(0.4, "Amtliche Zahlen laden")
        self.go.wait(20)
        if self.fault:
            raise self.fault


def test_many_sessions_start_one_job() -> None:
    job = Slow()
    threads = {job.begin() for _ in range(10)}
    assert len(threads) == 1
    job.go.set()
    threads.pop().join()
    assert job.ready
    job.begin()
    assert job.runs == 1


def test_who_waits_sees_how_far_it_is() -> None:
    job = Slow()

    def page() -> None:
        import streamlit as st

        from zwk_data.web.shell.start import wait_until_ready

        wait_until_ready(st.session_state["job"])
        st.text("fertig")

    app = AppTest.from_function(page, default_timeout=30)
    app.session_state["job"] = job
    threading.Timer(1.5, job.go.set).start()
    app.run()
    assert [text.value for text in app.text] == ["fertig"]
    assert not app.exception


def test_a_fault_is_one_german_sentence_and_the_next_visitor_tries_again() -> None:
    job = Slow(OSError("disk full"))
    job.go.set()
    with pytest.raises(ZwkError, match="Die Datenspeicher konnten nicht aufgebaut werden"):
        wait_until_ready(job)
    job.fault = ZwkError("Die Datei fehlt.")
    with pytest.raises(ZwkError, match="Die Datei fehlt"):
        wait_until_ready(job)
    job.fault = None
    wait_until_ready(job)
    assert job.runs == 3


def test_a_wrong_data_set_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_DATA", "geheim")
    with pytest.raises(ZwkError, match="ZWK_DATA=geheim ist unbekannt"):
        wait_until_ready(Slow())


@pytest.mark.usefixtures("stores")
def test_the_first_ausblick_finds_its_bands_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "HEAD_START", 0)
    start._warm_up()
    monkeypatch.setattr(backtest, "past_misses", lambda _level: pytest.fail("drawn again"))
    for level in backtest.SIZES:
        assert len(backtest.coverage(level)) == len(backtest.SIZES[level])


#: what takes longer to load than the server itself, or is needed by few pages only
HEAVY = ("pandas", "numpy", "duckdb", "shapely", "jinja2", "babel", "pandera", "geopandas", "matplotlib", "scipy")


@pytest.mark.slow
def test_the_server_answers_before_pandas_and_the_stores_are_loaded() -> None:
    script = f"import sys, dashboard; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_garbage_is_collected_again_once_the_stores_stand_or_cannot() -> None:
    for fault in (None, OSError("disk full")):
        job = Slow(fault)
        job.go.set()
        gc.disable()
        try:
            job.begin().join()
            assert gc.isenabled()
        finally:
            gc.enable()
            gc.unfreeze()


def test_what_the_server_wants_first_is_done_first_and_its_fault_stops_the_rest() -> None:
    job, done = Slow(), []
    job.before = lambda: done.append(job.runs)
    job.go.set()
    wait_until_ready(job)
    assert done == [0]

    def refuse() -> None:
        raise ZwkError("Die Anmeldung fehlt.")

    job = Slow()
    job.before = refuse
    with pytest.raises(ZwkError, match="Die Anmeldung fehlt"):
        wait_until_ready(job)
    assert (job.runs, job.ready) == (0, False)


def test_what_is_computed_ahead_holds_nobody_up_and_may_fail(stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go, ended = threading.Event(), threading.Event()
    monkeypatch.setattr(start, "_warm_up", ended.set)

    def first_page() -> None:
        go.wait(20)
        raise ZwkError("Diese Seite sagt selbst, was fehlt.")

    job = Preparation()
    job.after = first_page
    job.begin().join(60)
    assert job.ready
    assert not ended.is_set()
    go.set()
    assert ended.wait(20)
    assert job.error is None
