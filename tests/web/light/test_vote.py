"""The pages for phones: every way to be wrong is one German sentence with the right status, every vote counts once."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from tests.app_server import free_port
from zwk_data.errors import ZwkError
from zwk_data.room import contributions, sessions
from zwk_data.room.contributions import presence
from zwk_data.room.sessions import Session
from zwk_data.web.light import door, phones
from zwk_data.web.light import vote as guest_routes
from zwk_data.web.light.door import Door, guest_app

FIELDS = [("Wohnen & <Leerstand>", "Leerstand senken"), ("Jugend", "")]


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A session with phones, its first Handlungsfeld open."""
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    monkeypatch.setattr(guest_routes, "_wrong", phones.WrongCodes())
    begun = sessions.begin("riesa", "Riesa", date(2024, 11, 5), FIELDS, phones=True)
    sessions.open_vote(begun.session_id, 1)
    yield sessions.session(begun.session_id)
    sessions.close_store()


@pytest.fixture
def phone() -> Iterator[TestClient]:
    with TestClient(guest_app(), base_url="http://raum.example:8502", follow_redirects=False) as client:
        yield client


def said(answer: httpx.Response) -> str:
    """The words of a page, in one line."""
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="de">' in answer.text
    main = re.sub(r"<(script|style|title).*?</\1>", "", answer.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def vote(phone: TestClient, session: Session, field_no: int, step: int, **headers: str) -> httpx.Response:
    return phone.post(f"/mitmachen/{session.code}", data={"feld": field_no, "stufe": step}, headers=headers)


def test_from_the_code_to_a_vote_that_can_be_changed(phone: TestClient, session: Session) -> None:
    typed = phone.post("/mitmachen", data={"code": f" {session.code[:3].lower()} {session.code[3:]}"})
    assert (typed.status_code, typed.headers["location"]) == (303, f"/mitmachen/{session.code}")
    page = phone.get(typed.headers["location"])
    words = said(page)
    assert "Riesa · Handlungsfeld 1 von 2 Wohnen &amp; &lt;Leerstand&gt; Ziel: Leerstand senken" in words
    assert "nicht erreicht kaum erreicht teilweise erreicht weitgehend erreicht erreicht" in words
    assert "Gezählt" not in words
    for step, word in ((2, "kaum erreicht"), (4, "weitgehend erreicht")):
        done = vote(phone, session, 1, step)
        assert done.status_code == 303
        assert f"Gezählt: {word} . Sie können Ihre Stimme ändern" in said(phone.get(done.headers["location"]))
    assert contributions.by_phone(session.session_id) == {1: (0, 0, 0, 1, 0)}
    assert presence.number(session.session_id) == 1


def test_between_votes_it_waits_and_at_the_end_it_thanks(phone: TestClient, session: Session) -> None:
    address = f"/mitmachen/{session.code}"
    sessions.open_vote(session.session_id, None)
    waiting = phone.get(address)
    assert "Gerade wird nicht abgestimmt" in said(waiting)
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in waiting.text
    sessions.open_vote(session.session_id, 2)
    assert "Handlungsfeld 2 von 2 Jugend" in said(phone.get(address))
    assert "http-equiv" not in phone.get(address).text, "nothing moves while somebody reads the question"
    sessions.end(session.session_id)
    for answer in (phone.get(address), vote(phone, session, 2, 3), phone.post("/mitmachen", data={"code": "x"})):
        assert answer.status_code in (410, 404)
    assert "Diese Sitzung ist beendet. Danke" in said(phone.get(address))


def test_the_state_is_a_word_and_nothing_while_it_stays(phone: TestClient, session: Session) -> None:
    address = f"/mitmachen/{session.code}/stand"
    first = phone.get(address)
    assert (first.status_code, first.text) == (200, "feld-1")
    again = phone.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    sessions.open_vote(session.session_id, None)
    assert phone.get(address, headers={"If-None-Match": first.headers["etag"]}).text == "warten"
    sessions.change(session.session_id, phones=False)
    assert phone.get(address).text == "ohne"
    sessions.end(session.session_id)
    assert phone.get(address).text == "beendet"
    assert phone.get("/mitmachen/WRONG/stand").status_code == 404


@pytest.mark.attack
def test_one_cookie_that_says_nothing(phone: TestClient, session: Session) -> None:
    page = phone.get(f"/mitmachen/{session.code}")
    ticket, *rules = page.headers["set-cookie"].split("; ")
    assert re.fullmatch(r"zwk_geraet=[\w-]{24}\.[0-9a-f]{32}", ticket)
    assert rules == ["HttpOnly", "Max-Age=86400", f"Path=/mitmachen/{session.code}", "SameSite=lax"]
    assert "set-cookie" not in phone.get(f"/mitmachen/{session.code}").headers
    kept = sessions.store().read("SELECT * FROM vote, session")
    vote(phone, session, 1, 5)
    kept = sessions.store().read("SELECT * FROM vote")
    assert phone.cookies["zwk_geraet"] not in [kept[0][name] for name in kept[0].keys()]  # noqa: SIM118
    assert phone.get("/mitmachen").headers.get("set-cookie") is None


def test_two_phones_and_two_sessions_do_not_meet(phone: TestClient, session: Session) -> None:
    other = sessions.begin("spelle", "Spelle", date(2024, 11, 5), FIELDS, phones=True)
    sessions.open_vote(other.session_id, 1)
    with TestClient(guest_app(), base_url="http://raum.example:8502", follow_redirects=False) as second:
        for one, where, step in ((phone, session, 1), (second, session, 1), (phone, other, 5)):
            one.get(f"/mitmachen/{where.code}")
            assert vote(one, where, 1, step).status_code == 303
    assert contributions.by_phone(session.session_id) == {1: (2, 0, 0, 0, 0)}
    assert contributions.by_phone(other.session_id) == {1: (0, 0, 0, 0, 1)}


@pytest.mark.attack
def test_every_wrong_way_has_its_sentence(phone: TestClient, session: Session) -> None:
    address = f"/mitmachen/{session.code}"
    refused = vote(phone, session, 1, 3)
    assert (refused.status_code, guest_routes.NO_COOKIE in said(refused)) == (403, True)
    phone.get(address)
    cases = [
        (phone.post(address, data={"feld": 1, "stufe": 6}), 422, guest_routes.NO_STEP),
        (phone.post(address, data={"feld": 1, "stufe": "٣"}), 422, guest_routes.NO_STEP),
        (phone.post(address, data={"feld": 1}), 422, guest_routes.NO_STEP),
        (phone.post(address, content=b"\xff\xfe"), 422, guest_routes.NO_STEP),
        (vote(phone, session, 2, 3), 409, guest_routes.NOT_NOW),
        (phone.post(address, data={"feld": "9" * 40, "stufe": 3}), 409, guest_routes.NOT_NOW),
        (phone.post(address, data={"feld": "x" * 4000, "stufe": 3}), 413, guest_routes.TOO_LARGE),
        (phone.post(address, data={f"feld{n}": "1" for n in range(21)}), 413, guest_routes.TOO_LARGE),
        (vote(phone, session, 1, 3, origin="http://boese.example"), 403, guest_routes.ELSEWHERE),
        (vote(phone, session, 1, 3, origin="null"), 403, guest_routes.ELSEWHERE),
        (vote(phone, session, 1, 3, **{"sec-fetch-site": "cross-site"}), 403, guest_routes.ELSEWHERE),
        (phone.put(address), 405, guest_routes.NOT_THIS_WAY),
        (phone.post(f"{address}/stand"), 405, guest_routes.NOT_THIS_WAY),
        (phone.delete("/mitmachen"), 405, guest_routes.NOT_THIS_WAY),
        (phone.get("/mitmachen/QQQQQ"), 404, guest_routes.UNKNOWN),
        (phone.get("/mitmachen/%C3%9F%00"), 404, guest_routes.UNKNOWN),
        (phone.post("/mitmachen", data={"code": "qqqqq"}), 404, guest_routes.UNKNOWN),
        (phone.post("/mitmachen", data={"code": " - "}), 422, guest_routes.NO_CODE),
        (phone.post("/mitmachen", data={"code": "x" * 4000}), 413, guest_routes.TOO_LARGE),
    ]
    for answer, status, sentence in cases:
        assert (answer.status_code, sentence in said(answer)) == (status, True), (answer.request.url, said(answer))
        assert answer.headers["cache-control"] == "no-store"
        assert "allow" in answer.headers or status != 405
    assert contributions.by_phone(session.session_id) == {}
    sessions.change(session.session_id, phones=False)
    without = phone.get(address)
    assert (without.status_code, guest_routes.NO_PHONES in said(without)) == (409, True)


@pytest.mark.attack
def test_invented_cookies_and_those_of_another_session_are_no_votes(phone: TestClient, session: Session) -> None:
    other = sessions.begin("spelle", "Spelle", date(2024, 11, 5), FIELDS, phones=True)
    phone.get(f"/mitmachen/{other.code}")
    theirs = phone.cookies["zwk_geraet"]
    for invented in ("x" * 24, "y" * 24 + "." + "0" * 32, theirs, theirs[:-1], "ü.ü", ""):
        refused = vote(phone, session, 1, 3, cookie=f"zwk_geraet={invented}".encode())
        assert (refused.status_code, guest_routes.NO_COOKIE in said(refused)) == (403, True), invented
    assert contributions.by_phone(session.session_id) == {}


@pytest.mark.attack
def test_one_address_has_the_votes_of_a_hall_and_no_more(
    phone: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contributions, "voters", contributions.Voters())
    assert contributions.MOST_VOTERS >= 500, "hundreds in a hall stand behind one router"
    monkeypatch.setattr(contributions, "MOST_VOTERS", 3)
    address = f"/mitmachen/{session.code}"
    tickets = []
    for number in range(5):
        phone.cookies.clear()
        phone.get(address)
        tickets.append(phone.cookies["zwk_geraet"])
        assert vote(phone, session, 1, 3).status_code == (303 if number < 3 else 429)
    assert contributions.by_phone(session.session_id) == {1: (0, 0, 3, 0, 0)}
    phone.cookies.clear()
    again = vote(phone, session, 1, 5, cookie=f"zwk_geraet={tickets[0]}")
    assert again.status_code == 303, "who has voted may change it"
    assert contributions.by_phone(session.session_id) == {1: (0, 0, 2, 0, 1)}
    told = contributions.unusual(session, 3)
    assert told == "ungewöhnlich viele Handys aus einem Netz: 2\xa0Stimmen nicht mehr gezählt"
    sessions.change(other_session(), present=40)
    crowded = sessions.session(other_session())
    assert contributions.unusual(crowded, 40) == ""
    assert contributions.unusual(crowded, 41) == "mehr Stimmen mit Handy als Anwesende (40)"


def other_session() -> str:
    found = sessions.open_of("spelle")
    return (found or sessions.begin("spelle", "Spelle", date(2024, 11, 5), FIELDS, phones=True)).session_id


@pytest.mark.attack
def test_nobody_is_somebody_else_by_naming_an_address(phone: TestClient, session: Session) -> None:
    answers = [
        phone.get(f"/mitmachen/Q{n}", headers={"X-Forwarded-For": f"10.0.{n}.1"}).status_code
        for n in range(phones.WRONG + 1)
    ]
    assert answers == [404] * phones.WRONG + [429]


def test_behind_a_proxy_that_is_named_each_phone_counts_for_itself(
    phone: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "127.0.0.1")
    request = Request({"type": "http", "headers": [(b"x-forwarded-for", b"10.0.0.9")], "client": ("10.0.0.9", 0)})
    assert phones.sender(request) == "10.0.0.9"


@pytest.mark.attack
def test_guessing_codes_is_slowed_down_but_the_room_goes_on(
    phone: TestClient, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    phone.get(f"/mitmachen/{session.code}")
    phone.get(f"/mitmachen/{session.code}")
    answers = [phone.get(f"/mitmachen/Q{n}").status_code for n in range(phones.WRONG + 1)]
    assert answers == [404] * phones.WRONG + [429]
    assert caplog.messages == ["Sperre für 60 s: zu viele falsche Codes von einer Adresse"]
    assert vote(phone, session, 1, 3).status_code == 303, "who is in stays in"
    with TestClient(guest_app(), base_url="http://raum.example:8502", follow_redirects=False) as fresh:
        late = fresh.post("/mitmachen", data={"code": session.code})
        assert (late.status_code, late.headers["retry-after"]) == (429, "60")
        assert guest_routes.TOO_OFTEN in said(late)


def test_an_ipv6_network_counts_as_one_and_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phones, "ADDRESSES", 10)
    wrong = phones.WrongCodes()
    for n in range(phones.WRONG):
        wrong.note(phones.network(f"2001:db8::{n:x}"))
    assert wrong.too_many(phones.network("2001:db8::ffff"))
    assert not wrong.too_many(phones.network("2001:db8:0:1::1"))
    for n in range(20):
        wrong.note(f"10.0.0.{n}")
    assert not wrong.too_many(phones.network("2001:db8::ffff")), "forgotten for newer ones"


def test_the_door_leads_to_the_guest_pages_only(phone: TestClient, session: Session) -> None:
    assert phone.get("/").headers["location"] == "/mitmachen"
    for path in (
        "/stufen",
        "/datenpflege",
        "/_stcore/health",
        "/health",
        "/anzeige/standard/stand",
        "/geo/x",
        "/static",
    ):
        answer = phone.get(path)
        assert (answer.status_code, answer.text) == (404, door.NOTHING), path
    page = phone.get("/mitmachen")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    for link in re.findall(r'(?:href|src)="(/assets/[^"]+)"', phone.get(f"/mitmachen/{session.code}").text):
        assert phone.get(link).status_code == 200


def test_a_store_that_fails_is_one_sentence(phone: TestClient, session: Session, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise ZwkError("Der Speicher der Sitzung antwortet nicht.")

    monkeypatch.setattr(sessions, "recent_by_code", broken)
    answer = phone.get(f"/mitmachen/{session.code}")
    assert (answer.status_code, "Der Speicher der Sitzung antwortet nicht." in said(answer)) == (503, True)


def test_the_door_opens_on_a_free_port_and_closes(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    # where no other worker's door looks for a port
    monkeypatch.setattr(door, "PORT", free_port())
    first, second = Door(), Door()
    try:
        port = first.open()
        assert first.open() == port
        assert second.open(port) != port
        with httpx.Client() as client:
            assert client.get(f"http://127.0.0.1:{port}/mitmachen").status_code == 200
        first.close()
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{port}/mitmachen")
        assert first.open(port) == port, "the same port again at once: phones find it where it was"
    finally:
        first.close()
        second.close()


def test_the_door_stands_open_as_long_as_a_session_wants_it(session: Session) -> None:
    assert door.open_or_close() is None
    sessions.change(session.session_id, door=True)
    try:
        port = door.open_or_close()
        assert sessions.session(session.session_id).door_port == port
        door.close()
        assert door.open_or_close() == port
        sessions.end(session.session_id)
        assert door.open_or_close(0.3) is None
        address = f"http://127.0.0.1:{port}/mitmachen/{session.code}"
        assert httpx.get(address).status_code == 410, "phones still hear that it is over"
        deadline = time.monotonic() + 20
        while door._door.port is not None:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        door.close()
