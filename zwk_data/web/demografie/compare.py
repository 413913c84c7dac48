"""The instrument: one to three indicators, their years, groups to compare with, four views of the same figures."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from zwk_data.demography import areas, comparison, groups, mapdata, portrait, series
from zwk_data.demography.indicators import Indicator, indicators
from zwk_data.demography.portrait import Subject
from zwk_data.demography.source_lines import source_line
from zwk_data.german import listing, with_unit
from zwk_data.programme import participants
from zwk_data.views import one_kommune
from zwk_data.views.maps import around
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, choose_many, choose_part, choose_year
from zwk_data.web.kit.markup import Link, page_link

OWN_GROUP = "eigene"
#: search hits offered beside the usual choices
HITS = 50


def _no_figure(me: Subject, indicator: Indicator) -> str:
    """The sentence for a participant without any published figure, with those of the Verband and Kreise around it."""
    found = comparison.newest(me.id, indicator.id)
    around = [_told(row, indicator) for row in found[found["role"].isin(["verband", "kreis"])].itertuples()]
    beside = f"; {listing(around)}" if around else ""
    return f"{indicator.name}: Für {me.name} ist hier keine Zahl veröffentlicht{beside}."


def _one_year(me: Subject, indicator: Indicator) -> str:
    """Text for an indicator without a line to draw."""
    found = comparison.newest(me.id, indicator.id)
    told = [_told(row, indicator) for row in found.itertuples()]
    if "participant" not in set(found["role"]):
        return _no_figure(me, indicator)
    return f"{indicator.name}: {listing(told)}. Einen Verlauf gibt es hier nicht, aber den Vergleich und die Karte."


def _told(row: Any, indicator: Indicator) -> str:
    """``Landkreis Meißen 5,4 % (2023)``."""
    return f"{row.name} {with_unit(row.value, indicator.unit, indicator.decimals)} ({row.year})"


def _choose_groups(me: Subject, notices: DeltaGenerator) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The groups to compare with, and who belongs to the own one, if that is among them.

    ``notices``: where unknown ids of the address and an empty own group are reported.
    """
    options = {group.key: group.name for group in groups.groups(me.id)}
    picked = choose_many(
        "Vergleichen mit",
        options,
        key="gruppen",
        default=tuple(key for key in GROUPS if key in options),
        placeholder="Gruppe wählen",
        what="Die Gruppe",
        notices=notices,
    )
    if OWN_GROUP not in picked:
        return picked, ()
    own = _edit_own_group(me, notices)
    if own:
        return picked, own
    with notices:
        parts.notice("Die eigene Gruppe ist noch leer. Bitte darin Kommunen oder Gebiete wählen.", kind="warning")
    return tuple(key for key in picked if key != OWN_GROUP), ()


def _edit_own_group(me: Subject, notices: DeltaGenerator) -> tuple[str, ...]:
    """Let the reader compose a group; returns the keys of its participants and areas."""
    known = areas.names("kreise" if me.is_kreis else "gemeinden")
    with st.container(horizontal=True):
        what = "Kreis" if me.is_kreis else "Gemeinde"
        wanted = st.text_input(f"{what} suchen", key="eigene-suche", placeholder="Name oder Anfang des Namens").strip()
        hits = known[known.str.contains(wanted, case=False, regex=False)].head(HITS) if wanted else known.head(0)
        asked = st.query_params.get(OWN_GROUP, "").split(",")
        near = known[known.index.str.startswith(tuple(areas.members(me.id, "kreis")))]
        people = pd.Series(participants.names()).drop(me.id)
        offered = pd.concat([people, near.head(400), hits, known[known.index.isin(asked)]])
        return choose_many(
            "Eigene Gruppe",
            {str(key): str(name) for key, name in offered.items()},
            key=OWN_GROUP,
            placeholder="Kommunen und Gebiete wählen",
            what="Der Ort",
            notices=notices,
        )


#: the switch for stages, measures and sessions beneath the lines
PROCESS = "prozess"
FORMS = {"index": "Index, 2011 = 100, mit Vergleich", "absolut": "Absolute Zahlen, nur diese Kommune"}
STATES = {"heute": "Gebietsstand 2023, umgerechnet", "damals": "Wie veröffentlicht"}


def _trend_settings(me: Subject, chosen: list[Indicator]) -> tuple[str, bool, tuple[str, ...]]:
    """Draw the widgets: index or numbers, which territory, whom to compare with (labels)."""
    with st.container(horizontal=True):
        form = "absolut"
        if any(one.has_index for one in chosen):
            form = choose("Darstellung", FORMS, key="form", default="absolut" if me.small else "index") or "index"
        published = choose("Gebietsstand", STATES, key="stand", default="heute") == "damals"
        st.toggle("Prozess unter der Kurve", True, key=PROCESS, bind="query-params")
    labels = [area.name for area in me.around]
    if form == "absolut" and all(one.is_count for one in chosen):
        return form, published, ()
    options = labels if published else [*labels, series.MEDIAN]
    preset = [*(area.name for area in portrait.preselected(list(me.around))), series.MEDIAN]
    picked = st.pills(
        "Vergleichen mit",
        options,
        selection_mode="multi",
        default=[label for label in preset if label in options],
        key=f"vergleich-{me.id}-{published}",
    )
    return form, published, tuple(picked)


