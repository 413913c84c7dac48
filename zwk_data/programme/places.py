"""Where a Kommune is marked on the map."""

from __future__ import annotations

import pandas as pd

from zwk_data.errors import ZwkError
from zwk_data.geo import catalogue

FILE = "participant_point.csv"


def map_points() -> pd.DataFrame:
    """One point per participant: columns participant_id, lon, lat (degrees, WGS84), sorted by participant_id.

    Quarters have theirs inside their city. Raises ZwkError if the file is missing.
    """
    own = catalogue.active() / FILE
    file = own if own.is_file() else catalogue.SHIPPED / FILE
    if not file.is_file():
        raise ZwkError(f"Die Datei data/boundaries/{FILE} fehlt: die Installation ist unvollständig.")
    return pd.read_csv(file).sort_values("participant_id", ignore_index=True)
