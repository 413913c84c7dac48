"""Übersicht: the network at a glance, and what about it is not documented."""

import streamlit as st

from zwk_data import german, settings
from zwk_data.demography import source_lines
from zwk_data.programme import counting, participants, stages, themes
from zwk_data.schema.words import PROJECT_SIZE, SOURCES
from zwk_data.views import map as map_view
from zwk_data.web.kit import parts
from zwk_data.web.kit.tables import Link, legend_html, matrix_html, page_link

people = participants.people()
cells = stages.matrix()
catalog = themes.themes()
reach = participants.reach()
source = SOURCES[settings.dataset()]
documented = cells[counting.is_documented(cells)]
blanket = int((cells["state"] == "blanket").sum())

parts.page_header(
    "Übersicht",
    "Die Zukunftswerkstatt Kommunen auf einen Blick: wer dabei ist, wo die Kommunen liegen, wie weit die fünf Stufen "
    "belegt sind und was offen bleibt.",
)
people_reached = [("Menschen", german.number(reach.people), participants.reach_text(reach))] if reach else []
with_date = int(cells["first"].notna().sum())
named = catalog[catalog["participants"] > 0]
parts.figures(
    [
        ("Kommunen", f"{len(people)} von {PROJECT_SIZE}", "in öffentlichen Quellen genannt"),
        ("Länder", german.number(len(participants.laender(people))), "mit mindestens einer Kommune"),
        *people_reached,
        (
            "Belegte Termine",
            german.number(int(documented["events"].sum())),
            f"{len(documented)} Stufen, davon {with_date} mit Datum"
            + (f"; {blanket} weitere {german.BLANKET}" if blanket else ""),
        ),
        (
            "Themen",
            german.number(len(named)),
            f"in {german.count(int((people['themes'] > 0).sum()), 'Kommune', 'Kommunen')}",
        ),
    ]
)
if reach:
    official = source_lines.of_everyone(reach.year)
    parts.source_line(f"Menschen: {official}. Alles andere: {source}")

left, right = st.columns([3, 2], gap="large")
with left:
    chosen = parts.show(map_view.network(), key="netz", level=2)
    if chosen:
        st.switch_page(settings.PAGES / "demografie.py", query_params={"kommune": chosen})

    parts.section("Was nicht belegt ist", "Keine Quelle sagt etwas dazu. Das heißt nicht, dass es nicht geschehen ist.")
    parts.html_table(participants.undocumented(), "Nicht belegt, nach Gegenstand")
    parts.source_line(source)

with right:
    names = dict(zip(people["participant_id"], people["short"], strict=True))
    st.html(
        '<h2 class="zwk-chart-title">Die fünf Stufen</h2>'
        + legend_html()
        + matrix_html(
            people.sort_values(["documented", "furthest"], ascending=False, kind="stable"),
            cells,
            f"Stufen von {german.count(len(people), 'Kommune', 'Kommunen')}, am besten belegte zuerst",
            link=lambda key: Link(names[key], page_link("stufen", kommune=key), "Termine zeigen"),
            small=True,
        )
    )
    st.html(f"<p>{Link('Alle Stufen mit Datum und Zeitleiste', page_link('stufen')).html()}</p>")
