"""Newer boundaries from a file or a server: made, put to use in one step, and undone by nothing that goes wrong."""

from __future__ import annotations

import datetime as dt
import errno
import http.server
import shutil
import threading
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner, Result

from zwk_data.cli import update
from zwk_data.errors import ZwkError
from zwk_data.geo import boundary_set, install, map_layers

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
genuine = pytest.mark.skipif(not SHARED.exists(), reason="genuine source files are not part of the repository")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("ZWK_HOME", str(folder))
    map_layers._packed.cache_clear()
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mecklenburg-Vorpommern as the BKG would publish it, Schossin merged into Grabow, in a GeoPackage in a zip."""
    folder = tmp_path_factory.mktemp("bkg")
    areas = gpd.read_parquet(map_layers.SHIPPED / "gemeinden.grob.parquet")
    areas = areas[areas["area_key"].str[:2] == "13"]
    frame = gpd.GeoDataFrame(
        {
            "AGS": areas["area_key"].replace("13076121", "13076050"),
            "GEN": areas["name"],
            "ARS": areas["area_key"].str[:5] + "0000" + areas["area_key"].str[5:],
            "GF": 4,
            "BEGINN": pd.Timestamp("2030-06-30"),
        },
        geometry=areas.geometry,
    ).to_crs("EPSG:25832")
    frame.to_file(folder / "DE_VG250.gpkg", layer="vg250_gem")
    kreise = frame.assign(AGS=frame["AGS"].str[:5]).dissolve("AGS", as_index=False).assign(GEN="Kreis aus der Datei")
    kreise.to_file(folder / "DE_VG250.gpkg", layer="vg250_krs")
    file = folder / "vg250_12-31.utm32s.gpkg.ebenen.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "DE_VG250.gpkg", "vg250/DE_VG250.gpkg")
        archive.writestr("vg250/aktualitaet.txt", "Aktualität: 31.12.2030")
    return file


@pytest.fixture(scope="module")
def made(small: Path, tmp_path_factory: pytest.TempPathFactory) -> install.Installed:
    """The set of that file, installed once, in the first home; tests may look at it or start from a copy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_HOME", str(tmp_path_factory.mktemp("made")))
        return install.install(small)


@pytest.fixture
def own(made: install.Installed, home: Path) -> Path:
    """The folder of a copy of that set, in use."""
    shutil.copytree(made.folder.parent, home / "boundaries")
    return home / "boundaries" / made.folder.name


@pytest.mark.slow
def test_a_file_replaces_the_shipped_boundaries(made: install.Installed, monkeypatch: pytest.MonkeyPatch):
    before = map_layers.layer_url("kreise")
    home = made.folder.parents[1]
    monkeypatch.setenv("ZWK_HOME", str(home))
    assert map_layers.active() == made.folder
    assert made.folder.parent == home / "boundaries"
    assert made.source_note == map_layers.source_note() == "© GeoBasis-DE / BKG 2030, Daten verändert"
    assert map_layers.about()["state"] == "2030-12-31"
    assert map_layers.territory() == 2030
    assert map_layers.layer_url("kreise") != before
    gemeinden = map_layers.read_layer("gemeinden")["area_key"]
    assert len(gemeinden) == made.counts["gemeinden"] == 725
    assert "13076121" not in set(gemeinden)
    for layer in ("gemeinden", "kreise", "laender"):
        for detail in map_layers.DETAILS:
            shapes = map_layers.read_layer(layer, detail).geometry.to_numpy()
            assert shapely.is_valid(shapes).all()
            assert shapely.coverage_is_valid(shapes)


@pytest.mark.usefixtures("own")
def test_names_of_kreise_and_laender():
    kreise = map_layers.read_layer("kreise").set_index("area_key")["name"]
    assert kreise["13003"] == "Kreis aus der Datei (Stadt)"
    assert kreise["13072"] == "Kreis aus der Datei (Landkreis)"
    laender = map_layers.read_layer("laender").set_index("area_key")["name"]
    assert laender.to_dict() == {"13": "Mecklenburg-Vorpommern"}, "the file has no Länder: the known name"


@pytest.mark.usefixtures("own")
def test_participants_outside_the_file_keep_their_boundaries(made: install.Installed):
    now = map_layers.read_layer("teilnehmende").set_index("area_key").geometry
    shipped = gpd.read_parquet(map_layers.SHIPPED / "teilnehmende.mittel.parquet").set_index("area_key").geometry
    assert len(now) == made.counts["teilnehmende"] == 39
    assert now["riesa"].equals(shipped["riesa"])
    gemeinden = map_layers.read_layer("gemeinden").set_index("area_key").geometry
    assert now["grabow"].equals(gemeinden["13076050"])
    assert now["schossin"].equals(shipped["schossin"]), "a key that no longer exists"
    assert any("Riesa" in remark and "Schossin" in remark for remark in made.remarks)
    points = pd.read_csv(map_layers.active() / boundary_set.POINTS)
    assert len(points) == 39


