"""Who directs the screens: the clock, or a presenter meanwhile; every screen computes the same state."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.display import memory
from zwk_data.display.memory import CALLED, Anchor
from zwk_data.display.playlist import Item

ITEMS = (Item("willkommen", 10), Item("karte", 40), Item("themen", 20))
COMMANDS = st.lists(
    st.tuples(st.sampled_from(["weiter", "zurueck", "halt", "lauf", "rufen", "melden"]), st.floats(0, 500)), max_size=12
)


def played(commands: list[tuple[str, float]]) -> tuple[Anchor, float]:
    """The anchor after these commands, so many seconds after one another, and the time of the last."""
    anchor, now = Anchor(), 0.0
    for deed, pause in commands:
        now += pause
        if deed in ("weiter", "zurueck"):
            anchor = memory.go(ITEMS, anchor, now, 1 if deed == "weiter" else -1)
        elif deed == "halt":
            anchor = memory.hold(ITEMS, anchor, now)
        elif deed == "lauf":
            anchor = memory.run(anchor, now)
        elif deed == "rufen":
            anchor = memory.call(ITEMS, anchor, now, "riesa")
        else:
            anchor = memory.say(anchor, "Hallo")
    return anchor, now


def at(now: float, anchor: Anchor = Anchor()) -> tuple[str, int, float | None]:  # noqa: B008 - frozen
    shown = memory.shown_now(ITEMS, anchor, now)
    return shown.scene, shown.round, shown.left


def test_it_runs_by_the_clock_round_after_round() -> None:
    assert at(0) == ("willkommen", 0, 10)
    assert at(9.5) == ("willkommen", 0, 0.5)
    assert at(10) == ("karte", 0, 40)
    assert at(69) == ("themen", 0, 1)
    assert at(70) == ("willkommen", 1, 10)
    assert at(70 * 100_000 + 11) == ("karte", 100_000, 39)


def test_held_it_stays_and_goes_on_from_the_beginning_of_the_scene() -> None:
    held = memory.hold(ITEMS, Anchor(), 15)
    assert at(10_000, held) == ("karte", 0, None)
    assert at(10_000, memory.run(held, 10_000)) == ("karte", 0, 40)


def test_a_called_kommune_comes_between_and_the_scene_goes_on_where_it_was() -> None:
    called = memory.call(ITEMS, Anchor(), 20, "riesa")
    shown = memory.shown_now(ITEMS, called, 21)
    assert (shown.scene, shown.called, shown.left) == ("scheinwerfer", "riesa", CALLED - 1)
    assert at(20 + CALLED, called) == ("karte", 0, 30), "ten of its forty seconds were over"
    stays = memory.hold(ITEMS, called, 25)
    assert memory.shown_now(ITEMS, stays, 9_000).called == "riesa"


def test_back_before_the_first_is_the_last() -> None:
    assert at(0, memory.go(ITEMS, Anchor(), 0, -1))[0] == "themen"


def test_a_message_is_one_short_line() -> None:
    assert memory.say(Anchor(), " a \n b ").message == "a b"
    assert len(memory.say(Anchor(), "x" * 999).message) == memory.LONGEST_MESSAGE


def test_nothing_to_show_is_refused() -> None:
    with pytest.raises(ValueError, match="no scene"):
        memory.shown_now((), Anchor(), 0)


@given(COMMANDS, st.floats(0, 5000))
def test_whatever_is_commanded_something_is_shown_and_the_clock_goes_forward(
    commands: list[tuple[str, float]], later: float
) -> None:
    anchor, now = played(commands)
    first, then = memory.shown_now(ITEMS, anchor, now), memory.shown_now(ITEMS, anchor, now + later)
    for shown in (first, then):
        assert shown.step >= 0
        assert shown.left is None or 0 <= shown.left <= max(CALLED, *(item.seconds for item in ITEMS)) + 1e-3
    assert then.step >= first.step
    assert first == memory.shown_now(ITEMS, anchor, now), "two screens at one moment agree"
    if anchor.held:
        assert replace(then, left=None) == replace(first, left=None)


@given(COMMANDS)
def test_every_command_is_another_state(commands: list[tuple[str, float]]) -> None:
    assert played(commands)[0].serial == len(commands)
