"""Stufen: where each Kommune stands, as far as the sources say."""

import pandas as pd
import streamlit as st

from zwk_data import german, settings
from zwk_data.german import NOT_DOCUMENTED
from zwk_data.programme import participants, stages
from zwk_data.records import review
from zwk_data.schema.words import ENTERED, POINT_KINDS, SOURCES, STAGES
from zwk_data.views import one_kommune
from zwk_data.views.one_kommune import stage_timeline
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, filter_participants
from zwk_data.web.kit.markup import Link, legend_html, matrix_html, page_link, source_link


def show(participant_id: str) -> None:
    """The last Zwischenbilanz, earlier ones on demand; nothing if none is on record or visible to the user."""
    found = review.reviews(participant_id)
    for place, (key, day) in enumerate(zip(found["review_id"], found["held_on"], strict=True)):
        if place == 0:
            _show_review(key)
            continue
        title = f"Zwischenbilanz vom {german.day(day)}"
        with st.expander(title, key=f"bilanz-{key}", on_change="rerun", type="compact") as older:
            if older.open:
                _show_review(key)


def _show_review(key: str) -> None:
    row = review.one_review(key)
    if row is None:
        return
    source = ENTERED[settings.dataset()]
    parts.section(f"Zwischenbilanz vom {german.day(row.held_on)}", _about_review(row))
    if row.result:
        parts.prose([row.result])
    rated = one_kommune.ratings(key)
    if rated:
        parts.show(rated.chart, key=key)
    said = review.points(key)
    for kind in ("helping", "hindering"):
        _show_points(POINT_KINDS[kind], said[said["kind"] == kind])
    _show_steps(said[said["kind"] == "step"])
    _show_points(POINT_KINDS["idea"], said[said["kind"] == "idea"])
    if row.continuation:
        parts.subsection("Wie es weitergeht")
        parts.prose([row.continuation])
    parts.source_line(source)


def _about_review(row: review.Review) -> str:
    told = []
    if row.guiding_question:
        told.append(f"Leitfrage: „{row.guiding_question}“")
    if row.present is not None:
        told.append(f"Anwesende: {german.number(row.present)}.")
    if row.version > 1:
        told.append(f"Fassung {row.version}; frühere Fassungen stehen im Verlauf der Datenpflege.")
    return " ".join(told)


def _show_points(title: str, said: pd.DataFrame) -> None:
    if said.empty:
        return
    parts.subsection(title)
    parts.points(
        [
            f"{text} ({where})" if isinstance(where, str) and where else text
            for text, where in zip(said["text"], said["field_of_action"], strict=True)
        ]
    )


def _show_steps(said: pd.DataFrame) -> None:
    if said.empty:
        return
    parts.subsection("Vereinbarte nächste Schritte")
    table = pd.DataFrame(
        {
            "Schritt": said["text"],
            "Handlungsfeld": said["field_of_action"].fillna(german.MISSING),
            "Zuständig": said["responsible"].fillna(NOT_DOCUMENTED),
            "Bis": [german.day(day) if pd.notna(day) else NOT_DOCUMENTED for day in said["due"]],
            "Maßnahme": said["measure"].fillna(german.MISSING),
            "Stand heute": said["status_de"].fillna(german.MISSING),
        }
    )
    parts.html_table(table, "Vereinbarte nächste Schritte", max_height=420, titled=True)


ORDERS = ["Nach Stand", "Nach Land", "Nach Name"]

people = participants.participants()
cells = stages.matrix()
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

shown = fitting.merge(stages.standing(), on="participant_id")
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
    show(chosen)

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

undated = stages.undated(tuple(shown["participant_id"]))
if len(undated):
    parts.section("Ohne Datum belegt", "Für diese Stufen nennen die Quellen kein Datum. Sie fehlen in der Zeitleiste.")
    undated.columns = ["Stufe", "Anzahl", "Kommunen", "Hinweis"]
    parts.html_table(undated, "Belegte Stufen ohne Datum")
