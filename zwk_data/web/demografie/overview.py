"""Pieces of the page Demografie: the list of all participants, and every figure with its downloads."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from zwk_data import german
from zwk_data.demography import figures, history, portrait
from zwk_data.demography.indicators import Indicator
from zwk_data.demography.portrait import Subject
from zwk_data.demography.source_lines import of_participant, source_line
from zwk_data.export.csv import to_csv
from zwk_data.schema.words import KINDS
from zwk_data.web.kit import parts
from zwk_data.web.kit.components import table_files
from zwk_data.web.kit.tables import Link, page_link


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
        told.append("Hier leben weniger als 1.000 Menschen. Wo wenige zählen, stehen Zahlen statt Prozente.")
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
        lambda: to_csv(figures.figures(participant_id)),
        xlsx,
        key="alle",
        icon=":material/download:",
    )
