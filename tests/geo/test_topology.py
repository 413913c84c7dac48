"""Borders as TopoJSON: every area as in its file, every shared border once, whatever the areas look like."""

from __future__ import annotations

import itertools
import json
from collections import Counter

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.geo import map_layers, topology
from zwk_data.geo.topology import OBJECT, STEPS

COVERAGES = ("laender", "kreise", "gemeinden")


Layer = tuple[str, str, dict]
EVERY = list(itertools.product(map_layers.LAYERS, STEPS))


def _id(wanted: tuple[str, str]) -> str:
    return "-".join(wanted)


@pytest.fixture(scope="module", params=EVERY, ids=_id)
def layer(request: pytest.FixtureRequest) -> Layer:
    """Name, detail, and the layer as a browser reads it; the tests of one come together, so that it is read once."""
    name, detail = request.param
    return name, detail, json.loads(map_layers.layer_bytes(name, detail))


def arcs_of(content: dict) -> list[np.ndarray]:
    """The arcs in metres."""
    scale, shift = (np.array(content["transform"][part]) for part in ("scale", "translate"))
    return [np.cumsum(arc, axis=0) * scale + shift for arc in content["arcs"]]


def shapes_of(content: dict) -> dict[str, object]:
    """The areas by id, put together again as any reader of the format does."""
    arcs = arcs_of(content)

    def ring(places: list[int]) -> np.ndarray:
        pieces = [arcs[at] if at >= 0 else arcs[~at][::-1] for at in places]
        assert all((one[-1] == two[0]).all() for one, two in itertools.pairwise(pieces))
        assert (pieces[0][0] == pieces[-1][-1]).all(), "a ring ends where it began"
        return np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])])

    def polygon(rings: list[list[int]]) -> object:
        outer, *holes = map(ring, rings)
        return shapely.Polygon(outer, holes)

    found = {}
    for one in content["objects"][OBJECT]["geometries"]:
        parts = [one["arcs"]] if one["type"] == "Polygon" else one["arcs"]
        found[one["id"]] = shapely.multipolygons([polygon(part) for part in parts])
    return found


def repeated(content: dict) -> int:
    """How many pieces of border between two points are there more than once."""
    arcs = arcs_of(content)
    pieces = np.vstack([np.hstack([arc[:-1], arc[1:]]) for arc in arcs])
    backwards = pieces[:, [2, 3, 0, 1]]
    swap = (pieces[:, 0] > pieces[:, 2]) | ((pieces[:, 0] == pieces[:, 2]) & (pieces[:, 1] > pieces[:, 3]))
    return len(pieces) - len(np.unique(np.where(swap[:, None], backwards, pieces), axis=0))


def sides(content: dict) -> Counter:
    """How often each arc is used, by direction."""
    used: Counter = Counter()
    for one in content["objects"][OBJECT]["geometries"]:
        parts = [one["arcs"]] if one["type"] == "Polygon" else one["arcs"]
        used.update(at for part in parts for ring in part for at in ring)
    return used


@pytest.mark.slow
def test_every_area_is_that_of_its_file(layer: Layer) -> None:
    name, detail, content = layer
    drawn = shapes_of(content)
    expected = map_layers.map_shapes(name, detail)
    assert list(drawn) == list(expected.index) == sorted(drawn), "in the order of the key"
    names = [one["properties"]["name"] for one in content["objects"][OBJECT]["geometries"]]
    assert names == list(map_layers.layer_names(name))
    step = STEPS[detail]
    shapes = np.array(list(drawn.values()))
    # no point moves further than half a diagonal of the grid
    may = shapely.length(expected.to_numpy()) * step * np.sqrt(0.5)
    assert (abs(shapely.area(shapes) - shapely.area(expected.to_numpy())) <= may).all()
    found, wanted = corners(shapes, step), corners(expected.to_numpy(), step)
    assert np.isin(found, wanted).all()
    assert len(wanted) - len(found) <= 0.002 * len(found), "only islands smaller than the grid"


def corners(shapes: np.ndarray, step: int) -> np.ndarray:
    """Which area has a corner where on the grid: area, x and y in one number, each once."""
    xy, area = shapely.get_coordinates(shapes, return_index=True)
    grid = np.rint((xy - topology.ORIGIN) / step).astype(np.int64)
    assert grid.min() >= 0
    assert grid.max() < 1_000_000
    return np.unique((area * 1_000_000 + grid[:, 0]) * 1_000_000 + grid[:, 1])


