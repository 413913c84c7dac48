"""Diagonal lines over the whole country: the ground of a map, seen only where no value covers it.

A browser map without a foreign style server has no fill patterns, so the pattern for „ohne Angabe“ is a layer of its
own: lines that run at 45 degrees on the screen, cut off at the border.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

#: the layer's name beside those of areas
HATCH = "schraffur"
#: distance of the lines in widths of the world: about six pixels at zoom 5, 7 and 8.5
HATCH_SPACING = {"grob": 3.6e-4, "mittel": 9e-5, "fein": 3.2e-5}


def hatch_geojson(outlines: NDArray[np.object_], detail: str) -> bytes:
    """One Feature of hatch lines clipped to the union of ``outlines`` (lon, lat)."""
    country = shapely.transform(shapely.union_all(outlines), _to_mercator)
    west, south, east, north = shapely.bounds(country)
    # a line of slope 1 through (x, y) is told by x - y
    offsets = np.arange(west - north, east - south, HATCH_SPACING[detail] * np.sqrt(2))
    ends = np.stack([np.full_like(offsets, west), west - offsets, np.full_like(offsets, east), east - offsets], axis=1)
    lines = shapely.intersection(shapely.linestrings(ends.reshape(-1, 2, 2)), country)
    parts = shapely.get_parts(lines[~shapely.is_empty(lines)])
    drawn = shapely.transform(shapely.multilinestrings(parts[shapely.get_type_id(parts) == 1]), _to_degrees)
    shape = shapely.to_geojson(shapely.set_precision(drawn, 0.001))
    feature = f'{{"type":"Feature","properties":{{}},"geometry":{shape}}}'
    return f'{{"type":"FeatureCollection","features":[{feature}]}}'.encode()


def _to_mercator(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees to the web map's plane, where the world is one wide and one high."""
    return np.column_stack([points[:, 0] / 360, np.log(np.tan(np.pi / 4 + np.radians(points[:, 1]) / 2)) / (2 * np.pi)])


def _to_degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(
        [points[:, 0] * 360, np.degrees(2 * np.arctan(np.exp(points[:, 1] * 2 * np.pi)) - np.pi / 2)]
    )
