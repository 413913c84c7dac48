"""The screen on which a Handlungsfeld is rated: votes of phones as they come, and dots counted by hand."""

from __future__ import annotations

from html import escape

import streamlit as st

from zwk_data import german
from zwk_data.charts.ratings import STEP_COLOURS
from zwk_data.programme.words import RATING_STEPS
from zwk_data.room import sessions, votes
from zwk_data.room.presence import presence
from zwk_data.room.sessions import Field, Session
from zwk_data.web import room_acts, room_frame, room_guests, room_live

QUESTION = "Wie weit sind die Ziele erreicht?"
HIDDEN = "Die Verteilung erscheint, sobald die Abstimmung geschlossen ist."


def rating(session: Session, field: Field, number: int) -> None:
    """The question, the votes, the way in for phones, and the count by hand."""
    above = f"{session.kommune} · Handlungsfeld {field.no} von {number}: Bewertung"
    room_frame.heading(session, field.name, above)
    st.html(f'<p class="zwk-room-goal"><b>{QUESTION}</b> {escape(field.goal)}</p>')
    left, right = st.columns([0.62, 0.38], gap="large") if session.phones else (st.container(), None)
    with left:
        room_live.live(session.session_id, session.screen, lambda now: histogram(now, field))
    if right is not None:
        with right:
            st.html(room_guests.invitation_html(session, small=True))
            running = session.open_field == field.no
            st.button(
                "Abstimmung schließen" if running else "Abstimmung öffnen",
                key="raum-abstimmung",
                type="secondary" if running else "primary",
                on_click=room_acts.act,
                args=(session, sessions.open_vote, session.session_id, None if running else field.no),
            )
    counted = votes.by_hand(session.session_id).get(field.no, votes.NONE)
    with st.expander("Von Hand zählen (Klebepunkte, Handzeichen)", expanded=not session.phones or any(counted),
                     key=f"raum-hand-{field.no}", type="compact"):  # fmt: skip
        for column, step, n in zip(st.columns(5), votes.STEPS, counted, strict=True):
            key = f"raum-hand-{session.session_id}-{field.no}-{step}"
            column.number_input(RATING_STEPS[step], 0, 999, n, key=key, on_change=_by_hand,
                                args=(session, field.no, step, key))  # fmt: skip


def _by_hand(session: Session, field_no: int, step: int, key: str) -> None:
    count = int(st.session_state[key] or 0)
    room_acts.act(session, votes.count_by_hand, session.session_id, field_no, step, count)


def histogram(session: Session, field: Field) -> None:
    """The five steps as bars with numbers, and how many votes there are."""
    phones = votes.by_phone(session.session_id).get(field.no, votes.NONE)
    hands = votes.by_hand(session.session_id).get(field.no, votes.NONE)
    running = session.open_field == field.no
    hidden = running and not session.live
    st.html(
        bars_html([0] * 5 if hidden else [a + b for a, b in zip(phones, hands, strict=True)], hidden)
        + f'<p class="zwk-room-here" role="status">{escape(_told(session, sum(phones), sum(hands), running))}</p>'
        + (f'<p class="zwk-room-hint">{HIDDEN}</p>' if hidden else "")
    )


def bars_html(counts: list[int], hidden: bool = False) -> str:
    """Five bars as a list: word, bar, number."""
    most = max(*counts, 1)
    rows = "".join(
        f'<li><span>{escape(word)}</span><span class="zwk-room-bar" aria-hidden="true">'
        f'<i style="width:{100 * n / most:.1f}%;background:{STEP_COLOURS[step][0]}"></i></span>'
        f"<b>{'?' if hidden else n}</b></li>"
        for (step, word), n in zip(RATING_STEPS.items(), counts, strict=True)
    )
    return f'<ol class="zwk-room-bars">{rows}</ol>'


def _told(session: Session, phones: int, hands: int, running: bool) -> str:
    said = german.count(phones + hands, "Stimme", "Stimmen")
    if hands and phones:
        said += f" ({german.number(phones)} mit Handy, {german.number(hands)} von Hand)"
    elif session.phones and running:
        said += f" von {german.count(max(presence.number(session.session_id), phones), 'Handy', 'Handys')}"
    if session.phones:
        said += " · Abstimmung läuft" if running else " · Abstimmung geschlossen" if phones else ""
    return said
