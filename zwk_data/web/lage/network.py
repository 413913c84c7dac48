"""Lage: what the Zukunftswerkstatt Kommunen is, the ways into the monitor, figures of the network."""

from __future__ import annotations

import streamlit as st

from zwk_data import german, settings
from zwk_data.demography import source_lines
from zwk_data.programme import counting, participants, stages, themes
from zwk_data.schema.words import PROJECT_SIZE, SOURCES
from zwk_data.stores.access import Person
from zwk_data.views import map as map_view
from zwk_data.web.kit import parts
from zwk_data.web.kit.tables import Link, page_link
from zwk_data.web.kit.templates import render
from zwk_data.web.login import login
from zwk_data.web.shell import site

LEAD = (
    "Die Zukunftswerkstatt Kommunen (ZWK) ist ein Modellprojekt des Bundesfamilienministeriums für "
    f"{PROJECT_SIZE} Kommunen im demografischen Wandel; ihre Geschäftsstelle liegt beim Kompetenzzentrum "
    "Technik-Diversity-Chancengleichheit e. V. Hier sehen Sie, wie weit die Kommunen sind und wie sich ihre "
    "Bevölkerung entwickelt, tragen Termine ein und leiten Sitzungen und Veranstaltungen."
)
WAYS = (
    ("Ansehen", "Zahlen, Karten, Stufen und Themen", ("karte", "demografie", "kommunalprofil", "stufen", "themen")),
    ("Steuern", "Termine, Mittel, Maßnahmen und Berichte", ("monitoring", "zwischenbilanz", "datenpflege")),
    ("Veranstalten", "Bildschirme und Sitzungen im Raum", ("live-anzeige", "zwischenbilanz")),
)


def ways(person: Person) -> None:
    """The three ways in, each with the pages that the person may use."""
    pages = {page.path: page for page in site.MENU if login.admits(page.roles, person.role)}
    open_ = [
        (name, told, [Link(pages[path].title, page_link(path)) for path in paths if path in pages])
        for name, told, paths in WAYS
    ]
    st.html(render("lage/wege", ways=[one for one in open_ if one[2]]))


def known() -> None:
    """How many Kommunen have which stage, in a list."""
    counted = counting.counts(stages.matrix())
    parts.section("Was belegt ist")
    parts.points(
        [f"{row['stage_de']}: {row['documented']} ({counting.evidence_words(row)})" for _, row in counted.iterrows()]
    )


def nothing_planned(may_enter: bool) -> None:
    """One calm sentence where neither plans nor entries are kept here."""
    told = "Wer spät dran ist, lässt sich noch nicht sagen: Geplante Termine sind hier nicht eingetragen."
    link = Link("Ersten Termin planen", page_link("datenpflege", eingabe="plan"))
    parts.linked_text([f"{told} ", link] if may_enter else [told])


def figures() -> None:
    """The network in headline figures with their sources."""
    people, catalog, reach = participants.people(), themes.themes(), participants.reach()
    source = SOURCES[settings.dataset()]
    counted = counting.all_stages(counting.counts(stages.matrix()))
    named = catalog[catalog["participants"] > 0]
    reached = [("Menschen", german.number(reach.people), participants.reach_text(reach))] if reach else []
    parts.section("Das Netzwerk in Zahlen")
    parts.figures(
        [
            ("Kommunen", f"{len(people)} von {PROJECT_SIZE}", "in öffentlichen Quellen genannt"),
            ("Länder", german.number(len(participants.laender(people))), "mit mindestens einer Kommune"),
            *reached,
            (
                "Stufen belegt",
                german.number(counted["documented"]),
                f"von {german.number(counted['total'])}: {counting.evidence_words(counted)}",
            ),
            (
                "Themen",
                german.number(len(named)),
                f"in {german.count(int((people['themes'] > 0).sum()), 'Kommune', 'Kommunen')}",
            ),
        ]
    )
    if reach:
        parts.source_line(f"Menschen: {source_lines.of_everyone(reach.year)}. Alles andere: {source}")


def map_and_gaps() -> None:
    """Where the Kommunen are; a click opens the page of one. And what no source says."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        chosen = parts.show(map_view.network(), key="netz", level=2)
        if chosen:
            st.switch_page(settings.PAGES / "kommune.py", query_params={"kommune": chosen})
    with right:
        parts.section(
            "Was nicht belegt ist", "Keine Quelle sagt etwas dazu. Das heißt nicht, dass es nicht geschehen ist."
        )
        parts.html_table(participants.undocumented(), "Nicht belegt, nach Gegenstand")
        parts.source_line(SOURCES[settings.dataset()])
