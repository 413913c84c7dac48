"""A store of sessions of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from zwk_data.room import sessions
from zwk_data.room.sessions import Session

FIELDS = [("Wohnen", "Leerstand senken"), ("Jugend", ""), ("Mobilität", "Bürgerbus an vier Tagen")]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the store."""
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    yield tmp_path
    sessions.close_store()


@pytest.fixture
def begun(room: Path) -> Callable[..., Session]:
    """``begun("riesa")`` begins a session there."""

    def begin(participant_id: str = "riesa", **more: object) -> Session:
        return sessions.begin(participant_id, participant_id.title(), date(2024, 11, 5), FIELDS, **more)

    return begin
