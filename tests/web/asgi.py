"""Ask an ASGI app without a server."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import brotli

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """``body`` as sent, ``text`` decoded."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        decode = {"br": brotli.decompress, "gzip": gzip.decompress}.get(self.headers.get("content-encoding", ""), bytes)
        return decode(self.body).decode()


def awaited(what: Coroutine[Any, Any, T]) -> T:
    """Its result, from a thread of its own.

    Playwright keeps an event loop running in the main thread as long as its browser is open, and there asyncio.run is
    refused: a test that calls it passes alone and fails behind a browser test.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, what).result()


def ask(app, path: str, *, method: str = "GET", host: str = "localhost:8501", **headers: str) -> Answer:
    """One request, ``path`` with its query; header names with underscores for hyphens."""
    path, _, query = path.partition("?")
    sent: list[dict] = []

    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict:
        for message in asked:
            return message
        return await asyncio.Future()  # the caller stays, and says nothing more

    async def send(message: dict) -> None:
        sent.append(message)

    named = [(b"host", host.encode())] + [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": named,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8501),
    }
    awaited(app(scope, receive, send))
    start = next(m for m in sent if m["type"] == "http.response.start")
    body = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
    return Answer(start["status"], {k.decode().lower(): v.decode() for k, v in start["headers"]}, body)
