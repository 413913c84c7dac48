"""Datenpflege: tables to edit like a spreadsheet, with a preview before saving and a way to settle conflicts; and „Was
fehlt uns?“: every gap of every Kommune, each one click from the form that fills it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from markupsafe import Markup

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.programme import participants, stages
from zwk_data.records import history, table_editing
from zwk_data.records.changes import Change, ConflictError, Fault, RefusedError, save
from zwk_data.records.table_editing import EditSheet, clash_table, preview, titles
from zwk_data.schema.structure import Field, Table
from zwk_data.schema.tables import entered
from zwk_data.settings import today
from zwk_data.stores import access
from zwk_data.stores.access import Person
from zwk_data.web.datenpflege.entry import own_names
from zwk_data.web.datenpflege.undo import field_key, fresh_fields, in_sight, saved_anew, tell_refused, told_number
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.markup import Link, page_link
from zwk_data.web.kit.parts import CellFault

#: nobody edits more rows at once: beyond this, a Kommune has to be chosen first
MOST_ROWS = 300
#: pixels of the column that names a record
TITLE_WIDTH = 280
#: group -> (its title, its tables, the most used first)
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "termine": ("Termine der Stufen", ("stage_event", "stage_plan")),
    "massnahmen": ("Maßnahmen", ("measure", "measure_note", "measure_tool", "funding")),
    "netzwerk": ("Veranstaltungen und Beratung", ("network_event", "adviser")),
    "bilanz": ("Zwischenbilanzen", ("review", "review_rating", "review_point", "dossier_note")),
    "wissen": ("Gute Praxis und Werkzeuge", ("good_practice", "tool", "theme")),
    "kommunen": ("Kommunen und ihre Themen", ("participant", "participant_theme", "profile_text")),
}
#: tables with a form of their own under „Eintragen“
FORMS = {"funding": "mittel", "network_event": "treffen"}
_SHEET, _CLASH = "pflege-blatt", "pflege-streit"


def tables(person: Person) -> None:
    """Choose a table and a Kommune, edit, check the preview, save; and the history of a record."""
    allowed = access.writable_tables(person)
    named = {name: one.plural for name, one in entered().items() if allowed is None or name in allowed}
    asked = st.query_params.get("tabelle", "measure")
    offered = {key: name for key, (name, own) in GROUPS.items() if set(own) & set(named)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        usual = group_of(asked) if asked in named else next(iter(offered))
        group = choose("Bereich", offered, key="bereich", default=usual) or usual
        inside = {name: named[name] for name in GROUPS[group][1] if name in named}
        table = choose("Tabelle", inside, key="tabelle", default=next(iter(inside)))
        participant = choose("Kommune", own_names(person), key="kommune", placeholder="Alle Kommunen")
    assert table is not None
    if person.role == "beratung" and not participant:
        parts.notice("Bitte eine Ihrer Kommunen wählen.")
        return
    sheet = _sheet(table, participant)
    if len(sheet.rows) > MOST_ROWS:
        parts.notice(
            f"Das sind {german.number(len(sheet.rows))} Einträge. Bitte eine Kommune wählen, dann lassen sie sich "
            "bearbeiten."
        )
        return
    if _CLASH in st.session_state:
        _settle(person)
        return
    _preview(person, *_edited(sheet, participant))
    _story(sheet)


def _sheet(table: str, participant: str | None) -> EditSheet:
    """The records as they were when the editor opened: what others save meanwhile must not move its rows."""
    kept = st.session_state.get(_SHEET)
    key = field_key(f"{table}-{participant}")
    state = st.session_state.get(f"editor-{key}") or {}
    busy = any(state.get(part) for part in ("edited_rows", "added_rows", "deleted_rows"))
    if kept is None or kept[0] != key or not busy:
        st.session_state[_SHEET] = kept = (key, table_editing.edit_sheet(table, participant))
    return kept[1]


#: a list of changes and of faults -> the faults as the page says them, each with its cell
InCells = Callable[[Sequence[Change], Sequence[Fault]], list[CellFault]]


def _edited(sheet: EditSheet, participant: str | None) -> tuple[str, list[Change], list[Fault], InCells]:
    """The editor: its key, what was done in it, what of that can't be read, and how to find the cell of a fault."""
    table = sheet.table
    hidden = {"participant_id"} if participant else set()
    fields = [one for one in table.fields if one.column not in hidden]
    names = history.names([table.name])
    key = f"editor-{field_key(f'{table.name}-{participant}')}"
    st.data_editor(
        _typed(sheet, fields),
        key=key,
        hide_index=True,
        num_rows="fixed" if table.fixed else "dynamic",
        column_config={one.column: _column(one, names, participant, sheet) for one in fields},
        column_order=[one.column for one in fields],
        height=min(36 * (len(sheet.rows) + 2) + 4, 560),
        placeholder="–",
        alt=f"Tabelle zum Bearbeiten: {table.plural}. Mit den Pfeiltasten bewegen, Eingabetaste öffnet ein Feld.",
    )
    if any(_must(one) for one in fields):
        st.html('<p class="zwk-note">* muss ausgefüllt sein</p>')
    state = st.session_state[key]
    fixed = {"participant_id": participant} if participant and "participant_id" in table.columns else {}
    edited = {int(at): cells for at, cells in state["edited_rows"].items()}
    added = [{c: v for c, v in row.items() if c != "_index"} for row in state["added_rows"]]
    wanted, faults, rows = table_editing.edited_changes(sheet, edited, added, state["deleted_rows"], fixed)
    order = [one.column for one in fields]

    def in_cells(wanted: Sequence[Change], faults: Sequence[Fault]) -> list[CellFault]:
        named = titles([wanted[fault.place] for fault in faults])
        return [_in_cell(fault, name, table, order, rows) for fault, name in zip(faults, named, strict=True)]

    return key, wanted, faults, in_cells


