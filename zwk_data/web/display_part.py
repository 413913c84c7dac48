"""The page Live-Anzeige: what runs on the screens of an event, and how phones reach it."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from zwk_data.display import contents, memory
from zwk_data.display.memory import Door
from zwk_data.display.playlist import SCENES, Playlist
from zwk_data.errors import ZwkError
from zwk_data.room import addresses
from zwk_data.web import guest_door, parts, qr
from zwk_data.web.display_address import GREETING, REMOTE, reach
from zwk_data.web.display_routes import now_shown
from zwk_data.web.door_part import choose_address


def running(wanted: Playlist, names: dict[str, str]) -> None:
    """What is on, the way to the screens, and the codes for phones."""
    shown = now_shown(wanted)
    title = names.get(shown.called, SCENES[shown.scene])
    state = "angehalten" if shown.left is None else f"noch {shown.left:.0f} Sekunden"
    parts.section("Auf den Bildschirmen", f"Gerade: {title} ({state}).")
    with st.container(horizontal=True):
        address = f"/live-anzeige?event={wanted.event}&embed=true"
        st.link_button("Anzeige starten", address, type="primary", icon=":material/open_in_new:", key="anzeige-start")
        if st.button("Neue Codes", key="anzeige-codes", icon=":material/key:"):
            memory.fresh_codes(wanted.event)
            st.rerun()
        if st.button("Grüße auf null", key="anzeige-null", icon=":material/restart_alt:"):
            memory.forget_greetings(wanted.event)
            st.rerun()
    _phones(wanted)


def _phones(wanted: Playlist) -> None:
    """The two codes, or the switch that makes phones find this machine."""
    origin = st.context.url or ""
    if not wanted.address and not addresses.outside(origin):
        _door(wanted)
    guests = reach(wanted, origin).guests
    if not guests:
        return
    codes = memory.codes(wanted.event)
    left, right = st.columns(2, gap="large")
    with left:
        parts.subsection("Fernbedienung")
        _code(f"{guests}{REMOTE}", codes.remote, "Wer diesen Code kennt, steuert die Bildschirme.")
    with right:
        parts.subsection("Grüße der Gäste")
        _code(f"{guests}{GREETING}", codes.guest, contents.greeting_words(wanted) or "Noch keine Grüße.")


def _door(wanted: Playlist) -> None:
    """The switch for phones in the room's network, and the address under which they find this machine."""
    door, key = memory.door(wanted.event), f"anzeige-handys-{wanted.event}"
    st.toggle("Handys im selben Netz zulassen", door is not None, key=key, on_change=_switch, args=(wanted.event, key))
    if door is None:
        parts.notice(
            "Diese Seite ist nur auf diesem Rechner erreichbar. Für Fernbedienung und Grüße öffnet er im Netz des "
            "Raums eine zweite, kleine Tür, die nur dorthin führt. Bis dahin lädt die Anzeige nicht zum Mitmachen ein."
        )
        return
    choose_address(door.address, door.port, "anzeige-adresse", lambda host: _move(wanted.event, door, host))
    if not addresses.addresses() and not door.address:
        parts.notice(addresses.NO_NETWORK, kind="warning")


def _switch(event: str, key: str) -> None:
    """Open the guest door for the event, or not; if it can't be opened the switch goes back."""
    try:
        memory.keep_door(event, Door() if st.session_state[key] else None)
        guest_door.open_or_close()
    except ZwkError as error:
        memory.keep_door(event, None)
        st.session_state[key] = False
        st.error(str(error), icon=":material/error:")


def _move(event: str, door: Door, host: str) -> None:
    memory.keep_door(event, replace(door, address=host))


def _code(address: str, code: str, told: str) -> None:
    shown = address.partition("://")[2]
    st.html(
        f'<div class="zwk-invite"><img src="{qr.qr_picture(f"{address}/{code}")}" width="150" height="150" '
        f'alt="QR-Code zu {escape(shown)}/{code}">'
        f"<div><p>{escape(told)}</p><p>{escape(shown)}</p><p><b>{code}</b></p></div></div>"
    )
