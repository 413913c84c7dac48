"""A real server for each data set and a real Chromium; every page is watched for foreign requests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from zwk_data.paths import ROOT

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

#: maps need WebGL, which a machine without a screen draws in software
ARGUMENTS = ["--no-sandbox", "--use-gl=swiftshader", "--enable-webgl", "--ignore-gpu-blocklist"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def settled(page: object) -> None:
    """Wait until the app has nothing more to say."""
    page.wait_for_timeout(400)  # type: ignore[attr-defined]
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def serve(stores: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """``serve("public")`` starts the app once per data set and returns its address."""
    running: dict[str, tuple[subprocess.Popen[bytes], str]] = {}

    def start(dataset: str) -> str:
        if dataset not in running:
            url = f"http://127.0.0.1:{(port := _free_port())}"
            log = (tmp_path_factory.mktemp("log") / f"{dataset}.txt").open("wb")
            options = ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"]
            process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard.py"), *options],
                cwd=ROOT,
                env={**os.environ, "ZWK_HOME": str(stores), "ZWK_DATA": dataset},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            running[dataset] = (process, url)
            deadline = time.monotonic() + 90
            while not _answers(url):
                assert process.poll() is None, Path(log.name).read_text(encoding="utf-8")
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.3)
        return running[dataset][1]

    yield start
    for process, _ in running.values():
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser, the system's own where there is one."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(serve: Callable[[str], str], chromium: object) -> Iterator[Callable[..., object]]:
    """``visit("/stufen", width=390, height=844, dataset="demo")`` opens a page in a fresh browser, drawn to its end.

    After the test: no request may have gone to another host.
    """
    contexts = []
    foreign: list[str] = []

    def opened(path: str, *, width: int = 1440, height: int = 900, dataset: str = "public") -> object:
        base = serve(dataset)
        context = chromium.new_context(  # type: ignore[attr-defined]
            viewport={"width": width, "height": height}, locale="de-DE", bypass_csp=True
        )
        contexts.append(context)
        page = context.new_page()
        own = (base, base.replace("http", "ws"), "data:", "blob:")
        page.on("request", lambda request: None if request.url.startswith(own) else foreign.append(request.url))
        page.goto(base + path)
        page.wait_for_selector("h1", timeout=90_000)
        settled(page)
        return page

    opened.settled = settled  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        context.close()
    assert foreign == []


@pytest.fixture(scope="session")
def complaints() -> Callable[[object], list[str]]:
    """``complaints(page)``: what axe finds wrong, as „rule: element“, and English words of Streamlit's left visible."""
    from axe_playwright_python.sync_playwright import Axe

    english = ("Choose", "Select", "No results", "Press", "Loading", "Running", "Show", "Fullscreen", "Error")

    def find(page: object) -> list[str]:
        found = Axe().run(page).response["violations"]
        text = page.locator("body").inner_text()  # type: ignore[attr-defined]
        return [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found] + [w for w in english if w in text]

    return find
