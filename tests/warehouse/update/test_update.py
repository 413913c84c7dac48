"""A whole update: taken over in one step, refused, killed in the middle, taken back."""

from datetime import date

import pandas as pd
import pytest
from flat_csv import flat_csv

from zwk_data.errors import ZwkError
from zwk_data.stores import connection
from zwk_data.stores.state import OVERLAY_GONE, current_overlay, warehouse_path
from zwk_data.warehouse import build, check
from zwk_data.warehouse.update import run, service
from zwk_data.warehouse.update.service import choose_tables

#: a warehouse is built first
pytestmark = pytest.mark.slow

KREISE, BIRTHS, CENSUS = choose_tables(("12411-01-01-4", "12612-91-01-4", "1000A-0000"))
DAY = date(2026, 9, 26)
GERMANY = 83_577_140


class Killed(BaseException):
    """The process ends here: nothing that catches errors sees it."""


@pytest.fixture(scope="module")
def people(stores):
    """Kreis population of 2024 by sex as it ships: (area_key, sex, value)."""
    frame = connection.read(
        "SELECT area_key, sex, value FROM observation WHERE level = 'kreis' AND indicator_id = 'population' "
        "AND year = 2024 AND age_group = 'total'"
    )
    connection.close()
    return list(frame.itertuples(index=False))


def compared(content, places, table=KREISE, *, from_year=2024):
    return run.compare([service.read(table, content, places, DAY)], places, threshold=0.005, from_year=from_year)


@pytest.fixture(scope="module")
def next_year(people, places):
    """Everybody of 2024, and 2025 with ten people more in each Kreis."""
    grown = [(key, 2025, sex, int(value) + (10 if sex == "total" else 5)) for key, sex, value in people]
    same = [(key, 2024, sex, int(value)) for key, sex, value in people]
    return compared(flat_csv("12411", same + grown), places)


@pytest.fixture(scope="module")
def more_in_flensburg(people, places):
    """1,000 women more in one Kreis of 2024 than were published."""
    rows = [
        (key, 2024, sex, int(value) + (1000 if key == "01001" and sex != "male" else 0)) for key, sex, value in people
    ]
    return compared(flat_csv("12411", rows), places)


@pytest.fixture
def small_home(built_of_kreise, own_home, kreise_only):
    """A home whose real builds are quick, with the warehouse of the shipped figures in it."""
    shipped, _ = built_of_kreise
    (own_home / shipped.name).hardlink_to(shipped)
    assert build.ensure() == own_home / shipped.name, "it is the one that would be built"
    return own_home


@pytest.fixture
def quick(monkeypatch, own_home):
    """A build that copies the warehouse and a check that finds nothing: for what is not about figures."""
    base = warehouse_path()

    def copy(_progress=None):
        if warehouse_path() != base:
            warehouse_path().unlink(missing_ok=True)
            warehouse_path().hardlink_to(base)
        return warehouse_path()

    monkeypatch.setattr(build, "build", copy)
    monkeypatch.setattr(check, "check", lambda: result(("Summe kreis", 2023, 1.0, 1.0, True)))
    return base


def dies():
    raise Killed


def result(*rows):
    return pd.DataFrame(rows, columns=["check", "year", "expected", "found", "ok"])


def germany(year):
    return (
        connection.read(
            "SELECT value, status, source_id FROM observation WHERE area_key = 'DG' AND indicator_id = 'population' "
            "AND sex = 'total' AND age_group = 'total' AND year = ?",
            [year],
        )
        .to_numpy()
        .tolist()
    )


def files(home):
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.suffix != ".duckdb"
    }


