"""The servers under test: started on a free port with an environment of their own, stopped by their process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import psutil

ROOT = Path(__file__).resolve().parent.parent
APPS = Path(__file__).resolve().parent / "apps"
PORTS = range(8710, 8740)
START_SECONDS = 90


#: how each kind of app is started: the module, and what follows the name of the script
STREAMLIT = ("streamlit run", "--server.port={port} --server.headless=true --server.address=127.0.0.1")
PANEL = ("panel serve", "--port={port} --address=127.0.0.1 --warm")
#: one process, as the others have; threads, because gunicorn would otherwise serve one file at a time
GUNICORN = ("gunicorn", "--bind=127.0.0.1:{port} --workers=1 --threads=8")
Wanted = Literal["map", "picture", "chart", "page"]


@dataclass(frozen=True)
class App:
    """One app: its script, where it starts, and when the page measured is drawn.

    ``wanted``: its map stands there, its first picture or Plotly's first chart does, or its heading with the script run
    finished.
    ``control``: how the select box of the map is found. ``kind``: Streamlit's can be asked without a browser.
    """

    name: str
    script: Path
    path: str = "/"
    wanted: Wanted = "map"
    #: the product starts in the repository, for its settings; Streamlit's others in an empty folder, with its defaults
    folder: Path | None = None
    options: tuple[str, ...] = ()
    kind: tuple[str, str] = STREAMLIT
    control: str = 'role=combobox[name="Kennzahl"]'

    @property
    def command(self) -> tuple[str, ...]:
        """How its server is started, without what follows."""
        return (sys.executable, "-m", *self.kind[0].split())

    def arguments(self, port: int) -> list[str]:
        """What follows."""
        script = f"{self.script.stem}:server" if self.kind == GUNICORN else str(self.script)
        return [script, *self.kind[1].format(port=port).split(), *self.options]


QUIET = ("--browser.gatherUsageStats=false",)
PRODUCT = App("product", ROOT / "dashboard.py", "/karte?ebene=kreise", folder=ROOT)
DASH = App("dash", APPS / "dash_map.py", folder=APPS, kind=GUNICORN, control="#indicator")
PANEL_PLOTLY = App("panel", APPS / "panel_map.py", "/panel_map", folder=APPS, kind=PANEL, control="select")
PANEL_BOKEH = App("bokeh", APPS / "bokeh_map.py", "/bokeh_map", folder=APPS, kind=PANEL, control="select")
PLAIN = App("plain", APPS / "plain.py", options=QUIET)
# with the product's setting for garbage collection: with Streamlit's own, the floor would be higher than ours
EMPTY = App("empty", APPS / "empty.py", wanted="page", options=(*QUIET, "--runner.postScriptGC=false"))
# neither does the product watch its files for changes, which is most of what an empty page costs the server
BARE = replace(EMPTY, name="bare", options=(*EMPTY.options, "--server.fileWatcherType=none"))

#: the first page, drawn when its heading shows and its script run is finished, as the empty page is
LAGE = replace(PRODUCT, path="/", wanted="page")
#: pages of the product beside its map of the Kreise
GEMEINDEN = replace(PRODUCT, path="/karte?ebene=gemeinden")
PICTURES = {
    name: replace(PRODUCT, path=f"/{name}?kommune=riesa", wanted="picture")
    for name in ("demografie", "kommunalprofil", "zwischenbilanz")
}
#: until then a picture of the chart stands there
PICTURES["demografie_chart"] = replace(PICTURES["demografie"], wanted="chart")


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
    #: in place of the app's own
    command: tuple[str, ...] = ()
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        self.port = free_port()
        log = self.scratch / f"{self.app.name}-{self.port}.log"
        started = self.scratch / "cwd"
        started.mkdir(exist_ok=True)
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [*(self.command or self.app.command), *self.app.arguments(self.port)],
                cwd=self.app.folder or started,
                env={**os.environ, **self.environment},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
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

    def processes(self) -> list[psutil.Process]:
        """The server and its children."""
        top = psutil.Process(self.pid)
        return [top, *top.children(recursive=True)]

    def memory(self) -> int:
        """Resident bytes of the server and its children."""
        return sum(process.memory_info().rss for process in self.processes())

    def _wait(self, log: Path) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"{self.app.name} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            try:
                with urllib.request.urlopen(self.url, timeout=START_SECONDS):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"{self.app.name} did not answer within {START_SECONDS} s")
