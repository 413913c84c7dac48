"""Datenpflege: the cells of a list that need an answer. What is asked in many rows alike is asked once."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.records import intake
from zwk_data.records.intake import Intake
from zwk_data.web.datenpflege.saving import field_key
from zwk_data.web.kit import parts

#: questions to answer at once; a longer list is shown in part
MOST_OPEN = 200
_OPEN = "pflege-liste-offen"
#: what makes two questions the same
_ALIKE = ["table", "state", "field", "found", "reading", "sentence", "likely"]


def open_rows(found: Intake) -> Intake | None:
    """A table in which to answer what is open; the list checked again where an answer changed, otherwise None."""
    report = found.report
    rows = report[report["state"].isin(["unclear", "refused"])]
    # what was open at first stays in the table, or its rows would move away under the cursor
    mark = (found.file, str(found.fixed), str(found.chosen))
    if st.session_state.get(_OPEN, (None,))[0] != mark or not (found.corrections or found.confirmed):
        st.session_state[_OPEN] = (mark, rows)
    first = st.session_state[_OPEN][1]
    if first.empty:
        return None
    questions = _questions(first)
    parts.section(
        f"{german.count(len(questions), 'Angabe braucht', 'Angaben brauchen')} eine Antwort",
        "Schreiben Sie in „Richtig ist“, was in der Zelle stehen soll, oder übernehmen Sie den Vorschlag. Was in "
        "mehreren Zeilen gleich dasteht, wird einmal gefragt. Was offen bleibt, wird nicht gespeichert.",
    )
    if len(questions) > MOST_OPEN:
        parts.notice(f"Gezeigt sind die ersten {MOST_OPEN}. Vielleicht ist die Datei schneller in Excel berichtigt.")
    shown = questions.head(MOST_OPEN)
    likely = int(shown["likely"].sum())
    together = likely > 0 and st.checkbox(
        f"Alle Vorschläge übernehmen, die sicher sind ({german.count(likely, 'Angabe', 'Angaben')})",
        key=field_key("alle-vorschlaege"),
        help="Angehakt wird nur, was sich auf eine Weise lesen lässt, etwa ein Monat als sein erster Tag. Alles andere "
        "bleibt einzeln zu entscheiden.",
    )
    answers = _answers(shown, field_key(f"antworten-{found.file}-{together}"), together=together)
    return _answered(found, first, answers)


def _questions(rows: pd.DataFrame) -> pd.DataFrame:
    """The open questions, those alike as one: columns of ``Intake.report`` of the first, and ``places``: (sheet, row,
    cell) of all."""
    first = rows.drop_duplicates(_ALIKE).set_index(_ALIKE, drop=False)
    place = [(str(one.sheet), int(str(one.row)), str(one.cell)) for one in rows.itertuples()]
    at = pd.Series(place, index=rows.index, dtype="object")
    places = rows.assign(place=at).groupby(_ALIKE, sort=False, dropna=False)["place"].agg(list)
    return first.assign(places=places.reindex(first.index)).reset_index(drop=True)


def _answered(found: Intake, rows: pd.DataFrame, answers: list[tuple[Any, dict[str, Any]]]) -> Intake | None:
    corrections: dict[tuple[str, str], str] = {}
    agreed: set[tuple[str, int, str]] = set()
    for question, answer in answers:
        for sheet, row, cell in question.places:
            if answer["Richtig ist"]:
                corrections[sheet, cell] = str(answer["Richtig ist"])
            if answer["Richtig ist"] or answer["Vorschlag übernehmen"]:
                agreed.add((sheet, row, cell))
    # a row is confirmed when all that was asked of it is agreed to
    unclear = rows[rows["state"] == "unclear"]
    asked = [(str(one.sheet), int(str(one.row)), str(one.cell)) for one in unclear.itertuples()]
    confirmed = {(sheet, row) for sheet, row, _ in asked}
    confirmed -= {(sheet, row) for sheet, row, cell in asked if (sheet, row, cell) not in agreed}
    wanted = {(sheet, cell.rpartition("!")[2]): text for (sheet, cell), text in corrections.items()}
    if wanted == dict(found.corrections) and confirmed == set(found.confirmed):
        return None
    return intake.check_again(found, corrections, confirmed)


#: columns that say what needs an answer, with their width in pixels
_QUESTION = {"Zelle": 130, "Feld": 120, "Dort steht": 150, "Hinweis": 330, "Vorschlag": 140}


def _answers(shown: pd.DataFrame, key: str, *, together: bool) -> list[tuple[Any, dict[str, Any]]]:
    """The editor; each question of ``shown`` with its answer."""
    proposals = shown["reading"].where(shown["state"] == "unclear", "")
    more = shown["places"].map(len) - 1
    cells = shown["cell"].where(more == 0, shown["cell"] + " und " + more.astype(str) + " weitere")
    frame = pd.DataFrame(
        {
            "Zelle": cells,
            "Feld": shown["field"].replace("", "ganze Zeile"),
            "Dort steht": shown["found"].astype("string"),
            "Hinweis": shown["sentence"],
            "Vorschlag": proposals,
            "Vorschlag übernehmen": shown["likely"].astype(bool) & together,
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
