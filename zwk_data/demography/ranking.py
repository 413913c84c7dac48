"""Who stands at the ends of an indicator."""

from __future__ import annotations

import pandas as pd

from zwk_data.demography.indicators import Indicator
from zwk_data.demography.words import LAYERS
from zwk_data.german import with_unit


def extremes(values: pd.DataFrame, indicator: Indicator, layer: str, n: int = 5) -> pd.DataFrame:
    """The ``n`` highest and lowest of ``mapdata.map_values``: area, value as German text, Rang.

    All of them if there are no more than ``2 * n``.
    """
    known = values.dropna(subset="value").sort_values(["value", "name"], ascending=[False, True])
    rank = known["value"].rank(ascending=False, method="min").astype(int)
    shown = known if len(known) <= 2 * n else pd.concat([known.head(n), known.tail(n)])
    return pd.DataFrame(
        {
            LAYERS[layer][0]: shown["name"].to_list(),
            indicator.name: [with_unit(value, indicator.unit, indicator.decimals) for value in shown["value"]],
            "Rang": [f"{rank[i]}." for i in shown.index],
        }
    )
