"""Around Streamlit: a German page, security headers, compressed bundles. Plain ASGI, so websockets pass untouched."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zwk_data import settings
from zwk_data.web.kit.assets import FOREVER, chosen_encoding, compress, kept
from zwk_data.web.shell import page, site, visits

BUNDLE = re.compile(r"/static/((?:js|css)/[\w.@-]+\.(js|css))")
#: headers with which Streamlit would send its page in part, compressed or not at all, so that we could not replace it
UNWANTED = (b"if-none-match", b"if-modified-since", b"range", b"accept-encoding")
#: addresses of things, never of pages: they pass untouched (/static/ does not: Streamlit answers any name there)
THINGS = (
    "/media/",
    "/component/",
    "/_stcore/",
    "/app/static/",
    "/geo/",
    "/assets/",
    *site.WITHOUT_STREAMLIT,
)
TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}


@dataclass(frozen=True)
class BelowPath:
    """Takes the path before ours (``server.baseUrlPath``) off what is asked, unless a proxy did, and puts it back on
    what browsers are told in headers: where to go on, and for which addresses a cookie is.

    All inside sees the addresses of a server with a name of its own.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        before = settings.address()
        if not before or scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == before:
            # Streamlit's page names its scripts from where it is: without the slash a browser would look one higher
            query = scope.get("query_string", b"").decode("latin-1")
            await RedirectResponse(f"{before}/{'?' if query else ''}{query}", 307)(scope, receive, send)
            return

        async def led(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(key, _below(key, value, before)) for key, value in message.get("headers", [])]
                message = {**message, "headers": headers}
            await send(message)

        if scope["path"].startswith(f"{before}/"):
            scope = {**scope, "path": scope["path"].removeprefix(before)}
        await self.app(scope, receive, led)


def _below(key: bytes, value: bytes, before: str) -> bytes:
    """A header's value; a path of ours in it begins with ``before``."""
    pattern = {b"location": r"^()(/(?!/).*)$", b"set-cookie": r"(;\s*path=)(/[^;]*)"}.get(key.lower())
    if pattern is None:
        return value

    def led(found: re.Match[str]) -> str:
        return found[0] if f"{found[2]}/".startswith(f"{before}/") else found[1] + before + found[2]

    return re.sub(pattern, led, value.decode("latin-1"), flags=re.IGNORECASE).encode("latin-1")


@dataclass(frozen=True)
class ToStreamlit:
    """Innermost: Streamlit's own routes know the path before ours, our ``routes`` don't."""

    app: ASGIApp
    routes: Sequence[BaseRoute]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        before = settings.address() if scope["type"] in ("http", "websocket") else ""
        if before and all(route.matches(scope)[0] == Match.NONE for route in self.routes):
            scope = {**scope, "path": before + scope["path"]}
        await self.app(scope, receive, send)


@dataclass(frozen=True)
class GermanPage:
    """Replaces Streamlit's HTML by our shell for the pages of the menu, and by a German 404 for any other path.

    ``ahead``: what to show at a path, a query and a cookie header until Streamlit's page is there, as HTML.
    """

    app: ASGIApp
    ahead: Callable[[str, str, str], str] = lambda _path, _query, _cookies: ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page_like = scope["type"] == "http" and not scope["path"].startswith(THINGS)
        if not page_like or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        html = b""

        async def watch(message: Message) -> None:
            nonlocal start, html
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "")
                if kind.startswith("text/html") and message["status"] in (200, 304):
                    start = message
                    return
            elif start is not None and message["type"] == "http.response.body":
                html += message.get("body", b"")
                if not message.get("more_body"):
                    await self._answer(scope, receive, send, start, html)
                return
            await send(message)

        plain = [(k, v) for k, v in scope["headers"] if k not in UNWANTED]
        await self.app({**scope, "headers": plain}, receive, watch)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, start: Message, found: bytes) -> None:
        path = scope["path"].strip("/")
        if scope["method"] == "GET" and page.MARK.encode() not in found:
            await send(start)
            await send({"type": "http.response.body", "body": found})
            return
        known = path in {p.path for p in site.pages()}
        encoding = chosen_encoding(Headers(scope=scope).get("accept-encoding", ""))
        query = scope.get("query_string", b"").decode("latin-1")
        cookies = Headers(scope=scope).get("cookie", "")
        html = page.page_shell(path, query) if known else page.not_found(scope["path"])
        if ahead := await run_in_threadpool(self.ahead, path, query, cookies):
            html = html.replace(page.MARK, ahead + page.MARK, 1)
        body = _packed(html, encoding)
        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if encoding != "identity":
            headers["Content-Encoding"] = encoding
        visit = visits.noted(cookies, date.today())
        if known and visit:
            headers["Set-Cookie"] = visit
        status = 200 if known else 404
        response = Response(body, status, headers, media_type="text/html; charset=utf-8")
        await response(scope, receive, send)


@lru_cache(maxsize=64)
def _packed(html: str, encoding: str) -> bytes:
    return compress(html.encode(), encoding)


@dataclass(frozen=True)
class CompressedBundles:
    """Serves Streamlit's bundles compressed: it sends them as they are, 3 MB more for every first visit.

    Each is compressed once, at its first request, and kept on disk and in memory (about 3 MB for all our pages use).
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = BUNDLE.fullmatch(scope.get("path", "")) if scope["type"] == "http" else None
        if match and scope["method"] == "GET":
            encoding = chosen_encoding(Headers(scope=scope).get("accept-encoding", ""))
            body = await run_in_threadpool(_bundle, match[1], encoding) if encoding != "identity" else None
            if body is not None:
                headers = {"Cache-Control": FOREVER, "Content-Encoding": encoding, "Vary": "Accept-Encoding"}
                await Response(body, headers=headers, media_type=TYPES[match[2]])(scope, receive, send)
                return
        await self.app(scope, receive, send)


@lru_cache(maxsize=256)
def _bundle(name: str, encoding: str) -> bytes | None:
    file = page.streamlit_static() / "static" / name
    return kept(name, encoding, file.read_bytes) if file.is_file() else None


@dataclass(frozen=True)
class SecurityHeaders:
    """Security headers: nothing is loaded from or sent to other hosts, no type sniffing, no embedding by others."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        wanted = {"X-Content-Type-Options": "nosniff"}
        # figures and borders are no documents: the rest would be more than half of what they take
        if not scope["path"].startswith("/geo/"):
            wanted |= {
                "Content-Security-Policy": content_security_policy(Headers(scope=scope).get("host", "")),
                "Referrer-Policy": "same-origin",
                "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
                "Cross-Origin-Opener-Policy": "same-origin",
            }

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(wanted)
            await send(message)

        await self.app(scope, receive, secured)


@lru_cache(maxsize=64)
def content_security_policy(host: str) -> str:
    """The policy for one host name. ``ZWK_FRAME_ANCESTORS`` names who may embed the app (default: itself only)."""
    # „'self'“ covers websockets only in newer browsers, so the host is named; never a header's raw text
    sockets = f" ws://{host} wss://{host}" if re.fullmatch(r"[\w.\-]+(:\d+)?|\[[\da-fA-F:]+\](:\d+)?", host) else ""
    scripts = " ".join(page.inline_script_hashes(page.page_shell("")))
    ancestors = settings.value("ZWK_FRAME_ANCESTORS") or "'self'"
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {scripts}",
            "style-src 'self' 'unsafe-inline'",  # Streamlit writes its styles at run time
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self'{sockets} data: blob:",
            "frame-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {ancestors.replace(';', '')}",
        ]
    )
