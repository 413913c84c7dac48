"""A session on the wall: the screen it stands at."""

from __future__ import annotations

import streamlit as st

from zwk_data.room import sessions
from zwk_data.room.screens import Screen, screen_place, screens
from zwk_data.room.sessions import Session
from zwk_data.web import room_closing, room_field, room_frame, room_notes, room_opening, room_rating


def stage(session: Session) -> None:
    """Draw the present screen of a session, with the bar below; of one that is over its end alone."""
    with st.container(key="raum"):
        if not session.is_open:
            room_closing.closing(session)
            return
        fields = sessions.fields(session.session_id)
        found = screens(fields)
        _screen(session, found[screen_place(found, session.screen)], len(fields))
        room_frame.bar(session, found)


def _screen(session: Session, screen: Screen, number: int) -> None:
    if screen.field is not None:
        draw = {"stand": room_field.stand, "bewertung": room_rating.rating, "punkte": room_notes.factors}[screen.kind]
        draw(session, screen.field, number)
        return
    {
        "willkommen": room_opening.welcome,
        "rueckblick": room_opening.look_back,
        "ideen": room_notes.ideas,
        "schritte": room_notes.steps,
        "abschluss": room_closing.closing,
    }[screen.kind](session)
