"""Which boundaries are in use, where they come from, and where to get newer ones.

A set of boundaries is a folder with one GeoParquet per layer and detail and an ``about.yml`` that describes them.
The set shipped in ``data/boundaries`` is used until ``python -m zwk_data boundaries`` has made a newer one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from zwk_data import settings
from zwk_data.errors import ZwkError

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
