"""What a participant consists of, which areas it is compared with, and its name in a German sentence: article, case,
pronoun.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from zwk_data.geo.map_layers import layer_file, layer_hash
from zwk_data.stores.connection import read
from zwk_data.stores.memo import depends_on, remembered

BUND = "DG"
#: below this number of people a share or a change in per cent would claim a precision it does not have
SMALL = 1000


@dataclass(frozen=True)
class Area:
    """An official area: ``level`` land, kreis, … as in the warehouse; ``name`` is its own within the level."""

    level: str
    key: str
    name: str


@remembered(entries=8)
def names(layer: str) -> pd.Series:
    """Names of all areas of a map layer, by area_key; for participants by participant_id."""
    depends_on(layer_hash, layer, "grob")
    frame = pd.read_parquet(layer_file(layer, "grob"), columns=["area_key", "name"])
    return frame.set_index("area_key")["name"].sort_index()


@remembered(entries=128)
def parts(participant_id: str) -> list[Area]:
    """The official areas a participant stands for, by name: one, or several for an alliance."""
    frame = read(
        """
        SELECT p.level, p.area_key, a.name
        FROM participant_area p LEFT JOIN area a USING (area_key)
        WHERE p.participant_id = $id ORDER BY a.name
        """,
        {"id": participant_id},
    )
    return [Area(*row) for row in frame.itertuples(index=False, name=None)]


@remembered
def members(participant_id: str, level: str) -> list[str]:
    """Keys of the areas a participant covers on the map's ``level``: its Gemeinden, or the Kreise it lies in."""
    covered = _covered(participant_id)
    if level == "kreis":
        return sorted({key[:5] for _, key in covered})
    kreise = [key for own_level, key in covered if own_level == "kreis"]
    inside = read(
        "SELECT area_key FROM area WHERE level = 'gemeinde' AND valid_to IS NULL AND list_contains($keys, kreis_key)",
        {"keys": kreise},
    )
    return sorted([*(key for own_level, key in covered if own_level == "gemeinde"), *inside["area_key"]])


def figure_keys(participant_id: str) -> tuple[str, ...]:
    """Keys of the areas whose figures make up a participant's: Kreise as Kreise, everything else by its Gemeinden.

    Only a kreisfreie Stadt, both Gemeinde and Kreis, has two keys for the same people. Empty for unknown participants.
    """
    keys = tuple(key for _, key in _covered(participant_id))
    return (keys[0], keys[0][:5]) if len(keys) == 1 and keys[0].endswith("000") else keys


def own_keys(participant_id: str) -> tuple[str, ...]:
    """The keys of the single area that a participant is, that as a Kreis last; empty if it has several areas."""
    return figure_keys(participant_id) if len(_covered(participant_id)) == 1 else ()


@remembered(entries=512)
def _covered(participant_id: str) -> tuple[tuple[str, str], ...]:
    frame = read(
        "SELECT level, area_key FROM member WHERE participant_id = $id ORDER BY area_key", {"id": participant_id}
    )
    return tuple(frame.itertuples(index=False, name=None))


def land_keys(participant_id: str) -> list[str]:
    """The keys of the Länder a participant lies in."""
    return sorted({part.key[:2] for part in parts(participant_id)})


def comparisons(participant_id: str) -> list[Area]:
    """Kreise, Länder and the Bund around a participant, from near to far.

    No Kreis for a participant that is one itself, kreisfreie Städte included; several for some alliances.
    """
    own = parts(participant_id)
    kreise = {part.key[:5] for part in own if part.level != "kreis" and not part.key.endswith("000")}
    found = [Area("kreis", key, kreis_name(names("kreise").get(key, key), key)) for key in sorted(kreise)]
    found += [Area("land", key, names("laender").get(key, key)) for key in sorted({part.key[:2] for part in own})]
    return [*found, Area("bund", BUND, "Deutschland")]


@remembered(entries=128)
def verband(participant_id: str) -> Area | None:
    """The Gemeindeverband that all Gemeinden of a participant belong to with others; None if it is the Verband itself.

    Named as in a sentence: ``Amt Stralendorf``.
    """
    frame = read(
        "SELECT verband_key, name FROM participant_verband JOIN area ON area_key = verband_key "
        "WHERE participant_id = $id",
        {"id": participant_id},
    )
    if frame.empty:
        return None
    key, name = frame.iloc[0]
    return Area("verband", key, verband_name(key, name))


