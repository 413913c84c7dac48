"""A section of a dossier on the page: words, key figures, charts, the locator map, tables."""

from __future__ import annotations

import streamlit as st

from zwk_data.dossier import content
from zwk_data.dossier.model import Block, Facts, Figure, Picture, Section, Table, Words
from zwk_data.web import parts

#: pixels of the locator map, twice as many as it is shown with
PICTURE, SHOWN = 1280, 640


def section(participant_id: str, key: str) -> Section:
    """Draw one section, and return it."""
    made = parts.cached(content.section)(participant_id, key)
    parts.section(made.title)
    for number, block in enumerate(made.blocks):
        _block(block, f"dossier-{key}-{number}")
    return made


def _block(block: Block, key: str) -> None:
    if isinstance(block, Words):
        if block.title:
            parts.subsection(block.title)
        (parts.points if block.listed else parts.prose)(block.sentences)
    elif isinstance(block, Facts):
        parts.figures([(one.label, one.value, _told(one.when, one.trend, one.compared)) for one in block.items])
        parts.source_line(block.source)
    elif isinstance(block, Figure):
        parts.show(block.chart, key=key)
    elif isinstance(block, Picture):
        parts.subsection(block.title)
        st.image(block.png(PICTURE), width=SHOWN, alt=block.alt)
        parts.source_line(block.source)
    else:
        _table(block)


def _told(when: str, trend: str, compared: str) -> str:
    return "; ".join(part for part in (when, trend, compared) if part)


def _table(block: Table) -> None:
    parts.subsection(block.title)
    if block.frame.empty:
        parts.notice(block.empty)
        return
    parts.html_table(block.frame, block.title, formats=block.formats, max_height=560, titled=True)
    if block.note:
        parts.linked_text([block.note])
    parts.source_line(block.source)
