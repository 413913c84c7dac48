"""Themen: who works on what, how far along they are, who can advise whom, and what they can pass on."""

import streamlit as st

from zwk_data import german
from zwk_data.programme import participants, themes
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, choose_tab
from zwk_data.web.themen.advice import advisers, practices_and_tools
from zwk_data.web.themen.tabs import network, stages_and_measures, theme_and_figure, who_works_on_what
from zwk_data.web.themen.view import Choice, titles

TABS = {
    "ueberblick": "Wer arbeitet woran?",
    "stand": "Stufen und Maßnahmen",
    "netz": "Netz der Kommunen",
    "beratung": "Wer kann wen beraten?",
    "demografie": "Themen und Demografie",
    "praxis": "Gute Praxis und Werkzeuge",
}

parts.page_header(
    "Themen",
    "Woran die Kommunen arbeiten: die 13 Themen des Werkzeugkoffers und die weiteren Themen der Kommunen. Die eigenen "
    "Worte jeder Kommune bleiben stehen; die Zuordnung zu den Themen kommt vom ZWK-Monitor.",
)
notices = st.container()
with st.container(horizontal=True):
    theme = choose(
        "Thema",
        {
            key: f"{name} ({german.count(n, 'Kommune', 'Kommunen')})"
            for key, name, n in themes.themes()[["theme_id", "name_de", "participants"]].itertuples(
                index=False, name=None
            )
        },
        key="thema",
        placeholder="Thema wählen",
        what="Das Thema",
        names=titles(),
        notices=notices,
    )
    participant = choose(
        "Kommune",
        participants.names(),
        key="kommune",
        placeholder="Kommune wählen",
        what="Die Kommune",
        notices=notices,
    )
tab, place = choose_tab(TABS, key="teil", notices=notices)
with place:
    {
        "ueberblick": who_works_on_what,
        "stand": stages_and_measures,
        "netz": network,
        "beratung": advisers,
        "demografie": theme_and_figure,
        "praxis": practices_and_tools,
    }[tab](Choice(theme, participant))
