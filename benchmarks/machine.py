"""What a result depends on, without a word about where the machine stands."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import version

import psutil


def facts(chromium: str) -> dict[str, str]:
    """Date, cores, memory and versions, in words ready for print."""
    return {
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB RAM",
        "python": platform.python_version(),
        "streamlit": version("streamlit"),
        "plotly": version("plotly"),
        "chromium": chromium,
    }


def busy() -> float:
    """The load of the last minute per core: above 0.3 others are at work and times are too long."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)
