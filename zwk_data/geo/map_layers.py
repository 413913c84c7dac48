"""The boundaries in use: where they come from, where to get newer ones, and for the browser as TopoJSON, under a URL
with a content hash, compressed once, cached on disk.

A set of boundaries is a folder with one GeoParquet per layer and detail and an ``about.yml`` that describes them. The
set shipped in ``data/boundaries`` is used until ``python -m zwk_data boundaries`` has made a newer one.

A page only names the URL (``layer_url``), so the geometry is sent once per browser rather than once per session. Beside
the four layers there are the Gemeinden of some Länder alone, ``gemeinden-09-16``: what lies around a Kommune.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli
import yaml

from zwk_data import settings
from zwk_data.errors import ZwkError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

ABOUT = "about.yml"
#: its entry with the SHA-256 of every layer by the name of its file
SUMS = "sha256"
#: names the folder in use among those in ``home()/boundaries``
POINTER = "current"
SHIPPED = settings.DATA / "boundaries"
#: what the command ``boundaries`` downloads unless told otherwise
DEFAULT_DOWNLOAD = "vg250"


def own() -> Path:
    """The folder for sets made on this machine."""
    return settings.home() / "boundaries"


def active() -> Path:
    """The folder of the boundaries in use: those made on this machine, else the shipped ones."""
    try:
        folder = own() / (own() / POINTER).read_text(encoding="utf-8").strip()
    except OSError:
        return SHIPPED
    return folder if (folder / ABOUT).is_file() else SHIPPED


def about(folder: Path | None = None) -> dict[str, Any]:
    """What a set of boundaries (by default the active one) says of itself.

    Keys: ``territory`` (year), ``source_note``; often ``state`` (ISO day or year), ``licence``. Raises ZwkError if the
    file is unreadable or lacks one of the first two.
    """
    file = (folder or active()) / ABOUT
    try:
        entry = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ZwkError(
            f"{file.name} der Grenzen ist nicht lesbar; bitte „boundaries“ noch einmal ausführen."
        ) from error
    lacking = {"territory", "source_note"} - set(entry if isinstance(entry, dict) else ())
    if lacking:
        raise ZwkError(f"In {file.name} der Grenzen fehlt {', '.join(sorted(lacking))}.")
    return dict(entry)


def source_note() -> str:
    """The credit that must appear beside every map: „© GeoBasis-DE / BKG 2023 (dl-de/by-2-0), Daten verändert“."""
    return str(about()["source_note"])


def territory() -> int:
    """The year whose territorial state the boundaries in use show."""
    return int(about()["territory"])


def downloads() -> dict[str, dict[str, Any]]:
    """Official boundaries by name: ``title``, ``url``, ``sha256`` (None if unknown), ``licence``, ``attribution``."""
    entries = yaml.safe_load((SHIPPED / "catalogue.yml").read_text(encoding="utf-8"))
    return dict(entries["downloads"])


def download(name: str = DEFAULT_DOWNLOAD) -> dict[str, Any]:
    """One entry of :func:`downloads`. Raises ZwkError for an unknown name."""
    known = downloads()
    if name not in known:
        raise ZwkError(f"„{name}“ steht nicht im Verzeichnis der Grenzen. Möglich sind {', '.join(known)}.")
    return known[name]


LAYERS = ("laender", "kreise", "gemeinden", "teilnehmende")
DETAILS = ("fein", "mittel", "grob")
#: layers whose areas do not cover the country, with the layer to draw below them
GROUND = {"teilnehmende": "laender"}
#: the keys of the Länder, and of how many there may be a layer of their Gemeinden: an alliance across a border has two
LAENDER, MOST_LAENDER = frozenset(f"{key:02d}" for key in range(1, 17)), 2
#: part of the content hash: raise it when the JSON changes although the geometry does not
FORMAT = "2"

_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    # mtime=0: the same layer gives the same bytes on every machine
    "gzip": lambda raw: gzip.compress(raw, 9, mtime=0),
    "br": lambda raw: brotli.compress(raw, quality=9, mode=brotli.MODE_TEXT),
}
_ENDINGS = {"identity": "", "gzip": ".gz", "br": ".br"}
_making: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)


def layer_file(name: str, detail: str = "mittel") -> Path:
    """The GeoParquet a layer is made from. Raises ZwkError if there is none, or it is not what was written."""
    layer = whole_layer(name)
    if detail not in DETAILS:
        raise ZwkError(f"Die Genauigkeit „{detail}“ gibt es nicht. Möglich sind {', '.join(DETAILS)}.")
    file = active() / f"{layer}.{detail}.parquet"
    if not file.is_file():
        raise ZwkError(f"Die Grenzen „{file.name}“ fehlen. Bitte „python -m zwk_data boundaries“ ausführen.")
    if not _whole(*_stamp(file)):
        mend = "das Programm noch einmal einspielen"
        if file.parent != SHIPPED:
            mend = f"„python -m zwk_data boundaries“ noch einmal ausführen oder {own()} löschen; dann gelten"
            mend += " die mitgelieferten"
        raise ZwkError(f"Die Grenzen „{file.name}“ sind beschädigt. Bitte {mend}.")
    return file


def layer_hash(name: str, detail: str = "mittel") -> str:
    """Eight hex digits that change when the layer's content changes."""
    file = layer_file(name, detail)
    note = file.parent / ABOUT
    return _hash(_stamp(file), _stamp(note))


