"""The Modellrechnung in words: what it says of a place, and how it is made, with the numbers of its back-tests."""

from __future__ import annotations

import pandas as pd

from zwk_data.demography import backtest, projection_base
from zwk_data.demography.backtest import CUT, PROMISED
from zwk_data.demography.projection import END, inputs, project, projection_totals
from zwk_data.demography.projection_base import NEWEST
from zwk_data.demography.projection_methods import LAST
from zwk_data.german import number, whole, with_unit
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

AGED = ("65-69", "70-74", "75-79", "80-84", "85+", "65+")
SMALL_WARNING = (
    "Hier leben weniger als 1.000 Menschen: Schon der Zuzug weniger Familien ändert das Ergebnis. Die Zahlen sind auf "
    "Zehner gerundet und zeigen nur eine Größenordnung."
)
#: how the method for the totals is named within a sentence
TOTALS = {
    backtest.DAMPED: "der gedämpfte Trend gegenüber Deutschland",
    backtest.STAYS: "die unveränderte Einwohnerzahl",
}


def rough(value: float) -> str:
    """A projected number of people, to three digits at most: ``26.604`` -> ``26.600``; small ones in tens."""
    step = next((step for limit, step in ((1e6, 10_000), (1e5, 1000), (1e4, 100)) if value >= limit), 10)
    return number(step * whole(value / step))


def start_day(year: int) -> str:
    """The day of the total that a projection starts from, and on which census it stands."""
    return "am 15.05.2022 (Zensus)" if year < NEWEST else f"am 31.12.{year} (Grundlage: Zensus 2022)"


def projection_words(participant_id: str) -> str:
    """Two or three sentences: the total in 2040 with its band beside the newest count, and people of 65 and more.

    Raises ZwkError if there is no projection.
    """
    one, table = inputs(participant_id), projection_totals(participant_id)
    last = table.iloc[-1]
    total = (
        f"Nach der Modellrechnung leben hier {END} rund {rough(last['middle'])} Menschen, zwischen "
        f"{rough(last['low'])} und {rough(last['high'])}; {start_day(one.start)} waren es {number(one.people)}."
    )
    ages = project(participant_id)
    middle = ages[ages["variant"] == "middle"]
    people = middle.groupby("year")["value"].sum()
    aged = middle[middle["age_group"].isin(AGED)].groupby("year")["value"].sum()
    if one.is_small:
        now = rough(aged[one.start])
        old = f"65 Jahre und älter sind dann rund {rough(aged[END])} Menschen ({one.start}, geschätzt: rund {now})."
        return f"{total} {old} {SMALL_WARNING}"
    shares = 100 * aged / people
    known = _published_share(participant_id, one.start)
    now = f"{one.start}, geschätzt: {with_unit(shares[one.start], '%', 0)}"
    if known is not None:
        now = f"{one.start}: {with_unit(known, '%', 0)}"
    return (
        f"{total} Der Anteil der Menschen von 65 Jahren und mehr liegt dann bei rund "
        f"{with_unit(shares[END], '%', 0)} ({now})."
    )


def _published_share(participant_id: str, year: int) -> float | None:
    """The published share of people of 65 and more, per cent: there is one for Kreise and kreisfreie Städte."""
    found = read(
        "SELECT value FROM participant_observation WHERE participant_id = $id AND indicator_id = 'share_65plus' "
        "AND sex = 'total' AND year = $year AND value IS NOT NULL",
        {"id": participant_id, "year": year},
    )["value"]
    return None if found.empty else float(found.iloc[0])


def band_words(participant_id: str) -> str:
    """How many misses of earlier years a band like this one held, for places of this size."""
    one = inputs(participant_id)
    table = backtest.coverage(one.level)
    mine = table[table["position"] == int(backtest.class_of(one.level, one.people))].iloc[0]
    kind = "Kreisen und kreisfreien Städten" if one.level == "kreis" else "Gemeinden"
    inside, worst, best = (number(mine[column]) for column in ("inside", "worst", "best"))
    return (
        f"Das Band soll {PROMISED} von 100 Rechnungen halten. Bei der Probe an früheren Jahren waren es in {kind} "
        f"dieser Größe ({mine['size']} Menschen) {inside} von 100, je nach Startjahr {worst} bis {best}."
    )


