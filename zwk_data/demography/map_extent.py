"""What part of the country a map shows: Germany, a Land, a Kreis, a Gemeinde, or a participant and its surroundings."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from zwk_data.demography.areas import kreis_name, land_keys, members, names
from zwk_data.demography.indicators import LEVEL_OF_LAYER
from zwk_data.demography.mapdata import participant_names
from zwk_data.geo.layers import layer_hash, map_shapes, part_of_gemeinden
from zwk_data.stores.memo import depends_on, remembered

GERMANY = "Deutschland"
#: how much wider than the place the map is, so that its neighbours are seen too
AIR = 1.15
#: a village alone would say nothing: at least so many metres across
LEAST = 25_000


@dataclass(frozen=True)
class Extent:
    """A place to look at. ``key``: of a Land (two digits), Kreis (five) or Gemeinde (eight), a participant_id, or "".

    ``trail``: keys and names from Germany down to it; ``laender``: the Länder it lies in; ``east``, ``north``,
    ``across``: its middle and the width of the map in metres of the map's plane, 0 across for all of Germany.
    """

    key: str
    name: str
    trail: tuple[tuple[str, str], ...] = (("", GERMANY),)
    laender: tuple[str, ...] = ()
    east: float = 0
    north: float = 0
    across: float = 0

    def layer(self, layer: str) -> str:
        """The layer to fetch: of the Gemeinden those of the Länder shown alone."""
        return part_of_gemeinden(self.laender) if layer == "gemeinden" and self.laender else layer

    def inside(self, layer: str) -> tuple[str, ...]:
        """The keys of the layer's areas that the place consists of, or that it lies in; empty for all of Germany."""
        if not self.key:
            return ()
        if layer == "teilnehmende":
            return (self.key,) if not self.key.isdigit() else _participants_in(self.key)
        if not self.key.isdigit():
            return self.laender if layer == "laender" else tuple(members(self.key, LEVEL_OF_LAYER[layer]))
        length = {"laender": 2, "kreise": 5, "gemeinden": 8}[layer]
        own = self.key[:length]
        return (own,) if len(own) == length else tuple(key for key in names(layer).index if key.startswith(own))


@remembered(entries=64)
def places(near: str = "") -> dict[str, str]:
    """What can be looked at by name: Germany, all participants, all Länder; key -> name.

    ``near``: the key of the place that is looked at: then also the Kreise of its Land and the Gemeinden of its Kreis.
    """
    people = participant_names()
    found = {
        "": GERMANY,
        **dict(zip(people["participant_id"], people["name"], strict=True)),
        **{str(key): str(name) for key, name in names("laender").sort_values().items()},
    }
    if near.isdigit() and near[:2] in found:
        found |= {key: _kreis(key) for key in names("kreise").sort_values().index if key.startswith(near[:2])}
    if len(near) >= 5 and near[:5] in found:
        inside = names("gemeinden").sort_values()
        found |= {str(key): str(name) for key, name in inside[inside.index.str.startswith(near[:5])].items()}
    return found


@remembered(entries=64)
def extent(key: str) -> Extent:
    """The place of this key; all of Germany for "" and for a key that does not exist."""
    depends_on(layer_hash, "gemeinden", "grob")
    found = _trail(key)
    if found is None or not key:
        return Extent("", GERMANY)
    layer = {2: "laender", 5: "kreise", 8: f"gemeinden-{key[:2]}"}[len(key)] if key.isdigit() else "teilnehmende"
    shapes = map_shapes(layer, "grob")
    if key not in shapes.index:
        return Extent("", GERMANY)
    west, south, east, north = shapely.bounds(shapes[key])
    laender = (key[:2],) if key.isdigit() else tuple(land_keys(key))
    across = max(AIR * max(east - west, north - south), LEAST)
    return Extent(key, found[-1][1], found, laender, (west + east) / 2, (south + north) / 2, across)


def _trail(key: str) -> tuple[tuple[str, str], ...] | None:
    """Keys and names from Germany down to the place, or None if there is no such place."""
    if key.isdigit():
        steps = [key[:length] for length in (2, 5, 8) if length <= len(key)]
        known = [(step, _name(step)) for step in steps]
        if not known or known[-1][0] != key or not all(name for _, name in known):
            return None
    else:
        name = places().get(key, "")
        if not name:
            return None
        known = [(own, _name(own)) for own in land_keys(key)] if len(land_keys(key)) == 1 else []
        known.append((key, name))
    return (("", GERMANY), *known)


def _name(key: str) -> str:
    if len(key) == 5:
        return _kreis(key)
    return str(names({2: "laender", 8: "gemeinden"}[len(key)]).get(key, ""))


def _kreis(key: str) -> str:
    name = str(names("kreise").get(key, ""))
    is_town = not name or _is_town(key)
    return name if is_town else kreis_name(name, key)


def _is_town(key: str) -> bool:
    """Is the Kreis a kreisfreie Stadt? It is its only Gemeinde then."""
    return f"{key}000" in names("gemeinden").index


@remembered(entries=64)
def _participants_in(key: str) -> tuple[str, ...]:
    """The participants of whose area some lies in the Land, Kreis or Gemeinde."""
    level = "kreis" if len(key) <= 5 else "gemeinde"
    ids = participant_names()["participant_id"]
    return tuple(one for one in ids if any(own.startswith(key) for own in members(one, level)))
