"""Phones at an event: how they reach it (where the app or the guest door can be found, QR codes that lead there), and
plain HTML pages for them, guarded against guessing and flooding.

Few wrong codes per minute, small bodies, posts only from our own pages. QR codes are SVG: sharp at any size, and
nothing to fetch.
"""

from __future__ import annotations

import base64
import hmac
import ipaddress
import logging
import os
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qs, urlsplit

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from zwk_data import settings
from zwk_data.display import memory
from zwk_data.display.playlist import Playlist
from zwk_data.errors import ZwkError
from zwk_data.room import addresses
from zwk_data.web.kit.markup import render

#: the presenter's page and the guests'
REMOTE, GREETING = "/fernbedienung", "/gruss"


@dataclass(frozen=True)
class Reach:
    """Addresses of the server, "" where there is none: ``app`` for the whole app, ``guests`` for the guest pages."""

    app: str
    guests: str


def reach(wanted: Playlist, origin: str) -> Reach:
    """How phones reach ``wanted``; ``origin``: the address of the present request, as ``http://host:port``."""
    outside = wanted.address or addresses.outside(origin)
    if outside:
        return Reach(outside + settings.address(), outside + settings.address())
    door = memory.door(wanted.event)
    if door is None or door.port is None:
        return Reach("", "")
    return Reach("", addresses.door_origin(door.address, door.port))


@lru_cache(maxsize=32)
def qr_svg(address: str) -> Markup:
    """A QR code as SVG without a background; screen readers hear where it leads."""
    made = _qr_code(address, border=0, dark="#16202a", light=None)
    label = Markup.escape(f"QR-Code: {address}")
    return Markup(made.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1))  # noqa: S704 - segno's own drawing


@lru_cache(maxsize=64)
def qr_picture(address: str) -> str:
    """A QR code on white with a margin, as the address of its own picture (``data:``)."""
    made = _qr_code(address, border=2, dark="#1f2933", light="#fff")
    made = made.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"data:image/svg+xml;base64,{base64.b64encode(made.encode()).decode()}"


def _qr_code(address: str, **look: Any) -> str:
    return str(segno.make(address, error="m", micro=False).svg_inline(omitsize=True, **look))


#: refusals, lockouts and logins, without a word about a person
security = logging.getLogger("zwk_data.sicherheit")
NO_STORE = {"Cache-Control": "no-store"}
TOO_LARGE = "Diese Eingabe ist zu groß. Bitte laden Sie die Seite neu."
Endpoint = Callable[[Request], Awaitable[Response]]


def answer(
    template: str, values: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A phone's page from a template such as ``mitmachen/warten``, filled with ``values`` and defaults."""
    usual = {"fehler": "", "code": "", "stand": "", "demo": settings.dataset() == "demo"}
    return HTMLResponse(render(template, **{**usual, **values}), status, NO_STORE | dict(headers or {}))


def set_cookie(request: Request, given: Response, name: str, value: str, seconds: int, path: str) -> None:
    """Let the browser keep ``value``, for requests from our own pages under ``path`` only."""
    secure = request.url.scheme == "https"
    given.set_cookie(name, value, seconds, path=path, secure=secure, httponly=True, samesite="lax")


def with_notice(endpoint: Endpoint, notice: Callable[[str, int], Response]) -> Endpoint:
    """Answer a ZwkError with a page that shows its German sentence."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ZwkError as error:
            return notice(str(error), 503)

    return answered


#: largest form (bytes) and most fields in it; wrong codes allowed per address within a span (seconds); addresses
#: remembered
LARGEST, FIELDS, WRONG, SPAN, ADDRESSES = 2048, 20, 30, 60, 2000


class Often:
    """What an address has done lately, counted: ``most`` times within ``span`` seconds. Memory is bounded; thread-safe.

    ``what`` stands in the log when an address has reached it.
    """

    def __init__(self, what: str, most: int, span: float) -> None:
        self._what, self._most, self._span = what, most, span
        self._lock = threading.Lock()
        self._times: OrderedDict[str, list[float]] = OrderedDict()

    def too_many(self, address: str) -> bool:
        """Whether the address has done it so often lately that it has to wait."""
        with self._lock:
            return len(self._recent(address)) >= self._most

    def note(self, address: str) -> None:
        """Note that the address has done it."""
        with self._lock:
            before = self._recent(address)
            self._times[address] = [*before, time.monotonic()][-self._most :]
            self._times.move_to_end(address)
            if len(self._times) > ADDRESSES:
                self._times.popitem(last=False)
        if len(before) == self._most - 1:
            security.warning("Sperre für %d s: %s", self._span, self._what)

    def _recent(self, key: str) -> list[float]:
        oldest = time.monotonic() - self._span
        return [at for at in self._times.get(key, []) if at > oldest]


class WrongCodes(Often):
    """Wrong codes by address."""

    def __init__(self) -> None:
        super().__init__("zu viele falsche Codes von einer Adresse", WRONG, SPAN)


def sender(request: Request) -> str:
    """What a request is counted by: its address, of IPv6 the network.

    Uvicorn believes this machine itself when it names another address (X-Forwarded-For); whoever reaches the server
    directly could so be somebody else each time. We believe it only where FORWARDED_ALLOW_IPS says that a proxy
    stands there; else all that comes with such a word is counted together.
    """
    if "x-forwarded-for" in request.headers and not os.environ.get("FORWARDED_ALLOW_IPS"):
        return "proxy"
    return network(request.client.host if request.client else "")


def new_ticket(key: bytes, place: str) -> str:
    """A random word that only a server with ``key`` can have given out, for one ``place`` (a session, a code)."""
    word = secrets.token_urlsafe(18)
    return f"{word}.{_sealed(key, place, word)}"


def is_ticket(key: bytes, place: str, given: str) -> bool:
    """Whether ``given`` is a ticket for the place, given out by a server with the key."""
    word, _, seal = given.partition(".")
    if not re.fullmatch(r"[\w\-]{24}", word, re.ASCII):
        return False
    return hmac.compare_digest(seal.encode("utf-8", "replace"), _sealed(key, place, word).encode())


def _sealed(key: bytes, place: str, word: str) -> str:
    return blake2b(f"{place}:{word}".encode(), key=key, digest_size=16, person=b"zwk-ticket").hexdigest()


def network(address: str) -> str:
    """The address to count by: of IPv6 the network, as one machine there has as many addresses as it likes."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if given.version == 6 else address


async def form(request: Request) -> dict[str, str] | None:
    """The fields of a posted form, the last of each name; None if it is larger, or has more, than any form of ours."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            return None
    try:
        found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        return None
    return {name: values[-1] for name, values in found.items()}


def from_elsewhere(request: Request) -> bool:
    """Whether a post came from another site's page; old browsers that don't say are trusted.

    ``Origin: null`` is what a frame without rights says, or a page opened from a file: never ours.
    """
    site, origin = request.headers.get("sec-fetch-site", "none"), request.headers.get("origin", "")
    if site not in ("same-origin", "none"):
        return True
    if origin == "null":
        return site != "same-origin"
    return origin != "" and urlsplit(origin).netloc != request.headers.get("host", "")