def test_a_new_year_is_built_checked_and_taken_back_exactly(small_home, places, next_year):
    before = files(small_home)
    shipped = warehouse_path()
    assert germany(2025) == []
    state = run.take(next_year)
    assert current_overlay() == state
    # readers switch to the new state by themselves, as a running server does
    assert germany(2025) == [[GERMANY + 400 * 10, "computed", "regio-12411-01-01-4-2026-09-26"]]
    assert germany(2024) == [[GERMANY, "computed", "regio-12411-2024"]]
    today = connection.read(
        "SELECT count(*) AS n FROM observation_today WHERE year = 2025 AND level = 'kreis' "
        "AND indicator_id = 'population' AND sex = 'total'"
    )
    assert today["n"].tolist() == [400]
    source = connection.read("SELECT * FROM source WHERE source_id = 'regio-12411-01-01-4-2026-09-26'")
    assert source[["table_code", "publisher"]].to_numpy().tolist() == [
        ["12411-01-01-4", "Statistische Ämter des Bundes und der Länder"]
    ]
    assert source["vintage"].iloc[0] == pd.Timestamp("2025-12-31")
    assert bool(check.check()["ok"].all())
    # the same answer once more changes nothing
    again = run.compare([one.answer for one in next_year], places, threshold=0.005, from_year=2024)
    assert not run.pending(again)
    assert run.take(again) is None
    # shipped files are never touched, and the way back is exact
    assert run.rollback() is None
    assert files(small_home) == before
    assert warehouse_path() == shipped
    assert germany(2025) == []
    with pytest.raises(ZwkError, match="Es gibt nichts zurückzunehmen"):
        run.rollback()


def test_wrong_sums_need_force_and_are_taken_with_it(small_home, more_in_flensburg):
    found = more_in_flensburg
    assert (
        "FALSCH  Bevölkerung 2024, insgesamt, Deutschland: erwartet 83.577.140, gefunden 83.578.140" in found[0].report
    )
    assert found[0].changes.revised["area_key"].tolist() == ["01001", "01001"]
    with pytest.raises(ZwkError, match=r"12411-01-01-4 verschwinden Werte oder stimmen Summen nicht.*--force"):
        run.take(found)
    assert current_overlay() is None
    run.take(found, force=True)
    assert germany(2024)[0][0] == GERMANY + 1000
    wrong = check.check()
    assert set(wrong.loc[~wrong["ok"].astype(bool), "year"]) == {2024}


def test_vanished_keys_need_force_and_go_with_it(quick, people, places):
    rows = [(key, 2024, sex, int(value)) for key, sex, value in people if key != "01001"]
    found = compared(flat_csv("12411", rows), places)
    assert found[0].changes.vanished["sex"].tolist() == ["female", "male", "total"]
    with pytest.raises(ZwkError, match="--force"):
        run.take(found)
    gone = pd.read_parquet(run.take(found, force=True) / OVERLAY_GONE)
    assert gone[["area_key", "year"]].drop_duplicates().to_numpy().tolist() == [["01001", 2024]]


def test_a_failing_check_leaves_the_old_state(quick, own_home, monkeypatch, next_year):
    before = files(own_home)
    monkeypatch.setattr(check, "check", lambda: result(("Summe kreis", 2020, 5.0, 4.0, False)))
    with pytest.raises(ZwkError, match=r"zurückgenommen.*gilt weiter: Summe kreis 2020: erwartet 5, gefunden 4"):
        run.take(next_year)
    assert files(own_home) == before
    assert [path.name for path in own_home.glob("warehouse-*")] == [quick.name]


def test_force_excuses_the_revised_year_only(quick, monkeypatch, more_in_flensburg):
    found = more_in_flensburg
    monkeypatch.setattr(check, "check", lambda: result(("Summe kreis", 2023, 5.0, 4.0, False)))
    with pytest.raises(ZwkError, match="Summe kreis 2023"):
        run.take(found, force=True)
    monkeypatch.setattr(check, "check", lambda: result(("Summe kreis", 2024, 5.0, 4.0, False)))
    assert run.take(found, force=True) is not None


