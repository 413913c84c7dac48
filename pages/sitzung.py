"""Sitzung: the Zwischenbilanz of one Kommune in the room, on the wall and on phones."""

import streamlit as st

from zwk_data.programme import participants
from zwk_data.room import sessions
from zwk_data.stores import access
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, correct_address
from zwk_data.web.kit.markup import Link, page_link
from zwk_data.web.login import login
from zwk_data.web.sitzung import screens

names = participants.names()
problem = correct_address("kommune", names, "Die Kommune")
wanted = st.query_params.get("kommune")
if wanted and access.may_write(login.person(), "review", wanted):
    session = sessions.open_of(wanted)
    if session is None:
        asked = st.query_params.get("sitzung")
        session = next((one for one in sessions.ended_of(wanted) if one.session_id == asked), None)
    if session is not None:
        screens.stage(session)
        st.stop()

parts.page_header(
    "Sitzung",
    "Eine Zwischenbilanz im Raum leiten: Bewertung mit Handys oder von Hand, was hilft und hindert, Ideen und nächste "
    "Schritte. Das Ergebnis wird als Zwischenbilanz gespeichert.",
)
if problem:
    parts.notice(problem, kind="warning")
chosen = choose("Kommune", names, key="kommune", placeholder="Kommune wählen")
if chosen is None:
    parts.notice("Bitte oben eine Kommune wählen.")
elif not access.may_write(login.person(), "review", chosen):
    parts.notice("Eine Sitzung leiten dürfen die Geschäftsstelle und die Beratung der Kommune.", kind="warning")
else:
    parts.linked_text([Link(f"Dossier: {names[chosen]}", page_link("zwischenbilanz", kommune=chosen))])
    screens.begin_form(chosen, names[chosen])
