"""The Modellrechnung in words: what it says of a place, and how it is made, with the numbers of its back-tests."""

from __future__ import annotations

import pandas as pd

from zwk_data.demography import backtest
from zwk_data.demography.projection import DECIDES, END, best_method, inputs, project, projection_totals
from zwk_data.demography.projection_methods import COVERAGE
from zwk_data.german import number, whole, with_unit
from zwk_data.stores.memo import remembered

AGED = ("65-69", "70-74", "75-79", "80-84", "85+", "65+")
SMALL_WARNING = (
    "Hier leben weniger als 1.000 Menschen: Schon der Zuzug weniger Familien ändert das Ergebnis. Die Zahlen sind auf "
    "Zehner gerundet und zeigen nur eine Größenordnung."
)
#: how the method for the totals is named within a sentence
TOTALS = {
    backtest.DAMPED: "der gedämpfte Trend gegenüber Deutschland",
    backtest.LINEAR: "der lineare Trend",
    backtest.STAYS: "die unveränderte Einwohnerzahl",
}


def rough(value: float) -> str:
    """A projected number of people, to three digits at most: ``26.604`` -> ``26.600``; small ones in tens."""
    step = next((step for limit, step in ((1e6, 10_000), (1e5, 1000), (1e4, 100)) if value >= limit), 10)
    return number(step * whole(value / step))


def census(year: int) -> str:
    """Which census the published figures of a year are based on."""
    return "Zensus 2022" if year >= 2024 else "Zensus 2011"


def projection_words(participant_id: str) -> str:
    """Two or three sentences: the total in 2040 with its band beside the newest figure, and people of 65 and more.

    Raises ZwkError if there is no projection.
    """
    one, table = inputs(participant_id), projection_totals(participant_id)
    last = table.iloc[-1]
    total = (
        f"Nach der Modellrechnung leben hier {END} rund {rough(last['middle'])} Menschen, zwischen "
        f"{rough(last['low'])} und {rough(last['high'])}; {one.start} waren es {number(one.people)} "
        f"({census(one.start)})."
    )
    ages = project(participant_id)
    middle = ages[ages["variant"] == "middle"]
    people = middle.groupby("year")["value"].sum()
    aged = middle[middle["age_group"].isin(AGED)].groupby("year")["value"].sum()
    if one.is_small:
        now = rough(aged[one.start])
        old = f"65 Jahre und älter sind dann rund {rough(aged[END])} Menschen ({one.start}: rund {now})."
        return f"{total} {old} {SMALL_WARNING}"
    shares = 100 * aged / people
    return (
        f"{total} Der Anteil der Menschen von 65 Jahren und mehr liegt dann bei rund "
        f"{with_unit(shares[END], '%', 0)} ({one.start}, geschätzt: {with_unit(shares[one.start], '%', 0)})."
    )


@remembered
def method_words() -> list[str]:
    """Paragraphs for the method page: how it is done, what was tested, which method was used and why, the limits."""
    tests, inside = backtest.backtest(), backtest.coverage().iloc[0]
    return [
        "Die Modellrechnung bis 2040 schreibt den Altersaufbau nach dem Verfahren von Hamilton und Perry fort: Für "
        "jeden Kreis, jedes Geschlecht und jede Fünfjahresklasse wird verglichen, wie viele Menschen eines Jahrgangs "
        "2015 und 2020 dort lebten. Dieses Verhältnis (Sterbefälle, Zu- und Fortzüge zusammen) gilt für die folgenden "
        "Jahrfünfte weiter. Kinder unter 5 Jahren folgen aus ihrer Zahl je Frau von 20 bis 44 Jahren. Für 2020 sind "
        "die Gruppen 65 bis 74 sowie 75 Jahre und mehr nur zusammen veröffentlicht; sie werden nach dem bundesweiten "
        "Verlauf der Sterblichkeit aufgeteilt.",
        "Gemeinden haben hier nur für 2015 Zahlen nach Alter. Ihr eigener Altersaufbau wird mit den Verhältnissen "
        "ihres Kreises fortgeschrieben, bei Zusammenschlüssen über Kreisgrenzen mit deren Mittel nach Einwohnern.",
        _test_of_ages(tests) + " " + _tests_of_totals(tests),
        _best_methods(tests),
        "Der gedämpfte Trend nimmt das Wachstum der letzten zehn Jahre (2013 bis 2023, einheitlich auf Grundlage des "
        "Zensus 2011) abzüglich des bundesweiten; davon wirken im nächsten Jahr neun Zehntel, im übernächsten neun "
        "Zehntel davon und so fort. Deutschland insgesamt folgt seinen eigenen Jahrgangsverhältnissen. Die "
        "Altersverhältnisse werden dann so verschoben, dass sie die Summe ergeben: am stärksten dort, wo "
        "sich Kreise am meisten unterscheiden, also bei jungen Erwachsenen. Ausgangspunkt ist die neueste "
        "veröffentlichte Einwohnerzahl: bei Kreisen und kreisfreien Städten 2024 (Zensus 2022), bei "
        "Gemeinden 2023 (noch Zensus 2011). Auf sie wird der fortgeschriebene Altersaufbau von 2020 "
        "maßstäblich angepasst; die Korrektur durch den Zensus 2022 gilt dadurch nicht als Wachstum.",
        f"Das Band reicht so weit, wie {number(100 * COVERAGE)} von 100 nachträglichen Rechnungen höchstens daneben "
        "lagen, je nach Zahl der Jahre und Größe des Ortes (Startjahre ab 2005, Ziele bis 2023; der Sprung durch den "
        "Zensus 2011 ist herausgerechnet). Es verläuft nach oben und unten gleich weit. Zur Probe wurde ein "
        f"Band nur mit Zahlen bis 2010 bestimmt: 2020 lagen {with_unit(inside['inside'], '%', 1)} der "
        f"{number(inside['n'])} Kreise darin, {with_unit(inside['below'], '%', 1)} darunter und "
        f"{with_unit(inside['above'], '%', 1)} darüber.",
        "Eine Modellrechnung ist keine Vorhersage: Sie sagt, was wäre, wenn sich die Entwicklung so fortsetzt. "
        "Neubaugebiete, Werksschließungen, Unterkünfte für Geflüchtete oder Kriege kennt sie nicht. Die Jahre 2015 bis "
        "2020 waren Jahre hoher Zuwanderung. Ein Vergleich mit amtlichen Vorausberechnungen ist nicht enthalten.",
    ]


