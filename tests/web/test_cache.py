"""The cache of query results: shared, bounded, forgetting when the data change, safe against pages and threads."""

from __future__ import annotations

import threading
import time

import pandas as pd
import pytest

from zwk_data.web import cache
from zwk_data.web.cache import cached, cached_once


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    state: list[object] = ["a"]
    monkeypatch.setattr(cache, "data_version", lambda: tuple(state))
    return state


def test_the_same_question_is_asked_once(version) -> None:
    asked = []

    @cached
    def answer(year: int, *, level: str = "kreis") -> int:
        asked.append((year, level))
        return year

    assert [answer(2015), answer(2015), answer(2015, level="land"), answer(2016)] == [2015, 2015, 2015, 2016]
    assert asked == [(2015, "kreis"), (2015, "land"), (2016, "kreis")]


def test_new_data_are_asked_for_again(version) -> None:
    asked = []
    answer = cached(lambda: asked.append(1))
    answer()
    version[0] = "b"
    answer()
    assert len(asked) == 2


def test_a_page_cannot_spoil_the_cached_frame(version) -> None:
    answer = cached(lambda: pd.DataFrame({"n": [1, 2]}))
    mine = answer()
    mine.loc[0, "n"] = 99
    mine.columns = ["Anzahl"]
    mine["neu"] = 0
    pd.testing.assert_frame_equal(answer(), pd.DataFrame({"n": [1, 2]}))


def test_it_stays_bounded(version) -> None:
    asked = []
    answer = cached(asked.append, max_entries=2)
    for key in (1, 2, 3, 2, 3, 1):
        answer(key)
    assert asked == [1, 2, 3, 1]


def test_a_fault_is_not_kept(version) -> None:
    asked = []

    @cached
    def answer() -> None:
        asked.append(1)
        raise LookupError("nicht da")

    for _ in range(2):
        with pytest.raises(LookupError, match="nicht da"):
            answer()
    assert len(asked) == 2


def test_many_at_once_cause_one_computation(version) -> None:
    asked = []

    @cached
    def answer() -> int:
        asked.append(1)
        time.sleep(0.1)
        return 7

    results: list[int] = []
    threads = [threading.Thread(target=lambda: results.append(answer())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [7] * 20
    assert len(asked) == 1


def test_a_page_script_gets_the_same_cache_at_every_run() -> None:
    assert cached_once(cache.data_version) is cached_once(cache.data_version)


def test_the_version_changes_with_every_entry_in_the_programme_store(stores) -> None:
    from zwk_data.warehouse.programme_store import programme_path

    before = cache.data_version()
    programme_path("public").touch()
    assert cache.data_version() != before