def _trend(me: Subject, indicator: Indicator, form: str, published: bool, picked: tuple[str, ...], key: str) -> None:
    """Draw one indicator's lines, or say that the participant has none."""
    as_index = form == "index" and indicator.has_index
    compare = as_index or not indicator.is_count
    figure, has_own = one_kommune.trend(
        me,
        indicator,
        tuple(area for area in me.around if area.name in picked) if compare else (),
        median=compare and series.MEDIAN in picked,
        as_index=as_index,
        published=published,
        with_process=bool(st.session_state.get(PROCESS, True)),
    )
    if not has_own:
        parts.notice(_no_figure(me, indicator))
    if figure is not None:
        parts.show(figure.chart, key=key, at_once=True)
    if has_own:
        address = page_link(f"einbetten/verlauf/{me.id}/{indicator.id}")
        parts.linked_text([Link("Einbetten und zitieren", address, indicator.name)])


def _only_year(me: Subject, indicator: Indicator, key: str) -> None:
    """In place of a line: the participant's position in the only year there is, or the figure of its Kreis."""
    parts.notice(_one_year(me, indicator))
    years = comparison.years(me.id, indicator.id)
    if not years:
        parts.source_line(source_line(comparison.newest(me.id, indicator.id)))
        return
    known = {group.key for group in groups.groups(me.id)}
    usual = tuple(group for group in GROUPS if group in known)
    parts.show(one_kommune.strip(me, indicator, years[-1], usual), key=key)


VIEWS = {"verlauf": "Verlauf", "vergleich": "Vergleich", "karte": "Karte", "tabelle": "Tabelle"}
INDEX = mapdata.DEFAULT
MOST = 3
#: enough to say whether something is usual, few enough to be read at a glance
GROUPS = ("kreis", "land", "teilnehmende", "art", "zwillinge")


@st.fragment
def instrument(me: Subject) -> None:
    """All that changes with a choice: only this runs again."""
    catalog = indicators()
    once = series.of_one_year(me.id)
    keys = [*series.shown(me.id), *once, INDEX]
    names = {key: one.name for key, one in catalog.items() if key in keys}
    choices, notices = st.container(), st.container()
    with choices:
        view = choose_part(VIEWS, key="ansicht", label="Ansicht", what="Die Ansicht", notices=notices)
        wide, narrow = (st.container(), None) if view == "verlauf" else st.columns([3, 1])
    with wide:
        # numbers of people depend on the size of a place, so their change is compared instead
        chosen = choose_many(
            "Kennzahl",
            names,
            key="kennzahl",
            default=("population",) if view == "verlauf" else (INDEX,),
            placeholder="Kennzahl wählen",
            most=MOST,
            what="Die Kennzahl",
            notices=notices,
        )
    if not chosen:
        parts.notice("Bitte mindestens eine Kennzahl wählen.")
        return
    wanted = [catalog[key] for key in chosen]
    if narrow is None:
        lines = [one for one in wanted if one.id not in once]
        with choices:
            settings = _trend_settings(me, lines) if lines else None
        for place, indicator in enumerate(wanted):
            key = f"trend-{place}" if place else "trend"
            if settings is None or indicator.id in once:
                _only_year(me, indicator, key)
            else:
                _trend(me, indicator, *settings, key)
        return
    _in_one_year(me, wanted, view, choices, narrow, notices)


def _in_one_year(
    me: Subject,
    wanted: list[Indicator],
    view: str,
    choices: DeltaGenerator,
    narrow: DeltaGenerator,
    notices: DeltaGenerator,
) -> None:
    """Map or groups in the year chosen in ``narrow``; the groups are chosen in ``choices``."""
    years = comparison.years(me.id, wanted[0].id)
    if not years:
        parts.notice(_no_figure(me, wanted[0]), kind="warning")
        return
    with narrow:
        latest = mapdata.default_year(wanted[0].id, years)
        year = choose_year(reversed(years), default=latest, notices=notices)
    with choices:
        picked, own = ((), ()) if view == "karte" else _choose_groups(me, notices)
    if view != "karte" and not picked:
        parts.notice("Bitte mindestens eine Gruppe wählen.")
        return
    for place, indicator in enumerate(wanted):
        known = comparison.years(me.id, indicator.id)
        if not known:
            parts.notice(_no_figure(me, indicator))
            continue
        nearest = min(known, key=lambda one: (abs(one - year), -one))
        if view == "karte":
            level = "kreis" if me.is_kreis else "gemeinde"
            parts.show(around(me.id, me.name, level, indicator.id, nearest), key=f"umgebung-{place}")
            continue
        chart = one_kommune.strip(me, indicator, nearest, picked, own)
        if view == "vergleich":
            parts.show(chart, key=f"gruppen-{place}")
        else:
            parts.subsection(chart.title)
            parts.html_table(chart.table, f"{indicator.with_unit}, {nearest}", max_height=480)
            parts.linked_text([chart.note])
            parts.source_line(chart.source)
