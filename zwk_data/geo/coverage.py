"""Areas that fill the country without gap or overlap (a coverage): clean, dissolve, round, simplify.

Everything here keeps one property: two neighbours share exactly the same border points. Simplifying each
area by itself would tear them apart.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

#: decimals of a degree that we keep: 0.0001° is 11 m northward and 7 m eastward in Germany
DECIMALS = 4
#: metres in one degree of latitude
METRES = 111_200.0
#: a degree of longitude in the middle of Germany (51° N), measured in degrees of latitude
EAST = float(np.cos(np.radians(51.0)))

Geometries = NDArray[np.object_]


def clean(geometries: Geometries) -> Geometries:
    """Valid areas with identical shared borders, from areas that nearly have them (degrees in, degrees out)."""
    return np.asarray(shapely.coverage_clean(_polygons(shapely.make_valid(np.asarray(geometries)))))


def simplify(geometries: Geometries, metres: float) -> Geometries:
    """A coverage with fewer points; ``metres`` squared is roughly the area of the corners that go.

    Only leaves points out, never moves one, so rounded coordinates stay rounded.
    """
    squeezed = _stretch(np.asarray(geometries), EAST)
    fewer = shapely.coverage_simplify(squeezed, metres / METRES)
    return _round(_stretch(np.asarray(fewer), 1 / EAST))


def to_grid(geometries: Geometries) -> Geometries:
    """The coverage on the grid of ``DECIMALS``, still a coverage.

    Rounding point by point would fold narrow places over themselves. Instead all borders are noded together on the
    grid (snap rounding) and the faces are given back to the area they came from. Faces thinner than the grid vanish.
    """
    areas = np.asarray(geometries)
    borders = shapely.union_all(shapely.boundary(areas), grid_size=10.0**-DECIMALS)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(borders)))
    face, owner = shapely.STRtree(areas).query(shapely.point_on_surface(faces), predicate="intersects")
    parts = pd.Series(face).groupby(owner).agg(list)
    gone = sorted(set(range(len(areas))) - set(parts.index))
    if gone:
        raise ValueError(f"areas at {gone} are smaller than the grid of {10.0**-DECIMALS}°")
    return _round(np.array([shapely.coverage_union_all(faces[parts[i]]) for i in range(len(areas))], dtype=object))


def dissolve(frame: gpd.GeoDataFrame, by: str) -> gpd.GeoDataFrame:
    """One row per value of ``by`` (columns ``by``, geometry), sorted by it; the areas must form a coverage."""
    geometry = frame.geometry.to_numpy()
    groups = frame.reset_index(drop=True).groupby(by, sort=True).indices
    merged = [
        shapely.coverage_union_all(geometry[rows]) if len(rows) > 1 else geometry[rows[0]] for rows in groups.values()
    ]
    return gpd.GeoDataFrame({by: list(groups)}, geometry=merged, crs=frame.crs)


def _polygons(geometries: Geometries) -> Geometries:
    """Areas only: repairing an invalid polygon may leave a line or point beside it."""
    mixed = shapely.get_type_id(geometries) == shapely.GeometryType.GEOMETRYCOLLECTION
    out = geometries.copy()
    for i in np.flatnonzero(mixed):
        parts = shapely.get_parts(geometries[i])
        out[i] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return out


def _stretch(geometries: Geometries, east: float) -> Geometries:
    return np.asarray(shapely.transform(geometries, lambda points: points * [east, 1.0]))


def _round(geometries: Geometries) -> Geometries:
    return np.asarray(shapely.transform(geometries, lambda points: points.round(DECIMALS)))
