"""The npm package's files: a list with FeatureCollections inside it."""

from __future__ import annotations

import json

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.errors import SourceError
from zwk_data.sources import bkg


def feature(key: str, gf: int, west: float) -> dict[str, object]:
    shape = json.loads(shapely.to_geojson(shapely.box(west, 51, west + 0.1, 51.1)))
    properties = {"GF": gf, "RS": key[:5] + "0000" + key[5:], "AGS": key, "GEN": f"Ort {key}"}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def test_nested_collections_are_opened_and_water_left_out():
    """Allensbach and 131 others come as land and water in one FeatureCollection."""
    entries = [
        feature("08335003", 4, 9.2),
        {"type": "FeatureCollection", "features": [feature("08335002", 2, 9.0), feature("08335002", 4, 9.1)]},
    ]
    frame = bkg.read_package(json.dumps(entries).encode(), "gemeinden")
    assert list(frame.columns) == bkg.COLUMNS
    assert frame["area_key"].tolist() == ["08335002", "08335003"]
    assert frame.geometry.iloc[0].equals(shapely.box(9.1, 51, 9.2, 51.1)), "the land, not the lake"
    assert frame["ars"].tolist() == ["083350000002", "083350000003"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[{"type": "Feature", "prop', "die Datei ist kein JSON oder abgeschnitten"),
        (b"\xff\xfe\x00", "die Datei ist kein JSON oder abgeschnitten"),
        (b'{"type": "FeatureCollection", "features": []}', "die Datei ist keine Liste von Gebieten"),
        (b"[]", "die Datei ist keine Liste von Gebieten"),
        (b'[{"type": "Topology"}]', "Eintrag 1: der Eintrag ist kein Gebiet"),
        (b'[{"type": "Feature"}]', "ein Gebiet ist unvollständig"),
        (b'[{"type": "Feature", "properties": {"AGS": "1"}, "geometry": {"type": "Polygon"}}]', "ein Gebiet ist"),
    ],
)
def test_wrong_content(content: bytes, said: str):
    with pytest.raises(SourceError, match=said):
        bkg.read_package(content, "gemeinden", name="gemeinden.geo.json")


def test_missing_file(tmp_path):
    with pytest.raises(SourceError, match=r"gemeinden\.geo\.json: die Datei ist nicht vorhanden"):
        bkg.read_package(tmp_path / "gemeinden.geo.json")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_json_gives_a_source_error(entries: object):
    with pytest.raises(SourceError):
        bkg.read_package(json.dumps(entries).encode(), "gemeinden")
