"""The remote and the greetings: what they do to the screens, what they refuse, and that they count nobody twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from zwk_data.display import memory, playlist
from zwk_data.web.light import remote as display_guests
from zwk_data.web.light.phones import WRONG, Often, WrongCodes
from zwk_data.web.light.wall import display_routes

EVENT = playlist.STANDARD


@pytest.fixture
def client(stores: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A browser without scripts, against the routes alone."""
    monkeypatch.setattr(display_guests, "_wrong", WrongCodes())
    (stores / memory.FILE).unlink(missing_ok=True)
    app = Starlette(routes=[*display_guests.display_guest_routes(), *display_routes(lambda: True)])
    with TestClient(app, base_url="http://anzeige.test") as made:
        yield made


def now(client: TestClient) -> dict[str, object]:
    return client.get(f"/anzeige/{EVENT}/stand").json()


def remote(client: TestClient, **sent: str) -> int:
    answer = client.post(f"/fernbedienung/{memory.codes(EVENT).remote}", data=sent, follow_redirects=False)
    return answer.status_code


@pytest.mark.slow
def test_each_button_moves_the_screens(client: TestClient) -> None:
    assert remote(client, tat="halt") == 303
    held = now(client)
    assert held["haelt"] is True
    assert held["rest"] is None
    step = int(str(held["schritt"]).partition(".")[0])
    assert remote(client, tat="weiter") == 303
    assert str(now(client)["schritt"]).startswith(f"{step + 1}.")
    assert remote(client, tat="zurueck") == 303
    assert str(now(client)["schritt"]).startswith(f"{step}.")
    assert remote(client, tat="lauf") == 303
    assert now(client)["haelt"] is False
    assert remote(client, tat="rufen", kommune="spelle") == 303
    assert str(now(client)["schritt"]).endswith(".scheinwerfer.spelle")
    assert "Spelle" in client.get(f"/anzeige/{EVENT}/szene", params={"schritt": now(client)["schritt"]}).text
    assert remote(client, tat="melden", meldung="  Mittagspause\nbis 13 Uhr <b> ") == 303
    assert now(client)["meldung"] == "Mittagspause bis 13 Uhr <b>"
    assert remote(client, tat="still") == 303
    assert now(client)["meldung"] == ""


def test_what_there_is_not_changes_nothing(client: TestClient) -> None:
    before = memory.anchor(EVENT)
    for sent in ({"tat": "alles"}, {"tat": "rufen", "kommune": "atlantis"}, {}):
        answer = client.post(f"/fernbedienung/{memory.codes(EVENT).remote}", data=sent)
        assert answer.status_code == 422
        assert "Das gibt es nicht" in answer.text
    assert memory.anchor(EVENT) == before


def test_a_guest_greets_once_and_the_map_knows_it(client: TestClient) -> None:
    path = f"/gruss/{memory.codes(EVENT).guest}"
    assert client.post(path, data={"kommune": ""}).status_code == 422
    told = client.post(path, data={"kommune": "riesa"}).text
    assert "Danke für Ihren Gruß!" in told
    client.post(path, data={"kommune": "riesa"})
    assert memory.greetings(EVENT) == {"riesa": 1}, "the same phone again counts no more"
    client.cookies.clear()
    client.post(path, data={"kommune": "riesa"})
    assert memory.greetings(EVENT) == {"riesa": 2}
    step = next(at for at, item in enumerate(playlist.playlist().items) if item.scene == "karte")
    scene = client.get(f"/anzeige/{EVENT}/szene", params={"schritt": f"{step}.karte"}).text
    assert scene.count("gegruesst") == 1
    assert "2\xa0Grüße aus 1\xa0Kommune" in scene


def test_greetings_can_be_switched_off_and_set_to_nought(client: TestClient) -> None:
    path = f"/gruss/{memory.codes(EVENT).guest}"
    client.post(path, data={"kommune": "riesa"})
    assert remote(client, tat="gruesse-aus") == 303
    client.cookies.clear()
    assert client.post(path, data={"kommune": "spelle"}).status_code == 409
    assert "ausgeschaltet" in client.get(path).text
    assert memory.greetings(EVENT) == {"riesa": 1}
    assert remote(client, tat="gruesse-null") == 303
    assert memory.greetings(EVENT) == {}
    assert remote(client, tat="gruesse-an") == 303
    assert client.post(path, data={"kommune": "spelle"}).status_code == 200


@pytest.mark.attack
def test_the_presenter_stays_in_while_others_guess(client: TestClient) -> None:
    mine = f"/fernbedienung/{memory.codes(EVENT).remote}"
    assert client.get(mine).status_code == 200
    for n in range(WRONG + 5):
        client.get(f"/fernbedienung/CCCCCC{n:02}")
    assert client.get(f"/gruss/{memory.codes(EVENT).guest}").status_code == 429, "who comes now has to wait"
    assert remote(client, tat="weiter") == 303
    ticket = client.cookies["zwk_drin"]
    guesses = [client.get(f"/fernbedienung/CCCCC{n:03}", headers={"Cookie": f"zwk_drin={ticket}"}) for n in range(3)]
    assert [one.status_code for one in guesses] == [429] * 3, "a ticket opens its own door only"
    memory.fresh_codes(EVENT)
    client.cookies.clear()
    assert client.get(mine, headers={"Cookie": f"zwk_drin={ticket}"}).status_code == 404, "and not with an old code"


@pytest.mark.attack
def test_greetings_without_a_cookie_are_bounded(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert display_guests.MOST_GREETINGS >= 500
    monkeypatch.setattr(display_guests, "_greeted", Often("Grüße", 3, 600))
    for _ in range(8):
        client.cookies.clear()
        client.post(f"/gruss/{memory.codes(EVENT).guest}", data={"kommune": "riesa"})
    assert memory.greetings(EVENT) == {"riesa": 3}


def test_wrong_codes_are_told_and_slowed_down(client: TestClient) -> None:
    wrong = client.get("/gruss/FALSCH")
    assert wrong.status_code == 404
    assert '<a class="los" href="/gruss">Code eingeben</a>' in wrong.text
    assert client.get(f"/fernbedienung/{memory.codes(EVENT).guest}").status_code == 404, "a guest directs nothing"
    for _ in range(WRONG):
        client.get("/fernbedienung/AAAAAAAA")
    answer = client.get(f"/fernbedienung/{memory.codes(EVENT).remote}")
    assert answer.status_code == 429
    assert "zu viele falsche Codes" in answer.text


def test_other_sites_and_large_bodies_are_refused(client: TestClient) -> None:
    path = f"/fernbedienung/{memory.codes(EVENT).remote}"
    before = memory.anchor(EVENT)
    assert client.post(path, data={"tat": "weiter"}, headers={"Origin": "https://fremd.de"}).status_code == 403
    assert client.post(path, data={"tat": "melden", "meldung": "x" * 5000}).status_code == 413
    assert memory.anchor(EVENT) == before


def test_a_code_is_typed(client: TestClient) -> None:
    code = memory.codes(EVENT).guest
    answer = client.post("/gruss", data={"code": f" {code.lower()} "}, follow_redirects=False)
    assert answer.headers["location"] == f"/gruss/{code}"
    assert client.post("/gruss", data={"code": " "}).status_code == 422


def test_fresh_codes_shut_out_the_old_ones(client: TestClient) -> None:
    old = memory.codes(EVENT)
    memory.fresh_codes(EVENT)
    assert client.get(f"/fernbedienung/{old.remote}").status_code == 404
    assert client.get(f"/gruss/{old.guest}").status_code == 404