@pytest.mark.parametrize("layer", [one for one in EVERY if one[0] in COVERAGES], ids=_id, indirect=True)
def test_a_shared_border_is_stored_once_and_used_from_both_sides(layer: Layer) -> None:
    name, _, content = layer
    assert repeated(content) == 0
    used = sides(content)
    for arc in range(len(content["arcs"])):
        assert (used[arc], used[~arc]) in ((1, 0), (0, 1), (1, 1)), arc
    inner = sum(used[arc] + used[~arc] == 2 for arc in range(len(content["arcs"])))
    assert inner >= {"laender": 30, "kreise": 1000, "gemeinden": 30_000}[name]


def test_the_land_is_a_border_of_its_gemeinden() -> None:
    """Outlines of Länder are drawn from the borders of Kreise and Gemeinden whose keys differ."""
    content = json.loads(map_layers.layer_bytes("kreise", "mittel"))
    owners: dict[int, set[str]] = {}
    for one in content["objects"][OBJECT]["geometries"]:
        parts = [one["arcs"]] if one["type"] == "Polygon" else one["arcs"]
        for at in (at for part in parts for ring in part for at in ring):
            owners.setdefault(at if at >= 0 else ~at, set()).add(one["id"][:2])
    arcs = arcs_of(content)
    saxony = shapely.union_all(
        [shapely.LineString(arcs[at]) for at, lands in owners.items() if "14" in lands != {"14"}]
    )
    length = sum(
        shapely.LineString(arcs[at]).length for at, lands in owners.items() if "14" in lands and len(lands) > 1
    )
    inner = map_layers.map_shapes("laender", "mittel")
    others = shapely.union_all(inner.drop("14").to_numpy())
    expected = shapely.length(shapely.intersection(shapely.boundary(inner["14"]), others.buffer(200)))
    assert length == pytest.approx(expected, rel=0.1)
    assert saxony is not None


#: 25 cells of a grid, each given to one of six areas: with islands, enclaves, corners that touch, several parts
CELLS = st.lists(st.integers(0, 5), min_size=25, max_size=25)


@given(CELLS, st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), min_size=36, max_size=36))
def test_any_coverage_comes_back(owners: list[int], moves: list[tuple[int, int]]) -> None:
    corner = np.array([[(x * 100, y * 100) for x in range(6)] for y in range(6)]) + np.array(moves).reshape(6, 6, 2)
    corner = corner + topology.ORIGIN
    cells = [
        shapely.Polygon([corner[y, x], corner[y, x + 1], corner[y + 1, x + 1], corner[y + 1, x]])
        for y, x in itertools.product(range(5), range(5))
    ]
    keys = sorted({str(owner) for owner in owners})
    shapes = np.array(
        [
            shapely.coverage_union_all([cell for cell, owner in zip(cells, owners, strict=True) if str(owner) == key])
            for key in keys
        ]
    )
    content = json.loads(topology.topology(keys, keys, shapes, 1, "x"))
    drawn = shapes_of(content)
    assert all(drawn[key].equals(shape) for key, shape in zip(keys, shapes, strict=True))
    assert repeated(content) == 0
    assert all(used == 1 for used in sides(content).values())


def test_an_enclave_shares_its_ring_backwards() -> None:
    x, y = topology.ORIGIN
    hole = shapely.box(x + 300, y + 300, x + 600, y + 600)
    around = shapely.box(x, y, x + 1000, y + 1000).difference(hole)
    content = json.loads(topology.topology(["a", "b"], ["A", "B"], np.array([around, hole]), 10, "x"))
    (outer, inner), (same,) = ([ring[0] for ring in one["arcs"]] for one in content["objects"][OBJECT]["geometries"])
    assert len(content["arcs"]) == 2
    assert inner == ~same
    assert outer not in (inner, same)


def test_what_the_grid_leaves_no_room_for() -> None:
    x, y = topology.ORIGIN
    land, rock = shapely.box(x, y, x + 1000, y + 1000), shapely.box(x + 2000, y, x + 2010, y + 10)
    both = np.array([shapely.union_all([land, rock])])
    content = json.loads(topology.topology(["a"], ["A"], both, 50, "x"))
    assert shapes_of(content)["a"].area == land.area, "a rock smaller than the grid goes"
    with pytest.raises(ValueError, match="smaller than the grid of 50 m: b"):
        topology.topology(["a", "b"], ["A", "B"], np.array([land, rock]), 50, "x")


def test_all_details_count_from_the_same_corner(layer: Layer) -> None:
    assert layer[2]["transform"]["translate"] == list(topology.ORIGIN)


def test_a_place_in_the_plane_of_the_map() -> None:
    # the middle meridian of zone 32 stands at 500,000 m; the equator is its zero
    (place,) = topology.to_map(np.array([[9.0, 51.0]]))
    assert place == pytest.approx([500_000, 5_649_824], abs=2)
