"""Boundaries as GeoJSON for the browser: served under a URL with a content hash, compressed once, cached on disk.

A page only names the URL (``layer_url``), so the geometry is sent once per browser rather than once per session.

One layer holds no areas: diagonal lines across the whole country, visible only where no value covers them. A browser
map that uses no third-party style server has no fill patterns, so this layer is the pattern for „ohne Angabe“.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import threading
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
import numpy as np
import shapely
from numpy.typing import NDArray

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.geo import catalogue

if TYPE_CHECKING:
    import geopandas as gpd

LAYERS = ("laender", "kreise", "gemeinden", "teilnehmende")
#: the layer of diagonal lines
HATCH = "schraffur"
DETAILS = ("fein", "mittel", "grob")
#: distance between the lines, as a fraction of the world's width: about six pixels at zoom 5, 7 and 8.5
HATCH_SPACING = {"grob": 3.6e-4, "mittel": 9e-5, "fein": 3.2e-5}


def hatch_geojson(outlines: NDArray[np.object_], detail: str) -> bytes:
    """A FeatureCollection of one Feature: lines at 45 degrees on the screen, clipped to the union of ``outlines``.

    ``outlines``: in degrees.
    """
    country = shapely.transform(shapely.union_all(outlines), _to_mercator)
    west, south, east, north = shapely.bounds(country)
    # a line of slope 1 through (x, y) is identified by x - y
    offsets = np.arange(west - north, east - south, HATCH_SPACING[detail] * np.sqrt(2))
    ends = np.stack([np.full_like(offsets, west), west - offsets, np.full_like(offsets, east), east - offsets], axis=1)
    lines = shapely.intersection(shapely.linestrings(ends.reshape(-1, 2, 2)), country)
    parts = shapely.get_parts(lines[~shapely.is_empty(lines)])
    drawn = shapely.transform(shapely.multilinestrings(parts[shapely.get_type_id(parts) == 1]), _to_degrees)
    shape = shapely.to_geojson(shapely.set_precision(drawn, 0.001))
    feature = f'{{"type":"Feature","properties":{{}},"geometry":{shape}}}'
    return f'{{"type":"FeatureCollection","features":[{feature}]}}'.encode()


def _to_mercator(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """From degrees to the plane of web maps, in which the world is one wide and one high."""
    return np.column_stack([points[:, 0] / 360, np.log(np.tan(np.pi / 4 + np.radians(points[:, 1]) / 2)) / (2 * np.pi)])


def _to_degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(
        [points[:, 0] * 360, np.degrees(2 * np.arctan(np.exp(points[:, 1] * 2 * np.pi)) - np.pi / 2)]
    )


#: part of the content hash: raise it when the JSON changes although the geometry does not
FORMAT = "1"

_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    # mtime=0: the same layer gives the same bytes on every machine
    "gzip": lambda raw: gzip.compress(raw, 9, mtime=0),
    "br": lambda raw: brotli.compress(raw, quality=9, mode=brotli.MODE_TEXT),
}
_ENDINGS = {"identity": "", "gzip": ".gz", "br": ".br"}
_making: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)


def layer_file(name: str, detail: str = "mittel") -> Path:
    """The GeoParquet a layer is made from, for the lines that of the Länder. Raises ZwkError if there is none."""
    name = "laender" if name == HATCH else name
    if name not in LAYERS:
        raise ZwkError(f"Die Ebene „{name}“ gibt es nicht. Möglich sind {', '.join(LAYERS)}.")
    if detail not in DETAILS:
        raise ZwkError(f"Die Genauigkeit „{detail}“ gibt es nicht. Möglich sind {', '.join(DETAILS)}.")
    file = catalogue.active() / f"{name}.{detail}.parquet"
    if not file.is_file():
        raise ZwkError(f"Die Grenzen „{file.name}“ fehlen. Bitte „python -m zwk_data boundaries“ ausführen.")
    return file


def layer_hash(name: str, detail: str = "mittel") -> str:
    """Eight hex digits that change when the layer's content changes."""
    file = layer_file(name, detail)
    note = file.parent / catalogue.ABOUT
    return _hash(_stamp(file), _stamp(note))


def layer_url(name: str, detail: str = "mittel") -> str:
    """Where the app serves the layer: ``/geo/kreise.mittel.1a2b3c4d.json``. Cheap: parses no geometry."""
    return f"/geo/{name}.{detail}.{layer_hash(name, detail)}.json"


def layer_bytes(name: str, detail: str = "mittel", encoding: str = "identity") -> bytes:
    """The layer's GeoJSON, ``encoding`` one of br, gzip, identity. Made on first use, then read from disk.

    Raises ZwkError for an unknown name, detail or encoding.
    """
    if encoding not in _ENCODERS:
        raise ZwkError(f"Die Kodierung „{encoding}“ gibt es nicht. Möglich sind {', '.join(_ENCODERS)}.")
    version = layer_hash(name, detail)
    if encoding == "identity":
        return _uncompressed(name, detail, version)
    with _making[name, detail]:  # two visitors at once must not compress the same layer twice
        return _packed(name, detail, version, encoding)


