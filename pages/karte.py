"""Karte: one indicator of one year on a map of Länder, Kreise, Gemeinden or participants."""

import streamlit as st

from zwk_data.web import karte


@st.fragment
def view() -> None:
    """Everything that depends on a choice; only this part is rerun."""
    karte.show()


view()
