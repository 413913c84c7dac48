"""The fixed vocabulary of the figures: codes as stored, words as shown."""

from __future__ import annotations

#: why a value is what it is; the first eight words are the meaning of the signs in official tables
STATUS = {
    "reported": "veröffentlicht",
    "none": "nichts vorhanden (–)",
    "secret": "unbekannt oder geheim gehalten (.)",
    "unreliable": "nicht sicher genug (/)",
    "not_applicable": "Angabe nicht sinnvoll (x)",
    "pending": "Angabe fällt später an (…)",
    "rounded": "gerundet veröffentlicht",
    "estimated": "geschätzt oder umgerechnet",
    "computed": "aus veröffentlichten Zahlen errechnet",
    "missing": "in den ausgewerteten Quellen nicht enthalten",
}

#: map layers, with the words for one and many of their areas
LAYERS = {
    "laender": ("Land", "Länder"),
    "kreise": ("Kreis", "Kreise"),
    "gemeinden": ("Gemeinde", "Gemeinden"),
    "teilnehmende": ("Kommune", "Teilnehmende"),
}
#: map layer -> level of its areas in the warehouse
LEVEL_OF_LAYER = {"laender": "land", "kreise": "kreis", "gemeinden": "gemeinde"}

SEXES = {"total": "insgesamt", "male": "männlich", "female": "weiblich"}


def age_group(code: str) -> str:
    """``total`` -> ``alle``, ``0-2`` -> ``unter 3 Jahre``, ``75+`` -> ``75 Jahre und älter``, ``7`` -> ``7 Jahre``."""
    if code == "total":
        return "alle"
    if code.endswith("+"):
        return f"{code[:-1]} Jahre und älter"
    low, dash, high = code.partition("-")
    if not dash:
        return f"{code} Jahre"
    return f"unter {int(high) + 1} Jahre" if low == "0" else f"{low} bis {high} Jahre"
