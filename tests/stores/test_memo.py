"""What is remembered: shared, bounded, forgotten when the data change, safe against pages and threads."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Iterator

import pandas as pd
import pytest

from zwk_data.stores import memo
from zwk_data.stores.access import FULL, PUBLIC, asking_as
from zwk_data.stores.memo import depends_on, remembered


@pytest.fixture
def version(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    state: list[object] = ["a"]
    monkeypatch.setattr(memo, "standing", lambda: tuple(state))
    return state


def test_the_same_question_is_asked_once(version) -> None:
    asked = []

    @remembered
    def answer(year: int, *, level: str = "kreis") -> int:
        asked.append((year, level))
        return year

    assert [answer(2015), answer(2015), answer(2015, level="land"), answer(2016)] == [2015, 2015, 2015, 2016]
    assert asked == [(2015, "kreis"), (2015, "land"), (2016, "kreis")]


def test_new_data_are_asked_for_again(version) -> None:
    asked = []
    answer = remembered(lambda: asked.append(1))
    answer()
    version[0] = "b"
    answer()
    assert len(asked) == 2


def test_an_answer_of_before_is_let_go(version) -> None:
    kept: list[weakref.ref[Answer]] = []
    entries = [0]

    class Answer:
        pass

    def number_of_entries() -> int:
        return entries[0]

    @remembered
    def ask() -> Answer:
        depends_on(number_of_entries)
        found = Answer()
        kept.append(weakref.ref(found))
        return found

    for entries[0], asker in enumerate((FULL, PUBLIC, FULL)):
        with asking_as(asker):
            ask()
    gc.collect()
    assert [one() is None for one in kept] == [True, True, False]


def test_a_page_cannot_spoil_the_frame_that_is_kept(version) -> None:
    answer = remembered(lambda: pd.DataFrame({"n": [1, 2]}))
    mine = answer()
    mine.loc[0, "n"] = 99
    mine.columns = ["Anzahl"]
    mine["neu"] = 0
    pd.testing.assert_frame_equal(answer(), pd.DataFrame({"n": [1, 2]}))


def test_it_stays_bounded(version) -> None:
    asked = []
    answer = remembered(entries=2)(asked.append)
    for key in (1, 2, 3, 2, 3, 1):
        answer(key)
    assert asked == [1, 2, 3, 1]


def test_a_fault_is_not_kept(version) -> None:
    asked = []

    @remembered
    def answer() -> None:
        asked.append(1)
        raise LookupError("nicht da")

    for _ in range(2):
        with pytest.raises(LookupError, match="nicht da"):
            answer()
    assert len(asked) == 2


def test_many_at_once_cause_one_computation(version) -> None:
    asked = []

    @remembered
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


@pytest.mark.parametrize("made", [[1], {"a": 1}, {1}], ids=["list", "dict", "set"])
def test_a_page_cannot_spoil_other_collections(version, made: list | dict | set) -> None:
    answer = remembered(lambda: made.copy())
    answer().clear()
    assert answer() == made


def test_a_page_script_asks_the_same_memory_at_every_run() -> None:
    """A script runs again each time; its imports do not."""
    from zwk_data.demography import indicators

    script = compile("from zwk_data.demography.indicators import indicators", "page", "exec")
    runs: list[dict[str, object]] = [{}, {}]
    for names in runs:
        exec(script, names)
    assert runs[0]["indicators"] is runs[1]["indicators"] is indicators.indicators


def test_what_a_question_names_is_watched(version) -> None:
    setting, asked = ["hell"], []

    def colour() -> str:
        return setting[0]

    @remembered
    def inner() -> str:
        depends_on(colour)
        asked.append("inner")
        return setting[0]

    @remembered
    def outer() -> str:
        asked.append("outer")
        return inner()

    assert [outer(), outer()] == ["hell", "hell"]
    setting[0] = "dunkel"
    assert [outer(), outer()] == ["dunkel", "dunkel"]
    assert asked == ["outer", "inner", "outer", "inner"]


def test_what_changes_while_it_is_computed_is_not_kept(version) -> None:
    setting = ["hell"]

    def colour() -> str:
        return setting[0]

    @remembered
    def answer() -> str:
        depends_on(colour)
        found = setting[0]
        setting[0] = "dunkel"
        return found

    assert answer() == "hell"
    assert answer() == "dunkel"
    setting[0] = "hell"
    assert answer() == "hell"


def test_an_error_inside_is_watched_too(version) -> None:
    setting = ["leer"]

    def content() -> str:
        return setting[0]

    @remembered
    def inner() -> str:
        depends_on(content)
        if setting[0] == "leer":
            raise LookupError
        return setting[0]

    @remembered
    def outer() -> str:
        try:
            return inner()
        except LookupError:
            return "nichts"

    assert outer() == "nichts"
    setting[0] = "voll"
    assert outer() == "voll"


@pytest.fixture
def desk(stores, monkeypatch: pytest.MonkeyPatch, tmp_path) -> Iterator[None]:
    """A programme store of its own, opened for writing, beside the common warehouse."""
    from zwk_data import seed
    from zwk_data.stores import connection
    from zwk_data.stores.state import warehouse_path

    connection.close()
    warehouse = warehouse_path()
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    monkeypatch.setenv("ZWK_DATA", "demo")
    monkeypatch.setattr(connection, "warehouse_path", lambda: warehouse)
    seed.ensure()
    connection.open_for_writing()
    yield
    connection.close()


def _save_a_measure() -> None:
    from zwk_data.records.changes import Change, save
    from zwk_data.stores.access import LOCAL

    save([Change("measure", None, {"participant_id": "riesa", "title": "Neu", "status": "idea"})], LOCAL)


@pytest.mark.slow
def test_an_entry_makes_forget_what_was_read_from_the_programme_and_nothing_else(desk) -> None:
    from zwk_data.stores.connection import read

    asked: list[str] = []

    @remembered
    def figures() -> int:
        asked.append("figures")
        return int(read("SELECT count(*) AS n FROM observation")["n"].iloc[0])

    @remembered
    def measures() -> int:
        asked.append("measures")
        return int(read("SELECT count(*) AS n FROM measure")["n"].iloc[0])

    @remembered
    def both() -> tuple[int, int]:
        asked.append("both")
        return figures(), measures()

    first = both()
    assert asked == ["both", "figures", "measures"]
    assert both() == first
    _save_a_measure()
    assert both() == (first[0], first[1] + 1)
    assert asked == ["both", "figures", "measures", "both", "measures"]


@pytest.mark.slow
def test_who_enters_a_measure_leaves_names_and_areas_of_the_kommunen_alone(desk) -> None:
    from zwk_data.records.changes import Change, save
    from zwk_data.stores.access import LOCAL
    from zwk_data.stores.connection import read

    asked: list[str] = []

    @remembered
    def riesa() -> str:
        asked.append("riesa")
        return str(read("SELECT note FROM participant WHERE participant_id = 'riesa'")["note"].iloc[0])

    before = riesa()
    _save_a_measure()
    assert (riesa(), asked) == (before, ["riesa"])
    save([Change("participant", "riesa", {"note": "Neu"}, {"note": before if before != "None" else None})], LOCAL)
    assert (riesa(), asked) == ("Neu", ["riesa", "riesa"])


@pytest.mark.slow
def test_who_asks_gets_an_answer_of_their_own_where_it_matters(desk) -> None:
    from zwk_data.stores.access import PUBLIC, Scope, asking_as
    from zwk_data.stores.connection import read

    asked: list[str] = []

    @remembered
    def names() -> int:
        asked.append("names")
        return len(read("SELECT name FROM participant"))

    @remembered
    def budgets() -> int:
        asked.append("budgets")
        return int(read("SELECT count(budget_eur) AS n FROM measure")["n"].iloc[0])

    everything = names(), budgets()
    with asking_as(PUBLIC):
        assert (names(), budgets()) == (everything[0], 0)
    with asking_as(Scope(own=("riesa",))):
        assert 0 < budgets() < everything[1]
    assert budgets() == everything[1]
    assert asked == ["names", "budgets", "budgets", "budgets"]
