"""Which place is shown: a participant, or any Gemeinde, any Verband, any Kreis, found by its name or key."""

from __future__ import annotations

import streamlit as st

from zwk_data.errors import ZwkError
from zwk_data.german import count
from zwk_data.profile import places
from zwk_data.profile.places import Place
from zwk_data.programme import participants
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.tables import Link, page_link
from zwk_data.web.kit.templates import render

AREA, KOMMUNE = "gebiet", "kommune"


def chosen_place() -> Place | None:
    """Draw the two ways to a place; the chosen one, or None. It stands in the address."""
    left, right = st.columns(2, gap="large")
    with left:
        participant = choose(
            "Teilnehmende Kommune", participants.names(), key=KOMMUNE, placeholder="Kommune wählen", what="Die Kommune"
        )
    with right:
        text = st.text_input(
            "Oder: Gemeinde, Verband oder Kreis in Deutschland",
            key="profil-suche",
            placeholder="Name oder amtlicher Schlüssel",
            max_chars=60,
        )
    if text and text.strip():
        _hits(text)
    if participant:
        # a Kommune chosen in the list takes the place of an area in the address
        st.query_params.pop(AREA, None)
        return places.place_of_participant(participant)
    wanted = st.query_params.get(AREA)
    if not wanted:
        return None
    try:
        found = places.place(wanted)
    except ZwkError as error:
        st.query_params.pop(AREA, None)
        parts.notice(str(error), kind="warning")
        return None
    mine = places.participant_at(found.key)
    return places.place_of_participant(mine) if mine else found


def _hits(text: str) -> None:
    found, more = places.search(text)
    if found.empty:
        parts.notice(f"Zu „{text.strip()}“ gibt es kein Gebiet. Bitte anders schreiben oder nur den Anfang eingeben.")
        return
    links = [Link(label, page_link("kommunalprofil", gebiet=str(key))) for key, label in found["label"].items()]
    st.html(render("profil/treffer", links=links))
    if more:
        verb = "passt" if more == 1 else "passen"
        parts.notice(f"{count(more, 'weiteres Gebiet', 'weitere Gebiete')} {verb} auch: Bitte genauer schreiben.")
