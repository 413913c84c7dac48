"""Monitoring, Bericht: a quarter on paper. One narrow column that prints as it stands."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.programme import counting, money, news, stages
from zwk_data.programme.counting import EVIDENCE
from zwk_data.programme.report import (
    Quarter,
    attention_words,
    money_words,
    quarter_words,
    quarters,
    stage_words,
)
from zwk_data.schema.words import STAGES
from zwk_data.views.monitoring import (
    View,
    attention_of,
    funding_of,
    funnel_chart,
    measures_of,
    schedule_of,
    stages_of,
    watched_of,
    year_chart,
    years_of,
)
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.monitoring.overview import COUNTS, attention_table, news_table
from zwk_data.web.monitoring.tabs import NO_MEASURES, NO_MONEY, outlier_table, status_table

#: rows of a list on paper
MOST_ROWS = 40


def report(view: View) -> None:
    """The whole report of the quarter that the address names."""
    found = quarters(view.today)
    names = {key: f"{one.title} ({one.months})" for key, one in found.items()}
    notices = st.container()
    with st.container(key="zwk-quartal"):
        key = choose("Quartal", names, key="quartal", default=next(iter(found)), what="Das Quartal", notices=notices)
        st.html(
            '<p class="zwk-source">Zum Drucken oder als PDF speichern: Strg+P. Menü und Filter '
            "werden nicht mitgedruckt.</p>"
        )
    with st.container(key="zwk-bericht"):
        _show_document(view, found[str(key)])


def _show_document(view: View, one: Quarter) -> None:
    until = min(one.end, view.today)
    attention = attention_of(view)
    counts = news.counts(one.start, one.end, view.only)
    reached = stages.reached_by(schedule_of(view), until)
    years = years_of(view)
    _show_title(view, one)
    parts.prose(
        [
            stage_words(reached, view.total),
            quarter_words(counts),
            attention_words(attention, *watched_of(view)),
            money_words(years, one.year),
        ]
    )
    _show_stages(view, one, reached)
    _show_news(view, one, counts)
    if schedule_of(view)["actual_to"].notna().any():
        parts.section("Verlauf")
        parts.show(funnel_chart(view, until, 300), key="bericht-verlauf")
    parts.section("Wer Aufmerksamkeit braucht", f"Stand: {german.day(view.today)}.")
    attention_table(attention[attention["level"] != "hint"], watched_of(view), most=MOST_ROWS, links=False)
    hints = int((attention["level"] == "hint").sum())
    if hints:
        parts.notice(f"Dazu {german.count(hints, 'Hinweis', 'Hinweise')} auf Nichtbelegtes, siehe Überblick.")
    _show_money(view, one, years)
    parts.section("Maßnahmen", f"Stand: {german.day(view.today)}.")
    if measures_of(view).empty:
        parts.notice(NO_MEASURES)
    else:
        status_table(view)
    parts.section("Wie gezählt wird")
    parts.prose(
        [
            "„Nicht belegt“ heißt weder erledigt noch verspätet: Es liegt kein Eintrag und keine Quelle vor.",
            "Eine Stufe zählt als „mit Datum“, sobald ihr erster Termin vorbei ist; „ohne Datum“, wenn eine Quelle nur "
            "sagt, dass es sie gab; „pauschal“, wenn ein Satz über alle Kommunen zugleich das sagt.",
            f"Überfällig ist ein geplanter Termin, der vorbei ist und zu dem nichts eingetragen wurde; „ohne "
            f"Rückmeldung“ zählt ab {view.limits.silent.amber} Tagen, dringend ab {view.limits.silent.red}.",
            "Plan, Aufmerksamkeit und Maßnahmen zeigen den Stand der Daten, nicht den des Quartalsendes.",
        ]
    )
    parts.source_line(view.source)


def _show_title(view: View, one: Quarter) -> None:
    running = " Das Quartal ist noch nicht zu Ende." if view.today < one.end else ""
    st.html(
        f'<div class="zwk-report-title"><p>Zukunftswerkstatt Kommunen</p><h2>Bericht zum {escape(one.title)}</h2>'
        f"<p>{escape(one.months)}. Stand der Daten: {german.day(view.today)}. Auswahl: {escape(view.words)}."
        f"{running}</p></div>"
    )


def _show_stages(view: View, one: Quarter, reached: dict[str, int]) -> None:
    frame = schedule_of(view)
    within = stages.reached_within(frame, one.start, one.end)
    summary = stages_of(view)
    counted = counting.counts(frame, min(one.end, view.today))
    parts.section("Wo die Kommunen stehen")
    later = f"mit Datum nach dem {german.day(one.end)}"
    table = pd.DataFrame(
        {
            "Stufe": counted["stage_de"],
            EVIDENCE["dated"]: counted["dated"],
            "davon im Quartal": [within[stage] for stage in STAGES],
            later: counted["later"],
            EVIDENCE["undated"]: counted["undated"],
            EVIDENCE["blanket"]: counted["blanket"],
            EVIDENCE["none"]: counted["none"],
        }
    )
    rare = pd.Index([later, EVIDENCE["undated"], EVIDENCE["blanket"]])
    table = table.drop(columns=rare[~table[rare].any()])
    parts.html_table(table, f"Kommunen je Stufe, belegt bis {german.day(min(one.end, view.today))}")
    if watched_of(view)[0]:
        names = {"stage_de": "Stufe", "planned": "geplant", "overdue": "überfällig", "dropped": "entfallen"}
        parts.html_table(summary, f"Planung der Kommunen, Stand: {german.day(view.today)}", names=names)
    parts.source_line(view.source)


def _show_news(view: View, one: Quarter, counts: pd.DataFrame) -> None:
    parts.section("Was sich im Quartal getan hat")
    if counts.empty:
        parts.notice("Nicht belegt: Für dieses Quartal ist nichts eingetragen und kein Termin mit Datum bekannt.")
        return
    parts.html_table(counts, f"Vom {german.day(one.start)} bis {german.day(one.end)}", names=COUNTS)
    for kind in ("held", "moved", "dropped"):
        if (counts["kind"] == kind).any():
            rows = news.news(one.start, one.end, view.only, kind, MOST_ROWS)
            news_table(rows, news.KINDS[kind], links=False)
    parts.source_line(view.source)


def _show_money(view: View, one: Quarter, years: pd.DataFrame) -> None:
    parts.section("Mittelabfluss", f"Jahressummen, Stand: {german.day(view.today)}.")
    if years.empty:
        parts.notice(NO_MONEY)
        return
    parts.show(year_chart(view), key="bericht-mittel", height=300)
    frame = funding_of(view)
    found = money.outliers(frame[frame["year"] == one.year], view.limits)
    if len(found):
        parts.subsection(f"Auffälliges {one.year}")
        outlier_table(found.head(MOST_ROWS))
