"""The tabs „Altersaufbau“, „Ausblick 2040“ (the Modellrechnung) and „Ähnliche Orte“ (statistical twins)."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from zwk_data.charts.features import source_of
from zwk_data.demography import ages, portrait, twins
from zwk_data.demography.portrait import Subject
from zwk_data.demography.source_lines import source_line
from zwk_data.errors import ZwkError
from zwk_data.german import NOT_DOCUMENTED, number, with_unit
from zwk_data.views import demography
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, choose_year
from zwk_data.web.kit.tables import Link, page_link


@st.fragment
def age_structure(me: Subject) -> None:
    """The pyramid beside an area, the measures of ageing, earlier years, births and deaths."""
    years = ages.years(me.id)
    if years:
        _pyramid(me, years)
    else:
        parts.notice("Nicht belegt: Für diese Kommune liegt hier keine Bevölkerung nach Alter vor.")
    births = demography.births(me)
    if births is None:
        parts.notice("Nicht belegt: Für diese Kommune liegen hier keine Geburten und Sterbefälle vor.")
    else:
        parts.show(births.chart, key="geburten", level=2)


def _pyramid(me: Subject, years: list[int]) -> None:
    others = {f"{area.level}-{area.key}": area for area in (*me.around, ages.MEDIAN_AREA)}
    names = {key: area.name for key, area in others.items()}
    against = portrait.against(list(me.around))
    preset = f"{against.level}-{against.key}"
    row, notices = st.container(horizontal=True), st.container()
    with row:
        year = choose_year(years, key="alter", default=years[0], notices=notices)
        line = choose("Linie zum Vergleich", names, key="linie", default=preset, what="Der Vergleich", notices=notices)
    other = others[line or preset]
    left, right = st.columns([5, 4], gap="large")
    with left:
        parts.show(demography.pyramid(me, year, other).chart, key="pyramide", level=2)
    with right:
        _measures(me, year)
    if len(years) > 1:
        parts.show(demography.pyramids(me, other), key="pyramiden", level=2)


def _measures(me: Subject, year: int) -> None:
    """The measures of ageing, one row each, one column per place."""
    frame = ages.ageing_table(me.id, year)
    parts.section(f"Maße der Alterung, {year}")
    if frame.empty:
        parts.notice("Für dieses Jahr lässt sich kein Maß berechnen.")
        return
    text = [
        with_unit(value, unit, decimals) if pd.notna(value) else NOT_DOCUMENTED
        for value, unit, decimals in zip(frame["value"], frame["unit"], frame["decimals"], strict=True)
    ]
    wide = frame.assign(text=text, name=frame["name"].fillna(me.short)).pivot_table(
        index="label", columns="name", values="text", aggfunc="first", sort=False
    )
    columns = list(dict.fromkeys(frame["name"].fillna(me.short)))
    wide = wide.loc[list(dict.fromkeys(frame["label"])), columns].rename_axis(None, axis=1)
    parts.html_table(
        wide.rename_axis("Maß").reset_index(), f"Neben den umgebenden Gebieten, 31.12.{year}", numeric=columns
    )
    parts.source_line(source_line(frame))
    with st.expander("Was die Maße bedeuten", key="masse", type="compact"):
        entries = frame.drop_duplicates("label")
        parts.glossary([(label, [text]) for label, text in zip(entries["label"], entries["definition"], strict=True)])


def outlook(me: Subject) -> None:
    """The Modellrechnung, or why there is none."""
    try:
        chart, words = demography.outlook(me)
    except ZwkError as error:
        parts.notice(str(error))
        return
    parts.section("Eine Modellrechnung, keine Vorhersage", words)
    parts.show(chart, key="ausblick")
    parts.linked_text(
        [
            "Verfahren, Basisjahre und die Proben an früheren Jahren: ",
            Link("Quellen und Methodik", page_link("quellen", teil="modellrechnung")),
            ".",
        ]
    )


def similar(me: Subject) -> None:
    """Twins in all of Germany and among the participants, and the profile; or why there are none."""
    try:
        found = twins.twins(me.id)
    except ZwkError as error:
        parts.notice(str(error))
        return
    parts.section("Statistische Zwillinge", f"{twins.twins_words(found)} {twins.mahalanobis_words(found)}")
    parts.html_table(_twins_table(found), "Die ähnlichsten Orte in Deutschland, der ähnlichste zuerst")
    parts.linked_text(["Je kleiner der Abstand, desto ähnlicher."])
    parts.source_line(source_of("kreis" if me.is_kreis else "gemeinde"))
    inside = twins.zwk_twins(me.id)
    parts.section(
        "Zwillinge in der Zukunftswerkstatt",
        "Welche teilnehmenden Kommunen sind dieser Kommune in diesen Merkmalen am ähnlichsten?",
    )
    parts.html_table(_twins_table(inside), "Die ähnlichsten teilnehmenden Kommunen")
    parts.show(demography.profile(me.id), key="profil")
    parts.linked_text(
        ["Merkmale und Verfahren: ", Link("Quellen und Methodik", page_link("quellen", teil="zwillinge")), "."]
    )


def _twins_table(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Ort": frame["name"],
            "Land": frame["land"],
            "Abstand": [number(value, 2) for value in frame["distance"]],
            "Darin gleich": frame["alike"],
            "Darin verschieden": frame["differ"],
            "Bestand": [with_unit(100 * value, "%", 0) for value in frame["stability"]],
        }
    )
