"""States on disk: written whole, swapped in one step, taken back exactly."""

import errno
from pathlib import Path

import pandas as pd
import pytest
from observation_rows import rows

from zwk_data.errors import ZwkError
from zwk_data.stores.state import (
    OVERLAY_GONE,
    OVERLAY_SOURCES,
    current_overlay,
    fingerprint,
    on_trial,
    overlay_files,
    overlay_folder,
    trying_overlay,
)
from zwk_data.warehouse.collect.observations import KEY
from zwk_data.warehouse.update import run

NONE = rows(("01001", 2025, 1.0)).iloc[:0]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    return tmp_path


def source(source_id):
    return {"source_id": source_id, "publisher": "P", "title": "T", "licence": "L", "attribution": "A"}


def written(frame, gone=NONE, tables=("12411-01-01-4",)):
    state = run.write(
        frame, gone, [source(name) for name in frame["source_id"].unique()], "Bericht", list(tables), "2026-09-26"
    )
    return state


def content(state):
    return {path.name: path.read_bytes() for path in sorted(state.iterdir())}


def values(state):
    return dict(run.rows(state)[["area_key", "value"]].itertuples(index=False))


def test_without_any_update_the_shipped_figures_stand(home):
    assert current_overlay() is None
    assert overlay_files(None) == []


def test_a_state_counts_only_after_the_switch(home):
    before = fingerprint()
    state = written(rows(("01001", 2025, 1.0)))
    assert current_overlay() is None
    assert fingerprint() == before
    run.switch(state)
    assert current_overlay() == state
    assert fingerprint() != before
    run.switch(None)
    assert fingerprint() == before


def test_a_trial_is_seen_by_its_own_thread_only(home):
    state = written(rows(("01001", 2025, 1.0)))
    with trying_overlay(state):
        assert current_overlay() == state
        assert on_trial()
    assert current_overlay() is None
    assert not on_trial()


def test_the_next_state_holds_the_one_before(home):
    first = written(rows(("01001", 2025, 1.0), ("01002", 2025, 2.0), source="a"))
    run.switch(first)
    second = written(rows(("01002", 2025, 20.0), ("01003", 2025, 3.0), source="b"), tables=["12612-91-01-4"])
    assert values(second) == {"01001": 1.0, "01002": 20.0, "01003": 3.0}
    assert (run.about(first).number, run.about(second).number) == (1, 2)
    assert run.about(second).before == first.name
    assert pd.read_csv(second / OVERLAY_SOURCES)["source_id"].tolist() == ["a", "b"]


def test_a_source_that_no_row_names_any_more_goes(home):
    run.switch(written(rows(("01001", 2025, 1.0), source="a")))
    second = written(rows(("01001", 2025, 2.0), source="b"))
    assert pd.read_csv(second / OVERLAY_SOURCES)["source_id"].tolist() == ["b"]


def test_a_key_taken_out_comes_back_with_a_figure(home):
    gone = rows(("01009", 2024, 9.0))[KEY]
    first = written(rows(("01001", 2025, 1.0)), gone)
    run.switch(first)
    assert pd.read_parquet(first / OVERLAY_GONE)["area_key"].tolist() == ["01009"]
    second = written(rows(("01009", 2024, 8.0)))
    assert pd.read_parquet(second / OVERLAY_GONE).empty
    assert values(second) == {"01001": 1.0, "01009": 8.0}


def test_one_state_before_the_current_is_kept_as_it_was(home):
    first = written(rows(("01001", 2025, 1.0)))
    run.switch(first)
    second = written(rows(("01001", 2025, 2.0)))
    run.switch(second)
    as_it_was = content(second)
    third = written(rows(("01001", 2025, 3.0)))
    run.switch(third)
    run.tidy_up()
    assert sorted(path.name for path in overlay_folder().glob("stand-*")) == [second.name, third.name]
    assert run.before(third) == second
    run.switch(second)
    assert content(second) == as_it_was
    with pytest.raises(ZwkError, match="Ein noch früherer Stand ist nicht aufbewahrt"):
        run.before(second)


def test_no_name_stands_for_two_contents(home):
    one = written(rows(("01001", 2025, 1.0)))
    other = written(rows(("01001", 2025, 2.0)))
    assert one.name.startswith("stand-0001-")
    assert one.name != other.name


def test_a_full_disk_leaves_nothing(home, monkeypatch):
    def full(self, *_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(ZwkError, match="Der bisherige Stand gilt weiter"):
        written(rows(("01001", 2025, 1.0)))
    assert list(overlay_folder().iterdir()) == []


def test_parts_of_a_killed_run_are_cleared_away(home):
    state = written(rows(("01001", 2025, 1.0)))
    (overlay_folder() / ".teil-1").mkdir()
    run.switch(state)
    run.tidy_up()
    assert sorted(path.name for path in overlay_folder().iterdir()) == ["current", state.name]


@pytest.mark.parametrize("name", ["stand-0007-00000000\n", "", "../../etc\n"])
def test_a_pointer_to_nothing_says_what_to_do(home, name):
    overlay_folder().mkdir()
    Path(overlay_folder() / "current").write_text(name, encoding="ascii")
    with pytest.raises(ZwkError, match=r"unvollständig.*Bitte den Ordner löschen"):
        current_overlay()


def test_a_damaged_note_says_what_to_do(home):
    state = written(rows(("01001", 2025, 1.0)))
    (state / "stand.json").write_text("{", encoding="utf-8")
    with pytest.raises(ZwkError, match="ist beschädigt"):
        run.about(state)
