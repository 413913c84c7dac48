"""The chosen Kommune stays chosen from page to page: the menu's links know nothing of it, the session does."""

from __future__ import annotations

import streamlit as st

from zwk_data.web.shell.site import Page

KEY = "kommune"
_KEPT, _PAGE = "zwk-kommune", "zwk-seite"


def bring_along(page: Page) -> None:
    """Before a page runs: whoever just came to it with nothing in the address gets the Kommune chosen last.

    What is chosen, or no longer chosen, on a page of a Kommune is what the next one gets.
    """
    came = st.session_state.get(_PAGE) not in (None, page.path)
    st.session_state[_PAGE] = page.path
    if not page.of_kommune:
        return
    kept = st.session_state.get(_KEPT)
    if came and kept and not st.query_params:
        st.query_params[KEY] = kept
    st.session_state[_KEPT] = st.query_params.get(KEY)
