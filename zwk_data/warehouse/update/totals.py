"""Länder and the Bund as sums of Kreise, for what nobody prints; people and areas are added up by the build itself."""

from __future__ import annotations

import pandas as pd

from zwk_data.warehouse.collect.observations import COLUMNS
from zwk_data.warehouse.update.places import Places

#: counts that add up and that sums.sql leaves alone
ADDED = ("births", "deaths", "moves_in", "moves_out")
_GROUP = ["indicator_id", "year", "sex", "age_group"]


def with_totals(new: pd.DataFrame, old: pd.DataFrame, places: Places) -> pd.DataFrame:
    """The rows and, for years with all Kreise and no printed Land or Bund, their sums (status ``computed``)."""
    kreise = new[(new["level"] == "kreis") & new["indicator_id"].isin(ADDED)]
    printed = pd.concat([new, old[old["status"].isin(["reported", "none"])]])
    parts = [new]
    for level in ("land", "bund"):
        known = printed.loc[printed["level"] == level, _GROUP].drop_duplicates()
        lacking = kreise.merge(known, how="left", on=_GROUP, indicator="side")
        lacking = lacking[lacking["side"] == "left_only"]
        lacking = lacking.assign(
            area_key=lacking["area_key"].str[:2] if level == "land" else "DG",
            value=lacking["value"].where(lacking["status"] != "none", 0.0),
        )
        counts = lacking.groupby(_GROUP)["value"].agg(["count", "size"])
        full = [
            key for key, count, size in counts.itertuples()
            if count == size == len(places.valid("kreis", int(key[1])))
        ]  # fmt: skip
        whole = lacking[pd.MultiIndex.from_frame(lacking[_GROUP]).isin(full)]
        sums = whole.groupby(["area_key", *_GROUP], as_index=False).agg(
            value=("value", "sum"), territory=("territory", "max"), source_id=("source_id", "first")
        )
        parts.append(sums.assign(level=level, status="computed")[COLUMNS])
    return pd.concat([part for part in parts if len(part)], ignore_index=True)
