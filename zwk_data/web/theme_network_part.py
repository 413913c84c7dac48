"""Themen, Netz: which Kommunen share themes."""

from __future__ import annotations

import streamlit as st

from zwk_data import german
from zwk_data.charts.chart import Chart
from zwk_data.charts.theme_network import theme_network
from zwk_data.programme import theme_links
from zwk_data.web import parts
from zwk_data.web.links import linked_table
from zwk_data.web.themes_view import Choice, choices, labels, links, source, stage_links

#: pairs listed where no Kommune is chosen
MOST_LINKS = 15


def network(chosen: Choice) -> None:
    """The ring, and beneath it the closest pairs or the chosen Kommune's partners, for phones too."""
    if links().empty:
        parts.notice("Nicht belegt: Keine zwei Kommunen nennen ein gemeinsames Thema.")
        return
    with st.container(key="themennetz"):
        parts.show(parts.cached(_ring)(chosen.participant), key="netz", on_select=_pick_kommune, level=2)
    if chosen.participant:
        _partners(chosen)
    else:
        _closest()


def _ring(participant: str | None) -> Chart:
    number = choices()["participant_id"].value_counts()
    themes_of = {str(key): int(n) for key, n in number.items()}
    return theme_network(links(), labels(), themes_of, source(), participant=participant)


def _pick_kommune() -> None:
    """A click on a Kommune chooses it."""
    points = [one for one in st.session_state["netz"].selection.points if "customdata" in one]
    if points:
        st.query_params["kommune"] = points[0]["customdata"][0]


def _partners(chosen: Choice) -> None:
    found = theme_links.theme_partners(links(), str(chosen.participant)).head(MOST_LINKS)
    parts.section(f"Mit wem teilt {chosen.name} Themen?")
    if found.empty:
        parts.notice(f"Nicht belegt: Für {chosen.name} ist kein Thema bekannt, das eine andere Kommune auch nennt.")
        return
    st.html(
        linked_table(
            {
                "Kommune": stage_links(found["participant_id"].tolist()),
                "Gemeinsam": found["shared"].tolist(),
                "Gemeinsame Themen": found["themes"].tolist(),
            },
            f"Die {german.number(len(found))} mit den meisten gemeinsamen Themen",
            numeric=("Gemeinsam",),
        )
    )
    parts.source_line(source())


def _closest() -> None:
    parts.section("Wer teilt die meisten Themen?")
    first = links().head(MOST_LINKS)
    st.html(
        linked_table(
            {
                "Kommune": stage_links(first["a"].tolist()),
                "und": stage_links(first["b"].tolist()),
                "Gemeinsam": first["shared"].tolist(),
                "Gemeinsame Themen": first["themes"].tolist(),
            },
            f"Die {german.number(len(first))} Paare mit den meisten gemeinsamen Themen",
            numeric=("Gemeinsam",),
        )
    )
    parts.source_line(source())
