"""Around Streamlit, in plain ASGI, so that websockets pass untouched: a German page, security headers, compressed
bundles; and how many connections the server keeps, how long it waits for a slow one, how messages are packed and sent.

Uvicorn waits for ever for the rest of a request, and for a client to read its answer: a thousand connections that say
nothing use up what a process may hold open, and nobody else gets in.

Each run of a page sends nearly what the run before sent. Uvicorn lets the compression of its websockets remember 4 kB,
and a run of the page Karte has 11: with 16 kB another indicator takes 1.3 kB instead of 4.8, for 65 kB of memory more a
session.

The system keeps a small packet back until the one before it is acknowledged, for which a browser takes 40 ms. Asyncio
tells it not to, but not for sockets made as Streamlit and we make them, without naming their protocol: each file, page
and message after the first would come 40 ms late.

There is no setting for any of this.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import h11
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets import websockets_sansio_impl
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

from zwk_data import settings
from zwk_data.web.kit.assets import FOREVER, chosen_encoding, compress, kept
from zwk_data.web.shell import page, site

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

        def body() -> bytes:
            if not known:
                return _packed(page.not_found(scope["path"]), encoding)
            ahead = self.ahead(path, query, cookies)
            return _packed(page.page_shell(path, query).replace(page.MARK, ahead + page.MARK, 1), encoding)

        headers = {"Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
        if encoding != "identity":
            headers["Content-Encoding"] = encoding
        visit = page.noted(cookies, date.today())
        if known and visit:
            headers["Set-Cookie"] = visit
        status = 200 if known else 404
        response = Response(await run_in_threadpool(body), status, headers, media_type="text/html; charset=utf-8")
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


try:
    import resource
except ImportError:  # not on Windows, which has no such limit
    resource = None  # type: ignore[assignment]

log = logging.getLogger(__name__)
security = logging.getLogger("zwk_data.sicherheit")
#: open files and connections that a process asks for, and below which it says how few people that is
WANTED, ENOUGH = 65_536, 4_096
#: what one person's browser takes while a page is opened: six connections, the stream, a file of the server's
PER_PERSON = 8
#: seconds for the head of a request, for its body (10 MB over a slow line), for reading an answer on; and how often it
#: is looked at
HEAD, BODY, READING, LOOK = 15.0, 180.0, 60.0, 2.0
FEW = (
    "Dieser Server darf nur {limit} Dateien und Verbindungen zugleich offen haben; das reicht für etwa {people} "
    "Menschen zugleich. Bitte die Grenze anheben: in systemd „LimitNOFILE=65536“, in einer Konsole „ulimit -n 65536“ "
    "(Handbuch Betrieb, „Grenzen“)."
)


@lru_cache(maxsize=1)
def open_files() -> int:
    """How many files and connections this process may hold open; raised as far as it may itself."""
    if resource is None:
        return WANTED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return WANTED if soft == resource.RLIM_INFINITY else soft


def most_connections() -> int:
    """How many connections are kept; the rest of what may be open is for files, stores and the guest door."""
    return open_files() * 3 // 4


def few_open_files() -> str:
    """A German sentence if this process may hold so few files open that a busy day would stop it; "" else."""
    limit = open_files()
    return FEW.format(limit=limit, people=limit // PER_PERSON) if limit < ENOUGH else ""


_connection_made = H11Protocol.connection_made


def _watched(self: H11Protocol, transport: asyncio.Transport) -> None:
    _connection_made(self, transport)
    if self.limit_concurrency is None:
        self.limit_concurrency = most_connections()
    if len(self.connections) > self.limit_concurrency:
        # too many even to say so
        transport.abort()
        return
    with contextlib.suppress(OSError):  # a socket of the file system sends at once
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    self.loop.call_later(LOOK, _look, self, None, self.loop.time())


def _look(one: H11Protocol, before: Any, since: float) -> None:
    """Look at a connection every LOOK seconds; end it if nothing has come of it for too long."""
    transport = one.transport
    # after an upgrade the websocket keeps watch itself, by pings
    if transport.is_closing() or transport.get_protocol() is not one:
        return
    now = one.loop.time()
    found, patience = _waits_for(one)
    if found != before:
        since = now
    elif patience is not None and now - since > patience:
        security.warning("Verbindung beendet: zu langsam (%s)", found[0])
        transport.abort()
        return
    one.loop.call_later(LOOK, _look, one, found, since)


def _waits_for(one: H11Protocol) -> tuple[tuple[str, object], float | None]:
    """What the server waits for with this connection, and for how many seconds at most; None: for nothing of theirs."""
    if one.flow.write_paused:
        # moves on with every byte that is taken
        return ("Antwort", one.transport.get_write_buffer_size()), READING
    theirs = one.conn.their_state
    if theirs is h11.SEND_BODY:
        return ("Inhalt", id(one.cycle)), BODY
    if theirs is h11.IDLE and one.timeout_keep_alive_task is None:
        return ("Kopf", id(one.cycle)), HEAD
    return ("", None), None


def watch_connections() -> None:
    """Bound the connections that are opened from now on, in number and patience, and let them send at once."""
    setattr(H11Protocol, "connection_made", _watched)  # noqa: B010 - its type is a method


#: bits of the window, and zlib's level of memory that goes with it
WINDOW, MEMORY = 14, 6


def _remembering(**asked: object) -> ServerPerMessageDeflateFactory:
    return ServerPerMessageDeflateFactory(
        server_max_window_bits=WINDOW, client_max_window_bits=12, compress_settings={"memLevel": MEMORY}
    )


def remember_a_run() -> None:
    """Give websockets opened from now on a window that holds the previous run."""
    setattr(websockets_sansio_impl, "ServerPerMessageDeflateFactory", _remembering)  # noqa: B010 - its type is a class
