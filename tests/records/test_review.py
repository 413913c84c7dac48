"""A Zwischenbilanz is saved in one transaction, again as the next version, and undone as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.kept_review import kept_result
from zwk_data import seed
from zwk_data.records import history, quick_entry, review
from zwk_data.records.changes import Change, RefusedError, save, undo
from zwk_data.records.review import FieldResult, Point, Result
from zwk_data.records.review_saving import save_result
from zwk_data.schema.dates import Span
from zwk_data.schema.tables import TABLES
from zwk_data.stores import access, connection
from zwk_data.stores.access import ForbiddenError, Person, scope_of
from zwk_data.stores.connection import read

OFFICE = Person("Frau A.", "geschaeftsstelle")
DAY, LATER = date(2024, 11, 5), date(2024, 11, 7)
KOMMUNE = "schossin"
STEP = Point("step", "Satzung entwerfen", "Wohnen", "Bauamt", date(2025, 3, 1))
IDEA = Point("idea", "Tauschbörse", "Wohnen")
RESULT = Result(
    KOMMUNE,
    DAY,
    "Was bleibt?",
    34,
    "Vieles ist auf dem Weg.",
    "Der Beirat tagt weiter.",
    (FieldResult("Wohnen", (1, 2, 3, 4, 5)), FieldResult("Ohne Handlungsfeld", (0, 0, 0, 0, 0), "keine Zeit")),
    (Point("helping", "Rückhalt im Rat"), Point("hindering", "Wenig Personal", "Wohnen"), IDEA, STEP),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The public data with one measure of the Kommune's, opened for writing."""
    home = tmp_path_factory.mktemp("bilanz")
    duckdb.connect(str(home / "warehouse.duckdb")).close()
    connection.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_HOME", str(home))
        patch.setenv("ZWK_DATA", "public")
        patch.setattr(connection, "warehouse_path", lambda: home / "warehouse.duckdb")
        path = seed.ensure()
        assert connection.open_for_writing() is None
        save(
            [
                Change(
                    "measure",
                    None,
                    {"measure_id": "m-laden", "participant_id": KOMMUNE, "title": "Dorfladen", "status": "running"},
                ),
                Change(
                    "measure",
                    None,
                    {"measure_id": "m-fremd", "participant_id": "riesa", "title": "Bus", "status": "running"},
                ),
            ],
            OFFICE,
        )
        yield path
        connection.close()


@pytest.fixture
def fresh(store: Path) -> Iterator[Path]:
    """A store that is the same again afterwards."""
    first = int(history.sets(1)["set_id"].item())
    yield store
    done = history.sets(500)
    for set_id in done.loc[(done["set_id"] > first) & (done["kind"] == "entry") & done["undone"].isna(), "set_id"]:
        undo(int(set_id), OFFICE)


def content() -> dict[str, str]:
    """What a session may touch, without stamps and without the keys that count up."""
    tables = ("review", "review_rating", "review_point", "measure", "measure_note", "stage_event", "stage_plan")
    return {
        t: read(f"SELECT {', '.join((TABLES[t].key, *TABLES[t].columns))} FROM {t} ORDER BY ALL").to_csv()
        for t in tables
    }


def key_of(saved: review.Result | object) -> str:
    return next(key for table, key in saved.made if table == "review")  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_session_leaves_its_record_its_event_and_its_measures(fresh: Path) -> None:
    before = content()
    quick_entry.plan_stage(OFFICE, KOMMUNE, "zwischenbilanz", Span(DAY, DAY, "day"))
    with_step = replace(RESULT, points=(*RESULT.points, Point("step", "Vertrag verlängern", measure_id="m-laden")))
    saved = save_result(OFFICE, with_step, reason="Sitzung im Gemeindehaus")
    key = key_of(saved)
    assert history.sets(1)["set_id"].item() == saved.set_id
    kept = review.latest(KOMMUNE)
    assert (kept.review_id, kept.held_on, kept.present, kept.version) == (key, DAY, 34, 1)
    assert read(
        "SELECT date_from, precision FROM stage_event WHERE participant_id = ? AND stage = 'zwischenbilanz' "
        "AND date_from = ?",
        [KOMMUNE, DAY],
    )["precision"].tolist() == ["day"]
    assert quick_entry.open_plan(KOMMUNE, "zwischenbilanz") is None
    made = read(
        "SELECT title, status, field_of_action, responsible, ends FROM measure WHERE measure_id IN "
        "(SELECT measure_id FROM review_point) AND measure_id <> 'm-laden' ORDER BY title"
    )
    assert made["title"].tolist() == ["Satzung entwerfen", "Tauschbörse"]
    assert made["status"].tolist() == ["planned", "parked"]
    assert made["field_of_action"].tolist() == ["Wohnen", "Wohnen"]
    assert made["responsible"].fillna("").tolist() == ["Bauamt", ""]
    assert made["ends"].iloc[0].date() == date(2025, 3, 1)
    notes = read("SELECT noted_on, text FROM measure_note WHERE measure_id = 'm-laden'")
    assert notes["text"].tolist() == ["Zwischenbilanz vom 05.11.2024: Nächster Schritt: Vertrag verlängern"]
    undo(saved.set_id, OFFICE)
    assert quick_entry.open_plan(KOMMUNE, "zwischenbilanz") is not None
    undo(saved.set_id - 1, OFFICE)
    assert content() == before


