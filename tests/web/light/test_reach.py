"""How phones reach an event, and that the wall does not invite where they can't."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from zwk_data.display import memory, playlist
from zwk_data.display.memory import DoorAddress
from zwk_data.web.light import door, phones, remote, wall
from zwk_data.web.light.phones import Reach, WrongCodes

LOCAL = "http://127.0.0.1:8501"
EVENT = playlist.STANDARD


@pytest.fixture(autouse=True)
def _own_memory(stores: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(remote, "_wrong", WrongCodes())
    (stores / memory.FILE).unlink(missing_ok=True)
    yield
    (stores / memory.FILE).unlink(missing_ok=True)


def invited(origin: str) -> str:
    """The scene that invites, as a screen at ``origin`` gets it."""
    wanted = playlist.playlist()
    item = next(one for one in wanted.items if one.scene == "mitmachen")
    return wall.scene_html(wanted, item, 0, "", origin)


def test_the_three_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = playlist.playlist()
    monkeypatch.setattr(phones.addresses, "addresses", lambda: ["192.168.178.20"])
    assert phones.reach(wanted, "https://monitor.example.de") == Reach(*["https://monitor.example.de"] * 2)
    assert phones.reach(wanted, LOCAL) == Reach("", "")
    memory.keep_door(EVENT, DoorAddress())
    assert phones.reach(wanted, LOCAL) == Reach("", ""), "not before the door stands open"
    memory.keep_door(EVENT, DoorAddress(8503))
    assert phones.reach(wanted, LOCAL) == Reach("", "http://192.168.178.20:8503")
    memory.keep_door(EVENT, DoorAddress(8503, "buehne.local"))
    assert phones.reach(wanted, LOCAL) == Reach("", "http://buehne.local:8503")
    set_ = replace(wanted, address="https://monitor.example.de")
    assert phones.reach(set_, LOCAL) == Reach(*["https://monitor.example.de"] * 2)


def test_the_wall_invites_only_where_phones_come_in() -> None:
    assert "mitmachen" not in invited(LOCAL)
    assert "willkommen" in invited(LOCAL)
    memory.keep_door(EVENT, DoorAddress(8503, "10.0.0.5"))
    told = invited(LOCAL)
    assert "10.0.0.5:8503/gruss" in told
    assert f"http://10.0.0.5:8503/gruss/{memory.codes(EVENT).guest}" in told
    memory.switch_greetings(EVENT, False)
    assert "mitmachen" not in invited(LOCAL), "the door leads to nothing else"
    assert 'aria-label="QR-Code: https://monitor.example.de"' in invited("https://monitor.example.de")


@pytest.mark.slow
def test_greeting_and_directing_through_the_door() -> None:
    codes = memory.codes(EVENT)
    with TestClient(door.guest_app(), base_url="http://10.0.0.5:8503") as phone:
        memory.keep_door(EVENT, DoorAddress(8503))
        assert phone.get("/", follow_redirects=False).headers["location"] == "/gruss"
        assert phone.post(f"/gruss/{codes.guest}", data={"kommune": "riesa"}).status_code == 200
        assert phone.post(f"/fernbedienung/{codes.remote}", data={"tat": "halt"}).status_code == 200
        for path in ("/live-anzeige", "/anzeige/standard/stand", "/datenpflege", "/_stcore/health"):
            assert phone.get(path).status_code == 404, path
    assert memory.greetings(EVENT) == {"riesa": 1}
    assert memory.anchor(EVENT).held


def test_the_door_stands_open_as_long_as_an_event_wants_it() -> None:
    memory.keep_door(EVENT, DoorAddress())
    port = door.open_or_close()
    assert port is not None
    assert memory.door(EVENT) == DoorAddress(port)
    assert door.open_or_close() == port
    memory.keep_door(EVENT, None)
    assert door.open_or_close(0) is None
