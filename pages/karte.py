"""Karte: one indicator of one year on a map of Länder, Kreise, Gemeinden or participants."""

import streamlit as st

from zwk_data import settings
from zwk_data.demography import indicators, mapdata
from zwk_data.demography.indicators import LAYERS, Indicator
from zwk_data.views.map import map_view
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, choose_year

parts.page_header(
    "Karte",
    "Wie steht ein Gebiet im Vergleich da? Jede Kennzahl und jedes Jahr, für das es amtliche Zahlen gibt. Die Punkte "
    "sind die Kommunen der Zukunftswerkstatt; ein Klick auf einen Punkt öffnet ihre Demografie.",
)


def chosen() -> tuple[str, Indicator, int]:
    """The choices above the map: layer, indicator and year."""
    catalog = indicators.indicators()
    layers = {key: many for key, (_, many) in LAYERS.items()}
    row, notices = st.container(horizontal=True), st.container()
    with row:
        place = st.container()
        layer = choose("Ebene", layers, key="ebene", default="kreise", what="Die Ebene", notices=notices) or "kreise"
        years = mapdata.available(layer)
        names = {key: catalog[key].name for key in years}
        with place:
            first = mapdata.DEFAULT
            key = choose("Kennzahl", names, key="kennzahl", default=first, what="Die Kennzahl", notices=notices)
            indicator = catalog[key or first]
        known = years[indicator.id]
        year = choose_year(reversed(known), default=mapdata.default_year(indicator.id, known), notices=notices)
    return layer, indicator, year


@st.fragment
def view() -> None:
    """All that changes with a choice: only this runs again."""
    layer, indicator, year = chosen()
    shown = map_view(layer, indicator.id, year)
    left, right = st.columns([5, 4], gap="large")
    with left:
        participant = parts.show(shown.chart, key="karte", level=2)
    if participant:
        st.switch_page(settings.PAGES / "demografie.py", query_params={"kommune": participant})
    with right:
        parts.section("Was die Karte zeigt", f"{indicator.definition} {indicator.direction}")
        title = f"Die höchsten und die niedrigsten Werte, {year}"
        parts.html_table(shown.ends, title, numeric=list(shown.ends.columns[1:]))
        if shown.gaps:
            parts.notice(shown.gaps)
        if indicator.source_note not in shown.chart.note:
            parts.linked_text([indicator.source_note])


view()
