"""How phones find a session: the address they reach, as text, as a code and as a QR code.

QR codes: sharp at any size, and nothing to fetch.

Where phones reach an event: the app itself, an address that was set, or the guest door in the room's network.

Under which address phones find this machine: the same choice for a session and for the live display.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import segno
import streamlit as st
from markupsafe import Markup

from zwk_data.display import memory
from zwk_data.display.playlist import Playlist
from zwk_data.room import addresses
from zwk_data.room.sessions import Session
from zwk_data.web.light.door import PORT


@lru_cache(maxsize=32)
def qr_svg(address: str) -> Markup:
    """A QR code as SVG without a ground of its own, read out as what it leads to."""
    made = _drawn(address, border=0, dark="#16202a", light=None)
    label = Markup.escape(f"QR-Code: {address}")
    return Markup(made.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1))  # noqa: S704 - segno's own drawing


@lru_cache(maxsize=64)
def qr_picture(address: str) -> str:
    """A QR code on white with a margin, as the address of its own picture (``data:``)."""
    made = _drawn(address, border=2, dark="#1f2933", light="#fff")
    made = made.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"data:image/svg+xml;base64,{base64.b64encode(made.encode()).decode()}"


def _drawn(address: str, **look: Any) -> str:
    return str(segno.make(address, error="m", micro=False).svg_inline(omitsize=True, **look))


PATH = "/mitmachen"


def own_origin() -> str:
    """The app's own address, if phones reach it as well; "" if it only answers this machine."""
    return addresses.outside(st.context.url or "")


def entrance(session: Session) -> str:
    """Where phones type the code, e.g. ``http://192.168.178.20:8502/mitmachen``; "" if this machine has no network."""
    through = session.door_port or PORT
    origin = addresses.door_origin(session.address, through) if session.door else own_origin()
    return f"{origin}{PATH}" if origin else ""


def invitation_html(session: Session, small: bool = False) -> str:
    """QR code, address and code; a sentence if this machine has no network."""
    address = entrance(session)
    if not address:
        return f'<p class="zwk-room-notice" role="note">{escape(addresses.NO_NETWORK)}</p>'
    shown = address.partition("://")[2]
    return (
        f'<div class="zwk-room-guests{" zwk-room-small" if small else ""}">'
        f'<img src="{qr_picture(f"{address}/{session.code}")}" alt="QR-Code zu {escape(shown)}/{session.code}">'
        f'<div><p>Handy-Kamera auf den QR-Code richten oder</p><p class="zwk-room-address">{escape(shown)}</p>'
        f'<p>öffnen, Code:</p><p class="zwk-room-code">{session.code}</p></div></div>'
    )


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


def choose_address(kept: str, port: int | None, key: str, keep: Callable[[str], None]) -> None:
    """The addresses of this machine, others can be typed; ``keep`` gets a new one. ``kept``: the present one or ""."""
    listed = list(dict.fromkeys([*([kept] if kept else []), *addresses.addresses()]))
    widget = f"{key}-{kept}"

    def changed() -> None:
        host = addresses.plain_host(st.session_state[widget] or "")
        if host is not None:
            keep(host)

    st.selectbox(
        "Adresse dieses Rechners im Raum",
        listed,
        index=0 if listed else None,
        key=widget,
        accept_new_options=True,
        placeholder="Adresse eingeben",
        on_change=changed,
    )
    hint = f"Handys und Rechner brauchen dasselbe Netz; die Firewall muss Port {port} zulassen."
    st.html(f'<p class="zwk-room-hint">{escape(hint)}</p>')
