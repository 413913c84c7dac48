"""Choices kept in the address as ids (``?kommune=riesa``), while the reader sees names.

``bind="query-params"`` would put the displayed name into the address; a link must survive a renaming. An id that does
not exist is replaced by the nearest one that does, and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from difflib import get_close_matches
from html import escape
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from zwk_data import settings
from zwk_data.programme import participants
from zwk_data.room import addresses
from zwk_data.schema.cells import fold
from zwk_data.web.kit import parts


def choose(
    label: str,
    options: Mapping[str, str],
    *,
    key: str,
    default: str | None = None,
    placeholder: str = "Bitte wählen",
    what: str = "",
    names: Mapping[str, str] | None = None,
    notices: DeltaGenerator | None = None,
) -> str | None:
    """Draw the select box and return the chosen id. ``options``: id -> name; ``key``: the name in the address.

    The address is the truth: a link sets the box, the box sets the address, and an id that does not exist counts as
    not chosen. Without ``default`` nothing may be chosen, and the choice can be cleared.

    ``what`` („Die Kennzahl“): an unknown id is replaced by the nearest one, else by ``default``, and a sentence says
    so, in ``notices`` or above the box; ``names``: what that sentence calls the options, if not what the box does.
    """
    if what:
        _show_problem(correct_address(key, names or options, what, fallback=default), notices)
    widget = f"wahl-{key}"
    wanted = st.query_params.get(key, default)
    if wanted not in options:
        wanted = default
        st.query_params.pop(key, None)
    st.session_state[widget] = wanted
    return st.selectbox(
        label,
        list(options),
        # the choice itself is in the session state; another index here would be logged at every run
        index=None if default is None else 0,
        format_func=lambda option: options.get(option, option),
        key=widget,
        on_change=_keep_choice,
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
    what: str = "",
    notices: DeltaGenerator | None = None,
) -> tuple[str, ...]:
    """As ``choose``, for several, at most ``most``: ``?gruppen=land,zwillinge``. Unknown ids are left out.

    An empty choice stands in the address too (``?gruppen=``), where it differs from ``default``.
    """
    widget = f"wahl-{key}"
    chosen = chosen_many(options, key=key, default=default, what=what, notices=notices)
    st.session_state[widget] = list(chosen[:most])
    return tuple(
        st.multiselect(
            label,
            list(options),
            format_func=lambda option: options.get(option, option),
            key=widget,
            on_change=_keep_choice,
            args=(key, ",".join(default), ",".join),
            placeholder=placeholder,
            max_selections=most,
            select_all=False,
            wrap=True,
        )
    )


def chosen_many(
    options: Mapping[str, str],
    *,
    key: str,
    default: Sequence[str] = (),
    what: str = "",
    notices: DeltaGenerator | None = None,
) -> tuple[str, ...]:
    """What stands in the address for ``choose_many``, whose box need not be drawn."""
    if what:
        _show_problem(correct_addresses(key, options, what), notices)
    wanted = st.query_params.get(key)
    ids = list(default) if wanted is None else [one for one in wanted.split(",") if one]
    return tuple(dict.fromkeys(one for one in ids if one in options))


def choose_part(
    options: Mapping[str, str], *, key: str, label: str, what: str = "", notices: DeltaGenerator | None = None
) -> str:
    """One of a few views side by side (``?ansicht=karte``), the first unless the address says otherwise."""
    widget = f"wahl-{key}"
    first = next(iter(options))
    if what:
        _show_problem(correct_address(key, options, what, fallback=first), notices)
    wanted = st.query_params.get(key, first)
    st.session_state[widget] = wanted if wanted in options else first
    chosen = st.segmented_control(
        label,
        list(options),
        format_func=lambda option: options[option],
        key=widget,
        on_change=_keep_choice,
        args=(key, first),
        required=True,
        label_visibility="collapsed",
    )
    return chosen or first


def choose_tab(
    options: Mapping[str, str], *, key: str, what: str = "Den Abschnitt", notices: DeltaGenerator | None = None
) -> tuple[str, DeltaGenerator]:
    """Tabs of which only the open one is drawn (``?teil=alter``): its id and its container, the first by default."""
    widget = f"wahl-{key}"
    ids = {name: option for option, name in options.items()}
    first = next(iter(options))
    _show_problem(correct_address(key, options, what, fallback=first), notices)
    wanted = st.query_params.get(key, first)
    st.session_state[widget] = options[wanted if wanted in options else first]
    tabs = st.tabs(list(options.values()), key=widget, on_change=_keep_choice, args=(key, first, ids.__getitem__))
    for tab, option in zip(tabs, options, strict=True):
        if tab.open:
            return option, tab
    return first, tabs[0]


def filter_participants(
    people: pd.DataFrame, advisers: Sequence[str] = ()
) -> tuple[dict[str, str | None], pd.DataFrame]:
    """Draw the filters, all in the address: label -> what is picked, and the rows of ``participants`` that fit.

    ``advisers``: offered as a further filter, which the caller applies.
    """
    offered = {
        "Land": participants.laender(people),
        "Art": sorted(set(people["kind_de"])),
        "Beratung": advisers,
        "Aufnahme": people.sort_values("admitted", kind="stable")["admitted_de"].unique().tolist(),
    }
    picked = {
        label: st.selectbox(label, options, index=None, key=label.lower(), bind="query-params", placeholder="Alle")
        for label, options in offered.items()
        if options
    }
    return picked, participants.matching(people, picked["Land"], picked["Art"], picked["Aufnahme"])


def choose_year(years: Iterable[int], *, key: str = "jahr", default: int, notices: DeltaGenerator | None = None) -> int:
    """As ``choose``, for a year."""
    options = {str(year): str(year) for year in years}
    return int(choose("Jahr", options, key=key, default=str(default), what="Das Jahr", notices=notices) or default)


def _keep_choice(key: str, default: str | None, as_id: Callable[[Any], str | None] = lambda chosen: chosen) -> None:
    """Write a new choice to the address; the default is left out.

    ``as_id``: makes the address's text out of the widget's value, where they differ.
    """
    chosen = as_id(st.session_state[f"wahl-{key}"])
    if chosen is None or chosen == default:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = chosen


def _show_problem(problem: str, where: DeltaGenerator | None) -> None:
    if not problem:
        return
    with where or nullcontext():
        parts.notice(problem, kind="warning")


def correct_address(key: str, options: Mapping[str, str], what: str, *, fallback: str | None = None) -> str:
    """Check ``key`` in the address, for a page that reads it before ``choose`` does.

    An unknown value is replaced in the address by the nearest of ``options`` (id -> name): for numbers the nearest
    number, for words one that is spelled alike, else ``fallback``. Returns the German sentence that says so, or ""
    if nothing had to be replaced. ``what``: „Die Kennzahl“, „Das Jahr“.
    """
    wanted = st.query_params.get(key)
    if wanted is None or wanted in options:
        return ""
    meant = _spelled(wanted, options)
    if meant is not None:
        st.query_params[key] = meant
        return ""
    chosen = nearest(wanted, options) or fallback
    if chosen is None:
        del st.query_params[key]
        return f"{what} „{wanted[:40]}“ gibt es hier nicht. Bitte wählen Sie aus der Liste."
    st.query_params[key] = chosen
    return f"{what} „{wanted[:40]}“ gibt es hier nicht. Gezeigt wird: {options[chosen]}."


def _spelled(wanted: str, options: Mapping[str, str]) -> str | None:
    """The only id that ``wanted`` is but for its spelling: the name for the id, other capitals, other umlauts."""
    said = fold(wanted)
    found = {option for option, name in options.items() if said and said in (fold(option), fold(name))}
    return found.pop() if len(found) == 1 else None


def nearest(wanted: str, options: Mapping[str, str]) -> str | None:
    """The id most like ``wanted``: by number, by spelling of the id, or by spelling of the name; None if none is."""
    numbers = [option for option in options if option.isdecimal()]
    if wanted.isdecimal() and numbers:
        return min(numbers, key=lambda option: abs(int(option) - int(wanted)))
    by_id = get_close_matches(wanted.lower(), list(options), n=1, cutoff=0.6)
    if by_id:
        return by_id[0]
    names = {name.lower(): option for option, name in options.items()}
    by_name = get_close_matches(wanted.lower(), list(names), n=1, cutoff=0.6)
    return names[by_name[0]] if by_name else None


def correct_addresses(key: str, options: Mapping[str, str], what: str) -> str:
    """As ``correct_address`` for a list of ids (``?gruppen=land,art``); one without a near match is left out."""
    wanted = [one for one in st.query_params.get(key, "").split(",") if one]
    wanted = [one if one in options else _spelled(one, options) or one for one in wanted]
    unknown = [one for one in wanted if one not in options]
    if not unknown:
        if wanted and ",".join(wanted) != st.query_params.get(key):
            st.query_params[key] = ",".join(dict.fromkeys(wanted))
        return ""
    found = {one: nearest(one, options) for one in unknown}
    st.query_params[key] = ",".join(dict.fromkeys(one for one in (found.get(o, o) for o in wanted) if one))
    unknown_ids = ", ".join(f"„{one[:40]}“" for one in unknown[:5])
    instead = [options[one] for one in dict.fromkeys(filter(None, found.values()))]
    return f"{what} {unknown_ids} gibt es hier nicht." + (f" Gezeigt wird: {', '.join(instead)}." if instead else "")


def own_origin() -> str:
    """The app's own address if phones reach it too; "" if it only answers this machine."""
    origin = addresses.outside(st.context.url or "")
    return origin + settings.address() if origin else ""


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
