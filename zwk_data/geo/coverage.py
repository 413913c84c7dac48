"""Areas that fill the country without gap or overlap (a coverage): clean, dissolve, round, simplify.

Everything here preserves one property: neighbours share exactly the same border points. Simplifying each area on its
own would tear them apart.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

#: decimals of a degree that we keep: in Germany 0.0001° is 11 m from south to north and 7 m from west to east
DECIMALS = 4
#: metres in one degree of latitude
METRES = 111_200.0
#: length of a degree of longitude in the middle of Germany (51° N), in degrees of latitude
EAST = float(np.cos(np.radians(51.0)))

Geometries = NDArray[np.object_]


def clean(geometries: Geometries, gap: float = 0.0) -> Geometries:
    """Valid areas with identical shared borders, from areas that nearly have them (degrees in, degrees out).

    Gaps narrower than ``gap`` degrees are closed.
    """
    sound = _polygons(shapely.make_valid(np.asarray(geometries)))
    return np.asarray(shapely.coverage_clean(sound, gap_width=gap))


def simplify(geometries: Geometries, metres: float, decimals: int = DECIMALS) -> Geometries:
    """A coverage with fewer points; corners with an area below roughly ``metres`` squared are cut off.

    Points are dropped but never moved, so coordinates on a grid of ``decimals`` stay on it.
    """
    squeezed = _stretch(np.asarray(geometries), EAST)
    fewer = shapely.coverage_simplify(squeezed, metres / METRES)
    return _round(_stretch(np.asarray(fewer), 1 / EAST), decimals)


def to_grid(geometries: Geometries, decimals: int = DECIMALS) -> Geometries:
    """The coverage with coordinates rounded to ``decimals``, still a coverage.

    Rounding point by point would fold narrow places over themselves. Instead all borders are noded together on the
    grid (snap rounding), and each face goes back to the area it came from. Raises ValueError if an area is smaller
    than the grid.
    """
    areas = np.asarray(geometries)
    borders = shapely.union_all(shapely.boundary(areas), grid_size=10.0**-decimals)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(borders)))
    face, owner = shapely.STRtree(areas).query(shapely.point_on_surface(faces), predicate="intersects")
    # a point that happens to lie on a border has two owners; a face must have one
    face, first = np.unique(face, return_index=True)
    parts = pd.Series(face).groupby(owner[first]).agg(list)
    gone = sorted(set(range(len(areas))) - set(parts.index))
    if gone:
        raise ValueError(f"areas at {gone} are smaller than the grid of {10.0**-decimals}°")
    merged = [shapely.coverage_union_all(faces[parts[i]]) for i in range(len(areas))]
    return _round(np.array(merged, dtype=object), decimals)


def drop_islands(geometries: Geometries, km2: float) -> Geometries:
    """The coverage without parts under ``km2`` that touch nothing; every area keeps its largest part."""
    parts, owner = shapely.get_parts(np.asarray(geometries), return_index=True)
    size = square_km(parts)
    left, _ = shapely.STRtree(parts).query(parts, predicate="intersects")
    alone = np.bincount(left, minlength=len(parts)) == 1
    largest = pd.Series(size).groupby(owner).transform("max").to_numpy() == size
    keep = largest | ~alone | (size >= km2)
    return np.asarray(shapely.multipolygons(parts[keep], indices=owner[keep]))


def square_km(geometries: Geometries) -> NDArray[np.float64]:
    """Approximate areas in km², good enough to tell large from small; geometries in degrees."""
    return np.asarray(shapely.area(geometries)) * EAST * (METRES / 1000) ** 2


def dissolve(frame: gpd.GeoDataFrame, by: str) -> gpd.GeoDataFrame:
    """One row per value of ``by`` (columns ``by``, geometry), sorted by it; the areas must form a coverage."""
    geometry = frame.geometry.to_numpy()
    groups = frame.reset_index(drop=True).groupby(by, sort=True).indices
    merged = [
        shapely.coverage_union_all(geometry[rows]) if len(rows) > 1 else geometry[rows[0]] for rows in groups.values()
    ]
    return gpd.GeoDataFrame({by: list(groups)}, geometry=merged, crs=frame.crs)


def _polygons(geometries: Geometries) -> Geometries:
    """Drop the stray lines and points that repairing an invalid polygon may leave."""
    mixed = shapely.get_type_id(geometries) == shapely.GeometryType.GEOMETRYCOLLECTION
    out = geometries.copy()
    for i in np.flatnonzero(mixed):
        parts = shapely.get_parts(geometries[i])
        out[i] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return out


def _stretch(geometries: Geometries, east: float) -> Geometries:
    return np.asarray(shapely.transform(geometries, lambda points: points * [east, 1.0]))


def _round(geometries: Geometries, decimals: int) -> Geometries:
    return np.asarray(shapely.transform(geometries, lambda points: points.round(decimals)))
