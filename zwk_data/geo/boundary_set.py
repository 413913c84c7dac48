"""A complete set of boundaries: every layer at every level of detail, made from Gemeinden and written to one folder.

Kreise, Länder and participants are dissolved from the Gemeinden; each participant also gets one point.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import yaml

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.geo import coverage
from zwk_data.geo.catalogue import ABOUT, SUMS

PROGRAMME = settings.DATA / "programme"
#: there are no official boundaries below the city, and we invent none
QUARTER_NOTE = "Punkt der ganzen Stadt; für das Quartier gibt es keine amtliche Grenze"


def participant_members(folder: Path = PROGRAMME) -> pd.DataFrame:
    """participant_id, name, kind, level (gemeinde kreis verband), area_key: one row per area of a participant."""
    who = pd.read_csv(folder / "participant.csv", dtype="str", usecols=["participant_id", "name", "kind"])
    where = pd.read_csv(folder / "participant_area.csv", dtype="str")
    return who.merge(where, on="participant_id", validate="one_to_many").sort_values(["participant_id", "area_key"])


def participant_polygons(gemeinden: gpd.GeoDataFrame, covered: pd.DataFrame) -> gpd.GeoDataFrame:
    """One area per participant: area_key (the participant_id), name, geometry, sorted by participant_id.

    ``gemeinden``: area_key, ars, geometry, a coverage; ``covered``: see :func:`participant_members`. A quarter
    stands for its whole city. A participant is left out if any of its areas is not among the Gemeinden: see
    :func:`unknown_members`.
    """
    lacking = set(unknown_members(gemeinden, covered)["participant_id"])
    places = covered[~covered["participant_id"].isin(lacking)]
    keys = _keys(gemeinden)
    parts = [
        gemeinden.loc[keys[place["level"]] == place["area_key"], ["geometry"]].assign(area_key=place["participant_id"])
        for place in places.to_dict("records")
    ]
    areas = coverage.dissolve(gpd.GeoDataFrame(pd.concat(parts), crs=gemeinden.crs), "area_key")
    names = places.drop_duplicates("participant_id").set_index("participant_id")["name"]
    areas.insert(1, "name", areas["area_key"].map(names))
    return areas


def unknown_members(gemeinden: pd.DataFrame, covered: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``covered`` whose area is not among the Gemeinden (an older or newer territorial state)."""
    keys = _keys(gemeinden)
    known = {level: set(values) for level, values in keys.items()}
    absent = [place["area_key"] not in known[place["level"]] for place in covered.to_dict("records")]
    return covered[absent]


def participant_points(areas: gpd.GeoDataFrame, covered: pd.DataFrame) -> pd.DataFrame:
    """participant_id, lon, lat (decimal degrees), note: a point inside each participant's area.

    The centroid, which looks central, if it lies inside; otherwise some point that does.
    """
    geometry = areas.geometry.to_numpy()
    middle = shapely.centroid(geometry)
    middle[~shapely.contains(geometry, middle)] = shapely.point_on_surface(
        geometry[~shapely.contains(geometry, middle)]
    )
    kinds = covered.drop_duplicates("participant_id").set_index("participant_id")["kind"]
    quarter = areas["area_key"].map(kinds) == "quartier"
    return pd.DataFrame(
        {
            "participant_id": areas["area_key"],
            "lon": shapely.get_x(middle).round(coverage.DECIMALS),
            "lat": shapely.get_y(middle).round(coverage.DECIMALS),
            "note": quarter.map({True: QUARTER_NOTE, False: ""}),
        }
    )


def _keys(gemeinden: pd.DataFrame) -> dict[str, pd.Series]:
    """level -> the key of the area each Gemeinde lies in; a Verband is the first nine digits of the ARS."""
    return {
        "gemeinde": gemeinden["area_key"],
        "kreis": gemeinden["area_key"].str[:5],
        "verband": gemeinden["ars"].str[:9],
    }


NOTES = "notes.csv"
POINTS = "participant_point.csv"


@dataclass(frozen=True)
class Detail:
    """How much a layer is simplified: ``metres`` as in ``coverage.simplify``, decimals of a degree, and the size in km²
    below which islets are dropped."""

    metres: float
    decimals: int = coverage.DECIMALS
    islet_km2: float = 0.0


#: chosen by the size of the JSON: Kreise at most 600 kB (mittel) and 250 kB (grob), Gemeinden 4 MB (grob)
DETAILS = {
    "gemeinden": {"fein": Detail(180), "mittel": Detail(400), "grob": Detail(1000)},
    "kreise": {"fein": Detail(200), "mittel": Detail(820, islet_km2=0.5), "grob": Detail(2200, 3, 2.0)},
    "laender": {"fein": Detail(250), "mittel": Detail(1000, islet_km2=0.5), "grob": Detail(2200, 3, 2.0)},
}
#: all borders are simplified by this first: finer than any detail, and far fewer points to work on
FIRST_METRES = 40

Layers = dict[tuple[str, str], gpd.GeoDataFrame]


