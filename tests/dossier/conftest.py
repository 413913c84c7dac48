"""The invented data set over the real figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from zwk_data import seed


@pytest.fixture
def demo(stores: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo store beside the shipped figures; returns the folder of both."""
    monkeypatch.setenv("ZWK_DATA", "demo")
    seed.ensure()
    return stores
