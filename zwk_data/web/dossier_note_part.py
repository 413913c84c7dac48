"""Own notes on a section of a dossier: read by those who may, written by the consultants and the Geschäftsstelle."""

from __future__ import annotations

import streamlit as st

from zwk_data.errors import ZwkError
from zwk_data.programme import access, dossier_notes
from zwk_data.programme.access import Person
from zwk_data.web import parts

LONGEST = 4000


def note(person: Person, participant_id: str, section: str, text: str) -> None:
    """The note as it stands, and the field to change it for those who may."""
    if text:
        parts.notice(f"Eigene Notiz: {text}")
    if not access.may_write(person, "dossier_note", participant_id):
        return
    key = f"notiz-{participant_id}-{section}"
    with st.expander("Eigene Notiz ändern" if text else "Eigene Notiz schreiben", key=f"{key}-offen", type="compact"):
        written = st.text_area(
            "Notiz zu diesem Abschnitt (steht in allen Unterlagen)", text, key=f"{key}-text", max_chars=LONGEST
        )
        if st.button("Notiz speichern", key=f"{key}-speichern"):
            try:
                saved = dossier_notes.save_dossier_note(person, participant_id, section, written)
            except ZwkError as error:
                st.error(str(error), icon=":material/error:")
                return
            if saved.set_id is None:
                st.info("Es gab nichts zu speichern: Die Notiz steht schon genauso da.", icon=":material/info:")
            else:
                st.session_state.pop(f"{key}-text", None)
                st.rerun()
