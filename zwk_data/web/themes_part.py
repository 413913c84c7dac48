"""Themen, Überblick: who works on a theme, who has similar themes, and the grid of all."""

from __future__ import annotations

import streamlit as st

from zwk_data import german
from zwk_data.charts.chart import Chart
from zwk_data.charts.themes import theme_grid
from zwk_data.programme import measures, themes
from zwk_data.web import parts
from zwk_data.web.links import linked_table, source_link
from zwk_data.web.themes_view import Choice, catalog, choices, labels, progress, source, stage_links

#: of a theme's measures so many are listed
MOST_THEMES = 100


def who_works_on_what(chosen: Choice) -> None:
    """What is chosen, and the grid."""
    if chosen.theme:
        _sharing(chosen)
    if chosen.participant:
        _alike(chosen)
    with st.container(key="themenraster"):
        parts.show(parts.cached(_grid)(chosen), key="raster", on_select=_pick_theme, level=2)


def _grid(chosen: Choice) -> Chart:
    return theme_grid(choices(), catalog(), labels(), source(), theme=chosen.theme, participant=chosen.participant)


def _pick_theme() -> None:
    """A click on a square chooses its theme."""
    points = st.session_state["raster"].selection.points
    if points:
        st.query_params["thema"] = points[0]["customdata"][0]


def _sharing(chosen: Choice) -> None:
    parts.section(f"Wer arbeitet an „{chosen.title}“?")
    shared = themes.sharing(str(chosen.theme), progress())
    if shared.empty:
        parts.notice("Nicht belegt: Keine Quelle nennt eine Kommune mit diesem Thema.")
    else:
        st.html(
            linked_table(
                {
                    "Kommune": stage_links(shared["participant_id"].tolist()),
                    "Land": shared["land"].tolist(),
                    "Eigene Worte": [f"„{words}“" for words in shared["wording"]],
                    "Belegte Stufen": [f"{n} von 5" for n in shared["documented"]],
                    "Späteste belegte Stufe": shared["furthest_de"].tolist(),
                    "Beratung": shared["adviser"].tolist(),
                    "Quelle": [
                        source_link(url, f"({words})")
                        for url, words in zip(shared["source_url"], shared["wording"], strict=True)
                    ],
                },
                f"{german.count(len(shared), 'Kommune', 'Kommunen')}, am weitesten belegte zuerst",
            )
        )
    planned = parts.cached(measures.of_theme)(str(chosen.theme))
    if len(planned):
        table = planned[["title", "name", "status_de", "responsible", "starts", "ends", "budget_eur"]]
        table.columns = ["Maßnahme", "Kommune", "Stand", "Zuständig", "Beginn", "Ende", "Budget (Euro)"]
        caption = f"Maßnahmen zum Thema ({german.number(len(planned))})"
        parts.html_table(table, caption, max_height=420, max_rows=MOST_THEMES)


def _alike(chosen: Choice) -> None:
    parts.section(f"Wer hat ähnliche Themen wie {chosen.name}?")
    participant = str(chosen.participant)
    own = themes.wordings(participant)
    if own.empty:
        parts.notice(f"Nicht belegt: Für {chosen.name} nennt keine Quelle ein Thema.")
        return
    st.html(
        linked_table(
            {
                "Eigene Worte": [f"„{words}“" for words in own["wording"]],
                "Zugeordnet zu": own["themes"].tolist(),
                "Quelle": [
                    source_link(url, f"({words})") for url, words in zip(own["source_url"], own["wording"], strict=True)
                ],
            },
            f"Themen von {chosen.name}",
        )
    )
    alike = themes.alike(participant).head(12)
    st.html(
        linked_table(
            {
                "Kommune": stage_links(alike["participant_id"].tolist()),
                "Land": alike["land"].tolist(),
                "Gemeinsam": alike["shared"].tolist(),
                "Gemeinsame Themen": alike["themes"].tolist(),
            },
            "Die ähnlichsten Kommunen, die mit den meisten gemeinsamen Themen zuerst",
            numeric=("Gemeinsam",),
        )
    )
