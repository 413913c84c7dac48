"""The programme's fixed vocabulary: codes as stored, words as shown.

Other words that lists use for the codes of records.py (folded, see spelling.fold), by store column.

``SURE`` says the same as the code; ``LIKELY`` may, and is proposed only.
"""

from __future__ import annotations

#: the five stages in their order
STAGES = {
    "kick_off": "Kick-Off",
    "kommunalprofil": "Kommunalprofil",
    "zukunftswerkstatt": "Zukunftswerkstatt",
    "werkstattplan": "Werkstattplan",
    "zwischenbilanz": "Zwischenbilanz",
}

#: how exact a source dates an event, most exact first
PRECISIONS = {
    "day": "auf den Tag",
    "month": "auf den Monat",
    "year": "auf das Jahr",
    "unknown": "ohne Datum",
}

KINDS = {
    "gemeinde": "Gemeinde",
    "stadt": "Stadt",
    "kreisfreie_stadt": "Kreisfreie Stadt",
    "landkreis": "Landkreis",
    "gemeindeverband": "Gemeindeverband",
    "zusammenschluss": "Zusammenschluss von Gemeinden",
    "quartier": "Stadtquartier",
}

AREA_LEVELS = {"gemeinde": 8, "verband": 9, "kreis": 5}

MEASURE_STATUS = {
    "idea": "Idee",
    "planned": "geplant",
    "running": "läuft",
    "done": "abgeschlossen",
    "parked": "Ideenparkplatz",
    "dropped": "verworfen",
}

#: how many Kommunen the Modellprojekt speaks of; public sources name fewer
PROJECT_SIZE = 40

#: the Modellprojekt's term, 01.05.2021 to 31.12.2024
FIRST_YEAR, LAST_YEAR = 2021, 2024

#: what stands under every figure made from this data, by data set
SOURCES = {
    "public": "Öffentliche Internetseiten der Kommunen, der Geschäftsstelle und der Beratung; je Eintrag genannt.",
    "demo": "Demodaten, frei erfunden.",
}

#: the same where what is entered here counts as well: plans, measures, money
ENTERED = {"public": f"Eingaben der Geschäftsstelle und ö{SOURCES['public'][1:]}", "demo": SOURCES["demo"]}

#: how a planned date of a stage stands
PLAN_STATUS = {"planned": "geplant", "held": "stattgefunden", "moved": "verschoben", "dropped": "entfallen"}

#: meetings of the network
EVENT_KINDS = {
    "werkstatttreffen": "Werkstatttreffen",
    "fachdiskurs": "Fachdiskurs",
    "schulung": "Schulung",
    "beratung": "Beratung",
    "other": "Sonstiges",
}
EVENT_STATUS = PLAN_STATUS

#: how far a goal is reached, as those present at a Zwischenbilanz see it
RATING_STEPS = {
    1: "nicht erreicht",
    2: "kaum erreicht",
    3: "teilweise erreicht",
    4: "weitgehend erreicht",
    5: "erreicht",
}
#: what is written down at a Zwischenbilanz
POINT_KINDS = {
    "helping": "Was hilft",
    "hindering": "Was hindert",
    "idea": "Ideenparkplatz",
    "step": "Nächster Schritt",
}

#: for whom a good practice may be shown
RELEASES = {"public": "alle", "network": "Kommunen und Beratung im Netzwerk", "internal": "nur intern"}