def chart_note(participant_id: str) -> str:
    """What readers of the chart must know: where it starts from, and what its band holds."""
    start = ""
    if inputs(participant_id).start < NEWEST:
        start = (
            "Raute: Zählung des Zensus vom 15.05.2022, von der die Modellrechnung ausgeht. Die durchgezogene Linie ist "
            f"bis {LAST} die Fortschreibung des Zensus 2011. "
        )
    return start + band_words(participant_id)


@remembered
def method_words() -> list[str]:
    """Paragraphs for the method page: how it is done, what was tested, which method was used and why, the limits."""
    tests, since = backtest.backtest(), projection_base.since_census()
    spreads = projection_base.spreads().set_index("method")["mdape"]
    cohorts, even = (float(spreads[method]) for method in (projection_base.COHORTS, projection_base.EVEN))
    side = "meist zu hoch" if since["aged_bias"] > 0 else "meist zu niedrig"
    return [
        "Ausgangspunkt der Modellrechnung bis 2040 ist die neueste Zählung: bei Gemeinden und Verbänden die "
        "Einwohnerzahl des Zensus vom 15.05.2022, bei Kreisen und kreisfreien Städten die vom 31.12.2024 auf seiner "
        "Grundlage. Die Fortschreibung der Gemeinden bis 2023 steht noch auf dem Zensus 2011 und dient nur für "
        f"den Trend. Probe an den Kreisen: Vom Zensus 2022 aus gerechnet, lag die Einwohnerzahl Ende 2024 im Mittel "
        f"(Median) {with_unit(since['total'], '%', 2)} daneben (neun von zehn unter "
        f"{with_unit(since['total_p90'], '%', 2)}); die Zahl von Ende 2023 auf alter Grundlage lag "
        f"{with_unit(since['from_2023'], '%', 2)} daneben.",
        "Der Altersaufbau ist der des Zensus 2022. Er nennt elf Gruppen (unter 3 bis 75 und mehr), keine beginnt mit "
        "65. Innerhalb jeder Gruppe werden die Menschen so auf Altersjahre und Geschlecht verteilt, wie die Jahrgänge "
        "von Ende 2015 heute stünden; die Summen der Gruppen bleiben die des Zensus. „65 und mehr“ ist deshalb "
        "geschätzt. Probe an den Kreisen: Ebenso grob zusammengefasste Gruppen von 2020, so verteilt, trafen die "
        f"veröffentlichten Altersgruppen im Mittel auf {with_unit(cohorts, '%', 2)}, gleichmäßig verteilte "
        f"auf {with_unit(even, '%', 1)}. Der Anteil ab 65 Jahren, vom Zensus bis Ende 2024 gerechnet, wich im Mittel "
        f"um {with_unit(since['aged'], 'Prozentpunkte', 2)} vom veröffentlichten ab (neun von zehn unter "
        f"{with_unit(since['aged_p90'], 'Prozentpunkten', 2)}; {side}). Bei Gemeinden ist die Abweichung nicht messbar "
        "und dürfte größer sein: Ihre Jahrgänge von 2015 sind innerhalb der veröffentlichten Gruppen wie im Kreis "
        "verteilt.",
        "Fortgeschrieben wird nach dem Verfahren von Hamilton und Perry: Für jeden Kreis, jedes Geschlecht und jede "
        "Fünfjahresklasse wird verglichen, wie viele Menschen eines Jahrgangs 2015 und 2020 dort lebten. Dieses "
        "Verhältnis (Sterbefälle, Zu- und Fortzüge zusammen) gilt weiter; jüngere Altersangaben nach Geschlecht "
        "liegen hier nicht vor. Für Gemeinden gelten die Verhältnisse ihres Kreises, bei Zusammenschlüssen über "
        "Kreisgrenzen deren Mittel nach Einwohnern. Kinder unter 5 Jahren folgen aus ihrer Zahl je Frau von "
        "20 bis 44 Jahren. Für 2020 sind die Gruppen 65 bis 74 sowie 75 und mehr nur zusammen "
        "veröffentlicht; sie werden nach dem bundesweiten Verlauf der Sterblichkeit aufgeteilt.",
        _test_of_ages(tests) + " " + _tests_of_totals(tests),
        _best_methods(tests),
        "Der gedämpfte Trend nimmt das Wachstum der letzten zehn Jahre (2013 bis 2023, einheitlich auf Grundlage des "
        "Zensus 2011) abzüglich des bundesweiten; davon wirken im nächsten Jahr neun Zehntel, im übernächsten neun "
        "Zehntel davon und so fort. Deutschland insgesamt folgt bis 2024 den veröffentlichten Zahlen und danach "
        "seinen eigenen Jahrgangsverhältnissen. Die Altersverhältnisse werden dann so verschoben, dass sie die Summe "
        "ergeben: am stärksten dort, wo sich Kreise am meisten unterscheiden, also bei jungen Erwachsenen.",
        _band_method(),
        "Eine Modellrechnung ist keine Vorhersage: Sie sagt, was wäre, wenn sich die Entwicklung so fortsetzt. "
        "Neubaugebiete, Werksschließungen, Unterkünfte für Geflüchtete oder Kriege kennt sie nicht. Die Jahre 2015 bis "
        "2020 waren Jahre hoher Zuwanderung. Ein Vergleich mit amtlichen Vorausberechnungen ist nicht enthalten.",
    ]


