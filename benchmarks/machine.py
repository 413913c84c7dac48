"""What a result depends on, without a word about where the machine stands."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec

import psutil

#: seconds, and the share of a core below which a server rests; ours goes on loading five seconds after the first visit
IDLE, RESTS = 8, 0.05
#: the peers that may be missing: what they are called, and their package
PEERS = {"Dash": "dash", "Panel": "panel"}


def processor_seconds(processes: Iterable[psutil.Process]) -> dict[int, float]:
    """Seconds of processor time that each process has had so far, by its number; without one that has just ended."""
    found = {}
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            spent = process.cpu_times()
            found[process.pid] = spent.user + spent.system
    return found


def wait_until_idle(processes: Callable[[], Iterable[psutil.Process]]) -> None:
    """Return once they have hardly worked for IDLE seconds: what a server still loads belongs to nobody's visit.

    Raises TimeoutError after two minutes.
    """
    end = time.monotonic() + 120
    while time.monotonic() < end:
        before = sum(processor_seconds(processes()).values())
        time.sleep(IDLE)
        if sum(processor_seconds(processes()).values()) - before < RESTS * IDLE:
            return
    raise TimeoutError("the server does not come to rest")


def facts(chromium: str) -> dict[str, str]:
    """Date, cores, memory and versions, in words ready for print."""
    return {
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB RAM",
        "python": platform.python_version(),
        "streamlit": version("streamlit"),
        "plotly": version("plotly"),
        "chromium": chromium,
        "peers": ", ".join(f"{name} {version(package)}" for name, package in PEERS.items() if find_spec(package)),
    }


def busy() -> float:
    """The load of the last minute per core: above 0.3 others are at work and times are too long."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)
