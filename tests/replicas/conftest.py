"""Three app processes on one PostgreSQL, behind nginx with the configuration that the documents give."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.postgres_server import PostgresServer, free_port, missing
from zwk_data import seed
from zwk_data.display import kept_files, memory
from zwk_data.room import sessions
from zwk_data.settings import ROOT
from zwk_data.stores import connection
from zwk_data.stores import postgres as engine

NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)


@dataclass
class Replica:
    """One app process."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Cluster:
    """The replicas, their common address, their common server."""

    url: str
    postgres: PostgresServer
    replicas: list[Replica] = field(default_factory=list)

    def at(self, port: str) -> Replica:
        """The replica that nginx names (``127.0.0.1:8501``)."""
        return next(one for one in self.replicas if port.endswith(f":{one.port}"))


def start(port: int, folder: Path, environment: dict[str, str]) -> Replica:
    """One app process on ``port``; it answers a little later."""
    log = folder / f"replica-{port}.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port),
             "--server.address", "127.0.0.1", "--server.headless", "true"],
            cwd=ROOT, env={**os.environ, **environment}, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    return Replica(port, process, log)


def wait_until_ready(replica: Replica, seconds: float = 120) -> None:
    """Until it has opened its stores: before, a screen is asked to wait."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"{replica.url}/live-anzeige?embed=true", timeout=20) as answer:
                if answer.status == 200:
                    return
        except (OSError, urllib.error.HTTPError):
            pass
        assert replica.process.poll() is None, replica.log.read_text(errors="replace")
        assert time.monotonic() < end, replica.log.read_text(errors="replace")
        time.sleep(0.2)


@pytest.fixture(scope="module")
def cluster(stores: Path, postgres: PostgresServer) -> Iterator[Cluster]:
    if NGINX is None:
        missing("nginx")
    # as root nginx and PostgreSQL give up their rights, and pytest's folders are closed to others
    folder = Path(tempfile.mkdtemp(prefix="zwk-replicas-"))
    folder.chmod(0o755)
    warehouse = next(stores.glob("warehouse-*.duckdb"))
    environment = {
        "ZWK_STORE": postgres.database("replicas"),
        "ZWK_DATA": "demo",
        # who comes from another replica is known by the same signature
        "STREAMLIT_SERVER_COOKIE_SECRET": "one for all replicas",
    }
    ports = [free_port() for _ in range(3)]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        running: list[Replica] = []
        proxy = None
        try:
            for port in ports:
                home = folder / f"home-{port}"
                home.mkdir()
                (home / warehouse.name).symlink_to(warehouse)
                running.append(start(port, folder, {"ZWK_HOME": str(home)}))
            public = free_port()
            proxy = start_nginx(folder, public, ports)
            for one in running:
                wait_until_ready(one)
            # this process is a further one: it looks into the store
            patch.setenv("ZWK_HOME", str(stores))
            connection.close()
            engine._failed.clear()
            seed.ensure()
            yield Cluster(f"http://127.0.0.1:{public}", postgres, running)
        finally:
            connection.close()
            sessions.close_store()
            memory.close()
            kept_files.close()
            engine.forget_connections()
            for one in running:
                one.process.kill()
            if proxy:
                proxy.terminate()
                proxy.wait(10)
            shutil.rmtree(folder, ignore_errors=True)


def start_nginx(folder: Path, public: int, ports: list[int]) -> subprocess.Popen[bytes]:
    """nginx as docs/nginx-replicas.conf has it, with other ports, files in ``folder``, and a header that names it."""
    text = (ROOT / "docs" / "nginx-replicas.conf").read_text(encoding="utf-8")
    # as many as there are: the document shows three
    told = re.findall(r" *server 127\.0\.0\.1:\d+ .*\n", text)
    text = text.replace("".join(told), "".join(re.sub(r":\d+ ", f":{port} ", told[0]) for port in ports))
    text = text.replace("listen 8080", f"listen 127.0.0.1:{public}")
    text = text.replace("location / {", "location / {\n            add_header X-Replica $upstream_addr always;")
    places = "".join(
        f"    {name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = re.sub(r"http \{\n", f"http {{\n    access_log off;\n{places}", text)
    file = folder / "nginx.conf"
    file.write_text(f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\n{text}", encoding="utf-8")
    assert NGINX is not None
    return subprocess.Popen([NGINX, "-p", str(folder), "-c", str(file)], stderr=subprocess.DEVNULL)
