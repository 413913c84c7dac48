"""Demografie: what the figures say about one participant, and a tool to explore them."""

import streamlit as st

from zwk_data import german
from zwk_data.demography import figures, portrait, portrait_text
from zwk_data.demography.indicators import indicators
from zwk_data.demography.source_lines import of_headline, source_line
from zwk_data.programme import participants
from zwk_data.web.demografie.compare import instrument
from zwk_data.web.demografie.tabs import age_structure, all_figures, everyone, outlook, portrait_notices, similar
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, choose_tab
from zwk_data.web.kit.markup import Link, page_link

TABS = {
    "vergleich": "Entwicklung und Vergleich",
    "alter": "Altersaufbau",
    "ausblick": "Ausblick 2040",
    "zwillinge": "Ähnliche Orte",
    "zahlen": "Alle Zahlen",
}

parts.page_header(
    "Demografie",
    "Wohin entwickelt sich eine Kommune, und wie steht sie da? Neben ihr stehen ihr Kreis, ihr Land, Deutschland, "
    "ähnliche Orte und die anderen teilnehmenden Kommunen.",
)
chosen = choose("Kommune", participants.names(), key="kommune", placeholder="Kommune wählen", what="Die Kommune")
if not chosen:
    everyone()
    st.stop()

row = participants.participant(chosen)
me = portrait.subject_of(chosen, row["name"], row["short"], row["kind"])
parts.section(me.name, portrait.description(chosen, row["kind_de"]))
numbers = figures.headline(chosen)
parts.figures(list(numbers[["label", "value", "help"]].itertuples(index=False, name=None)))
left, right = st.columns([3, 2], gap="large")
with left:
    parts.prose(portrait_text.portrait_text(chosen))
    parts.source_line(source_line(of_headline(chosen, numbers), computed=True))
with right:
    for told in portrait_notices(me, row["quarter"]):
        parts.notice(told)
    profile = Link("Kommunalprofil", page_link("kommunalprofil", kommune=chosen))
    parts.linked_text(["Weitere Zahlen in zehn Kapiteln: ", profile])

tab, place = choose_tab(TABS, key="teil")
with place:
    if tab == "vergleich":
        instrument(me)
    elif tab == "alter":
        age_structure(me)
    elif tab == "ausblick":
        outlook(me)
    elif tab == "zwillinge":
        similar(me)
    else:
        counted = figures.counted(chosen)
        many = german.number(counted["figures"].sum())
        parts.section("Alle Zahlen", f"{many} Zahlen, jede mit Angabe, Gebietsstand und Quelle.")
        all_figures(chosen, me.name, indicators(), counted)
