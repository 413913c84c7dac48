"""What a map shows: one indicator in one year for all areas of a layer, why some have no value, who is at the ends.

And which part of the country: Germany, a Land, a Kreis, a Gemeinde, or a participant and its surroundings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from zwk_data.demography.areas import kreis_name, land_keys, members, names
from zwk_data.demography.figures import CENSUS_BASE, of_year
from zwk_data.demography.indicators import LAYERS, LEVEL_OF_LAYER, STATUS, Indicator, indicators
from zwk_data.geo.map_layers import layer_hash, map_shapes, part_of_gemeinden
from zwk_data.german import count, listing, with_unit
from zwk_data.stores.connection import read
from zwk_data.stores.memo import depends_on, remembered

#: what the map opens with: the development since the first year on the base of the Zensus 2011
DEFAULT = "population_index"
BASE_YEAR, LAST_ON_BASE = CENSUS_BASE
UNITED = 1990


@remembered
def available(layer: str) -> dict[str, list[int]]:
    """For each indicator with figures on this layer, its years, oldest first; indicators in the catalogue's order."""
    frame = read(
        """
        SELECT indicator_id, list(DISTINCT year) AS years FROM coverage
        WHERE state = $state AND ($level IS NULL OR place = $level) AND as_total GROUP BY indicator_id
        """,
        {"state": "participants" if layer == "teilnehmende" else "today", "level": LEVEL_OF_LAYER.get(layer)},
    )
    years = dict(zip(frame["indicator_id"], frame["years"], strict=True))
    order = read("SELECT indicator_id FROM indicator WHERE on_map")["indicator_id"]
    return {key: sorted(int(year) for year in years[key]) for key in order if key in years}


def map_values(layer: str, indicator_id: str, year: int) -> pd.DataFrame:
    """One row per area of the layer, in the order of area_key.

    Columns: area_key (participant_id for participants), name, value (NaN if none), status (``missing`` where no source
    names the area), territory, source_id. On the territory of 2023. What is published of Verbände alone has each of
    their Gemeinden.
    """
    if layer == "teilnehmende":
        known = participant_names().rename(columns={"participant_id": "area_key"})
    else:
        known = names(layer).rename_axis("area_key").reset_index()
    found = of_year(LEVEL_OF_LAYER.get(layer, layer), indicator_id, year)
    if layer == "gemeinden" and of_verbaende(indicator_id):
        found = _of_verbaende(indicator_id, year)
    found = found.set_index("key").reindex(known["area_key"])
    for column in ("value", "status", "territory", "source_id"):
        known[column] = found[column].array
    known["status"] = known["status"].fillna("missing")
    return known


@remembered(entries=8)
def all_numbers(layer: str, indicator_id: str) -> np.ndarray:
    """The values of all areas of the layer in all years, in no order."""
    table, where = ("observation_today", "list_contains($levels, level)")
    if layer == "teilnehmende":
        table, where = ("participant_observation", "$levels IS NOT NULL")
    levels = [LEVEL_OF_LAYER.get(layer, layer)]
    if layer == "gemeinden" and of_verbaende(indicator_id):
        levels.append("verband")
    found = read(
        f"""
        SELECT value FROM {table} WHERE {where} AND indicator_id = $indicator
          AND list_contains($years, year) AND sex = 'total' AND age_group = 'total' AND value IS NOT NULL
        """,
        {"levels": levels, "indicator": indicator_id, "years": available(layer)[indicator_id]},
    )
    return found["value"].to_numpy(dtype=np.float64)


@remembered
def of_verbaende(indicator_id: str) -> bool:
    """Is this published only for Verbände, and for Gemeinden that belong to none?"""
    places = read("SELECT place FROM coverage WHERE state = 'today' AND indicator_id = ?", [indicator_id])["place"]
    return indicators()[indicator_id].is_published_rate and "verband" in set(places)


def _of_verbaende(indicator_id: str, year: int) -> pd.DataFrame:
    """As ``figures.of_year``, for each Gemeinde the figure of its Verband."""
    verbaende = of_year("verband", indicator_id, year).rename(columns={"key": "verband_key"})
    return read("SELECT area_key AS key, verband_key FROM verband_of").merge(verbaende, on="verband_key")


