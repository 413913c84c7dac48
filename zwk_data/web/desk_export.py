"""Take along and keep safe: everything as one workbook, an empty template, a backup of the store."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from zwk_data import german, paths
from zwk_data.errors import ZwkError
from zwk_data.export import workbook
from zwk_data.programme.access import Person, scope_of
from zwk_data.programme.records import RECORDS
from zwk_data.warehouse import backup
from zwk_data.web import login, parts

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def take_along(person: Person) -> None:
    """The whole part. What a person may not see is not in their workbook: it is read like any page."""
    parts.section(
        "Alles als Arbeitsmappe",
        "Ein Blatt je Tabelle, mit Kennungen. Die Mappe lässt sich bearbeiten und unter „Listen einlesen“ wieder "
        "einlesen.",
    )
    day = f"{datetime.now():%Y-%m-%d}"
    st.download_button(
        "Arbeitsmappe herunterladen",
        login.as_asker(workbook.everything),
        file_name=f"zwk-monitor_{day}.xlsx",
        mime=XLSX,
        icon=":material/download:",
        key="alles",
        on_click="ignore",
    )
    parts.section(
        "Vorlage für Listen", "Zum Weitergeben an Kommunen: leere Tabellen mit Erläuterungen und Auswahllisten."
    )
    titles = {table: record.plural for table, record in RECORDS.items() if not record.fixed}
    chosen = st.multiselect(
        "Tabellen der Vorlage", list(titles), ["measure", "stage_event", "stage_plan"], format_func=titles.__getitem__,
        key="vorlage-tabellen", placeholder="Bitte wählen", select_all=False,
    )  # fmt: skip
    st.download_button(
        "Vorlage herunterladen",
        login.as_asker(lambda: workbook.template(tuple(chosen))),
        file_name="zwk-monitor_vorlage.xlsx",
        mime=XLSX,
        icon=":material/download:",
        key="vorlage",
        disabled=not chosen,
        on_click="ignore",
    )
    if scope_of(person).full:
        _backup()


def _backup() -> None:
    parts.section(
        "Sicherung des Datenspeichers",
        "Eine geprüfte Kopie auf dem Server. Zurückspielen geht auf der Kommandozeile: python -m zwk_data restore "
        "DATEI.",
    )
    if st.button("Jetzt sichern", icon=":material/save:", key="sichern"):
        try:
            file, content = backup.backup(paths.dataset())
        except ZwkError as error:
            st.error(str(error), icon=":material/error:")
            return
        records = german.count(content.records, "Eintrag", "Einträge")
        st.success(f"Gesichert und geprüft: {file.name} im Ordner {file.parent} ({records}).", icon=":material/check:")
