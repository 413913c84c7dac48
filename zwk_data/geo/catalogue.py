"""Which boundaries are in use, where they come from, and where newer ones are to be had.

A set of boundaries is a folder with one GeoParquet per layer and detail and an ``about.yml`` that says what they are.
The set shipped in ``data/boundaries`` is used until ``python -m zwk_data boundaries`` has made a newer one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from zwk_data import paths
from zwk_data.errors import ZwkError

ABOUT = "about.yml"
SHIPPED = paths.DATA / "boundaries"


def active() -> Path:
    """The folder of the boundaries in use: those made on this machine, else the shipped ones."""
    own = paths.home() / "boundaries"
    return own if (own / ABOUT).is_file() else SHIPPED


def about(folder: Path | None = None) -> dict[str, Any]:
    """What a set of boundaries is: ``territory`` (year), ``state`` (ISO day), ``source_note``, ``licence``, …"""
    file = (folder or active()) / ABOUT
    try:
        entry = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ZwkError(
            f"{file.name} der Grenzen ist nicht lesbar; bitte „boundaries“ noch einmal ausführen."
        ) from error
    if not isinstance(entry, dict) or "source_note" not in entry:
        raise ZwkError(f"In {file.name} der Grenzen fehlt der Quellenvermerk (source_note).")
    return entry


def source_note() -> str:
    """The line that must stand beside every map: „© GeoBasis-DE / BKG 2016, Daten verändert“."""
    return str(about()["source_note"])


def territory() -> int:
    """The year of the territorial state that the boundaries show (31 December)."""
    return int(about()["territory"])


def downloads() -> Mapping[str, dict[str, Any]]:
    """Addresses of official boundaries by name: ``url``, ``sha256`` or None, ``licence``, ``attribution``, …"""
    entries = yaml.safe_load((SHIPPED / "catalogue.yml").read_text(encoding="utf-8"))
    return dict(entries["downloads"])
