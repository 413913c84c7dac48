"""The compression of a session's messages remembers the run before."""

from __future__ import annotations

import asyncio
import socket
from threading import Thread

import pytest
import uvicorn
import websockets
from uvicorn.protocols.websockets import websockets_sansio_impl
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory

from tests.web.asgi import awaited
from zwk_data.web.shell.middleware import WINDOW, remember_a_run


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch):
    """A server like ours, which says 11,000 bytes of noise whenever it is asked."""
    # given back after the test
    monkeypatch.setattr(websockets_sansio_impl, "ServerPerMessageDeflateFactory", ServerPerMessageDeflateFactory)
    remember_a_run()
    noise = "".join(chr(33 + (i * i * 7919 + i * 104_729) % 9973 % 90) for i in range(11_000))

    async def app(scope, receive, send) -> None:
        if scope["type"] != "websocket":
            return
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            await send({"type": "websocket.send", "text": noise})

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", ws="websockets-sansio", log_level="error"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"ws://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


async def asked_twice(address: str) -> tuple[int, list[int]]:
    """The window that was agreed on, and how many bytes each of two equal answers took."""
    for _ in range(50):
        try:
            connection = await websockets.connect(address)
            break
        except OSError:
            await asyncio.sleep(0.1)
    async with connection:
        (extension,) = connection.protocol.extensions
        assert isinstance(extension, PerMessageDeflate)
        taken: list[int] = []
        decode = extension.decode
        extension.decode = lambda frame, **options: (taken.append(len(frame.data)), decode(frame, **options))[1]
        answers = []
        for _ in range(2):
            taken.clear()
            await connection.send("noch einmal")
            await connection.recv()
            answers.append(sum(taken))
        return extension.remote_max_window_bits, answers


def test_what_was_said_before_costs_next_to_nothing(address: str) -> None:
    window, (first, second) = awaited(asked_twice(address))
    assert window == WINDOW
    assert second < 0.1 * first