def test_what_is_read_is_what_was_said(fresh: Path) -> None:
    key = key_of(save_result(OFFICE, RESULT))
    rated = review.ratings(key)
    assert rated["field_of_action"].tolist() == ["Wohnen", "Ohne Handlungsfeld"]
    assert rated.loc[0, ["votes", "mean", "share_reached"]].tolist() == [15, 55 / 15, 9 / 15]
    assert rated.loc[1, ["mean", "share_reached"]].isna().all()
    said = review.points(key)
    assert said["kind_de"].tolist() == ["Was hilft", "Was hindert", "Ideenparkplatz", "Nächster Schritt"]
    assert said["status_de"].fillna("").tolist() == ["", "", "Ideenparkplatz", "geplant"]
    again = kept_result(key)
    assert replace(again, points=tuple(replace(p, measure_id=None) for p in again.points)) == RESULT
    assert review.reviews(KOMMUNE)["review_id"].tolist() == [key]
    assert kept_result("z-nichts") is None


def test_saved_twice_is_saved_once(fresh: Path) -> None:
    key = key_of(save_result(OFFICE, RESULT))
    before = content()
    for attempt in (RESULT, kept_result(key)):
        for review_id in (None, key):
            assert save_result(OFFICE, attempt, review_id=review_id).set_id is None
    assert content() == before


def test_a_new_version_changes_row_by_row_and_the_history_keeps_the_old(fresh: Path) -> None:
    key = key_of(save_result(OFFICE, RESULT, reason="erste Fassung"))
    step = review.points(key).set_index("kind").loc["step", ["point_id", "measure_id"]].tolist()
    second = replace(
        RESULT,
        held_on=LATER,
        fields=(FieldResult("Wohnen", (0, 2, 3, 4, 6)),),
        points=(
            *RESULT.points[:2],
            replace(STEP, text="Satzung entwerfen und beschließen", due=date(2025, 5, 1)),
            Point("step", "Vertrag verlängern", measure_id="m-laden"),
        ),
    )
    adviser = Person("Herr B.", "beratung", (KOMMUNE,))
    with access.asking_as(scope_of(adviser)):
        saved = save_result(adviser, second, review_id=key, reason="zweite Fassung")
        assert review.latest(KOMMUNE).version == 2
    told = history.history("review", key)[["actor", "reason"]].drop_duplicates()
    assert told.to_numpy().tolist() == [["Herr B.", "zweite Fassung"], ["Frau A.", "erste Fassung"]]
    # the same step and measure, put right; the idea and the measure it made are gone; the event has moved
    row = review.points(key).set_index("measure_id").loc[step[1]]
    assert row["point_id"] == step[0]
    assert row[["text", "measure"]].tolist() == ["Satzung entwerfen und beschließen"] * 2
    assert read("SELECT count(*) AS n FROM measure WHERE title = 'Tauschbörse'")["n"].item() == 0
    events = read(
        "SELECT date_from FROM stage_event WHERE participant_id = ? AND stage = 'zwischenbilanz' AND date_from >= ?",
        [KOMMUNE, DAY],
    )
    assert [one.date() for one in events["date_from"]] == [LATER]
    assert review.ratings(key)[["field_of_action", "votes_1", "votes_5"]].to_numpy().tolist() == [["Wohnen", 0, 6]]
    told = " ".join(history.of_set(saved.set_id)["what"])
    assert "Nicht erreicht: 1 → 0" in told
    assert "Zwischenbilanz: Schossin, 07.11.2024" in told
    undo(saved.set_id, OFFICE)
    assert save_result(OFFICE, RESULT, review_id=key).set_id is None


def test_what_somebody_has_worked_on_stays(fresh: Path) -> None:
    key = key_of(save_result(OFFICE, RESULT))
    measure = read("SELECT measure_id FROM measure WHERE title = 'Satzung entwerfen'")["measure_id"].item()
    save([Change("measure", measure, {"status": "running", "responsible": "Hauptamt"})], OFFICE)
    save_result(OFFICE, replace(RESULT, points=(replace(STEP, responsible="Kämmerei", due=None),)), review_id=key)
    row = read("SELECT status, responsible, ends FROM measure WHERE measure_id = ?", [measure]).iloc[0]
    assert row[["status", "responsible"]].tolist() == ["running", "Hauptamt"]
    assert row.isna()["ends"]
    save_result(OFFICE, replace(RESULT, points=()), review_id=key)
    assert len(read("FROM measure WHERE measure_id = ?", [measure])) == 1


