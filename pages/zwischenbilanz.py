"""Zwischenbilanz: everything a consultant needs for a session with one Kommune, on one page and as files."""

import streamlit as st

from zwk_data.programme import participants
from zwk_data.records import quick_entry
from zwk_data.stores import access
from zwk_data.web import zwischenbilanz
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.markup import Link, page_link
from zwk_data.web.login import login

names = participants.names()
person = login.person()

parts.page_header(
    "Zwischenbilanz",
    "Das Dossier einer Kommune für ihre Zwischenbilanz: Zahlen, Stufen, Handlungsfelder, offene Fragen. Zum "
    "Lesen hier, zum Herunterladen als Folien, PDF und Arbeitsmappe.",
)
chosen = choose("Kommune", names, key="kommune", placeholder="Kommune wählen", what="Die Kommune")
if not chosen:
    parts.notice("Bitte oben eine Kommune wählen: Dann steht hier ihr Dossier.")
    zwischenbilanz.files_of_everyone(person)
    st.stop()

keys = zwischenbilanz.chosen_keys()
if access.may_write(person, "review", chosen):
    session = Link("Sitzung im Raum leiten", page_link("sitzung", kommune=chosen))
    parts.linked_text(["Bewertung mit Handys, Hemmnisse, Ideen und nächste Schritte: ", session])
if not keys:
    parts.notice("Es ist kein Abschnitt gewählt. Bitte oben mindestens einen wählen.")
    st.stop()

notes = quick_entry.dossier_notes(chosen)
zwischenbilanz.files_of_one(chosen, names[chosen], keys, notes)
with st.container(key="zwk-dossier"):
    with st.container(key="zwk-dossier-inhalt"):
        zwischenbilanz.contents(keys)
    with st.container(key="zwk-dossier-teile"):
        for key in keys:
            zwischenbilanz.section(chosen, key)
            zwischenbilanz.note(person, chosen, key, notes.get(key, ""))
            zwischenbilanz.let_paint()
