"""A Kommunalprofil on the page: what stands out, strengths and weaknesses, the chapters, what is not known."""

from __future__ import annotations

from functools import partial

import streamlit as st

from zwk_data.export import dossier_files
from zwk_data.export.dossier_files import FORMS
from zwk_data.profile import profile as profiles
from zwk_data.views.profile import DRAFT, Sheet
from zwk_data.web.kit import parts
from zwk_data.web.kit.components import download
from zwk_data.web.kit.tables import Link, page_link


def head(sheet: Sheet) -> None:
    """Name, place, people, twins, and the files to take along."""
    parts.section(sheet.place.full, sheet.described)
    parts.prose(sheet.lead)
    if sheet.place.participant_id:
        more = Link(
            "Entwicklung, Altersaufbau und Ausblick", page_link("demografie", kommune=sheet.place.participant_id)
        )
        parts.linked_text([more, " stehen auf der Seite Demografie."])
    with st.container(horizontal=True):
        for form in ("pdf", "pptx"):
            name = dossier_files.profile_name(sheet, form)
            make = partial(dossier_files.make_profile, sheet, form)
            download(FORMS[form].name, make, name, FORMS[form].mime, key=f"profil-{form}")


def findings(sheet: Sheet) -> None:
    """What stands out, and the strengths and weaknesses."""
    parts.section("Was am meisten auffällt")
    parts.prose([sheet.chance])
    if sheet.out:
        parts.points(sheet.out)
    parts.linked_text([sheet.method])
    left, right = st.columns(2, gap="large")
    for column, title, told, own in zip(
        (left, right), ("Stärken", "Schwächen"), (sheet.good, sheet.bad), sheet.is_own, strict=True
    ):
        with column:
            parts.section(title)
            if not own:
                parts.notice(DRAFT)
            parts.points(told)
    if sheet.own or sheet.chosen:
        parts.section("In eigenen Worten")
        if sheet.own:
            parts.prose(sheet.own.splitlines())
        if sheet.chosen:
            parts.subsection("Gewählte Themen")
            parts.points(sheet.chosen)


def chapters(sheet: Sheet) -> None:
    """All chapters with their figures."""
    parts.strip_legend(sheet.place.full, [part.strips for part in sheet.parts])
    for part in sheet.parts:
        parts.section(part.strips.title)
        parts.show_strips(part.strips)
        if part.own:
            parts.notice(part.own)
        parts.linked_text([part.untold])


def ending(sheet: Sheet) -> None:
    """What is not known, and the places that are like this one."""
    parts.section("Was nicht bekannt ist")
    parts.points(sheet.unknown or ("Zu jeder Kennzahl dieses Profils liegt eine Zahl vor.",))
    alike = profiles.profile(sheet.place).twins
    if len(alike):
        parts.section("Ähnliche Orte", "Zehn Orte mit ähnlichen Merkmalen; ihre Profile sind ebenso gemacht.")
        links = [
            Link(f"{name} ({land})", page_link("kommunalprofil", gebiet=key))
            for key, name, land in alike[["key", "name", "land"]].itertuples(index=False, name=None)
        ]
        pieces: list[str | Link] = []
        for link in links:
            pieces += [link, ", "]
        parts.linked_text(pieces[:-1])