def _band_method() -> str:
    tables = pd.concat([backtest.coverage(level) for level in backtest.SIZES])
    least, most = number(tables["inside"].min()), number(tables["inside"].max())
    worst, best = number(tables["worst"].min()), number(tables["best"].max())
    later = f"{number(tables['later'].min())} bis {number(tables['later'].max())}"
    return (
        "Das Band reicht von der Abweichung, unter der ein Zehntel der nachträglichen Rechnungen lag, bis zu der, über "
        "der ein Zehntel lag: je nach Größe des Ortes und Zahl der Jahre, nach oben und unten verschieden weit "
        f"(Startjahre ab {backtest.FIRST_ORIGIN}, jedes dritte; Ziele bis {LAST}; der Sprung durch den Zensus "
        "2011 ist herausgerechnet). Geprüft wird reihum an einem Startjahr, das beim Zeichnen des Bandes fehlte. Damit "
        f"auch dann {PROMISED} von 100 im Band liegen, ist es etwas breiter, als die eigenen Jahre es verlangen. Je "
        f"nach Größe hielt es {least} bis {most} von 100. Für ein einzelnes Startjahr sind es aber {worst} bis {best} "
        "von 100: Wächst ganz Deutschland durch Zuwanderung unerwartet, liegen viele Orte zugleich darüber. Da sich "
        "die Zeiträume der Startjahre überschneiden, ist diese Probe leichter als die Zukunft. Die strengere: Ein Band "
        f"nur aus den Jahren bis {CUT} hätte von den Rechnungen für die Jahre danach je nach Größe nur {later} von 100 "
        "gehalten, denn die Zuwanderung dieser Jahre kannte es nicht. Ein neuer Umbruch kann das wieder ergeben."
    )


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
    kreis, gemeinde, village = (backtest.best_method(kind) for kind in backtest.DECIDES)

    def told(kind: str, method: str) -> str:
        test = backtest.DECIDES[kind]
        others = [m for m in (backtest.STAYS, backtest.LINEAR, backtest.DAMPED) if m != method]
        beside = " und ".join(f"{_error_words(tests, test, m)} ({backtest.METHODS[m]})" for m in others)
        return f"mittlerer Fehler {_error_words(tests, test, method)} gegenüber {beside}"

    return (
        "Über die Einwohnerzahl entscheidet darum die längste Probe: Trends bis 2010, Start 2011 auf "
        f"Grundlage des Zensus 2011, Ziel 2020. Verwendet wird für Kreise {TOTALS[kreis]}: "
        f"{told('kreis', kreis)}. Für Gemeinden ist es {TOTALS[gemeinde]}: {told('gemeinde', gemeinde)}. "
        f"Für Orte unter 1.000 Menschen ist es {TOTALS[village]}: {told('village', village)}."
    )
