"""Stufen: where each Kommune stands, as far as the sources say."""

import streamlit as st

from zwk_data import german, settings
from zwk_data.programme import participants, stages
from zwk_data.schema.words import SOURCES, STAGES
from zwk_data.views.process import stage_timeline
from zwk_data.web import stufen
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, filter_participants
from zwk_data.web.kit.markup import Link, legend_html, matrix_html, page_link, source_link

ORDERS = ["Nach Stand", "Nach Land", "Nach Name"]

people = participants.participants()
cells = stages.matrix()
progress = stages.progress(cells)
source = SOURCES[settings.dataset()]
names = participants.names()

parts.page_header(
    "Stufen",
    "Wie weit die Kommunen in den fünf Stufen sind, soweit Quellen es belegen. „Nicht belegt“ heißt weder erledigt "
    "noch offen: Es sagt nur, dass keine Quelle dazu vorliegt.",
)

notices = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    picked, fitting = filter_participants(people)
    order = st.selectbox("Reihenfolge", ORDERS, key="folge", bind="query-params")
    chosen = choose("Kommune öffnen", names, key="kommune", placeholder="Keine", what="Die Kommune", notices=notices)

shown = fitting.merge(progress, on="participant_id")
if order == "Nach Land":
    shown = shown.sort_values("land", kind="stable")
elif order == "Nach Stand":
    shown = shown.sort_values(["documented", "furthest"], ascending=False, kind="stable")


if chosen:
    parts.section(names[chosen], participants.described(participants.participant(chosen)))
    own = stages.events(chosen)
    parts.linked_table(
        {
            "Stufe": own["stage_de"].tolist(),
            "Termin": own["date_de"].tolist(),
            "Hinweis": own["note"].tolist(),
            "Quelle": [
                source_link(url, f"({stage}, {date})")
                for url, stage, date in zip(own["source_url"], own["stage_de"], own["date_de"], strict=True)
            ],
        },
        f"Belegte Termine: {names[chosen]}",
    )
    missing = [STAGES[s] for s in cells.query("participant_id == @chosen and state == 'none'")["stage"]]
    if missing:
        parts.notice(f"Nicht belegt: {german.listing(missing)}.")
    st.html(f"<p>{Link(f'Demografie: {names[chosen]}', page_link('demografie', kommune=chosen)).html()}</p>")
    stufen.show(chosen)

if shown.empty:
    parts.notice("Zu dieser Auswahl gibt es keine Kommune. Bitte einen der Filter leeren.")
    st.stop()


def row_link(participant: str) -> Link:
    """A link that opens the Kommune's events on this page and keeps the filters."""
    filters = {label.lower(): value for label, value in picked.items()}
    folge = None if order == ORDERS[0] else order
    href = page_link("stufen", **filters, folge=folge, kommune=participant)
    return Link(names[participant], href, "Termine zeigen")


parts.section("Stand je Kommune und Stufe", "Der Name einer Kommune öffnet ihre Termine mit den Quellen.")
st.html(legend_html())
st.html(
    matrix_html(
        shown,
        cells,
        f"Stufen von {german.count(len(shown), 'Kommune', 'Kommunen')}",
        link=row_link,
        group="land" if order == "Nach Land" else None,
        chosen=chosen,
    )
)
parts.source_line(source)

parts.section("Zeitleiste")
parts.show(stage_timeline(tuple(shown["participant_id"])), key="zeitleiste")

events = stages.events()
undated = stages.undated(events[events["participant_id"].isin(shown["participant_id"])])
if len(undated):
    parts.section("Ohne Datum belegt", "Für diese Stufen nennen die Quellen kein Datum. Sie fehlen in der Zeitleiste.")
    undated.columns = ["Stufe", "Anzahl", "Kommunen", "Hinweis"]
    parts.html_table(undated, "Belegte Stufen ohne Datum")
