"""Karte: one indicator of one year on a map of Länder, Kreise, Gemeinden or participants."""

import streamlit as st

from zwk_data.web import karte


@st.fragment
def view() -> None:
    """All that changes with a choice: only this runs again."""
    karte.show()


view()
