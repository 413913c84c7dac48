"""How phones find a session: the address they reach, as text, as a code and as a QR code."""

from __future__ import annotations

import base64
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

import segno
import streamlit as st

from zwk_data.room import addresses
from zwk_data.room.sessions import Session
from zwk_data.web.guest_door import PORT

PATH = "/mitmachen"
NO_NETWORK = (
    "Dieser Rechner ist in keinem Netz: Handys finden ihn nicht. Bitte einen Hotspot öffnen oder ein WLAN wählen "
    "(Handbuch, „Handys im Raum“)."
)


def own_origin() -> str:
    """The app's own address, if phones reach it as well; "" if it only answers this machine."""
    parts = urlsplit(st.context.url or "")
    if not parts.hostname or addresses.is_this_machine(parts.hostname):
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def entrance(session: Session) -> str:
    """Where phones type the code, e.g. ``http://192.168.178.20:8502/mitmachen``; "" if this machine has no network."""
    if not session.door:
        origin = own_origin()
        return f"{origin}{PATH}" if origin else ""
    host = session.address or next(iter(addresses.addresses()), "")
    return f"http://{host}:{session.door_port or PORT}{PATH}" if host else ""


def invitation_html(session: Session, small: bool = False) -> str:
    """QR code, address and code; a sentence if this machine has no network."""
    address = entrance(session)
    if not address:
        return f'<p class="zwk-room-notice" role="note">{escape(NO_NETWORK)}</p>'
    shown = address.partition("://")[2]
    return (
        f'<div class="zwk-room-guests{" zwk-room-small" if small else ""}">'
        f'<img src="{_qr(f"{address}/{session.code}")}" alt="QR-Code zu {escape(shown)}/{session.code}">'
        f'<div><p>Handy-Kamera auf den QR-Code richten oder</p><p class="zwk-room-address">{escape(shown)}</p>'
        f'<p>öffnen, Code:</p><p class="zwk-room-code">{session.code}</p></div></div>'
    )


@lru_cache(maxsize=64)
def _qr(address: str) -> str:
    """A QR code as an address of its own picture: sharp at any size, and nothing to fetch."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        border=2, dark="#1f2933", light="#fff", omitsize=True
    )
    svg = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
