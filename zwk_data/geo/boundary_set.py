"""A complete set of boundaries: every layer at every level of detail, made from Gemeinden of any state and written to
one folder.

Gemeinden of an older territorial state are converted by their keys. A merger is exact: the old areas are dissolved. A
split between Kreise is cut along their border (``coverage.cut``). Another split cannot be drawn from keys alone: the
whole area, or its piece in a Kreis, goes to the Gemeinde that received the largest part of it, and the split is
recorded in the notes. Kreise, Länder and participants are dissolved from the Gemeinden; each participant also gets one
point.
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

from zwk_data import german, settings
from zwk_data.errors import ZwkError
from zwk_data.geo import coverage
from zwk_data.geo.map_layers import ABOUT, SUMS

NOTE_COLUMNS = ["kind", "area_key", "name", "related_key", "related_name", "drawn_key", "share", "reason_de"]
#: equal-area projection for Europe: only there are shares of area right
EQUAL_AREA = "EPSG:3035"
#: if a smaller share of a Gemeinde goes elsewhere, its border moved; it was not split
BORDER_SHARE = 0.05


def chain(steps: pd.DataFrame, keys: list[str], year_from: int, year_to: int) -> pd.DataFrame:
    """Follow keys of one territorial state through the yearly keys of BBSR to another.

    ``steps``: year_from, year_to, key_from, key_to, share_area (as ``sources.bbsr.read_gemeinden``, several files
    concatenated). A key enters the chain in the first year from ``year_from`` on that knows it: VG250 of 1 January
    contains mergers that the previous year's key does not, and Bavaria's uninhabited areas have keys of their own only
    from 2019. Returns key_from, key_to, share (of the area, summing to 1 per key_from), sorted; keys that no year
    knows are left out. Raises ValueError if the chain breaks off before ``year_to``.
    """
    # the key 1990–2020 also leads from 2020 to 2020, which would never end
    forward = steps["year_to"] > steps["year_from"]
    usable = steps[forward & (steps["year_from"] >= year_from) & (steps["year_to"] <= year_to)]
    known = usable[usable["key_from"].isin(keys)]
    entry = known.groupby("key_from")["year_from"].transform("min")
    reached = known[known["year_from"] == entry][["key_from", "key_to", "share_area", "year_to"]]
    reached = reached.rename(columns={"share_area": "share"})
    while (behind := reached["year_to"] < year_to).any():
        start = int(reached["year_to"].min())
        now = reached["year_to"] == start
        following = usable[usable["year_from"] == start].rename(columns={"key_from": "key_mid"})
        if following.empty:
            raise ValueError(f"no key leads on from {start} (to {year_to}); {int(behind.sum())} rows are left behind")
        moved = reached[now].rename(columns={"key_to": "key_mid"}).drop(columns="year_to")
        moved = moved.merge(following[["key_mid", "key_to", "share_area", "year_to"]], on="key_mid", how="left")
        if moved["key_to"].isna().any():
            lost = sorted(set(moved.loc[moved["key_to"].isna(), "key_mid"]))
            raise ValueError(f"the key of {start} does not know {', '.join(lost[:5])}")
        moved["share"] *= moved["share_area"]
        moved["year_to"] = moved["year_to"].astype(int)
        reached = pd.concat([reached[~now], moved[reached.columns]], ignore_index=True)
    shares = reached.groupby(["key_from", "key_to"], as_index=False)[["share"]].sum()
    return shares[shares["share"] > 0].reset_index(drop=True)


def overlay(lost: gpd.GeoDataFrame, reference: gpd.GeoDataFrame) -> pd.DataFrame:
    """How areas that no key knows are spread over newer boundaries; columns as :func:`chain`."""
    left = lost[["area_key", "geometry"]].to_crs(EQUAL_AREA)
    right = reference[["area_key", "geometry"]].to_crs(EQUAL_AREA)
    left.geometry, right.geometry = left.make_valid(), right.make_valid()
    parts = gpd.overlay(left, right, keep_geom_type=True)
    size = parts.area
    parts["share"] = size / size.groupby(parts["area_key_1"]).transform("sum")
    parts = parts.rename(columns={"area_key_1": "key_from", "area_key_2": "key_to"})
    return pd.DataFrame(parts.loc[parts["share"] > 0.001, ["key_from", "key_to", "share"]]).reset_index(drop=True)


def assign(shares: pd.DataFrame) -> pd.Series:
    """key_from -> the key_to that gets the whole area: the one with the largest share, the first of several equal."""
    ranked = shares.sort_values(["key_from", "share", "key_to"], ascending=[True, False, True], kind="stable")
    return ranked.drop_duplicates("key_from").set_index("key_from")["key_to"]


def torn(shares: pd.DataFrame) -> pd.DataFrame:
    """The areas that were split between Kreise, each with them: key_from, kreis; the largest part first.

    Only parts of at least ``BORDER_SHARE`` count.
    """
    parts = shares.assign(kreis=shares["key_to"].str[:5])[shares["share"].to_numpy() >= BORDER_SHARE]
    sums = parts.groupby(["key_from", "kreis"], as_index=False)["share"].sum()
    several: pd.DataFrame = sums[sums["key_from"].duplicated(keep=False)]
    return several.sort_values(["key_from", "share"], ascending=[True, False], ignore_index=True).drop(columns="share")


def by_piece(shares: pd.DataFrame, pieces: pd.DataFrame) -> pd.DataFrame:
    """``shares`` with ``key_from/kreis`` in place of the keys among ``pieces``, see :func:`torn`."""
    cut = shares["key_from"].isin(pieces["key_from"])
    names = shares["key_from"] + "/" + shares["key_to"].str[:5]
    return shares.assign(key_from=shares["key_from"].where(~cut, names))


def bring(gemeinden: gpd.GeoDataFrame, assigned: pd.Series) -> gpd.GeoDataFrame:
    """Old Gemeinden (area_key, geometry, a clean coverage) dissolved by their new key: area_key, geometry."""
    new = gemeinden["area_key"].map(assigned)
    if new.isna().any():
        raise ValueError(f"no new key for {', '.join(gemeinden.loc[new.isna(), 'area_key'].head())}")
    return coverage.dissolve(gemeinden[["geometry"]].assign(area_key=new), "area_key")


def split_notes(shares: pd.DataFrame, old: pd.Series, new: pd.Series, *, by_place: bool = False) -> pd.DataFrame:
    """One note per part of an area that belongs elsewhere than where the area is drawn; columns NOTE_COLUMNS.

    ``old``, ``new``: names by key. ``area_key`` is the old key, ``related_key`` where the part belongs now,
    ``drawn_key`` where it is drawn. ``by_place``: the areas were assigned by where they lie, not by keys.
    """
    assigned = assign(shares)
    elsewhere = shares[shares["key_to"] != shares["key_from"].map(assigned)]
    records = []
    for part in elsewhere.to_dict("records"):
        target = assigned[part["key_from"]]
        key = part["key_from"].split("/")[0]
        share = german.with_unit(100 * part["share"], "%", 2 if part["share"] < 0.01 else 1)
        if by_place:
            how = "aufgelöstes gemeindefreies Gebiet ohne Umsteigeschlüssel, nach Lage zugeordnet"
        else:
            how = "Grenzänderung" if part["share"] < BORDER_SHARE else "Teilung"
        reason = (
            f"{how}: {share} der Fläche gehören zu {new[part['key_to']]}, gezeichnet sind sie bei {new[target]}, "
            "weil der Grenzverlauf aus den Schlüsseln nicht hervorgeht."
        )
        kind = "grenze" if part["share"] < BORDER_SHARE and not by_place else "teilung"
        records.append(
            (kind, key, old[key], part["key_to"], new[part["key_to"]], target, round(part["share"], 4), reason)
        )
    return pd.DataFrame(records, columns=NOTE_COLUMNS)


def missing_notes(register: pd.DataFrame, drawn: pd.Series) -> pd.DataFrame:
    """One note per Gemeinde of the register (area_key, name) without an area; columns NOTE_COLUMNS."""
    absent = register[~register["area_key"].isin(drawn)]
    reason = "Kein Gemeindegebiet: gemeinsames Hoheitsgebiet oder Küstengewässer, in den Grenzen nicht enthalten."
    records = [
        ("ohne_geometrie", row["area_key"], row["name"], "", "", "", None, reason) for row in absent.to_dict("records")
    ]
    return pd.DataFrame(records, columns=NOTE_COLUMNS)


def compare(areas: gpd.GeoDataFrame, reference: gpd.GeoDataFrame) -> pd.DataFrame:
    """How well areas agree with other boundaries of the same keys: area_key, name, overlap, outside, km2.

    ``overlap``: common area divided by the larger of the two areas (0 to 1). ``outside``: share of the reference's area
    where the two are more than 300 m apart, so that a different simplification alone does not count. ``km2``: area of
    the reference. Keys that only one side has get NaN. Sorted by overlap.
    """
    ours = areas.set_index("area_key").to_crs(EQUAL_AREA).geometry.make_valid()
    other = reference.set_index("area_key").to_crs(EQUAL_AREA).geometry.make_valid()
    keys = ours.index.union(other.index)
    a, b = ours.reindex(keys).to_numpy(), other.reindex(keys).to_numpy()
    common, left, right = shapely.area(shapely.intersection(a, b)), shapely.area(a), shapely.area(b)
    far = shapely.area(shapely.difference(a, shapely.buffer(b, 300))) + shapely.area(
        shapely.difference(b, shapely.buffer(a, 300))
    )
    names = pd.concat([reference.set_index("area_key")["name"], areas.set_index("area_key")["name"]])
    names = names[~names.index.duplicated()]
    larger = pd.DataFrame([left, right]).max().to_numpy()
    table = pd.DataFrame({"area_key": keys, "name": names.reindex(keys).to_numpy()})
    table["overlap"], table["outside"], table["km2"] = common / larger, far / right, right / 1e6
    return table.sort_values("overlap", na_position="first", kind="stable").reset_index(drop=True)


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
    """What goes into one folder: layers, ``about`` (see ``map_layers.about``), ``notes`` (NOTE_COLUMNS) and
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
