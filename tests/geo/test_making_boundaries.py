"""The report says in words why a Kreis differs from the official one."""

from __future__ import annotations

import geopandas as gpd
import shapely

from tools import boundaries


def kreise(*shapes: shapely.Polygon) -> gpd.GeoDataFrame:
    keys = [f"0600{number}" for number in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame(
        {"area_key": keys, "name": [f"Kreis {key}" for key in keys]}, geometry=list(shapes), crs="EPSG:4326"
    )


def test_reasons_for_kreise_below_the_mark():
    ours = kreise(shapely.box(9, 51, 9.1, 51.1), shapely.box(9.2, 51, 9.4, 51.2), shapely.box(9.6, 51, 9.7, 51.1))
    genuine = kreise(
        shapely.box(9, 51, 9.098, 51.098), shapely.box(9.2, 51, 9.35, 51.2), shapely.box(9.6, 51, 9.7, 51.1)
    )
    notes = boundaries.overlap_notes(ours, genuine).set_index("area_key")
    assert list(notes.index) == ["06002", "06001"], "the third is the same on both sides"
    assert (
        notes.loc["06001", "reason_de"]
        == "Kleiner Kreis (75\u00a0km²): Die amtlichen Grenzen sind auf 200 m vereinfacht, unsere noch einmal; "
        "mehr als 300 m liegen nur 0,0\u00a0% der Fläche auseinander."
    )
    assert set(notes["kind"]) == {"abweichung"}
