"""The door for phones opens at ports of the worker's own: others open theirs meanwhile."""

from __future__ import annotations

import os

import pytest

from zwk_data.web.light import door


@pytest.fixture(autouse=True)
def _own_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    monkeypatch.setattr(door, "PORT", 18_502 + door.TRIES * worker)
