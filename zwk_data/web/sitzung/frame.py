"""What every screen of a session has: heading, way on and back, keys, and the control of the session.

What whoever leads a session does on a screen: done as a callback, checked for rights, faults told on the screen.

The part of a screen that changes by itself: asked once a second, it reads two rows and sends what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import streamlit as st

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.records import access
from zwk_data.room import sessions
from zwk_data.room.points import Screen, screen_place
from zwk_data.room.sessions import Session
from zwk_data.web.kit.components import component
from zwk_data.web.light import door as guest_door
from zwk_data.web.light import reach
from zwk_data.web.light.reach import choose_address
from zwk_data.web.login import login

_FAULT = "raum-fehler"
NOT_YOURS = "Diese Sitzung dürfen nur die Geschäftsstelle und die Beratung der Kommune leiten."


def act(session: Session, action: Callable[..., object], *args: Any, **more: Any) -> None:
    """Run ``action`` for the session; what goes wrong is told by ``tell_fault``."""
    try:
        # callbacks run before the page, and so before its own check
        if not access.may_write(login.person(), "review", session.participant_id):
            raise ZwkError(NOT_YOURS)
        action(*args, **more)
    except ZwkError as error:
        st.session_state[_FAULT] = str(error)


def tell_fault() -> None:
    """What went wrong last, once."""
    fault = st.session_state.pop(_FAULT, "")
    if fault:
        st.error(fault, icon=":material/error:")


def go(session: Session, screen: str) -> None:
    """To another screen."""
    act(session, sessions.change, session.session_id, screen=screen)


def keep(session: Session, name: str, widget: str) -> None:
    """Keep what a widget holds as ``name`` of the session."""
    act(session, sessions.change, session.session_id, **{name: st.session_state[widget]})


def let_phones_in(session: Session, widget: str, door: bool) -> None:
    """Let phones vote, or not, as the switch says; ``door``: they need the guest door. If it can't be opened the
    switch goes back.
    """
    on = bool(st.session_state[widget])

    def switch() -> None:
        sessions.change(session.session_id, phones=on, door=on and door)
        try:
            guest_door.open_or_close()
        except ZwkError:
            sessions.change(session.session_id, phones=False, door=False)
            st.session_state[widget] = False
            raise

    act(session, switch)


def end(session: Session) -> None:
    """End the session, and close the door unless another needs it."""

    def job() -> None:
        sessions.end(session.session_id)
        guest_door.open_or_close()

    act(session, job)


_KEYS = "raum-tasten"


def heading(session: Session, title: str, above: str = "") -> None:
    """The screen's h1, above it the Kommune or what else it is about."""
    line = above or f"{session.kommune} · Zwischenbilanz {german.day(session.held_on)}"
    st.html(f'<header class="zwk-room-head"><p>{escape(line)}</p><h1>{escape(title)}</h1></header>')
    tell_fault()


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
        st.button("Zurück", key="raum-zurueck", disabled=here == 0, on_click=go, args=(session, before.key))
        with st.popover("Sitzung", key="raum-steuerung"):
            _control(session, screens)
        st.html(f'<p class="zwk-room-place" data-place="{here}">{here + 1} von {len(screens)}</p>', width="stretch")
        st.button(
            "Weiter", key="raum-weiter", type="primary", disabled=here == len(screens) - 1, on_click=go,
            args=(session, after.key),
        )  # fmt: skip


def _pressed() -> None:
    wanted = st.session_state[_KEYS].screen
    session = sessions.session(st.session_state["raum-sitzung"])
    if wanted and session.is_open:
        go(session, wanted)


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
        st.button("Ja, jetzt beenden", key="raum-beenden", on_click=end, args=(session,))


def phones(session: Session) -> None:
    """The switch for phones and, behind the guest door, the address under which they find this machine."""
    key, door = f"raum-handys-{session.session_id}", not reach.own_origin()
    st.toggle("Handys zulassen", session.phones, key=key, on_change=let_phones_in, args=(session, key, door))
    if not session.door:
        return
    choose_address(
        session.address,
        session.door_port,
        "raum-adresse",
        lambda host: act(session, sessions.change, session.session_id, address=host),
    )


def _jump(session: Session, key: str) -> None:
    go(session, st.session_state[key])


def _hide(session: Session, key: str) -> None:
    act(session, sessions.change, session.session_id, live=not st.session_state[key])


@st.fragment(run_every="1s")
def live(session_id: str, screen: str, draw: Callable[[Session], None] | None) -> None:
    """Draw what ``draw`` says, again every second.

    The whole page is drawn anew when the session has moved on to another screen (by another window) or has ended.
    """
    session = sessions.session(session_id)
    if session.screen != screen or not session.is_open:
        st.rerun()
    if draw is not None:
        draw(session)
