"""A participant's name in a German sentence: article, case, pronoun."""

from __future__ import annotations

from dataclasses import dataclass

from zwk_data.demography.areas import kreis_name
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: parts of official names that are left out of sentences
_DROPPED = ("Mittelzentraler ", " e.V.")
#: endings of the first word of names that contain their own noun; of masculine ones with the ending of the genitive
_MASCULINE = {"kreis": "es", "verbund": "s", "verband": "s", "verein": "s", "zweckverband": "s"}
_FEMININE = ("gemeinde", "initiative", "region", "stadt", "allianz", "gemeinschaft")
_NOUN = {"stadt": "Stadt", "kreisfreie_stadt": "Stadt", "quartier": "Stadt", "gemeinde": "Gemeinde"}


@dataclass(frozen=True)
class Declined:
    """A name in all cases: ``noun`` (``Stadt Riesa``, ``Landkreis Rostock``), its genitive, and its gender."""

    noun: str
    genitive_noun: str
    masculine: bool

    @property
    def nominative(self) -> str:
        """„die Stadt Riesa“, „der Landkreis Rostock“."""
        return f"{'der' if self.masculine else 'die'} {self.noun}"

    @property
    def genitive(self) -> str:
        """„der Stadt Riesa“, „des Landkreises Rostock“."""
        return f"{'des' if self.masculine else 'der'} {self.genitive_noun}"

    @property
    def inside(self) -> str:
        """„in der Stadt Riesa“, „im Landkreis Rostock“."""
        return f"im {self.noun}" if self.masculine else f"in der {self.noun}"

    @property
    def towards(self) -> str:
        """„zur Stadt Riesa“, „zum Landkreis Rostock“."""
        return f"zum {self.noun}" if self.masculine else f"zur {self.noun}"

    @property
    def pronoun(self) -> str:
        """„sie“ or „er“."""
        return "er" if self.masculine else "sie"


def decline(name: str, kind: str) -> Declined:
    """Decline a participant: ``Riesa``, ``stadt`` -> die Stadt Riesa; ``Landkreis Rostock`` -> der Landkreis Rostock.

    Names that are a noun already keep it; a quarter stands for its whole city.
    """
    for dropped in _DROPPED:
        name = name.replace(dropped, "")
    first, space, rest = name.partition(" ")
    if kind not in _NOUN:
        for ending, genitive_ending in _MASCULINE.items():
            if first.lower().endswith(ending):
                return Declined(name, f"{first}{genitive_ending}{space}{rest}", True)
        if first.lower().endswith(_FEMININE):
            return Declined(name, name, False)
    noun = f"{_NOUN.get(kind, 'Kommune')} {name}"
    return Declined(noun, noun, False)


def in_kreis(name: str, key: str, preposition: str) -> str:
    """„zum Landkreis Meißen“, „zur Region Hannover“; ``preposition``: zu, in or von; ``name`` as in the register."""
    return in_full_kreis(kreis_name(name, key), preposition)


def in_full_kreis(full: str, preposition: str) -> str:
    """The same of a name that says what it is: „zum Landkreis Meißen“."""
    feminine = full.startswith(("Region", "Städteregion", "Stadt "))
    forms = {"zu": ("zum", "zur"), "in": ("im", "in der"), "von": ("vom", "von der")}
    return f"{forms[preposition][feminine]} {full}"


def in_verband(full: str) -> str:
    """„im Amt Stralendorf“, „in der Samtgemeinde Spelle“; ``full``: as from ``areas.verband_name``."""
    return f"im {full}" if full.startswith(("Amt ", "GVV ", "Gemeindeverband ")) else f"in der {full}"


def in_land(name: str) -> str:
    """„in Sachsen“, „im Saarland“, „im Land Bremen“, which is more than the city."""
    return {"Saarland": "im Saarland", "Bremen": "im Land Bremen"}.get(name, f"in {name}")


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """Capital and full stop, one stop only after „Oelsnitz/Vogtl.“."""
    return capital(text.removesuffix(".")) + "."


def declined(participant_id: str) -> Declined:
    """A participant's name, declined. Raises KeyError if there is no such participant."""
    return _declined_by_id()[participant_id]


@remembered(entries=2)
def _declined_by_id() -> dict[str, Declined]:
    frame = read("SELECT participant_id, name, kind FROM participant")
    return {row[0]: decline(row[1], row[2]) for row in frame.itertuples(index=False, name=None)}
