"""What whoever leads a session does on a screen: done as a callback, checked for rights, faults told on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from zwk_data.errors import ZwkError
from zwk_data.programme import access
from zwk_data.room import sessions
from zwk_data.room.sessions import Session
from zwk_data.web import guest_door, login

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
