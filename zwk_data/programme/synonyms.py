"""Other words that lists use for the codes of records.py (folded, see spelling.fold), by store column.

``SURE`` says the same as the code; ``LIKELY`` may, and is proposed only.
"""

from __future__ import annotations

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
