"""The parts of the wall: only those act who may; bars, sums and the way in for phones are what they should be."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import streamlit as st

from zwk_data.room import addresses, contributions, sessions
from zwk_data.room.sessions import Session
from zwk_data.stores.access import LOCAL, Person
from zwk_data.web.login import login
from zwk_data.web.sitzung import ending, frame, screens


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    monkeypatch.setattr(st, "session_state", {})
    begun = sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen <1>", "")], phones=True)
    yield begun
    sessions.close_store()


@pytest.mark.parametrize(
    ("person", "may"),
    [
        (LOCAL, True),
        (Person("G", "geschaeftsstelle"), True),
        (Person("B", "beratung", ("riesa",)), True),
        (Person("B", "beratung", ("spelle",)), False),
        (Person("M", "ministerium"), False),
        (Person("K", "kommune", ("riesa",)), False),
        (Person("O", "oeffentlich"), False),
    ],
)
def test_only_who_may_write_the_record_leads_the_session(session, monkeypatch, person: Person, may: bool) -> None:
    monkeypatch.setattr(login, "person", lambda: person)
    frame.go(session, "abschluss")
    frame.act(session, sessions.open_vote, session.session_id, 1)
    frame.act(session, contributions.count_by_hand, session.session_id, 1, 2, 3)
    now = sessions.session(session.session_id)
    assert (now.screen, now.open_field, contributions.by_hand(now.session_id)) == (
        ("abschluss", 1, {1: (0, 3, 0, 0, 0)}) if may else ("", None, {})
    )
    assert (frame.NOT_YOURS in st.session_state.values()) is not may


def test_bars_are_as_long_as_their_votes() -> None:
    html = screens.histogram_html([0, 2, 8, 4, 0])
    assert re.findall(r"width:([\d.]+)%", html) == ["0.0", "25.0", "100.0", "50.0", "0.0"]
    assert re.findall(r"<b>(.*?)</b>", html) == ["0", "2", "8", "4", "0"]
    hidden = screens.histogram_html([0] * 5, hidden=True)
    assert re.findall(r"<b>(.*?)</b>", hidden) == ["?"] * 5


def test_the_summary_adds_up_and_escapes(session: Session) -> None:
    contributions.count_by_hand(session.session_id, 1, 1, 1)
    contributions.count_by_hand(session.session_id, 1, 5, 3)
    html = ending.summary_html(session)
    assert "Wohnen &lt;1&gt;" in html
    assert "3 von 4 sagen: weitgehend erreicht oder erreicht" in html
    assert re.findall(r"width:([\d.]+)%", html) == ["25.0", "75.0"]


def test_the_way_in_for_phones(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "own_origin", lambda: "https://zwk.example")
    assert frame.entrance(session) == "https://zwk.example/mitmachen", "the app itself is reached"
    monkeypatch.setattr(frame, "own_origin", lambda: "")
    monkeypatch.setattr(addresses, "addresses", lambda: ["192.168.1.7"])
    sessions.change(session.session_id, door=True, door_port=8503)
    through = sessions.session(session.session_id)
    assert frame.entrance(through) == "http://192.168.1.7:8503/mitmachen"
    html = frame.invitation_html(through)
    assert f'alt="QR-Code zu 192.168.1.7:8503/mitmachen/{session.code}"' in html
    svg = base64.b64decode(re.search(r"base64,([\w+/=]+)", html)[1]).decode()
    assert svg.startswith("<svg ")
    sessions.change(session.session_id, address="laptop.local")
    assert frame.entrance(sessions.session(session.session_id)).startswith("http://laptop.local:8503/")
    monkeypatch.setattr(addresses, "addresses", list)
    assert addresses.NO_NETWORK in frame.invitation_html(through)
