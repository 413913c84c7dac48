"""What was meant to be closed stays closed: any secrets that can't be used make everybody the public."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton

from zwk_data.stores import access, admission
from zwk_data.stores.access import ANYBODY, LOCAL
from zwk_data.web.login import login

GOOD = """
[auth]
redirect_uri = "https://zwk.example/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "zwk"
client_secret = "geheim"
server_metadata_url = "https://idp.example/.well-known/openid-configuration"
"""


@pytest.fixture
def secrets(tmp_path: Path) -> Iterator[Path]:
    """The place of secrets.toml."""
    path, before = tmp_path / "secrets.toml", config.get_option("secrets.files")
    config.set_option("secrets.files", [str(path)])
    secrets_singleton._reset()
    login.login_setup.cache_clear()
    # the client of `update` switches all loggers off that there are when it is loaded
    login.log.disabled = False
    yield path
    config.set_option("secrets.files", before)
    secrets_singleton._reset()
    login.login_setup.cache_clear()
    access.set_default_scope(access.FULL)


def test_without_secrets_the_app_is_local(secrets: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert not login.configured()
    assert login.person() == LOCAL
    login.begin_login()
    assert access.current_scope() == access.FULL
    assert caplog.records == []


def test_secrets_for_something_else_are_no_login(secrets: Path) -> None:
    secrets.write_text('[anderes]\nx = "y"\n')
    assert not login.configured()


def test_a_login_closes_whatever_nobody_asks_for(secrets: Path) -> None:
    secrets.write_text(GOOD + '[zwk.login.roles]\nkommune = ["mitglied"]\n')
    found = login.login_setup()
    assert found is not None
    assert (found.fault, found.providers) == ("", (None,))
    assert found.rules.words["kommune"] == ("mitglied",)
    assert "resource_access.zwk.roles" in found.rules.role_claims
    login.begin_login()
    assert access.current_scope() == access.PUBLIC  # no session runs here
    # work done later in another thread runs with the rights of the person who asked
    with access.asking_as(access.FULL):
        later = login.as_asker(access.current_scope)
    assert (later(), access.current_scope()) == (access.FULL, access.PUBLIC)


def test_several_providers(secrets: Path) -> None:
    head, tail = GOOD.split("client_id")
    secrets.write_text(f"{head}[auth.keycloak]\nclient_id{tail}[auth.land]\nclient_id{tail}")
    found = login.login_setup()
    assert found is not None
    assert (found.fault, found.providers) == ("", ("keycloak", "land"))


@pytest.mark.attack
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[auth\n", "lässt sich nicht lesen"),
        ("[auth]\n", "cookie_secret"),
        ('auth = "x"\n', "[auth] muss ein Abschnitt sein"),
        (GOOD.replace("0123456789abcdef0123456789abcdef", "xxx"), "ab 32 Zeichen"),
        (GOOD.replace('client_secret = "geheim"\n', ""), "Es fehlt client_secret"),
        (GOOD.replace('"geheim"', '""'), "Es fehlt client_secret"),
        (GOOD.replace("redirect_uri", "redirect"), "Es fehlt redirect_uri"),
        (GOOD.replace("client_id", "[auth.key_cloak]\nclient_id"), "keinen Unterstrich"),
        (GOOD + '[zwk.login]\nrollen = "x"\n', "„rollen“ gibt es nicht"),
        (GOOD + '[zwk]\nlogin = "x"\n', "[zwk.login] muss ein Abschnitt sein"),
    ],
)
def test_a_faulty_login_is_closed(secrets: Path, text: str, words: str, caplog: pytest.LogCaptureFixture) -> None:
    secrets.write_text(text)
    found = login.login_setup()
    assert found is not None
    assert words in found.fault
    assert [words in record.getMessage() for record in caplog.records] == [True]
    assert login.configured()
    assert login.person() == ANYBODY
    login.begin_login()
    assert access.current_scope() == access.PUBLIC


def test_secrets_that_are_no_text_are_closed(secrets: Path) -> None:
    secrets.write_bytes(b"\xff\xfe[auth]")
    assert login.person() == ANYBODY


@pytest.mark.attack
def test_a_kommune_of_ones_own_is_not_told_as_unknown(
    secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The menu asks for the role alone, before anybody knows which Kommunen there are."""
    said = {"is_logged_in": True, "iat": time.time(), "roles": ["zwk-kommune"], "zwk_kommunen": ["adorf"]}
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    monkeypatch.setattr(login.st, "user", SimpleNamespace(to_dict=lambda: said))
    secrets.write_text(GOOD)
    assert login.role() == "kommune"
    assert not [one for one in caplog.messages if "adorf" in one]
    admission.close()
