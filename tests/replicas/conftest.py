"""Three app processes on one PostgreSQL, behind nginx with the configuration that the documents give."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.app_server import STREAMLIT_FOR_FEW, Server, free_port, launch
from tests.postgres_server import PostgresServer, missing
from zwk_data import seed
from zwk_data.display import memory, playlist
from zwk_data.room import sessions
from zwk_data.settings import ROOT
from zwk_data.stores import connection
from zwk_data.stores import postgres as engine

NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)


@dataclass
class Cluster:
    """The replicas, their common address, their common server."""

    url: str
    postgres: PostgresServer
    replicas: list[Server] = field(default_factory=list)

    def at(self, port: str) -> Server:
        """The replica that nginx names (``127.0.0.1:8501``)."""
        return next(one for one in self.replicas if port.endswith(f":{one.port}"))


def wait_until_ready(replica: Server) -> None:
    """Until it says so itself, as it would to a balancer."""
    replica.wait_until("/ready")


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
        running: list[Server] = []
        proxy = None
        try:
            for port in ports:
                home = folder / f"home-{port}"
                home.mkdir()
                (home / warehouse.name).symlink_to(warehouse)
                running.append(start_replica(home, port))
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
            playlist.close_kept()
            engine.forget_connections()
            for one in running:
                one.process.kill()
            if proxy:
                proxy.terminate()
                proxy.wait(10)
            shutil.rmtree(folder, ignore_errors=True)


def start_replica(home: Path, port: int = 0) -> Server:
    """A replica with its files in ``home``, its log beside it; returns at once."""
    return launch(home.parent, {"ZWK_HOME": str(home)}, port=port, command=STREAMLIT_FOR_FEW)


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
