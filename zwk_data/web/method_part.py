"""The tabs on method: how the Modellrechnung and the statistical twins are made, and how good they are."""

from __future__ import annotations

import pandas as pd

from zwk_data import german
from zwk_data.charts.chart import Chart
from zwk_data.charts.features import correlation_chart
from zwk_data.charts.projection import backtest_chart
from zwk_data.demography import backtest, feature_list, projection_words
from zwk_data.german import number, with_unit
from zwk_data.web import parts
from zwk_data.web.method import TWINS

OWN = "eigene Berechnung aus den Zahlen der Statistischen Ämter, siehe „Quellen“"


def projection_method() -> None:
    """How the Modellrechnung is made, with its back-tests."""
    parts.section("Modellrechnung bis 2040")
    for paragraph in parts.cached(projection_words.method_words)():
        parts.linked_text([paragraph])
    tests = parts.cached(backtest.backtest)()
    parts.section(
        "Die Proben",
        "Jedes Verfahren musste mit den Zahlen von damals das heute Bekannte treffen. Verglichen wird mit „bleibt, wie "
        "es ist“ und mit dem linearen Trend.",
    )
    parts.show(parts.cached(_tests_chart)(), key="proben")
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


def _tests_chart() -> Chart:
    return backtest_chart(
        backtest.backtest(), backtest.TESTS, backtest.METHODS, source=OWN, filename="modellrechnung_proben"
    )


def twins_method() -> None:
    """Which features make two places alike, and how these hang together."""
    parts.section("Ähnliche Orte: statistische Zwillinge")
    parts.glossary([(title, [text]) for title, text in TWINS])
    for level, word in (("gemeinde", "Gemeinden"), ("kreis", "Kreise")):
        found = feature_list.catalogue(level)
        parts.section(f"Merkmale der {word}")
        parts.html_table(
            pd.DataFrame(
                {
                    "Merkmal": [one.name for one in found],
                    "Einheit": [one.unit or german.MISSING for one in found],
                    "Was es ist": [one.definition for one in found],
                    "Vor dem Vergleich": [one.transformation for one in found],
                }
            ),
            f"{len(found)} Merkmale, nach denen {word} verglichen werden",
        )
        parts.show(parts.cached(correlation_chart)(level), key=f"merkmale-{level}")