def layer_url(name: str, detail: str = "mittel") -> str:
    """Where the app serves the layer: ``/geo/kreise.mittel.1a2b3c4d.json``. Cheap: parses no geometry."""
    return settings.address(f"/geo/{name}.{detail}.{layer_hash(name, detail)}.json")


def layer_bytes(name: str, detail: str = "mittel", encoding: str = "identity") -> bytes:
    """The layer's TopoJSON, its areas in the order of ``layer_names``; ``encoding`` one of br, gzip, identity.

    Made on first use, then read from disk.

    Raises ZwkError for an unknown name, detail or encoding.
    """
    if encoding not in _ENCODERS:
        raise ZwkError(f"Die Kodierung „{encoding}“ gibt es nicht. Möglich sind {', '.join(_ENCODERS)}.")
    version = layer_hash(name, detail)
    if encoding == "identity":
        return _uncompressed(name, detail, version)
    with _making[name, detail]:  # two visitors at once must not compress the same layer twice
        return _packed(name, detail, version, encoding)


def prepare(names: tuple[str, ...] = LAYERS, details: tuple[str, ...] = DETAILS) -> None:
    """Make and store layers before the first visitor needs them: seconds, or next to nothing if all are stored."""
    for name in names:
        for detail in details:
            for encoding in ("br", "gzip"):
                layer_bytes(name, detail, encoding)


def part_of_gemeinden(laender: Iterable[str]) -> str:
    """The name of the layer of the Gemeinden in these Länder (two-digit keys) alone; of all if these are many."""
    wanted = sorted(set(laender))
    return "-".join(["gemeinden", *wanted]) if len(wanted) <= MOST_LAENDER else "gemeinden"


def whole_layer(name: str) -> str:
    """The layer that ``name`` is or is a part of: gemeinden for ``gemeinden-09-16``. ZwkError if there is none."""
    return _layer_and_laender(name)[0]


def layer_names(name: str) -> pd.Series:
    """Names of the layer's areas by area_key (in ``teilnehmende`` the participant_id), in the order of the key."""
    frame = _rows(name, "grob", ["area_key", "name"])
    return frame.set_index("area_key")["name"]


