"""The page Stufen: results of the Zwischenbilanzen of a Kommune, from ratings to agreed next steps."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from zwk_data import german, settings
from zwk_data.german import NOT_DOCUMENTED
from zwk_data.records import review
from zwk_data.schema.words import ENTERED, POINT_KINDS
from zwk_data.views import process
from zwk_data.web.kit import parts


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
    rated = process.ratings(key)
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
