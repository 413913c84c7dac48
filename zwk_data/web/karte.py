"""The page Karte: what is chosen, and the map with what it tells."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from zwk_data import settings
from zwk_data.charts.trend import SEVERAL
from zwk_data.demography import indicators, mapdata
from zwk_data.demography.indicators import LAYERS, Indicator
from zwk_data.demography.mapdata import Extent, extent, places
from zwk_data.programme import participants
from zwk_data.views import maps
from zwk_data.views.maps import map_view
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, choose_many, choose_part, choose_year, correct_address
from zwk_data.web.kit.markup import Link, page_link

#: the layer of what lies in a place, by the length of its key
BELOW = {0: "kreise", 2: "kreise", 5: "gemeinden", 8: "gemeinden"}
#: what the cloud of points opens with
CLOUD = ("census_share_67plus", "population_index")
PLACE, LAYER, FILM = "gebiet", "ebene", "film"


def choose_figure(notices: DeltaGenerator) -> tuple[str, Indicator, int]:
    """The layer, and an indicator and a year of those that there are on it."""
    figure, beside = st.container(), st.container(horizontal=True)
    layers = {key: many for key, (_, many) in LAYERS.items()}
    with beside:
        layer = choose("Ebene", layers, key=LAYER, default="kreise", what="Die Ebene", notices=notices) or "kreise"
    catalog = indicators.indicators()
    years = mapdata.available(layer)
    names = {key: catalog[key].name for key in years}
    first = mapdata.DEFAULT
    with figure:
        key = choose("Kennzahl", names, key="kennzahl", default=first, what="Die Kennzahl", notices=notices)
    indicator = catalog[key or first]
    known = years[indicator.id]
    latest = mapdata.default_year(indicator.id, known)
    with beside:
        year = choose_year(reversed(known), default=latest, notices=notices)
    return layer, indicator, year


def choose_place(notices: DeltaGenerator) -> Extent:
    """What part of the country is meant; typing searches. A Land also offers its Kreise, a Kreis its Gemeinden."""
    options = places(st.query_params.get(PLACE, ""))
    key = choose("Gebiet oder Kommune suchen", options, key=PLACE, default="", what="Das Gebiet", notices=notices)
    return extent(key or "")


VIEWS = {"karte": "Karte", "streuung": "Zwei Kennzahlen", "verlauf": "Kommunen im Verlauf"}


def show() -> None:
    """The view that the address asks for: the map, two indicators, or several Kommunen over the years."""
    problem = correct_address("ansicht", VIEWS, "Die Ansicht", fallback="karte")
    if st.query_params.get("ansicht", "karte") == "karte":
        show_map(problem)
        return
    parts.page_header("Karte", "Zwei Kennzahlen nebeneinander, oder mehrere Kommunen in einem Verlauf.")
    notices = st.container()
    if problem:
        parts.notice(problem, kind="warning")
    view = choose_part(VIEWS, key="ansicht", label="Ansicht")
    (show_trends if view == "verlauf" else show_cloud)(notices)


def show_cloud(notices: DeltaGenerator) -> None:
    """Two indicators of one year, participants and the twins of one of them marked; the marked places as a table."""
    layers = {key: many for key, (_, many) in LAYERS.items()}
    catalog = indicators.indicators()
    with st.container(horizontal=True):
        layer = choose("Ebene", layers, key=LAYER, default="kreise", what="Die Ebene", notices=notices) or "kreise"
        names = {key: catalog[key].name for key in mapdata.available(layer)}
        x = choose("Kennzahl", names, key="kennzahl", default=CLOUD[0], what="Die Kennzahl", notices=notices)
        y = choose("Zweite Kennzahl", names, key="zweite", default=CLOUD[1], what="Die Kennzahl", notices=notices)
        years = maps.common_years(layer, x or CLOUD[0], y or CLOUD[1])
        if years:
            latest = maps.usual_year(layer, x or CLOUD[0], y or CLOUD[1])
            year = choose_year(reversed(years), default=latest, notices=notices)
        marked = choose("Hervorheben", participants.names(), key="kommune", placeholder="keine", notices=notices)
    if not years or not x or not y:
        parts.notice("Für diese beiden Kennzahlen gibt es kein gemeinsames Jahr. Bitte eine andere wählen.")
        return
    shown = maps.cloud(layer, x, y, year, marked or "")
    left, right = st.columns([3, 2], gap="large")
    with left:
        parts.show(shown.chart, key="streuung", level=2)
        if shown.gaps:
            parts.notice(shown.gaps)
    with right:
        numeric = list(shown.marked.columns[2:])
        parts.html_table(shown.marked, f"Die hervorgehobenen Orte, {year}", numeric=numeric, max_height=600)


def show_trends(notices: DeltaGenerator) -> None:
    """Any Kommunen together in one figure."""
    catalog = indicators.indicators()
    known = {key: one.name for key, one in catalog.items() if len(mapdata.available("teilnehmende").get(key, ())) > 1}
    picked = choose_many(
        "Kommunen",
        participants.names(),
        key="kommunen",
        placeholder="Kommunen wählen",
        most=len(SEVERAL),
        what="Die Kommune",
        notices=notices,
    )
    with st.container(horizontal=True):
        key = choose("Kennzahl", known, key="kennzahl", default="population", what="Die Kennzahl", notices=notices)
        indicator = catalog[key or "population"]
        forms = {"index": "Index, 2011 = 100", "absolut": "Absolute Zahlen"}
        form = "absolut"
        if indicator.has_index:
            form = choose("Darstellung", forms, key="form", default="index", notices=notices) or "index"
    if not picked:
        parts.notice(f"Bitte bis zu {len(SEVERAL)} Kommunen wählen: Sie stehen dann gemeinsam in einem Verlauf.")
        return
    chart, gaps = maps.trends(picked, indicator, as_index=form == "index")
    if chart is not None:
        parts.show(chart, key="verlauf", level=2)
    if gaps:
        parts.notice(gaps)


def show_map(problem: str) -> None:
    """The choices, the map beside them as high as the screen, and what it shows in words and numbers.

    ``problem``: what was wrong in the address, or nothing.
    """
    with st.container(key="karte-raster", gap=None):
        head, picture, foot = (st.container(key=f"karte-{part}") for part in ("kopf", "bild", "fuss"))
    with head:
        parts.page_header(
            "Karte",
            "Wie steht ein Gebiet im Vergleich da? Jede Kennzahl und jedes Jahr, für das es amtliche Zahlen gibt. Ein "
            "Klick auf ein Gebiet führt hinein, ein Klick auf einen Punkt zu einer Kommune der Zukunftswerkstatt.",
        )
        notices = st.container()
        if problem:
            parts.notice(problem, kind="warning")
        choose_part(VIEWS, key="ansicht", label="Ansicht")
        about = choose_place(notices)
        trail(about)
        layer, indicator, year = choose_figure(notices)
    film = st.query_params.get(FILM) == "ja"
    shown = map_view(layer, indicator.id, year, about.key, film=film)
    with picture:
        answers = {"point": partial(_go_into, indicator, year), "year": _stand_on}
        clicked = parts.show(shown.chart, key="karte", level=2, on_select=answers)
    if clicked and not clicked.isdigit():
        st.switch_page(settings.PAGES / "demografie.py", query_params={"kommune": clicked})
    with foot, parts.one_element():
        parts.section("Was die Karte zeigt", f"{indicator.definition} {indicator.direction}")
        where = f" in {about.name}" if about.key else ""
        ends = shown.ends if len(shown.ends) > 1 else shown.ends.drop(columns="Rang")
        if len(ends):
            title = f"Die höchsten und die niedrigsten Werte{where}, {year}" if len(ends) > 1 else f"Stand {year}"
            parts.html_table(ends, title, numeric=list(ends.columns[1:]))
        if shown.gaps:
            parts.notice(shown.gaps)
        if indicator.source_note not in shown.chart.note:
            parts.linked_text([indicator.source_note])


def trail(about: Extent) -> None:
    """The way back, from Germany down to the place: every step a button, the last one where we are."""
    if not about.key:
        return
    with st.container(horizontal=True, key="karte-weg"):
        for key, name in about.trail[:-1]:
            st.button(f"{name} ›", key=f"weg-{key}", type="tertiary", on_click=go_to, args=(key,))
        own: list[str | Link] = []
        if not about.key.isdigit():
            own = [": ", Link("Demografie", page_link("demografie", kommune=about.key))]
        elif len(about.key) > 2:
            own = [": ", Link("Kommunalprofil", page_link("kommunalprofil", gebiet=about.key))]
        parts.linked_text([about.name, *own])


def go_to(key: str) -> None:
    """Look at a place and what lies in it."""
    st.query_params.pop(FILM, None)
    _put(PLACE, key)
    layer = BELOW.get(len(key), "gemeinden") if key.isdigit() or not key else ""
    if layer:
        _put(LAYER, "" if layer == "kreise" else layer)


def _put(name: str, value: str) -> None:
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def _go_into(indicator: Indicator, year: int, clicked: str) -> None:
    """Look into the area clicked on."""
    if not clicked.isdigit():
        return
    if year in mapdata.available(BELOW[len(clicked)]).get(indicator.id, ()):
        go_to(clicked)
    else:
        # the Kreis can be looked at, but its Gemeinden have no such figure
        _put(PLACE, clicked)


def _stand_on(year: int) -> None:
    """The film begins or rests on a year; 0: it ends."""
    _put(FILM, "ja" if year else "")
    if year:
        st.query_params["jahr"] = str(year)