def prepare(names: tuple[str, ...] = (*LAYERS, HATCH), details: tuple[str, ...] = DETAILS) -> None:
    """Make and store layers before the first visitor needs them: seconds, or next to nothing if all are stored."""
    for name in names:
        for detail in details:
            for encoding in ("br", "gzip"):
                layer_bytes(name, detail, encoding)


def read_layer(name: str, detail: str = "mittel") -> gpd.GeoDataFrame:
    """A layer as a frame (area_key, name, geometry in EPSG:4326), for computing, not for pages.

    In ``teilnehmende`` the area_key is the participant_id.
    """
    # geopandas takes seconds to load on a cold disk; a page, which only needs stored layers, must not pay for it
    import geopandas as gpd  # noqa: PLC0415

    return gpd.read_parquet(layer_file(name, detail))


def write_layer(name: str, out: Path, detail: str = "mittel") -> Path:
    """Write a layer as a GeoJSON file for other programs; returns that file. Raises ZwkError if it can't be written."""
    raw = layer_bytes(name, detail)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(raw)
    except OSError as error:
        raise ZwkError(f"„{out}“ kann nicht geschrieben werden: {error.strerror or error}.") from error
    return out


def to_geojson(frame: gpd.GeoDataFrame, *, participants: bool, note: str) -> bytes:
    """A FeatureCollection of area_key, name, geometry and ``id``, the number by which charts.map finds an area.

    ``id`` is the key as a number; ``participants`` are numbered from 1 and carry participant_id as well. ``note``: the
    credit. Large areas come first, so that a town is drawn on top of its Kreis. Outer rings run counter-clockwise
    (RFC 7946).
    """
    frame = frame.sort_values("area_key").reset_index(drop=True)
    frame["id"] = range(1, len(frame) + 1) if participants else frame["area_key"].astype(int)
    frame = frame.iloc[(-shapely.area(frame.geometry.to_numpy())).argsort(kind="stable")]
    shapes = shapely.to_geojson(shapely.orient_polygons(frame.geometry.to_numpy(), exterior_cw=False))
    features = []
    for number, key, name, shape in zip(frame["id"], frame["area_key"], frame["name"], shapes, strict=True):
        properties: dict[str, object] = {"id": int(number), "area_key": key, "name": name}
        if participants:
            properties["participant_id"] = key
        features.append(
            f'{{"type":"Feature","properties":{json.dumps(properties, ensure_ascii=False, separators=(",", ":"))},'
            f'"geometry":{shape}}}'
        )
    head = f'{{"type":"FeatureCollection","source":{json.dumps(note, ensure_ascii=False)},"features":['
    return (head + ",\n".join(features) + "]}").encode()


@lru_cache(maxsize=16)
def _packed(name: str, detail: str, version: str, encoding: str) -> bytes:
    """Compressed, from disk or made now; ``version`` keeps a replaced layer from being served from memory."""
    stored = _stored(name, detail, version, encoding)
    if stored.is_file():
        return stored.read_bytes()
    packed = _ENCODERS[encoding](_uncompressed(name, detail, version))
    _store(stored, packed)
    return packed


def _uncompressed(name: str, detail: str, version: str) -> bytes:
    """From disk or made now; not kept in memory, as hardly any browser asks for it."""
    stored = _stored(name, detail, version, "identity")
    if stored.is_file():
        return stored.read_bytes()
    if name == HATCH:
        raw = hatch_geojson(read_layer("laender", detail).geometry.to_numpy(), detail)
    else:
        raw = to_geojson(read_layer(name, detail), participants=name == "teilnehmende", note=catalogue.source_note())
    _store(stored, raw)
    return raw


def _stored(name: str, detail: str, version: str, encoding: str) -> Path:
    return settings.home() / "layers" / f"{name}.{detail}.{version}.json{_ENDINGS[encoding]}"


def _store(file: Path, content: bytes) -> None:
    """Keep a finished layer for the next start and drop its older versions; a full disk only costs that speed."""
    name, detail, version = file.name.split(".")[:3]
    part = file.with_name(f"{file.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(file)
        for old in file.parent.glob(f"{name}.{detail}.*"):
            if not old.name.startswith(f"{name}.{detail}.{version}."):
                old.unlink(missing_ok=True)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _stamp(file: Path) -> tuple[str, int, int]:
    status = file.stat()
    return str(file), status.st_mtime_ns, status.st_size


@lru_cache(maxsize=64)
def _hash(*stamps: tuple[str, int, int]) -> str:
    digest = hashlib.sha256(FORMAT.encode())
    for name, _, _ in stamps:
        digest.update(Path(name).read_bytes())
    return digest.hexdigest()[:8]
