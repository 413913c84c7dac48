"""Sessions and votes: one vote per phone and field, only while voting is open, anonymous afterwards."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.room.conftest import FIELDS
from zwk_data.errors import ZwkError
from zwk_data.records.review import FieldResult, Point, Result
from zwk_data.room import contributions, sessions
from zwk_data.room.contributions import Presence, outcome
from zwk_data.stores.admission import normalised_code


def vote(session, device: str, field_no: int, step: int) -> str:
    return contributions.cast(session.session_id, device, field_no, step).result(10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), max_size=6), min_size=1, max_size=8))
def test_however_votes_interleave_the_last_of_each_phone_counts(begun, phones) -> None:
    """``phones``: what each phone does, one after the other: vote a step on a field if it is open."""
    session = begun(f"kommune-{id(phones)}-{len(sessions.store().read('SELECT 1 FROM session'))}")

    def act(device: int) -> dict[int, int]:
        last = {}
        for field_no, step in phones[device]:
            if vote(session, f"phone {device}", field_no, step) == contributions.COUNTED:
                last[field_no] = step
        return last

    sessions.open_vote(session.session_id, 2)
    with ThreadPoolExecutor(len(phones)) as threads:
        counted = list(threads.map(act, range(len(phones))))
    assert {no for last in counted for no in last} <= {2}
    expected = Counter(last[2] for last in counted if 2 in last)
    tally = contributions.by_phone(session.session_id).get(2, contributions.NONE)
    assert tally == tuple(expected[step] for step in contributions.STEPS)
    assert [contributions.own(session, f"phone {n}", 2) for n in range(len(phones))] == [
        last.get(2) for last in counted
    ]


def test_only_the_open_field_of_an_open_session_is_voted_on(begun) -> None:
    one, other = begun("riesa"), begun("spelle")
    assert vote(one, "a", 1, 3) == contributions.FIELD_CLOSED
    sessions.open_vote(one.session_id, 1)
    assert vote(one, "a", 1, 3) == contributions.COUNTED
    assert vote(one, "a", 2, 3) == contributions.FIELD_CLOSED
    assert vote(other, "a", 1, 3) == contributions.FIELD_CLOSED
    sessions.change(one.session_id, screen="punkte-1")
    assert vote(one, "a", 1, 1) == contributions.FIELD_CLOSED, "going on closes the vote"
    sessions.end(one.session_id)
    assert vote(one, "a", 1, 3) == contributions.ENDED
    with pytest.raises(ZwkError, match="gibt es nicht"):
        sessions.open_vote(one.session_id, 1)
    assert contributions.by_phone(one.session_id) == {1: (0, 0, 1, 0, 0)}
    assert contributions.by_phone(other.session_id) == {}
    with pytest.raises(ValueError, match="6"):
        vote(one, "a", 1, 6)


def test_phones_and_hands_are_added_up(begun) -> None:
    key = begun().session_id
    sessions.open_vote(key, 1)
    for device, step in (("a", 2), ("b", 5), ("c", 5)):
        assert contributions.cast(key, device, 1, step).result(10) == contributions.COUNTED
    contributions.count_by_hand(key, 1, 5, 7)
    contributions.count_by_hand(key, 1, 5, 4)
    contributions.count_by_hand(key, 3, 1, 2)
    contributions.count_by_hand(key, 2, 1, 0)
    assert contributions.by_hand(key) == {1: (0, 0, 0, 0, 4), 3: (2, 0, 0, 0, 0)}
    assert contributions.together(key) == {1: (0, 1, 0, 0, 6), 3: (2, 0, 0, 0, 0)}


@pytest.mark.attack
def test_nothing_ties_votes_to_phones_or_to_one_another(begun) -> None:
    session = begun()
    key = session.session_id
    for field_no in (1, 2):
        sessions.open_vote(key, field_no)
        vote(session, "the same phone", field_no, 4)

    def devices() -> set[str]:
        return {row["device"] for row in sessions.store().read("SELECT device FROM vote")}

    before = devices()
    assert len(before) == 2
    assert not any("phone" in one for one in before)
    sessions.end(key)
    assert len(devices() | before) == 4
    assert contributions.own(sessions.session(key), "the same phone", 1) is None
    assert sessions.store().read("SELECT salt FROM session")[0]["salt"] is None
    assert contributions.by_phone(key) == {1: (0, 0, 0, 1, 0), 2: (0, 0, 0, 1, 0)}


def test_a_code_is_short_and_nobody_elses(begun) -> None:
    found = [begun(f"k{n}") for n in range(30)]
    assert len({one.code for one in found}) == 30
    for one in found:
        assert len(one.code) == sessions.CODE_LENGTH
        typed = f" {one.code[:2].lower()}-{one.code[2:].lower()} "
        assert sessions.by_code(normalised_code(typed)) == one
    assert sessions.by_code("") is None


def test_a_kommune_has_one_open_session(begun) -> None:
    first = begun("riesa", guiding_question="Was trägt?")
    assert begun("riesa").session_id == first.session_id
    sessions.end(first.session_id)
    second = begun("riesa")
    assert second.session_id != first.session_id
    assert second.code != first.code
    assert [one.session_id for one in sessions.ended_of("riesa")] == [first.session_id]
    assert sessions.by_code(first.code).state == "closed"


def test_the_place_is_kept_over_a_restart(begun) -> None:
    session = begun("riesa", phones=True)
    sessions.change(session.session_id, screen="bewertung-2", door=True, door_port=8502, present=31, live=False)
    sessions.open_vote(session.session_id, 2)
    sessions.close_store()
    again = sessions.open_of("riesa")
    assert (again.screen, again.open_field, again.present, again.live) == ("bewertung-2", 2, 31, False)
    assert sessions.with_door() == [again]
    assert [(field.name, field.goal) for field in sessions.fields(again.session_id)] == FIELDS
    with pytest.raises(ValueError, match="code"):
        sessions.change(session.session_id, code="AAAAA")


def test_screens_in_their_order(begun) -> None:
    found = contributions.screens_of(sessions.fields(begun().session_id))
    keys = [screen.key for screen in found]
    assert keys[:5] == ["willkommen", "rueckblick", "stand-1", "bewertung-1", "punkte-1"]
    assert keys[-4:] == ["punkte-3", "ideen", "schritte", "abschluss"]
    assert contributions.screen_place(found, "schritte") == len(found) - 2
    assert contributions.screen_place(found, "unbekannt") == 0


def test_what_a_session_ends_in(begun) -> None:
    session = begun("riesa", guiding_question=" Was trägt? ")
    key = session.session_id
    sessions.change(key, present=24, result="Weiter so.", continuation="Beirat", held_on=date(2024, 11, 6))
    sessions.open_vote(key, 3)
    vote(session, "a", 3, 4)
    contributions.count_by_hand(key, 1, 2, 5)
    contributions.add(key, "helping", "  Der  Bauhof\nhilft ", field_no=1)
    gone = contributions.add(key, "hindering", "Irrtum", field_no=1)
    contributions.remove(key, gone)
    contributions.add(key, "idea", "Mitfahrbank")
    contributions.add(
        key, "step", "Förderantrag", field_no=3, responsible="Bauamt", due=date(2025, 3, 1), measure_id="m-1"
    )
    assert outcome(key) == Result(
        "riesa",
        date(2024, 11, 6),
        "Was trägt?",
        24,
        "Weiter so.",
        "Beirat",
        (FieldResult("Wohnen", (0, 5, 0, 0, 0)), FieldResult("Mobilität", (0, 0, 0, 1, 0))),
        (
            Point("helping", "Der Bauhof hilft", "Wohnen"),
            Point("idea", "Mitfahrbank"),
            Point("step", "Förderantrag", "Mobilität", "Bauamt", date(2025, 3, 1), "m-1"),
        ),
    )
    sessions.keep_review(key, "z-1")
    assert sessions.session(key).state == "open"
    sessions.end(key)
    assert sessions.session(key).state == "saved"


@pytest.mark.parametrize(("text", "words"), [("  ", "hineinschreiben"), ("x" * 501, "zu lang")])
def test_a_point_without_words_or_with_too_many_is_refused(begun, text: str, words: str) -> None:
    with pytest.raises(ZwkError, match=words):
        contributions.add(begun().session_id, "idea", text)


def test_phones_are_counted_once_each_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("zwk_data.room.contributions.time.monotonic", lambda: now)
    seen = Presence()
    for device in ("a", "b", "a"):
        seen.here("s", device)
    assert (seen.number("s"), seen.number("t")) == (2, 0)
    now += 500
    seen.here("s", "b")
    now += 200
    assert seen.number("s") == 1
    for n in range(3000):
        seen.here("s", str(n))
    assert seen.number("s") == 2000
