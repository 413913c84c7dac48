"""Plain HTML pages for phones, guarded against guessing and flooding.

Few wrong codes per minute, small bodies, posts only from our own pages.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.web.kit.templates import render

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


#: largest form (bytes); wrong codes allowed per address within a span (seconds); addresses remembered
LARGEST, WRONG, SPAN, ADDRESSES = 2048, 30, 60, 2000


class WrongCodes:
    """Counts wrong codes by address. Memory is bounded; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: OrderedDict[str, list[float]] = OrderedDict()

    def too_many(self, address: str) -> bool:
        """Whether the address has sent so many wrong codes lately that it has to wait."""
        with self._lock:
            return len(self._recent(network_of(address))) >= WRONG

    def note(self, address: str) -> None:
        """Note a wrong code from the address."""
        key = network_of(address)
        with self._lock:
            self._times[key] = [*self._recent(key), time.monotonic()][-WRONG:]
            self._times.move_to_end(key)
            if len(self._times) > ADDRESSES:
                self._times.popitem(last=False)

    def _recent(self, key: str) -> list[float]:
        oldest = time.monotonic() - SPAN
        return [at for at in self._times.get(key, []) if at > oldest]


def network_of(address: str) -> str:
    """The address to count by: of IPv6 the network, as one machine there has as many addresses as it likes."""
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if given.version == 6 else address


async def form(request: Request) -> dict[str, str] | None:
    """The fields of a posted form, the last of each name; None if it is larger than any form of ours."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            return None
    found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[-1] for name, values in found.items()}


def from_elsewhere(request: Request) -> bool:
    """Whether a post came from another site's page; old browsers that don't say are trusted."""
    site, origin = request.headers.get("sec-fetch-site", "none"), request.headers.get("origin", "")
    if site not in ("same-origin", "none"):
        return True
    return origin not in ("", "null") and urlsplit(origin).netloc != request.headers.get("host", "")
