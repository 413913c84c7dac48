"""The part of a screen that changes by itself: asked once a second, it reads two rows and sends what differs."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from zwk_data.room import sessions
from zwk_data.room.sessions import Session


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
