"""A relay between browser and server that counts every byte: what compression and framing really put on the wire."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from benchmarks.servers import free_port


@dataclass
class CountingProxy:
    """Relays TCP to ``target`` on 127.0.0.1; ``received`` counts bytes to the browser, ``sent`` those from it."""

    target: int
    port: int = 0
    received: int = 0
    sent: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def total(self) -> int:
        return self.received + self.sent

    async def __aenter__(self) -> CountingProxy:
        self.port = free_port()
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        with suppress(asyncio.CancelledError):
            await asyncio.gather(
                self._pump(reader, up_writer, outgoing=True), self._pump(up_reader, writer, outgoing=False)
            )

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, outgoing: bool) -> None:
        try:
            while data := await reader.read(1 << 16):
                if outgoing:
                    self.sent += len(data)
                else:
                    self.received += len(data)
                writer.write(data)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
