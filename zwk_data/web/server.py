"""The app around Streamlit: our own routes, the middleware, and what starts with the server."""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import cache, lru_cache, partial
from typing import Any
from urllib.parse import parse_qs

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.middleware import Middleware
from starlette.requests import Request, cookie_parser
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import Receive, Scope, Send
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession

from zwk_data.errors import ZwkError
from zwk_data.geo.map_layers import layer_bytes, layer_hash
from zwk_data.room.addresses import is_this_machine
from zwk_data.web.kit.assets import PLOTLY, asset_routes, compress, lasting, module_url, plotly_script, plotly_url
from zwk_data.web.login.sign_in import SignIn
from zwk_data.web.shell import site
from zwk_data.web.shell.guard import Encrypted, OwnPages, Pairs, Uploads, has_login, log_security_events
from zwk_data.web.shell.middleware import (
    BelowPath,
    CompressedBundles,
    GermanPage,
    SecurityHeaders,
    ToStreamlit,
    few_open_files,
    remember_a_run,
    watch_connections,
)
from zwk_data.web.shell.page import law_routes, not_found
from zwk_data.web.shell.start import is_ready, preparation
from zwk_data.web.shell.watch import Watch, begin_log

log = logging.getLogger(__name__)


def layer(request: Request) -> Response:
    """One layer of the map as TopoJSON; 404 when name, detail or content hash are not today's."""
    name, detail, version = (request.path_params[part] for part in ("name", "detail", "hash"))
    with suppress(ZwkError):
        if version == layer_hash(name, detail):
            return lasting(request, "application/json", version, partial(layer_bytes, name, detail))
    return PlainTextResponse("Diese Kartenebene gibt es nicht (mehr). Bitte die Seite neu laden.", status_code=404)


def map_values(request: Request) -> Response:
    """The values of one map; 404 when there is no such map, or the figures are others by now."""
    from zwk_data.views import maps  # noqa: PLC0415 - see LightPages

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
    from zwk_data.views import maps  # noqa: PLC0415 - see LightPages

    version = request.path_params["hash"]
    with suppress(ZwkError):
        if is_ready() and maps.points_hash() == version:
            return lasting(request, "application/json", version, partial(_packed, maps.points_json()))
    return PlainTextResponse("Diese Punkte gibt es nicht (mehr). Bitte die Seite neu laden.", status_code=404)


def locator(request: Request) -> Response:
    """Where a Kommune lies, as a picture; 404 when there is none, or another one is drawn by now."""
    from zwk_data.charts import locator_map  # noqa: PLC0415 - see LightPages
    from zwk_data.programme import participants  # noqa: PLC0415

    one, version = request.path_params["participant"], request.path_params["hash"]
    with suppress(ZwkError):
        if is_ready() and one in participants.names() and locator_map.locator_hash(one) == version:
            return lasting(request, "image/png", version, lambda _: locator_map.locator_png(one))
    return PlainTextResponse("Dieses Bild gibt es nicht (mehr). Bitte die Seite neu laden.", status_code=404)


async def found(request: Request) -> Response:
    """What the search in the head of every page found."""
    from zwk_data.web.search import hits  # noqa: PLC0415 - see LightPages

    return await hits(request)


def ahead(path: str, query: str, cookies: str) -> str:
    """What a page shows first at this address, as HTML, for while Streamlit is still to come.

    Nothing where the page shows something else at first, or nothing to this visitor.
    """
    if path not in _FIRST or not preparation.ready:
        return ""
    from zwk_data.stores import access  # noqa: PLC0415 - see LightPages
    from zwk_data.web.login import login  # noqa: PLC0415

    person = login.seat_of_request(cookie_parser(cookies)).person
    if person == access.ANYBODY:
        return ""
    asked = {key: values[0] for key, values in parse_qs(query, keep_blank_values=True).items()}
    with suppress(ZwkError), access.asking_as(access.scope_of(person)):  # the page itself tells what is wrong
        return _FIRST[path](asked)
    return ""


def first_map(asked: Mapping[str, str]) -> str:
    """The map of page Karte, drawn by web/static/karte/first.js."""
    from zwk_data.views import maps  # noqa: PLC0415 - see LightPages
    from zwk_data.web.kit.markup import render  # noqa: PLC0415

    chart = maps.opening_map(asked)
    if not chart:
        return ""
    urls = [*([] if chart.spec["packed"] else [chart.spec["values"]]), chart.spec["points"]]
    spec = json.dumps(dict(chart.spec), ensure_ascii=False)
    return render("rahmen/karte", title=chart.title, spec=spec, urls=urls, script=module_url("map.js"))


def first_picture(asked: Mapping[str, str]) -> str:
    """The picture that page Zwischenbilanz begins with: asked for now, it is there when its place is."""
    from zwk_data.charts import locator_map  # noqa: PLC0415 - see LightPages
    from zwk_data.programme import participants  # noqa: PLC0415

    one = asked.get("kommune")
    if one not in participants.names():
        return ""
    return f'<link rel="preload" as="image" href="{locator_map.locator_url(one)}">'


#: path -> the HTML that a page brings along, from the values in its query
_FIRST = {"karte": first_map, "zwischenbilanz": first_picture}


