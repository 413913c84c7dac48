"""What the screens of an event show right now: the playlist runs by the clock, and a presenter may step in.

While it runs by itself nothing is stored: every screen derives the same scene from the same anchor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from zwk_data.display.playlist import Item

#: how many seconds a Kommune stays that a presenter called, unless held
CALLED = 30
LONGEST_MESSAGE = 160


@dataclass(frozen=True)
class Anchor:
    """Where the playlist was at a moment: at scene number ``step``, counted through all rounds, ``since`` that time.

    ``held``: it stays there. ``called``: a Kommune shown instead, called at ``called_at``. ``message``: a line over
    every scene. ``serial`` grows with every command. Times are seconds since 1970.
    """

    step: int = 0
    since: float = 0.0
    held: bool = False
    called: str = ""
    called_at: float = 0.0
    message: str = ""
    serial: int = 0


@dataclass(frozen=True)
class Shown:
    """What is on screen: the scene and its ``round``, the Kommune called (or empty), seconds ``left`` (None while
    held), and the step ``following`` it."""

    step: int
    scene: str
    item: Item
    round: int
    called: str
    left: float | None
    following: int


def shown_now(items: Sequence[Item], anchor: Anchor, now: float) -> Shown:
    """The scene at ``now``; ``items`` are those that have something to show. Raises ValueError if there are none."""
    if not items:
        raise ValueError("no scene")
    step, began = _walked(items, anchor, now)
    item = items[step % len(items)]
    if anchor.called and (anchor.held or now < anchor.called_at + CALLED):
        left = None if anchor.held else anchor.called_at + CALLED - now
        called = Item("scheinwerfer", CALLED, (anchor.called,))
        return Shown(step, "scheinwerfer", called, step // len(items), anchor.called, left, step)
    left = None if anchor.held else max(0.0, began + item.seconds - now)
    return Shown(step, item.scene, item, step // len(items), "", left, step + 1)


def _walked(items: Sequence[Item], anchor: Anchor, now: float) -> tuple[int, float]:
    """The step at ``now`` and when it began."""
    if anchor.held:
        return anchor.step, anchor.since
    step, began = anchor.step, anchor.since
    if anchor.called:
        # the clock stood still while the Kommune was shown
        began += max(0.0, min(now - anchor.called_at, CALLED))
    whole = sum(item.seconds for item in items)
    rounds = int(max(0.0, now - began) // whole)
    step, began = step + rounds * len(items), began + rounds * whole
    while now >= began + items[step % len(items)].seconds:
        began += items[step % len(items)].seconds
        step += 1
    return step, began


def go(items: Sequence[Item], anchor: Anchor, now: float, by: int) -> Anchor:
    """Go one scene on or back; ends a call. Before the first scene comes the last one."""
    step = _walked(items, anchor, now)[0] + by
    return replace(anchor, step=step % len(items) if step < 0 else step, since=now, called="", serial=anchor.serial + 1)


def hold(items: Sequence[Item], anchor: Anchor, now: float) -> Anchor:
    """Stay with what is shown."""
    step, began = _walked(items, anchor, now)
    called = anchor.called if anchor.called and now < anchor.called_at + CALLED else ""
    return replace(anchor, step=step, since=began, held=True, called=called, serial=anchor.serial + 1)


def run(anchor: Anchor, now: float) -> Anchor:
    """Go on by the clock, the present scene from its beginning."""
    return replace(anchor, since=now, held=False, called="", serial=anchor.serial + 1)


def call(items: Sequence[Item], anchor: Anchor, now: float, participant_id: str) -> Anchor:
    """Put the light on a Kommune; afterwards the playlist goes on where it was."""
    step, began = _walked(items, anchor, now)
    return replace(
        anchor, step=step, since=began, called=participant_id, called_at=now, held=False, serial=anchor.serial + 1
    )


def say(anchor: Anchor, message: str) -> Anchor:
    """Show a line over every scene; an empty one removes it, one that is too long is cut."""
    return replace(anchor, message=" ".join(message.split())[:LONGEST_MESSAGE], serial=anchor.serial + 1)
