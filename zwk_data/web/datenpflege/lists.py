"""Datenpflege: lists read tolerantly, corrected in place, compared with the store, and saved as a whole."""

from __future__ import annotations

import hashlib
from typing import Any

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
from zwk_data.web.datenpflege.saving import field_key, saved_anew, tell_refused, told_number
from zwk_data.web.kit import parts
from zwk_data.web.shell.guard import await_file

#: rows to correct at once, and rows of the preview; a longer list is shown in part
MOST_OPEN, MOST_SHOWN = 200, 300
_LIST = "pflege-liste"


def bring_in(person: Person) -> None:
    """Upload a file, see what was understood, answer what is open, see what will change, save."""
    await_file()
    file = st.file_uploader(
        "Liste auswählen (Excel oder CSV)",
        type=["xlsx", "xlsm", "csv"],
        key=field_key("liste"),
        max_upload_size=10,
        help="Ein Blatt je Tabelle oder eine einzelne Tabelle. Vorlagen gibt es unter „Exportieren und sichern“.",
    )
    if file is None:
        st.session_state.pop(_LIST, None)
        parts.notice(
            "Spalten dürfen anders heißen, Daten als 9.11.22, Nov. 2022 oder 2022 dastehen. Nichts wird gespeichert, "
            "bevor Sie es gesehen haben."
        )
        return
    found = _read_upload(file.name, file.getvalue())
    if found is None:
        return
    _show_understood(found)
    found = _open_rows(found)
    _show_changes(person, found)


def _read_upload(name: str, content: bytes) -> Intake | None:
    """The list as it was checked last, or checked now with a progress bar."""
    kept = st.session_state.get(_LIST)
    mark = (name, hashlib.sha256(content).hexdigest())
    if kept is not None and kept[0] == mark:
        known: Intake = kept[1]
        return known
    bar = st.progress(0.0, text="Die Liste wird gelesen …")

    def told(share: float, text: str) -> None:
        bar.progress(min(share, 1.0), text=text)

    try:
        found = intake.check_list(content, name, progress=told)
    except ZwkError as error:
        st.error(str(error), icon=":material/error:")
        return None
    finally:
        bar.empty()
    st.session_state[_LIST] = (mark, found)
    return found


def _show_understood(found: Intake) -> None:
    """What the file holds, and what of it is not read."""
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


def _open_rows(found: Intake) -> Intake:
    """A table in which to correct the rows that need an answer; returns the list with these answers."""
    report = found.report
    rows = report[report["state"].isin(["unclear", "refused"])]
    # what was open at first stays in the table, or its rows would move away under the cursor
    key = f"{_LIST}-offen"
    if st.session_state.get(key, (None,))[0] != found.file or not (found.corrections or found.confirmed):
        st.session_state[key] = (found.file, rows)
    first = st.session_state[key][1]
    if first.empty:
        return found
    parts.section(
        f"{german.count(len(first), 'Angabe braucht', 'Angaben brauchen')} eine Antwort",
        "Schreiben Sie in „Richtig ist“, was in der Zelle stehen soll, oder übernehmen Sie den Vorschlag. Was offen "
        "bleibt, wird nicht gespeichert.",
    )
    shown = first.head(MOST_OPEN)
    if len(first) > MOST_OPEN:
        parts.notice(f"Gezeigt sind die ersten {MOST_OPEN}. Vielleicht ist die Datei schneller in Excel berichtigt.")
    unclear = {(str(r.sheet), int(r.row)) for r in first[first["state"] == "unclear"].itertuples()}
    everything = bool(unclear) and st.checkbox(
        f"Alle Vorschläge übernehmen ({german.count(len(unclear), 'Zeile', 'Zeilen')})",
        key=field_key("alle-vorschlaege"),
    )
    answers = _answers(shown, field_key(f"antworten-{found.file}"))
    corrections = {(str(r.sheet), str(r.cell)): str(a["Richtig ist"]) for r, a in answers if a["Richtig ist"]}
    confirmed = {(str(r.sheet), int(r.row)) for r, a in answers if a["Vorschlag übernehmen"]}
    confirmed |= unclear if everything else set()
    wanted = {(sheet, cell.rpartition("!")[2]): text for (sheet, cell), text in corrections.items()}
    if wanted != dict(found.corrections) or confirmed != set(found.confirmed):
        found = intake.check_again(found, corrections, confirmed)
        st.session_state[_LIST] = (st.session_state[_LIST][0], found)
        st.rerun()
    return found


#: columns that say what a row needs an answer to, with their width in pixels
_QUESTION = {"Zelle": 130, "Feld": 120, "Dort steht": 150, "Hinweis": 330, "Vorschlag": 140}


def _answers(shown: pd.DataFrame, key: str) -> list[tuple[Any, dict[str, Any]]]:
    """The editor; each row of ``shown`` with its answer."""
    proposals = shown["reading"].where(shown["state"] == "unclear", "")
    frame = pd.DataFrame(
        {
            "Zelle": shown["cell"],
            "Feld": shown["field"],
            "Dort steht": shown["found"].astype("string"),
            "Hinweis": shown["sentence"],
            "Vorschlag": proposals,
            "Vorschlag übernehmen": False,
            "Richtig ist": pd.Series([None] * len(shown), dtype="string", index=shown.index),
        }
    ).reset_index(drop=True)
    edited = st.data_editor(
        frame,
        key=key,
        hide_index=True,
        disabled=list(_QUESTION),
        column_config={
            **{name: st.column_config.TextColumn(width=width) for name, width in _QUESTION.items()},
            "Vorschlag übernehmen": st.column_config.CheckboxColumn(width=150),
            "Richtig ist": st.column_config.TextColumn(width=180, max_chars=300),
        },
        placeholder="–",
        alt="Angaben, die eine Antwort brauchen, mit Zelle, Hinweis und einem Feld für die richtige Angabe.",
    )
    with st.expander("Dieselben Angaben als Liste", key=f"{key}-liste", type="compact"):
        parts.html_table(frame[list(_QUESTION)], "Angaben, die eine Antwort brauchen")
    answers = edited.to_dict("records")
    return [
        (row, {str(k): (None if pd.isna(v) else v) for k, v in answer.items()})
        for row, answer in zip(shown.itertuples(), answers, strict=True)
    ]


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
            f"{german.count(left, 'Zeile bleibt', 'Zeilen bleiben')} draußen, weil sie noch offen sind.", kind="warning"
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
        st.session_state.pop(_LIST, None)
        return
    except ZwkError as error:
        tell_refused(wanted, error)
        return
    st.session_state.pop(_LIST, None)
    saved_anew(saved.set_id, f"{told_number(saved)}, aus {found.file}.")
