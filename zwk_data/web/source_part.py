"""The tab „Quellen“ of the page Quellen und Methodik: every file, the boundaries, the pages on the programme."""

from __future__ import annotations

import pandas as pd

from zwk_data import german, paths
from zwk_data.demography import catalogue
from zwk_data.geo import catalogue as boundaries
from zwk_data.web import parts
from zwk_data.web.links import Link

LICENCES = {"Datenlizenz Deutschland – Namensnennung – Version 2.0": "https://www.govdata.de/dl-de/by-2-0"}


def all_sources() -> None:
    """Draw everything that figures, maps and facts come from."""
    sources = parts.cached(catalogue.listed_sources)()
    files = german.count(len(sources), "Datei", "Dateien")
    parts.section("Amtliche Zahlen", f"{files} aus diesen Veröffentlichungen.")
    for attribution, family in sources.groupby("attribution", sort=False):
        _publication(str(attribution), family)
    parts.section("Grenzen")
    about = boundaries.about()
    parts.linked_text([f"{about['source_note']}. Lizenz: {about.get('licence', german.NOT_DOCUMENTED)}. "])
    if about.get("made_from"):
        parts.linked_text([f"Hergestellt aus: {about['made_from']}. Für die Anzeige vereinfacht."])
    parts.section("Angaben zum Programm", "Öffentliche Seiten, die Kommunen, Termine oder Themen nennen.")
    if paths.dataset() == "demo":
        parts.notice("Im Übungsbetrieb sind diese Angaben frei erfunden.", kind="warning")
    sites = parts.cached(catalogue.programme_sources)()
    parts.html_table(
        sites[["site", "participants", "stages", "themes"]].set_axis(
            ["Seite", "Kommunen", "Termine", "Themen"], axis=1
        ),
        "Wie viele Angaben auf welche Seite zurückgehen; die genaue Adresse steht bei jeder Angabe",
    )


def _publication(attribution: str, family: pd.DataFrame) -> None:
    first = family.iloc[0]
    parts.subsection(attribution.removeprefix("© "))
    licence, address = first["licence"], LICENCES.get(first["licence"])
    parts.linked_text(
        ["Lizenz: ", Link(licence, address) if address else licence, ". Angebot: ", Link(first["url"], first["url"])]
    )
    parts.html_table(
        pd.DataFrame(
            {
                "Tabelle": family["table_code"],
                "Titel": family["title"],
                "Inhalt": family["indicators"].replace("", "Schlüssel zur Umrechnung"),
                "Jahre": [_years(*span) for span in zip(family["first_year"], family["last_year"], strict=True)],
                "Abruf": family["retrieved"],
            }
        ),
        f"Dateien: {attribution}",
    )


def _years(first: float, last: float) -> str:
    """``1995–2015``, or a dash where a source carries no figures."""
    if pd.isna(first):
        return german.MISSING
    return f"{first:.0f}" if first == last else f"{first:.0f}–{last:.0f}"
