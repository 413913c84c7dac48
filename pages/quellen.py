"""Quellen und Methodik: where every figure comes from, what it means, and what you need to know to read it."""

import streamlit as st

from zwk_data import german
from zwk_data.demography import indicators as catalogue
from zwk_data.demography import series
from zwk_data.web.kit import parts
from zwk_data.web.kit.choice import choose_tab
from zwk_data.web.kit.markup import render
from zwk_data.web.quellen import all_sources, projection_method, twins_method

TABS = {
    "quellen": "Quellen",
    "kennzahlen": "Kennzahlen und Zeichen",
    "methodik": "Methodik",
    "modellrechnung": "Modellrechnung",
    "zwillinge": "Ähnliche Orte",
}


def indicators() -> None:
    """Every indicator with its definition, and the signs of official tables."""
    found = catalogue.listed_indicators()
    parts.section("Kennzahlen", f"{german.count(len(found), 'Kennzahl', 'Kennzahlen')} mit Definition und Formel.")
    parts.glossary(
        [
            (
                f"{one['name']} ({one['unit']})" if one["unit"] else one["name"],
                [
                    one["definition"],
                    f"Formel: {one['formula']}. {one['direction']}",
                    f"Vorhanden für: {one['coverage']}.",
                    one["source_note"],
                ],
            )
            for one in found.to_dict("records")
        ]
    )
    parts.section(
        "Zeichen", "Nicht jedes leere Feld heißt dasselbe. Diese Wörter stehen statt einer Zahl oder neben ihr."
    )
    parts.html_table(
        catalogue.listed_statuses(),
        "Zeichen amtlicher Tabellen und die Wörter, die hier dafür stehen",
        names={"word": "Angabe", "sign": "Zeichen", "meaning": "Bedeutung"},
    )


def methods() -> None:
    """What readers need to know about the figures."""
    parts.section("Methodik")
    st.html(render("quellen/methodik", breaks=series.breaks("population")))


parts.page_header(
    "Quellen und Methodik",
    "Woher jede Zahl kommt, unter welcher Lizenz sie steht, was sie bedeutet und was beim Lesen zu beachten ist.",
)
tab, place = choose_tab(TABS, key="teil")
with place:
    {
        "quellen": all_sources,
        "kennzahlen": indicators,
        "methodik": methods,
        "modellrechnung": projection_method,
        "zwillinge": twins_method,
    }[tab]()
