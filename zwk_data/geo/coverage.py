"""Areas that fill the country without gap or overlap (a coverage): clean, dissolve, round, simplify, fit into Kreise.

Everything here preserves one property: neighbours share exactly the same border points. Simplifying each area on its
own would tear them apart. Gemeinden of an older state don't quite coincide with the official Kreise of a newer one, as
the two were simplified differently or a border moved: what juts out of a Kreis is cut off, and what stays empty at its
rim goes to the Gemeinde beside it.
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
#: degrees: nearer than this is touching; distance of the points by which a rim is shared out (about 50 m)
TOUCHING, STEP = 1e-7, 5e-4
#: a smaller share of an area beyond the border of a Kreis is a difference of drawing, not a part of the area
PART = 0.05


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
