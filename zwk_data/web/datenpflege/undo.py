"""Datenpflege: what was saved and how to undo it, at once or from the history; or why it was not saved; and what to
take along (workbook, template, backup).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from time import monotonic
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from zwk_data import german, settings
from zwk_data.errors import ZwkError
from zwk_data.export import safekeeping
from zwk_data.programme import participants
from zwk_data.records import history, told
from zwk_data.records.changes import Change, RefusedError, Saved, undo
from zwk_data.records.table_editing import titles
from zwk_data.schema.tables import TABLES, entered
from zwk_data.schema.words import CHANGE_KINDS
from zwk_data.stores.access import ROLES, Person, scope_of
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.components import XLSX, download
from zwk_data.web.kit.markup import Link, page_link
from zwk_data.web.login import login

_LAST = "pflege-gespeichert"
_ROUND = "pflege-runde"
_AT = "pflege-zeit"
#: a further click within so many seconds belongs to the one before
QUICK = 1.5
#: session -> what it saved but has not announced yet: a second click may end the run between the two
_untold: dict[str, tuple[str, int]] = {}


def field_key(name: str) -> str:
    """The key of an input that the next successful saving empties, or of a button that then is another: a second click
    on the one before, which a slow server hears of later, does not save the new form.
    """
    return f"{name}-{st.session_state.get(_ROUND, 0)}"


def fresh_fields() -> None:
    """Empty all inputs whose key came from ``field_key``."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def in_sight() -> DeltaGenerator:
    """A row for the buttons of a form that stays at the bottom of the screen however long the form is."""
    return st.container(horizontal=True, key="pflege-knoepfe")


def attempt(action: Callable[[], Saved], told: str) -> None:
    """Run ``action``, then restart the page with the message ``told``; on failure show why and keep all inputs.

    Of several quick clicks the first one saves and the last one shows the message. That includes a click that arrives
    after the page was redrawn: it would otherwise save what the emptied form holds by default.
    """
    if monotonic() - st.session_state.get(_AT, -QUICK) < QUICK and _same(told, st.session_state[_LAST][1]):
        return
    before = _untold.get(_session())
    if before is not None and before[0] == told:
        saved_anew(before[1], told)
    with parts.faults_shown():
        saved = action()
        if saved.set_id is None:
            st.info("Es gab nichts zu speichern: Der Eintrag steht schon genauso da.", icon=":material/info:")
        else:
            # comes before session state is touched, since that is where a waiting click ends this run
            _untold[_session()] = (told, saved.set_id)
            saved_anew(saved.set_id, told)


def _same(told: str, before: str) -> bool:
    """Are both about the same Kommune and stage? The date may differ, as the form begins anew with today's."""
    return told.split(",")[:2] == before.split(",")[:2]


def _session() -> str:
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else ""


def saved_anew(set_id: int | None, told: str) -> None:
    """Empty the inputs and restart the page with the message ``told``; without a number there is nothing to undo."""
    st.session_state[_LAST] = (set_id, told)
    st.session_state[_AT] = monotonic()
    fresh_fields()
    _untold.pop(_session(), None)
    st.rerun()


def tell_refused(wanted: Sequence[Change], error: ZwkError) -> None:
    """Say why nothing was saved: the first ten broken rules, each with its record."""
    sentences = [str(error)]
    if isinstance(error, RefusedError):
        faults = error.faults[:10]
        named = titles([wanted[fault.place] for fault in faults])
        sentences = [f"{title}: {fault.sentence}" for title, fault in zip(named, faults, strict=True)]
    for sentence in sentences:
        st.error(sentence, icon=":material/error:")


def saved_notice(person: Person) -> None:
    """What was saved last in this session, with a button to undo it."""
    if _LAST not in st.session_state:
        return
    set_id, told = st.session_state[_LAST]
    with st.container(horizontal=True, vertical_alignment="center", key="pflege-meldung"):
        st.success(f"Gespeichert: {told}", icon=":material/check:")
        if set_id is not None and st.button("Rückgängig machen", icon=":material/undo:", key=f"zurueck-{set_id}"):
            take_back(set_id, person)


def take_back(set_id: int, person: Person) -> None:
    """Undo a change set and restart the page, or show why it can't be undone."""
    try:
        saved = undo(set_id, person)
    except ZwkError as error:
        st.error(str(error).replace("Nicht gespeichert", "Nicht zurückgenommen"), icon=":material/error:")
        return
    saved_anew(None, f"Änderung Nr. {set_id} ist zurückgenommen (Nr. {saved.set_id}).")


def told_number(saved: Saved) -> str:
    """„2 Einträge neu, 1 geändert“."""
    counts = [
        f"{german.count(len(saved.made), 'Eintrag', 'Einträge')} neu" if saved.made else "",
        f"{german.count(len(saved.changed), 'Eintrag', 'Einträge')} geändert" if saved.changed else "",
        f"{german.count(len(saved.removed), 'Eintrag', 'Einträge')} gelöscht" if saved.removed else "",
    ]
    return german.listing([one for one in counts if one])


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
