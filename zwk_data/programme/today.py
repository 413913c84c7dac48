"""The day on which the shown data stand."""

from __future__ import annotations

from datetime import date

from zwk_data.paths import dataset
from zwk_data.programme.demo import END


def today() -> date:
    """The real date; the invented data stand still on their last day."""
    return END if dataset() == "demo" else date.today()
