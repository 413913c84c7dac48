"""The pattern for „ohne Angabe“: lines at 45 degrees on the screen, inside the country, evenly apart."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from zwk_data.geo import layers
from zwk_data.geo.layers import layer_bytes, layer_url, read_layer

SQUARE = np.array([shapely.box(9.0, 50.0, 10.0, 51.0), shapely.box(10.0, 50.0, 11.0, 51.0)])


def test_lines_are_diagonal_and_stay_inside():
    shape = shapely.from_geojson(
        json.dumps(json.loads(layers.hatch_geojson(SQUARE, "grob"))["features"][0]["geometry"])
    )
    assert shapely.get_type_id(shape) == 5, "a MultiLineString"
    assert shapely.box(8.998, 49.998, 11.002, 51.002).contains(shape)
    on_screen = shapely.transform(shape, layers._to_mercator)
    for line in shapely.get_parts(on_screen):
        (x1, y1), *_, (x2, y2) = line.coords
        if abs(x2 - x1) > 1e-4:
            assert (y2 - y1) / (x2 - x1) == pytest.approx(1, abs=0.05)


def test_spacing_is_the_one_promised():
    shape = shapely.from_geojson(
        json.dumps(json.loads(layers.hatch_geojson(SQUARE, "grob"))["features"][0]["geometry"])
    )
    starts = [line.coords[0] for line in shapely.get_parts(shapely.transform(shape, layers._to_mercator))]
    offsets = np.sort([(x - y) / np.sqrt(2) for x, y in starts])
    assert np.diff(offsets) == pytest.approx(layers.HATCH_SPACING["grob"], rel=0.05)


@pytest.mark.parametrize("detail", ["grob", "mittel"])
def test_layer_is_served_and_small(detail: str):
    assert layer_url(layers.HATCH, detail).startswith(f"/geo/schraffur.{detail}.")
    assert layers.HATCH not in layers.LAYERS, "it holds no areas"
    raw = json.loads(layer_bytes(layers.HATCH, detail))
    lines = shapely.from_geojson(json.dumps(raw["features"][0]["geometry"]))
    country = shapely.union_all(read_layer("laender", detail).geometry.to_numpy())
    assert shapely.length(shapely.difference(lines, country)) < 0.01 * shapely.length(lines), "only rounding sticks out"
    assert len(layer_bytes(layers.HATCH, detail, "br")) < 30_000
