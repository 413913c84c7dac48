"""What every screen of a session has: heading, the bar to move on, the controls, and the way in for phones.

Whatever the person leading the session does is run by ``act``: as a callback, after a check of rights, with faults
shown on the screen. ``live`` is the part of a screen that redraws itself every second.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import streamlit as st

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.room import addresses, sessions
from zwk_data.room.contributions import Screen, screen_place
from zwk_data.room.sessions import Session
from zwk_data.stores import access
from zwk_data.web.kit.choice import choose_address, own_origin
from zwk_data.web.kit.components import component
from zwk_data.web.kit.markup import render
from zwk_data.web.light import door, vote
from zwk_data.web.light.phones import qr_picture
from zwk_data.web.login import login

_FAULT = "raum-fehler"
NOT_YOURS = "Diese Sitzung dürfen nur die Geschäftsstelle und die Beratung der Kommune leiten."


def act(session: Session, action: Callable[..., object], *args: Any, **more: Any) -> None:
    """Run ``action`` for the session; a fault is kept for ``heading``, which shows it."""
    try:
        # callbacks run before the page does, and so before its own check
        if not access.may_write(login.person(), "review", session.participant_id):
            raise ZwkError(NOT_YOURS)
        action(*args, **more)
    except ZwkError as error:
        st.session_state[_FAULT] = str(error)


def go(session: Session, screen: str) -> None:
    """Move to another screen."""
    act(session, sessions.change, session.session_id, screen=screen)


def keep(session: Session, name: str, widget: str) -> None:
    """Save the value of a widget as ``name`` of the session."""
    act(session, sessions.change, session.session_id, **{name: st.session_state[widget]})


def let_phones_in(session: Session, widget: str, through_door: bool) -> None:
    """Let phones vote or not, as the switch says; the switch goes back if their guest door can't be opened."""
    on = bool(st.session_state[widget])

    def switch() -> None:
        sessions.change(session.session_id, phones=on, door=on and through_door)
        try:
            door.open_or_close()
        except ZwkError:
            sessions.change(session.session_id, phones=False, door=False)
            st.session_state[widget] = False
            raise

    act(session, switch)


def end(session: Session) -> None:
    """End the session, and close the door unless another needs it."""

    def job() -> None:
        sessions.end(session.session_id)
        door.open_or_close()

    act(session, job)


def entrance(session: Session) -> str:
    """Where phones type the code, e.g. ``http://192.168.178.20:8502/mitmachen``; "" if this machine has no network."""
    through = session.door_port or door.PORT
    origin = addresses.door_origin(session.address, through) if session.door else own_origin()
    return f"{origin}{vote.PATH}" if origin else ""


def invitation_html(session: Session, small: bool = False) -> str:
    """QR code, address and code; a sentence if this machine has no network."""
    address = entrance(session)
    if not address:
        return f'<p class="zwk-room-notice" role="note">{escape(addresses.NO_NETWORK)}</p>'
    shown = address.partition("://")[2]
    qr = qr_picture(f"{address}/{session.code}")
    return render("sitzung/einladung", qr=qr, shown=shown, code=session.code, small=small)


_KEYS = "raum-tasten"


def heading(session: Session, title: str, above: str = "") -> None:
    """The screen's h1, with the Kommune or its subject above it, and what went wrong last."""
    line = above or f"{session.kommune} · Zwischenbilanz {german.day(session.held_on)}"
    st.html(f'<header class="zwk-room-head"><p>{escape(line)}</p><h1>{escape(title)}</h1></header>')
    fault = st.session_state.pop(_FAULT, "")
    if fault:
        st.error(fault, icon=":material/error:")


def bar(session: Session, screens: Sequence[Screen]) -> None:
    """The bar at the bottom: back, which screen this is, next; and the controls behind a button."""
    here = screen_place(screens, session.screen)
    component("keys")(
        key=_KEYS,
        data={"screens": [screen.key for screen in screens], "place": here},
        height="content",
        on_screen_change=_go_by_key,
    )
    # read by the callback of the keys, which takes no arguments
    st.session_state["raum-sitzung"] = session.session_id
    with st.container(key="raum-leiste", horizontal=True, vertical_alignment="center"):
        before, after = screens[max(here - 1, 0)], screens[min(here + 1, len(screens) - 1)]
        st.button("Zurück", key="raum-zurueck", disabled=here == 0, on_click=go, args=(session, before.key))
        with st.popover("Sitzung", key="raum-steuerung"):
            _controls(session, screens)
        st.html(f'<p class="zwk-room-place" data-place="{here}">{here + 1} von {len(screens)}</p>', width="stretch")
        last = here == len(screens) - 1
        given = (session, after.key)
        st.button("Weiter", key="raum-weiter", type="primary", disabled=last, on_click=go, args=given)


def _go_by_key() -> None:
    wanted = st.session_state[_KEYS].screen
    session = sessions.session(st.session_state["raum-sitzung"])
    if wanted and session.is_open:
        go(session, wanted)


def _controls(session: Session, screens: Sequence[Screen]) -> None:
    names, chosen = {screen.key: screen.title for screen in screens}, f"raum-gehe-{session.screen}"
    # one box per screen: a shared one would still hold the previous screen, and jump back to it
    st.selectbox(
        "Gehe zu",
        list(names),
        index=screen_place(screens, session.screen),
        format_func=names.__getitem__,
        key=chosen,
        on_change=lambda: go(session, st.session_state[chosen]),
    )
    hidden = f"raum-verdeckt-{session.session_id}"
    st.toggle(
        "Verteilung erst am Schluss zeigen",
        not session.live,
        key=hidden,
        on_change=lambda: act(session, sessions.change, session.session_id, live=not st.session_state[hidden]),
    )
    phones(session)
    if st.toggle("Sitzung beenden", key="raum-ende"):
        text = "Danach gilt der Code nicht mehr und niemand kann mehr abstimmen. Speichern lässt sich auch später noch."
        st.html(f'<p class="zwk-room-hint">{text}</p>')
        st.button("Ja, jetzt beenden", key="raum-beenden", on_click=end, args=(session,))


def phones(session: Session) -> None:
    """The switch for phones and, behind the guest door, the address under which they find this machine."""
    key = f"raum-handys-{session.session_id}"
    given = (session, key, not own_origin())
    st.toggle("Handys zulassen", session.phones, key=key, on_change=let_phones_in, args=given)
    if not session.door:
        return
    choose_address(
        session.address,
        session.door_port,
        "raum-adresse",
        lambda host: act(session, sessions.change, session.session_id, address=host),
    )


@st.fragment(run_every="1s")
def live(shown: Session, draw: Callable[[Session], None] | None = None) -> None:
    """Call ``draw`` with the session as it stands, now and again every second.

    The whole page is redrawn once the session has moved to another screen (in another window) or has ended.
    """
    session = sessions.session(shown.session_id)
    if session.screen != shown.screen or not session.is_open:
        st.rerun()
    if draw is not None:
        draw(session)
