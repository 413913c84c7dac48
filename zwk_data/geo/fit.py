"""Fit Gemeinden into official Kreise of a newer state: their outer borders become those of the Kreise.

The two never quite coincide, as they were simplified differently or a border moved. What juts out of a Kreis is cut
off; what stays empty at its rim goes to the Gemeinde beside it.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zwk_data.geo.coverage import Geometries

#: degrees: nearer than this is touching; distance of the points by which a rim is shared out (about 50 m)
TOUCHING, STEP = 1e-7, 5e-4
#: a smaller share of an area beyond the border of a Kreis is a difference of drawing, not a part of the area
PART = 0.05


def into_kreise(gemeinden: gpd.GeoDataFrame, kreise: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """``gemeinden`` (area_key, geometry, a coverage) with geometry inside their Kreis and filling it.

    ``kreise``: area_key (five digits), geometry, a coverage in degrees. Islands that no Kreis covers are kept. Borders
    may differ in the last digits: ``coverage.clean`` makes a coverage of them. Raises ValueError for a Gemeinde without
    Kreis or one that would vanish.
    """
    shapes = gemeinden.geometry.to_numpy()
    frames = kreise.set_index("area_key").geometry
    fitted = np.empty(len(shapes), dtype=object)
    islands = _uncovered(shapes, frames.to_numpy())
    for key, rows in gemeinden.reset_index(drop=True).groupby(gemeinden["area_key"].str[:5].to_numpy()).indices.items():
        if key not in frames.index:
            raise ValueError(f"no Kreis {key}")
        fitted[rows] = _fill(shapes[rows], frames[key])
    fitted = np.array([shapely.union_all([shape, island]) for shape, island in zip(fitted, islands, strict=True)])
    if (gone := shapely.is_empty(fitted)).any():
        raise ValueError(f"nothing is left of {', '.join(gemeinden.loc[gone, 'area_key'])}")
    return gemeinden.set_geometry(fitted, crs=gemeinden.crs)


def cut(areas: gpd.GeoDataFrame, parts: pd.DataFrame, kreise: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """``areas`` (area_key, name, geometry) with those that were split between Kreise cut along their border.

    ``parts``: key_from, kreis; the first Kreis of an area keeps what lies in none of the others. A piece gets the key
    ``key_from/kreis``.
    """
    frames = kreise.set_index("area_key").geometry
    rows = [areas[~areas["area_key"].isin(parts["key_from"])]]
    for key, keys in parts.groupby("key_from")["kreis"]:
        area = areas[areas["area_key"] == key]
        left = shapely.make_valid(area.geometry.iloc[0])
        smallest = PART * shapely.area(left)
        for kreis in keys.iloc[1:]:
            inside = shapely.get_parts(shapely.intersection(left, frames[kreis]))
            piece = shapely.union_all(inside[shapely.area(inside) > smallest])
            left = shapely.difference(left, piece)
            rows.append(area.assign(area_key=f"{key}/{kreis}", geometry=[piece]))
        rows.append(area.assign(area_key=f"{key}/{keys.iloc[0]}", geometry=[left]))
    return gpd.GeoDataFrame(pd.concat(rows, ignore_index=True), crs=areas.crs)


def _uncovered(shapes: Geometries, frames: Geometries) -> Geometries:
    """Of each shape the parts that touch no frame."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    covered, _ = shapely.STRtree(frames).query(parts, predicate="intersects")
    alone = np.setdiff1d(np.arange(len(parts)), covered)
    return _joined(parts[alone], owner[alone], len(shapes))


def _fill(shapes: Geometries, frame: shapely.Geometry) -> Geometries:
    """The shapes cut off at the frame, together with what they leave empty in it."""
    inside = _main_parts(shapes, frame)
    empty = shapely.get_parts(shapely.difference(frame, shapely.union_all(inside)))
    empty = empty[shapely.area(empty) > 0]
    pieces: list[list[shapely.Geometry]] = [[shape] for shape in inside]
    tree = shapely.STRtree(inside)
    part, beside = tree.query(empty, predicate="dwithin", distance=TOUCHING)
    for number, rim in enumerate(empty):
        touching = np.unique(beside[part == number])
        if len(touching) > 1:
            for owner, piece in _share_out(rim, touching, inside[touching]):
                pieces[owner].append(piece)
        else:
            pieces[int(touching[0]) if len(touching) else int(tree.nearest(rim))].append(rim)
    return _surfaces(np.array([shapely.union_all(several) for several in pieces], dtype=object))


def _main_parts(shapes: Geometries, frame: shapely.Geometry) -> Geometries:
    """The shapes cut off at the frame, without the splinters that it cuts off the rim of an area."""
    areas, owner = shapely.get_parts(shapes, return_index=True)
    parts, area = shapely.get_parts(shapely.intersection(areas, frame), return_index=True)
    size = pd.Series(shapely.area(parts))
    whole = size.groupby(area).transform("max") == size
    kept = ((size > 0) & (whole | (size > PART * shapely.area(areas)[area]))).to_numpy()
    return _joined(parts[kept], owner[area[kept]], len(shapes))


def _share_out(
    rim: shapely.Geometry, owners: NDArray[np.int64], shapes: Geometries
) -> list[tuple[int, shapely.Geometry]]:
    """Cut the empty ``rim`` so that each place goes to the nearest of the shapes along it."""
    if shapely.area(rim) < TOUCHING * shapely.length(rim):
        # a crack in the last digits, too narrow to be cut
        return [(int(owners[0]), rim)]
    points = np.unique(shapely.get_coordinates(shapely.segmentize(rim.boundary, STEP)), axis=0)
    distance = shapely.distance(shapes[:, None], shapely.points(points)[None, :])
    # the middle of a short edge may touch nothing although the rim does
    at_shape = distance.min(axis=0) <= TOUCHING
    if at_shape.sum() < 2:
        return [(int(owners[0]), rim)]
    nearest = owners[distance.argmin(axis=0)][at_shape]
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points[at_shape]), extend_to=rim, ordered=True)
    )
    pieces = []
    # cells of regular points may overlap slightly: what one owner has, no other gets
    for owner in np.unique(nearest)[1:]:
        piece = shapely.intersection(rim, shapely.union_all(cells[nearest == owner]))
        rim = shapely.difference(rim, piece)
        pieces.append((int(owner), piece))
    return [*pieces, (int(nearest.min()), rim)]


def _surfaces(shapes: Geometries) -> Geometries:
    """Without the lines and points that cutting leaves."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    flat = shapely.get_dimensions(parts) == 2
    return _joined(parts[flat], owner[flat], len(shapes))


def _joined(parts: Geometries, owner: NDArray[np.int64], size: int) -> Geometries:
    """The parts of each of ``size`` owners as one shape, empty where it has none."""
    out = np.full(size, shapely.Polygon(), dtype=object)
    for row in np.unique(owner):
        out[row] = shapely.union_all(parts[owner == row])
    return out
