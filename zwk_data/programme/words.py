"""The programme's fixed vocabulary: codes as stored, words as shown."""

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