#: what a Verband is called, by Land; in other Länder, and in those with several kinds, it is a Gemeindeverband
_VERBAND = {
    "01": "Amt",
    "03": "Samtgemeinde",
    "07": "Verbandsgemeinde",
    "09": "Verwaltungsgemeinschaft",
    "13": "Amt",
    "15": "Verbandsgemeinde",
}


def verband_name(key: str, name: str) -> str:
    """A Verband with what it is: ``Amt Stralendorf``, ``Samtgemeinde Spelle``."""
    bare = bare_verband(name.partition(",")[0])
    kind = _VERBAND.get(key[:2], "Gemeindeverband")
    return bare if bare.split(" ")[0] in ("Amt", "Verbandsgemeinde", "GVV", "VVG") else f"{kind} {bare}"


def bare_verband(name: str) -> str:
    """``Schönsee (VGem)`` -> ``Schönsee``."""
    return name.replace(" (VGem)", "").strip()


#: Schleswig-Holstein and Nordrhein-Westfalen have Kreise, all other Länder Landkreise
_LAENDER_OF_KREISE = ("01", "05")
#: a Kreis of its own kind whose name does not say so
_OWN_KIND = {"05334": "Städteregion Aachen"}
#: the abbreviations in official names, written out as they are spoken
_ABBREVIATIONS = {
    "a.d.": "an der ",
    "i.d.": "in der ",
    "a.Inn": "am Inn",
    "i.Fichtelgebirge": "im Fichtelgebirge",
    "OPf.": "Oberpfalz",
}


def kreis_name(name: str, key: str) -> str:
    """Its official name in a sentence: ``Landkreis Meißen``, ``Kreis Düren``, ``Landkreis Mühldorf am Inn``.

    ``name`` as in the register or on the map (``Coburg (Landkreis)``), ``key`` of five digits, also of a former
    Kreis; names that already say what they are stay as they are.
    """
    if key in _OWN_KIND:
        return _OWN_KIND[key]
    bare = name.partition(" (")[0]
    for short, written in _ABBREVIATIONS.items():
        bare = bare.replace(short, written)
    if "kreis" in bare.lower() or bare.startswith(("Region ", "Regionalverband ", "Städteregion ")):
        return bare
    return f"{kind_of_kreis(key)} {bare}"


def kind_of_kreis(key: str) -> str:
    """``Kreis`` or ``Landkreis``, as the Land calls it; ``key`` of five digits."""
    return "Kreis" if key[:2] in _LAENDER_OF_KREISE else "Landkreis"


def kind_of_gemeinde(name: str) -> str:
    """``Stadt`` where the official name says so, else ``Gemeinde``: ``Riesa, Stadt``, ``Marktredwitz, GKSt``.

    >>> [kind_of_gemeinde(name) for name in ("Herford, Hansestadt", "Plößberg, M", "Vrees", "Stadtlohn, Stadt")]
    ['Stadt', 'Gemeinde', 'Gemeinde', 'Stadt']
    """
    titles = [one.strip() for one in name.split(",")[1:]]
    return "Stadt" if any("stadt" in one.lower() or one in ("St", "GKSt") for one in titles) else "Gemeinde"


def official_kind(participant_id: str, kind_de: str) -> str:
    """What a participant is, in words: a Kreis as its Land calls it, one Gemeinde as its official name says."""
    own = parts(participant_id)
    if not own or kind_de not in ("Landkreis", "Stadt", "Gemeinde"):
        return kind_de
    return kind_of_kreis(own[0].key) if own[0].level == "kreis" else kind_of_gemeinde(own[0].name)


@remembered(entries=128)
def is_small(participant_id: str) -> bool:
    """Do fewer than 1,000 people live there (latest figure)? Then numbers are shown instead of per cent."""
    frame = read(
        """
        SELECT arg_max(value, year) AS people FROM participant_observation
        WHERE participant_id = $id AND indicator_id = 'population' AND sex = 'total' AND age_group = 'total'
        """,
        {"id": participant_id},
    )
    people = frame["people"].iloc[0]
    return bool(pd.notna(people) and people < SMALL)


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
