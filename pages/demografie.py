"""Demografie: one participant, its trend beside others, its ages, its births and deaths, and every figure."""

import streamlit as st

from zwk_data import german
from zwk_data.charts.trend import trend_chart
from zwk_data.demography import areas, breaks, figures, headline, indicators, portrait, series, sources
from zwk_data.programme import participants
from zwk_data.web import parts
from zwk_data.web.choice import choose
from zwk_data.web.demography_parts import ages_part, all_figures, events_part, everyone, spell
from zwk_data.web.permalink import settle

people = parts.cached(participants.participants)().set_index("participant_id")
catalog = parts.cached(indicators.indicators)()

parts.page_header(
    "Demografie",
    "Wohin entwickelt sich eine Kommune, und ist das normal? Neben ihr stehen ihr Kreis, ihr Land, Deutschland und "
    "die anderen teilnehmenden Kommunen.",
)
problem = settle("kommune", people["name"].to_dict(), "Die Kommune")
chosen = choose("Kommune", people["name"].to_dict(), key="kommune", placeholder="Kommune wählen")
if problem:
    parts.notice(problem, kind="warning")
if not chosen:
    everyone()
    st.stop()

me = people.loc[chosen]
name = me["name"]
around = parts.cached(areas.comparisons)(chosen)
small = parts.cached(areas.is_small)(chosen)

parts.section(name, parts.cached(portrait.description)(chosen, me["kind_de"]))
if me["kind"] == "quartier":
    parts.notice(portrait.whole_city(name, me["quarter"]))
if small:
    parts.notice("Hier leben weniger als 1.000 Menschen. Wo wenige zählen, stehen Zahlen statt Prozente.")
numbers = parts.cached(headline.headline)(chosen)
parts.figures(list(numbers[["label", "value", "help"]].itertuples(index=False, name=None)))
parts.source_line(parts.cached(sources.attribution)(spell(numbers)))


@st.fragment
def development() -> None:
    """The trend: indicator, index or numbers, and what to compare with."""
    parts.section("Entwicklung")
    names = {key: catalog[key].name for key in parts.cached(series.shown)(chosen)}
    wrong = settle("kennzahl", names, "Die Kennzahl", fallback="population")
    with st.container(horizontal=True):
        indicator = catalog[choose("Kennzahl", names, key="kennzahl", default="population") or "population"]
        form = "absolut"
        if indicator.has_index:
            forms = {"index": "Index, 2011 = 100, mit Vergleich", "absolut": "Absolute Zahlen, nur diese Kommune"}
            form = choose("Darstellung", forms, key="form", default="absolut" if small else "index") or "index"
    if wrong:
        parts.notice(wrong, kind="warning")
    compare = not indicator.is_count or form == "index"
    labels = {area.name: area for area in around}
    picked = list(labels)
    if compare:
        picked = st.pills(
            "Vergleichen mit",
            [*labels, series.MEDIAN],
            selection_mode="multi",
            default=[*(area.name for area in portrait.preselected(around)), series.MEDIAN],
            key=f"vergleich-{chosen}",
        )
    frame = parts.cached(series.trend)(
        chosen,
        me["short"],
        indicator.id,
        tuple(labels[label] for label in picked if label in labels) if compare else (),
        median=compare and series.MEDIAN in picked,
        as_index=form == "index",
    )
    if not (frame["role"] == "participant").any():
        parts.notice(f"{indicator.name}: Für {name} ist hier keine Zahl veröffentlicht.")
    if frame.empty:
        return
    found = breaks.breaks(indicator.id, parts.cached(areas.land_keys)(chosen))
    chart = trend_chart(
        frame,
        indicator,
        breaks=found,
        source=parts.cached(sources.attribution)(spell(frame)),
        filename=f"{chosen}_{indicator.id}",
        base_year=series.BASE_YEAR if form == "index" else None,
        note=f"{indicator.name}: {indicator.definition} {portrait.trend_note(found, frame)}",
    )
    parts.show(chart, key="trend")


development()

left, right = st.columns(2, gap="large")
with left:
    ages_part(chosen, name, portrait.against(around), in_percent=not small)
with right:
    events_part(chosen, name)

counted = parts.cached(figures.counted)(chosen)
parts.section(
    "Alle Zahlen",
    f"{german.number(counted['figures'].sum())} Zahlen, jede mit Angabe, Gebietsstand und Quelle. Die Abbildungen oben "
    "lassen sich mit dem Kamerasymbol an ihrem rechten Rand als PNG sichern.",
)
all_figures(chosen, name, catalog, counted)
