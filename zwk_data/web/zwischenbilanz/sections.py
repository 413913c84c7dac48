"""A dossier on the page: which sections and in which order (it stands in the address), each section, its own note."""

from __future__ import annotations

import streamlit as st

from zwk_data.charts.drawing import Figure
from zwk_data.charts.place_strip import Strips
from zwk_data.dossier import content
from zwk_data.dossier.content import SECTIONS
from zwk_data.dossier.model import Block, Facts, Picture, TableBlock, Words
from zwk_data.records import quick_entry
from zwk_data.stores import access
from zwk_data.stores.access import Person
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose_many

KEY = "abschnitte"


def chosen_keys() -> tuple[str, ...]:
    """Draw the choice and the two buttons that move a section; returns the keys in order."""
    box = st.expander("Abschnitte wählen und ordnen", key="dossier-abschnitte", type="compact")
    notices = st.container()
    with box:
        keys = choose_many(
            "Abschnitte, in dieser Reihenfolge",
            SECTIONS,
            key=KEY,
            default=tuple(SECTIONS),
            placeholder="Abschnitt wählen",
            what="Der Abschnitt",
            notices=notices,
        )
        if len(keys) > 1:
            _move(keys)
    return keys


def _move(keys: tuple[str, ...]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        moving = st.selectbox(
            "Abschnitt verschieben", list(keys), format_func=SECTIONS.__getitem__, key="dossier-verschieben"
        )
        at = keys.index(moving) if moving in keys else 0
        for label, to, icon in (
            ("Nach oben", at - 1, ":material/arrow_upward:"),
            ("Nach unten", at + 1, ":material/arrow_downward:"),
        ):
            st.button(
                label,
                key=f"dossier-{label}",
                icon=icon,
                disabled=not 0 <= to < len(keys),
                on_click=_swap,
                args=(keys, at, to),
            )
        st.button("Standard wiederherstellen", key="dossier-alle", on_click=_usual)


def _usual() -> None:
    st.query_params.pop(KEY, None)


def _swap(keys: tuple[str, ...], at: int, to: int) -> None:
    order = list(keys)
    order[at], order[to] = order[to], order[at]
    if tuple(order) == tuple(SECTIONS):
        _usual()
    else:
        st.query_params[KEY] = ",".join(order)


LONGEST = 4000


def note(person: Person, participant_id: str, section: str, text: str) -> None:
    """The note as it stands, and the field to change it for those who may."""
    if text:
        parts.notice(f"Eigene Notiz: {text}")
    if not access.may_write(person, "dossier_note", participant_id):
        return
    key = f"notiz-{participant_id}-{section}"
    with st.expander("Eigene Notiz ändern" if text else "Eigene Notiz schreiben", key=f"{key}-offen", type="compact"):
        written = st.text_area(
            "Notiz zu diesem Abschnitt (steht in allen Unterlagen)", text, key=f"{key}-text", max_chars=LONGEST
        )
        if st.button("Notiz speichern", key=f"{key}-speichern"):
            with parts.faults_shown():
                saved = quick_entry.save_dossier_note(person, participant_id, section, written)
                if saved.set_id is None:
                    st.info("Es gab nichts zu speichern: Die Notiz steht schon genauso da.", icon=":material/info:")
                else:
                    st.session_state.pop(f"{key}-text", None)
                    st.rerun()


#: pixels of the locator map, twice as many as it is shown with
PICTURE, SHOWN = 1280, 640


def section(participant_id: str, key: str) -> None:
    """Draw one section."""
    made = content.section(participant_id, key)
    parts.section(made.title)
    for number, block in enumerate(made.blocks):
        _show_block(block, f"dossier-{key}-{number}")


def _show_block(block: Block, key: str) -> None:
    if isinstance(block, Words):
        if block.title:
            parts.subsection(block.title)
        (parts.points if block.listed else parts.prose)(block.sentences)
    elif isinstance(block, Facts):
        parts.figures(
            [
                (one.label, one.value, "; ".join(filter(None, (one.when, one.trend, one.compared))))
                for one in block.items
            ]
        )
        parts.source_line(block.source)
    elif isinstance(block, Strips):
        parts.subsection(block.title)
        parts.show_strips(block)
        parts.strip_legend(block.own, [block])
    elif isinstance(block, Figure):
        parts.show(block.chart, key=key)
    elif isinstance(block, Picture):
        parts.subsection(block.title)
        st.image(block.png(PICTURE), width=SHOWN, alt=block.alt)
        parts.source_line(block.source)
    else:
        _show_table(block)


def _show_table(block: TableBlock) -> None:
    parts.subsection(block.title)
    if block.frame.empty:
        parts.notice(block.empty)
        return
    parts.html_table(block.frame, block.title, formats=block.formats, max_height=560, titled=True)
    if block.note:
        parts.linked_text([block.note])
    parts.source_line(block.source)
