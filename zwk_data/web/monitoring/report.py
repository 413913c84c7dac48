"""Monitoring, Bericht: a quarter on paper. One narrow column that prints unchanged, and the same as files."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from zwk_data.dossier.quarter import quarter_report
from zwk_data.export import dossier_files
from zwk_data.export.dossier_files import FORMS, QUARTER_FILES
from zwk_data.programme.report import Quarter, last_filled, quarters
from zwk_data.views.monitoring import View
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose
from zwk_data.web.kit.components import download
from zwk_data.web.kit.parts import show_block
from zwk_data.web.login import login

#: one of QUARTER_FILES -> what its button says
FILES = {
    "ministerblatt": "Ministerblatt (eine Seite, PDF)",
    "bericht": "Bericht als PDF",
    "bericht-folien": "Bericht als Folien",
}


def report(view: View) -> None:
    """The whole report of the quarter that the address names, else of the last one with content."""
    found = quarters(view.today)
    names = {key: f"{one.title} ({one.months})" for key, one in found.items()}
    notices = st.container()
    with st.container(key="zwk-quartal"):
        preset = last_filled(view.today, view.only).id
        key = choose("Quartal", names, key="quartal", default=preset, what="Das Quartal", notices=notices)
        _offer_files(view, found[str(key)])
        st.html(
            '<p class="zwk-source">Diese Seite lässt sich auch drucken: Strg+P. Menü und Filter '
            "werden nicht mitgedruckt.</p>"
        )
    with st.container(key="zwk-bericht"):
        _show_document(view, found[str(key)])


def _offer_files(view: View, one: Quarter) -> None:
    """A button for each file, which is made when it is pressed."""
    with st.container(horizontal=True):
        for kind, label in FILES.items():
            make = login.as_asker(partial(dossier_files.make_quarter, kind, view, one))
            mime = FORMS[QUARTER_FILES[kind][0]].mime
            download(label, make, dossier_files.quarter_name(kind, one), mime, key=f"quartal-{kind}")


def _show_document(view: View, one: Quarter) -> None:
    made = quarter_report(view, one)
    st.html(
        f'<div class="zwk-report-title"><p>Zukunftswerkstatt Kommunen</p><h2>Bericht zum {escape(one.title)}</h2>'
        f"<p>{escape(made.described)}</p></div>"
    )
    for section in made.sections:
        parts.section(section.title)
        for place, block in enumerate(section.blocks):
            show_block(block, f"bericht-{section.key}-{place}")
    parts.source_line(view.source)
