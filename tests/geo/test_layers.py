"""Layers for the browser: what is sent, their hash, their compression, their cache; and GeoJSON for other programs."""

from __future__ import annotations

import gzip
import itertools
import json
import shutil
from pathlib import Path

import brotli
import geopandas as gpd
import pytest
import shapely

from zwk_data.errors import ZwkError
from zwk_data.geo import map_layers

#: bytes of JSON that a browser has to read, and that travel (brotli)
LIMITS = {
    ("kreise", "grob"): (130_000, 42_000),
    ("kreise", "mittel"): (230_000, 75_000),
    ("gemeinden", "grob"): (2_500_000, 620_000),
    ("gemeinden-14", "fein"): (250_000, 65_000),
    ("teilnehmende", "grob"): (20_000, 7_000),
}


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory):
    """A home of this module's own: nothing made before, nothing left behind."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("ZWK_HOME", str(folder))
        map_layers._packed.cache_clear()
        yield folder
    map_layers._packed.cache_clear()


@pytest.fixture(scope="module")
def features(tmp_path_factory: pytest.TempPathFactory):
    """``features("kreise")``: what the command ``layer`` writes."""

    def read(name: str, detail: str = "grob") -> list[dict]:
        written = map_layers.write_layer(name, tmp_path_factory.mktemp("layer") / "x.geojson", detail)
        content = json.loads(written.read_text(encoding="utf-8"))
        assert content["source"] == map_layers.source_note()
        return content["features"]

    return read


def areas(name: str, detail: str = "grob") -> list[dict]:
    """The areas that travel to a browser."""
    return json.loads(map_layers.layer_bytes(name, detail))["objects"]["gebiete"]["geometries"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["laender", "kreise", "gemeinden"])
def test_areas_carry_key_name_and_number(features, name: str):
    frame = map_layers.read_layer(name, "grob").set_index("area_key")
    properties = [feature["properties"] for feature in features(name)]
    assert {entry["area_key"] for entry in properties} == set(frame.index)
    for entry in properties:
        assert list(entry) == ["id", "area_key", "name"]
        assert entry["id"] == int(entry["area_key"])
        assert entry["name"] == frame.loc[entry["area_key"], "name"]


def test_participants_are_numbered_by_their_id(features):
    properties = [feature["properties"] for feature in features("teilnehmende")]
    assert len(properties) == 39
    by_number = sorted(properties, key=lambda entry: entry["id"])
    assert [entry["id"] for entry in by_number] == list(range(1, 40))
    ids = [entry["participant_id"] for entry in by_number]
    assert ids == sorted(ids)
    assert all(entry["area_key"] == entry["participant_id"] for entry in properties)
    assert by_number[0]["name"] == "Adorf/Vogtl."


def test_towns_are_drawn_after_the_kreis_they_lie_in(features):
    order = [feature["properties"]["area_key"] for feature in features("teilnehmende")]
    assert order.index("lk-ludwigslust-parchim") < order.index("grabow") < order.index("schossin")


def test_geometry_is_that_of_the_file_and_outer_rings_run_counter_clockwise(features):
    frame = map_layers.read_layer("kreise", "grob").set_index("area_key").geometry
    for feature in features("kreise"):
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.equals(frame[feature["properties"]["area_key"]])
        for part in shapely.get_parts(shape):
            assert shapely.is_ccw(shapely.get_exterior_ring(part))
            assert not any(shapely.is_ccw(hole) for hole in part.interiors)


def test_the_source_travels_with_the_file():
    assert json.loads(map_layers.layer_bytes("laender", "grob"))["source"] == map_layers.source_note()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "detail"), list(itertools.product(map_layers.LAYERS, ["mittel", "grob"])))
def test_every_encoding_is_the_same_json(name: str, detail: str):
    plain = map_layers.layer_bytes(name, detail)
    assert brotli.decompress(map_layers.layer_bytes(name, detail, "br")) == plain
    assert gzip.decompress(map_layers.layer_bytes(name, detail, "gzip")) == plain
    assert (
        len(map_layers.layer_bytes(name, detail, "br")) < len(map_layers.layer_bytes(name, detail, "gzip")) < len(plain)
    )


@pytest.mark.parametrize(("name", "detail"), list(LIMITS))
def test_sizes(name: str, detail: str):
    read, travels = LIMITS[name, detail]
    assert len(map_layers.layer_bytes(name, detail)) <= read
    assert len(map_layers.layer_bytes(name, detail, "br")) <= travels


@pytest.mark.slow
def test_the_gemeinden_of_some_laender():
    assert map_layers.part_of_gemeinden(["16", "09", "16"]) == "gemeinden-09-16"
    keys = [one["id"] for one in areas("gemeinden-09-16")]
    whole = [one["id"] for one in areas("gemeinden")]
    assert keys == [key for key in whole if key[:2] in ("09", "16")]
    assert list(map_layers.layer_names("gemeinden-09-16").index) == keys
    assert map_layers.part_of_gemeinden(["01", "02", "03"]) == "gemeinden", "many Länder are the whole"
    for wrong in (
        "gemeinden-16-09",
        "gemeinden-09-09",
        "gemeinden-17",
        "gemeinden-01-02-03",
        "kreise-09",
        "gemeinden-",
    ):
        with pytest.raises(ZwkError, match="gibt es nicht"):
            map_layers.layer_bytes(wrong, "grob")


def test_url_names_layer_detail_and_hash():
    assert map_layers.layer_url("kreise") == f"/geo/kreise.mittel.{map_layers.layer_hash('kreise')}.json"
    urls = {map_layers.layer_url(name, detail) for name in map_layers.LAYERS for detail in map_layers.DETAILS}
    assert len(urls) == 12
    assert len({url.split(".")[2] for url in urls}) == 12


def copy_in_use(home: Path) -> Path:
    """The shipped boundaries as if made on this machine."""
    folder = home / "boundaries" / "copy"
    shutil.copytree(map_layers.SHIPPED, folder, dirs_exist_ok=True)
    (home / "boundaries" / map_layers.POINTER).write_text("copy", encoding="utf-8")
    return folder


def test_hash_follows_content_note_and_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shipped = map_layers.layer_hash("laender", "grob")
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    folder = copy_in_use(tmp_path)
    assert map_layers.active() == folder
    assert map_layers.layer_hash("laender", "grob") == shipped, "the same content is the same hash anywhere"

    file = folder / "laender.grob.parquet"
    frame = gpd.read_parquet(file)
    frame.loc[0, "name"] = "Nordland"
    frame.to_parquet(file)
    about = folder / map_layers.ABOUT
    # as a set would that says nothing of its files
    about.write_text(about.read_text(encoding="utf-8").partition(f"\n{map_layers.SUMS}:")[0] + "\n", encoding="utf-8")
    renamed = map_layers.layer_hash("laender", "grob")
    assert renamed != shipped
    assert map_layers.layer_hash("kreise", "grob") == map_layers.layer_url("kreise", "grob").split(".")[2]
    assert "Nordland" in map_layers.layer_bytes("laender", "grob").decode()

    about.write_text(about.read_text(encoding="utf-8").replace("BKG 2016", "BKG 2031"), encoding="utf-8")
    assert map_layers.layer_hash("laender", "grob") not in (shipped, renamed)
    assert "BKG 2031" in map_layers.layer_bytes("laender", "grob").decode()

    monkeypatch.setattr(map_layers, "FORMAT", "next")
    map_layers._hash.cache_clear()
    assert map_layers.layer_hash("laender", "grob") not in (shipped, renamed)
    map_layers._hash.cache_clear()


def test_a_restart_reads_no_geometry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    map_layers._packed.cache_clear()
    made = {encoding: map_layers.layer_bytes("laender", "grob", encoding) for encoding in ("br", "gzip", "identity")}
    map_layers._packed.cache_clear()  # what a new process knows
    monkeypatch.setattr(map_layers, "map_shapes", lambda *_: pytest.fail("geometry was read again"))
    monkeypatch.setattr(map_layers, "_ENCODERS", {key: lambda _: pytest.fail("compressed again") for key in made})
    for encoding, content in made.items():
        assert map_layers.layer_bytes("laender", "grob", encoding) == content


def test_older_versions_are_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    (tmp_path / "layers").mkdir()
    old = tmp_path / "layers" / "laender.grob.00000000.json.br"
    other = tmp_path / "layers" / "laender.mittel.00000000.json.br"
    for file in (old, other):
        file.write_bytes(b"old")
    map_layers._packed.cache_clear()
    map_layers.layer_bytes("laender", "grob", "br")
    assert not old.exists()
    assert other.exists(), "another detail is none of its business"


def test_a_home_that_cannot_be_written_only_costs_speed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    blocked = tmp_path / "file"
    blocked.write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("ZWK_HOME", str(blocked))
    map_layers._packed.cache_clear()
    assert json.loads(brotli.decompress(map_layers.layer_bytes("laender", "grob", "br")))["arcs"]


def test_writing_a_layer_for_others(tmp_path: Path):
    written = map_layers.write_layer("kreise", tmp_path / "new" / "kreise.geojson", "grob")
    frame = gpd.read_file(written)
    assert len(frame) == 400
    assert {"area_key", "name"} <= set(frame.columns)
    with pytest.raises(ZwkError, match="kann nicht geschrieben werden"):
        map_layers.write_layer("kreise", written / "below a file.geojson", "grob")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: map_layers.layer_url("bezirke"), "Die Ebene „bezirke“ gibt es nicht"),
        (lambda: map_layers.layer_url("kreise", "ultra"), "Die Genauigkeit „ultra“ gibt es nicht"),
        (lambda: map_layers.layer_bytes("../../etc/passwd"), "gibt es nicht"),
        (lambda: map_layers.layer_bytes("kreise", "grob", "zstd"), "Die Kodierung „zstd“ gibt es nicht"),
    ],
)
def test_unknown_names(ask, said: str):
    with pytest.raises(ZwkError, match=said):
        ask()


def test_prepare_makes_all_and_takes_little_the_second_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    map_layers._packed.cache_clear()
    map_layers.prepare(("laender", "teilnehmende"), ("grob",))
    made = sorted(file.name.split(".", 3)[3] for file in (tmp_path / "layers").iterdir())
    assert made == sorted(["json", "json.br", "json.gz"] * 2)
    monkeypatch.setattr(map_layers, "map_shapes", lambda *_: pytest.fail("geometry was read again"))
    map_layers.prepare(("laender", "teilnehmende"), ("grob",))