def test_gaps_against_the_figures_are_told(made: install.Installed):
    assert made.remarks[-1].startswith(
        "Die Zahlen gelten für den Gebietsstand 2023; 10.253\u00a0Gemeinden und 392\u00a0Kreise davon"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "state", "year", "stored"),
    [
        ("gemeinden_2029-12-31.gpkg", None, 2029, "2029-12-31"),
        ("gemeinden.gpkg", None, 2030, "2030"),
        ("gemeinden.gpkg", dt.date(2028, 1, 1), 2028, "2028-01-01"),
    ],
    ids=["from the name", "from the last change", "as told"],
)
def test_where_the_state_comes_from(small: Path, tmp_path: Path, name: str, state, year: int, stored: str):
    with zipfile.ZipFile(small) as archive:
        (tmp_path / name).write_bytes(archive.read("vg250/DE_VG250.gpkg"))
    done = install.install(tmp_path / name, state=state)
    assert map_layers.territory() == year
    assert map_layers.about()["state"] == stored
    told = any("aus der letzten Änderung" in remark for remark in done.remarks)
    assert told is (stored == "2030")


@pytest.mark.slow
def test_only_the_set_in_use_and_the_one_before_are_kept(small: Path, own: Path, home: Path):
    sets = [own, *(install.install(small).folder for _ in range(2))]
    assert {entry for entry in (home / "boundaries").iterdir() if entry.is_dir()} == set(sets[1:])
    assert map_layers.active() == sets[2]


@pytest.mark.attack
def test_a_bad_file_changes_nothing(tmp_path: Path, home: Path):
    file = tmp_path / "vg250.gpkg"
    file.write_bytes(b"SQLite format 3\x00 and then nothing")
    with pytest.raises(ZwkError, match=r"vg250\.gpkg"):
        install.install(file)
    assert map_layers.active() == map_layers.SHIPPED
    assert not home.exists()


@pytest.mark.slow
def test_a_full_disk_keeps_the_old_boundaries(small: Path, own: Path, home: Path, monkeypatch: pytest.MonkeyPatch):
    real = boundary_set.write

    def full(folder, made, *rest):
        real(folder, replace(made, layers=dict(list(made.layers.items())[:2])), *rest)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(boundary_set, "write", full)
    with pytest.raises(ZwkError, match="auf dem Datenträger ist kein Platz mehr"):
        install.install(small)
    assert map_layers.active() == own
    assert sorted(entry.name for entry in (home / "boundaries").iterdir()) == sorted([own.name, "current"])


def test_a_pointer_to_nothing_falls_back_to_the_shipped(home: Path):
    (home / "boundaries").mkdir(parents=True)
    (home / "boundaries" / map_layers.POINTER).write_text("gone", encoding="utf-8")
    assert map_layers.active() == map_layers.SHIPPED


def test_a_damaged_about_is_told(home: Path):
    folder = home / "boundaries" / "own"
    folder.mkdir(parents=True)
    (home / "boundaries" / map_layers.POINTER).write_text("own", encoding="utf-8")
    (folder / map_layers.ABOUT).write_text("territory: 2030\n", encoding="utf-8")
    with pytest.raises(ZwkError, match="fehlt source_note"):
        map_layers.source_note()
    (folder / map_layers.ABOUT).write_text("a: [", encoding="utf-8")
    with pytest.raises(ZwkError, match="nicht lesbar"):
        map_layers.source_note()


@pytest.mark.attack
def test_a_damaged_layer_is_told_and_not_drawn(own: Path):
    file = own / "kreise.grob.parquet"
    good = file.read_bytes()
    for bad in (good[:-1], b"", bytes([good[0]]) + good[1:2000] + bytes([good[2000] ^ 4]) + good[2001:]):
        file.write_bytes(bad)
        for ask in (map_layers.layer_hash, map_layers.map_shapes, map_layers.read_layer):
            with pytest.raises(ZwkError, match=r"kreise\.grob\.parquet“ sind beschädigt.*boundaries“ noch einmal"):
                ask("kreise", "grob")
    file.write_bytes(good)
    assert len(map_layers.map_shapes("kreise", "grob"))


@pytest.mark.attack
def test_what_ships_says_what_its_files_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    said = map_layers.about(map_layers.SHIPPED)[map_layers.SUMS]
    assert set(said) == {file.name for file in map_layers.SHIPPED.glob("*.parquet")}
    for name in map_layers.LAYERS:
        for detail in map_layers.DETAILS:
            assert map_layers.layer_file(name, detail)
    shutil.copytree(map_layers.SHIPPED, tmp_path / "b")
    monkeypatch.setattr(map_layers, "SHIPPED", tmp_path / "b")
    (tmp_path / "b" / "laender.mittel.parquet").write_bytes(b"PAR1")
    with pytest.raises(ZwkError, match=r"laender\.mittel\.parquet“ sind beschädigt\. Bitte das Programm noch einmal"):
        map_layers.layer_file("laender")


