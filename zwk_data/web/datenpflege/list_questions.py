"""Datenpflege: what somebody has to say of a list before it can be saved.

Of its columns: whose list it is, which column is which field, in which unit. Of its cells: those that need an answer;
a question that many rows raise is asked once.
"""

from __future__ import annotations

import contextlib
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from zwk_data import german
from zwk_data.records import intake
from zwk_data.records.intake import KOMMUNE, Chosen, Intake, SheetView
from zwk_data.schema.tables import TABLES, entered
from zwk_data.schema.units import NAMES
from zwk_data.web.datenpflege.undo import field_key
from zwk_data.web.kit import parts
from zwk_data.web.kit.parts import CellFault

_UNREAD, _AS_READ = "nicht lesen", "wie erkannt"
#: sheet -> table that somebody has said, so that a sheet without a head is not read again and again
_SAID = "pflege-liste-tabellen"


def say_what_columns_are(found: Intake) -> Intake | None:
    """Draw the questions on a list's columns. Returns the list, checked again, if an answer changed; else None."""
    fixed = _for_all_rows(found)
    if fixed != found.fixed:
        return intake.check_again(found, fixed=fixed)
    asked = [one for one in found.sheets if one.table and any(unit.doubt for unit in one.units.values())]
    unknown = [one for one in found.sheets if not one.table]
    tables = _tables(found, unknown) if unknown else None
    if tables is not None and tables != st.session_state.get(field_key(_SAID)):
        st.session_state[field_key(_SAID)] = tables
        return intake.check_again(found, tables=tables)
    with st.expander("Diese Spalte ist …", expanded=bool(asked), key=field_key("spalten")):
        parts.notice("Was Sie hier sagen, gilt auch für die nächste Liste mit denselben Spaltenköpfen.")
        chosen = {one.name: _columns_of(found, one) for one in found.sheets if one.table}
    changed = {name: one for name, one in chosen.items() if one != found.chosen.get(name, Chosen())}
    if not changed:
        return None
    again = intake.check_again(found, columns={**found.chosen, **changed})
    for name, one in changed.items():
        with contextlib.suppress(OSError):  # no room or no right to write: it is said again next time
            intake.remember(again, name, one)
    return again


def _for_all_rows(found: Intake) -> dict[str, str]:
    """What each record needs but no column says: whose list it is, how far its measures are."""
    said = {}
    for label in dict.fromkeys(label for one in found.sheets for label in one.lacks):
        proposal = ""
        if label == KOMMUNE:
            options = found.context.choices["participant"]
            proposal = next((one.whose for one in found.sheets if one.whose), "")
        else:
            table = next(one.table for one in found.sheets if label in one.lacks)
            options = list(TABLES[table].labelled(label).choices.values())
        chosen = st.selectbox(
            "Diese Liste ist von" if label == KOMMUNE else f"„{label}“ für alle Zeilen",
            options,
            index=options.index(found.fixed[label]) if found.fixed.get(label) in options else None,
            placeholder=f"bitte wählen (vielleicht {proposal})" if proposal else "bitte wählen",
            key=field_key(f"liste-alle-{label}"),
            help=f"Keine Spalte nennt „{label}“. Die Wahl gilt für alle Zeilen.",
        )
        if chosen:
            said[label] = chosen
    return said


def _tables(found: Intake, unknown: list[SheetView]) -> dict[str, str] | None:
    """What somebody says of sheets whose table was not recognised; None where nothing was said."""
    names = {TABLES[name].plural: name for name in entered()}
    said = {}
    for one in unknown:
        chosen = st.selectbox(
            f"Blatt „{one.name}“ enthält",
            list(names),
            index=None,
            placeholder="nicht erkannt",
            key=field_key(f"tabelle-{one.name}"),
        )
        if chosen:
            said[one.name] = names[chosen]
    return {**{one.name: one.table for one in found.sheets if one.table}, **said} if said else None


