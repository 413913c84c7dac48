"""What the other map apps read: the product's figures for Kreise and its borders of the Kreise as GeoJSON."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

FIGURES = """
    SELECT o.area_key, a.name, o.indicator_id, i.name_de, i.unit, o.year, o.value
    FROM observation_today o JOIN area a USING (area_key) JOIN indicator i USING (indicator_id)
    WHERE o.level = 'kreis' AND o.sex = 'total' AND o.age_group = 'total' AND o.value IS NOT NULL
"""


def export(folder: Path, detail: str = "mittel") -> None:
    """Write ``kreise.geojson`` and ``figures.parquet`` into ``folder``; ``detail``: fein, mittel or grob."""
    from zwk_data.geo.map_layers import write_layer

    write_layer("kreise", folder / "kreise.geojson", detail)
    figures().to_parquet(folder / "figures.parquet")


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
