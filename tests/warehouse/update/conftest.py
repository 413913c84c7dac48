"""A home with a built warehouse of its own for each test, and a web service on this machine."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_double import PASSWORD, USER, Service, running

from zwk_data.stores import connection
from zwk_data.warehouse.update.service import Places


@pytest.fixture(scope="session")
def places() -> Places:
    """The register, read once."""
    return Places()


@pytest.fixture
def own_home(stores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own with the built stores, which nothing writes into: second names of the same files do."""
    home = tmp_path / "home"
    home.mkdir()
    for store in stores.glob("*.duckdb"):
        (home / store.name).hardlink_to(store)
    connection.close()
    monkeypatch.setenv("ZWK_HOME", str(home))
    yield home
    connection.close()


@pytest.fixture(scope="session")
def pystatis_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pystatis, which writes its settings where HOME is when it is imported first: not in the user's."""
    if importlib.util.find_spec("pystatis") is None:
        if os.environ.get("ZWK_REQUIRE_UPDATE"):
            pytest.fail("pystatis is missing: pip install --no-deps -r requirements-update.txt")
        pytest.skip("pystatis is optional: pip install --no-deps -r requirements-update.txt")
    assert "pystatis" not in sys.modules
    home = tmp_path_factory.mktemp("user")
    # for the import alone: what this process starts later, a browser say, is at home where it was
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        import pystatis.config

    assert Path(pystatis.config.DEFAULT_CONFIG_DIR).is_relative_to(home)
    return home


@pytest.fixture
def service(pystatis_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The web service double, with pystatis pointed to it and access data in the environment."""
    from pystatis.config import config

    addresses = {key: config[key]["base_url"] for key in ("regio", "zensus")}
    with running() as double:
        for key in addresses:
            config.set(key, "base_url", double.url)
            monkeypatch.setenv(f"PYSTATIS_{key.upper()}_API_USERNAME", USER)
            monkeypatch.setenv(f"PYSTATIS_{key.upper()}_API_PASSWORD", PASSWORD)
        yield double
    for key, address in addresses.items():
        config.set(key, "base_url", address)