def plotly(request: Request) -> Response:
    """Plotly's own script, which draws the pictures that people take along."""
    return lasting(request, "text/javascript; charset=utf-8", plotly_url().rsplit("/", 1)[1], plotly_script)


def health(request: Request) -> Response:
    """For load balancers and container checks: 200 as soon as the server answers."""
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


class LightPages(BaseRoute):
    """What is answered without Streamlit: the wall, the remote, the phones in the room, figures for other
    pages, and the HTTP interface.

    They, the login and the maps need pandas and the stores, which take longer to load than all of the server. So the
    server answers first, and these are loaded beside the first visitor's browser, or by the first who asks for one.
    """

    BELOW = site.WITHOUT_STREAMLIT
    #: the page Live-Anzeige directs the wall; shown on a wall it has this in its address
    WALL, ON_A_WALL = "/live-anzeige", ("embed", "true")

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Ours or not, by the beginning of the path."""
        if scope["type"] != "http":
            return Match.NONE, {}
        is_wall = scope["path"] == self.WALL and self.ON_A_WALL in QueryParams(scope["query_string"]).items()
        return (Match.FULL if is_wall or scope["path"].startswith(self.BELOW) else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with a German 404 for what none of these pages knows."""
        pages = await run_in_threadpool(light_pages)
        await pages(scope, receive, send)


@cache
def light_pages() -> Router:
    """All pages without Streamlit."""
    from zwk_data.web.api import api_routes  # noqa: PLC0415 - see LightPages
    from zwk_data.web.light import embed, remote, vote, wall  # noqa: PLC0415

    async def unknown(scope: Scope, receive: Receive, send: Send) -> None:
        await HTMLResponse(not_found(scope["path"]), 404)(scope, receive, send)

    settle_rights()
    found = [
        *wall.display_routes(is_ready),
        *vote.guest_routes(),
        *remote.display_guest_routes(),
        *embed.embed_routes(),
        *api_routes(),
    ]
    return Router(found, default=unknown)


def settle_rights() -> None:
    """Who may see what, before anything is read."""
    from zwk_data.web.login import login  # noqa: PLC0415 - see LightPages

    login.begin_login()


def begin() -> None:
    """The first of the preparation: rights, then the door for phones, if a session or an event goes on."""
    from zwk_data.web.light import door  # noqa: PLC0415 - see LightPages

    settle_rights()
    door.reopen()


def first_page() -> None:
    """What the page that most open first asks for, while their browsers still start Streamlit."""
    from zwk_data.web import lage  # noqa: PLC0415 - see LightPages

    lage.compute_ahead()


def routes() -> list[BaseRoute]:
    """All our routes."""
    return [
        Route("/geo/{name}.{detail}.{hash}.json", layer, methods=["GET", "HEAD"]),
        Route("/geo/werte/{name}.{indicator}.{year:int}.{hash}", map_values, methods=["GET", "HEAD"]),
        Route("/geo/punkte.{hash}.json", map_points, methods=["GET", "HEAD"]),
        Route("/geo/lage/{participant}.{hash}.png", locator, methods=["GET", "HEAD"]),
        *asset_routes(),
        Route(PLOTLY, plotly, methods=["GET", "HEAD"]),
        Route("/suche", found, methods=["GET"]),
        LightPages(),
        *law_routes(),
        Route("/health", health, methods=["GET", "HEAD"]),
    ]


def is_for_others() -> bool:
    """Whether others than whoever sits at this machine can reach the app, by its address or by a login."""
    return has_login() or not is_this_machine(str(st.get_option("server.address") or ""))


def middleware() -> list[Middleware]:
    """Our middleware, outermost first."""
    return [
        Middleware(BelowPath),
        Middleware(Encrypted),
        Middleware(SecurityHeaders),
        Middleware(Watch),
        Middleware(OwnPages),
        Middleware(Pairs),
        Middleware(Uploads),
        Middleware(CompressedBundles),
        Middleware(SignIn),
        Middleware(GermanPage, ahead=ahead),
        Middleware(ToStreamlit, routes=routes()),
    ]


_new_session = AppSession._create_new_session_message


def _without_the_server(self: AppSession, *given: Any, **named: Any) -> ForwardMsg:
    made = _new_session(self, *given, **named)
    made.new_session.main_script_path = ""
    made.new_session.initialize.environment_info.Clear()
    return made


def tell_nothing_of_the_server() -> None:
    """Let messages from now on say neither the versions of Streamlit, Python and system nor the script's path.

    Streamlit tells them to every visitor; there is no setting for it.
    """
    setattr(AppSession, "_create_new_session_message", _without_the_server)  # noqa: B010 - its type is a method


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Prepare when the server starts, not at the first visit."""
    begin_log()
    remember_a_run()
    tell_nothing_of_the_server()
    log_security_events()
    watch_connections()
    if few := few_open_files():
        log.warning("%s", few)
    # what is loaded now is no garbage, and looking through it again and again is a tenth of a start; on when it is done
    gc.disable()
    preparation.before, preparation.after = begin, first_page
    preparation.begin()
    yield
    from zwk_data.web.light import door  # noqa: PLC0415 - see LightPages

    door.close()
