"""Of several quick clicks only one saves, and the page says what was saved."""

from __future__ import annotations

import pytest

from zwk_data.errors import ZwkError
from zwk_data.records.changes import Saved
from zwk_data.web.datenpflege import undo


class InterruptedRunError(Exception):
    """Stands for the end of a run when another click waits."""


def test_a_second_click_tells_what_the_first_one_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int | None, str]] = []

    def interrupted(set_id: int | None, words: str) -> None:
        raise InterruptedRunError

    monkeypatch.setattr(undo, "saved_anew", interrupted)
    with pytest.raises(InterruptedRunError):
        undo.attempt(lambda: Saved(7), "Spelle, 14.02.2023.")

    def anew(set_id: int | None, words: str) -> None:
        told.append((set_id, words))
        raise InterruptedRunError

    def refused() -> Saved:
        raise ZwkError("Nicht gespeichert: Das gibt es schon.")

    monkeypatch.setattr(undo, "saved_anew", anew)
    with pytest.raises(InterruptedRunError):
        undo.attempt(refused, "Spelle, 14.02.2023.")
    assert told == [(7, "Spelle, 14.02.2023.")]