def _columns_of(found: Intake, sheet: SheetView) -> Chosen:
    """A choice for each column of a sheet, and one more for the unit of a column of amounts."""
    before = found.chosen.get(sheet.name, Chosen())
    fields = [one.label for one in TABLES[sheet.table].fields]
    money = {one.label for one in TABLES[sheet.table].fields if one.kind.in_euros}
    titles = {**{letter: title for letter, (title, _) in sheet.columns.items()}, **sheet.unread}
    labels, units = dict(before.labels), {}
    for letter, title in sorted(titles.items(), key=lambda one: (len(one[0]), one[0])):
        label = sheet.columns.get(letter, ("", ""))[1]
        options = [_UNREAD, *fields]
        with st.container(horizontal=True, vertical_alignment="bottom"):
            said = st.selectbox(
                f"Spalte {letter}: {title or 'ohne Überschrift'}",
                options,
                index=options.index(label) if label in fields else 0,
                # a column that lost its field to another one starts afresh
                key=field_key(f"spalte-{found.file}-{sheet.name}-{letter}-{label}"),
            )
            if said != (label or _UNREAD):
                labels[letter] = "" if said == _UNREAD else said
            if said in money:
                unit = _unit(found, sheet, letter, before.units.get(letter))
                if unit is not None:
                    units[letter] = unit
    return Chosen(labels, units)


def _unit(found: Intake, sheet: SheetView, letter: str, before: float | None) -> float | None:
    """What the amounts of a column are counted in, if somebody says so."""
    known = sheet.units.get(letter)
    factors = {name: factor for factor, name in NAMES.items()}
    said = st.selectbox(
        f"Beträge in Spalte {letter} stehen in",
        [_AS_READ, *factors],
        index=0 if before is None else list(factors.values()).index(before) + 1,
        key=field_key(f"einheit-{found.file}-{sheet.name}-{letter}"),
        help=known.doubt if known else None,
    )
    return None if said == _AS_READ else factors[said]


#: questions to answer at once; a longer list is shown in part
MOST_OPEN = 200
_OPEN = "pflege-liste-offen"
#: what makes two questions the same
_ALIKE = ["table", "state", "field", "found", "reading", "sentence", "likely"]


def open_rows(found: Intake) -> Intake | None:
    """Draw a table of the open questions. Returns the list, checked again, if an answer changed; else None."""
    report = found.report
    rows = report[report["state"].isin(["unclear", "refused"])]
    # questions open at first stay in the table, or its rows would move away under the cursor
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
    key = field_key(f"antworten-{found.file}-{together}")
    beneath, answers = _answers(shown, key, together=together)
    still = _still_wrong(rows, answers)
    if still:
        with beneath:
            parts.cell_faults(key, still)
    return _answered(found, first, answers)


def _questions(rows: pd.DataFrame) -> pd.DataFrame:
    """The open questions, those alike merged into one.

    Columns: those of ``Intake.report`` for the first of them, and ``places``: (sheet, row, cell) of all.
    """
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


def _still_wrong(rows: pd.DataFrame, answers: list[tuple[Any, dict[str, Any]]]) -> list[CellFault]:
    """Answers that can't be taken either, each with its cell; ``rows``: what is open now."""
    left = {(str(one.sheet), int(str(one.row)), str(one.cell)): str(one.sentence) for one in rows.itertuples()}
    return [
        CellFault(f"{answer['Zelle']}, „{answer['Feld']}“: {left[place]}", len(_QUESTION) + 1, at, answer["Zelle"])
        for at, (question, answer) in enumerate(answers)
        for place in question.places[:1]
        if answer["Richtig ist"] and place in left
    ]


def _answers(
    shown: pd.DataFrame, key: str, *, together: bool
) -> tuple[DeltaGenerator, list[tuple[Any, dict[str, Any]]]]:
    """The editor: the place beneath it, and each question of ``shown`` with its answer."""
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
            **{n: st.column_config.TextColumn(width=width, pinned=n == "Zelle") for n, width in _QUESTION.items()},
            "Vorschlag übernehmen": st.column_config.CheckboxColumn(width=150),
            "Richtig ist": st.column_config.TextColumn(width=180, max_chars=300),
        },
        placeholder="–",
        alt="Angaben, die eine Antwort brauchen, mit Zelle, Hinweis und einem Feld für die richtige Angabe.",
    )
    beneath = st.container()
    with st.expander("Dieselben Angaben als Liste", key=f"{key}-liste", type="compact"):
        parts.html_table(frame[list(_QUESTION)], "Angaben, die eine Antwort brauchen")
    answers = edited.to_dict("records")
    return beneath, [
        (row, {str(k): (None if pd.isna(v) else v) for k, v in answer.items()})
        for row, answer in zip(shown.itertuples(), answers, strict=True)
    ]
