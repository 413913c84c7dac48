"""Convert Gemeinden of an older territorial state to a newer one by their keys.

A merger is exact: the old areas are dissolved. A split between Kreise is cut along their border (``coverage.cut``).
Another split cannot be drawn from keys alone: the whole area, or its piece in a Kreis, goes to the Gemeinde that
received the largest part of it, and the split is recorded in the notes.
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from zwk_data import german
from zwk_data.geo import coverage

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
