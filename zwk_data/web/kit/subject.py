"""Whom the page Demografie is about, and what every part of it needs to know of them."""

from __future__ import annotations

import pandas as pd

from zwk_data.demography import indicators
from zwk_data.demography import portrait as subjects
from zwk_data.demography.indicators import Indicator
from zwk_data.demography.portrait import Subject

__all__ = ["Subject", "catalogue", "no_figure", "subject"]


def subject(participant_id: str, row: pd.Series) -> Subject:
    """The subject from its row of ``programme.participants``."""
    return subjects.subject_of(participant_id, row["name"], row["short"], row["kind"])


def catalogue() -> dict[str, Indicator]:
    """All indicators by id."""
    return indicators.indicators()


def no_figure(me: Subject, indicator: Indicator) -> str:
    """The sentence for a participant that nobody published a figure of."""
    return f"{indicator.name}: Für {me.name} ist hier keine Zahl veröffentlicht."
