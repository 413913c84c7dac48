"""What the peers show: the newest figures of every indicator for the 400 Kreise, in one order, and their borders."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd

INPUTS = Path(os.environ["BENCH_INPUTS"])
TITLE = "Karte der Kreise"
BOUNDARIES: dict = json.loads((INPUTS / "kreise.geojson").read_text(encoding="utf-8"))
_FIGURES = pd.read_parquet(INPUTS / "figures.parquet")
_NEWEST = _FIGURES[_FIGURES["year"] == _FIGURES.groupby("indicator_id")["year"].transform("max")]
#: name of each indicator -> its key, in the order of the product's select box
INDICATORS: dict[str, str] = dict(_NEWEST.drop_duplicates("name_de")[["name_de", "indicator_id"]].to_numpy().tolist())
#: key of each Kreis -> its name
KREISE = _FIGURES.drop_duplicates("area_key").set_index("area_key")["name"].sort_index()
_VALUES = {
    key: rows.set_index("area_key")["value"].reindex(KREISE.index).to_numpy()
    for key, rows in _NEWEST.groupby("indicator_id", observed=True)
}


def values(name: str) -> np.ndarray:
    """The values of an indicator in the order of KREISE."""
    return _VALUES[INDICATORS[name]]
