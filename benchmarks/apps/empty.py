"""The floor of every measurement: Streamlit itself, with one line of text."""

import streamlit as st

st.set_page_config(page_title="Leere Seite", layout="wide")
st.title("Leere Seite")
