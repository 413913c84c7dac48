"""What an address asks for and there is not: told in one sentence, and answered with what comes nearest."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

import streamlit as st


def correct_address(key: str, options: Mapping[str, str], what: str, *, fallback: str | None = None) -> str:
    """Check the address's ``key`` before a ``choice.choose`` with the same key reads it.

    An unknown value is replaced in the address by the nearest of ``options`` (id -> name): for numbers the nearest
    number, for words one that is spelled alike, else ``fallback``. Returns the German sentence that says so, or ""
    if nothing had to be replaced. ``what``: „Die Kennzahl“, „Das Jahr“.
    """
    wanted = st.query_params.get(key)
    if wanted is None or wanted in options:
        return ""
    chosen = nearest(wanted, options) or fallback
    if chosen is None:
        del st.query_params[key]
        return f"{what} „{wanted[:40]}“ gibt es hier nicht. Bitte wählen Sie aus der Liste."
    st.query_params[key] = chosen
    return f"{what} „{wanted[:40]}“ gibt es hier nicht. Gezeigt wird: {options[chosen]}."


def nearest(wanted: str, options: Mapping[str, str]) -> str | None:
    """The id most like ``wanted``: by number, by spelling of the id, or by spelling of the name; None if none is."""
    numbers = [option for option in options if option.isdigit()]
    if wanted.isdigit() and numbers:
        return min(numbers, key=lambda option: abs(int(option) - int(wanted)))
    by_id = get_close_matches(wanted.lower(), list(options), n=1, cutoff=0.6)
    if by_id:
        return by_id[0]
    names = {name.lower(): option for option, name in options.items()}
    by_name = get_close_matches(wanted.lower(), list(names), n=1, cutoff=0.6)
    return names[by_name[0]] if by_name else None


def correct_addresses(key: str, options: Mapping[str, str], what: str) -> str:
    """As ``settle`` for a list of ids (``?gruppen=land,art``): unknown ones are replaced by the nearest or left out."""
    wanted = [one for one in st.query_params.get(key, "").split(",") if one]
    unknown = [one for one in wanted if one not in options]
    if not unknown:
        return ""
    found = {one: nearest(one, options) for one in unknown}
    st.query_params[key] = ",".join(dict.fromkeys(one for one in (found.get(o, o) for o in wanted) if one))
    told = ", ".join(f"„{one[:40]}“" for one in unknown[:5])
    instead = [options[one] for one in dict.fromkeys(filter(None, found.values()))]
    return f"{what} {told} gibt es hier nicht." + (f" Gezeigt wird: {', '.join(instead)}." if instead else "")
