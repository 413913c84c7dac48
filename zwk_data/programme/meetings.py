"""The meetings of the network."""

from __future__ import annotations

from datetime import date

import pandas as pd

from zwk_data.warehouse.connection import read


def upcoming_meetings(today: date, most: int) -> pd.DataFrame:
    """The next planned meetings, soonest first: title, kind, date_from, date_to (Timestamps), place (may be None)."""
    return read(
        """
        SELECT title, kind, date_from, date_to, place FROM network_event
        WHERE status = 'planned' AND date_to >= ? ORDER BY date_from, title LIMIT ?
        """,
        [today, most],
    )
