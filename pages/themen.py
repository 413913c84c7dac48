"""Themen: who works on what, in their own words, and how far they are."""

import streamlit as st

from zwk_data import german, paths
from zwk_data.charts.themes import theme_grid
from zwk_data.programme import measures, participants, stages, themes
from zwk_data.programme.words import SOURCES
from zwk_data.web import parts
from zwk_data.web.choice import choose
from zwk_data.web.links import Link, linked_table, page_link, source_link
from zwk_data.web.permalink import settle

people = parts.cached(participants.participants)()
progress = stages.progress(parts.cached(stages.matrix)())
catalog = parts.cached(themes.themes)()
choices = parts.cached(themes.choices)()
source = SOURCES[paths.dataset()]
names = dict(zip(people["participant_id"], people["name"], strict=True))
titles = dict(zip(catalog["theme_id"], catalog["name_de"], strict=True))


def stage_links(keys: list[str]) -> list[Link]:
    """Each Kommune's name, leading to its events."""
    return [Link(names[key], page_link("stufen", kommune=key), "Termine zeigen") for key in keys]


parts.page_header(
    "Themen",
    "Woran die Kommunen arbeiten: die 13 Themen des Werkzeugkoffers und die weiteren Themen der Kommunen. Die eigenen "
    "Worte jeder Kommune bleiben stehen; die Zuordnung zu den Themen kommt vom ZWK-Monitor.",
)
for problem in filter(None, (settle("thema", titles, "Das Thema"), settle("kommune", names, "Die Kommune"))):
    parts.notice(problem, kind="warning")
with st.container(horizontal=True):
    theme = choose(
        "Thema",
        {
            key: f"{name} ({german.count(n, 'Kommune', 'Kommunen')})"
            for key, name, n in zip(catalog["theme_id"], catalog["name_de"], catalog["participants"], strict=True)
        },
        key="thema",
        placeholder="Thema wählen: Wer arbeitet noch daran?",
    )
    participant = choose("Kommune", names, key="kommune", placeholder="Kommune wählen: Wer hat ähnliche Themen?")

if theme:
    parts.section(f"Wer arbeitet an „{titles[theme]}“?")
    shared = themes.sharing(theme, progress)
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
    planned = measures.of_theme(theme)
    if len(planned):
        table = planned[["title", "name", "status_de", "responsible", "starts", "ends", "budget_eur"]]
        table.columns = ["Maßnahme", "Kommune", "Stand", "Zuständig", "Beginn", "Ende", "Budget (Euro)"]
        parts.html_table(table, f"Maßnahmen zum Thema ({german.number(len(planned))})", max_height=420)

if participant:
    parts.section(f"Wer hat ähnliche Themen wie {names[participant]}?")
    own = themes.wordings(participant)
    if own.empty:
        parts.notice(f"Nicht belegt: Für {names[participant]} nennt keine Quelle ein Thema.")
    else:
        st.html(
            linked_table(
                {
                    "Eigene Worte": [f"„{words}“" for words in own["wording"]],
                    "Zugeordnet zu": own["themes"].tolist(),
                    "Quelle": [
                        source_link(url, f"({words})")
                        for url, words in zip(own["source_url"], own["wording"], strict=True)
                    ],
                },
                f"Themen von {names[participant]}",
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

labels = dict(zip(people["participant_id"], people["short"], strict=True))
grid = theme_grid(choices, catalog, labels, source, theme=theme, participant=participant)


def pick() -> None:
    """A click on a square chooses its theme."""
    points = st.session_state["raster"].selection.points
    if points:
        st.query_params["thema"] = points[0]["customdata"][0]


with st.container(key="themenraster"):
    parts.show(grid, key="raster", on_select=pick, level=2)
