"""Datenpflege: the history, where any change can be undone, and what to take along (workbook, template, backup)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from zwk_data import german, settings
from zwk_data.export import safekeeping
from zwk_data.programme import participants
from zwk_data.records import history, told
from zwk_data.schema.tables import TABLES, entered
from zwk_data.schema.words import CHANGE_KINDS
from zwk_data.stores.access import ROLES, Person, scope_of
from zwk_data.web.datenpflege.saving import take_back
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.components import XLSX, download
from zwk_data.web.kit.tables import Link, page_link
from zwk_data.web.login import login

SHOWN = 100
#: change sets known by number
MOST = 100_000
#: number of days (as in the address) -> words
TIMES = {"7": "Letzte 7 Tage", "30": "Letzte 30 Tage", "365": "Letzte 12 Monate"}
Row = dict[str, Any]


def past(person: Person) -> None:
    """What was changed, record by record in words, filtered; and one change in full with a button to undo it."""
    sets: list[Row] = [{str(k): v for k, v in row.items()} for row in history.sets(MOST).to_dict("records")]
    if not sets:
        parts.notice("Hier wurde noch nichts geändert: Alle Einträge stammen aus dem Grundbestand.")
        return
    found = told.lines(_filters(), SHOWN)
    titles = {
        str(row["set_id"]): f"Nr. {row['set_id']}, {_time_of(row)}, {row['actor']}: {_change_in_words(row)}"
        for row in sets
    }
    chosen = choose("Änderung ansehen", titles, key="aenderung", placeholder="Änderung wählen")
    if chosen:
        _show_change(person, next(row for row in sets if str(row["set_id"]) == chosen))
    parts.section("Die letzten Änderungen")
    if not found.total:
        parts.notice("Zu dieser Auswahl gibt es keine Änderung.")
        return
    by_number = {int(row["set_id"]): row for row in sets}
    shown: list[Row] = [{str(k): v for k, v in row.items()} for row in found.newest.to_dict("records")]
    cut = f"die neuesten {SHOWN} von {german.number(found.total)}" if found.total > SHOWN else "neueste zuerst"
    parts.linked_table(
        {
            "Nr.": [_link_to_change(row) for row in shown],
            "Wann": [_time_of(row) for row in shown],
            "Wer": [row["actor"] for row in shown],
            "Was": [
                row["what"] or _change_in_words(by_number[row["set_id"]] | {"records": row["records"]}) for row in shown
            ],
            "Warum": [row["reason"] if isinstance(row["reason"], str) else "" for row in shown],
            "Stand": ["zurückgenommen" if pd.notna(row["undone"]) else "" for row in shown],
        },
        f"{german.count(found.total, 'Änderung', 'Änderungen')}, {cut}",
    )


def _filters() -> told.Wanted:
    """The choices above the list, all in the address."""
    tables = {name: one.plural for name, one in entered().items()}
    people = {name: name for name in told.people()}
    with st.container(horizontal=True):
        participant = choose("Kommune", participants.names(), key="kommune", placeholder="Alle Kommunen")
        table = choose("Tabelle", tables, key="tabelle", placeholder="Alle Tabellen")
        actor = choose("Wer", people, key="wer", placeholder="Alle Personen")
        days = choose("Zeitraum", TIMES, key="tage", placeholder="Seit Beginn")
    since = datetime.combine(settings.today() - timedelta(days=int(days)), time.min) if days else None
    return told.Wanted(participant or "", table or "", actor or "", since)


def _link_to_change(row: Row) -> Link:
    number = str(row["set_id"])
    return Link(number, page_link("datenpflege", teil="verlauf", aenderung=number), "ansehen")


def _time_of(row: Row) -> str:
    return f"{row['at']:%d.%m.%Y %H:%M}"


def _change_in_words(row: Row) -> str:
    """„Import aus liste.xlsx: 12 Einträge (Maßnahmen)“."""
    tables = german.listing([TABLES[table].plural for table in row["tables"] if table in TABLES])
    file = f" aus {row['file']}" if isinstance(row["file"], str) else ""
    return f"{CHANGE_KINDS[row['kind']]}{file}: {german.count(int(row['records']), 'Eintrag', 'Einträge')} ({tables})"


def _show_change(person: Person, row: Row) -> None:
    set_id = int(row["set_id"])
    parts.section(f"Änderung Nr. {set_id}")
    parts.figures(
        [
            ("Wer", row["actor"], ROLES.get(row["role"], "")),
            ("Wann", f"{row['at']:%d.%m.%Y}", f"{row['at']:%H:%M} Uhr"),
            ("Einträge", german.number(int(row["records"])), CHANGE_KINDS[row["kind"]]),
        ]
    )
    if isinstance(row["reason"], str):
        parts.prose([f"Grund: {row['reason']}"])
    done = history.of_set(set_id)
    done["entity"] = [TABLES[table].singular if table in TABLES else table for table in done["entity"]]
    names = {"entity": "Art", "entity_id": "Kennung", "what": "Was"}
    parts.html_table(done, f"Was Änderung Nr. {set_id} getan hat", names=names, max_height=420)
    if pd.notna(row["undone"]):
        parts.notice(f"Diese Änderung wurde mit Nr. {int(row['undone'])} zurückgenommen.")
    elif st.button("Diese Änderung zurücknehmen", icon=":material/undo:", key=f"ruecknahme-{set_id}"):
        take_back(set_id, person)


def take_along(person: Person) -> None:
    """Workbook, template and backup; a workbook holds only what the person may see, as it is read like any page."""
    parts.section(
        "Alles als Arbeitsmappe",
        "Ein Blatt je Tabelle, mit Kennungen. Die Mappe lässt sich bearbeiten und unter „Listen einlesen“ wieder "
        "einlesen.",
    )
    everything, filename = login.as_asker(safekeeping.everything), f"zwk-monitor_{datetime.now():%Y-%m-%d}.xlsx"
    download("Arbeitsmappe herunterladen", everything, filename, XLSX, key="alles")
    parts.section(
        "Vorlage für Listen", "Zum Weitergeben an Kommunen: leere Tabellen mit Erläuterungen und Auswahllisten."
    )
    titles = {name: table.plural for name, table in entered().items() if not table.fixed}
    chosen = st.multiselect(
        "Tabellen der Vorlage",
        list(titles),
        ["measure", "stage_event", "stage_plan"],
        format_func=titles.__getitem__,
        key="vorlage-tabellen",
        placeholder="Bitte wählen",
        select_all=False,
    )
    template = login.as_asker(lambda: safekeeping.template(tuple(chosen)))
    download("Vorlage herunterladen", template, "zwk-monitor_vorlage.xlsx", XLSX, key="vorlage", disabled=not chosen)
    if scope_of(person).full:
        _offer_backup()


def _offer_backup() -> None:
    parts.section(
        "Sicherung des Datenspeichers",
        "Eine geprüfte Kopie auf dem Server. Wie sie zurückgespielt wird, steht im Handbuch unter „Sichern und "
        "zurückspielen“.",
    )
    if st.button("Jetzt sichern", icon=":material/save:", key="sichern"):
        with parts.faults_shown():
            (file, *_), content = safekeeping.back_up(settings.dataset())
            saved = f"{file.name} im Ordner {file.parent} ({german.count(content.records, 'Eintrag', 'Einträge')})"
            st.success(f"Gesichert und geprüft: {saved}.", icon=":material/check:")
