"""The signs of official tables: a cell becomes a value and the reason why it is what it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: sign -> status. ``-`` stands for "nothing" *or* "the unit did not exist": the value is left
#: missing and the status says ``none``, so that nobody adds a zero that nobody published.
SIGNS = {
    "-": "none",
    "–": "none",
    ".": "secret",
    "•": "secret",
    "/": "unreliable",
    "x": "not_applicable",
    "X": "not_applicable",
    "...": "pending",
    "…": "pending",
}
STATUSES = (
    "reported", "none", "secret", "unreliable", "not_applicable", "pending",
    "rounded", "estimated", "computed",
)  # fmt: skip


def parse_sign(cells: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Parse text cells with decimal comma and no thousands separator.

    Returns three series on the index of ``cells``: value (float64, NaN where a sign stands),
    status (str), and ``bad`` (bool: neither a number nor a sign; an empty cell is bad too).
    """
    text = cells.astype("str").str.strip()
    status = text.map(SIGNS).astype("object")
    is_number = text.str.fullmatch(r"[+-]?\d+(?:,\d+)?")
    value = pd.to_numeric(text.where(is_number).str.replace(",", ".", regex=False), errors="coerce").astype(np.float64)
    status = status.where(~is_number, "reported")
    bad = status.isna()
    return value, status.fillna("bad").astype("str"), bad
