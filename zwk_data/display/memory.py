"""What the screens of an event show right now, and what a running display remembers beyond a restart.

The playlist runs by the clock, and a presenter may step in. While it runs by itself nothing is stored: every screen
derives the same scene from the same anchor. The presenter's commands, the codes and counts of greetings lie in a small
SQLite file of their own: none of it is a record of the programme, and no word in it is about a person.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from zwk_data import settings
from zwk_data.display.playlist import Item
from zwk_data.stores.admission import new_code, normalised_code
from zwk_data.stores.group_writer import Connection, SmallStore, StoreKind
from zwk_data.stores.small import close_all, opened

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


log = logging.getLogger(__name__)
FILE = "anzeige.sqlite"
#: characters of a code; a remote's is longer, as it directs every screen
REMOTE_LENGTH, GUEST_LENGTH = 8, 5
_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
    event TEXT PRIMARY KEY, anchor TEXT NOT NULL, remote TEXT NOT NULL UNIQUE, guest TEXT NOT NULL UNIQUE,
    greetings INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS greeting (
    event TEXT NOT NULL, participant_id TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (event, participant_id)
);
CREATE TABLE IF NOT EXISTS door (event TEXT PRIMARY KEY, port INTEGER, address TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS greeted (event TEXT PRIMARY KEY, at DOUBLE PRECISION NOT NULL);
CREATE TABLE IF NOT EXISTS seal (id INTEGER PRIMARY KEY CHECK (id = 1), secret TEXT NOT NULL);
"""
_UNUSABLE = f"Der Stand der Anzeige ({FILE}) lässt sich nicht lesen oder schreiben: {{error}}"
KIND = StoreKind(_SCHEMA, _UNUSABLE, _UNUSABLE)


@dataclass(frozen=True)
class Codes:
    """``remote``: who knows it directs the screens; ``guest``: who knows it may greet."""

    remote: str
    guest: str


@dataclass(frozen=True)
class DoorAddress:
    """``port`` of the guest door, None until it was opened; ``address`` of this machine in the room, "" for the first
    one found.
    """

    port: int | None = None
    address: str = ""


def _store() -> SmallStore:
    return opened(settings.home() / FILE, KIND)


def _event(event: str) -> Any:
    """The row of an event, made at first use."""
    sql = "SELECT anchor, remote, guest, greetings FROM event WHERE event = ?"
    found = _store().read(sql, [event])
    if not found:
        made = [event, json.dumps(asdict(Anchor())), new_code(REMOTE_LENGTH), new_code(GUEST_LENGTH)]
        _write("INSERT INTO event VALUES (?, ?, ?, ?, 1) ON CONFLICT DO NOTHING", made)
        found = _store().read(sql, [event])
    return found[0]


def _write(sql: str, params: Sequence[object]) -> int:
    """Run one statement in a transaction of its own; returns how many rows it touched."""
    return _store().write(lambda con: int(con.execute(sql, params).rowcount))


def seal() -> bytes:
    """The secret with which this installation signs its tickets; made at first use."""
    sql = "SELECT secret FROM seal"
    found = _store().read(sql)
    if not found:
        _write("INSERT INTO seal VALUES (1, ?) ON CONFLICT DO NOTHING", [secrets.token_hex(32)])
        found = _store().read(sql)
    return bytes.fromhex(found[0]["secret"])


def anchor(event: str) -> Anchor:
    """The last command for an event."""
    return _as_anchor(_event(event)["anchor"])


def _as_anchor(kept: str) -> Anchor:
    """The command kept; the beginning of the playlist where what is kept can't be read."""
    try:
        return Anchor(**json.loads(kept))
    except (ValueError, TypeError, RecursionError):
        log.warning("Die Regie einer Veranstaltung war nicht zu lesen; die Anzeige beginnt von vorn.")
        return Anchor()


def command(event: str, change: Callable[[Anchor], Anchor | None]) -> bool:
    """Replace the last command with the result of ``change``, in one transaction; False if that is None."""
    _event(event)

    def job(con: Connection) -> bool:
        before = con.execute("SELECT anchor FROM event WHERE event = ?", [event]).fetchone()[0]
        after = change(_as_anchor(before))
        if after is None:
            return False
        con.execute("UPDATE event SET anchor = ? WHERE event = ?", [json.dumps(asdict(after)), event])
        return True

    return _store().write(job)


