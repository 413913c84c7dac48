"""The steps of the container file without a container: an account of its own without rights, a read-only installation.

Both lie at paths with spaces, umlauts and quotes. The app starts, answers, and writes nowhere but into ``ZWK_HOME`` and
the temporary folder. A second one on the same home reads, and says why it does no more.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.kit import copy_product, copy_running_python, interpreter

pytestmark = [pytest.mark.attack, pytest.mark.skipif(sys.platform == "win32", reason="accounts and modes of Unix")]
#: an account that owns nothing on this machine; taken where the tests run as root, as they do in a container
NOBODY = 64_321
PACKAGES = Path(sysconfig.get_path("purelib"))


@dataclass
class Installation:
    """``program`` and ``python`` are read-only; ``home`` and ``temporary`` are its account's own."""

    program: Path
    python: Path
    home: Path
    temporary: Path

    def start(self, port: int) -> subprocess.Popen[bytes]:
        """One server, its log beside the home."""
        environment = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{self.program}:{PACKAGES}",
            "LD_LIBRARY_PATH": str(self.python / "lib"),
            "HOME": "/nonexistent",
            "TMPDIR": str(self.temporary),
            "ZWK_HOME": str(self.home),
            "ZWK_DATA": "demo",
            "ZWK_LOG": "json",
        }
        call = [str(interpreter(self.python)), "-m", "streamlit", "run", "dashboard.py", "--server.headless", "true"]
        identity = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        with self.log(port).open("wb") as out:
            return subprocess.Popen(
                [*call, "--server.port", str(port)],
                cwd=self.program,
                env=environment,
                stdout=out,
                stderr=out,
                umask=0o077,
                **identity,
            )

    def log(self, port: int) -> Path:
        return self.program.parent / f"{port}.txt"


@pytest.fixture
def installation(stores: Path) -> Iterator[Installation]:
    if os.geteuid() == 0 and not all(folder.stat().st_mode & 0o001 for folder in (PACKAGES, *PACKAGES.parents)):
        pytest.skip("another account can't reach the packages of this Python")
    # pytest's own folders are closed to other accounts
    with tempfile.TemporaryDirectory(prefix="zwk ") as name:
        root = Path(name) / "Öffentliche Verwaltung 'Süd' (neu)"
        made = Installation(root / "Programm & Daten", root / "python", root / "Ablage für Ä, Ö", root / "kurz")
        copy_product(made.program)
        made.program = made.program / "programm"
        # this Python itself may be out of reach for other accounts
        copy_running_python(made.python)
        for folder in (made.home, made.temporary):
            folder.mkdir()
        for file in stores.glob("warehouse*.duckdb"):
            shutil.copyfile(file, made.home / file.name)
        for folder, _, files in os.walk(name):
            inside = Path(folder)
            inside.chmod(0o555 if inside.is_relative_to(made.program) else 0o755)
            for file in files:
                (inside / file).chmod(0o555 if inside.name == "bin" else 0o444)
        for own in (made.home, made.temporary, *made.home.iterdir()):
            own.chmod(0o700)
            if os.geteuid() == 0:
                os.chown(own, NOBODY, NOBODY)
        yield made
        for folder, _, _ in os.walk(name):
            Path(folder).chmod(0o755)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answer(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as found:
            return found.status, found.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError:
        return 0, ""


def wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + 120
    while answer(port, "/ready")[0] != 200:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < end, (answer(port, "/ready"), log.read_text(encoding="utf-8"))
        time.sleep(0.5)


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(file): (file.stat().st_size, file.stat().st_mtime_ns) for file in folder.rglob("*")}


def left_by_nobody() -> list[str]:
    """What that account has left in folders where everybody may write."""
    public = [folder for folder in (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm")) if folder.is_dir()]
    return [str(one) for folder in public for one in folder.iterdir() if one.lstat().st_uid == NOBODY]


@pytest.mark.slow
def test_it_runs_without_rights_on_a_read_only_installation_at_an_odd_path(installation: Installation) -> None:
    before = snapshot(installation.program)
    first, second = free_port(), free_port()
    running = [installation.start(first)]
    try:
        wait_until_ready(running[0], first, installation.log(first))
        status, page = answer(first, "/kommune")
        assert (status, "<html" in page) == (200, True)
        assert json.loads(answer(first, "/ready")[1])["checks"] == {"warehouse": True, "store": True}
        running.append(installation.start(second))
        wait_until_ready(running[1], second, installation.log(second))
        assert "Hier kann nur gelesen werden" in installation.log(second).read_text(encoding="utf-8")
    finally:
        for one in running:
            one.send_signal(signal.SIGTERM)
        ended = [one.wait(20) for one in running]
    assert set(ended) <= {0, -signal.SIGTERM}
    assert snapshot(installation.program) == before
    assert (installation.home / "programme-demo.duckdb").is_file()
    open_to_others = [file.name for file in installation.home.rglob("*") if file.stat().st_mode & 0o077]
    assert open_to_others == []
    assert left_by_nobody() == []
    for line in installation.log(first).read_text(encoding="utf-8").splitlines():
        if line.startswith("{"):
            assert "Traceback" not in json.loads(line)["text"]
