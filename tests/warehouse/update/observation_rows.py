"""Observation rows in one line each."""

from __future__ import annotations

import pandas as pd

from zwk_data.warehouse.collect.observations import COLUMNS


def rows(
    *cells: tuple[object, ...], source: str = "alt", indicator: str = "population", level: str = "kreis"
) -> pd.DataFrame:
    """Rows from (area_key, year, value[, status[, sex[, age_group]]])."""
    rest = ("reported", "total", "total")
    full = [(*cell, *rest[len(cell) - 3 :]) for cell in cells]
    frame = pd.DataFrame(full, columns=["area_key", "year", "value", "status", "sex", "age_group"])
    frame = frame.astype({"value": "float64", "year": "int64"})
    return frame.assign(level=level, indicator_id=indicator, territory=frame["year"], source_id=source)[COLUMNS]
