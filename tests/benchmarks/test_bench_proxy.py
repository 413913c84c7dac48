"""The counting relay counts what went through it, in both directions, and passes it on unchanged."""

import asyncio

from benchmarks.proxy import CountingProxy
from tests.web.asgi import awaited


def test_every_byte_is_counted_and_passed_on():
    async def answer(reader, writer):
        writer.write((await reader.readexactly(5)).upper() * 3)
        await writer.drain()
        writer.close()

    async def talk():
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server, CountingProxy(server.sockets[0].getsockname()[1]) as proxy:
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(b"hello")
            received = await reader.read()
            writer.close()
            return received, proxy.sent, proxy.received, proxy.total

    found = awaited(talk())
    assert found == (b"HELLO" * 3, 5, 15, 20)
