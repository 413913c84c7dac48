"""Monitoring, the filters and the tab Überblick: headline figures, who needs attention, recent news."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.programme import participants, report, stages
from zwk_data.programme.attention import thresholds
from zwk_data.settings import today
from zwk_data.views.monitoring import View, attention_of, measures_of, schedule_of, watched_of, years_of
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, filter_participants
from zwk_data.web.kit.markup import Link, page_link, stage_links

#: rows of the list of news
MOST_NEWS = 200
#: the columns of ``report.counts``
COUNTS = {"kind_de": "Was", "number": "Anzahl", "places": "Kommunen"}
#: headline figures that a source may be missing for, as they stand in a sentence
AS_WORDS = {
    "Überfällige Termine": "überfällige Termine",
    "Lange keine Rückmeldung": "ausbleibende Rückmeldungen",
    "Abgerufene Mittel": "abgerufene Mittel",
    "Maßnahmen": "Maßnahmen",
}


def choose_view() -> View:
    """Draw the filters (Land, Art, Beratung, Aufnahme; all in the address) and return what they leave."""
    people = participants.participants()
    advisers = sorted({one for names in people["adviser"].dropna() for one in names.split("; ")}, key=str.lower)
    with st.container(horizontal=True, vertical_alignment="bottom", key="zwk-filter"):
        picked, left = filter_participants(people, [*advisers, german.NOT_DOCUMENTED])
    if picked["Beratung"]:
        left = left[
            left["adviser"].fillna(german.NOT_DOCUMENTED).map(lambda said: picked["Beratung"] in said.split("; "))
        ]
    return View(
        ids=tuple(left["participant_id"]),
        everybody=len(left) == len(people),
        today=today(),
        limits=thresholds(),
        chosen=tuple((label, value) for label, value in picked.items() if value),
    )


def overview(view: View) -> None:
    """Headline figures, who needs attention, and what has happened since a date."""
    found = attention_of(view)
    parts.prose([report.attention_words(found, *watched_of(view))])
    _headline(view, found)
    late, silent = view.limits.overdue, view.limits.silent
    parts.section(
        "Wer Aufmerksamkeit braucht",
        f"Dringend ist, was seit {_days(late.red)} überfällig oder seit {_days(silent.red)} ohne Rückmeldung ist; im "
        f"Blick zu behalten ist, was seit {_days(late.amber)} überfällig oder seit {_days(silent.amber)} ohne "
        "Rückmeldung ist. „Nicht belegt“ zählt nie als verspätet.",
    )
    attention_table(found, watched_of(view))
    parts.source_line(view.source)
    _show_news(view)


def _days(limit: int) -> str:
    return german.count(limit, "Tag", "Tagen")


def _headline(view: View, found: pd.DataFrame) -> None:
    """The row of headline figures."""
    planned, kept = watched_of(view)
    overdue, silent = (found[found["reason"] == reason] for reason in ("overdue", "silent"))
    quiet = german.count(len(silent), "Kommune", "Kommunen")
    known = stages.all_stages(stages.counts(schedule_of(view)))
    all_stages = f"von {german.number(known['total'])} ({view.total} Kommunen, je fünf Stufen): "
    all_stages += stages.evidence_words(known)
    late = german.number(len(overdue)) if planned else german.NOT_DOCUMENTED
    told = [
        ("Überfällige Termine", late, _of_them_urgent(overdue)),
        ("Lange keine Rückmeldung", quiet if kept else german.NOT_DOCUMENTED, _of_them_urgent(silent)),
        ("Stufen belegt", german.number(known["documented"]), all_stages),
        _money_called(years_of(view)),
        _measures_done(measures_of(view)),
    ]
    parts.figures([one for one in told if one[1] != german.NOT_DOCUMENTED])
    missing = [AS_WORDS[name] for name, value, _ in told if value == german.NOT_DOCUMENTED]
    if missing:
        parts.linked_text([f"Nicht belegt sind {german.listing(missing)}."])


def _money_called(years: pd.DataFrame) -> tuple[str, str, str]:
    if years.empty:
        return "Abgerufene Mittel", german.NOT_DOCUMENTED, ""
    last = years.iloc[-1]
    share, granted = german.with_unit(last["called_share"] * 100, "%"), german.with_unit(last["granted_eur"], "Euro")
    return f"Abgerufen {last['year']:.0f}", german.with_unit(last["called_eur"], "Euro"), f"{share} von {granted}"


def _measures_done(measures: pd.DataFrame) -> tuple[str, str, str]:
    if measures.empty:
        return "Maßnahmen", german.NOT_DOCUMENTED, ""
    done = german.number(int(measures.loc[measures["status"] == "done", "number"].sum()))
    return (
        "Maßnahmen abgeschlossen",
        done,
        f"von {german.count(int(measures['number'].sum()), 'Maßnahme', 'Maßnahmen')}",
    )


def _of_them_urgent(found: pd.DataFrame) -> str:
    red = int((found["level"] == "red").sum())
    return f"davon {german.number(red)} dringend" if red else ""


def attention_table(
    found: pd.DataFrame, watched: tuple[bool, bool], *, most: int | None = None, links: bool = True
) -> None:
    """The rows of ``attention.attention``; ``watched``: whether plans and entries are kept at all."""
    if found.empty and not any(watched):
        parts.notice(
            "Nicht belegt: Solange hier keine Planungen und keine eigenen Einträge stehen, lässt sich nicht sagen, "
            "welche Kommune Aufmerksamkeit braucht. Die Geschäftsstelle trägt sie unter Datenpflege ein."
        )
        return
    if found.empty:
        parts.notice(
            "Nichts zu melden: Kein Termin ist überfällig, und keine Kommune mit Einträgen ist lange ohne Rückmeldung."
        )
        return
    shown = found.head(most) if most else found
    parts.linked_table(
        {
            "Kommune": stage_links(shown["participant_id"]) if links else shown["name"].tolist(),
            "Worum es geht": shown["text"].tolist(),
            "Grund": shown["reason_de"].tolist(),
            "Dringlichkeit": shown["level_de"].tolist(),
        },
        f"{german.count(len(shown), 'Punkt', 'Punkte')} bei "
        f"{german.count(shown['participant_id'].nunique(), 'Kommune', 'Kommunen')}",
    )


def _show_news(view: View) -> None:
    """What has happened since the beginning of a quarter; every kind can be opened."""
    parts.section(
        "Was hat sich seither getan?", "Seit dem letzten Bericht, aus dem Verlauf und den Daten der Einträge."
    )
    starts = {
        f"{one.start:%Y-%m-%d}": f"{german.day(one.start)} (Beginn {one.title})"
        for one in report.quarters(view.today).values()
    }
    with st.container(horizontal=True):
        start = date.fromisoformat(str(choose("Seit", starts, key="seit", default=next(iter(starts)))))
        counts = report.counts(start, date.max, view.only)
        kinds = {
            kind: f"{name} ({german.number(n)})"
            for kind, name, n in zip(counts["kind"], counts["kind_de"], counts["number"], strict=True)
        }
        kind = choose("Davon zeigen", kinds, key="was", placeholder="Übersicht; für Einzelnes bitte wählen")
    if counts.empty:
        parts.notice("Nicht belegt: Seit diesem Tag ist nichts eingetragen und kein Termin mit Datum bekannt.")
        return
    if kind is None:
        parts.html_table(counts, f"Seit dem {german.day(start)}", names=COUNTS)
    else:
        found = report.news(start, date.max, view.only, kind, MOST_NEWS)
        news_table(found, kinds[kind])
        if len(found) == MOST_NEWS:
            parts.notice(f"Gezeigt sind die neuesten {MOST_NEWS}.")
    parts.source_line(view.source)


def news_table(found: pd.DataFrame, caption: str, *, links: bool = True) -> None:
    """The rows of ``report.news``."""
    parts.linked_table(
        {
            "Tag": found["when"].tolist(),
            "Kommune": [
                Link(name, page_link("stufen", kommune=key)) if key and links else name
                for key, name in zip(found["participant_id"], found["name"], strict=True)
            ],
            "Was": found["text"].tolist(),
        },
        caption,
    )
