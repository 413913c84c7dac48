"""The catalogue of features by which places are called alike: what each is, in which years, and how it is used."""

from __future__ import annotations

from dataclasses import dataclass

from zwk_data.errors import ZwkError

LEVELS = ("gemeinde", "kreis")
#: year of the age structure: the newest published for the level
AGE_YEAR = {"gemeinde": 2015, "kreis": 2020}
#: the age classes added up for a share
AGES = {
    "share_under18": ("0-2", "3-5", "6-9", "10-14", "15-17"),
    "share_18_29": ("18-19", "20-24", "25-29"),
    "share_65plus": ("65-74", "75+"),
}
NOW = 2023
LOGARITHM = "Logarithmus"


@dataclass(frozen=True)
class Feature:
    """One feature: German ``name`` and ``short`` name (for labels), ``unit``, ``decimals`` shown, what it is
    (``definition``), and what is done to it before places are compared (``transformation``)."""

    id: str
    name: str
    short: str
    unit: str
    decimals: int
    definition: str
    transformation: str = "unverändert"


def catalogue(level: str) -> tuple[Feature, ...]:
    """The features of a level (gemeinde or kreis), in the order of the columns of ``features``."""
    year = AGE_YEAR[checked(level)]
    per = "je 1.000 Personen und Jahr"
    found = [
        Feature("size", "Bevölkerung", "Größe", "Personen", 0, f"Bevölkerung am 31.12.{NOW}.", LOGARITHM),
        Feature(
            "density",
            "Bevölkerungsdichte",
            "Dichte",
            "Personen je km²",
            0,
            f"Bevölkerung am 31.12.{NOW} je Quadratkilometer Gebietsfläche.",
            LOGARITHM,
        ),
        Feature(
            "urban",
            "Grad der Verstädterung",
            "Verstädterung",
            "",
            1,
            "Stufen von 1 bis 3: 1 dicht besiedelt, 2 mittlere Besiedlungsdichte, 3 gering besiedelt; bei mehreren "
            "Gemeinden das Mittel, gewichtet mit ihrer Bevölkerung.",
        ),
        Feature(
            "growth_5",
            "Bevölkerungsentwicklung 2018–2023",
            "Entwicklung 5 Jahre",
            "%",
            1,
            "Veränderung der Bevölkerung vom 31.12.2018 bis zum 31.12.2023, beides auf der Grundlage des Zensus 2011.",
        ),
        Feature(
            "growth_12",
            "Bevölkerungsentwicklung 2011–2023",
            "Entwicklung 12 Jahre",
            "%",
            1,
            "Veränderung der Bevölkerung vom 31.12.2011 bis zum 31.12.2023: der längste Zeitraum, in dem kein Zensus "
            "liegt.",
        ),
        Feature(
            "growth_15",
            "Bevölkerungsentwicklung 1994–2009",
            "Entwicklung 1994–2009",
            "%",
            1,
            "Veränderung der Bevölkerung über die 15 Jahre vom 31.12.1994 bis zum 31.12.2009, beides vor dem Zensus "
            "2011.",
        ),
        Feature(
            "share_under18",
            "Anteil unter 18 Jahre",
            "unter 18 Jahre",
            "%",
            1,
            f"Anteil der unter 18-Jährigen an der Bevölkerung am 31.12.{year}.",
        ),
        Feature(
            "share_18_29",
            "Anteil 18 bis 29 Jahre",
            "18 bis 29 Jahre",
            "%",
            1,
            f"Anteil der 18- bis 29-Jährigen an der Bevölkerung am 31.12.{year}; hoch in Hochschulorten.",
        ),
        Feature(
            "share_65plus",
            "Anteil 65 Jahre und älter",
            "65 Jahre und älter",
            "%",
            1,
            f"Anteil der Menschen von 65 Jahren und mehr an der Bevölkerung am 31.12.{year}.",
        ),
        Feature(
            "natural",
            "Natürlicher Saldo 2008–2015",
            "natürlicher Saldo",
            per,
            1,
            "Geburten abzüglich Sterbefälle, Mittel der Jahre 2008 bis 2015, je 1.000 Personen der mittleren "
            "Bevölkerung dieser Jahre. Der Zensus 2011 ändert den Nenner, nicht die Ereignisse.",
        ),
        Feature(
            "migration",
            "Wanderungssaldo 2012–2015",
            "Wanderungssaldo",
            per,
            1,
            "Veränderung der Bevölkerung vom 31.12.2011 bis zum 31.12.2015 ohne Geburten und Sterbefälle, Mittel der "
            "vier Jahre, je 1.000 Personen. Enthält Bestandskorrekturen; Zu- und Fortzüge selbst liegen nur für 2015 "
            "vor.",
        ),
    ]
    if level == "kreis":
        found.append(
            Feature(
                "foreign",
                "Ausländeranteil",
                "Ausländeranteil",
                "%",
                1,
                "Anteil der Ausländerinnen und Ausländer an der Bevölkerung am 31.12.2022 nach INKAR.",
            )
        )
    return tuple(found)


def checked(level: str) -> str:
    """The level itself. Raises ZwkError if it is neither gemeinde nor kreis."""
    if level not in LEVELS:
        raise ZwkError(f"Merkmale gibt es für Gemeinden und Kreise, nicht für die Ebene „{level}“.")
    return level
