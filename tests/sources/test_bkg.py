"""Boundaries of the BKG: genuine files, written files read back, and every way a file can be wrong."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.sources.test_sheets import encrypted
from zwk_data.errors import SourceError
from zwk_data.sources import bkg

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")
VG5000 = SHARED / "quellen" / "bkg_vg5000"
VG250 = SHARED / "quellen" / "bkg_vg250_kreise"


def table(**changes: object) -> gpd.GeoDataFrame:
    """Three squares beside each other near Kassel, as VG250 writes Gemeinden; ``changes`` replace columns."""
    columns = {
        "AGS": ["06633001", "06633002", "06633003"],
        "ARS": ["066330001001", "066330002002", "066330003003"],
        "GEN": ["Ahnatal", "Bad Emstal", "Bad Karlshafen"],
        "GF": [4, 4, 4],
        "BEGINN": pd.to_datetime(["2019-10-04", "2022-12-20", "2021-01-01"]),
    }
    columns.update(changes)
    squares = [shapely.box(9 + i / 10, 51, 9.1 + i / 10, 51.1) for i in range(len(columns["AGS"]))]
    return gpd.GeoDataFrame(columns, geometry=squares, crs="EPSG:4326")


def written(frame: gpd.GeoDataFrame, folder: Path, name: str = "vg250_gem.gpkg", **options: object) -> Path:
    file = folder / name
    if file.suffix == ".shp" and "BEGINN" in frame:  # it keeps no time of day: GDAL would write text, and warn
        frame = frame.assign(BEGINN=frame["BEGINN"].dt.strftime("%Y/%m/%d %H:%M:%S"))
    frame.to_file(file, **options)
    return file


def fails(file: Path | bytes, level: str | None = "gemeinden") -> str:
    with pytest.raises(SourceError) as fault:
        bkg.read(file, level)
    return str(fault.value)


@genuine
@pytest.mark.parametrize(
    ("file", "level", "rows", "km2"),
    [
        # VG5000 of 01.01.2021 draws the land with its inland waters: the published area of 2020 is 357,588 km²
        (VG5000 / "VG5000_GEM.shp", "gemeinden", 10_997, 357_588),
        (VG5000 / "VG5000_KRS.shp", "kreise", 401, 357_588),
        (VG5000 / "VG5000_LAN.shp", "laender", 16, 357_588),
        (VG250 / "vg250_krs_2023-12-31_sim200.geojson", "kreise", 400, 357_588),
        (VG250 / "vg250_lan_2023-12-31_sim200.geojson", "laender", 16, 357_588),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else str(value),
)
def test_genuine_files_cover_germany_once(file: Path, level: str, rows: int, km2: int):
    frame = bkg.read(file, level)
    assert list(frame.columns) == bkg.COLUMNS
    assert len(frame) == rows
    assert frame["area_key"].is_unique
    assert frame["area_key"].is_monotonic_increasing
    assert frame.crs == "EPSG:4326"
    drawn = frame.to_crs("EPSG:3035").geometry.make_valid().area.sum() / 1e6
    # Lagoons, the Bodensee and the mouths of the rivers are missing, 1 % at most.
    assert 0.99 * km2 < drawn < 1.001 * km2


@genuine
def test_genuine_names_and_keys():
    kreise = bkg.read(VG250, "kreise").set_index("area_key")["name"]
    assert kreise["16063"] == "Wartburgkreis"
    assert "16056" not in kreise, "Eisenach is no Kreis of its own since 2021"
    gemeinden = bkg.read(VG5000 / "VG5000_GEM.shp").set_index("area_key")
    assert gemeinden.loc["03454055", ["level", "name", "ars"]].tolist() == ["gemeinde", "Vrees", "034545409055"]


@genuine
def test_water_is_left_out_and_parts_are_one_area():
    raw = gpd.read_file(VG250 / "vg250_krs_2023-12-31_sim200.geojson")
    water = raw[(raw["GF"] != 4) & (raw["AGS"] == "08435")]
    assert len(water), "the Bodensee is in the file"
    read = bkg.read(VG250 / "vg250_krs_2023-12-31_sim200.geojson").set_index("area_key")
    assert not read.geometry["08435"].buffer(-0.001).intersects(water.geometry.iloc[0].buffer(-0.001))


@genuine
def test_state_of_genuine_files():
    assert bkg.newest_change(VG5000 / "VG5000_GEM.shp") == dt.date(2021, 7, 1)
    assert bkg.newest_change(VG250, "kreise") == dt.date(2023, 10, 4)


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    keys=st.lists(st.integers(1_001_000, 16_077_999), min_size=1, max_size=8, unique=True),
    names=st.lists(st.text("abcdefghijäöüßÄÖÜ -/().", min_size=1, max_size=30), min_size=8, max_size=8),
    crs=st.sampled_from(["EPSG:4326", "EPSG:25832", "EPSG:31467", "EPSG:3035"]),
    ending=st.sampled_from([".gpkg", ".geojson", ".shp", ".zip"]),
)
def test_a_written_file_reads_back_the_same(tmp_path_factory, keys, names, crs, ending):
    folder = tmp_path_factory.mktemp("grenzen")
    ags = sorted(f"{key:08d}" for key in keys)
    names = [name.strip() or "x" for name in names[: len(ags)]]
    frame = table(AGS=ags, ARS=[key[:5] + "0000" + key[5:] for key in ags], GEN=names, GF=4, BEGINN=pd.NaT)
    # a GeoJSON file is in degrees by definition, whatever was computed before
    turned = frame.to_crs("EPSG:4326" if ending == ".geojson" else crs)
    if ending == ".zip":
        written(turned, folder, "VG250_GEM.shp", encoding="utf-8")
        file = zipped(folder, "vg250.zip")
    else:
        file = written(turned, folder, "vg250_gem" + ending)
    read = bkg.read(file, "gemeinden")
    assert read["area_key"].tolist() == ags
    assert read["name"].tolist() == names
    assert read["ars"].tolist() == frame["ARS"].tolist()
    assert set(read["level"]) == {"gemeinde"}
    moved = shapely.hausdorff_distance(read.geometry.to_numpy(), frame.geometry.to_numpy())
    # 0.0001° is 11 m; the change of datum from EPSG:31467 and back is good to some metres
    assert moved.max() < 1e-4


def zipped(folder: Path, name: str) -> Path:
    file = folder / name
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner in sorted(folder.glob("*")):
            if inner.suffix != ".zip":
                archive.write(inner, f"vg250_12-31.utm32s/vg250_ebenen_1231/{inner.name}")
    return file


def test_layers_of_a_geopackage_are_chosen_by_level(tmp_path: Path):
    file = tmp_path / "DE_VG250.gpkg"
    table().to_file(file, layer="vg250_gem")
    table(AGS=["06", "07", "08"], GEN=["Hessen", "Rheinland-Pfalz", "Baden-Württemberg"]).to_file(
        file, layer="vg250_lan"
    )
    table(AGS=["06633", "06634", "06635"]).to_file(file, layer="vg250_krs")
    assert bkg.read(file, "gemeinden")["level"].unique().tolist() == ["gemeinde"]
    assert bkg.read(file, "kreise")["area_key"].tolist() == ["06633", "06634", "06635"]
    assert bkg.read(file, "laender")["name"].tolist() == ["Hessen", "Rheinland-Pfalz", "Baden-Württemberg"]
    assert "vg250_gem, vg250_krs, vg250_lan" in fails(file, None)
    assert bkg.read(zipped(tmp_path, "vg250.zip"), "kreise")["area_key"].tolist() == ["06633", "06634", "06635"]


def test_missing_layer_is_named_with_those_there_are(tmp_path: Path):
    file = tmp_path / "vg.gpkg"
    table().to_file(file, layer="vg250_gem")
    table().to_file(file, layer="vg250_vwg")
    said = fails(file, "kreise")
    assert said.startswith("vg.gpkg: keine Ebene mit Kreisen; vorhanden sind vg250_gem, vg250_vwg;")


def test_bytes_read_like_files(tmp_path: Path):
    for name in ("vg250_gem.gpkg", "vg250_gem.geojson"):
        file = written(table(), tmp_path, name)
        assert bkg.read(file.read_bytes(), "gemeinden")["name"].tolist() == table()["GEN"].tolist()
    written(table(), tmp_path, "VG250_GEM.shp")
    (tmp_path / "vg250_gem.gpkg").unlink()
    (tmp_path / "vg250_gem.geojson").unlink()
    assert len(bkg.read(zipped(tmp_path, "vg.zip").read_bytes(), "gemeinden")) == 3


def test_parts_of_one_area_become_one_row(tmp_path: Path):
    frame = table(AGS=["06633001", "06633001", "06633003"], GEN=["Ahnatal", "Ahnatal", "Bad Karlshafen"])
    read = bkg.read(written(frame, tmp_path))
    assert read["area_key"].tolist() == ["06633001", "06633003"]
    assert read.geometry.iloc[0].equals(shapely.box(9, 51, 9.2, 51.1))


@pytest.mark.parametrize(
    ("codes", "kept"),
    [([4, 2, 4], 2), ([9, 8, 9], 2), ([4, 9, 9], 1), ([2, 2, 2], 3), (["4", "2", "4"], 2)],
    ids=["VG250", "VG5000", "4 goes before 9", "no land at all: keep", "codes as text"],
)
def test_land_by_gf(tmp_path: Path, codes: list[object], kept: int):
    assert len(bkg.read(written(table(GF=codes), tmp_path))) == kept


def test_a_file_without_gf_and_ars_is_taken_whole(tmp_path: Path):
    read = bkg.read(written(table().drop(columns=["GF", "ARS"]), tmp_path))
    assert read["ars"].tolist() == ["", "", ""]


def test_a_file_with_nothing_but_ars(tmp_path: Path):
    """The boundaries of the Zensus 2022; of the twelve digits four are the Verband's."""
    bare = table(ARS=["066330001001", "066335009002", "066330003003"])[["ARS", "geometry"]]
    read = bkg.read(written(bare, tmp_path))
    assert read["area_key"].tolist() == ["06633001", "06633002", "06633003"]
    assert read["ars"].tolist() == ["066330001001", "066335009002", "066330003003"]
    assert read["name"].tolist() == ["", "", ""]
    kreise = table(ARS=["06633", "06634", "06635"])[["ARS", "geometry"]]
    assert bkg.read(written(kreise, tmp_path, "krs.gpkg"))["level"].unique().tolist() == ["kreis"]


