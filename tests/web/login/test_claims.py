"""From a provider's claims to a person: strong roles first, nothing given for what can't be read."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.errors import ZwkError
from zwk_data.stores.access import ANYBODY, Person
from zwk_data.web.login import claims

ADVISERS = {"adorf": "SIREG", "riesa": "SIREG; SAGS (Pflegestudie)", "coburg": "die raumplaner", "romrod": None}


def seat(said: dict[str, Any], section: dict[str, Any] | None = None) -> claims.Seat:
    base = {"is_logged_in": True, "iat": time.time() - 60, "name": "Erika Beispiel"}
    return claims.seat_of(base | said, claims.rules(section or {}, "zwk.monitor"), ADVISERS)


@pytest.mark.parametrize(
    ("said", "role", "own"),
    [
        ({"realm_access": {"roles": ["offline_access", "zwk-geschaeftsstelle"]}}, "geschaeftsstelle", ()),
        ({"realm_access": {"roles": ["zwk-kommune", "zwk-ministerium"]}}, "ministerium", ()),
        ({"resource_access": {"zwk.monitor": {"roles": ["ZWK-Geschäftsstelle"]}}}, "geschaeftsstelle", ()),
        ({"groups": ["/zwk-beratung"], "zwk_kommunen": "adorf, coburg;"}, "beratung", ("adorf", "coburg")),
        ({"roles": "zwk-kommune,anderes", "zwk_kommunen": ["Romrod "]}, "kommune", ("romrod",)),
        ({"roles": ["zwk-beratung"], "zwk_beratung": "sireg"}, "beratung", ("adorf", "riesa")),
        ({"roles": ["zwk-beratung"], "zwk_beratung": ["Die  Raumplaner", "SAGS"]}, "beratung", ("coburg",)),
        # an adviser's name is nothing to a Kommune
        ({"roles": ["zwk-kommune"], "zwk_beratung": "SIREG", "zwk_kommunen": "coburg"}, "kommune", ("coburg",)),
        # another client's roles are not ours
        ({"resource_access": {"other": {"roles": ["zwk-geschaeftsstelle"]}}}, "oeffentlich", ()),
        ({"realm_access": "zwk-geschaeftsstelle"}, "oeffentlich", ()),
        ({"realm_access": {"roles": {"zwk-geschaeftsstelle": True}}}, "oeffentlich", ()),
        ({"roles": ["geschaeftsstelle", "lokal", "zwk-lokal", ""]}, "oeffentlich", ()),
    ],
)
def test_roles_and_kommunen(said: dict[str, Any], role: str, own: tuple[str, ...]) -> None:
    found = seat(said)
    assert found.person == Person("Erika Beispiel", role, own)
    assert found.logged_in
    assert bool(found.note) == (role == "oeffentlich")


def test_what_is_missing_is_said() -> None:
    assert seat({}).note == claims.NO_ROLE
    assert seat({"roles": ["zwk-kommune"]}).note == claims.NO_KOMMUNE
    assert seat({"roles": ["zwk-ministerium"]}).note == ""


@pytest.mark.attack
def test_unknown_kommunen_give_nothing_and_are_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    claims._tell_unknown.cache_clear()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert seat({"roles": "zwk-kommune", "zwk_kommunen": ["adorf", "adorff"]}).person.own == ("adorf",)
    assert [record.getMessage() for record in caplog.records] == [
        "Anmeldung: Die Kommune „adorff“ im Zugang gibt es nicht; sie wird übergangen."
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"is_logged_in": False},
        {"is_logged_in": "true"},
        {"is_logged_in": None},
        {"iat": None},
        {"iat": True},
        {"iat": "1"},
        {"iat": time.time() - 12 * 3600 - 60},
    ],
)
def test_who_is_not_logged_in_or_too_long_ago_is_anybody(said: dict[str, Any]) -> None:
    found = seat({"roles": ["zwk-geschaeftsstelle"]} | said)
    assert found.person == ANYBODY
    assert not found.logged_in


def test_names_for_the_history() -> None:
    assert seat({"name": " ", "preferred_username": "e.beispiel"}).person.name == "e.beispiel"
    assert seat({"name": "Beispiel, Erika"}).person.name == "Beispiel, Erika"
    assert seat({"name": None, "email": "e@beispiel.example"}).person.name == "e@beispiel.example"
    assert seat({"name": 7}).person.name == "Ohne Namen"
    assert len(seat({"name": "x" * 5000}).person.name) == 200


def test_another_provider_other_words() -> None:
    section = {
        "role_claims": "https://zwk.example/rollen",
        "kommunen_claims": ["orte.ids"],
        "name_claims": ["nickname"],
        "hours": 1,
        "roles": {"kommune": ["Mitglied"]},
    }
    said = {"https://zwk.example/rollen": ["mitglied"], "orte": {"ids": ["adorf"]}, "nickname": "eb"}
    assert seat(said, section).person == Person("eb", "kommune", ("adorf",))
    assert seat({"https://zwk.example/rollen": ["zwk-kommune"]}, section).person.role == "oeffentlich"
    assert seat(said | {"iat": time.time() - 3700}, section).person == ANYBODY


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"rolle": "x"}, "Die Einstellung „rolle“ gibt es nicht"),
        ({"hours": 0}, "„hours“ muss eine Zahl"),
        ({"hours": True}, "„hours“ muss eine Zahl"),
        ({"role_claims": []}, "„role_claims“ muss ein Text"),
        ({"name_claims": [1]}, "„name_claims“ muss ein Text"),
        ({"roles": ["x"]}, "Möglich sind nur die Rollen"),
        ({"roles": {"lokal": ["x"]}}, "Möglich sind nur die Rollen"),
        ({"roles": {"kommune": ""}}, "„roles.kommune“ muss ein Text"),
    ],
)
def test_wrong_settings_are_told(section: dict[str, Any], words: str) -> None:
    with pytest.raises(ZwkError, match=words.replace(".", r"\.")):
        claims.rules(section)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(["realm_access", "roles", "groups", "zwk_kommunen", "name", "iat"]), JUNK))
def test_whatever_a_provider_says_gives_no_right_by_accident(said: dict[str, Any]) -> None:
    found = seat(said)
    assert found.person.role == "oeffentlich"
    assert found.person.own == ()


@pytest.mark.attack
@pytest.mark.parametrize(
    ("seconds", "counts"),
    [
        (0, True),
        (claims.SKEW - 10, True),
        (claims.SKEW + 10, False),
        (1e12, False),
        (-11.9 * 3600, True),
        (-12.1 * 3600, False),
    ],
)
def test_a_login_counts_neither_for_ever_nor_from_the_future(seconds: float, counts: bool) -> None:
    found = seat({"roles": ["zwk-ministerium"], "iat": time.time() + seconds})
    assert (found.logged_in, found.note) == ((True, "") if counts else (False, claims.EXPIRED))


@pytest.mark.attack
@pytest.mark.parametrize("issued", [float("nan"), float("inf"), float("-inf"), True, "1", None, [1]])
def test_a_time_that_is_none_is_no_login(issued: object) -> None:
    assert seat({"roles": ["zwk-ministerium"], "iat": issued}) == claims.Seat(ANYBODY, note=claims.EXPIRED)


def test_a_login_that_has_ended_is_none() -> None:
    said = {"is_logged_in": True, "iat": time.time(), "name": "Erika  Beispiel", "roles": ["zwk-ministerium"]}
    asked = []

    def ended(*given: object) -> bool:
        asked.append(given[1:])
        return True

    assert claims.seat_of(said, claims.rules({}), {}, ended) == claims.Seat(ANYBODY, note=claims.EXPIRED)
    assert asked == [("Erika Beispiel", said["iat"])]
