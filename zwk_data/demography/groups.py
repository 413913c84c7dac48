"""The groups a participant is compared with, and who belongs to them.

Landkreise and kreisfreie Städte stand among Kreise, all others (a quarter with its whole city) among Gemeinden.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.demography import areas, features
from zwk_data.demography.grammar import in_kreis, in_land
from zwk_data.demography.twins import LAYER, twins
from zwk_data.errors import ZwkError
from zwk_data.german import count, listing, number
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

KEYS = ("kreis", "land", "bund", "teilnehmende", "art", "groesse", "siedlung", "zwillinge", "eigene")
#: one and many of the areas of a level; a Kreis is a Kommune in German law, so that mixed groups are Kommunen
NOUNS = {
    "gemeinde": ("Gemeinde", "Gemeinden"),
    "kreis": ("Kreis", "Kreise"),
    "teilnehmende": ("Kommune", "Kommunen"),
}
KINDS = {
    "gemeinde": "Gemeinden",
    "stadt": "Städte",
    "kreisfreie_stadt": "kreisfreie Städte",
    "landkreis": "Landkreise",
    "gemeindeverband": "Gemeindeverbände",
    "zusammenschluss": "Zusammenschlüsse",
    "quartier": "Stadtquartiere",
}
#: lower ends of the classes of inhabitants: those of the official statistics for Gemeinden, our own for Kreise
SIZES = {
    "gemeinde": (0, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000),
    "kreis": (0, 100_000, 150_000, 200_000, 300_000, 500_000),
}
#: the degree of urbanisation in the words of the official statistics
URBAN = {1: "dicht besiedelt", 2: "mittlere Besiedlungsdichte", 3: "gering besiedelt"}
#: year of the inhabitants by which a place falls into a class
YEAR = features.NOW
TWINS = 10
_KEY = re.compile(r"\d{5}|\d{8}")


@dataclass(frozen=True)
class Group:
    """One group: ``key``, German ``name``, ``level`` of its members (gemeinde, kreis, teilnehmende), and what must be
    known about it (``note``, may be empty)."""

    key: str
    name: str
    level: str
    note: str = ""


@remembered(entries=128)
def groups(participant_id: str) -> tuple[Group, ...]:  # noqa: PLR0914 - one group after the other, each with its words
    """The groups there are for a participant, in the order of ``KEYS``.

    No Kreis for one that is a Kreis itself. Raises ZwkError if there is no such participant.
    """
    kind, level = features.kind_of(participant_id), features.level_of(participant_id)
    me, many = _row(participant_id), NOUNS[level][1]
    around = areas.comparisons(participant_id)
    kreise = [area.name for area in around if area.level == "kreis"]
    laender = [area.name for area in around if area.level == "land"]
    whole = "Gerechnet wird mit der ganzen Stadt." if kind == "quartier" else ""
    own = areas.members(participant_id, "gemeinde") if level == "gemeinde" else []
    both = "Landkreise und kreisfreie Städte." if level == "kreis" else ""
    parts = f"Gruppen von Gemeinden enthalten auch die {number(len(own))} eigenen." if len(own) > 1 else ""
    found = []
    if kreise and level == "gemeinde":
        found.append(Group("kreis", f"Gemeinden {_in_kreise(kreise)}", level, _note(whole, parts)))
    found.append(Group("land", f"{many} {in_land(listing(laender))}", level, _note(both, whole, parts)))
    found.append(Group("bund", f"Alle {many} in Deutschland", level, _note(both, whole, parts)))
    quarters = "" if kind == "quartier" else _without_quarters()
    found.append(Group("teilnehmende", "Alle Teilnehmenden", "teilnehmende", _note(whole or quarters)))
    same = f"Teilnehmende gleicher Art ({KINDS[kind]})"
    found.append(Group("art", same, "teilnehmende", "Gerechnet wird mit den ganzen Städten." if whole else ""))
    size, urban = me["size"], me["urban"]
    if pd.notna(size):
        words = size_words(*size_class(float(size), level))
        classes = "Größenklassen der amtlichen Statistik" if level == "gemeinde" else "Eigene Größenklassen"
        found.append(Group("groesse", f"{many} mit {words}", level, _note(f"{classes}, Bevölkerung {YEAR}.", whole)))
    if pd.notna(urban):
        found.append(_urban_group(level, round(float(urban)), mixed=level == "kreis" or len(own) > 1))
    about = "Die ähnlichsten Orte in Größe, Dichte, Alter und Entwicklung."
    found.append(Group("zwillinge", f"{TWINS} statistische Zwillinge", level, about))
    found.append(Group("eigene", "Eigene Gruppe", "teilnehmende"))
    return tuple(found)


def members(participant_id: str, group_key: str, own: tuple[str, ...] = ()) -> pd.DataFrame:
    """Who belongs to a group: columns key (area_key or participant_id), name. In the order of the keys.

    ``own`` counts for the group ``eigene`` alone: participant_ids, Gemeinden (8 digits), Kreise (5); what is unknown
    is left out (``unknown`` tells). The participant itself is among them where it belongs there by its area.

    Raises ZwkError for a group that does not exist for this participant.
    """
    if group_key == "eigene":
        level_of_all = _everyone()
        wanted = [key for key in dict.fromkeys(own) if key in level_of_all.index]
        return pd.DataFrame({"key": wanted, "name": level_of_all.loc[wanted].array})
    return _members(participant_id, group_key)


def unknown(own: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the keys a user put together name neither a participant nor a Gemeinde or Kreis of 31.12.2023."""
    known = _everyone().index
    return tuple(key for key in own if key not in known)


