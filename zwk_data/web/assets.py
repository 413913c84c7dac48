"""Our own style sheet, script and pictures, served under an address that changes with their content."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from zwk_data.web.encoding import compress

STATIC = Path(__file__).resolve().parent / "static"
PREFIX = "/assets"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@cache
def content(name: str) -> bytes:
    """The bytes of one of our files, e.g. ``style.css``; KeyError for a name that is not ours."""
    path = STATIC / name
    if path.suffix not in TYPES or path.parent != STATIC or not path.is_file():
        raise KeyError(name)
    return path.read_bytes()


@cache
def encoded(name: str, encoding: str) -> bytes:
    """The same in br, gzip or as it is (``identity``)."""
    return compress(content(name), encoding)


@cache
def url(name: str) -> str:
    """Its address, e.g. ``/assets/1a2b3c4d/style.css``."""
    return f"{PREFIX}/{hashlib.sha256(content(name)).hexdigest()[:8]}/{name}"
