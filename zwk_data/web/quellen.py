"""The page Quellen und Methodik: every source, what must be known to read the figures, how good the models are."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from zwk_data import german, settings
from zwk_data.charts.chart import Chart
from zwk_data.charts.projection import backtest_chart
from zwk_data.charts.together import correlation_chart
from zwk_data.demography import backtest, features, indicators, projection_words, source_lines
from zwk_data.geo import map_layers
from zwk_data.german import number, with_unit
from zwk_data.stores.memo import remembered
from zwk_data.web.kit import parts
from zwk_data.web.kit.markup import Link, render


def projection_method() -> None:
    """How the Modellrechnung is made, with its back-tests."""
    parts.section("Modellrechnung bis 2040")
    for paragraph in projection_words.method_words():
        parts.linked_text([paragraph])
    tests = backtest.backtest()
    parts.section(
        "Die Proben",
        "Jedes Verfahren musste mit den Zahlen von damals das heute Bekannte treffen. Verglichen wird mit „bleibt, wie "
        "es ist“ und mit dem linearen Trend.",
    )
    parts.show(_tests_chart(), key="proben")
    parts.html_table(
        pd.DataFrame(
            {
                "Probe": tests["test"].map(backtest.TESTS),
                "Verfahren": tests["method"].map(backtest.METHODS),
                "Mittlerer Fehler (Median)": [with_unit(value, "%", 2) for value in tests["mdape"]],
                "90 von 100 darunter": [with_unit(value, "%", 2) for value in tests["p90"]],
                "Verzerrung": [with_unit(value, "%", 2, sign=True) for value in tests["bias"]],
                "Fälle": [number(value) for value in tests["n"]],
                "Bestes": ["ja" if best else "" for best in tests["best"]],
            }
        ),
        "Mittlerer absoluter Fehler je Verfahren; Verzerrung über 0: im Mittel zu viele Menschen erwartet",
        numeric=("Mittlerer Fehler (Median)", "90 von 100 darunter", "Verzerrung", "Fälle"),
        max_height=620,
    )
    _bands_test()


def _bands_test() -> None:
    """How many earlier misses the bands held, by size class."""
    parts.section(
        "Wie oft das Band hält",
        f"Im Band sollen {backtest.PROMISED} von 100 Rechnungen liegen. Geprüft wurde reihum an einem "
        "Startjahr, das beim Zeichnen des Bandes fehlte; in der vorletzten Spalte an den Jahren ab "
        f"{backtest.CUT} mit einem Band, das sie nicht kannte.",
    )
    later = f"Band nur bis {backtest.CUT}"
    levels = {"kreis": "Kreise und kreisfreie Städte", "gemeinde": "andere Gemeinden"}
    tests = pd.concat([backtest.coverage(level).assign(kind=kind) for level, kind in levels.items()])
    parts.html_table(
        pd.DataFrame(
            {
                "Wer": tests["kind"],
                "Menschen": tests["size"],
                "im Band": [with_unit(value, "%", 1) for value in tests["inside"]],
                "darunter": [with_unit(value, "%", 1) for value in tests["below"]],
                "darüber": [with_unit(value, "%", 1) for value in tests["above"]],
                "einzelne Startjahre": [
                    f"{number(worst)} bis {with_unit(best, '%', 0)}"
                    for worst, best in zip(tests["worst"], tests["best"], strict=True)
                ],
                later: [with_unit(value, "%", 1) for value in tests["later"]],
                "Fälle": [number(value) for value in tests["n"]],
            }
        ),
        "Anteil der nachträglichen Rechnungen, die im Band lagen, nach Größe des Ortes am Startjahr",
        numeric=("im Band", "darunter", "darüber", "einzelne Startjahre", later, "Fälle"),
    )


@remembered
def _tests_chart() -> Chart:
    line = source_lines.source_line(source_lines.of_areas(["kreis", "gemeinde"], ["population"], *backtest.SPAN))
    return backtest_chart(
        backtest.backtest(), backtest.TESTS, backtest.METHODS, source=line, filename="modellrechnung_proben"
    )


def twins_method() -> None:
    """Which features make two places alike, and how these hang together."""
    parts.section("Ähnliche Orte: statistische Zwillinge")
    st.html(render("quellen/zwillinge"))
    parts.section("Merkmale")
    found = features.FEATURES
    parts.html_table(
        pd.DataFrame(
            {
                "Merkmal": [one.name for one in found],
                "Einheit": [one.unit or german.MISSING for one in found],
                "Was es ist": [one.definition for one in found],
                "Vor dem Vergleich": [one.transformation for one in found],
            }
        ),
        f"{len(found)} Merkmale, nach denen Gemeinden, Verbände und Kreise verglichen werden",
    )
    for level in ("gemeinde", "kreis"):
        parts.show(correlation_chart(level), key=f"merkmale-{level}")


def all_sources() -> None:
    """Draw everything that figures, maps and facts come from."""
    sources = indicators.listed_sources()
    files = german.count(len(sources), "Datei", "Dateien")
    parts.section("Amtliche Zahlen", f"{files} aus diesen Veröffentlichungen.")
    for attribution, family in sources.groupby("attribution", sort=False):
        _publication(str(attribution), family)
    parts.section("Grenzen")
    about = map_layers.about()
    parts.source_text(f"{about['source_note']}. Lizenz: {about.get('licence', german.NOT_DOCUMENTED)}.")
    if about.get("made_from"):
        parts.linked_text([f"Hergestellt aus: {about['made_from']}. Für die Anzeige vereinfacht."])
    parts.section("Angaben zum Programm", "Öffentliche Seiten, die Kommunen, Termine oder Themen nennen.")
    if settings.dataset() == "demo":
        parts.notice("In den Demodaten sind diese Angaben frei erfunden.", kind="warning")
    parts.html_table(
        indicators.programme_sources(),
        "Wie viele Angaben auf welche Seite zurückgehen; die genaue Adresse steht bei jeder Angabe",
        names={"site": "Seite", "participants": "Kommunen", "stages": "Termine", "themes": "Themen"},
    )


def _publication(attribution: str, family: pd.DataFrame) -> None:
    first = family.iloc[0]
    span = family[["first_year", "last_year"]].dropna()
    years = source_lines.years(int(span["first_year"].min()), int(span["last_year"].max())) if len(span) else ""
    offer, named = source_lines.of_publication(attribution, years)
    parts.subsection(f"{first['publisher']}: {offer}")
    parts.source_text(f"Lizenz: {first['licence']}. Quellenangabe: {named}.")
    parts.linked_text(["Angebot: ", Link(first["url"], first["url"])])
    parts.html_table(
        pd.DataFrame(
            {
                "Tabelle": family["table_code"],
                "Titel": family["title"],
                "Inhalt": family["indicators"].replace("", "Schlüssel zur Umrechnung"),
                "Jahre": [_years(*span) for span in zip(family["first_year"], family["last_year"], strict=True)],
                "Abruf": family["retrieved"],
                "Bezogen über": family["through"].fillna(german.NOT_DOCUMENTED),
            }
        ),
        f"Dateien: {named}",
    )


def _years(first: float, last: float) -> str:
    """``1995–2015``, or a dash where a source carries no figures."""
    if pd.isna(first):
        return german.MISSING
    return f"{first:.0f}" if first == last else f"{first:.0f}–{last:.0f}"
