"""Quellen und Methodik: where every figure comes from, what it means, and what must be known to read it."""

import pandas as pd

from zwk_data import german, paths
from zwk_data.demography import breaks, catalogue
from zwk_data.geo import catalogue as boundaries
from zwk_data.web import parts
from zwk_data.web.links import Link
from zwk_data.web.method import NOTES

LICENCES = {"Datenlizenz Deutschland – Namensnennung – Version 2.0": "https://www.govdata.de/dl-de/by-2-0"}

sources = parts.cached(catalogue.sources)()
indicators = parts.cached(catalogue.indicators)()

parts.page_header(
    "Quellen und Methodik",
    "Woher jede Zahl kommt, unter welcher Lizenz sie steht, was sie bedeutet und was beim Lesen zu beachten ist.",
)


def years(first: object, last: object) -> str:
    """``1995–2015``, or a dash where a source carries no figures."""
    if pd.isna(first):
        return german.MISSING
    return f"{first:.0f}" if first == last else f"{first:.0f}–{last:.0f}"


parts.section("Amtliche Zahlen", f"{german.count(len(sources), 'Datei', 'Dateien')} aus diesen Veröffentlichungen.")
for attribution, family in sources.groupby("attribution", sort=False):
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
                "Jahre": [years(*span) for span in zip(family["first_year"], family["last_year"], strict=True)],
                "Abruf": family["retrieved"],
            }
        ),
        f"Dateien: {attribution}",
    )

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
    sites[["site", "participants", "stages", "themes"]].set_axis(["Seite", "Kommunen", "Termine", "Themen"], axis=1),
    "Wie viele Angaben auf welche Seite zurückgehen; die genaue Adresse steht bei jeder Angabe",
)

parts.section("Kennzahlen", f"{german.count(len(indicators), 'Kennzahl', 'Kennzahlen')} mit Definition und Formel.")
parts.glossary(
    [
        (
            f"{one.name} ({one.unit})" if one.unit else one.name,
            [
                one.definition,
                f"Formel: {one.formula}. {one.direction}",
                f"Vorhanden für: {one.coverage}.",
                one.source_note,
            ],
        )
        for one in indicators.itertuples()
    ]
)

parts.section("Zeichen", "Nicht jedes leere Feld heißt dasselbe. Diese Wörter stehen statt einer Zahl oder neben ihr.")
parts.html_table(
    catalogue.statuses()[["word", "sign", "meaning"]].set_axis(["Angabe", "Zeichen", "Bedeutung"], axis=1),
    "Zeichen amtlicher Tabellen und die Wörter, die hier dafür stehen",
)

parts.section("Methodik")
changes = [(f"Bruch: {one.name}", one.words) for one in breaks.breaks("population")]
parts.glossary([(title, [text]) for title, text in [*NOTES, *changes]])
