"""The script behind every address: prepares the stores, draws what all pages share, runs the page asked for."""

import streamlit as st

from zwk_data import paths
from zwk_data.web import parts, site
from zwk_data.web.assets import STATIC
from zwk_data.web.start import wait_until_ready

menu = site.pages()
chosen = st.navigation(
    [st.Page(p.script, title=p.title, url_path=p.path, default=p is menu[0]) for p in menu],
    position="top",
)
st.set_page_config(page_title=f"{chosen.title} – {site.NAME}", layout="wide", initial_sidebar_state="auto")
st.logo(str(STATIC / "logo.svg"), size="large")

wait_until_ready()
if paths.dataset() == "demo":
    parts.demo_banner()
chosen.run()