def gaps(values: pd.DataFrame, layer: str) -> str:
    """How many areas have no value, and why; empty if all have one."""
    reasons = values.loc[values["value"].isna(), "status"].value_counts()
    one, many = LAYERS[layer]
    many = "Kommunen" if layer == "teilnehmende" else many
    told = [f"{count(n, one, many)} ({STATUS[str(status)]})" for status, n in reasons.items()]
    return f"Ohne Angabe: {listing(told)}." if told else ""


def default_year(indicator_id: str, years: list[int]) -> int:
    """The latest year; for the development since 2011 the latest on the same census base."""
    if indicator_id == DEFAULT:
        return max((year for year in years if year <= LAST_ON_BASE), default=max(years))
    return max(years)


def note(layer: str, indicator_id: str, year: int) -> str:
    """What must be known to read the map, or nothing."""
    return " ".join(notes(layer, indicator_id, year))


def notes(layer: str, indicator_id: str, year: int) -> list[str]:
    """The sentences of ``note``."""
    told = []
    indicator = indicators()[indicator_id]
    if indicator.day != Indicator.day:
        told.append(f"Stichtag {indicator.day}{year}. {indicator.source_note}")
    if indicator_id == DEFAULT and not BASE_YEAR <= year <= LAST_ON_BASE:
        told.append(
            f"Zwischen {BASE_YEAR} und {year} liegt ein Zensus: Ein Teil des Unterschieds ist keine Entwicklung."
        )
    if year < UNITED:
        told.append("Bis 1989 gibt es nur Zahlen der alten Bundesrepublik; „Berlin“ ist Berlin (West).")
    if layer == "teilnehmende":
        told.append("Bei Stadtquartieren steht die Zahl der ganzen Stadt.")
    if indicators()[indicator_id].is_published_rate:
        told.append(_note_on_published_rate(layer, indicator_id))
    elif layer != "laender":
        told.append("Gebietsstand 31.12.2023; ältere Zahlen sind darauf umgerechnet.")
    return [sentence for sentence in told if sentence]


def _note_on_published_rate(layer: str, indicator_id: str) -> str:
    """Rates can't be converted: for which areas they are missing or uncertain instead."""
    if layer == "laender":
        return ""
    if layer == "kreise":
        return "Gebietsstand 31.12.2023; Kreise, deren Gebiet zur Zeit der Zahl ein anderes war, sind geschätzt."
    note = "Gebietsstand 31.12.2023; Orte, deren Gebiet zur Zeit der Zahl ein anderes war, haben keine."
    if layer == "gemeinden" and of_verbaende(indicator_id):
        return f"Gemeinden in einem Gemeindeverband tragen dessen Zahl: Für sie selbst gibt es keine. {note}"
    return note


def participant_names() -> pd.DataFrame:
    """participant_id and name of all participants."""
    return read("SELECT participant_id, name FROM participant ORDER BY participant_id")


def extremes(values: pd.DataFrame, indicator: Indicator, layer: str, n: int = 5) -> pd.DataFrame:
    """The ``n`` highest and lowest of ``map_values``: area, value as German text, Rang.

    All of them if there are no more than ``2 * n``.
    """
    known = values.dropna(subset="value").sort_values(["value", "name"], ascending=[False, True])
    rank = known["value"].rank(ascending=False, method="min").astype(int)
    shown = known if len(known) <= 2 * n else pd.concat([known.head(n), known.tail(n)])
    return pd.DataFrame(
        {
            LAYERS[layer][0]: shown["name"].to_list(),
            indicator.name: [with_unit(value, indicator.unit, indicator.decimals) for value in shown["value"]],
            "Rang": [f"{rank[i]}." for i in shown.index],
        }
    )


GERMANY = "Deutschland"
#: how much wider than the place the map is, so that its neighbours are seen too
AIR = 1.15
#: a village alone would say nothing: at least so many metres across
LEAST_ACROSS = 25_000


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
        **{str(key): str(name) for key, name in names("laender").sort_values(kind="stable").items()},
    }
    if near.isdigit() and near[:2] in found:
        found |= {
            key: _kreis(key) for key in names("kreise").sort_values(kind="stable").index if key.startswith(near[:2])
        }
    if len(near) >= 5 and near[:5] in found:
        inside = names("gemeinden").sort_values(kind="stable")
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
    across = max(AIR * max(east - west, north - south), LEAST_ACROSS)
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
