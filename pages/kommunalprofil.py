"""Kommunalprofil: any Gemeinde, Verband or Kreis by chapters, beside others, with what stands out."""

import streamlit as st

from zwk_data.views.profile import sheet
from zwk_data.web.kit import parts
from zwk_data.web.kommunalprofil import finding, own_words
from zwk_data.web.kommunalprofil import sheet as drawn
from zwk_data.web.login import login

parts.page_header(
    "Kommunalprofil",
    "Wo steht ein Ort? Zehn Kapitel mit amtlichen Zahlen neben Kreis, Land, Deutschland und ähnlichen Orten, für jede "
    "Gemeinde, jeden Gemeindeverband und jeden Kreis. Zahlen sind ein Anfang; was sie heißen, "
    "wissen die Menschen dort.",
)
place = finding.chosen_place()
if place is None:
    parts.notice("Bitte oben eine Kommune wählen oder einen Ort suchen: Dann steht hier sein Profil.")
    st.stop()

texts = own_words.known_texts(place)
made = sheet(place, texts)
drawn.head(made)
drawn.findings(made)
own_words.editor(login.person(), place, texts)
drawn.chapters(made)
drawn.ending(made)
