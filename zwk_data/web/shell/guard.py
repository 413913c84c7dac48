"""Which requests are answered: those of our own pages, under our own host names, with a file only where one is due.

Without a login anybody who reaches the server may do everything. So could a foreign page in the same browser, through a
host name that suddenly resolves to this machine (DNS rebinding) or from another port. Streamlit lets both pass while
``server.allowedHosts`` is empty.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import re
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.errors import StreamlitSecretNotFoundError
from streamlit.runtime import Runtime, exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string, generate_xsrf_token_string
from streamlit.web.server.starlette.starlette_routes import _ensure_xsrf_cookie
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME, XSRF_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks, is_host_allowed

from zwk_data.errors import ZwkError
from zwk_data.room.addresses import is_this_machine

#: refusals, lockouts and logins, without a word about a person
security = logging.getLogger("zwk_data.sicherheit")
#: answered under every host name, since health checks use none of ours
HEALTH = "/health"
#: usage figures, for this machine only
METRICS = "/_stcore/metrics"
SAFE = ("GET", "HEAD", "OPTIONS")
NOT_OURS = (
    "Unter dieser Adresse ist der ZWK-Monitor nicht eingerichtet. Bitte rufen Sie ihn unter seiner eigenen Adresse "
    "auf; weitere Adressen nennt die Einstellung server.allowedHosts."
)
FOREIGN_PAGE = "Diese Anfrage kam von einer fremden Seite und wurde abgewiesen."
FOREIGN_PAIR = "Diese Anfrage gehört nicht zu Ihrer Anmeldung. Bitte laden Sie die Seite neu."

UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+")
#: more than a server of ours has at once
MOST_SESSIONS = 10_000
#: bytes that the files of one session, and of all together, may take
PER_SESSION, TOGETHER = 25_000_000, 250_000_000
NOT_AWAITED = (
    "Hier wird gerade keine Datei erwartet. Bitte laden Sie die Seite neu und wählen Sie die Datei noch einmal."
)
TOO_MUCH = "Gerade werden zu viele Dateien hochgeladen. Bitte versuchen Sie es in einigen Minuten noch einmal."


def log_security_events() -> None:
    """Let events of security stand in the log of the server, logins too, whatever else is logged."""
    security.setLevel(logging.INFO)
    if not security.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        security.addHandler(handler)


@dataclass(frozen=True)
class OwnPages:
    """Refuses requests under a foreign host name, and changes requested by foreign pages."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = _refused(scope) if scope["type"] in ("http", "websocket") and scope["path"] != HEALTH else None
        if refused is None:
            await self.app(scope, receive, send)
        else:
            await _refuse(refused, scope, receive, send)


