"""The programme's fixed vocabulary: codes as stored, words as shown, and what lists write instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Synonyms:
    """Code -> other words for it, divided by „|“ and folded (``cells.fold``).

    ``sure`` words mean the code; ``likely`` ones may, so they are only proposed. ``partly``: code -> the code that is
    meant where it is said of a part („teils umgesetzt“).
    """

    sure: Mapping[str, str] = field(default_factory=dict)
    likely: Mapping[str, str] = field(default_factory=dict)
    partly: Mapping[str, str] = field(default_factory=dict)

    def by_word(self) -> tuple[dict[str, str], dict[str, str]]:
        """Word -> code: those that are sure, and those that are likely."""
        return _by_word(self.sure), _by_word(self.likely)


def _by_word(book: Mapping[str, str]) -> dict[str, str]:
    return {word: code for code, words in book.items() for word in words.split("|")}


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
    "blanket": "nur pauschal belegt",
}
#: those without a date: the source gives none, or one sentence says it of all Kommunen at once and of none by itself
UNDATED = ("unknown", "blanket")

KINDS = {
    "gemeinde": "Gemeinde",
    "stadt": "Stadt",
    "kreisfreie_stadt": "Kreisfreie Stadt",
    "landkreis": "Landkreis",
    "gemeindeverband": "Gemeindeverband",
    "zusammenschluss": "Zusammenschluss von Gemeinden",
    "quartier": "Stadtquartier",
}

#: Land -> how it is abbreviated, folded (``cells.fold``), divided by „|“
LAENDER = {
    "Schleswig-Holstein": "sh",
    "Hamburg": "hh",
    "Niedersachsen": "ni|nds",
    "Bremen": "hb",
    "Nordrhein-Westfalen": "nrw|nw",
    "Hessen": "he",
    "Rheinland-Pfalz": "rp|rlp",
    "Baden-Württemberg": "bw",
    "Bayern": "by|bay",
    "Saarland": "sl",
    "Berlin": "be",
    "Brandenburg": "bb|brb",
    "Mecklenburg-Vorpommern": "mv|m v",
    "Sachsen": "sn",
    "Sachsen-Anhalt": "st",
    "Thüringen": "th",
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

#: measures and ratings that name no Handlungsfeld stand together under these words
WITHOUT_FIELD = "Ohne Handlungsfeld"

#: ways of changing records
CHANGE_KINDS = {"entry": "Eingabe", "import": "Import", "undo": "Rücknahme"}

#: for whom a good practice may be shown
RELEASES = {"public": "alle", "network": "Kommunen und Beratung im Netzwerk", "internal": "nur intern"}

STAGE_SYNONYMS = Synonyms(
    sure={
        "kick_off": (
            "kickoff|kick off veranstaltung|kickoff veranstaltung|auftakt|auftaktveranstaltung|auftakttreffen|"
            "kick off termin|kick off workshop"
        ),
        "kommunalprofil": "profil|kommunalprofile|demografieprofil|kommunalprofil erstellt",
        "zukunftswerkstatt": "zukunftswerkstaetten|zukunfts werkstatt|zw",
        "werkstattplan": "werkstattplaene|werkstatt plan",
        "zwischenbilanz": "zwischenbilanzierung|zwischenbilanz workshop|zwischenbilanzworkshop|zwischen bilanz",
    },
    likely={
        "zukunftswerkstatt": "werkstatt|workshop",
        "zwischenbilanz": "bilanz|evaluation",
        "werkstattplan": "plan|massnahmenplan",
    },
)

KIND_SYNONYMS = Synonyms(
    sure={
        "gemeinde": "kommune|markt|ortsgemeinde",
        "kreisfreie_stadt": "kreisfrei|stadtkreis",
        "landkreis": "kreis|lk|landkreise",
        "gemeindeverband": "verbandsgemeinde|samtgemeinde|verwaltungsgemeinschaft|amt|vg|sg",
        "zusammenschluss": "zusammenschluss|allianz|staedteverbund|verbund|initiative",
        "quartier": "quartier|stadtteil|stadtbezirk",
    },
    likely={
        "zusammenschluss": "zweckverband|kooperation",
    },
)

MEASURE_STATUS_SYNONYMS = Synonyms(
    sure={
        "idea": "vorschlag|ideen|projektidee|idee vorhanden",
        "planned": "in planung|vorgesehen|in vorbereitung|geplante massnahme|beschlossen|planung",
        "running": (
            "laufend|in umsetzung|umsetzung|in arbeit|in bearbeitung|gestartet|begonnen|aktiv|in durchfuehrung|"
            "wird umgesetzt"
        ),
        "done": (
            "umgesetzt|fertig|fertiggestellt|erledigt|beendet|realisiert|durchgefuehrt|abgeschlossene massnahme|"
            "abschluss"
        ),
        "parked": (
            "geparkt|zurueckgestellt|pausiert|ruht|ruhend|ideenspeicher|themenspeicher|parkplatz|auf eis gelegt|auf eis"
        ),
        "dropped": (
            "gestrichen|abgelehnt|entfaellt|entfallen|nicht weiter verfolgt|nicht weiterverfolgt|aufgegeben|"
            "abgebrochen|gescheitert|wird nicht umgesetzt"
        ),
    },
    likely={
        "planned": ("offen|ausstehend|steht aus|beantragt|noch nicht begonnen|nicht begonnen|noch nicht gestartet"),
        "running": (
            "teilweise umgesetzt|zum teil umgesetzt|teilweise|angelaufen|fortlaufend|daueraufgabe|dauerhaft|ja"
        ),
        "parked": "verschoben|spaeter|nicht umgesetzt",
        "dropped": "nein",
    },
    partly={"done": "running", "running": "running"},
)

PLAN_STATUS_SYNONYMS = Synonyms(
    sure={
        "planned": "in planung|vorgesehen|terminiert|anberaumt|steht bevor|angesetzt",
        "held": "fand statt|hat stattgefunden|durchgefuehrt|erfolgt|erledigt|abgeschlossen|ja",
        "moved": "verlegt|wurde verschoben|vertagt",
        "dropped": "ausgefallen|abgesagt|faellt aus|entfaellt|gestrichen|storniert",
    },
    likely={
        "planned": "offen",
        "dropped": "nein",
    },
)

EVENT_KIND_SYNONYMS = Synonyms(
    sure={
        "werkstatttreffen": "werkstatt treffen|netzwerktreffen",
        "fachdiskurs": "fach diskurs",
        "schulung": "fortbildung|weiterbildung",
        "beratung": "beratungstermin",
        "other": "sonstige|sonstige veranstaltung|andere|anderes",
    },
)

POINT_KIND_SYNONYMS = Synonyms(
    sure={
        "helping": "hilft|foerdernd|foerderlich|foerdernder faktor|erfolgsfaktor",
        "hindering": "hindert|hemmnis|hemmnisse|hemmend|hemmender faktor|huerde",
        "idea": "idee|ideen|ideenspeicher",
        "step": "naechste schritte|schritt|vereinbarung|vereinbarter schritt",
    },
)

RELEASE_SYNONYMS = Synonyms(
    sure={
        "public": "oeffentlich|fuer alle|frei|jeder",
        "network": "netzwerk|im netzwerk|nur netzwerk|kommunen|kommunen und beratung",
        "internal": "intern|nicht oeffentlich|geschaeftsstelle|nein",
    },
    likely={
        "public": "ja",
    },
)
