"""Lage: who is late, what is new, how far everyone is, and links to everything else."""

import streamlit as st

from zwk_data import settings
from zwk_data.programme import participants
from zwk_data.programme.attention import thresholds
from zwk_data.schema.words import ENTERED
from zwk_data.stores import access
from zwk_data.web import lage
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.login import login

person, limits = login.person(), thresholds()
parts.page_header("Lage", lage.LEAD)
first, second = st.columns([1, 2], gap="large")
with first:
    chosen = choose("Kommune öffnen", participants.names(), key="kommune", placeholder="Kommune wählen")
    if chosen:
        st.switch_page(settings.PAGES / "kommune.py", query_params={"kommune": chosen})
    is_kept = lage.is_planned_or_kept(limits)
    if is_kept:
        lage.late(person, limits)
    else:
        lage.known()
    lage.news_since()
    if not is_kept:
        lage.nothing_planned(bool(access.writable_tables(person) is None))
with second:
    lage.ways(person)
    lage.matrix(person, limits)
    parts.source_line(ENTERED[settings.dataset()])

lage.figures()
lage.map_and_gaps()
