"""The source line of what people keep of the programme."""

from __future__ import annotations

from zwk_data import paths
from zwk_data.programme.words import ENTERED


def source() -> str:
    """Whose entries these are, for the data set that is shown."""
    return ENTERED[paths.dataset()]
