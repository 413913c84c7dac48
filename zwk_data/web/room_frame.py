"""What every screen of a session has: heading, way on and back, keys, and the control of the session."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from zwk_data import german
from zwk_data.room import sessions
from zwk_data.room.screens import Screen, screen_place
from zwk_data.room.sessions import Session
from zwk_data.web import room_acts, room_guests
from zwk_data.web.components import component
from zwk_data.web.door_part import choose_address

_KEYS = "raum-tasten"


def heading(session: Session, title: str, above: str = "") -> None:
    """The screen's h1, above it the Kommune or what else it is about."""
    line = above or f"{session.kommune} · Zwischenbilanz {german.day(session.held_on)}"
    st.html(f'<header class="zwk-room-head"><p>{escape(line)}</p><h1>{escape(title)}</h1></header>')
    room_acts.tell_fault()


def bar(session: Session, screens: Sequence[Screen]) -> None:
    """The bar at the foot: back, where we are, on; and the control behind a button."""
    here = screen_place(screens, session.screen)
    component("keys", '<span class="zwk-keys" hidden></span>')(
        key=_KEYS,
        data={"screens": [screen.key for screen in screens], "place": here},
        height="content",
        on_screen_change=_pressed,
    )
    # for the callback of the keys, which has no arguments of its own
    st.session_state["raum-sitzung"] = session.session_id
    with st.container(key="raum-leiste", horizontal=True, vertical_alignment="center"):
        before, after = screens[max(here - 1, 0)], screens[min(here + 1, len(screens) - 1)]
        st.button("Zurück", key="raum-zurueck", disabled=here == 0, on_click=room_acts.go, args=(session, before.key))
        with st.popover("Sitzung", key="raum-steuerung"):
            _control(session, screens)
        st.html(f'<p class="zwk-room-place" data-place="{here}">{here + 1} von {len(screens)}</p>', width="stretch")
        st.button(
            "Weiter", key="raum-weiter", type="primary", disabled=here == len(screens) - 1, on_click=room_acts.go,
            args=(session, after.key),
        )  # fmt: skip


def _pressed() -> None:
    wanted = st.session_state[_KEYS].screen
    session = sessions.session(st.session_state["raum-sitzung"])
    if wanted and session.is_open:
        room_acts.go(session, wanted)


def _control(session: Session, screens: Sequence[Screen]) -> None:
    names, key = {screen.key: screen.title for screen in screens}, f"raum-gehe-{session.screen}"
    # a key of its own for each screen: a box that is not open would tell the screen before, as if it were a wish
    st.selectbox(
        "Gehe zu", list(names), index=screen_place(screens, session.screen), format_func=names.__getitem__, key=key,
        on_change=_jump, args=(session, key),
    )  # fmt: skip
    key = f"raum-verdeckt-{session.session_id}"
    st.toggle("Verteilung erst am Schluss zeigen", not session.live, key=key, on_change=_hide, args=(session, key))
    phones(session)
    if st.toggle("Sitzung beenden", key="raum-ende"):
        text = "Danach gilt der Code nicht mehr und niemand kann mehr abstimmen. Speichern lässt sich auch später noch."
        st.html(f'<p class="zwk-room-hint">{text}</p>')
        st.button("Ja, jetzt beenden", key="raum-beenden", on_click=room_acts.end, args=(session,))


def phones(session: Session) -> None:
    """The switch for phones and, behind the guest door, the address under which they find this machine."""
    key, door = f"raum-handys-{session.session_id}", not room_guests.own_origin()
    st.toggle("Handys zulassen", session.phones, key=key, on_change=room_acts.let_phones_in, args=(session, key, door))
    if not session.door:
        return
    choose_address(
        session.address,
        session.door_port,
        "raum-adresse",
        lambda host: room_acts.act(session, sessions.change, session.session_id, address=host),
    )


def _jump(session: Session, key: str) -> None:
    room_acts.go(session, st.session_state[key])


def _hide(session: Session, key: str) -> None:
    room_acts.act(session, sessions.change, session.session_id, live=not st.session_state[key])
