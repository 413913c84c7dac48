"""Where phones reach an event: the app itself, an address that was set, or the guest door in the room's network."""

from __future__ import annotations

from dataclasses import dataclass

from zwk_data.display import memory
from zwk_data.display.playlist import Playlist
from zwk_data.room import addresses

#: the presenter's page and the guests'
REMOTE, GREETING = "/fernbedienung", "/gruss"


@dataclass(frozen=True)
class Reach:
    """Addresses without a path, "" where there is none: ``app`` for the whole app, ``guests`` for the guest pages."""

    app: str
    guests: str


def reach(wanted: Playlist, origin: str) -> Reach:
    """How phones reach ``wanted``; ``origin``: where the one who asks has reached us, as ``http://host:port``."""
    if wanted.address:
        return Reach(wanted.address, wanted.address)
    outside = addresses.outside(origin)
    if outside:
        return Reach(outside, outside)
    door = memory.door(wanted.event)
    if door is None or door.port is None:
        return Reach("", "")
    return Reach("", addresses.door_origin(door.address, door.port))
