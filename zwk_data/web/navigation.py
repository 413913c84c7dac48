"""The script behind every address: finds who asks, prepares the stores, draws what pages share, runs the page."""

import streamlit as st

from zwk_data import paths
from zwk_data.web import login, parts, site
from zwk_data.web.assets import STATIC
from zwk_data.web.start import wait_until_ready

role = login.role()
menu = {
    st.Page(
        p.script,
        title=p.title,
        url_path=p.path,
        default=not p.path,
        # not in the menu of whoever may not use it, but an address of its own, which says so
        visibility="visible" if p.listed and login.admits(p.roles, role) else "hidden",
    ): p
    for p in site.pages()
}
chosen = st.navigation(list(menu), position="top")
st.set_page_config(page_title=f"{chosen.title} – {site.NAME}", layout="wide", initial_sidebar_state="auto")
st.logo(str(STATIC / "logo.svg"), size="large")

wait_until_ready()
login.bar()
if paths.dataset() == "demo":
    parts.demo_banner()
with login.asking():
    login.require(menu[chosen].roles, title=chosen.title)
    chosen.run()
