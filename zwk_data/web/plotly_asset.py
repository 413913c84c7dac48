"""Plotly's script out of the installed Python package: no copy of it in the repository, none from another host."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.resources import files

from zwk_data.web.encoding import compress

PATH = "/assets/plotly-{version}.min.js"


@cache
def plotly_url() -> str:
    """Its address, with the version, so that a browser may keep it for good."""
    return PATH.format(version=version("plotly"))


@cache
def plotly_script(encoding: str) -> bytes:
    """The script as it is (``identity``, 4.8 MB) or compressed (``br``, 1.2 MB; ``gzip``, 1.4 MB)."""
    script = files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    return compress(script, encoding)