def _in_cell(fault: Fault, name: str, table: Table, order: list[str], rows: list[int]) -> CellFault:
    column = table.field_of(fault.column).column if fault.column in table.columns else ""
    told = f"{name} – {fault.sentence}"
    # rows of a table that never grows can be sorted: then only its words say which one is meant
    if table.fixed or column not in order or fault.place >= len(rows):
        return CellFault(told)
    # the first column of all is the one that marks rows
    return CellFault(told, order.index(column) + 1, rows[fault.place])


def _typed(sheet: EditSheet, fields: list[Field]) -> pd.DataFrame:
    """Give each column its type: from an empty one the editor can't tell what it may hold."""
    # rows are identified by their place: keys would be shown as a column of their own
    shown = sheet.shown[[one.column for one in fields]].reset_index(drop=True)
    return shown.astype({one.column: one.kind.editor.dtype for one in fields})


def _must(one: Field) -> bool:
    return one.required and one.usual is None


def _column(one: Field, names: dict[str, dict[str, str]], participant: str | None, sheet: EditSheet) -> Any:
    # what a cell may or must hold is not said here: the editor would drop all else without a word
    config, editor = st.column_config, one.kind.editor
    told: dict[str, Any] = {
        "width": TITLE_WIDTH if one.column == sheet.table.title and editor.longest else editor.width,
        "label": f"{one.label} *" if _must(one) else one.label,
        "help": one.help or None,
    }
    if editor.control == "choice":
        options = _options(one, names, participant, sheet) if one.parent else one.choices
        return config.SelectboxColumn(
            options=list(options), format_func=lambda key: options.get(str(key), str(key)), **told
        )
    if editor.control == "date":
        return config.DateColumn(format="DD.MM.YYYY", **told)
    if editor.control == "number":
        step, form = (1, "%d") if editor.whole else (None, "localized")
        return config.NumberColumn(step=step, format=form, **told)
    if editor.control == "tick":
        return config.CheckboxColumn(**told)
    return config.TextColumn(max_chars=editor.longest, **told)