async def _refuse(refused: tuple[int, str], scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with status and sentence of a refusal, once what is being sent is there.

    A connection that is closed while bytes are still coming is torn down, and the answer with it.
    """
    # quoted, so that no path pretends to be a line of its own; its beginning alone, as codes stand further on
    security.warning("Abgewiesen: %s (%.60r)", refused[1], "/".join(scope["path"].split("/")[:2]))
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        more = await _read_away(receive, PER_SESSION)
        await PlainTextResponse(refused[1], refused[0], {"Connection": "close"} if more else None)(scope, receive, send)


async def _read_away(receive: Receive, most: int) -> bool:
    """Take in ``most`` bytes of a request; whether more is to come."""
    coming = True
    while coming and most > 0:
        message = await receive()
        most -= len(message.get("body", b""))
        coming = bool(message.get("more_body"))
    return coming


def _refused(scope: Scope) -> tuple[int, str] | None:
    """Status and sentence of a refusal."""
    headers = Headers(scope=scope)
    host, origin = headers.get("host", ""), headers.get("origin")
    if not is_own_name(host):
        return 421, NOT_OURS
    changes = scope["type"] == "websocket" or scope["method"] not in SAFE
    if changes and origin is not None and not _is_own_page(origin, host):
        return 403, FOREIGN_PAGE
    if scope["path"].endswith(METRICS) and not is_this_machine(_hostname(host)):
        return 404, "Diese Adresse gibt es hier nicht."
    return None


def is_own_name(host: str) -> bool:
    """Whether a Host header names this server.

    Always: the names of this machine itself, the host of the login's ``redirect_uri``, and ``server.allowedHosts``.
    Where that is empty also any IP address: a page that was lured here by DNS has a name.
    """
    name = _hostname(host)
    if not name:
        return False
    if is_this_machine(name) or name == _login_address()[1]:
        return True
    if config.get_option("server.allowedHosts"):
        return bool(is_host_allowed(host))
    return _is_ip(name) or name in _machine_names()


def _is_own_page(origin: str, host: str) -> bool:
    scheme, _, netloc = origin.partition("://")
    if scheme not in ("http", "https"):
        return False
    # a proxy may ask under another name than the browser did
    named = config.get_option("server.allowedHosts")
    is_named = bool(named) and "*" not in named and is_host_allowed(netloc)
    return netloc.lower() == host.lower() or is_named or _is_login_host(netloc)


def _hostname(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@cache
def _machine_names() -> frozenset[str]:
    # the short name: looking up the full one in the network would block every request
    name = socket.gethostname().lower()
    return frozenset({name, f"{name}.local"})


def read_secrets() -> Mapping[str, Any]:
    """What Streamlit's secrets.toml says, nothing without one. Raises ZwkError if it can't be read."""
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError as error:
        if error.error_id == "no-secrets-found":
            return {}
        told = "kein gültiges TOML oder ein falscher Pfad"
        raise ZwkError(f"secrets.toml lässt sich nicht lesen ({told}).") from error
    except (OSError, UnicodeDecodeError) as error:
        told = "fehlendes Leserecht oder keine UTF-8-Datei"
        raise ZwkError(f"secrets.toml lässt sich nicht lesen ({told}).") from error


def has_login() -> bool:
    """Whether a login is set up; secrets that can't be read count as one, as in ``login.login_setup``."""
    try:
        return "auth" in read_secrets()
    except ZwkError:
        return True


@cache
def _login_address() -> tuple[str, str]:
    """Scheme and host name of the login's ``redirect_uri``; both "" without a login."""
    try:
        address = str(read_secrets().get("auth", {}).get("redirect_uri", ""))
    except (ZwkError, AttributeError):
        address = ""
    parts = urlsplit(address)
    return (parts.scheme, parts.hostname) if parts.scheme and parts.hostname else ("", "")


def _is_login_host(netloc: str) -> bool:
    name = _hostname(netloc)
    return name != "" and name == _login_address()[1]


#: a year, as long as browsers are asked to come by TLS alone
HSTS = "max-age=31536000"


@dataclass(frozen=True)
class Encrypted:
    """Where the browser came by TLS: no cookie goes without it any more, and no request of the next year."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not is_encrypted(scope):
            await self.app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=[(name, _with_secure(name, text)) for name, text in message["headers"]])
                headers["Strict-Transport-Security"] = HSTS
                message = {**message, "headers": headers.raw}
            await send(message)

        await self.app(scope, receive, secured)


def is_encrypted(scope: Scope) -> bool:
    """Whether the browser came by TLS: to ourselves, or to the proxy in front of the login's address.

    What a proxy says of that is not needed: who logs in at ``https://…`` comes to that name by TLS only.
    """
    return scope["scheme"] in ("https", "wss") or (
        _login_address()[0] == "https" and _is_login_host(Headers(scope=scope).get("host", ""))
    )


def _with_secure(name: bytes, value: bytes) -> bytes:
    is_open = name.lower() == b"set-cookie" and b"secure" not in [one.strip().lower() for one in value.split(b";")]
    return value + b"; Secure" if is_open else value


@dataclass(frozen=True)
class Pairs:
    """Gives each browser its XSRF pair with its first page, and ties the pair to the login.

    Streamlit takes any pair, somebody else's too: whoever can plant cookies (a neighbour below the same domain) has
    one. And it gives another pair with each of a page's first requests, so that a first visitor's stream begins with
    another one than the browser keeps in the end.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
        own, brought = _secret_of_login(cookies), decode_xsrf_token_string(cookies.get(XSRF_COOKIE_NAME, ""))[0]
        is_foreign = own is not None and brought not in (None, own)
        changes = scope["type"] == "websocket" or scope["method"] not in SAFE
        if is_foreign and changes and scope["path"].startswith("/_stcore/"):
            # the page asks again, and is given its own first
            await _refuse((403, FOREIGN_PAIR), scope, receive, send)
            return
        if (brought is None or is_foreign) and not changes:
            scope = _with_pair(scope, generate_xsrf_token_string(own))
            send = partial(_send_with_pair, scope, send)
        await self.app(scope, receive, send)


def _secret_of_login(cookies: Mapping[str, str]) -> bytes | None:
    """What the XSRF pair of a login must hold; None without a login. The same on every replica."""
    login = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)
    return None if login is None else hmac.digest(get_cookie_secret().encode(), b"zwk-xsrf " + login, "sha256")[:16]


