"""Pages without a browser: every address in this process, on either data set, as anybody."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.pages.visitor import Visitor
from zwk_data import seed, settings
from zwk_data.display import memory
from zwk_data.records.changes import Change, save
from zwk_data.room import sessions
from zwk_data.stores import access, connection, memo
from zwk_data.stores.access import LOCAL
from zwk_data.web.login import login
from zwk_data.web.shell import start

Visit = Callable[..., Visitor]
#: who signs in, as Keycloak would say it
PEOPLE: dict[str, dict[str, Any]] = {
    "geschaeftsstelle": {"name": "Greta Stelle", "realm_access": {"roles": ["zwk-geschaeftsstelle"]}},
    "ministerium": {"name": "Minna Haus", "realm_access": {"roles": ["zwk-ministerium"]}},
    "beratung": {"name": "Bert Rat", "groups": ["/zwk-beratung"], "zwk_kommunen": ["adorf", "nirgends"]},
    "kommune": {"name": "Karla Ort", "resource_access": {"zwk": {"roles": ["zwk-kommune"]}}, "zwk_kommunen": "adorf"},
    "ohne": {"name": "Wer Immer", "realm_access": {"roles": ["offline_access"]}},
}
SECRETS = {
    "auth": {
        "redirect_uri": "http://localhost/oauth2callback",
        "cookie_secret": "nur-fuer-diesen-test-0123456789-abcdef",
        "client_id": "zwk",
        "client_secret": "geheim",
        "server_metadata_url": "http://localhost/.well-known/openid-configuration",
    }
}


#: the folder whose stores are open
_home: Path | None = None


def _open(home: Path) -> None:
    """What the server does at its start, for both data sets, with its stores in ``home``."""
    global _home
    if _home == home:
        return
    _close()
    _home = home
    start.preparation.ready = True
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_HOME", str(home))
        for dataset in ("demo", "public"):
            patch.setenv("ZWK_DATA", dataset)
            assert connection.open_for_writing() is None


def _close() -> None:
    global _home
    _home = None
    sessions.close_store()
    memory.close()
    connection.close()
    start.preparation.ready = False


@pytest.fixture(scope="session")
def seeded(stores: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the warehouse and with the programme of both data sets as they begin, to be copied."""
    home = tmp_path_factory.mktemp("seeded")
    for warehouse in stores.glob("warehouse-*.duckdb"):
        os.link(warehouse, home / warehouse.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_HOME", str(home))
        for dataset in ("demo", "public"):
            patch.setenv("ZWK_DATA", dataset)
            seed.ensure()
    return home


def _copied(seeded: Path, home: Path) -> Path:
    for file in filter(Path.is_file, seeded.iterdir()):
        if file.name.startswith("warehouse-"):
            os.link(file, home / file.name)
        else:
            shutil.copyfile(file, home / file.name)
    return home


@pytest.fixture(scope="session")
def house(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the read-only stores."""
    return _copied(seeded, tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module", autouse=True)
def _in_order() -> Iterator[None]:
    """Tests of other folders open stores of their own."""
    yield
    _close()


@pytest.fixture(autouse=True)
def _same_figures(stores: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All these folders hold one and the same warehouse: what was computed from it for one holds for the next."""
    (warehouse,) = stores.glob("warehouse-*.duckdb")
    monkeypatch.setattr(memo, "standing", lambda: (str(warehouse), settings.dataset()))


@pytest.fixture
def visit(house: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """``visit("/stufen?kommune=riesa", dataset="demo")``: a new visitor; the stores are only read."""
    yield from _visits(house, monkeypatch)


@pytest.fixture
def desk(seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """The same on stores of the test's own, with the demo data unless it says otherwise: they may be changed."""
    yield from _visits(_copied(seeded, tmp_path), monkeypatch, usual="demo")
    _close()


def _visits(home: Path, monkeypatch: pytest.MonkeyPatch, usual: str = "public") -> Iterator[Visit]:
    monkeypatch.setenv("ZWK_HOME", str(home))
    monkeypatch.setenv("ZWK_DATA", usual)
    _open(home)

    def visit(address: str, dataset: str = usual, said: dict[str, Any] | None = None) -> Visitor:
        monkeypatch.setenv("ZWK_DATA", dataset)
        return Visitor(address, said)

    yield visit


@pytest.fixture(scope="module")
def with_budgets(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo data and two measures whose budgets are told apart by their figures."""
    home = _copied(seeded, tmp_path_factory.mktemp("budgets"))
    _open(home)
    measures = [
        {
            "participant_id": one,
            "theme_id": "mobilitaet",
            "title": f"Probe {one}",
            "status": "running",
            "budget_eur": budget,
        }
        for one, budget in (("adorf", 123456.0), ("riesa", 654321.0))
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_HOME", str(home))
        patch.setenv("ZWK_DATA", "demo")
        save([Change("measure", None, one) for one in measures], LOCAL)
    return home


@pytest.fixture
def signed_in(with_budgets: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visit]:
    """``signed_in("/monitoring", "ministerium")``: a visitor of a server with a login; ``None``: nobody in particular.

    The stores are those of all tests of the file, as on a server: nothing that one role asked may reach another.
    """
    setup = login._valid_setup(SECRETS)
    monkeypatch.setattr(login, "login_setup", lambda: setup)
    monkeypatch.setattr(access, "_default", access._default)
    login.begin_login()
    for desk in _visits(with_budgets, monkeypatch, usual="demo"):

        def visit(address: str, who: str | None, desk: Visit = desk) -> Visitor:
            person = {"is_logged_in": True, "iat": time.time(), "sub": who, **PEOPLE[who]} if who else None
            return desk(address, said=person or {"is_logged_in": False})

        yield visit
