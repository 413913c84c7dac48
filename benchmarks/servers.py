"""The servers under test: started on a free port with an environment of their own, stopped by their process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
APPS = Path(__file__).resolve().parent / "apps"
PORTS = range(8710, 8740)
START_SECONDS = 90


@dataclass(frozen=True)
class App:
    """One app: its script, where it starts, the page measured, whether that page is a map."""

    name: str
    script: Path
    path: str = "/"
    map: bool = True
    #: the product starts in the repository, for its settings; the others in an empty folder, with Streamlit's defaults
    folder: Path | None = None
    options: tuple[str, ...] = ()


PRODUCT = App("product", ROOT / "dashboard.py", "/karte?ebene=kreise", folder=ROOT)
PLAIN = App("plain", APPS / "plain.py", options=("--browser.gatherUsageStats", "false"))
EMPTY = App("empty", APPS / "empty.py", map=False, options=("--browser.gatherUsageStats", "false"))


def free_port() -> int:
    """A port of ours on which nobody listens; RuntimeError if all are taken."""
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port in {PORTS.start}–{PORTS.stop - 1}")


@dataclass
class Server:
    """A running app; use as a context manager."""

    app: App
    scratch: Path
    environment: dict[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = (sys.executable, "-m", "streamlit", "run")
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.port = free_port()
        log = self.scratch / f"{self.app.name}-{self.port}.log"
        started = self.scratch / "cwd"
        started.mkdir(exist_ok=True)
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [
                    *self.command, str(self.app.script), "--server.port", str(self.port), "--server.headless", "true",
                    "--server.address", "127.0.0.1", *self.app.options,
                ],
                cwd=self.app.folder or started,
                env={**os.environ, **self.environment},
                stdout=out,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        try:
            self._wait(log)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.app.path}"

    @property
    def pid(self) -> int:
        """The server's process."""
        if self._process is None:
            raise RuntimeError("the server is not running")
        return self._process.pid

    def memory(self) -> int:
        """Resident bytes of the server and its children."""
        top = psutil.Process(self.pid)
        return sum(process.memory_info().rss for process in (top, *top.children(recursive=True)))

    def _wait(self, log: Path) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"{self.app.name} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"{self.app.name} did not answer within {START_SECONDS} s")