def _with_pair(scope: Scope, token: str) -> Scope:
    """As if the browser had brought this pair: Streamlit gives back what it was brought."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    headers["Cookie"] = "; ".join(filter(None, [headers.get("cookie", ""), f"{XSRF_COOKIE_NAME}={token}"]))
    return {**scope, "headers": headers.raw}


async def _send_with_pair(scope: Scope, send: Send, message: Message) -> None:
    if message["type"] == "http.response.start":
        headers = MutableHeaders(scope=message)
        if headers.get("content-type", "").startswith("text/html"):
            given = Response()
            _ensure_xsrf_cookie(Request(scope), given)
            for cookie in given.headers.getlist("set-cookie"):
                headers.append("Set-Cookie", cookie)
    await send(message)


#: what tells a browser: the secret of its XSRF cookie, and its login
Browser = tuple[bytes | None, str]


def _browser(cookies: Mapping[str, str]) -> Browser:
    return decode_xsrf_token_string(cookies.get(XSRF_COOKIE_NAME, ""))[0], cookies.get(USER_COOKIE_NAME, "")


class _Awaited:
    """The sessions that have drawn a field for a file, the newest last, each with its browser; bytes on their way."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.sessions: dict[str, Browser] = {}
        self.coming = 0


_awaited = _Awaited()


def await_file() -> None:
    """To be called where a page draws a field for a file: its session may send one, from the same browser."""
    context = get_script_run_ctx()
    if context is not None:
        browser = _browser(st.context.cookies)
        with _awaited.lock:
            _awaited.sessions.pop(context.session_id, None)
            _awaited.sessions[context.session_id] = browser
            if len(_awaited.sessions) > MOST_SESSIONS:
                del _awaited.sessions[next(iter(_awaited.sessions))]


@dataclass(frozen=True)
class Uploads:
    """Takes files from a session whose page awaited one, as long as there is room, and lets none but it drop them."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"] if scope["type"] == "http" else ""
        match = UPLOAD.search(scope["path"]) if method in ("PUT", "DELETE") else None
        if match is None or not exists():
            await self.app(scope, receive, send)
            return
        refused, size = _refused_file(match[1], method, Headers(scope=scope), get_instance())
        if refused is not None:
            await _refuse(refused, scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        finally:
            with _awaited.lock:
                _awaited.coming -= size


def _refused_file(session: str, method: str, headers: Headers, runtime: Runtime) -> tuple[tuple[int, str] | None, int]:
    """Why a file is refused (or its removal), or None and the bytes that are counted as on their way."""
    length = headers.get("content-length", "") if method == "PUT" else "0"
    if not length.isdecimal():
        return (411, NOT_AWAITED), 0
    size = int(length)
    with _awaited.lock:
        # whoever has overheard the name of a session is not yet its browser
        if _awaited.sessions.get(session) != _browser(cookie_parser(headers.get("cookie", ""))):
            return (403, NOT_AWAITED), 0
        own, together = _held(runtime, session)
        if own + size > PER_SESSION or together + _awaited.coming + size > TOGETHER:
            return (507, TOO_MUCH), 0
        _awaited.coming += size
        return None, size


def _held(runtime: Runtime, session: str) -> tuple[int, int]:
    """Bytes of the files kept for the session, and for all."""
    manager = runtime.uploaded_file_mgr
    if not isinstance(manager, MemoryUploadedFileManager):
        return 0, 0
    sizes = {
        one: sum(len(file.data) for file in list(files.values())) for one, files in list(manager.file_storage.items())
    }
    return sizes.get(session, 0), sum(sizes.values())
