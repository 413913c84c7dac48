"""How phones reach an event: where the app or the guest door can be found, and QR codes that lead there.

QR codes are SVG: sharp at any size, and nothing to fetch.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import segno
from markupsafe import Markup

from zwk_data import settings
from zwk_data.display import memory
from zwk_data.display.playlist import Playlist
from zwk_data.room import addresses

#: the presenter's page and the guests'
REMOTE, GREETING = "/fernbedienung", "/gruss"


@dataclass(frozen=True)
class Reach:
    """Addresses of the server, "" where there is none: ``app`` for the whole app, ``guests`` for the guest pages."""

    app: str
    guests: str


def reach(wanted: Playlist, origin: str) -> Reach:
    """How phones reach ``wanted``; ``origin``: the address of the present request, as ``http://host:port``."""
    outside = wanted.address or addresses.outside(origin)
    if outside:
        return Reach(outside + settings.address(), outside + settings.address())
    door = memory.door(wanted.event)
    if door is None or door.port is None:
        return Reach("", "")
    return Reach("", addresses.door_origin(door.address, door.port))


@lru_cache(maxsize=32)
def qr_svg(address: str) -> Markup:
    """A QR code as SVG without a background; screen readers hear where it leads."""
    made = _qr_code(address, border=0, dark="#16202a", light=None)
    label = Markup.escape(f"QR-Code: {address}")
    return Markup(made.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1))  # noqa: S704 - segno's own drawing


@lru_cache(maxsize=64)
def qr_picture(address: str) -> str:
    """A QR code on white with a margin, as the address of its own picture (``data:``)."""
    made = _qr_code(address, border=2, dark="#1f2933", light="#fff")
    made = made.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"data:image/svg+xml;base64,{base64.b64encode(made.encode()).decode()}"


def _qr_code(address: str, **look: Any) -> str:
    return str(segno.make(address, error="m", micro=False).svg_inline(omitsize=True, **look))
