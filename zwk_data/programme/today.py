"""The day on which the shown data stand."""

from __future__ import annotations

from datetime import date

from zwk_data.paths import dataset

#: the last day of the invented data: nothing in them is entered or dated later, but for what is planned
DEMO_END = date(2024, 12, 31)


def today() -> date:
    """The real date; the invented data stand still on their last day."""
    return DEMO_END if dataset() == "demo" else date.today()