@genuine
def test_genuine_boundaries_of_the_zensus_2022():
    frame = bkg.read(SHARED / "quellen/vg250_2022/VG250_GEM_simplified.zip")
    assert len(frame) == 10_990
    assert frame["area_key"].is_unique
    vrees = frame.set_index("area_key").loc["03454055"]
    assert vrees[["level", "name", "ars"]].tolist() == ["gemeinde", "", "034545409055"]


def test_own_layers_read_back(tmp_path: Path):
    own = table().rename(columns={"AGS": "area_key", "GEN": "name"})[["area_key", "name", "geometry"]]
    assert bkg.read(written(own, tmp_path, "gemeinden.geojson"))["name"].tolist() == table()["GEN"].tolist()


def test_heights_are_dropped(tmp_path: Path):
    frame = table()
    frame.geometry = shapely.force_3d(frame.geometry.to_numpy(), 100.0)
    assert not bkg.read(written(frame, tmp_path)).geometry.has_z.any()


def test_date_of_the_package_goes_before_the_last_change(tmp_path: Path):
    written(table(), tmp_path, "VG250_GEM.shp")
    assert bkg.newest_change(tmp_path / "VG250_GEM.shp") == dt.date(2022, 12, 20)
    (tmp_path / "aktualitaet.txt").write_text("Datenaktualität: 31.12.2023\n", encoding="latin-1")
    assert bkg.newest_change(tmp_path / "VG250_GEM.shp") == dt.date(2023, 12, 31)
    assert bkg.newest_change(zipped(tmp_path, "vg.zip")) == dt.date(2023, 12, 31)


