"""A select box whose choice stands in the address as an id (``?kommune=riesa``), while the reader sees names.

``bind="query-params"`` would put the name that is shown into the address; a link must survive a name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def choose(
    label: str, options: Mapping[str, str], *, key: str, default: str | None = None, placeholder: str = "Bitte wählen"
) -> str | None:
    """Draw the select box and return the chosen id. ``options``: id -> name; ``key``: the name in the address.

    The address is the truth: a link sets the box, the box sets the address, and an id that does not exist counts as
    not chosen. Without ``default`` nothing may be chosen, and the choice can be cleared.
    """
    widget = f"wahl-{key}"
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
        on_change=_keep,
        args=(key, default),
        placeholder=placeholder,
    )


def choose_many(
    label: str,
    options: Mapping[str, str],
    *,
    key: str,
    default: Sequence[str] = (),
    placeholder: str = "Bitte wählen",
    most: int | None = None,
) -> tuple[str, ...]:
    """As ``choose``, for several, at most ``most``: ``?gruppen=land,zwillinge``. Unknown ids are left out.

    An empty choice stands in the address too (``?gruppen=``), where it differs from ``default``.
    """
    widget = f"wahl-{key}"
    wanted = st.query_params.get(key)
    ids = list(default) if wanted is None else [one for one in wanted.split(",") if one]
    st.session_state[widget] = list(dict.fromkeys(one for one in ids if one in options))[:most]
    return tuple(
        st.multiselect(
            label,
            list(options),
            format_func=lambda option: options.get(option, option),
            key=widget,
            on_change=_keep,
            args=(key, ",".join(default), ",".join),
            placeholder=placeholder,
            max_selections=most,
            select_all=False,
            wrap=True,
        )
    )


def choose_part(options: Mapping[str, str], *, key: str, label: str) -> str:
    """One of a few views side by side (``?ansicht=karte``), the first unless the address says otherwise."""
    widget = f"wahl-{key}"
    first = next(iter(options))
    wanted = st.query_params.get(key, first)
    st.session_state[widget] = wanted if wanted in options else first
    chosen = st.segmented_control(
        label,
        list(options),
        format_func=lambda option: options[option],
        key=widget,
        on_change=_keep,
        args=(key, first),
        required=True,
        label_visibility="collapsed",
    )
    return chosen or first


def choose_tab(options: Mapping[str, str], *, key: str) -> tuple[str, DeltaGenerator]:
    """Tabs of which only the open one is made (``?teil=alter``): its id and its container, the first by default."""
    widget = f"wahl-{key}"
    ids = {name: option for option, name in options.items()}
    first = next(iter(options))
    wanted = st.query_params.get(key, first)
    st.session_state[widget] = options[wanted if wanted in options else first]
    tabs = st.tabs(list(options.values()), key=widget, on_change=_keep, args=(key, first, ids.__getitem__))
    for tab, option in zip(tabs, options, strict=True):
        if tab.open:
            return option, tab
    return first, tabs[0]


def _keep(key: str, default: str | None, as_id: Callable[[Any], str | None] = lambda chosen: chosen) -> None:
    """Put what has just been chosen into the address; what stands there by default is left out.

    ``as_id``: makes the address's text out of the widget's value, where they differ.
    """
    chosen = as_id(st.session_state[f"wahl-{key}"])
    if chosen is None or chosen == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen
