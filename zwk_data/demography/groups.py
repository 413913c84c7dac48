"""The groups a participant is compared with, and who belongs to them.

Landkreise and kreisfreie Städte are compared with Kreise, all others (a quarter with its whole city) with Gemeinden.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zwk_data.demography import areas, features
from zwk_data.demography.areas import in_full_kreis, in_land
from zwk_data.demography.twins import LAYER, twins
from zwk_data.errors import ZwkError
from zwk_data.german import count, listing, number
from zwk_data.stores.connection import read
from zwk_data.stores.memo import remembered

#: singular and plural of the members of a level; Kreise are Kommunen in German law, so mixed groups are Kommunen
NOUNS = {"gemeinde": ("Gemeinde", "Gemeinden"), "kreis": ("Kreis", "Kreise"), "teilnehmende": ("Kommune", "Kommunen")}
KINDS = {
    "gemeinde": "Gemeinden",
    "stadt": "Städte",
    "kreisfreie_stadt": "kreisfreie Städte",
    "landkreis": "Landkreise",
    "gemeindeverband": "Gemeindeverbände",
    "zusammenschluss": "Zusammenschlüsse",
    "quartier": "Stadtquartiere",
}
#: lower bounds of the size classes (inhabitants): those of the official statistics for Gemeinden, our own for Kreise
SIZES = {
    "gemeinde": (0, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000),
    "kreis": (0, 100_000, 150_000, 200_000, 300_000, 500_000),
}
#: the degree of urbanisation in the words of the official statistics
URBAN = {1: "dicht besiedelt", 2: "mittlere Besiedlungsdichte", 3: "gering besiedelt"}
#: year of the population that decides on the size class
YEAR = features.NOW
TWINS = 10


@dataclass(frozen=True)
class Group:
    """One group: ``key``, German ``name``, ``level`` of its members (gemeinde, kreis, teilnehmende), and a ``note`` on
    what must be known about it (may be empty)."""

    key: str
    name: str
    level: str
    note: str = ""


@remembered(entries=128)
def groups(participant_id: str) -> tuple[Group, ...]:  # noqa: PLR0914 - one group after the other, each with its words
    """The groups of a participant, always in the same order.

    No group „kreis“ for one that is a Kreis itself. Raises ZwkError if there is no such participant.
    """
    kind, level = features.kind_of(participant_id), features.level_of(participant_id)
    me, many = _size_and_urbanity(participant_id), NOUNS[level][1]
    around = areas.comparisons(participant_id)
    kreise = [area.name for area in around if area.level == "kreis"]
    laender = [area.name for area in around if area.level == "land"]
    whole = "Gerechnet wird mit der ganzen Stadt." if kind == "quartier" else ""
    own = areas.members(participant_id, "gemeinde") if level == "gemeinde" else []
    both = "Landkreise und kreisfreie Städte." if level == "kreis" else ""
    parts = f"Gruppen von Gemeinden enthalten auch die {number(len(own))} eigenen." if len(own) > 1 else ""
    found = []
    if kreise and level == "gemeinde":
        found.append(Group("kreis", f"Gemeinden {_in_kreise(kreise)}", level, _notes(whole, parts)))
    found.append(Group("land", f"{many} {in_land(listing(laender))}", level, _notes(both, whole, parts)))
    found.append(Group("bund", f"Alle {many} in Deutschland", level, _notes(both, whole, parts)))
    quarters = "" if kind == "quartier" else _quarters_left_out()
    found.append(Group("teilnehmende", "Alle Teilnehmenden", "teilnehmende", _notes(whole or quarters)))
    same = f"Teilnehmende gleicher Art ({KINDS[kind]})"
    found.append(Group("art", same, "teilnehmende", "Gerechnet wird mit den ganzen Städten." if whole else ""))
    size, urban = me["size"], me["urban"]
    if pd.notna(size):
        words = size_words(*size_class(float(size), level))
        classes = "Größenklassen der amtlichen Statistik" if level == "gemeinde" else "Eigene Größenklassen"
        found.append(Group("groesse", f"{many} mit {words}", level, _notes(f"{classes}, Bevölkerung {YEAR}.", whole)))
    if pd.notna(urban):
        found.append(_urban_group(level, round(float(urban)), mixed=level == "kreis" or len(own) > 1))
    about = "Die ähnlichsten Orte in Größe, Dichte, Alter und Entwicklung."
    found.append(Group("zwillinge", f"{TWINS} statistische Zwillinge", level, about))
    found.append(Group("eigene", "Eigene Gruppe", "teilnehmende"))
    return tuple(found)


def members(participant_id: str, group_key: str, own: tuple[str, ...] = ()) -> pd.DataFrame:
    """Who belongs to a group: columns key (area_key or participant_id), name. In the order of the keys.

    ``own`` makes up the group ``eigene``: participant_ids, keys of Gemeinden (8 digits) or Kreise (5); unknown ones
    (``unknown``) are left out. The participant itself is among the members if its area is.

    Raises ZwkError for a group that does not exist for this participant.
    """
    if group_key == "eigene":
        names = _all_names()
        wanted = [key for key in dict.fromkeys(own) if key in names.index]
        return pd.DataFrame({"key": wanted, "name": names.loc[wanted].array})
    return _members(participant_id, group_key)


def unknown(own: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the keys that are neither a participant nor a Gemeinde or Kreis of 31.12.2023."""
    known = _all_names().index
    return tuple(key for key in own if key not in known)


def level_of_key(key: str) -> str:
    """gemeinde (8 digits), kreis (5 digits), or teilnehmende for what is no key of an area."""
    return {8: "gemeinde", 5: "kreis"}.get(len(key), "teilnehmende") if key.isdecimal() else "teilnehmende"


def size_class(people: float, level: str) -> tuple[int, int | None]:
    """The lower and the (exclusive) upper bound of a size class; None for the open class."""
    lows = SIZES[level]
    position = max(i for i, low in enumerate(lows) if people >= low)
    return lows[position], lows[position + 1] if position + 1 < len(lows) else None


def size_words(low: int, high: int | None) -> str:
    """``unter 500 Einwohnern``, ``5.000 bis unter 10.000 Einwohnern``, ``100.000 und mehr Einwohnern``."""
    if high is None:
        return f"{number(low)} und mehr Einwohnern"
    return f"{number(low)} bis unter {number(high)} Einwohnern" if low else f"unter {number(high)} Einwohnern"


def _urban_group(level: str, stage: int, *, mixed: bool) -> Group:
    mean = ", bei mehreren Gemeinden im Mittel, gewichtet mit der Bevölkerung und gerundet" if mixed else ""
    note = f"Grad der Verstädterung nach der amtlichen Statistik{mean}."
    return Group("siedlung", f"{NOUNS[level][1]} gleicher Siedlungsdichte ({URBAN[stage]})", level, note)


def _in_kreise(names: list[str]) -> str:
    """``im Landkreis Meißen``, ``in der Region Hannover``, ``in den Landkreisen Coburg und Hildburghausen``."""
    if len(names) == 1:
        return in_full_kreis(names[0], "in")
    kind = "Kreis" if all(name.startswith("Kreis ") for name in names) else "Landkreis"
    return f"in den {kind}en {listing([name.removeprefix(f'{kind} ') for name in names])}"


def _notes(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _quarters_left_out() -> str:
    n = int(read("SELECT count(*) AS n FROM participant WHERE kind = 'quartier'")["n"].iloc[0])
    if not n:
        return ""
    verb = "bleibt" if n == 1 else "bleiben"
    return f"{count(n, 'Stadtquartier', 'Stadtquartiere')} {verb} außen vor: Es gibt nur Zahlen der ganzen Stadt."


def _size_and_urbanity(participant_id: str) -> pd.Series:
    """Size and degree of urbanisation of a participant; NaN where unknown."""
    return features.participant_features().reindex([participant_id]).iloc[0]


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
        return twins(participant_id, TWINS)[["key", "name"]].sort_values("key", ignore_index=True, kind="stable")
    everyone, me = features.features(level), _size_and_urbanity(participant_id)
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
def _all_names() -> pd.Series:
    """Names of everything that may be in a group put together by hand, by key."""
    people = read("SELECT participant_id, name FROM participant").set_index("participant_id")["name"]
    found = [
        areas.names(LAYER[level]).reindex(features.features(level).index).dropna() for level in ("gemeinde", "kreis")
    ]
    everyone: pd.Series = pd.concat([people, *found])
    return everyone
