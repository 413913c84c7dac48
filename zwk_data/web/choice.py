"""A select box whose choice stands in the address as an id (``?kommune=riesa``), while the reader sees names.

``bind="query-params"`` would put the name that is shown into the address; a link must survive a name.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st


def choose(
    label: str, options: Mapping[str, str], *, key: str, default: str | None = None, placeholder: str = "Bitte wählen"
) -> str | None:
    """Draw the select box and return the chosen id. ``options``: id -> name; ``key``: the name in the address.

    The address is the truth: a link sets the box, the box sets the address, and an id that does not exist counts as
    not chosen. Without ``default`` nothing may be chosen, and the choice can be cleared.
    """
    widget = f"wahl-{key}"

    def keep() -> None:
        chosen = st.session_state[widget]
        if chosen is None or chosen == default:
            st.query_params.pop(key, None)
        else:
            st.query_params[key] = chosen

    wanted = st.query_params.get(key, default)
    if wanted not in options:
        wanted = default
        st.query_params.pop(key, None)
    st.session_state[widget] = wanted
    return st.selectbox(
        label,
        list(options),
        # the choice itself stands in the session state; another index here would be told in the log at every run
        index=None if default is None else 0,
        format_func=lambda option: options.get(option, option),
        key=widget,
        on_change=keep,
        placeholder=placeholder,
    )
