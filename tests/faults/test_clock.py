"""The clock is put back, and summer time begins and ends, while people save: nothing is lost, order and undo hold."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zwk_data.records import changes
from zwk_data.records.changes import Change, ConflictError, Saved, save, undo
from zwk_data.stores import connection
from zwk_data.stores.access import LOCAL
from zwk_data.stores.connection import read

pytestmark = pytest.mark.attack
#: in Berlin 2027-03-28 02:00 becomes 03:00, and 2027-10-31 03:00 becomes 02:00
SPRING = datetime(2027, 3, 28, 1, 0, tzinfo=UTC).timestamp()
AUTUMN = datetime(2027, 10, 31, 1, 0, tzinfo=UTC).timestamp()


class Clock:
    """Tells ``at`` (seconds since 1970) as the machine's local time."""

    def __init__(self, at: float) -> None:
        self.at = at

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.at)


@pytest.fixture
def clock(demo: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    if not hasattr(time, "tzset"):
        pytest.skip("this system has no time zones to set")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    told = Clock(SPRING)
    monkeypatch.setattr(changes, "datetime", told)
    assert connection.open_for_writing() is None
    yield told
    connection.close()
    monkeypatch.undo()
    time.tzset()


def titled(words: str, key: str | None = None) -> Saved:
    fields = {"title": words} if key else {"participant_id": "riesa", "title": words, "status": "idea"}
    return save([Change("measure", key, fields)], LOCAL)


def title(key: str) -> str:
    return str(read("SELECT title FROM measure WHERE measure_id = ?", [key])["title"].iloc[0])


@pytest.mark.parametrize(
    ("moments", "told"),
    [
        ((SPRING - 1, SPRING, SPRING + 1), ("2027-03-28 01:59:59", "2027-03-28 03:00:00", "2027-03-28 03:00:01")),
        ((AUTUMN - 1, AUTUMN, AUTUMN + 1), ("2027-10-31 02:59:59", "2027-10-31 02:00:00", "2027-10-31 02:00:01")),
        (
            (SPRING, SPRING - 86_400, SPRING - 90_000),
            ("2027-03-28 03:00:00", "2027-03-27 02:00:00", "2027-03-27 01:00:00"),
        ),
    ],
    ids=["spring", "autumn", "put back a day"],
)
def test_changes_keep_their_order_and_can_be_undone(
    clock: Clock, moments: tuple[float, ...], told: tuple[str, ...]
) -> None:
    clock.at = moments[0]
    first = titled("eins")
    key = first.made[0][1]
    clock.at = moments[1]
    second = titled("zwei", key)
    clock.at = moments[2]
    third = titled("drei", key)
    assert first.set_id < second.set_id < third.set_id
    sets = [first.set_id, second.set_id, third.set_id]
    kept = read("SELECT * FROM change_set WHERE list_contains(?, set_id) ORDER BY set_id", [sets])
    moment = next(name for name in kept if str(kept[name].dtype).startswith("datetime"))
    assert tuple(kept[moment].astype(str)) == told
    # the earlier one blocks nothing but itself
    with pytest.raises(ConflictError):
        undo(second.set_id, LOCAL)
    undo(third.set_id, LOCAL)
    assert title(key) == "zwei"


def test_who_looks_at_an_older_state_is_asked_although_the_clock_went_back(clock: Clock) -> None:
    clock.at = SPRING
    key = titled("eins").made[0][1]
    titled("zwei", key)
    clock.at = SPRING - 3600
    with pytest.raises(ConflictError):
        save([Change("measure", key, {"title": "drei"}, seen={"title": "eins"})], LOCAL)
    assert title(key) == "zwei"
