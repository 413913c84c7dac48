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

from tests.web.stream import States

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


async def run(
    socket: websockets.ClientConnection, page: str, query: str, states: States | None = None
) -> AsyncGenerator[bytes, None]:
    """Have the script of a page run, with these values of its widgets; yields the server's messages as they come.

    Up to „script finished“; a run that ends for another one, as after saving, is followed by that.
    """
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = page
    for one, (kind, value) in (states or {}).items():
        setattr(message.rerun_script.widget_states.widgets.add(id=one), kind, value)
    await socket.send(message.SerializeToString())
    async with asyncio.timeout(RUN_SECONDS):
        async for raw in socket:
            data = raw.encode() if isinstance(raw, str) else raw
            yield data
            heard = ForwardMsg.FromString(data)
            ended = heard.WhichOneof("type") == "script_finished"
            if ended and heard.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
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