def test_ideas_and_steps_find_the_measure_that_has_their_title(fresh: Path) -> None:
    before = read("SELECT count(*) AS n FROM measure")["n"].item()
    said = (
        Point("idea", "dorfladen"),
        Point("step", "Dorfladen "),
        Point("idea", "Kino"),
        Point("idea", "Kino", "Wohnen"),
    )
    key = key_of(save_result(OFFICE, replace(RESULT, points=said)))
    assert read("SELECT count(*) AS n FROM measure")["n"].item() == before + 1
    found = review.points(key)
    assert found.loc[found["text"] != "Kino", "measure_id"].tolist() == ["m-laden", "m-laden"]
    assert len(read("FROM measure_note WHERE measure_id = 'm-laden'")) == 1


@pytest.mark.slow
def test_what_is_refused(fresh: Path) -> None:
    before = content()
    key = key_of(save_result(OFFICE, RESULT))
    kept = content()
    step = Point("step", "Linie 3", measure_id="m-fremd")
    two = (FieldResult("Wohnen", (1, 0, 0, 0, 0)), FieldResult("Wohnen", (0, 1, 0, 0, 0)))
    for bad in (
        replace(RESULT, points=(step,)),
        replace(RESULT, fields=two),
        replace(RESULT, points=(Point("idea", "  "),)),
        replace(RESULT, fields=(FieldResult("Wohnen", (-1, 0, 0, 0, 0)),)),
        replace(RESULT, participant_id="riesa"),
    ):
        with pytest.raises(RefusedError):
            save_result(OFFICE, bad, review_id=key)
    for person in (
        Person("Frau M.", "ministerium"),
        Person("Frau K.", "kommune", (KOMMUNE,)),
        Person("Herr B.", "beratung", ("riesa",)),
    ):
        for attempt in (RESULT, replace(RESULT, held_on=LATER)):
            with access.asking_as(scope_of(person)), pytest.raises(ForbiddenError):
                save_result(person, replace(attempt, result="anders"))
    assert content() == kept
    undo(int(history.sets(1)["set_id"].item()), OFFICE)
    assert content() == before


def test_a_day_that_is_told_as_its_month_is_not_told_again(fresh: Path) -> None:
    quick_entry.hold_stage(OFFICE, KOMMUNE, "zwischenbilanz", Span(date(2024, 11, 1), date(2024, 11, 30), "month"))
    saved = save_result(OFFICE, RESULT)
    assert "stage_event" not in {table for table, _ in saved.made}


TEXT = st.sampled_from(["Dorfladen", "Bus am Abend", "Bus am Abend und am Sonntag", "Kino", "Satzung entwerfen"])
POINTS = st.builds(
    Point,
    st.sampled_from(["helping", "hindering", "idea", "step"]),
    TEXT,
    st.sampled_from([None, "Wohnen", "Ohne Handlungsfeld"]),
    st.sampled_from([None, "Bauamt"]),
    st.sampled_from([None, date(2025, 1, 1)]),
    st.sampled_from([None, None, "m-laden"]),
)
FIELDS = st.dictionaries(st.sampled_from(["Wohnen", "Wege"]), st.tuples(*[st.integers(0, 9)] * 5), max_size=2).map(
    lambda found: tuple(FieldResult(name, votes) for name, votes in found.items())
)
RESULTS = st.builds(
    Result,
    st.just(KOMMUNE),
    st.sampled_from([DAY, LATER]),
    st.sampled_from(["", "Was bleibt?"]),
    st.sampled_from([None, 12]),
    fields=FIELDS,
    points=st.lists(POINTS, max_size=5).map(tuple),
)


@pytest.mark.slow
@settings(max_examples=examples(4), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=st.lists(RESULTS, min_size=1, max_size=3))
def test_whatever_was_saved_is_read_saved_once_and_taken_back(store: Path, versions: list[Result]) -> None:
    before = content()
    key, sets = None, []
    for one in versions:
        saved = save_result(OFFICE, one, review_id=key)
        if saved.set_id is not None:
            sets.append(saved.set_id)
        key = key or key_of(saved)
        kept = kept_result(key)
        assert replace(kept, fields=(), points=()) == replace(one, fields=(), points=())
        assert set(kept.fields) == set(one.fields)
        assert sorted((p.kind, p.text) for p in kept.points) == sorted((p.kind, p.text) for p in one.points)
        assert all(p.measure_id for p in kept.points if p.kind in ("idea", "step"))
        stood = content()
        assert save_result(OFFICE, one, review_id=key).set_id is None
        assert save_result(OFFICE, kept, review_id=key).set_id is None
        assert content() == stood
    for set_id in reversed(sets):
        undo(set_id, OFFICE)
    assert content() == before
