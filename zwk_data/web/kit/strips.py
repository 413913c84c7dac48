"""The strips of a Kommunalprofil as a table: each figure with a line that shows where it stands."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from zwk_data.charts.place_strip import Strips
from zwk_data.web.kit import parts
from zwk_data.web.kit.templates import render


def strips_html(strips: Strips) -> str:
    """One chapter as HTML; on a phone each figure becomes a block of its own."""
    return render("profil/streifen", strips=strips)


def show_strips(strips: Strips) -> None:
    """Draw one chapter with its source line; ``legend`` has its note."""
    st.html(strips_html(strips))
    parts.source_line(strips.source)


def legend(place: str, shown: Sequence[Strips]) -> None:
    """What the marks mean, and what must be known to read the tables ``shown``."""
    st.html(render("profil/zeichen", place=place, note=max((one.note for one in shown), key=len, default="")))
