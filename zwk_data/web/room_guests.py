"""How phones find a session: the address they reach, as text, as a code and as a QR code."""

from __future__ import annotations

from html import escape

import streamlit as st

from zwk_data.room import addresses
from zwk_data.room.sessions import Session
from zwk_data.web import qr
from zwk_data.web.guest_door import PORT

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
        f'<img src="{qr.qr_picture(f"{address}/{session.code}")}" alt="QR-Code zu {escape(shown)}/{session.code}">'
        f'<div><p>Handy-Kamera auf den QR-Code richten oder</p><p class="zwk-room-address">{escape(shown)}</p>'
        f'<p>öffnen, Code:</p><p class="zwk-room-code">{session.code}</p></div></div>'
    )
