"""Which groups a participant is compared with, and the group that the reader puts together (it stays in the link)."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from zwk_data.demography import areas, groups
from zwk_data.programme import participants
from zwk_data.web import parts
from zwk_data.web.choice import choose_many
from zwk_data.web.permalink import correct_addresses
from zwk_data.web.subject import Subject

OWN_GROUP = "eigene"
#: hits of a search offered beside what is offered anyway
HITS = 50


def choose_groups(me: Subject, default: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The groups chosen (their keys), and a sentence about those the address asks for in vain."""
    options = {group.key: group.name for group in parts.cached(groups.groups)(me.id)}
    told = correct_addresses("gruppen", options, "Die Gruppe")
    picked = choose_many(
        "Vergleichen mit",
        options,
        key="gruppen",
        default=tuple(key for key in default if key in options),
        placeholder="Gruppe wählen",
    )
    return picked, told


def edit_own_group(me: Subject) -> tuple[tuple[str, ...], str]:
    """Put the own group together: participants and areas; returns their keys and a sentence about unknown ones."""
    known = _names(me)
    with st.container(horizontal=True):
        what = "Kreis" if me.is_kreis else "Gemeinde"
        wanted = st.text_input(f"{what} suchen", key="eigene-suche", placeholder="Name oder Anfang des Namens").strip()
        hits = known[known.str.contains(wanted, case=False, regex=False)].head(HITS) if wanted else known.head(0)
        asked = [key for key in st.query_params.get(OWN_GROUP, "").split(",") if key]
        near = known[known.index.str.startswith(tuple(parts.cached(areas.members)(me.id, "kreis")))]
        people = parts.cached(participants.participants)().set_index("participant_id")["name"].drop(me.id)
        several = pd.concat([people, near.head(400), hits, known[known.index.isin(asked)]])
        offered = {str(key): str(name) for key, name in several.items()}
        told = correct_addresses(OWN_GROUP, offered, "Der Ort")
        picked = choose_many("Eigene Gruppe", offered, key=OWN_GROUP, placeholder="Kommunen und Gebiete wählen")
    return picked, told


def _names(me: Subject) -> pd.Series:
    return parts.cached(areas.names)("kreise" if me.is_kreis else "gemeinden")
