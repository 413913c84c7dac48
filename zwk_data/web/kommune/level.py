"""A Kommune's page, how it is: headline figures, the curve of its people with the process beneath, its profile."""

from __future__ import annotations

import streamlit as st

from zwk_data.demography import figures, indicators, portrait, portrait_text
from zwk_data.demography.portrait import Subject
from zwk_data.demography.source_lines import of_headline, source_line
from zwk_data.profile import places
from zwk_data.records import quick_entry
from zwk_data.views import demography, process
from zwk_data.views.profile import DRAFT, sheet
from zwk_data.web.kit import parts
from zwk_data.web.kit.tables import Link, page_link
from zwk_data.web.login import login
from zwk_data.web.shell import site

#: the curve begins here: the census base of most figures
SINCE = 2011
#: number of sentences of the portrait on top, and of points of the profile
SENTENCES, POINTS = 3, 3
#: pages that show one Kommune, in the order of the menu
_ELSEWHERE = ("demografie", "kommunalprofil", "stufen", "themen", "zwischenbilanz", "sitzung", "datenpflege")


def ways(participant_id: str) -> None:
    """Links to all pages that have more of this Kommune, for those who may open them."""
    role = login.role()
    pages = {page.path: page for page in site.MENU if login.admits(page.roles, role)}
    links: list[str | Link] = ["Mehr: "]
    for path in _ELSEWHERE:
        if path in pages:
            links += [Link(pages[path].title, page_link(path, kommune=participant_id)), " · "]
    parts.linked_text(links[:-1])


def headline(me: Subject) -> None:
    """Words and headline figures."""
    numbers = figures.headline(me.id)
    parts.prose(portrait_text.portrait_text(me.id)[:SENTENCES])
    parts.figures(list(numbers[["label", "value", "help"]].itertuples(index=False, name=None)))
    parts.source_line(source_line(of_headline(me.id, numbers), computed=True))


def curve(me: Subject) -> None:
    """People over the years, with the process beneath unless it is switched off."""
    population = indicators.indicators()["population"]
    as_index = not me.small
    around = tuple(portrait.preselected(list(me.around))) if as_index else ()
    found, _ = demography.trend(me, population, around, median=as_index, as_index=as_index, since=SINCE)
    if found is None:
        parts.notice("Für diese Kommune liegt hier keine Bevölkerung über mehrere Jahre vor.")
        return
    with_process = st.toggle("Prozess unter der Kurve zeigen", True, key="prozess", bind="query-params")
    made = process.on_curve(found.chart, me.id) if with_process else found.chart
    parts.show(made, key="kurve", level=2)


def profile_in_short(participant_id: str) -> None:
    """What stands out, and the first strengths and weaknesses."""
    place = places.place_of_participant(participant_id)
    made = sheet(place, quick_entry.profile_texts(participant_id))
    parts.section("Kommunalprofil in Kürze")
    if made.out:
        parts.points(made.out[:POINTS])
    left, right = st.columns(2, gap="large")
    for column, title, told in zip((left, right), ("Stärken", "Schwächen"), (made.good, made.bad), strict=True):
        with column:
            parts.subsection(title)
            parts.points(told[:POINTS])
    if not all(made.is_own):
        parts.linked_text([DRAFT])
    parts.source_line(made.source)
    parts.linked_text([Link("Das ganze Profil", page_link("kommunalprofil", kommune=participant_id))])