def run(*words: str) -> Result:
    group = update.click.Group(commands={command.name: command for command in update.UPDATE_COMMANDS})
    return CliRunner().invoke(group, words)


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the compressed layers, which other tests look at."""
    monkeypatch.setattr(map_layers, "prepare", lambda: None)


@pytest.fixture
def catalogued(small: Path, monkeypatch: pytest.MonkeyPatch):
    """The zip behind a server of our own, as the entry ``vg250`` of the catalogue."""
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(small.parent))) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        entry = {
            "title": "Verwaltungsgebiete",
            "url": f"http://127.0.0.1:{server.server_port}/{small.name}",
            "sha256": None,
            "licence": "dl-de/by-2-0",
            "attribution": "© GeoBasis-DE / BKG {year} (dl-de/by-2-0), Daten verändert",
        }
        monkeypatch.setattr(map_layers, "downloads", lambda: {"vg250": entry})
        yield entry
        server.shutdown()


@pytest.mark.usefixtures("fast")
class TestCommand:
    def test_from_a_file(self, small: Path):
        result = run("boundaries", "--from", str(small))
        assert result.exit_code == 0, result.output
        assert (
            "Neue Grenzen gelten: 725\u00a0Gemeinden, 8\u00a0Kreise, 1\u00a0Land und 39\u00a0Kommunen" in result.output
        )
        assert "Quelle: © GeoBasis-DE / BKG 2030, Daten verändert" in result.output

    def test_download_by_itself(self, catalogued: dict, home: Path):
        result = run("boundaries")
        assert result.exit_code == 0, result.output
        assert "Lizenz: dl-de/by-2-0" in result.output
        assert "Prüfsumme unbekannt, berechnet: sha256 " in result.output
        assert map_layers.about()["source_note"] == "© GeoBasis-DE / BKG 2030 (dl-de/by-2-0), Daten verändert"
        assert map_layers.about()["licence"] == "dl-de/by-2-0"
        assert map_layers.about()["made_from_sha256"] in result.output
        assert (home / "downloads" / "vg250_12-31.utm32s.gpkg.ebenen.zip").is_file()

    def test_download_with_a_wrong_checksum(self, catalogued: dict, home: Path):
        catalogued["sha256"] = "1" * 64
        assert "Prüfsumme" in str(run("boundaries", "--download", "vg250").exception)
        assert map_layers.active() == map_layers.SHIPPED
        assert not list((home / "downloads").iterdir())

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--from", "x.gpkg", "--download", "vg250"], "nicht beides"),
            (["--download", "vg1000"], "„vg1000“ steht nicht im Verzeichnis der Grenzen. Möglich sind vg250"),
            (["--from", "x.gpkg", "--state", "31.12.2024"], "„31.12.2024“ ist kein Datum"),
            (["--from", "nix.gpkg"], "nix.gpkg: die Datei ist nicht vorhanden"),
        ],
    )
    def test_wrong_words(self, words: list[str], said: str):
        result = run("boundaries", *words)
        assert isinstance(result.exception, ZwkError)
        assert said in str(result.exception)

    def test_layer(self, tmp_path: Path):
        result = run("layer", "laender", "--out", str(tmp_path / "l.geojson"), "--detail", "grob")
        assert result.exit_code == 0, result.output
        assert "Quelle: © GeoBasis-DE / BKG 2016 (GeoNutzV) und 2023 (dl-de/by-2-0), Daten verändert" in result.output
        assert len(gpd.read_file(tmp_path / "l.geojson")) == 16


@pytest.mark.slow
@genuine
def test_genuine_vg5000_of_2021():
    done = install.install(SHARED / "quellen/bkg_vg5000/VG5000_GEM.shp")
    assert done.counts == {"laender": 16, "kreise": 401, "gemeinden": 10_997, "teilnehmende": 39}
    assert done.source_note == "© GeoBasis-DE / BKG 2021, Daten verändert"
    kreise = map_layers.read_layer("kreise").set_index("area_key")["name"]
    assert kreise["16063"] == "Wartburgkreis"
    assert done.remarks[0].startswith("Der Gebietsstand 2021 ist aus der letzten Änderung")
    assert "davon fehlen auf der Karte" in done.remarks[1]
    assert len(done.remarks) == 2, "all participants are known in 2021"


@pytest.mark.slow
@genuine
def test_genuine_boundaries_of_the_zensus_2022():
    """They have keys only: names are those in use, participants are found by the ARS."""
    file = SHARED / "quellen/vg250_2022/VG250_GEM_simplified.zip"
    with pytest.raises(ZwkError, match=r"nennt keinen Gebietsstand; bitte mit --state JJJJ-MM-TT angeben"):
        install.install(file)
    done = install.install(file, state=dt.date(2022, 12, 31))
    assert done.counts == {"laender": 16, "kreise": 400, "gemeinden": 10_990, "teilnehmende": 39}
    names = map_layers.read_layer("gemeinden").set_index("area_key")["name"]
    assert names[["03454055", "16064014"]].tolist() == ["Vrees", "16064014"], "Dünwald is no Gemeinde of 2023"
    assert done.remarks == [
        "Die Datei nennt keine Namen; 13\u00a0Gemeinden von früher stehen mit ihrem Schlüssel da.",
        "Die Zahlen gelten für den Gebietsstand 2023; 1\u00a0Gemeinde davon fehlt auf der Karte.",
    ]