def _error_words(tests: pd.DataFrame, test: str, method: str) -> str:
    row = tests[(tests["test"] == test) & (tests["method"] == method)].iloc[0]
    return with_unit(row["mdape"], "%", 2)


def _test_of_ages(tests: pd.DataFrame) -> str:
    methods = (backtest.HAMILTON_PERRY, backtest.STAYS, backtest.LINEAR)
    moved_on, stays, linear = (_error_words(tests, "ages_2018_2020", method) for method in methods)
    best = tests[(tests["test"] == "ages_2018_2020") & tests["best"]]["method"].iloc[0]
    verdict = "trifft es am besten" if best == backtest.HAMILTON_PERRY else "ist es nicht das beste Verfahren"
    return (
        f"Beim Altersaufbau {verdict}: Mit den Zahlen von 2015 bis 2018 für 2020 gerechnet, liegt der mittlere Fehler "
        f"(Median) je Altersgruppe und Geschlecht bei {moved_on}, wenn alles bleibt, wie es ist, bei {stays}, beim "
        f"linearen Trend bei {linear}."
    )


def _tests_of_totals(tests: pd.DataFrame) -> str:
    """Does Hamilton–Perry win where totals can be tested with it?"""
    mine = tests[tests["test"].isin(("totals_2018_2020", "totals_2020_2023", "totals_2018_2023"))]
    won = mine[(mine["method"] == backtest.HAMILTON_PERRY) & mine["best"]]
    tried = mine["test"].nunique()
    return (
        f"Bei der Einwohnerzahl der Kreise war Hamilton–Perry in {number(len(won))} von {number(tried)} "
        "Proben über zwei bis fünf Jahre das beste Verfahren. Über längere Zeit lässt es sich hier nicht "
        "prüfen, denn vor 2015 liegen keine Zahlen nach Alter vor."
    )


def _best_methods(tests: pd.DataFrame) -> str:
    kreis, gemeinde, village = (best_method(kind) for kind in DECIDES)

    def told(kind: str, method: str) -> str:
        others = [m for m in (backtest.STAYS, backtest.LINEAR, backtest.DAMPED) if m != method]
        beside = " und ".join(f"{_error_words(tests, DECIDES[kind], m)} ({backtest.METHODS[m]})" for m in others)
        return f"mittlerer Fehler {_error_words(tests, DECIDES[kind], method)} gegenüber {beside}"

    return (
        "Über die Einwohnerzahl entscheidet darum die längste Probe: Trends bis 2010, Start 2011 auf "
        f"Grundlage des Zensus 2011, Ziel 2020. Verwendet wird für Kreise {TOTALS[kreis]}: "
        f"{told('kreis', kreis)}. Für Gemeinden ist es {TOTALS[gemeinde]}: {told('gemeinde', gemeinde)}. "
        f"Für Orte unter 1.000 Menschen ist es {TOTALS[village]}: {told('village', village)}."
    )
