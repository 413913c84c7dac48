"""Against guessing codes and against flooding: few wrong codes a minute, small bodies, posts from our own pages."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

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