_PLANNED = {"planned": ("in planung", "vorgesehen", "terminiert", "anberaumt", "steht bevor", "angesetzt")}
_HELD = {
    **_PLANNED,
    "held": ("fand statt", "hat stattgefunden", "durchgefuehrt", "erfolgt", "erledigt", "abgeschlossen", "ja"),
    "moved": ("verlegt", "wurde verschoben", "vertagt"),
    "dropped": ("ausgefallen", "abgesagt", "faellt aus", "entfaellt", "gestrichen", "storniert"),
}
#: (table, column) -> code -> words
SURE_SYNONYMS: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("measure", "status"): {
        "idea": ("vorschlag", "ideen", "projektidee", "idee vorhanden"),
        "planned": ("in planung", "vorgesehen", "in vorbereitung", "geplante massnahme", "beschlossen", "planung"),
        "running": (
            "laufend", "in umsetzung", "umsetzung", "in arbeit", "in bearbeitung", "gestartet", "begonnen", "aktiv",
            "in durchfuehrung", "wird umgesetzt",
        ),
        "done": (
            "umgesetzt", "fertig", "fertiggestellt", "erledigt", "beendet", "realisiert", "durchgefuehrt",
            "abgeschlossene massnahme", "abschluss",
        ),
        "parked": (
            "geparkt", "zurueckgestellt", "pausiert", "ruht", "ruhend", "ideenspeicher", "themenspeicher", "parkplatz",
            "auf eis gelegt", "auf eis",
        ),
        "dropped": (
            "gestrichen", "abgelehnt", "entfaellt", "entfallen", "nicht weiter verfolgt", "nicht weiterverfolgt",
            "aufgegeben", "abgebrochen", "gescheitert", "wird nicht umgesetzt",
        ),
    },
    ("stage_plan", "status"): _HELD,
    ("network_event", "status"): _HELD,
    ("*", "stage"): {
        "kick_off": ("kickoff", "kick off veranstaltung", "kickoff veranstaltung", "auftakt", "auftaktveranstaltung",
                     "auftakttreffen", "kick off termin", "kick off workshop"),
        "kommunalprofil": ("profil", "kommunalprofile", "demografieprofil", "kommunalprofil erstellt"),
        "zukunftswerkstatt": ("zukunftswerkstaetten", "zukunfts werkstatt", "zw"),
        "werkstattplan": ("werkstattplaene", "werkstatt plan"),
        "zwischenbilanz": ("zwischenbilanzierung", "zwischenbilanz workshop", "zwischenbilanzworkshop",
                           "zwischen bilanz"),
    },
    ("participant", "kind"): {
        "gemeinde": ("kommune", "markt", "ortsgemeinde"),
        "kreisfreie_stadt": ("kreisfrei", "stadtkreis"),
        "landkreis": ("kreis", "lk", "landkreise"),
        "gemeindeverband": ("verbandsgemeinde", "samtgemeinde", "verwaltungsgemeinschaft", "amt", "vg", "sg"),
        "zusammenschluss": ("zusammenschluss", "allianz", "staedteverbund", "verbund", "initiative"),
        "quartier": ("quartier", "stadtteil", "stadtbezirk"),
    },
    ("network_event", "kind"): {
        "werkstatttreffen": ("werkstatt treffen", "netzwerktreffen"),
        "fachdiskurs": ("fach diskurs",),
        "schulung": ("fortbildung", "weiterbildung"),
        "beratung": ("beratungstermin",),
        "other": ("sonstige", "sonstige veranstaltung", "andere", "anderes"),
    },
    ("review_point", "kind"): {
        "helping": ("hilft", "foerdernd", "foerderlich", "foerdernder faktor", "erfolgsfaktor"),
        "hindering": ("hindert", "hemmnis", "hemmnisse", "hemmend", "hemmender faktor", "huerde"),
        "idea": ("idee", "ideen", "ideenspeicher"),
        "step": ("naechste schritte", "schritt", "vereinbarung", "vereinbarter schritt"),
    },
    ("good_practice", "release"): {
        "public": ("oeffentlich", "fuer alle", "frei", "jeder"),
        "network": ("netzwerk", "im netzwerk", "nur netzwerk", "kommunen", "kommunen und beratung"),
        "internal": ("intern", "nicht oeffentlich", "geschaeftsstelle", "nein"),
    },
}  # fmt: skip
LIKELY_SYNONYMS: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("measure", "status"): {
        "planned": ("offen", "ausstehend", "steht aus", "beantragt", "noch nicht begonnen", "nicht begonnen",
                    "noch nicht gestartet"),
        "running": ("teilweise umgesetzt", "zum teil umgesetzt", "teilweise", "angelaufen", "fortlaufend",
                    "daueraufgabe", "dauerhaft", "ja"),
        "parked": ("verschoben", "spaeter", "nicht umgesetzt"),
        "dropped": ("nein",),
    },
    ("*", "stage"): {"zukunftswerkstatt": ("werkstatt", "workshop"), "zwischenbilanz": ("bilanz", "evaluation"),
                     "werkstattplan": ("plan", "massnahmenplan")},
    ("stage_plan", "status"): {"planned": ("offen",), "dropped": ("nein",)},
    ("network_event", "status"): {"planned": ("offen",), "dropped": ("nein",)},
    ("participant", "kind"): {"zusammenschluss": ("zweckverband", "kooperation")},
    ("good_practice", "release"): {"public": ("ja",)},
}  # fmt: skip


def synonyms_of(book: dict[tuple[str, str], dict[str, tuple[str, ...]]], table: str, column: str) -> dict[str, str]:
    """Folded word -> code, of one column."""
    found = book.get((table, column)) or book.get(("*", column)) or {}
    return {word: code for code, several in found.items() for word in several}
