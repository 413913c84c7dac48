"""Logins that have ended: one, those of a person, everybody's; and only those from before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from zwk_data.__main__ import main
from zwk_data.stores import admission

pytestmark = pytest.mark.attack
NOW = time.time()
ERIKA = {"iss": "https://anmeldung.example", "sub": "e", "iat": NOW - 60, "nonce": "n1", "name": "Erika Beispiel"}
OTTO = {"iss": "https://anmeldung.example", "sub": "o", "iat": NOW - 60, "nonce": "n2", "name": "Otto Muster"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    yield tmp_path
    admission.close()


def ended(said: dict[str, object]) -> bool:
    return admission.has_ended(said, str(said["name"]), float(str(said["iat"])))


def test_a_login_ends_alone_and_for_whoever_has_a_copy() -> None:
    assert not ended(ERIKA)
    admission.end_login(ERIKA)
    assert ended(ERIKA)
    assert ended({**ERIKA, "email": "was sonst noch darin steht"})
    assert not ended({**ERIKA, "nonce": "n3"}), "who logs in anew is in"
    assert not ended(OTTO)


def test_the_logins_of_a_person_end_and_a_later_one_counts() -> None:
    result = CliRunner().invoke(main, ["logout", "--name", "  erika beispiel "])
    assert result.exit_code == 0, result.output
    assert ended(ERIKA)
    assert not ended(OTTO)
    assert not ended({**ERIKA, "nonce": "n3", "iat": time.time() + 1})


def test_everybody_is_logged_out() -> None:
    assert not ended(OTTO)
    assert "Abgemeldet: alle." in CliRunner().invoke(main, ["logout"]).output
    assert ended(ERIKA)
    assert ended(OTTO)


def test_it_is_kept_beyond_a_restart_as_a_hash_and_no_longer_than_it_matters(home: Path) -> None:
    admission.end_login(ERIKA)
    admission.close()
    assert ended(ERIKA)
    admission.close()
    assert b"Erika" not in b"".join(file.read_bytes() for file in home.iterdir())
    assert admission.forget_before(time.time() - 60) == 0
    assert admission.forget_before(time.time() + 60) == 1
