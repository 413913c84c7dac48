"""The participants as areas and as one point each, dissolved from the Gemeinden that they cover."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from zwk_data import paths
from zwk_data.geo import coverage

PROGRAMME = paths.DATA / "programme"
#: what the point of a quarter is: official boundaries end at the city, and we invent none
QUARTER_NOTE = "Punkt der ganzen Stadt; für das Quartier gibt es keine amtliche Grenze"


def participant_members(folder: Path = PROGRAMME) -> pd.DataFrame:
    """participant_id, name, kind, level (gemeinde kreis verband), area_key: one row per area of a participant."""
    who = pd.read_csv(folder / "participant.csv", dtype="str", usecols=["participant_id", "name", "kind"])
    where = pd.read_csv(folder / "participant_area.csv", dtype="str")
    return who.merge(where, on="participant_id", validate="one_to_many").sort_values(["participant_id", "area_key"])


def participant_polygons(gemeinden: gpd.GeoDataFrame, covered: pd.DataFrame) -> gpd.GeoDataFrame:
    """One area per participant: area_key (the participant_id), name, geometry, sorted by participant_id.

    ``gemeinden``: area_key, ars, geometry, a coverage; ``covered``: see :func:`members`. Quarters stand for their whole
    city. A participant of whom any area is not among the Gemeinden is left out: see :func:`unknown`.
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

    The centroid where it lies inside (it looks central), else any point inside.
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
    """Which area of each level a Gemeinde lies in; a Verband is the first nine digits of the ARS."""
    return {
        "gemeinde": gemeinden["area_key"],
        "kreis": gemeinden["area_key"].str[:5],
        "verband": gemeinden["ars"].str[:9],
    }