def map_shapes(name: str, detail: str = "mittel") -> pd.Series:
    """The layer's areas by area_key in the plane of the map (``topology.PROJECTION``): for screen, paper and wall."""
    import pandas as pd  # noqa: PLC0415 - as below
    import shapely  # noqa: PLC0415

    from zwk_data.geo import topology  # noqa: PLC0415

    frame = _rows(name, detail, ["area_key", "geometry"])
    shapes = topology.projected(shapely.from_wkb(frame["geometry"].to_numpy()))
    return pd.Series(shapes, index=frame["area_key"], dtype=object)


def read_layer(name: str, detail: str = "mittel") -> gpd.GeoDataFrame:
    """A layer as a frame (area_key, name, geometry in EPSG:4326), for computing, not for pages.

    In ``teilnehmende`` the area_key is the participant_id.
    """
    # geopandas takes seconds to load on a cold disk; the server and its pages only need stored layers
    import geopandas as gpd  # noqa: PLC0415

    return gpd.read_parquet(layer_file(name, detail))


def write_layer(name: str, out: Path, detail: str = "mittel") -> Path:
    """Write a layer as a GeoJSON file for other programs; returns that file. Raises ZwkError if it can't be written."""
    raw = to_geojson(read_layer(name, detail), participants=name == "teilnehmende", note=source_note())
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(raw)
    except OSError as error:
        raise ZwkError(f"„{out}“ kann nicht geschrieben werden: {error.strerror or error}.") from error
    return out


def to_geojson(frame: gpd.GeoDataFrame, *, participants: bool, note: str) -> bytes:
    """A FeatureCollection of area_key, name, geometry and ``id``, for other programs.

    ``id`` is the key as a number; ``participants`` are numbered from 1 and carry participant_id as well. ``note``: the
    credit. Large areas come first, so that a town is drawn on top of its Kreis. Outer rings run counter-clockwise
    (RFC 7946).
    """
    import shapely  # noqa: PLC0415 - as above

    frame = frame.sort_values("area_key", kind="stable").reset_index(drop=True)
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
    from zwk_data.geo import topology  # noqa: PLC0415 - as above

    names, shapes = layer_names(name), map_shapes(name, detail)
    step = topology.STEPS[detail]
    raw = topology.topology(list(names.index), list(names), shapes.to_numpy(), step, source_note())
    _store(stored, raw)
    return raw


def _layer_and_laender(name: str) -> tuple[str, tuple[str, ...]]:
    """The layer that ``name`` is or is a part of, and the Länder of a part. ZwkError if there is no such layer."""
    layer, *laender = name.split("-")
    is_part = layer == "gemeinden" and len(laender) <= MOST_LAENDER and laender == sorted(set(laender) & LAENDER)
    if layer not in LAYERS or (laender and not is_part):
        raise ZwkError(f"Die Ebene „{name}“ gibt es nicht. Möglich sind {', '.join(LAYERS)}.")
    return layer, tuple(laender)


def _rows(name: str, detail: str, columns: list[str]) -> pd.DataFrame:
    """Columns of the layer's file in the order of area_key; the geometry as WKB in degrees."""
    import pandas as pd  # noqa: PLC0415 - as above

    _, laender = _layer_and_laender(name)
    frame = pd.read_parquet(layer_file(name, detail), columns=columns).sort_values(
        "area_key", ignore_index=True, kind="stable"
    )
    return frame[frame["area_key"].str[:2].isin(laender)].reset_index(drop=True) if laender else frame


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
def _whole(name: str, _changed: int, _size: int) -> bool:
    """Whether a layer's file is what its set says; an older set says nothing."""
    file = Path(name)
    sums = about(file.parent).get(SUMS) or {}
    return sums.get(file.name) in (None, hashlib.sha256(file.read_bytes()).hexdigest())


@lru_cache(maxsize=64)
def _hash(*stamps: tuple[str, int, int]) -> str:
    digest = hashlib.sha256(FORMAT.encode())
    for name, _, _ in stamps:
        digest.update(Path(name).read_bytes())
    return digest.hexdigest()[:8]
