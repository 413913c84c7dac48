"""Where the warehouse lies, and which state of the shipped data it was built from."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from zwk_data.paths import DATA, home
from zwk_data.warehouse import overlay

#: what the warehouse is built from, relative to data/; boundaries are served as they are
INPUTS = ("figures", "programme", "indicators.yml", "sources.csv")
#: what turns it into the warehouse: a change of the code makes another warehouse of the same data
CODE = sorted(
    [
        *Path(__file__).parent.glob("*.sql"),
        *(Path(__file__).with_name(f"{n}.py") for n in ("build", "derive", "overlay")),
    ]
)


def input_files() -> list[Path]:
    """All files the warehouse is built from, in a fixed order."""
    files: list[Path] = []
    for name in INPUTS:
        path = DATA / name
        files += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return files


def fingerprint() -> str:
    """Eight hex digits over the figures and the code of the build: another state's warehouse is never opened.

    The figures are those of data/ and of the state of newer ones that counts; a running server turns to a new state
    by itself.
    """
    return _fingerprint(overlay.current_overlay())


@lru_cache(maxsize=4)
def _fingerprint(newer: Path | None) -> str:
    digest = hashlib.sha256()
    for path in CODE:
        digest.update(path.read_bytes())
    for path in input_files():
        digest.update(path.relative_to(DATA).as_posix().encode())
        digest.update(path.read_bytes())
    for path in overlay.overlay_files(newer):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def warehouse_path() -> Path:
    """The warehouse of the current data, whether built yet or not."""
    return home() / f"warehouse-{fingerprint()}.duckdb"