def test_a_failing_build_leaves_the_old_state(quick, own_home, monkeypatch, next_year):
    def fails(_progress=None):
        raise OSError(28, "No space left on device")

    before = files(own_home)
    monkeypatch.setattr(build, "build", fails)
    with pytest.raises(ZwkError, match="lässt sich daraus nicht bauen"):
        run.take(next_year)
    assert files(own_home) == before


STEPS = [
    (run, "_fill", False),
    (run, "_sync", False),
    (build, "build", False),
    (build, "build", True),
    (check, "check", True),
    (run, "switch", False),
    (run, "switch", True),
    (run, "tidy_up", True),
    (build, "tidy_up", False),
]


@pytest.mark.parametrize(("module", "name", "after"), STEPS)
def test_killed_at_any_step_either_state_stands(quick, monkeypatch, module, name, after, next_year):
    real = getattr(module, name)

    def dies(*args, **kwargs):
        if after:
            real(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, name, dies)
        # a killed process cleans nothing up
        patch.setattr(run.shutil, "rmtree", lambda *_args, **_kwargs: None)
        with pytest.raises(Killed):
            run.take(next_year)
    counts = current_overlay()
    switched = (module, name, after) in [(run, "switch", True), (run, "tidy_up", True), (build, "tidy_up", False)]
    assert (counts is not None) == switched
    if switched:
        assert len(run.rows(counts)) == 1200
        assert warehouse_path().exists()
    else:
        assert warehouse_path() == quick
        assert run.take(next_year) == current_overlay()
    assert len(run.rows(current_overlay())) == 1200
    run.rollback()
    assert current_overlay() is None


def test_killed_while_the_pointer_is_written(quick, monkeypatch, next_year, more_in_flensburg):
    first = run.take(next_year)

    def dies(path):
        if path.name.startswith("current"):
            path.write_text("stand-00", encoding="ascii")  # half of it
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(run, "_sync", dies)
        with pytest.raises(Killed):
            run.take(more_in_flensburg, force=True)
    assert current_overlay() == first


def test_killed_in_the_middle_of_the_way_back(quick, monkeypatch, next_year):
    state = run.take(next_year)
    with monkeypatch.context() as patch:
        patch.setattr(build, "ensure", lambda _progress: dies())
        with pytest.raises(Killed):
            run.rollback()
    assert current_overlay() == state
    with monkeypatch.context() as patch:
        patch.setattr(run, "_remove_state", lambda _state: dies())
        with pytest.raises(Killed):
            run.rollback()
    assert current_overlay() is None


def test_years_asked_for(own_home):
    assert run.first_year(KREISE, None) == 2022  # newest Kreis figures: 2024
    assert run.first_year(BIRTHS, None) == 2013  # births end in 2015
    assert run.first_year(choose_tables(("12411-02-03-4",))[0], None) == 2018  # ages of Kreise end in 2020
    assert run.first_year(CENSUS, None) is None
    assert run.first_year(CENSUS, 2015) is None
    assert run.first_year(KREISE, 1995) == run.FIRST_YEAR


def test_one_failure_does_not_stop_the_others(own_home, places, monkeypatch):
    def fetch(table, _year, *, pause):
        if table is BIRTHS:
            return flat_csv("12612", [("01001", 2022, "total", 900)])
        raise ZwkError("Die Tabelle gibt es nicht.")

    monkeypatch.setattr(service, "fetch", fetch)
    answers, failed = run.fetch((KREISE, BIRTHS), None, places)
    assert [one.table for one in answers] == [BIRTHS]
    assert failed == ["Die Tabelle gibt es nicht."]


def test_a_service_that_refuses_is_asked_once(own_home, places, monkeypatch):
    asked = []

    def fetch(table, _year, *, pause):
        asked.append(table)
        raise service.AccessRefused("Nein.")

    monkeypatch.setattr(service, "fetch", fetch)
    answers, failed = run.fetch((KREISE, BIRTHS, CENSUS), None, places)
    assert (answers, failed) == ([], ["Nein."])
    assert asked == [KREISE, CENSUS]
