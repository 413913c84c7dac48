"""The list of all participants; of one the tabs „Altersaufbau“, „Ausblick 2040“, „Ähnliche Orte“, and all figures."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.charts.together import source_of
from zwk_data.demography import ages, figures, history, portrait, twins
from zwk_data.demography.indicators import Indicator
from zwk_data.demography.portrait import Subject
from zwk_data.demography.source_lines import of_participant, source_line
from zwk_data.errors import ZwkError
from zwk_data.export.csv import to_csv
from zwk_data.german import NOT_DOCUMENTED, number, with_unit
from zwk_data.schema.words import KINDS
from zwk_data.views import one_kommune
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose, choose_year
from zwk_data.web.kit.components import table_files, with_quelle
from zwk_data.web.kit.markup import Link, page_link


@st.fragment
def age_structure(me: Subject) -> None:
    """The pyramid beside an area, the measures of ageing, earlier years, births and deaths."""
    years = ages.years(me.id)
    if years:
        _pyramid(me, years)
    else:
        parts.notice("Nicht belegt: Für diese Kommune liegt hier keine Bevölkerung nach Alter vor.")
    births = one_kommune.births(me)
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
        parts.show(one_kommune.pyramid(me, year, other).chart, key="pyramide", level=2)
    with right:
        _measures(me, year)
    if len(years) > 1:
        parts.show(one_kommune.pyramids(me, other), key="pyramiden", level=2)


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
        chart, words = one_kommune.outlook(me)
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
    parts.show(one_kommune.profile(me.id), key="profil")
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


def everyone() -> None:
    """All participants with their population, each leading to its page."""
    frame = portrait.overview()
    parts.linked_table(
        {
            "Kommune": [
                Link(name, page_link("demografie", kommune=key))
                for key, name in zip(frame["participant_id"], frame["name"], strict=True)
            ],
            "Land": frame["land"].tolist(),
            "Art": frame["kind"].map(KINDS).tolist(),
            "Bevölkerung": [
                f"{german.number(people)} ({year})" if pd.notna(people) else german.NOT_DOCUMENTED
                for people, year in zip(frame["people"], frame["year"], strict=True)
            ],
            "Veränderung 2011 bis 2023": [german.number(change, sign=True) for change in frame["change"]],
        },
        "Alle Kommunen; bei Stadtquartieren die Zahl der ganzen Stadt",
        numeric=("Bevölkerung", "Veränderung 2011 bis 2023"),
    )


def portrait_notices(me: Subject, quarter: str) -> list[str]:
    """What readers must know about a participant before reading its figures."""
    told = [history.origin_words(me.id)]
    if me.kind == "quartier":
        told.insert(0, portrait.whole_city(me.name, quarter))
    if me.small:
        told.append(
            "Hier leben weniger als 1.000 Menschen: Weil schon wenige viel ausmachen, stehen Zahlen statt Prozente."
        )
    return [one for one in told if one]


@st.fragment
def all_figures(participant_id: str, name: str, catalog: Mapping[str, Indicator], counted: pd.DataFrame) -> None:
    """One indicator's figures as a table when opened, and downloads of all of them."""
    with st.expander("Zahlen zeigen und herunterladen", key="zahlen", on_change="rerun", type="compact") as box:
        if not box.open:
            return
        present = set(counted["indicator_id"])
        names = {key: entry.name for key, entry in catalog.items() if key in present}
        key = st.selectbox(
            "Kennzahl der Tabelle", list(names), format_func=lambda one: names[one], key="zahlen-kennzahl"
        )
        frame = figures.figures(participant_id, key)
        by_group = st.toggle("Auch nach Geschlecht und Alter", key="zahlen-alter")
        shown = frame if by_group else frame[(frame["Geschlecht"] == "insgesamt") & (frame["Alter"] == "alle")]
        decimals = catalog[key].decimals
        parts.html_table(
            shown.drop(columns="Kennzahl"),
            f"{names[key]}, {name}",
            formats={"Wert": decimals},
            max_height=480,
            max_rows=800,
        )
        _downloads(participant_id, name, catalog)


def _downloads(participant_id: str, name: str, catalog: Mapping[str, Indicator]) -> None:
    def xlsx() -> bytes:
        # loads the writer of workbooks, which no page needs before this click
        from zwk_data.export.xlsx import to_xlsx  # noqa: PLC0415

        frame = figures.figures(participant_id)
        source = source_line(of_participant(participant_id))
        sheets = {str(indicator): part for indicator, part in frame.groupby("Kennzahl", sort=True)}
        definitions = {entry.name: entry.definition for entry in catalog.values() if entry.name in sheets}
        return to_xlsx(sheets, title=f"Alle Zahlen: {name}", source=source, definitions=definitions)

    table_files(
        "Alle Zahlen",
        f"{participant_id}_alle_zahlen",
        lambda: to_csv(
            figures.figures(participant_id), source=with_quelle(source_line(of_participant(participant_id)))
        ),
        xlsx,
        key="alle",
        icon=":material/download:",
    )
