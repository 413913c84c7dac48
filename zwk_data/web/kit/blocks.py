"""The blocks of a dossier on a page: words, figures, charts, tables, pictures."""

from __future__ import annotations

import streamlit as st

from zwk_data.charts.chart import Figure
from zwk_data.charts.place_strip import Strips
from zwk_data.dossier.model import Block, Facts, Picture, TableBlock, Words
from zwk_data.web.kit import parts

#: pixels of the locator map, twice as many as it is shown with
PICTURE, SHOWN = 1280, 640


def show_block(block: Block, key: str) -> None:
    """Draw one block of a dossier; ``key``: of what can be opened in it."""
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
