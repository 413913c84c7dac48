"""Lage: what is new since a day that the reader chooses."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.programme import news
from zwk_data.schema.dates import read_span
from zwk_data.schema.words import FIRST_YEAR
from zwk_data.settings import today
from zwk_data.stores import access
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.tables import Link, page_link
from zwk_data.web.kit.templates import render
from zwk_data.web.lage.board import kommune_link
from zwk_data.web.shell import visits

MONTH = 30
#: rows shown, news read to make them of, and rows where nothing is new
MOST, READ, LATEST = 6, 80, 3


def last_visit() -> date | None:
    """The day this browser was here before."""
    return visits.last_visit(st.context.cookies.get(visits.NAME, ""))


def news_since() -> None:
    """Draw the choice of the day and what is new since."""
    parts.section("Was ist neu?")
    visit = last_visit()
    options = {"30": f"seit {MONTH} Tagen"}
    if visit:
        options["besuch"] = f"seit meinem letzten Besuch ({german.day(visit)})"
    options["datum"] = "seit dem Datum …"
    chosen = choose("Zeitraum", options, key="seit", default="30", what="Der Zeitraum")
    start = today() - timedelta(days=MONTH)
    if chosen == "besuch" and visit:
        start = visit
    if chosen == "datum":
        asked = _asked_day()
        if asked is None:
            return
        start = asked
    _show(start)


def _asked_day() -> date | None:
    text = st.text_input("Datum", key="ab", bind="query-params", placeholder="etwa 01.09.2024 oder September 2024")
    if not text:
        return None
    try:
        return read_span(text).date_from
    except ValueError as error:
        st.error(f"„Datum“: {error}", icon=":material/error:")
        return None


def _show(start: date) -> None:
    number = int(news.counts(start, date.max)["number"].sum())
    if not number:
        latest = news.news(date(FIRST_YEAR, 1, 1), date.max, kind="held", limit=LATEST)
        parts.linked_text([f"Seit dem {german.day(start)} ist nichts Neues belegt. Die letzten belegten Termine:"])
        _list(latest)
        return
    _list(news.news(start, date.max, limit=READ))
    words = f"{german.count(number, 'Neuigkeit', 'Neuigkeiten')} seit dem {german.day(start)}"
    may = access.current_scope().full
    parts.linked_text(["Insgesamt ", Link(words, page_link("monitoring")) if may else words, "."])


def _list(found: pd.DataFrame) -> None:
    """The latest news; the same news of one Kommune on one day are grouped."""
    groups = found.fillna({"participant_id": ""}).groupby(["when", "participant_id", "name", "kind"], sort=False)
    rows = [
        (
            str(when),
            kommune_link(str(key), str(name)) if key else name,
            _told(str(kind), str(when), texts.tolist()),
        )
        for (when, key, name, kind), texts in list(groups["text"])[:MOST]
    ]
    st.html(render("lage/neues", rows=rows, label="Was ist neu?"))


#: kind of news -> what is said before the text of one, and of several
_WORDS = {
    "held": ("", "Stufentermine"),
    "late_entry": ("nachgetragen: ", "nachgetragene Stufen"),
    "plan": ("", "geplante Termine"),
    "moved": ("verschoben: ", "verschobene Termine"),
    "dropped": ("entfallen: ", "entfallene Termine"),
    "measure_new": ("neue Maßnahme: ", "neue Maßnahmen"),
    "measure_started": ("Maßnahme begonnen: ", "begonnene Maßnahmen"),
    "measure_done": ("Maßnahme abgeschlossen: ", "abgeschlossene Maßnahmen"),
    "measure_parked": ("auf dem Ideenparkplatz: ", "Maßnahmen auf dem Ideenparkplatz"),
    "measure_dropped": ("Maßnahme verworfen: ", "verworfene Maßnahmen"),
    "measure_status": ("neuer Stand: ", "Maßnahmen mit neuem Stand"),
    "note": ("Notiz: ", "Notizen zu Maßnahmen"),
    "money": ("Mittel: ", "Einträge zu Mitteln"),
    "meeting": ("", "Treffen"),
}


def _told(kind: str, when: str, texts: list[str]) -> str:
    """The text of one piece of news without its date, or how many of a kind there are."""
    one, several = _WORDS[kind]
    return f"{one}{texts[0].replace(f': {when}', '', 1)}" if len(texts) == 1 else f"{len(texts)} {several}"
