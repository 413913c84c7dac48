"""Datenpflege: lists read tolerantly, corrected in place, compared with the store, and saved as a whole."""

from __future__ import annotations

import hashlib

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.records import intake
from zwk_data.records.changes import Change, ConflictError
from zwk_data.records.intake import Intake
from zwk_data.records.table_editing import clash_table, preview
from zwk_data.schema.tables import TABLES
from zwk_data.stores import access
from zwk_data.stores.access import Person
from zwk_data.web.datenpflege.list_questions import open_rows, say_what_columns_are
from zwk_data.web.datenpflege.undo import field_key, saved_anew, tell_refused, told_number
from zwk_data.web.kit import parts
from zwk_data.web.shell.guard import await_file

#: rows of the preview; a longer list is shown in part
MOST_SHOWN = 300
#: the list that was checked last, with the fingerprint of its file
LIST = "pflege-liste"
#: the fingerprint of a file whose reading was stopped
_STOPPED = "pflege-liste-abgebrochen"


def bring_in(person: Person) -> None:
    """Upload a file, see what was understood, answer what is open, see what will change, save."""
    await_file()
    file = st.file_uploader(
        "Liste auswählen (Excel, OpenDocument oder CSV)",
        type=["xlsx", "xlsm", "xlsb", "xls", "ods", "csv", "txt", "tsv"],
        key=field_key("liste"),
        max_upload_size=10,
        help="Ein Blatt je Tabelle oder eine einzelne Tabelle. Vorlagen gibt es unter „Exportieren und sichern“.",
    )
    if file is None:
        st.session_state.pop(LIST, None)
        parts.notice(
            "Spalten dürfen anders heißen, und ein Datum darf als 9.11.22, Nov. 2022 oder 2022 dastehen. Nichts wird "
            "gespeichert, bevor Sie es gesehen haben."
        )
        return
    found = _read_upload(file.name, file.getvalue())
    if found is None:
        return
    _show_understood(found)
    changed = say_what_columns_are(found)
    if changed is None:
        changed = open_rows(found)
    if changed is not None:
        st.session_state[LIST] = (st.session_state[LIST][0], changed)
        st.rerun()
    _show_changes(person, found)


def _read_upload(name: str, content: bytes) -> Intake | None:
    """The list as it was checked last, or checked now with a progress bar."""
    kept = st.session_state.get(LIST)
    mark = (name, hashlib.sha256(content).hexdigest())
    if kept is not None and kept[0] == mark:
        known: Intake = kept[1]
        return known
    if st.session_state.get(_STOPPED) == mark:
        parts.notice("Das Einlesen wurde abgebrochen. Es ist nichts gespeichert.")
        if not st.button("Noch einmal einlesen", key="liste-noch-einmal"):
            return None
        del st.session_state[_STOPPED]
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, text="Die Liste wird gelesen …")
        # a click ends this run the next time progress is reported
        st.button("Abbrechen", key="liste-abbrechen", on_click=_stop, args=(mark,))

    def told(share: float, text: str) -> None:
        bar.progress(min(share, 1.0), text=text)

    try:
        found = intake.check_list(content, name, progress=told)
    except ZwkError as error:
        st.error(str(error), icon=":material/error:")
        return None
    finally:
        place.empty()
    st.session_state[LIST] = (mark, found)
    return found


def _stop(mark: tuple[str, str]) -> None:
    st.session_state[_STOPPED] = mark


def _show_understood(found: Intake) -> None:
    """What the file holds, and which parts of it are not read."""
    told = {
        "accepted": "Neu",
        "changed": "Geändert",
        "same": "Unverändert",
        "unclear": "Unklar",
        "refused": "Abgelehnt",
    }
    parts.figures([(label, german.number(found.counts[state]), "Zeilen") for state, label in told.items()])
    sheets = pd.DataFrame(
        [
            (
                one.name,
                one.title,
                german.number(one.rows),
                ", ".join(f"{title} = {label}" if title != label else label for title, label in one.columns.values()),
                ", ".join(one.unread.values()) or "keine",
            )
            for one in found.sheets
        ],
        columns=["Blatt", "Verstanden als", "Zeilen", "Gelesene Spalten", "Nicht gelesene Spalten"],
    )
    parts.html_table(sheets, f"Was in {found.file} steht", numeric=("Zeilen",))
    for note in found.notes:
        parts.notice(note)


def _show_changes(person: Person, found: Intake) -> None:
    """What would change in the store, and the button that saves it."""
    wanted = intake.changes_of(found)
    allowed = access.writable_tables(person)
    if allowed is not None:
        not_mine = sorted({TABLES[c.table].plural for c in wanted if c.table not in allowed})
        if not_mine:
            parts.notice(f"Nicht Teil Ihrer Rolle: {german.listing(not_mine)}. Bitte diese Blätter herausnehmen.")
            return
    if not wanted:
        parts.notice("Aus dieser Liste ist nichts zu übernehmen: Keine Zeile ist neu oder geändert.")
        return
    parts.section(
        f"Vergleich mit dem Bestand: {german.count(len(wanted), 'Eintrag', 'Einträge')}",
        "So sieht der Bestand danach aus. Felder, die in der Liste leer sind, bleiben wie sie sind."
        if not found.complete
        else "So sieht der Bestand danach aus. Die Liste stammt aus diesem Monitor: Was dort leer ist, wird geleert.",
    )
    parts.html_table(preview(wanted[:MOST_SHOWN]), "Was gespeichert wird", max_height=420, max_rows=1000)
    if len(wanted) > MOST_SHOWN:
        parts.notice(f"Gezeigt sind die ersten {MOST_SHOWN} von {german.number(len(wanted))} Einträgen.")
    left = found.counts["unclear"] + found.counts["refused"]
    if left:
        parts.notice(
            f"{german.count(left, 'Zeile wird', 'Zeilen werden')} nicht übernommen, weil noch etwas offen ist.",
            kind="warning",
        )
    reason = st.text_input("Grund (freiwillig, steht im Verlauf)", key=field_key("liste-grund"))
    if st.button(
        f"{german.count(len(wanted), 'Eintrag', 'Einträge')} übernehmen", type="primary", key="liste-speichern"
    ):
        _save_list(person, found, wanted, reason)


def _save_list(person: Person, found: Intake, wanted: list[Change], reason: str) -> None:
    try:
        with st.spinner("Die Liste wird gespeichert …"):
            saved = intake.take_over(found, person, reason)
    except ConflictError as error:
        parts.html_table(clash_table(error.clashes), "Inzwischen hat jemand anderes geändert")
        st.error("Es ist nichts gespeichert. Bitte die Liste noch einmal einlesen.", icon=":material/error:")
        st.session_state.pop(LIST, None)
        return
    except ZwkError as error:
        tell_refused(wanted, error)
        return
    st.session_state.pop(LIST, None)
    saved_anew(saved.set_id, f"{told_number(saved)}, aus {found.file}.")
