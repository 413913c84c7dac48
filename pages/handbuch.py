"""Handbuch: how to use the monitor, with a paragraph on every page."""

import streamlit as st

from zwk_data.web.kit import parts
from zwk_data.web.kit.tables import Link
from zwk_data.web.kit.templates import render
from zwk_data.web.shell import handbook

parts.page_header(
    "Handbuch",
    "Wie man mit dem ZWK-Monitor arbeitet. Das Fragezeichen oben auf jeder Seite führt zu ihrem Abschnitt hier.",
)
links = [Link(one.title, f"#{one.anchor}") for one in handbook.chapters() if one.level == 2]
st.html(render("rahmen/inhalt", links=links))
with st.container(key="handbuch"):
    for chapter in handbook.chapters():
        (st.header if chapter.level == 2 else st.subheader)(chapter.title, anchor=chapter.anchor)
        if chapter.text:
            st.markdown(chapter.text)
