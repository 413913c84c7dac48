"""Kommunalprofil: any Gemeinde, Verband or Kreis, chapter by chapter, beside others, and what stands out."""

import streamlit as st

from zwk_data.views.profile import sheet
from zwk_data.web import kommunalprofil
from zwk_data.web.kit import parts
from zwk_data.web.login import login

parts.page_header(
    "Kommunalprofil",
    "Wo steht ein Ort? Zehn Kapitel mit amtlichen Zahlen neben Kreis, Land, Deutschland und ähnlichen Orten, für jede "
    "Gemeinde, jeden Gemeindeverband und jeden Kreis. Was die Zahlen bedeuten, beurteilen die "
    "Menschen vor Ort.",
)
place = kommunalprofil.chosen_place()
if place is None:
    parts.notice("Bitte oben eine Kommune wählen oder einen Ort suchen: Dann steht hier sein Profil.")
    st.stop()

texts = kommunalprofil.known_texts(place)
made = sheet(place, texts)
kommunalprofil.head(made)
kommunalprofil.findings(made)
kommunalprofil.editor(login.person(), place, texts)
kommunalprofil.show_chapters(made)
kommunalprofil.ending(made)
