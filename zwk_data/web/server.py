"""The app around Streamlit: our own routes, the middleware, and what starts with the server."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import lru_cache, partial
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from zwk_data.errors import ZwkError
from zwk_data.geo.layers import layer_bytes, layer_url
from zwk_data.web.api import api_routes
from zwk_data.web.kit.assets import asset_route, compress, lasting, plotly_script, plotly_url
from zwk_data.web.light import door
from zwk_data.web.light.remote import display_guest_routes
from zwk_data.web.light.vote import guest_routes
from zwk_data.web.light.wall import LiveDisplay, display_routes
from zwk_data.web.login import login
from zwk_data.web.login.sign_in import SignIn
from zwk_data.web.shell.connections import few_open_files, watch_connections
from zwk_data.web.shell.guard import Encrypted, OwnPages, Uploads
from zwk_data.web.shell.middleware import CompressedBundles, GermanPage, SecurityHeaders
from zwk_data.web.shell.start import is_ready, preparation
from zwk_data.web.shell.websocket import remember_a_run

log = logging.getLogger(__name__)


def layer(request: Request) -> Response:
    """One layer of the map as TopoJSON; 404 when name, detail or content hash are not today's."""
    name, detail, version = (request.path_params[part] for part in ("name", "detail", "hash"))
    with suppress(ZwkError):
        if layer_url(name, detail) == request.url.path:
            return lasting(request, "application/json", version, partial(layer_bytes, name, detail))
    return PlainTextResponse("Diese Kartenebene gibt es nicht (mehr). Bitte die Seite neu laden.", status_code=404)


def map_values(request: Request) -> Response:
    """The values of one map; 404 when there is no such map, or the figures are others by now."""
    from zwk_data.views import map as maps  # noqa: PLC0415 - loads Plotly, and the server answers before that

    name, indicator, year, version = (request.path_params[part] for part in ("name", "indicator", "year", "hash"))
    with suppress(ZwkError):
        if is_ready() and maps.values_hash(name) == version:
            content = maps.values_bytes(name, indicator, year)
            return lasting(request, "application/octet-stream", version, partial(_packed, content))
    return PlainTextResponse("Diese Zahlen gibt es nicht (mehr). Bitte die Seite neu laden.", status_code=404)


@lru_cache(maxsize=64)
def _packed(content: bytes, encoding: str) -> bytes:
    return compress(content, encoding)


def map_points(request: Request) -> Response:
    """The participants' points; 404 when they are others by now."""
    from zwk_data.views import map as maps  # noqa: PLC0415

    version = request.path_params["hash"]
    with suppress(ZwkError):
        if is_ready() and maps.points_hash() == version:
            return lasting(request, "application/json", version, partial(_packed, maps.points_json()))
    return PlainTextResponse("Diese Punkte gibt es nicht (mehr). Bitte die Seite neu laden.", status_code=404)


def plotly(request: Request) -> Response:
    """Plotly's own script, which draws the pictures that people take along."""
    return lasting(request, "text/javascript; charset=utf-8", plotly_url().rsplit("/", 1)[1], plotly_script)


def health(request: Request) -> Response:
    """For load balancers and container checks: 200 as soon as the server answers."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def routes() -> list[Route]:
    """All our routes."""
    return [
        Route("/geo/{name}.{detail}.{hash}.json", layer, methods=["GET", "HEAD"]),
        Route("/geo/werte/{name}.{indicator}.{year:int}.{hash}", map_values, methods=["GET", "HEAD"]),
        Route("/geo/punkte.{hash}.json", map_points, methods=["GET", "HEAD"]),
        asset_route(),
        Route(plotly_url(), plotly, methods=["GET", "HEAD"]),
        *api_routes(),
        *display_routes(),
        *guest_routes(),
        *display_guest_routes(),
        Route("/health", health, methods=["GET", "HEAD"]),
    ]


def middleware() -> list[Middleware]:
    """Our middleware, outermost first."""
    return [
        Middleware(Encrypted),
        Middleware(SecurityHeaders),
        Middleware(OwnPages),
        Middleware(Uploads),
        Middleware(CompressedBundles),
        Middleware(SignIn),
        Middleware(LiveDisplay, is_ready=is_ready),
        Middleware(GermanPage),
    ]


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Prepare when the server starts, not at the first visit; rights are settled before anything else."""
    remember_a_run()
    watch_connections()
    if few := few_open_files():
        log.warning("%s", few)
    login.begin_login()
    preparation.begin()
    door.reopen()
    yield
    door.close()
