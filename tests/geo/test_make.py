"""Why a Kreis differs from the official one is said in words."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from zwk_data.geo import make, territory


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
    splits = pd.DataFrame(
        [
            ("teilung", "06002017", "Anderswo", "06003001", "Drüben", "06002001", 0.4, ""),
            ("grenze", "06001001", "A", "06001002", "B", "06001001", 0.01, ""),
        ],
        columns=territory.NOTE_COLUMNS,
    )
    notes = make.overlap_notes(ours, genuine, splits).set_index("area_key")
    assert list(notes.index) == ["06002", "06001"], "the third is the same on both sides"
    assert (
        notes.loc["06002", "reason_de"]
        == "Über die Kreisgrenze geteilte Gemeinden (Anderswo) sind ungeteilt gezeichnet."
    )
    assert notes.loc["06001", "reason_de"].startswith(
        "Kleiner Kreis (75\u00a0km²): Die Vergleichsgrenzen sind auf 200 m"
    )
    assert set(notes["kind"]) == {"abweichung"}