def _options(one: Field, names: dict[str, dict[str, str]], participant: str | None, sheet: EditSheet) -> dict[str, str]:
    found = names[one.parent]
    if one.parent not in ("measure", "review") or not participant:
        return found
    # the Kommune's own, and whatever is chosen already
    own = set(table_editing.edit_sheet(one.parent, participant).rows) | set(sheet.shown[one.column].dropna())
    return {key: name for key, name in found.items() if key in own}


def _preview(person: Person, editor: str, wanted: list[Change], faults: list[Fault], in_cells: InCells) -> None:
    if not wanted and not faults:
        parts.notice(
            "Änderungen, neue und gelöschte Zeilen erscheinen hier als Vorschau, bevor sie gespeichert werden."
        )
        return
    parts.section(f"Vorschau: {german.count(len(wanted), 'Eintrag', 'Einträge')}")
    parts.html_table(preview(wanted), "Was gespeichert wird", max_rows=MOST_ROWS)
    reason = st.text_input("Grund (freiwillig, steht im Verlauf)", key=field_key("tabelle-grund"))
    with in_sight():
        beside = st.container()
        pressed = st.button("Speichern", type="primary", disabled=bool(faults) or not wanted, key="tabelle-speichern")
        if st.button("Verwerfen", key="tabelle-verwerfen"):
            _start_over()

    def refused(error: ZwkError) -> None:
        if isinstance(error, RefusedError):
            parts.cell_faults(editor, in_cells(wanted, error.faults))
        else:
            tell_refused(wanted, error)

    with beside:
        if faults:
            parts.cell_faults(editor, in_cells(wanted, faults))
        if pressed:
            _save(person, wanted, reason, refused)


def _start_over() -> None:
    """Drop everything typed and every open conflict, and redraw the page."""
    st.session_state.pop(_CLASH, None)
    fresh_fields()
    st.rerun()


def _save(person: Person, wanted: list[Change], reason: str, refused: Callable[[ZwkError], None]) -> None:
    """Save and start over, or say by ``refused`` why not."""
    try:
        saved = save(wanted, person, reason)
    except ConflictError as error:
        st.session_state[_CLASH] = (wanted, error.clashes, reason)
        st.rerun()
    except ZwkError as error:
        refused(error)
        return
    st.session_state.pop(_CLASH, None)
    saved_anew(saved.set_id, f"{told_number(saved)}." if saved.set_id else "Nichts, denn alles steht schon so da.")


def _settle(person: Person) -> None:
    """Somebody else was faster: show both versions; nothing is saved until the person has decided."""
    wanted, clashes, reason = st.session_state[_CLASH]
    parts.section(
        "Jemand anderes hat dieselben Felder geändert", "Es ist noch nichts gespeichert. Bitte entscheiden Sie."
    )
    parts.html_table(clash_table(clashes), "Zwei Fassungen")
    with st.container(horizontal=True):
        if st.button("Meine Fassung speichern", type="primary", key="streit-meine"):
            mine = table_editing.insist(wanted, clashes)
            _save(person, mine, reason, partial(tell_refused, mine))
        if st.button("Die andere Fassung behalten, meine übrigen Änderungen speichern", key="streit-andere"):
            rest = table_editing.give_way(wanted, clashes)
            if rest:
                st.session_state.pop(_CLASH)
                _save(person, rest, reason, partial(tell_refused, rest))
            else:
                _start_over()
        if st.button("Nichts speichern", key="streit-nichts"):
            _start_over()


