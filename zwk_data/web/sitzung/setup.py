"""A session begins with a form; once begun, the wall shows the screen it has reached."""

from __future__ import annotations

import streamlit as st

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.programme import measures
from zwk_data.room import sessions
from zwk_data.room.points import Screen, screen_place, screens_of
from zwk_data.room.sessions import Session
from zwk_data.schema.words import WITHOUT_FIELD
from zwk_data.settings import today
from zwk_data.web.kit import parts
from zwk_data.web.kit.phones import own_origin
from zwk_data.web.kit.tables import Link, page_link
from zwk_data.web.light.door import open_or_close
from zwk_data.web.sitzung import ending, frame, screens

#: how many goals of a Handlungsfeld fit on a phone
_GOALS = 3


def setup(participant_id: str, name: str) -> None:
    """The form that begins a session, and the list of earlier ones."""
    parts.section("Neue Sitzung", "Für den Beamer: große Schrift, ein Gedanke je Bild, weiter mit den Pfeiltasten.")
    found = {one.name: one for one in measures.action_fields(participant_id)}
    usual = [one for one in found if one != WITHOUT_FIELD]
    with st.form("raum-neu"):
        held_on = st.date_input("Tag der Sitzung", today(), format="DD.MM.YYYY", key="raum-tag")
        question = st.text_input(
            "Leitfrage", key="raum-frage", max_chars=300, placeholder="Was soll heute klar werden?"
        )
        chosen = st.multiselect(
            "Handlungsfelder, in dieser Reihenfolge (andere lassen sich eintippen)",
            usual,
            default=usual,
            key="raum-felder",
            accept_new_options=True,
            placeholder="Handlungsfeld wählen oder eintippen",
            select_all=False,
            wrap=True,
        )
        phones = st.toggle("Handys zulassen", key="raum-handys-neu")
        door = not own_origin()
        if door:
            parts.notice(
                "Dieser Rechner lässt dann Handys im selben Netz zu, aber nur zur Abstimmung und nur, solange die "
                "Sitzung dauert."
            )
        begun = st.form_submit_button("Sitzung beginnen", type="primary", key="raum-beginnen")
    if begun:
        fields = [(one, "; ".join(found[one].goals[:_GOALS]) if one in found else "") for one in chosen if one.strip()]
        try:
            session = sessions.begin(participant_id, name, held_on, fields, guiding_question=question)
            if phones:
                sessions.change(session.session_id, phones=True, door=door)
                open_or_close()
        except ZwkError as error:
            st.error(str(error), icon=":material/error:")
            return
        st.rerun()
    _earlier(participant_id)


def _earlier(participant_id: str) -> None:
    over = sessions.ended_of(participant_id)
    if not over:
        return
    parts.section("Frühere Sitzungen", "Ihr Abschluss lässt sich noch ergänzen und (noch einmal) speichern.")
    for one in over:
        state = "gespeichert" if one.state == "saved" else "nicht gespeichert"
        title = f"Sitzung vom {german.day(one.held_on)}, begonnen um {one.started:%H:%M} Uhr ({state})"
        parts.linked_text([Link(title, page_link("sitzung", kommune=participant_id, sitzung=one.session_id))])


def stage(session: Session) -> None:
    """Draw the present screen of a session with the bar below; of an ended one the last screen alone."""
    with st.container(key="raum"):
        if not session.is_open:
            ending.closing(session)
            return
        fields = sessions.fields(session.session_id)
        found = screens_of(fields)
        _screen(session, found[screen_place(found, session.screen)], len(fields))
        frame.bar(session, found)


def _screen(session: Session, screen: Screen, number: int) -> None:
    if screen.field is not None:
        draw = {"stand": screens.stand, "bewertung": screens.rating, "punkte": ending.factors}[screen.kind]
        draw(session, screen.field, number)
        return
    {
        "willkommen": screens.welcome,
        "rueckblick": screens.look_back,
        "ideen": ending.ideas,
        "schritte": ending.steps,
        "abschluss": ending.closing,
    }[screen.kind](session)
