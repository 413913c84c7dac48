"""The app in a process of its own: started on a free port, asked whether it answers, ended by its process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zwk_data.settings import ROOT

_RUN = ("run", "dashboard.py", "--server.port", "{port}", "--server.address", "127.0.0.1", "--server.headless", "true")
STREAMLIT = (sys.executable, "-m", "streamlit", *_RUN)
#: the same without what a server computes ahead for later visitors, for one that few tests ask
STREAMLIT_FOR_FEW = (
    *(
        sys.executable,
        "-c",
        "import runpy; from zwk_data.web.shell import start; start.HEAD_START = 1e6; "
        "runpy.run_module('streamlit', run_name='__main__', alter_sys=True)",
    ),
    *_RUN,
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Server:
    """A running app: its port, its process, its log so far."""

    port: int
    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def wait_until(self, path: str, seconds: float = 120) -> None:
        """Until it answers ``path`` with 200: ``/health`` as soon as it listens, a wall as soon as its stores stand."""
        end = time.monotonic() + seconds
        while not self._answers(path):
            assert self.process.poll() is None, self.log
            assert time.monotonic() < end, f"the server does not answer\n{self.log}"
            time.sleep(0.2)

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=60) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()


def launch(
    logs: Path, environment: Mapping[str, str], *, port: int = 0, command: Sequence[str] | None = None
) -> Server:
    """``streamlit run dashboard.py`` on ``port`` or a free one, or ``command`` with {port} in it; returns at once."""
    port = port or free_port()
    log = logs / f"app-{port}.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command or STREAMLIT],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    return Server(port, process, log)
