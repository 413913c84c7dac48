"""The instrument: one to three indicators, years, groups, and four views of the same figures."""

from __future__ import annotations

import streamlit as st

from zwk_data.charts.chart import Chart
from zwk_data.charts.strip import strip_chart
from zwk_data.demography import comparison, mapdata, series
from zwk_data.demography.indicators import Indicator
from zwk_data.web import own_group, parts, trend_part
from zwk_data.web.choice import choose, choose_many, choose_part
from zwk_data.web.map_view import around
from zwk_data.web.permalink import correct_address, correct_addresses
from zwk_data.web.subject import Subject, attribution, catalogue, no_figure

VIEWS = {"verlauf": "Verlauf", "vergleich": "Vergleich", "karte": "Karte", "tabelle": "Tabelle"}
INDEX = mapdata.DEFAULT
MOST = 3
#: enough to say whether something is usual, few enough to be read at a glance
GROUPS = ("kreis", "land", "teilnehmende", "art", "zwillinge")


@st.fragment
def instrument(me: Subject) -> None:
    """All that changes with a choice: only this runs again."""
    catalog = catalogue()
    keys = [*parts.cached(series.shown)(me.id), INDEX]
    names = {key: one.name for key, one in catalog.items() if key in keys}
    problems = [correct_addresses("kennzahl", names, "Die Kennzahl"), correct_address("ansicht", VIEWS, "Die Ansicht")]
    view = choose_part(VIEWS, key="ansicht", label="Ansicht")
    wide, narrow = (st.container(), None) if view == "verlauf" else st.columns([3, 1])
    with wide:
        # numbers of people grow with the place: side by side stands how they have changed
        default = ("population",) if view == "verlauf" else (INDEX,)
        chosen = choose_many(
            "Kennzahl", names, key="kennzahl", default=default, placeholder="Kennzahl wählen", most=MOST
        )
    if not chosen:
        parts.notice("Bitte mindestens eine Kennzahl wählen.")
        return
    indicators = [catalog[key] for key in chosen]
    if narrow is None:
        _lines(me, indicators, problems)
        return
    years = parts.cached(comparison.years)(me.id, indicators[0].id)
    if not years:
        _tell([*problems, no_figure(me, indicators[0])])
        return
    options = {str(year): str(year) for year in sorted(years, reverse=True)}
    problems.append(correct_address("jahr", options, "Das Jahr"))
    latest = str(mapdata.default_year(indicators[0].id, sorted(years)))
    with narrow:
        year = int(choose("Jahr", options, key="jahr", default=latest) or latest)
    if view == "karte":
        _tell(problems)
        for place, indicator in enumerate(indicators):
            _map(me, indicator, year, f"umgebung-{place}")
        return
    picked, told = own_group.choose_groups(me, GROUPS)
    problems.append(told)
    own: tuple[str, ...] = ()
    if own_group.OWN_GROUP in picked:
        own, told = own_group.edit_own_group(me)
        problems.append(told)
        if not own:
            picked = tuple(key for key in picked if key != own_group.OWN_GROUP)
            problems.append("Die eigene Gruppe ist noch leer. Bitte darin Kommunen oder Gebiete wählen.")
    _tell(problems)
    if not picked:
        parts.notice("Bitte mindestens eine Gruppe wählen.")
        return
    for place, indicator in enumerate(indicators):
        _groups(me, indicator, year, picked, own, view, f"gruppen-{place}")


def _lines(me: Subject, indicators: list[Indicator], problems: list[str]) -> None:
    form, published, picked = trend_part.trend_settings(me, indicators)
    _tell(problems)
    for place, indicator in enumerate(indicators):
        trend_part.trend(me, indicator, form, published, picked, f"trend-{place}" if place else "trend")


def _tell(problems: list[str]) -> None:
    for problem in filter(None, problems):
        parts.notice(problem, kind="warning")


def _near(indicator: Indicator, me: Subject, year: int) -> int | None:
    """The year, or the nearest one the participant has this indicator for."""
    years = parts.cached(comparison.years)(me.id, indicator.id)
    return min(years, key=lambda one: (abs(one - year), -one)) if years else None


def _map(me: Subject, indicator: Indicator, wanted: int, key: str) -> None:
    year = _near(indicator, me, wanted)
    if year is None:
        parts.notice(no_figure(me, indicator))
        return
    parts.show(around(me.id, me.name, "kreis" if me.is_kreis else "gemeinde", indicator.id, year), key=key, stays=True)


def _groups(
    me: Subject,
    indicator: Indicator,
    wanted: int,
    picked: tuple[str, ...],
    own: tuple[str, ...],
    view: str,
    key: str,
) -> None:
    year = _near(indicator, me, wanted)
    if year is None:
        parts.notice(no_figure(me, indicator))
        return
    chart = parts.cached(_strip)(me, indicator, year, picked, own)
    if view == "vergleich":
        parts.show(chart, key=key)
    else:
        parts.subsection(chart.title)
        parts.html_table(chart.table, f"{indicator.with_unit}, {year}", max_height=480)
        parts.linked_text([chart.note])
        parts.source_line(chart.source)


def _strip(me: Subject, indicator: Indicator, year: int, picked: tuple[str, ...], own: tuple[str, ...]) -> Chart:
    found = comparison.distribution(me.id, indicator.id, year, picked, own)
    return strip_chart(
        found,
        comparison.position(found),
        indicator,
        year,
        name=me.short,
        references=comparison.references(me.id, indicator.id, year),
        source=attribution(found),
        filename=f"{me.id}_{indicator.id}_{year}_vergleich",
        note=mapdata.note("kreise" if me.is_kreis else "gemeinden", indicator.id, year),
    )
