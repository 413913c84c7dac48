"""Lage, the matrix of all Kommunen and their five named stages, and who is late, each row one click from mending it."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st
from markupsafe import Markup

from zwk_data import german
from zwk_data.programme import board
from zwk_data.programme.attention import LEVELS, Thresholds
from zwk_data.schema.words import STAGES
from zwk_data.settings import today
from zwk_data.stores import access
from zwk_data.stores.access import Person
from zwk_data.stores.memo import remembered
from zwk_data.web.kit import parts
from zwk_data.web.kit.tables import Link, page_link
from zwk_data.web.kit.templates import render

#: rows of the list of those who are late
MOST = 6


def kommune_link(participant_id: str, name: str) -> Link:
    """A Kommune's name, leading to its page."""
    return Link(name, page_link("kommune", kommune=participant_id))


def entry_link(person: Person, participant_id: str, name: str, stage: str, words: str) -> Link | str:
    """The way to the form that is filled in with Kommune, stage and plan; "" for whom it is not."""
    if not stage or not access.may_write(person, "stage_event", participant_id):
        return ""
    href = page_link("datenpflege", kommune=participant_id, stufe=stage)
    return Link(words, href, f"{name}, {STAGES[stage]}")


def is_planned_or_kept(limits: Thresholds) -> bool:
    """Is any plan known, or was anything ever entered here, as far as the user may see?"""
    known = board.cells(today(), limits.on_time)["sign"].isin(["overdue", "planned", "late", "unrecorded", "dropped"])
    return bool(known.any() or board.people(today(), limits)["silent"].notna().any())


def late(person: Person, limits: Thresholds) -> None:
    """Who is late or silent: how many in a sentence, and the most urgent with the way to mend it."""
    found = board.issues(today(), limits)
    found = found[found["level"] != "hint"]
    parts.section("Wer ist spät dran?")
    if found.empty:
        parts.linked_text(["Niemand: Kein bekannter Termin ist überfällig, niemand schweigt zu lange."])
        return
    parts.linked_text([_summary(found)])
    asked = board.people(today(), limits).set_index("participant_id")["asked"]
    rows = [
        {
            **row,
            "urgent": LEVELS["red"] if row["level"] == "red" else "",
            "link": kommune_link(row["participant_id"], row["name"]),
            "entry": entry_link(
                person,
                row["participant_id"],
                row["name"],
                row["stage"] or asked[row["participant_id"]],
                "Jetzt eintragen",
            ),
        }
        for row in found.head(MOST).to_dict("records")
    ]
    st.html(render("lage/spaet", rows=rows, label="Wer ist spät dran?"))
    if len(found) > MOST:
        more = german.count(len(found) - MOST, "weiterer Punkt", "weitere Punkte")
        parts.linked_text([Link(more, page_link("monitoring"))] if access.current_scope().full else [f"Und {more}."])


def _summary(found: pd.DataFrame) -> str:
    """„12 Termine sind überfällig, 6 davon dringend; 5 Kommunen haben lange nichts gemeldet, 3 davon dringend.“"""
    words = {
        "overdue": ("Termin ist überfällig", "Termine sind überfällig"),
        "silent": ("Kommune hat lange nichts gemeldet", "Kommunen haben lange nichts gemeldet"),
    }
    told = []
    for reason, pair in words.items():
        rows = found[found["reason"] == reason]
        red = int((rows["level"] == "red").sum())
        if len(rows):
            told.append(german.count(len(rows), *pair) + (f", {german.number(red)} davon dringend" if red else ""))
    return f"{'; '.join(told)}."


def matrix(person: Person, limits: Thresholds) -> None:
    """All Kommunen × five stages with the legend of the signs that occur."""
    parts.section("Die fünf Stufen aller Kommunen", "Der Name öffnet die Seite der Kommune.")
    st.html(_matrix_html(person, limits, today()))


@remembered(entries=16)
def _matrix_html(person: Person, limits: Thresholds, day: date) -> str:
    cells, people = board.cells(day, limits.on_time), board.people(day, limits)
    used = set(cells["sign"]) | ({"silent"} if people["silent_level"].any() else set())
    signs = {sign: name for sign, name in [*board.SIGNS.items(), ("silent", "lange keine Rückmeldung")] if sign in used}
    entries = {
        key: entry_link(person, key, name, stage, "eintragen")
        for key, name, stage in people[["participant_id", "name", "asked"]].itertuples(index=False)
    }
    return render("lage/zeichen", signs=signs) + render(
        "lage/tafel",
        caption=f"Stufen von {german.count(len(people), 'Kommune', 'Kommunen')}, "
        + ("wer Aufmerksamkeit braucht, zuerst" if (people["level"] != "").any() else "am besten belegte zuerst"),
        stages=STAGES.values(),
        people=list(people.itertuples(index=False)),
        cells={key: list(rows.itertuples(index=False)) for key, rows in cells.groupby("participant_id")},
        kept=bool(people["silent"].notna().any()),
        entries=entries if any(entries.values()) else {},
        link=kommune_link,
        since=_since,
        classes="zwk-matrix zwk-board",
    )


def _since(days: float) -> str | Markup:
    if days != days:
        return german.MISSING
    return "heute" if days < 1 else german.count(int(days), "Tag", "Tage")