def test_no_date_anywhere(tmp_path: Path):
    assert bkg.newest_change(written(table().drop(columns="BEGINN"), tmp_path)) is None


@pytest.mark.attack
class TestBroken:
    def test_missing(self, tmp_path: Path):
        assert fails(tmp_path / "nix.gpkg").startswith("nix.gpkg: die Datei ist nicht vorhanden;")

    def test_no_geo_file(self, tmp_path: Path):
        file = tmp_path / "liste.csv"
        file.write_text("AGS;GEN\n06633001;Ahnatal\n", encoding="utf-8")
        assert "liste.csv" in fails(file)

    def test_no_coordinate_system(self, tmp_path: Path):
        written(table(), tmp_path, "VG250_GEM.shp")
        (tmp_path / "VG250_GEM.prj").unlink()
        said = fails(tmp_path / "VG250_GEM.shp")
        assert said.startswith("VG250_GEM.shp: die Datei nennt kein Koordinatensystem; erwartet wird eine .prj-Datei")

    def test_wrong_coordinate_system(self, tmp_path: Path):
        file = written(table().to_crs("EPSG:25832").set_crs("EPSG:4326", allow_override=True), tmp_path)
        assert "die Koordinaten liegen nicht in Deutschland" in fails(file)

    def test_other_level(self, tmp_path: Path):
        file = written(table(), tmp_path)
        assert "die Datei enthält Gemeinden; erwartet wird eine Datei mit Kreisen" in fails(file, "kreise")

    def test_missing_column(self, tmp_path: Path):
        said = fails(written(table().drop(columns=["AGS", "ARS"]), tmp_path))
        assert said.endswith("es fehlt die Spalte AGS; erwartet wird Verwaltungsgebiete mit der Spalte AGS oder ARS.")

    @pytest.mark.parametrize("key", ["0663300x", "", "6633001", "066330010000"])
    def test_wrong_key(self, tmp_path: Path, key: str):
        file = written(table(AGS=["06633001", key, "06633003"]), tmp_path)
        assert f"„{key}“ ist kein Schlüssel; erwartet wird 8 Ziffern" in fails(file)

    @pytest.mark.parametrize("key", ["06633000100", "0663300010011", "06633000100x", ""])
    def test_wrong_ars(self, tmp_path: Path, key: str):
        frame = table(ARS=["066330001001", key, "066330003003"]).drop(columns="AGS")
        assert f"„{key}“ ist kein Regionalschlüssel; erwartet wird 12 Ziffern" in fails(written(frame, tmp_path))

    def test_ars_without_leading_zero(self, tmp_path: Path):
        frame = table(ARS=[66330001001, 66330002002, 66330003003]).drop(columns="AGS")
        said = fails(written(frame, tmp_path))
        assert "„66330001001“ ist kein Regionalschlüssel; erwartet wird ein ARS mit 2, 5 oder 12 Ziffern" in said

    def test_keys_of_no_level(self, tmp_path: Path):
        assert "erwartet wird AGS mit 2, 5 oder 8 Ziffern" in fails(written(table(AGS=["1", "2", "3"]), tmp_path), None)

    @pytest.mark.parametrize("shape", [None, shapely.Point(9, 51), shapely.LineString([(9, 51), (9.1, 51)])])
    def test_area_without_surface(self, tmp_path: Path, shape: shapely.Geometry | None):
        frame = table()
        frame.geometry = [frame.geometry[0], shape, frame.geometry[2]]
        assert "das Gebiet 06633002 (Bad Emstal) hat keine Fläche" in fails(written(frame, tmp_path))

    def test_no_area_at_all(self, tmp_path: Path):
        assert "kein einziges Gebiet" in fails(written(table().iloc[:0], tmp_path, geometry_type="Polygon"))

    def test_table_without_geometry(self, tmp_path: Path):
        import pyogrio

        file = tmp_path / "vg.gpkg"
        pyogrio.write_dataframe(pd.DataFrame(table().drop(columns="geometry")), file, layer="vg250_gem")
        assert "vg.gpkg" in fails(file)

    @pytest.mark.parametrize("ending", [".shx", ".dbf"])
    def test_lonely_shapefile(self, tmp_path: Path, ending: str):
        written(table(), tmp_path, "VG250_GEM.shp")
        (tmp_path / f"VG250_GEM{ending}").unlink()
        assert f"neben der Datei fehlt VG250_GEM{ending}" in fails(tmp_path / "VG250_GEM.shp")

    @pytest.mark.parametrize("ending", [".shx", ".dbf", ".prj"])
    def test_zip_with_a_part_of_a_shapefile(self, tmp_path: Path, ending: str):
        written(table(), tmp_path, "VG250_GEM.shp")
        (tmp_path / f"VG250_GEM{ending}").unlink()
        said = fails(zipped(tmp_path, "vg.zip"))
        lacking = (
            "die Datei nennt kein Koordinatensystem" if ending == ".prj" else f"im ZIP-Archiv fehlt VG250_GEM{ending}"
        )
        assert said.startswith(f"vg.zip: {lacking}; erwartet wird")

    @pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.95])
    @pytest.mark.parametrize("name", ["vg250_gem.shp", "vg250_gem.gpkg", "vg250_gem.geojson", "vg.zip"])
    def test_cut_file(self, tmp_path: Path, name: str, share: float):
        if name == "vg.zip":
            written(table(), tmp_path, "VG250_GEM.shp")
            file = zipped(tmp_path, name)
        else:
            file = written(table(), tmp_path, name)
        content = file.read_bytes()
        file.write_bytes(content[: int(len(content) * share)])
        assert fails(file).startswith(name)

    @settings(max_examples=examples(13), deadline=None)
    @given(
        content=st.binary(max_size=300), head=st.sampled_from([b"", b"PK\x03\x04", b"SQLite format 3\x00", b"{", b"["])
    )
    def test_any_bytes_give_a_source_error(self, content: bytes, head: bytes):
        with pytest.raises(SourceError):
            bkg.read(head + content, "gemeinden")


