"""A PostgreSQL of its own in a temporary folder, where the machine has the server's programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.app_server import free_port

REQUIRED = os.environ.get("ZWK_REQUIRE_POSTGRES") == "1"


def missing(what: str) -> None:
    """Skip a test that lacks something, or fail where the gate requires it."""
    if REQUIRED:
        pytest.fail(f"{what} is missing, and ZWK_REQUIRE_POSTGRES=1 requires it")
    pytest.skip(f"{what} is not installed")


def programs() -> Path | None:
    """The folder of the newest server on this machine: Debian keeps it off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@dataclass
class PostgresServer:
    """A server that trusts everybody on this machine, for as long as the tests run."""

    folder: Path
    bin: Path
    port: int
    #: whether it waits for the disk as it does in real life
    durable: bool = False

    @property
    def address(self) -> str:
        return f"postgresql://zwk@127.0.0.1:{self.port}"

    def database(self, name: str, like: str = "template0") -> str:
        """The address of a new database: empty, or a copy of one that has no connections."""
        sql = f'CREATE DATABASE "{name}" TEMPLATE "{like}"'
        self._run("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "zwk", "-d", "postgres", "-qc", sql)
        return f"{self.address}/{name}"

    def make(self) -> None:
        self._run(
            "initdb", "-D", str(self.folder / "data"), "-U", "zwk", "--auth=trust", "-E", "UTF8", "--locale=C", "-N"
        )

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=60"
        options += "" if self.durable else " -c fsync=off"
        self._control("start", "-o", options, "-l", str(self.folder / "log"))

    def stop(self, how: str = "fast") -> None:
        self._control("stop", "-m", how)

    def _control(self, *words: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", *words)

    def _run(self, program: str, *words: str) -> None:
        # the server refuses to run as root
        user = "postgres" if os.geteuid() == 0 else None
        done = subprocess.run(
            [str(self.bin / program), *words],
            cwd=self.folder,
            user=user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server, started once; tests make databases of their own in it."""
    if not REQUIRED:
        pytest.importorskip("psycopg")
    found = programs()
    if found is None:
        missing("PostgreSQL")
    assert found is not None
    folder = Path(tempfile.mkdtemp(prefix="zwk-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    server = PostgresServer(folder, found, free_port())
    try:
        server.make()
        server.start()
        yield server
        server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
