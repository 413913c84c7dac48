"""Datenpflege: the history, where any change can be undone, and what to take along (workbook, template, backup)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from zwk_data import german, settings
from zwk_data.display import memory
from zwk_data.export import workbook
from zwk_data.records import history
from zwk_data.room import sessions
from zwk_data.schema.tables import TABLES, entered
from zwk_data.schema.words import CHANGE_KINDS
from zwk_data.stores import backup, small_backup
from zwk_data.stores.access import ROLES, Person, scope_of
from zwk_data.web.datenpflege.saving import take_back
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.components import XLSX, download
from zwk_data.web.kit.tables import Link, page_link
from zwk_data.web.login import login

SHOWN = 100
Row = dict[str, Any]


def past(person: Person) -> None:
    """The last change sets, and one of them in full with a button to undo it."""
    sets: list[Row] = [{str(k): v for k, v in row.items()} for row in history.sets(SHOWN).to_dict("records")]
    if not sets:
        parts.notice("Hier wurde noch nichts geändert: Alle Einträge stammen aus dem Grundbestand.")
        return
    titles = {
        str(row["set_id"]): f"Nr. {row['set_id']}, {_time_of(row)}, {row['actor']}: {_change_in_words(row)}"
        for row in sets
    }
    chosen = choose("Änderung ansehen", titles, key="aenderung", placeholder="Änderung wählen")
    if chosen:
        _show_change(person, next(row for row in sets if str(row["set_id"]) == chosen))
    parts.section("Die letzten Änderungen")
    parts.linked_table(
        {
            "Nr.": [_link_to_change(row) for row in sets],
            "Wann": [_time_of(row) for row in sets],
            "Wer": [row["actor"] for row in sets],
            "Was": [_change_in_words(row) for row in sets],
            "Warum": [row["reason"] if isinstance(row["reason"], str) else "" for row in sets],
            "Stand": ["zurückgenommen" if pd.notna(row["undone"]) else "" for row in sets],
        },
        f"{german.count(len(sets), 'Änderung', 'Änderungen')}, neueste zuerst",
    )


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
    told = history.of_set(set_id)
    told["entity"] = [TABLES[table].singular if table in TABLES else table for table in told["entity"]]
    names = {"entity": "Art", "entity_id": "Kennung", "what": "Was"}
    parts.html_table(told, f"Was Änderung Nr. {set_id} getan hat", names=names, max_height=420)
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
    everything, filename = login.as_asker(workbook.everything), f"zwk-monitor_{datetime.now():%Y-%m-%d}.xlsx"
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
    template = login.as_asker(lambda: workbook.template(tuple(chosen)))
    download("Vorlage herunterladen", template, "zwk-monitor_vorlage.xlsx", XLSX, key="vorlage", disabled=not chosen)
    if scope_of(person).full:
        _offer_backup()


def _offer_backup() -> None:
    parts.section(
        "Sicherung des Datenspeichers",
        "Eine geprüfte Kopie auf dem Server. Zurückspielen geht auf der Kommandozeile: python -m zwk_data restore "
        "DATEI.",
    )
    if st.button("Jetzt sichern", icon=":material/save:", key="sichern"):
        with parts.faults_shown():
            file, content = backup.backup(settings.dataset())
            small = [(sessions.store_path(), sessions.KIND), (settings.home() / memory.FILE, memory.KIND)]
            small_backup.back_up(small, file)
            told = f"{file.name} im Ordner {file.parent} ({german.count(content.records, 'Eintrag', 'Einträge')})"
            st.success(f"Gesichert und geprüft: {told}.", icon=":material/check:")