def _story(sheet: EditSheet) -> None:
    """Who changed one record when, how and why."""
    if not sheet.rows:
        return
    named = titles([Change(sheet.table.name, key, None, row) for key, row in sheet.rows.items()])
    by_key = dict(zip(sheet.rows, named, strict=True))
    key = choose("Verlauf eines Eintrags", by_key, key="eintrag", placeholder="Eintrag wählen")
    if not key:
        return
    story = history.history(sheet.table.name, key)
    if story.empty:
        parts.notice("Dieser Eintrag stammt aus dem Grundbestand und wurde hier noch nie geändert.")
        return
    story["at"] = [f"{at:%d.%m.%Y %H:%M}" for at in story["at"]]
    names = {"at": "Wann", "actor": "Wer", "what": "Was", "reason": "Warum"}
    parts.html_table(story.fillna(""), f"Verlauf: {by_key[key]}", names=names, max_height=420)


def group_of(table: str) -> str:
    """The group that a table stands in."""
    return next(key for key, (_, tables) in GROUPS.items() if table in tables)


def entry_address(table: str, participant_id: str, stage: str = "") -> dict[str, str]:
    """The parameters of the page Datenpflege that open the form, or the table, for a new record of a Kommune."""
    if table == "stage_event":
        return {"kommune": participant_id, "stufe": stage}
    if table in FORMS:
        return {"kommune": participant_id, "eingabe": FORMS[table]}
    return {"teil": "tabellen", "tabelle": table, "kommune": participant_id}


#: what to look for (as in the address) -> words
KINDS = {"stufen": "Stufen und ihre Termine", **{table: f"Wo {words}" for table, words in participants.MISSING.items()}}


def what_is_missing(person: Person) -> None:
    """How many Kommunen have each stage, and below it who lacks what."""
    found = participants.gaps(today())
    found = found[found["participant_id"].isin(own_names(person))]
    parts.section(
        "Was fehlt uns?", "Ein Klick auf eine Lücke öffnet das passende Formular; Kommune und Stufe sind schon gewählt."
    )
    counts = stages.counts(stages.matrix())
    parts.html_table(
        pd.DataFrame(
            {
                "Stufe": counts["stage_de"],
                "Belegt sind": [stages.evidence_words(row) for _, row in counts.iterrows()],
                "Nicht belegt": counts["none"],
            }
        ),
        f"Alle {german.number(int(counts['total'].max()))} Kommunen",
    )
    kind = choose("Nur zeigen", KINDS, key="luecke", placeholder="Alle Lücken")
    if kind:
        found = found[found["table"] == ("stage_event" if kind == "stufen" else kind)]
    if found.empty:
        parts.notice("Hier fehlt nichts.")
        return
    groups = [((rows["participant_id"].iloc[0], rows["name"].iloc[0]), rows) for _, rows in _by_kommune(found)]
    parts.linked_table(
        {
            "Kommune": [Link(name, page_link("kommune", kommune=key)) for (key, name), _ in groups],
            "Lücken": [len(rows) for _, rows in groups],
            "Stufen": [_links(person, rows[rows["stage"] != ""]) for _, rows in groups],
            "Sonst": [_links(person, rows[rows["stage"] == ""]) for _, rows in groups],
        },
        f"{german.count(len(found), 'Lücke', 'Lücken')} bei {german.count(len(groups), 'Kommune', 'Kommunen')}",
        numeric=("Lücken",),
    )


def _by_kommune(found: pd.DataFrame) -> Iterable[tuple[object, pd.DataFrame]]:
    return found.groupby("participant_id", sort=False)


def _links(person: Person, rows: pd.DataFrame) -> Markup:
    """The gaps of one Kommune, each leading to its form where the person may fill it."""
    told: list[Markup | Link | str] = []
    columns = rows[["participant_id", "name", "table", "stage", "what"]].astype(str)
    for participant, name, table, stage, what in columns.itertuples(index=False, name=None):
        address = page_link("datenpflege", **entry_address(table, participant, stage))
        may = access.may_write(person, table, participant)
        told.append(Link(what, address, f"{name} eintragen") if may else what)
    return Markup(", ").join(told)