def is_area(key: str) -> bool:
    """Is it the key of a Gemeinde or Kreis, not of a participant?"""
    return _KEY.fullmatch(key) is not None


def level_of_key(key: str) -> str:
    """gemeinde, kreis or teilnehmende."""
    return "teilnehmende" if not is_area(key) else "kreis" if len(key) == 5 else "gemeinde"


def size_class(people: float, level: str) -> tuple[int, int | None]:
    """The class of inhabitants: from, and up to but not including (None: no end)."""
    lows = SIZES[level]
    position = max(i for i, low in enumerate(lows) if people >= low)
    return lows[position], lows[position + 1] if position + 1 < len(lows) else None


def size_words(low: int, high: int | None) -> str:
    """``unter 500 Einwohnern``, ``5.000 bis unter 10.000 Einwohnern``, ``100.000 und mehr Einwohnern``."""
    if high is None:
        return f"{number(low)} und mehr Einwohnern"
    return f"{number(low)} bis unter {number(high)} Einwohnern" if low else f"unter {number(high)} Einwohnern"


def _urban_group(level: str, stage: int, *, mixed: bool) -> Group:
    many = NOUNS[level][1]
    note = "Grad der Verstädterung nach der amtlichen Statistik."
    if mixed:
        note = (
            "Grad der Verstädterung nach der amtlichen Statistik, bei mehreren Gemeinden im Mittel, gewichtet mit der "
            "Bevölkerung und gerundet."
        )
    return Group("siedlung", f"{many} gleicher Siedlungsdichte ({URBAN[stage]})", level, note)


def _in_kreise(names: list[str]) -> str:
    """``im Kreis Meißen``, ``in der Region Hannover``, ``in den Kreisen Coburg und Hildburghausen``."""
    if len(names) == 1:
        return in_kreis(names[0], "in")
    return f"in den Kreisen {listing([name.removeprefix('Kreis ') for name in names])}"


def _note(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _without_quarters() -> str:
    n = int(read("SELECT count(*) AS n FROM participant WHERE kind = 'quartier'")["n"].iloc[0])
    if not n:
        return ""
    verb = "bleibt" if n == 1 else "bleiben"
    return f"{count(n, 'Stadtquartier', 'Stadtquartiere')} {verb} außen vor: Es gibt nur Zahlen der ganzen Stadt."


def _row(participant_id: str) -> pd.Series:
    """Size and degree of urbanisation of a participant; NaN where unknown."""
    return features.participant_features("gemeinde").reindex([participant_id]).iloc[0]


@remembered(entries=256)
def _members(participant_id: str, group_key: str) -> pd.DataFrame:
    known = {group.key for group in groups(participant_id)}
    if group_key not in known:
        raise ZwkError(
            f"Die Gruppe „{group_key}“ gibt es für diese Kommune nicht. Möglich sind: {listing(sorted(known))}."
        )
    if group_key in ("teilnehmende", "art"):
        kind = features.kind_of(participant_id)
        return read(
            """
            SELECT participant_id AS key, name FROM participant
            WHERE CASE WHEN $same THEN kind = $kind ELSE kind <> 'quartier' END ORDER BY key
            """,
            {"same": group_key == "art", "kind": kind},
        )
    level = features.level_of(participant_id)
    if group_key == "zwillinge":
        return twins(participant_id, TWINS)[["key", "name"]].sort_values("key", ignore_index=True)
    everyone, me = features.features(level), _row(participant_id)
    keys = everyone.index
    chosen: np.ndarray
    if group_key == "kreis":
        chosen = keys.str[:5].isin(areas.members(participant_id, "kreis"))
    elif group_key == "land":
        chosen = keys.str[:2].isin(areas.land_keys(participant_id))
    elif group_key == "groesse":
        low, high = size_class(float(me["size"]), level)
        chosen = everyone["size"].between(low, high or float("inf"), inclusive="left").to_numpy()
    elif group_key == "siedlung":
        chosen = (everyone["urban"].round() == round(float(me["urban"]))).to_numpy()
    else:
        chosen = np.full(len(keys), True)
    found = keys[chosen]
    names = areas.names(LAYER[level]).reindex(found).fillna(pd.Series(found, index=found))
    return pd.DataFrame({"key": found, "name": names.array})


@remembered(entries=2)
def _everyone() -> pd.Series:
    """Names of all that a user may put together, by key."""
    people = read("SELECT participant_id, name FROM participant").set_index("participant_id")["name"]
    found = [
        areas.names(LAYER[level]).reindex(features.features(level).index).dropna() for level in ("gemeinde", "kreis")
    ]
    everyone: pd.Series = pd.concat([people, *found])
    return everyone