def build(gemeinden: gpd.GeoDataFrame, kreise: pd.Series, laender: pd.Series, covered: pd.DataFrame) -> Layers:
    """Every layer by (name, detail), each with area_key, name, geometry (EPSG:4326) and sorted by area_key.

    ``gemeinden``: area_key, name, ars, geometry of one territorial state, a clean coverage. ``kreise``, ``laender``:
    names by key. ``covered``: the participants' areas. Kreise and Länder are dissolved from the Gemeinden before they
    are simplified; participants from the Gemeinden of the same detail, so that their borders coincide. Raises ZwkError
    if an area is too small to draw or areas overlap once simplified.
    """
    gemeinden = gemeinden.sort_values("area_key", kind="stable").reset_index(drop=True)
    base = gemeinden[["area_key"]].set_geometry(
        _grid(coverage.simplify(gemeinden.geometry.to_numpy(), FIRST_METRES), coverage.DECIMALS), crs="EPSG:4326"
    )
    kreis = coverage.dissolve(base.assign(area_key=base["area_key"].str[:5]), "area_key")
    land = coverage.dissolve(kreis.assign(area_key=kreis["area_key"].str[:2]), "area_key")
    names = {"gemeinden": gemeinden.set_index("area_key")["name"], "kreise": kreise, "laender": laender}
    layers: Layers = {}
    for layer, areas in (("gemeinden", base), ("kreise", kreis), ("laender", land)):
        for detail, wanted in DETAILS[layer].items():
            shapes = _simplify(areas.geometry.to_numpy(), wanted)
            _check(shapes, layer, detail)
            frame = areas[["area_key"]].assign(name=areas["area_key"].map(names[layer]).fillna(areas["area_key"]))
            layers[layer, detail] = frame.set_geometry(shapes, crs="EPSG:4326")
    for detail in DETAILS["gemeinden"]:
        with_ars = layers["gemeinden", detail].assign(ars=gemeinden["ars"])
        layers["teilnehmende", detail] = participant_polygons(with_ars, covered)
    return layers


@dataclass(frozen=True)
class BoundarySet:
    """What goes into one folder: layers, ``about`` (see ``catalogue.about``), ``notes`` (territory.NOTE_COLUMNS) and
    the participants' ``points``."""

    layers: Layers
    about: dict[str, Any]
    notes: pd.DataFrame
    points: pd.DataFrame


def write(folder: Path, made: BoundarySet, effort: int = 19) -> None:
    """Write a set into a folder, creating it if missing; ``about.yml``, which makes it a set, comes last.

    ``effort``: zstd level of the GeoParquet files, 1 to 22. High by default: what ships is made once and fetched often.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sums = {}
    for (layer, detail), frame in made.layers.items():
        file = folder / f"{layer}.{detail}.parquet"
        frame.to_parquet(file, compression="zstd", compression_level=effort, index=False)
        sums[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    made.notes.to_csv(folder / NOTES, index=False, lineterminator="\n")
    made.points.to_csv(folder / POINTS, index=False, lineterminator="\n")
    text = yaml.safe_dump(made.about | {SUMS: sums}, allow_unicode=True, sort_keys=False, width=120)
    (folder / ABOUT).write_text("# What the boundaries in this folder are.\n" + text, encoding="utf-8")


def plain_names(names: pd.Series) -> pd.Series:
    """Names by key without the titles the register adds: ``Kiel, Landeshauptstadt`` -> ``Kiel``."""
    return names.str.split(",").str[0].str.strip()


def kreis_names(names: pd.Series, gemeinden: pd.Series) -> pd.Series:
    """Plain Kreis names by key, unique even where city and Landkreis share one: ``Hof (Stadt)``, ``Hof (Landkreis)``.

    ``gemeinden``: all Gemeinde keys; that of a kreisfreie Stadt ends in 000.
    """
    plain = plain_names(names)
    twice = plain.duplicated(keep=False)
    cities = set(gemeinden[gemeinden.str.endswith("000")].str[:5])
    kind = pd.Series(plain.index.isin(cities), index=plain.index).map({True: " (Stadt)", False: " (Landkreis)"})
    return plain.where(~twice, plain + kind)


def _simplify(shapes: coverage.Geometries, wanted: Detail) -> coverage.Geometries:
    if wanted.islet_km2:
        shapes = coverage.drop_islands(shapes, wanted.islet_km2)
    if wanted.decimals != coverage.DECIMALS:
        # a coarser grid would fold fine corners over, so most of them go first
        shapes = _grid(coverage.simplify(shapes, wanted.metres / 20), wanted.decimals)
    return coverage.simplify(shapes, wanted.metres, wanted.decimals)


def _grid(shapes: coverage.Geometries, decimals: int) -> coverage.Geometries:
    try:
        return coverage.to_grid(shapes, decimals)
    except ValueError as error:
        raise ZwkError("Einzelne Gebiete der Datei sind kleiner als 10 m und lassen sich nicht zeichnen.") from error


def _check(shapes: coverage.Geometries, layer: str, detail: str) -> None:
    """Raise ZwkError for a layer that a map could not draw."""
    sound = np.all(shapely.is_valid(shapes)) and not np.any(shapely.is_empty(shapes))
    if not sound or not shapely.coverage_is_valid(shapes):
        raise ZwkError(f"Die Grenzen der Ebene „{layer}“ ({detail}) überschneiden sich nach dem Vereinfachen.")
