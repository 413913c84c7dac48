"""A page in a Chromium of its own that is asked only when something is to be known.

An inspector that stays attached keeps copies of what the page fetches, so that its memory grows; ours comes and goes.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import time
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import psutil
import websockets

from benchmarks.browser import chromium

#: as a kiosk would be started; the picture is drawn without a graphics card
ARGUMENTS = (
    "--headless=new",
    "--kiosk",
    "--window-size=1920,1080",
    "--no-sandbox",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
START_SECONDS = 30
Send = Callable[..., Awaitable[dict[str, Any]]]


class Tab:
    """The page that was opened; ``process`` is its browser."""

    def __init__(self, process: psutil.Process, socket: str) -> None:
        self.process, self._socket = process, socket

    @asynccontextmanager
    async def asked(self) -> AsyncIterator[Send]:
        """``await send("Runtime.evaluate", expression=…)`` in a session that ends with the block."""
        numbers = itertools.count(1)
        async with websockets.connect(self._socket, max_size=None) as socket:

            async def send(method: str, **params: Any) -> dict[str, Any]:
                number = next(numbers)
                await socket.send(json.dumps({"id": number, "method": method, "params": params}))
                while True:
                    told = json.loads(await socket.recv())
                    if told.get("id") == number:
                        if "error" in told:
                            raise RuntimeError(f"{method}: {told['error']}")
                        return dict(told["result"])

            yield send

    def renderer_mb(self) -> float:
        """Resident megabytes of the process that draws the page."""
        found = [one for one in self.process.children(recursive=True) if "--type=renderer" in " ".join(one.cmdline())]
        return float(max((one.memory_info().rss for one in found), default=0) / 1e6)


@contextmanager
def opened(url: str, profile: Path) -> Iterator[Tab]:
    """Start Chromium on ``url``; RuntimeError if it does not come up."""
    process = subprocess.Popen(
        [chromium(), *ARGUMENTS, f"--user-data-dir={profile}", url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Tab(psutil.Process(process.pid), _socket(profile / "DevToolsActivePort"))
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _socket(file: Path) -> str:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if file.is_file() and file.read_text():
            port = file.read_text().splitlines()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=5) as answer:
                pages = [one for one in json.load(answer) if one["type"] == "page"]
            if pages:
                return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(0.2)
    raise RuntimeError("Chromium did not come up")
