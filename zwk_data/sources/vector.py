"""Files with areas, whatever their format: which layer to open in a shapefile, GeoPackage, GeoJSON, zip or folder."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pyogrio

from zwk_data.sources.errors import SourceError

ENDINGS = (".gpkg", ".shp", ".geojson", ".json")
EXPECTED = "ein Shapefile, ein GeoPackage oder eine GeoJSON-Datei mit Verwaltungsgebieten"
#: how the layers of a level begin a word of their name: vg250_gem, VG5000_KRS, kreise
WORDS = {"gemeinden": ("gem",), "kreise": ("krs", "kreis"), "laender": ("lan", "länder", "laender")}
GERMAN = {"gemeinden": "Gemeinden", "kreise": "Kreise", "laender": "Länder"}
GERMAN_WITH = {"gemeinden": "Gemeinden", "kreise": "Kreisen", "laender": "Ländern"}


def ending(content: bytes) -> str:
    """The ending that GDAL needs to know the format of bytes."""
    if content.startswith(b"PK"):
        return ".zip"
    return ".gpkg" if content.startswith(b"SQLite format 3") else ".geojson"


def choose(path: Path, level: str | None, label: str) -> tuple[str, str]:
    """What to open and which layer of it holds the level: (name for GDAL, layer)."""
    choices = [(source, layer) for source in _sources(path, label) for layer in _layers(source, label)]
    if level is not None and len(choices) > 1:
        words = WORDS[level]
        fitting = [choice for choice in choices if any(part.startswith(words) for part in _words(choice[1]))]
    else:
        fitting = choices
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(sorted({layer for _, layer in choices})[:20])
    if level is None:
        raise SourceError(label, f"die Datei hat mehrere Ebenen ({listed})", expected="die Angabe einer Ebene")
    problem = f"{'mehrere Ebenen' if fitting else 'keine Ebene'} mit {GERMAN_WITH[level]}"
    raise SourceError(label, f"{problem}; vorhanden sind {listed}", expected=f"eine Ebene wie vg250_{WORDS[level][0]}")


def _words(layer: str) -> list[str]:
    return re.split(r"[^a-zäöü]+", layer.lower())


def _sources(path: Path, label: str) -> list[str]:
    """Everything in a file, folder or zip that GDAL could open."""
    if path.is_dir():
        found = sorted(str(inner) for inner in path.rglob("*") if inner.suffix.lower() in ENDINGS)
    elif not path.is_file():
        raise SourceError(label, "die Datei ist nicht vorhanden", expected=EXPECTED)
    elif zipfile.is_zipfile(path):
        found = [f"/vsizip/{path.resolve()}/{inner}" for inner in _members(path, label)]
    elif path.suffix.lower() == ".zip":
        problem = "das ZIP-Archiv ist beschädigt oder abgeschnitten"
        raise SourceError(label, problem, expected="ein vollständiges ZIP-Archiv")
    else:
        found = [str(path)]
    if not found:
        raise SourceError(label, "darin sind keine Grenzen", expected=EXPECTED)
    for source in found:
        _check_whole(Path(source), label)
    return found


def _members(path: Path, label: str) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return sorted(inner for inner in archive.namelist() if inner.lower().endswith(ENDINGS))
    except (zipfile.BadZipFile, OSError) as fault:
        raise SourceError(label, "das ZIP-Archiv ist beschädigt", expected="ein vollständiges ZIP-Archiv") from fault


def _check_whole(source: Path, label: str) -> None:
    """GDAL reads a cut or lonely shapefile as far as it goes, without an error: look ourselves."""
    if source.suffix.lower() != ".shp" or not source.is_file():
        return
    for ending in (".shx", ".dbf"):
        if not any(source.with_suffix(case).is_file() for case in (ending, ending.upper())):
            beside = source.with_suffix(ending).name
            raise SourceError(label, f"neben der Datei fehlt {beside}", expected="ein vollständiges Shapefile")
    with source.open("rb") as stream:
        head = stream.read(28)
    # bytes 24–27 of the head: length of the file in units of two bytes
    stated = int.from_bytes(head[24:28], "big") * 2
    size = source.stat().st_size
    if head[:4] != b"\x00\x00\x27\x0a" or size < stated:
        problem = (
            f"die Datei ist abgeschnitten ({size} von {stated} Bytes)" if stated else "die Datei ist kein Shapefile"
        )
        raise SourceError(label, problem, expected="ein vollständiges Shapefile")


def _layers(source: str, label: str) -> list[str]:
    try:
        return [str(layer) for layer, kind in pyogrio.list_layers(source) if kind is not None]
    except pyogrio.errors.DataSourceError as fault:
        raise SourceError(
            label, "das Format der Datei ist unbekannt oder sie ist beschädigt", expected=EXPECTED
        ) from fault
