"""The addresses beside Streamlit's own: layers of the map, our assets, a sign of life."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from zwk_data.errors import ZwkError
from zwk_data.web import assets
from zwk_data.web.plotly_asset import plotly_script, plotly_url

FOREVER = "public, max-age=31536000, immutable"


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


def _lasting(request: Request, body: bytes, media_type: str, etag: str, encoding: str = "identity") -> Response:
    headers = {"Cache-Control": FOREVER, "ETag": f'"{etag}"', "Vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if encoding != "identity":
        headers["Content-Encoding"] = encoding
    return Response(body, media_type=media_type, headers=headers)


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
    encoding = chosen_encoding(request.headers.get("accept-encoding", ""))
    etag = f"{request.path_params['hash']}-{encoding}"
    return _lasting(request, layer_bytes(name, detail, encoding), "application/geo+json", etag, encoding)


def asset(request: Request) -> Response:
    """One of our own files; 404 when the hash is not today's."""
    name = request.path_params["name"]
    try:
        today = assets.url(name) == request.url.path
    except KeyError:
        today = False
    if not today:
        return PlainTextResponse("Diese Datei gibt es nicht (mehr).", status_code=404)
    return _lasting(
        request, assets.content(name), assets.TYPES["." + name.rsplit(".", 1)[1]], request.path_params["hash"]
    )


def plotly(request: Request) -> Response:
    """Plotly's own script, for the map that stays in the page."""
    encoding = chosen_encoding(request.headers.get("accept-encoding", ""))
    encoding = encoding if encoding == "br" else "identity"
    return _lasting(request, plotly_script(encoding), "text/javascript; charset=utf-8", plotly_url()[1:], encoding)


def health(request: Request) -> Response:
    """For load balancers and container checks: 200 as soon as the server answers."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def layer_routes() -> list[Route]:
    """The routes of the map layers."""
    return [Route("/geo/{name}.{detail}.{hash}.json", layer, methods=["GET", "HEAD"])]


def routes() -> list[Route]:
    """All our routes."""
    return [
        *layer_routes(),
        Route(assets.PREFIX + "/{hash}/{name}", asset, methods=["GET", "HEAD"]),
        Route(plotly_url(), plotly, methods=["GET", "HEAD"]),
        Route("/health", health, methods=["GET", "HEAD"]),
    ]
