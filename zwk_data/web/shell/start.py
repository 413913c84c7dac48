"""The first start builds what is missing, once per process, while every waiting session sees the progress.

When something goes wrong the reader sees one German sentence; the details go to the log.
"""

from __future__ import annotations

import gc
import logging
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from zwk_data import settings
from zwk_data.errors import ZwkError

log = logging.getLogger(__name__)
PREPARING = "Die Daten werden für den ersten Start aufbereitet. Das dauert etwa eine Viertelminute."
#: seconds left to the first page before anything is computed ahead
HEAD_START = 5
#: seconds until whoever waits sees that something is being done, where nothing needs to be built
PATIENCE = 3


def take_path() -> None:
    """Let the app run below the path that ``server.baseUrlPath`` names; end with one sentence if it can't."""
    try:
        settings.run_below(str(st.get_option("server.baseUrlPath") or ""))
    except ZwkError as error:
        sys.exit(str(error))


class Preparation:
    """Runs one job in one thread, however many ask for it, and reports its progress.

    ``before``: what else the server wants done, before anything is read; ``after``: what it wants computed beside the
    first visitor's browser, which takes as long to start Streamlit's page.
    """

    def __init__(self) -> None:
        self.before: Callable[[], None] | None = None
        self.after: Callable[[], None] | None = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.fraction = 0.0
        self.text = ""
        self.ready = False
        self.error: Exception | None = None

    def begin(self) -> threading.Thread:
        """Start the job unless it is running or done; after a failure the next call tries again."""
        with self._lock:
            if self._thread is None or (not self._thread.is_alive() and not self.ready):
                self.error = None
                self._thread = threading.Thread(target=self._run, name="zwk-start", daemon=True)
                self._thread.start()
            return self._thread

    def _report(self, fraction: float, text: str) -> None:
        self.fraction, self.text = min(max(fraction, 0.0), 1.0), text

    def _run(self) -> None:
        try:
            if self.before:
                self.before()
            self._job()
            self.ready = True
        except ZwkError as error:
            self.error = error  # shown to every waiting session, and logged there
        except Exception as error:
            log.exception("Die Datenspeicher konnten nicht aufgebaut werden.")
            self.error = error
        finally:
            if not gc.isenabled():  # see the server: what is there now stays, nobody needs to look through it again
                gc.freeze()
                gc.enable()

    def _job(self) -> None:
        # Imported here, off the request path: the server answers while pandas and DuckDB load.
        from zwk_data import seed  # noqa: PLC0415
        from zwk_data.stores import connection  # noqa: PLC0415
        from zwk_data.warehouse import build  # noqa: PLC0415

        build.ensure(self._report)
        seed.ensure()
        why_not = connection.open_for_writing()
        if why_not:
            log.warning("%s", why_not)
        threading.Thread(target=self._ahead, name="zwk-warm", daemon=True).start()

    def _ahead(self) -> None:
        if self.after:
            with suppress(ZwkError):  # the page itself tells what is wrong
                self.after()
        _warm_up()


def _warm_up() -> None:
    """What the first to save, search, take a file or open a Kommune would wait for: beside the first visitors."""
    time.sleep(HEAD_START)
    from zwk_data.demography import backtest  # noqa: PLC0415
    from zwk_data.export import dossier_files  # noqa: PLC0415
    from zwk_data.profile import values  # noqa: PLC0415
    from zwk_data.records.changes import warm_up  # noqa: PLC0415
    from zwk_data.views import search  # noqa: PLC0415

    warm_up()
    search.germany()
    values.columns()
    for level in backtest.SIZES:
        backtest.coverage(level)
    dossier_files.load_makers()


preparation = Preparation()


def wait_until_ready(job: Preparation = preparation) -> None:
    """Return once the stores are ready; until then show the progress. Raises ZwkError if they cannot be built."""
    settings.dataset()  # report a wrong ZWK_DATA at once
    if job.ready:
        return
    thread = job.begin()
    end = time.monotonic() + PATIENCE
    while thread.is_alive() and not job.text and time.monotonic() < end:
        thread.join(0.02)  # usually everything is there: no flash of a progress bar
    if thread.is_alive():
        place = st.empty()
        with place.container():
            st.markdown(PREPARING)
            bar = st.progress(0.0, text="Beginnt …")
            while thread.is_alive():
                bar.progress(job.fraction, text=job.text or "Beginnt …")
                time.sleep(0.15)
        place.empty()
    if not job.ready:
        if isinstance(job.error, ZwkError):
            raise job.error
        raise ZwkError(
            "Die Datenspeicher konnten nicht aufgebaut werden. Näheres steht im Protokoll des Servers; "
            "„python -m zwk_data build“ zeigt den Fehler ebenfalls."
        ) from job.error


def is_ready(job: Preparation = preparation) -> bool:
    """Whether the stores are ready; starts building them if need be."""
    if not job.ready:
        job.begin()
    return job.ready


UNEXPECTED = (
    "Diese Seite konnte nicht vollständig gezeigt werden. Bitte laden Sie sie neu; bleibt es dabei, "
    "hilft der Geschäftsstelle die Uhrzeit dieses Fehlers beim Suchen im Protokoll."
)


def show_problem(error: Exception) -> bool:
    """Streamlit's handler for faults in pages. Returns True: Streamlit shows no trace of its own."""
    if isinstance(error, ZwkError):
        log.warning("%s", error)
        st.error(str(error), icon=":material/error:")
    else:
        log.exception("Unerwarteter Fehler in einer Seite", exc_info=error)
        st.error(UNEXPECTED, icon=":material/error:")
    return True
