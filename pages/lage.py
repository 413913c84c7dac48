"""Lage: who is late, what is new, how far everybody is; and the ways into all else."""

import streamlit as st

from zwk_data import settings
from zwk_data.programme import participants
from zwk_data.programme.attention import thresholds
from zwk_data.schema.words import ENTERED
from zwk_data.stores import access
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.lage import board, network, news
from zwk_data.web.login import login

person, limits = login.person(), thresholds()
parts.page_header("Lage", network.LEAD)
first, second = st.columns([1, 2], gap="large")
with first:
    chosen = choose("Wie geht es …", participants.names(), key="kommune", placeholder="Kommune öffnen")
    if chosen:
        st.switch_page(settings.PAGES / "kommune.py", query_params={"kommune": chosen})
    is_kept = board.is_planned_or_kept(limits)
    if is_kept:
        board.late(person, limits)
    else:
        network.known()
    news.news_since()
    if not is_kept:
        network.nothing_planned(bool(access.writable_tables(person) is None))
with second:
    network.ways(person)
    board.matrix(person, limits)
    parts.source_line(ENTERED[settings.dataset()])

network.figures()
network.map_and_gaps()
