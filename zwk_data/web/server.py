"""The addresses beside Streamlit's own: layers of the map, our assets, a sign of life."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from zwk_data.errors import ZwkError
from zwk_data.web.kit import assets
from zwk_data.web.kit.assets import chosen_encoding, plotly_script, plotly_url
from zwk_data.web.light.remote import display_guest_routes
from zwk_data.web.light.vote import guest_routes
from zwk_data.web.light.wall import display_routes

FOREVER = "public, max-age=31536000, immutable"


def _lasting(request: Request, media_type: str, version: str, content: Callable[[str], bytes]) -> Response:
    """An answer to be kept for good; ``content`` makes the bytes for an encoding, unless the browser has them."""
    encoding = chosen_encoding(request.headers.get("accept-encoding", ""))
    headers = {"Cache-Control": FOREVER, "ETag": f'"{version}-{encoding}"', "Vary": "Accept-Encoding"}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return Response(content(encoding), media_type=media_type, headers=headers)


def layer(request: Request) -> Response:
    """One layer of the map as GeoJSON; 404 when name, detail or content hash are not today's."""
    from zwk_data.geo.layers import layer_bytes, layer_url

    name, detail = request.path_params["name"], request.path_params["detail"]
    try:
        today = layer_url(name, detail) == request.url.path
    except ZwkError:
        today = False
    if not today:
        return PlainTextResponse("Diese Kartenebene gibt es nicht (mehr). Bitte die Seite neu laden.", status_code=404)
    version = request.path_params["hash"]
    return _lasting(request, "application/geo+json", version, lambda encoding: layer_bytes(name, detail, encoding))


def asset(request: Request) -> Response:
    """One of our own files; 404 when the hash is not today's."""
    name = request.path_params["name"]
    try:
        today = assets.url(name) == request.url.path
    except KeyError:
        today = False
    if not today:
        return PlainTextResponse("Diese Datei gibt es nicht (mehr).", status_code=404)
    kind = assets.TYPES["." + name.rsplit(".", 1)[1]]
    return _lasting(request, kind, request.path_params["hash"], lambda encoding: assets.encoded(name, encoding))


def plotly(request: Request) -> Response:
    """Plotly's own script, for the map that stays in the page."""
    return _lasting(request, "text/javascript; charset=utf-8", plotly_url().rsplit("/", 1)[1], plotly_script)


def health(request: Request) -> Response:
    """For load balancers and container checks: 200 as soon as the server answers."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def layer_routes() -> list[Route]:
    """The routes of the map layers."""
    return [Route("/geo/{name}.{detail}.{hash}.json", layer, methods=["GET", "HEAD"])]


def asset_route() -> Route:
    """The route of our own files."""
    return Route(assets.PREFIX + "/{hash}/{name}", asset, methods=["GET", "HEAD"])


def routes() -> list[Route]:
    """All our routes."""
    return [
        *layer_routes(),
        asset_route(),
        Route(plotly_url(), plotly, methods=["GET", "HEAD"]),
        *display_routes(),
        *guest_routes(),
        *display_guest_routes(),
        Route("/health", health, methods=["GET", "HEAD"]),
    ]
