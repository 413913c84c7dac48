"""Germany as paths of an SVG: the Länder, and where each Kommune's point falls among them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from zwk_data.geo.catalogue import source_note
from zwk_data.geo.layers import layer_hash, read_layer
from zwk_data.programme import places

#: width of the drawing in its own units; its height follows from the country
GROUND_WIDTH = 1000
#: German areas look right in ETRS89 / UTM 32
PROJECTION = 25832
#: shapes smaller than this (square units) are not seen from ten metres
SMALLEST_LAND = 3.0


@dataclass(frozen=True)
class Ground:
    """``height`` of the drawing (``WIDTH`` wide), path data of each Land by key, x and y of each Kommune, source."""

    height: int
    laender: dict[str, str]
    points: dict[str, tuple[float, float]]
    source: str


def ground() -> Ground:
    """The drawing for the boundaries in use."""
    return _ground(layer_hash("laender", "grob"))


@lru_cache(maxsize=2)
def _ground(version: str) -> Ground:
    import geopandas as gpd

    laender = read_layer("laender", "grob").to_crs(PROJECTION).set_index("area_key")
    west, south, east, north = laender.total_bounds
    scale = GROUND_WIDTH / (east - west)
    moved = laender.geometry.affine_transform([scale, 0, 0, -scale, -west * scale, north * scale])
    spots = places.map_points()
    dots = gpd.GeoSeries.from_xy(spots["lon"], spots["lat"], crs=4326).to_crs(PROJECTION)
    points = {
        key: (round((dot.x - west) * scale, 1), round((north - dot.y) * scale, 1))
        for key, dot in zip(spots["participant_id"], dots, strict=True)
    }
    return Ground(
        round((north - south) * scale), {key: _path(shape) for key, shape in moved.items()}, points, source_note()
    )


def _path(shape: object) -> str:
    """A polygon's outer rings as path data, in whole units."""
    parts = [part for part in getattr(shape, "geoms", [shape]) if part.area >= SMALLEST_LAND]
    return "".join(
        "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in part.exterior.coords[:-1]) + "Z"
        for part in sorted(parts, key=lambda part: -part.area)
    )
