"""Plain HTML pages for walls and phones: their templates, and how an answer is made of one.

Against guessing codes and against flooding: few wrong codes a minute, small bodies, posts from our own pages.
"""

from __future__ import annotations

import ipaddress
import re
import textwrap
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import lru_cache, wraps
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from zwk_data import settings
from zwk_data.errors import ZwkError
from zwk_data.web.kit import assets

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
NO_STORE = {"Cache-Control": "no-store"}
TOO_LARGE = "Diese Eingabe ist zu groß. Bitte laden Sie die Seite neu."
Endpoint = Callable[[Request], Awaitable[Response]]


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates that escape everything they are given, and refuse what they are not given."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = assets.url
    made.filters["wort"] = longest_word
    made.filters["trennbar"] = breakable
    made.filters["zeilen"] = lines
    return made


def longest_word(text: str) -> int:
    """Letters of the longest piece that no line may break: headings are as large as it allows."""
    return max((len(piece) for piece in re.findall(r"[^\s/-]+[/-]?", text)), default=1)


def lines(texts: Iterable[str], letters: int) -> int:
    """Lines that texts, each of its own, need where a line has so many letters: type is as large as they allow."""
    return sum(len(textwrap.wrap(text, letters)) for text in texts)


def breakable(text: str) -> str:
    """With a place to break a line after each stroke, as browsers see none there."""
    return text.replace("/", "/\u200b")


def answer(
    template: str, told: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A phone's page, e.g. ``mitmachen/warten``, with what it is told; without fault, code and state unless told."""
    usual = {"fehler": "", "code": "", "stand": "", "demo": settings.dataset() == "demo"}
    html = environment().get_template(f"{template}.html").render({**usual, **told})
    return HTMLResponse(html, status, NO_STORE | dict(headers or {}))


def with_notice(endpoint: Endpoint, notice: Callable[[str, int], Response]) -> Endpoint:
    """An expected fault as a page with its German sentence."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ZwkError as error:
            return notice(str(error), 503)

    return answered


#: bytes of a form; wrong codes of one address in a time (seconds); addresses remembered
LARGEST, WRONG, SPAN, ADDRESSES = 2048, 30, 60, 2000


class WrongCodes:
    """Counts wrong codes by address. Memory is bounded; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: OrderedDict[str, list[float]] = OrderedDict()

    def too_many(self, address: str) -> bool:
        """Has the address been wrong so often lately that it has to wait?"""
        with self._lock:
            return len(self._recent(_network(address))) >= WRONG

    def note(self, address: str) -> None:
        """The address was wrong."""
        key = _network(address)
        with self._lock:
            self._times[key] = [*self._recent(key), time.monotonic()][-WRONG:]
            self._times.move_to_end(key)
            if len(self._times) > ADDRESSES:
                self._times.popitem(last=False)

    def _recent(self, key: str) -> list[float]:
        oldest = time.monotonic() - SPAN
        return [at for at in self._times.get(key, []) if at > oldest]


def _network(address: str) -> str:
    """An IPv6 machine has as many addresses as it likes: its network counts."""
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
    """Was a post sent by another site's page? Old browsers that do not say are believed."""
    site, origin = request.headers.get("sec-fetch-site", "none"), request.headers.get("origin", "")
    if site not in ("same-origin", "none"):
        return True
    return origin not in ("", "null") and urlsplit(origin).netloc != request.headers.get("host", "")
