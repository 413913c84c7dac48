"""Our own style sheet, scripts and pictures, and Plotly's script out of the installed package.

Each is served compressed, under an address that changes with its content, so that a browser may keep it for good.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from zwk_data import settings

#: Whose files are kept compressed, with their versions. Asked for once, at the start: a search for what is installed
#: takes its time, and once found nothing while a server was starting.
PACKAGES = "-".join(f"{one}-{version(one)}" for one in ("streamlit", "plotly"))


def chosen_encoding(accept: str) -> str:
    """The best of br, gzip and identity that an Accept-Encoding header allows."""
    allowed = {}
    for part in accept.lower().split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            allowed[name.strip()] = float(quality or 1)
        except ValueError:
            allowed[name.strip()] = 0.0
    return next((name for name in ("br", "gzip") if allowed.get(name, 0.0) > 0), "identity")


def compress(body: bytes, encoding: str) -> bytes:
    """``body`` in br, gzip or as it is; brotli's quality 9 brings 95 % of the gain of 11 in a twentieth of the time."""
    if encoding == "br":
        return bytes(brotli.compress(body, quality=9))
    return gzip.compress(body, 6, mtime=0) if encoding == "gzip" else body


def kept(name: str, encoding: str, read: Callable[[], bytes]) -> bytes:
    """What ``read`` returns, compressed, from the disk where an earlier start has kept it.

    For files of the packages, whose names tell their versions apart: to compress all that a first page fetches takes
    half a second of the processor. A full disk or one that may not be written only costs that.
    """
    folder = settings.home() / "compressed" / PACKAGES
    file = folder / f"{name.replace('/', '.')}.{encoding}"
    with suppress(OSError):
        return file.read_bytes()
    packed = compress(read(), encoding)
    part = file.with_name(f"{file.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        if not folder.is_dir():
            shutil.rmtree(folder.parent, ignore_errors=True)  # those of earlier versions
        folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(packed)
        part.replace(file)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return packed


STATIC = Path(__file__).resolve().parent.parent / "static"
#: scripts that import one another by name, so they share one hash
MODULES = STATIC / "karte"
PREFIX = "/assets"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@cache
def content(name: str) -> bytes:
    """The bytes of one of our files, e.g. ``style.css``; KeyError for a name that is not ours."""
    for folder in (STATIC, MODULES):
        path = folder / name
        if path.suffix in TYPES and path.parent == folder and path.is_file():
            return path.read_bytes()
    raise KeyError(name)


@cache
def compressed_content(name: str, encoding: str) -> bytes:
    """One of our files in br, gzip or as it is (``identity``)."""
    return compress(content(name), encoding)


@cache
def _stamp(*names: str) -> str:
    """Eight hex digits that change with the content of the files."""
    return hashlib.sha256(b"".join(map(content, names))).hexdigest()[:8]


def url(name: str) -> str:
    """The address of one of our files, e.g. ``/assets/1a2b3c4d/style.css``."""
    return settings.address(f"{PREFIX}/{_stamp(name)}/{name}")


def module_urls() -> list[str]:
    """The addresses of the map's scripts, which a browser may keep for good."""
    names = _module_names()
    return [settings.address(f"{PREFIX}/{_stamp(*names)}/{name}") for name in names]


@cache
def _module_names() -> list[str]:
    return sorted(file.name for file in MODULES.glob("*.js"))


def module_url(name: str) -> str:
    """The address of one of them, e.g. ``map.js``."""
    return next(url for url in module_urls() if url.endswith(f"/{name}"))


#: with the version, so that a browser may keep it for good
PLOTLY = f"{PREFIX}/plotly-{version('plotly')}.min.js"


def plotly_url() -> str:
    """The address of Plotly's script."""
    return settings.address(PLOTLY)


@cache
def plotly_script(encoding: str) -> bytes:
    """The script as it is (``identity``, 4.8 MB) or compressed (``br``, 1.2 MB; ``gzip``, 1.4 MB)."""
    script = files("plotly").joinpath("package_data", "plotly.min.js")
    return script.read_bytes() if encoding == "identity" else kept("plotly.min.js", encoding, script.read_bytes)


FOREVER = "public, max-age=31536000, immutable"


def lasting(request: Request, media_type: str, version: str, body_in: Callable[[str], bytes]) -> Response:
    """A response that browsers may keep for good; ``body_in`` returns the bytes in an encoding, if they are needed."""
    # a PNG is packed already
    encoding = chosen_encoding(request.headers.get("accept-encoding", "") if media_type != "image/png" else "")
    headers = {"Cache-Control": FOREVER, "ETag": f'"{version}-{encoding}"', "Vary": "Accept-Encoding"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return Response(body_in(encoding), media_type=media_type, headers=headers)


def asset(request: Request) -> Response:
    """One of our own files; 404 when the hash is not today's."""
    name = request.path_params["name"]
    with suppress(KeyError):
        if settings.address(request.url.path) in (url(name), *module_urls()):
            kind = TYPES[Path(name).suffix]
            return lasting(request, kind, request.path_params["hash"], partial(compressed_content, name))
    return PlainTextResponse("Diese Datei gibt es nicht (mehr).", status_code=404)


def icon(request: Request) -> Response:
    """The picture that browsers ask for beside what is no page, such as an answer of the HTTP interface."""
    return RedirectResponse(url("favicon.svg"))


def asset_routes() -> list[BaseRoute]:
    """The routes of our own files."""
    return [
        Route(PREFIX + "/{hash}/{name}", asset, methods=["GET", "HEAD"]),
        Route("/favicon.ico", icon, methods=["GET", "HEAD"]),
    ]
