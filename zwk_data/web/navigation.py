"""The script behind every address: identifies the user, prepares the stores, draws the frame, runs the page."""

import streamlit as st

from zwk_data import settings
from zwk_data.web.kit import parts
from zwk_data.web.kit.assets import STATIC
from zwk_data.web.login import login
from zwk_data.web.shell import page, site
from zwk_data.web.shell.start import wait_until_ready

#: in the session: the Kommune chosen last, and the page of the last run
_KOMMUNE, _PAGE = "zwk-kommune", "zwk-seite"


def bring_along(page: site.Page) -> None:
    """Let the chosen Kommune stay chosen from page to page: the menu's links know nothing of it, the session does.

    Whoever just came to a page of a Kommune with nothing in the address gets the one chosen last. What is chosen there,
    or no longer chosen, is what the next page gets.
    """
    came = st.session_state.get(_PAGE) not in (None, page.path)
    st.session_state[_PAGE] = page.path
    if came:
        st.session_state.pop(parts.OPENED, None)
    # on the profile of another place it is only not shown
    if not page.of_kommune or "gebiet" in st.query_params:
        return
    kept = st.session_state.get(_KOMMUNE)
    if came and kept and not st.query_params:
        st.query_params["kommune"] = kept
    st.session_state[_KOMMUNE] = st.query_params.get("kommune")


role = login.role()
menu = {
    st.Page(
        p.script,
        title=p.title,
        url_path=p.path,
        default=not p.path,
        # not in the menu of users without access, but still an address, which says so
        visibility="visible" if p.listed and login.admits(p.roles, role) else "hidden",
    ): p
    for p in site.pages()
}
groups = {group: [page for page, p in menu.items() if p.group == group] for group in site.GROUPS}
chosen = st.navigation(groups, position="top")
st.set_page_config(page_title=f"{chosen.title} – {site.NAME}", layout="wide", initial_sidebar_state="auto")
st.logo(str(STATIC / "logo.svg"), size="large")

wait_until_ready()
login.bar()
if settings.dataset() == "demo":
    st.html('<p class="zwk-demo" role="note">Demodaten – frei erfunden</p>')
with login.asking():
    try:
        login.require(menu[chosen].roles, title=chosen.title)
        bring_along(menu[chosen])
        chosen.run()
    finally:
        st.html(page.foot())
