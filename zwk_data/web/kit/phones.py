"""The address at which phones find this machine: the same choice for a session and for the live display."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st

from zwk_data.room import addresses


def own_origin() -> str:
    """The app's own address if phones reach it too; "" if it only answers this machine."""
    return addresses.outside(st.context.url or "")


def choose_address(kept: str, port: int | None, key: str, keep: Callable[[str], None]) -> None:
    """Let an address of this machine be chosen or typed; ``keep`` receives a new choice.

    ``kept``: the present address or ""; ``port``: of the guest door; ``key``: of the widget.
    """
    listed = list(dict.fromkeys([*([kept] if kept else []), *addresses.addresses()]))
    widget = f"{key}-{kept}"

    def changed() -> None:
        host = addresses.plain_host(st.session_state[widget] or "")
        if host is not None:
            keep(host)

    st.selectbox(
        "Adresse dieses Rechners im Raum",
        listed,
        index=0 if listed else None,
        key=widget,
        accept_new_options=True,
        placeholder="Adresse eingeben",
        on_change=changed,
    )
    hint = f"Handys und Rechner brauchen dasselbe Netz; die Firewall muss Port {port} zulassen."
    st.html(f'<p class="zwk-room-hint">{escape(hint)}</p>')