def test_unknown_level_is_our_own_fault():
    with pytest.raises(ValueError, match="regierungsbezirke"):
        bkg.read(b"", "regierungsbezirke")


def test_areas_keep_what_is_published():
    """An invalid ring is handed on as it is: repairing belongs to the making of layers."""
    bow = shapely.Polygon([(9, 51), (9.1, 51.1), (9.1, 51), (9, 51.1)])
    frame = table()
    frame.geometry = np.array([bow, frame.geometry[1], frame.geometry[2]])
    assert bkg.areas(frame, "gemeinden", "x").geometry.iloc[0].equals_exact(bow, 0)


def test_a_day_that_cannot_be_read_is_none(tmp_path: Path):
    def packed(text: str) -> bytes:
        file = tmp_path / "vg250.zip"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("vg250/aktualitaet.txt", text)
        return file.read_bytes()

    good = packed("Aktualität: 31.12.2030" * 9)
    flipped = bytearray(good)
    flipped[60] ^= 0xFF
    assert bkg.stated_day(tmp_path / "vg250.zip") == dt.date(2030, 12, 31)
    for bad in (encrypted(good), bytes(flipped), packed("Aktualität: 45.13.2030")):
        (tmp_path / "vg250.zip").write_bytes(bad)
        assert bkg.stated_day(tmp_path / "vg250.zip") is None
