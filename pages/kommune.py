"""Kommune: everything about one Kommune on a single page, with links to the rest."""

import streamlit as st

from zwk_data.demography import portrait
from zwk_data.programme import participants
from zwk_data.programme.attention import thresholds
from zwk_data.web import kommune
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.markup import Link, page_link
from zwk_data.web.login import login

names = participants.names()
head = st.container()
with st.container(width=440):
    chosen = choose("Kommune", names, key="kommune", placeholder="Kommune wählen", what="Die Kommune")
if not chosen:
    with head:
        parts.page_header(
            "Kommune",
            "Eine Kommune auf einer Seite: Bevölkerung und Prozess in einem Bild, Profil, Themen, Stufen, Maßnahmen, "
            "Zwischenbilanz, gute Praxis, Kontakt und nächste Termine.",
        )
    parts.linked_table(
        {"Kommune": [Link(name, page_link("kommune", kommune=key)) for key, name in names.items()]}, "Alle Kommunen"
    )
    st.stop()

person, limits = login.person(), thresholds()
row = participants.participant(chosen)
me = portrait.subject_of(chosen, row["name"], row["short"], row["kind"])
with head:
    parts.page_header(me.name, portrait.description(chosen, row["kind_de"]))
if me.kind == "quartier":
    parts.notice(portrait.whole_city(me.name, row["quarter"]))
kommune.ways(chosen)
left, right = st.columns([3, 2], gap="large")
with left:
    kommune.headline(me)
    kommune.curve(me)
with right:
    kommune.stages(person, limits, chosen)
    kommune.next_dates(person, chosen)
    kommune.contacts(chosen)
    kommune.glance(me)
kommune.themes(chosen)
kommune.measures(chosen)
kommune.review(chosen)
kommune.practices(chosen)
kommune.profile_in_short(chosen)
