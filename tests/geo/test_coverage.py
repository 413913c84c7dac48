"""A coverage stays a coverage: cleaned, rounded, simplified, dissolved."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.geo import coverage


def partition(points: list[tuple[float, float]]) -> np.ndarray:
    """Cells around points that fill a square of one degree near Kassel without gap."""
    square = shapely.box(9, 51, 10, 52)
    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=square)
    parts = shapely.intersection(shapely.get_parts(cells), square)
    return shapely.coverage_clean(parts[shapely.area(parts) > 0])


inside = st.floats(0.01, 0.99, allow_nan=False)
places = st.lists(
    st.tuples(inside.map(lambda x: 9 + round(x, 3)), inside.map(lambda y: 51 + round(y, 3))),
    min_size=3,
    max_size=40,
    unique=True,
)


def sound(shapes: np.ndarray) -> bool:
    return bool(
        shapely.coverage_is_valid(shapes) and shapely.is_valid(shapes).all() and not shapely.is_empty(shapes).any()
    )


def on_grid(shapes: np.ndarray, decimals: int) -> bool:
    points = shapely.get_coordinates(shapes)
    return bool((points == points.round(decimals)).all())


@settings(max_examples=examples(10), deadline=None)
@given(places, st.sampled_from([3, 4]))
def test_rounding_to_a_grid_keeps_the_coverage(points, decimals):
    cells = partition(points)
    # Cells of the size of the grid itself may fold away, and that is told (below).
    assume(shapely.minimum_clearance(cells).min() >= 10.0**-decimals)
    rounded = coverage.to_grid(cells, decimals)
    assert len(rounded) == len(cells)
    assert sound(rounded)
    assert on_grid(rounded, decimals)
    assert shapely.area(rounded).sum() == pytest.approx(1, abs=1e-9), "the square's corners lie on the grid"


@settings(max_examples=examples(10), deadline=None)
@given(places, st.floats(100, 20_000))
def test_simplifying_keeps_the_coverage_and_moves_nothing(points, metres):
    cells = partition(points)
    assume(shapely.minimum_clearance(cells).min() >= 1e-4)
    cells = coverage.to_grid(cells)
    fewer = coverage.simplify(cells, metres)
    assert sound(fewer)
    before = {tuple(point) for point in shapely.get_coordinates(cells)}
    after = {tuple(point) for point in shapely.get_coordinates(fewer)}
    assert after <= before


def test_cleaning_closes_what_nearly_fits():
    left, right = shapely.box(9, 51, 9.1, 51.1), shapely.box(9.0999999999, 51, 9.2, 51.1)
    bow = shapely.Polygon([(9.2, 51), (9.3, 51.1), (9.3, 51), (9.2, 51.1)])
    assert not shapely.coverage_is_valid(np.array([left, right]))
    assert sound(coverage.clean(np.array([left, right, bow])))


def test_too_small_for_the_grid_is_refused():
    tiny = shapely.box(9.00001, 51.00001, 9.00002, 51.00002)
    with pytest.raises(ValueError, match=r"\[1\]"):
        coverage.to_grid(np.array([shapely.box(9, 51, 10, 52) - tiny, tiny]))


def test_dissolving_by_hand():
    squares = [shapely.box(9 + i / 10, 51, 9.1 + i / 10, 51.1) for i in range(3)]
    frame = gpd.GeoDataFrame({"key": ["b", "a", "b"]}, geometry=squares, crs="EPSG:4326")
    merged = coverage.dissolve(frame, "key")
    assert merged["key"].tolist() == ["a", "b"]
    assert merged.geometry.iloc[0].equals(squares[1])
    assert merged.geometry.iloc[1].equals(shapely.multipolygons([squares[0], squares[2]]))


def test_only_lonely_islets_are_dropped():
    mainland, neighbour = shapely.box(9, 51, 10, 52), shapely.box(10, 51, 11, 52)
    islet, exclave = shapely.box(8.9, 51, 8.901, 51.001), shapely.box(10.5, 50.999, 10.501, 51)
    far = shapely.box(8, 51, 8.001, 51.001)
    areas = np.array([shapely.multipolygons([mainland, islet, exclave]), neighbour, far])
    kept = coverage.drop_islands(areas, 0.5)
    assert kept[0].equals(shapely.multipolygons([mainland, exclave])), "the islet goes, the exclave fills a place"
    assert kept[1].equals(neighbour)
    assert kept[2].equals(far), "an area that is all islet stays"
    assert coverage.drop_islands(areas, 0.0)[0].equals(areas[0])


def test_square_km():
    assert coverage.square_km(np.array([shapely.box(9, 50.5, 10, 51.5)]))[0] == pytest.approx(
        111.2**2 * 0.6293, rel=1e-3
    )
