"""Sessions without a browser: what a server does for a session, apart from what Chromium does to draw it."""

from __future__ import annotations

import asyncio
import re
import time
import urllib.request
from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

RUN_SECONDS = 120
#: what a map names and a browser fetches at once: borders, values, points
FETCHED = re.compile(rb'"(?:grob|values|points)": ?"(/geo/[^"]+)"')


def connect(netloc: str, compression: str | None = "deflate") -> websockets.connect:
    """The websocket of a new session, for ``async with``; without ``compression`` messages are sent as they are."""
    return websockets.connect(
        f"ws://{netloc}/_stcore/stream",
        subprotocols=[websockets.Subprotocol("streamlit")],
        max_size=None,
        open_timeout=RUN_SECONDS,
        compression=compression,
    )


async def run(socket: websockets.ClientConnection, page: str, query: str) -> AsyncGenerator[bytes, None]:
    """Have the script of a page run once; yields the server's messages as they come, up to „script finished“."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = page
    await socket.send(message.SerializeToString())
    async with asyncio.timeout(RUN_SECONDS):
        async for raw in socket:
            data = raw.encode() if isinstance(raw, str) else raw
            yield data
            if ForwardMsg.FromString(data).WhichOneof("type") == "script_finished":
                return


async def session(url: str) -> list[str]:
    """Open the page as a browser would: HTML, websocket, one run of the script, what its map fetches.

    Returns the addresses of that, in alphabetical order.
    """
    parts = urlsplit(url)
    await asyncio.to_thread(_get, url)
    layers = set[bytes]()
    async with connect(parts.netloc) as socket:
        async for data in run(socket, parts.path.strip("/"), parts.query):
            layers.update(FETCHED.findall(data))
        found = [f"http://{parts.netloc}{layer.decode()}" for layer in sorted(layers)]
        for layer in found:
            await asyncio.to_thread(_get, layer)
    return found


async def at_once(url: str, n: int) -> float:
    """Seconds until ``n`` sessions that open at the same moment are all served."""
    begin = time.perf_counter()
    await asyncio.gather(*(session(url) for _ in range(n)))
    return time.perf_counter() - begin


def _get(url: str) -> None:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip"})
    with urllib.request.urlopen(request, timeout=RUN_SECONDS) as answer:
        answer.read()
