"""Around Streamlit's login: leads back to the page one came from, answers failures in German, and ends what was ended.

Streamlit itself lets a login that was ended go on wherever somebody kept its cookie. It leads everybody back to the
first page, without a word when the login failed, and answers in English when the provider can't be reached.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from zwk_data import settings
from zwk_data.web.shell import page as shell
from zwk_data.web.shell import site

log = logging.getLogger(__name__)
security = logging.getLogger("zwk_data.sicherheit")
LOGIN, CALLBACK, LOGOUT = "/auth/login", "/oauth2callback", "/auth/logout"
#: the query parameter of the first page after a login that failed
FAILED = "anmeldung"
#: the cookie that remembers the page during a login
COOKIE = "zwk_ziel"
USER_COOKIE = "_streamlit_user="


@dataclass(frozen=True)
class SignIn:
    """Watches the three addresses of the login; everything else passes untouched."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path")
        if scope["type"] == "http" and path == LOGOUT:
            await run_in_threadpool(_end_login, Headers(scope=scope).get("cookie", ""))
        if scope["type"] != "http" or path not in (LOGIN, CALLBACK):
            await self.app(scope, receive, send)
            return
        request = Headers(scope=scope)
        refused = False

        async def watch(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                refused = message["status"] >= 400
                headers = MutableHeaders(scope=message)
                if not refused and path == LOGIN:
                    _remember(headers, request)
                elif not refused:
                    _lead_back(headers, request, scope["query_string"].decode("latin-1"))
            if not refused:
                await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception:
            log.exception("Die Anmeldung ist gescheitert.")
            refused = True
        if refused:
            security.warning("Anmeldung: nicht möglich")
            await Response(shell.no_login(), 503, media_type="text/html; charset=utf-8")(scope, receive, send)


def target(address: str) -> str | None:
    """The address of one of our pages, with its query, if ``address`` leads to one; never another host's."""
    parts = urlsplit(address)
    path = parts.path.removeprefix(settings.address()).strip("/")
    if path not in {page.path for page in site.pages()} or not (parts.query.isascii() and parts.query.isprintable()):
        return None
    kept = "&".join(one for one in parts.query.split("&") if one and one.split("=")[0] != FAILED)
    return f"/{path}{'?' if kept else ''}{kept}"


def _end_login(cookie: str) -> None:
    """From now on the login in a request's Cookie header is worth nothing, whoever has a copy of it."""
    said = claims_in(cookie_parser(cookie))
    if said is not None:
        from zwk_data.stores import admission  # noqa: PLC0415 - loads the stores, and the server answers before that

        admission.end_login(said)
        security.info("Abmeldung")


def claims_in(cookies: Mapping[str, str]) -> dict[str, Any] | None:
    """What the provider said of somebody, from the signed cookie; None if there is none that holds."""
    found = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE.rstrip("="))
    try:
        said = json.loads(found or b"")
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _remember(headers: MutableHeaders, request: Headers) -> None:
    came_from = request.get("referer", "")
    page = target(came_from) if urlsplit(came_from).netloc == request.get("host") else None
    if page:
        headers.append("Set-Cookie", f"{COOKIE}={quote(page, safe='')}; Path=/; Max-Age=900; HttpOnly; SameSite=Lax")


def _lead_back(headers: MutableHeaders, request: Headers, query: str) -> None:
    """After the provider: to the page remembered, or, if nobody is logged in now, to one that says so.

    Providers lead here after a logout, too: without ``code`` and ``error`` there is nothing to say.
    """
    set_now = [cookie for cookie in headers.getlist("set-cookie") if cookie.startswith(USER_COOKIE)]
    page = target(unquote(cookie_parser(request.get("cookie", "")).get(COOKIE, ""))) or "/"
    if any("max-age=0" not in cookie.lower() for cookie in set_now):
        headers["location"] = page
        security.info("Anmeldung: gelungen")
    elif {"code", "error"} & set(parse_qs(query)):
        headers["location"] = f"{page}{'&' if '?' in page else '?'}{FAILED}=nein"
        security.warning("Anmeldung: vom Anmeldedienst abgewiesen oder abgebrochen")
    headers.append("Set-Cookie", f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
