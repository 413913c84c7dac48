"""The first two screens of a session: who is welcome and how to take part; how far the stages have come."""

from __future__ import annotations

from html import escape

import streamlit as st

from zwk_data import german
from zwk_data.programme import stages
from zwk_data.programme.words import STAGES
from zwk_data.room.presence import presence
from zwk_data.room.sessions import Session
from zwk_data.web import parts, room_frame, room_guests, room_live


def welcome(session: Session) -> None:
    """The Kommune, the question of the day, and the way in for phones."""
    room_frame.heading(session, session.kommune, f"Zwischenbilanz am {german.day(session.held_on)}")
    if session.guiding_question:
        st.html(f'<p class="zwk-room-question">{escape(session.guiding_question)}</p>')
    if session.phones:
        st.html(room_guests.invitation_html(session))
        room_live.live(session.session_id, session.screen, here)
    else:
        room_live.live(session.session_id, session.screen, None)


def here(session: Session) -> None:
    """How many phones are in."""
    number = presence.number(session.session_id)
    words = f"{german.count(number, 'Handy', 'Handys')} dabei" if number else "Noch kein Handy dabei"
    st.html(f'<p class="zwk-room-here" role="status">{words}</p>')


def look_back(session: Session) -> None:
    """The five stages with their dates."""
    room_frame.heading(session, "Rückblick: die fünf Stufen")
    cells = parts.cached(stages.matrix)()
    mine = cells[cells["participant_id"] == session.participant_id].set_index("stage")
    items = []
    for number, (stage, name) in enumerate(STAGES.items(), start=1):
        known = mine["state"][stage] != "none"
        items.append(
            f'<li class="{"zwk-room-known" if known else "zwk-room-open"}"><b aria-hidden="true">{number}</b>'
            f"<strong>{escape(name)}</strong><span>{escape(str(mine['text'][stage]))}</span></li>"
        )
    st.html(f'<ol class="zwk-room-stages">{"".join(items)}</ol>')
    room_live.live(session.session_id, session.screen, None)
