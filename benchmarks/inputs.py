"""What the plain app reads: the product's figures for Kreise and the very layer the product's page draws."""

from __future__ import annotations

import asyncio
import time
import urllib.request
from pathlib import Path

import pandas as pd

from benchmarks.servers import Server
from benchmarks.sockets import session

FIGURES = """
    SELECT o.area_key, a.name, o.indicator_id, i.name_de, i.unit, o.year, o.value
    FROM observation_today o JOIN area a USING (area_key) JOIN indicator i USING (indicator_id)
    WHERE o.level = 'kreis' AND o.sex = 'total' AND o.age_group = 'total' AND o.value IS NOT NULL
"""


def export(folder: Path, product: Server, detail: str | None = None) -> None:
    """Write ``kreise.geojson`` and ``figures.parquet`` into ``folder``.

    ``detail``: another level of detail than the one the product's page uses. RuntimeError if the page names no layer
    of Kreise.
    """
    found = layer_of(product)
    if detail:
        from zwk_data.geo.layers import layer_bytes

        content = layer_bytes("kreise", detail, "identity")
    else:
        with urllib.request.urlopen(found, timeout=30) as answer:
            content = answer.read()
    (folder / "kreise.geojson").write_bytes(content)
    figures().to_parquet(folder / "figures.parquet")


def layer_of(product: Server) -> str:
    """The address of the Kreise the product's page draws, once its stores stand."""
    for _ in range(30):
        for layer in asyncio.run(session(product.url)):
            if "/geo/kreise." in layer:
                return layer
        time.sleep(1)
    raise RuntimeError("the product's map names no layer of Kreise")


def figures() -> pd.DataFrame:
    """Every figure of every Kreis that the product's map offers, in the order of its select box."""
    from zwk_data.demography.mapdata import available
    from zwk_data.stores.connection import close, read

    frame = read(FIGURES)
    shown = available("kreise")
    close()
    frame = frame[frame["indicator_id"].isin(shown)].copy()
    frame["indicator_id"] = pd.Categorical(frame["indicator_id"], categories=list(shown), ordered=True)
    frame = frame.sort_values(["indicator_id", "year", "area_key"], ignore_index=True)
    return frame.astype({"indicator_id": str})
