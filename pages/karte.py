"""Karte: one indicator of one year on a map of Länder, Kreise, Gemeinden or participants."""

import streamlit as st

from zwk_data import paths
from zwk_data.charts.map import area_map
from zwk_data.demography import indicators, mapdata, ranking, sources
from zwk_data.demography.words import LAYERS
from zwk_data.geo import catalogue
from zwk_data.geo.layers import layer_url
from zwk_data.programme import places
from zwk_data.web import parts
from zwk_data.web.choice import choose
from zwk_data.web.permalink import settle

#: fine enough for the national view; a browser draws 11,000 Gemeinden only if they are coarse
DETAIL = "grob"


def chosen_participant(point: dict | None, layer: str, ids: list[str]) -> str | None:
    """The participant clicked on: a circle carries its id, an area of the participants' layer its place among them."""
    if not point:
        return None
    if isinstance(point["customdata"], str):
        return point["customdata"]
    return ids[int(point["location"]) - 1] if layer == "teilnehmende" and point["location"] else None


parts.page_header(
    "Karte",
    "Ist das normal? Jede Kennzahl und jedes Jahr, für das es amtliche Zahlen gibt. Die Punkte sind die Kommunen der "
    "Zukunftswerkstatt; ein Klick auf einen Punkt öffnet ihre Demografie.",
)


@st.fragment
def view() -> None:
    """All that changes with a choice: only this runs again."""
    catalog = parts.cached(indicators.indicators)()
    layers = {key: many for key, (_, many) in LAYERS.items()}
    problems = [settle("ebene", layers, "Die Ebene", fallback="kreise")]
    with st.container(horizontal=True):
        place = st.container()
        layer = choose("Ebene", layers, key="ebene", default="kreise") or "kreise"
        years = parts.cached(mapdata.available)(layer)
        names = {key: catalog[key].name for key in years}
        with place:
            problems.append(settle("kennzahl", names, "Die Kennzahl", fallback=mapdata.DEFAULT))
            indicator = catalog[choose("Kennzahl", names, key="kennzahl", default=mapdata.DEFAULT) or mapdata.DEFAULT]
        options = {str(year): str(year) for year in reversed(years[indicator.id])}
        problems.append(settle("jahr", options, "Das Jahr"))
        latest = str(mapdata.default_year(indicator.id, years[indicator.id]))
        year = int(choose("Jahr", options, key="jahr", default=latest) or latest)
    for problem in filter(None, problems):
        parts.notice(problem, kind="warning")

    values = parts.cached(mapdata.map_values, max_entries=32)(layer, indicator.id, year)
    points = places.points().merge(parts.cached(mapdata.participant_names)(), on="participant_id")
    if layer == "teilnehmende":
        points = points.merge(values[["area_key", "value"]], left_on="participant_id", right_on="area_key")
    used = tuple(sorted(values["source_id"].dropna().unique()))
    chart = area_map(
        values,
        indicator,
        year,
        layer=layer,
        layer_url=layer_url(layer, DETAIL),
        outline_url=layer_url("laender", DETAIL),
        hatch_urls=(layer_url("schraffur", "grob"), layer_url("schraffur", "mittel")),
        points=points,
        source=f"{parts.cached(sources.attribution)(used)}. Grenzen: {catalogue.source_note()}",
        note=mapdata.note(layer, indicator.id, year),
    )
    left, right = st.columns([5, 4], gap="large")
    with left:
        point = parts.show(chart, key="karte", level=2, stays=True)
    participant = chosen_participant(point, layer, points["participant_id"].tolist())
    if participant:
        st.switch_page(paths.PAGES / "demografie.py", query_params={"kommune": participant})
    with right:
        parts.section("Was die Karte zeigt", f"{indicator.definition} {indicator.direction}")
        ends = ranking.ends(values, indicator, layer)
        parts.html_table(ends, f"Die höchsten und die niedrigsten Werte, {year}", numeric=list(ends.columns[1:]))
        missing = mapdata.gaps(values, layer)
        if missing:
            parts.notice(missing)
        parts.source_line(indicator.source_note)


view()
