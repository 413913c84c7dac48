"""Which sections a dossier shows, and in which order: the choice stands in the address."""

from __future__ import annotations

import streamlit as st

from zwk_data.dossier.content import SECTIONS
from zwk_data.web.choice import choose_many
from zwk_data.web.permalink import correct_addresses

KEY = "abschnitte"


def chosen_keys() -> tuple[tuple[str, ...], str]:
    """Draw the choice and the two buttons that move a section; the keys in order, and what is wrong (or empty)."""
    problem = correct_addresses(KEY, SECTIONS, "Der Abschnitt")
    with st.expander("Abschnitte wählen und ordnen", key="dossier-abschnitte", type="compact"):
        keys = choose_many(
            "Abschnitte, in dieser Reihenfolge",
            SECTIONS,
            key=KEY,
            default=tuple(SECTIONS),
            placeholder="Abschnitt wählen",
        )
        if len(keys) > 1:
            _move(keys)
    return keys, problem


def _move(keys: tuple[str, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        moving = st.selectbox(
            "Abschnitt verschieben", list(keys), format_func=SECTIONS.__getitem__, key="dossier-verschieben"
        )
        at = keys.index(moving) if moving in keys else 0
        for label, to, icon in (
            ("Nach oben", at - 1, ":material/arrow_upward:"),
            ("Nach unten", at + 1, ":material/arrow_downward:"),
        ):
            st.button(
                label,
                key=f"dossier-{label}",
                icon=icon,
                disabled=not 0 <= to < len(keys),
                on_click=_swap,
                args=(keys, at, to),
            )
        st.button("Alle, wie üblich", key="dossier-alle", on_click=_usual)


def _usual() -> None:
    st.query_params.pop(KEY, None)


def _swap(keys: tuple[str, ...], at: int, to: int) -> None:
    order = list(keys)
    order[at], order[to] = order[to], order[at]
    if tuple(order) == tuple(SECTIONS):
        _usual()
    else:
        st.query_params[KEY] = ",".join(order)