def codes(event: str) -> Codes:
    """The codes of an event."""
    kept = _event(event)
    return Codes(kept["remote"], kept["guest"])


def fresh_codes(event: str) -> Codes:
    """Make new codes; the old ones stop working."""
    _event(event)
    made = Codes(new_code(REMOTE_LENGTH), new_code(GUEST_LENGTH))
    _write("UPDATE event SET remote = ?, guest = ? WHERE event = ?", [made.remote, made.guest, event])
    return made


def event_of_remote(code: str) -> str | None:
    """The event that a remote with this code controls, or None; the code may be as typed."""
    return _event_of("remote", code)


def event_of_guest(code: str) -> str | None:
    """The event whose guests have this code, or None; the code may be as typed."""
    return _event_of("guest", code)


def _event_of(column: str, code: str) -> str | None:
    found = _store().read(f"SELECT event FROM event WHERE {column} = ?", [normalised_code(code)])
    return str(found[0]["event"]) if found else None


def greetings_on(event: str) -> bool:
    """May guests greet? A moderator can switch it off at any moment."""
    return bool(_event(event)["greetings"])


def switch_greetings(event: str, on: bool) -> None:
    """Let guests greet, or not."""
    _event(event)
    _write("UPDATE event SET greetings = ? WHERE event = ?", [int(on), event])


_GREETED = "INSERT INTO greeted VALUES (?, ?) ON CONFLICT (event) DO UPDATE SET at = excluded.at"


def greet(event: str, participant_id: str) -> bool:
    """Count a greeting from a Kommune; False if greetings are switched off."""
    _event(event)
    counted = _write(
        "INSERT INTO greeting SELECT event, ?, 1 FROM event WHERE event = ? AND greetings = 1 "
        "ON CONFLICT (event, participant_id) DO UPDATE SET number = greeting.number + 1",
        [participant_id, event],
    )
    if counted == 1:
        _write(_GREETED, [event, time.time()])
    return counted == 1


def greetings(event: str) -> dict[str, int]:
    """participant_id -> number of greetings."""
    rows = _store().read("SELECT participant_id, number FROM greeting WHERE event = ? ORDER BY 1", [event])
    return {row["participant_id"]: row["number"] for row in rows}


def forget_greetings(event: str) -> None:
    """Start counting from zero again."""
    _write("DELETE FROM greeting WHERE event = ?", [event])


def forget_greetings_before(moment: float) -> int:
    """Forget the greetings of events at which nobody has greeted since ``moment`` (seconds); how many events."""

    def job(con: Connection) -> int:
        rows = con.execute(
            "SELECT DISTINCT greeting.event FROM greeting LEFT JOIN greeted ON greeted.event = greeting.event "
            "WHERE greeted.at IS NULL OR greeted.at < ?",
            [moment],
        ).fetchall()
        for (event,) in rows:
            con.execute("DELETE FROM greeting WHERE event = ?", [event])
            con.execute("DELETE FROM greeted WHERE event = ?", [event])
        return len(rows)

    return _store().write(job)


def door(event: str) -> DoorAddress | None:
    """How phones in the room's network reach an event through the guest door, or None if they don't."""
    found = _store().read("SELECT port, address FROM door WHERE event = ?", [event])
    return DoorAddress(*found[0]) if found else None


def keep_door(event: str, wanted: DoorAddress | None) -> None:
    """Admit phones through the guest door, or stop admitting them."""
    if wanted is None:
        _write("DELETE FROM door WHERE event = ?", [event])
    else:
        _write(
            "INSERT INTO door VALUES (?, ?, ?) "
            "ON CONFLICT (event) DO UPDATE SET port = excluded.port, address = excluded.address",
            [event, wanted.port, wanted.address],
        )


def doors() -> dict[str, DoorAddress]:
    """event -> how phones reach it, of all events that want the guest door."""
    if settings.store_url() is None and not (settings.home() / FILE).is_file():
        return {}
    return {event: DoorAddress(*way) for event, *way in _store().read("SELECT event, port, address FROM door")}


def close() -> None:
    """Close the file."""
    close_all(KIND)
