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
    "parked": "zurückgestellt",
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
