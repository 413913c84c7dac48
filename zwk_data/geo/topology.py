"""Areas as TopoJSON in the plane of the map: every border once, in whole numbers.

Neighbours of a coverage have the same border points. After projecting and rounding point by point they still have, so
a border between two areas is one *arc* that both name, one of them backwards. The format is that of the field:
https://github.com/topojson/topojson-specification (version 1.0.0, quantised).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pyproj import Transformer

Shapes = NDArray[np.object_]

#: ETRS89 / UTM zone 32N, in which Germany has its familiar shape: the plane of every map, on screen, paper and wall
PROJECTION = 25832
#: a corner south-west of Germany (metres): layers of every detail count from here
ORIGIN = (280_000, 5_230_000)
#: metres between two lines of the grid: finer than the distance of the points that are left
STEPS = {"grob": 50, "mittel": 20, "fein": 10}
#: the name of the one object in each topology
OBJECT = "gebiete"


@lru_cache(maxsize=1)
def _transformer() -> Transformer:
    # only where something is projected: most starts find all layers on the disk
    from pyproj import Transformer  # noqa: PLC0415

    return Transformer.from_crs(4326, PROJECTION, always_xy=True)


def to_map(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude and latitude (n x 2, WGS84) as east and north in the plane of the map (n x 2, metres)."""
    return np.column_stack(_transformer().transform(degrees[:, 0], degrees[:, 1]))


def projected(shapes: Shapes) -> Shapes:
    """Shapes in degrees as shapes in the plane of the map."""
    return np.asarray(shapely.transform(shapes, to_map))


def topology(keys: Sequence[str], names: Sequence[str], shapes: Shapes, step: int, note: str) -> bytes:
    """The areas as TopoJSON: ``id`` is the key, ``properties`` hold the name; in the order given.

    ``shapes``: polygons in the plane of the map; ``step``: metres between the lines of the grid they are rounded to;
    ``note``: the credit. Outer rings run counter-clockwise. Rings that the grid leaves no room for are left out; an
    area of which nothing would be left raises ValueError.
    """
    polygons, area_of_polygon = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    rings, polygon_of_ring = shapely.get_rings(polygons, return_index=True)
    points, corners = _on_grid(rings, step)
    junction = _junctions(corners, len(points))
    arcs: list[NDArray[np.int64]] = []
    known: dict[bytes, int] = {}
    parts: list[list[list[int]]] = [[] for _ in polygons]
    for place, ring in zip(polygon_of_ring.tolist(), corners, strict=True):
        parts[place].append([_number(arc, arcs, known) for arc in _cut(ring, junction)])
    # a polygon goes with its outer ring, the first of its rings
    members: list[list[list[list[int]]]] = [[] for _ in keys]
    for place, part in zip(area_of_polygon.tolist(), parts, strict=True):
        if part[0]:
            members[place].append([one for one in part if one])
    gone = [key for key, part in zip(keys, members, strict=True) if not part]
    if gone:
        raise ValueError(f"areas smaller than the grid of {step} m: {', '.join(gone)}")
    return _written(keys, names, members, [_steps(points[arc]) for arc in arcs], step, note)


def _on_grid(rings: Shapes, step: int) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """The different points on the grid (n x 2), and for each ring the numbers of its points, the closing one left out.

    A ring with fewer than three points is empty.
    """
    xy, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    grid = np.rint((xy - ORIGIN) / step).astype(np.int64)
    least = grid.min(axis=0)
    rows = int(np.ptp(grid[:, 1])) + 1
    packed, ids = np.unique((grid - least) @ [rows, 1], return_inverse=True)
    # a point that fell on the one before it is the same point
    fresh = np.r_[True, (np.diff(ids) != 0) | (np.diff(ring_of_point) != 0)]
    ids, ring_of_point = ids[fresh], ring_of_point[fresh]
    closed = np.split(ids, np.searchsorted(ring_of_point, np.arange(1, len(rings))))
    corners = [ring[:-1] if len(ring) > 3 else ring[:0] for ring in closed]
    return np.column_stack(np.divmod(packed, rows)) + least, corners


def _junctions(rings: Sequence[NDArray[np.int64]], n: int) -> NDArray[np.bool_]:
    """For each of ``n`` points, whether more or less than two borders meet there: where arcs begin and end."""
    a = np.concatenate(rings)
    b = np.concatenate([np.roll(ring, -1) for ring in rings])
    edges = np.unique(np.minimum(a, b) * n + np.maximum(a, b))
    return np.asarray(np.bincount(np.r_[edges // n, edges % n], minlength=n) != 2)


def _cut(corners: NDArray[np.int64], junction: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """The arcs of a ring (its points without the closing one), each with both of its ends."""
    if not len(corners):
        return
    at = np.flatnonzero(junction[corners])
    if not len(at):  # an island or an enclave: the same ring begins at the same point, whoever it belongs to
        closed = np.roll(corners, -int(corners.argmin()))
        yield np.r_[closed, closed[0]]
        return
    turned = np.roll(corners, -int(at[0]))
    turned = np.r_[turned, turned[0]]
    starts = [*(at - at[0]), len(turned) - 1]
    for start, end in pairwise(starts):
        yield turned[start : end + 1]


def _number(arc: NDArray[np.int64], arcs: list[NDArray[np.int64]], known: dict[bytes, int]) -> int:
    """The arc's place among ``arcs``, its complement if it is there the other way round; a new one is added."""
    found = known.get(arc.tobytes())
    if found is None:
        found = len(arcs)
        arcs.append(arc)
        known[arc[::-1].tobytes()] = ~found
        known[arc.tobytes()] = found
    return found


def _steps(points: NDArray[np.int64]) -> list[list[int]]:
    """The first point, then the way from each to the next."""
    moves: list[list[int]] = np.vstack([points[:1], np.diff(points, axis=0)]).tolist()
    return moves


def _written(
    keys: Sequence[str],
    names: Sequence[str],
    members: list[list[list[list[int]]]],
    arcs: list[list[list[int]]],
    step: int,
    note: str,
) -> bytes:
    geometries = [
        {
            "type": "Polygon" if len(parts) == 1 else "MultiPolygon",
            "id": key,
            "properties": {"name": name},
            "arcs": parts[0] if len(parts) == 1 else parts,
        }
        for key, name, parts in zip(keys, names, members, strict=True)
    ]
    content = {
        "type": "Topology",
        "source": note,
        "transform": {"scale": [step, step], "translate": list(ORIGIN)},
        "objects": {OBJECT: {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": arcs,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
