"""Gemeinden in the official Kreise of a newer state: cut off at the border, filling it, split along it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.geo import coverage


def areas(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    """One row per keyword, whose digits after the first letter are the key."""
    keys = [key[1:] for key in shapes]
    return gpd.GeoDataFrame({"area_key": keys, "name": keys}, geometry=list(shapes.values()), crs="EPSG:4326")


#: two Kreise side by side, one degree each
KREISE = areas(k06001=shapely.box(9, 51, 10, 52), k06002=shapely.box(10, 51, 11, 52))


def by_key(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    return frame.set_index("area_key").geometry


def test_what_juts_out_is_cut_off_and_what_is_empty_filled():
    """The old border lies 0.1° too far east: the strip changes hands, shared out at the border between 2 and 3."""
    old = areas(
        g06001001=shapely.box(9, 51, 10.1, 52),
        g06002002=shapely.box(10.1, 51, 11, 51.4),
        g06002003=shapely.box(10.1, 51.4, 11, 52),
    )
    new = by_key(coverage.into_kreise(old, KREISE))
    assert new["06001001"].equals(shapely.box(9, 51, 10, 52))
    for key, wanted in (
        ("06002002", shapely.box(10, 51, 11, 51.4)),
        ("06002003", shapely.box(10, 51.4, 11, 52)),
    ):
        # shared out by points 0.0005° apart
        assert new[key].symmetric_difference(wanted).area < 0.1 * 0.0005, key
    assert shapely.area(new.to_numpy()).sum() == pytest.approx(2)


def test_a_splinter_cut_off_at_the_rim_goes_to_the_neighbour():
    """Gemeinde 1 left the Kreis and came back beside Gemeinde 4: what is left of that hangs on nothing."""
    back = shapely.box(9.99, 51.02, 10, 51.03)
    old = areas(
        g06001001=shapely.union_all([shapely.box(9, 51.05, 10, 52), shapely.box(10, 51.02, 10.05, 51.5), back]),
        g06001004=shapely.box(9, 51, 10, 51.05) - back,
        g06002002=shapely.box(10.05, 51, 11, 52),
    )
    new = by_key(coverage.into_kreise(old, KREISE))
    assert new["06001001"].equals(shapely.box(9, 51.05, 10, 52))
    assert new["06001004"].equals(shapely.box(9, 51, 10, 51.05))


def test_islands_that_no_kreis_draws_stay():
    island = shapely.box(8, 53, 8.1, 53.1)
    old = areas(
        g06001001=shapely.multipolygons([shapely.box(9, 51, 10, 52), island]), g06002002=shapely.box(10, 51, 11, 52)
    )
    new = by_key(coverage.into_kreise(old, KREISE))
    assert new["06001001"].equals(old.geometry.iloc[0])


def test_a_gemeinde_without_a_place_is_told():
    with pytest.raises(ValueError, match="no Kreis 06003"):
        coverage.into_kreise(areas(g06003001=shapely.box(9, 51, 9.1, 51.1)), KREISE)
    old = areas(g06001001=shapely.box(9, 51, 10, 52), g06001002=shapely.box(10, 51, 11, 52))
    with pytest.raises(ValueError, match="nothing is left of 06001002"):
        coverage.into_kreise(old, KREISE)


def test_a_gemeinde_split_between_kreise_is_cut_along_their_border():
    """As Anrode: 0.75 in Kreis 1, 0.25 in Kreis 2; a ragged edge is no part of it."""
    torn = shapely.box(9.25, 51, 10.25, 52)
    ragged = shapely.box(9.5, 51, 10.001, 51.1)
    old = areas(g06001001=torn, g06001002=ragged)
    parts = pd.DataFrame({"key_from": ["06001001", "06001001"], "kreis": ["06001", "06002"]})
    new = by_key(coverage.cut(old, parts, KREISE))
    assert sorted(new.index) == ["06001001/06001", "06001001/06002", "06001002"]
    assert new["06001001/06001"].equals(shapely.box(9.25, 51, 10, 52))
    assert new["06001001/06002"].equals(shapely.box(10, 51, 10.25, 52))
    assert new["06001002"].equals(ragged)
    ragged_parts = parts.assign(key_from="06001002")
    kept = by_key(coverage.cut(old, ragged_parts, KREISE))
    assert kept["06001002/06001"].equals(ragged)
    assert kept["06001002/06002"].is_empty


inside = st.floats(0.05, 0.95, allow_nan=False)


@pytest.mark.slow
@settings(max_examples=examples(13), deadline=None)
@example([(0.859375, 0.1218145295036288), (0.95, 0.2342942780133559)], -1e-09)
@given(st.lists(st.tuples(inside, inside), min_size=2, max_size=25, unique=True), st.floats(-0.03, 0.03))
def test_the_kreis_is_filled_without_overlap(points: list[tuple[float, float]], shift: float):
    """Cells of any shape, drawn up to 0.03° beside their Kreis, fill it and stay a coverage once cleaned."""
    frame = areas(k06001=shapely.box(9, 51, 10, 52))
    middles = shapely.multipoints([(9 + x, 51 + y) for x, y in points])
    cells = shapely.get_parts(shapely.voronoi_polygons(middles, extend_to=frame.geometry.iloc[0].buffer(0.1)))
    old = shapely.intersection(cells, shapely.box(9 + shift, 51, 10 + shift, 52))
    old = old[shapely.area(old) > 0.003]
    named = areas(**{f"g06001{number:03d}": shape for number, shape in enumerate(old)})
    new = coverage.into_kreise(named, frame).geometry.to_numpy()
    assert shapely.area(new).sum() == pytest.approx(1)
    assert shapely.area(shapely.union_all(new)) == pytest.approx(1)
    assert shapely.coverage_is_valid(coverage.clean(new))
    assert len(new) == len(old)
    # nothing moved by more than the gaps and the overhang there were
    assert np.all(shapely.area(shapely.difference(shapely.intersection(old, frame.geometry.iloc[0]), new)) < 0.01)
