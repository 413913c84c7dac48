"""Saving, conflicts, rights, undo: on the real store of the demo data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from zwk_data.records import history
from zwk_data.records.changes import Change, ConflictError, RefusedError, save, undo
from zwk_data.schema.tables import TABLES, parents_first
from zwk_data.stores import connection
from zwk_data.stores.access import LOCAL, ForbiddenError, Person
from zwk_data.stores.connection import read

EVENT = {
    "participant_id": "schossin",
    "stage": "zukunftswerkstatt",
    "date_from": date(2024, 5, 2),
    "date_to": date(2024, 5, 2),
    "precision": "day",
    "note": "im Gemeindehaus",
}
MEASURE = {"participant_id": "riesa", "title": "Dorfladen", "status": "planned", "budget_eur": 1200.5}
OFFICE = Person("Frau A.", "geschaeftsstelle")


@pytest.fixture
def desk(demo: Path) -> Path:
    """The demo data's store, opened for writing."""
    assert connection.open_for_writing() is None
    return demo


def content() -> dict[str, str]:
    """Everything people keep, without the stamps."""
    found = {}
    for table in parents_first():
        columns = TABLES[table].columns
        key = TABLES[table].key or "area_key"
        listed = ", ".join(dict.fromkeys((key, *columns)))
        found[table] = read(f"SELECT {listed} FROM {table} ORDER BY ALL").to_csv()
    return found


def test_an_event_is_kept_with_its_history(desk: Path) -> None:
    saved = save([Change("stage_event", None, EVENT)], OFFICE, "Anruf der Gemeinde")
    ((table, key),) = saved.made
    row = read("SELECT * FROM stage_event WHERE event_id = ?", [key]).iloc[0]
    assert (table, row["participant_id"], row["note"]) == ("stage_event", "schossin", "im Gemeindehaus")
    assert row["entered_by"] == "Frau A."
    story = history.history("stage_event", key)
    assert story["what"].tolist() == [
        "Termin einer Stufe angelegt; Kommune: Schossin; Stufe: Zukunftswerkstatt; Datum: 02.05.2024; "
        "Bemerkung: im Gemeindehaus"
    ]
    assert story["reason"].tolist() == ["Anruf der Gemeinde"]
    assert history.sets().iloc[0][["actor", "kind", "records"]].tolist() == ["Frau A.", "entry", 1]


def test_what_is_saved_is_there_in_the_next_process(desk: Path) -> None:
    save([Change("measure", None, MEASURE)], OFFICE)
    connection.close()
    assert read("SELECT count(*) AS n FROM measure WHERE title = 'Dorfladen'")["n"].iloc[0] == 1


def test_a_change_is_told_in_words_and_taken_back(desk: Path) -> None:
    ((_, key),) = save([Change("measure", None, MEASURE)], OFFICE).made
    before = content()
    values = {"status": "parked", "budget_eur": None, "ends": date(2025, 1, 31)}
    saved = save([Change("measure", key, values, {"status": "planned"})], OFFICE, "kein Geld")
    assert sorted(history.history("measure", key)["what"][:3]) == [
        "Budget (Euro): 1.200,50\u00a0Euro → leer",
        "Ende: leer → 31.01.2025",
        "Stand: geplant → Ideenparkplatz",
    ]
    assert saved.set_id is not None
    back = undo(saved.set_id, OFFICE)
    assert content() == before
    sets = history.sets().set_index("set_id")
    assert sets.loc[saved.set_id, "undone"] == back.set_id
    # and the undo can be undone
    assert back.set_id is not None
    undo(back.set_id, OFFICE)
    assert read("SELECT status FROM measure WHERE measure_id = ?", [key])["status"].iloc[0] == "parked"


def test_nothing_that_differs_makes_no_history(desk: Path) -> None:
    ((_, key),) = save([Change("measure", None, MEASURE)], OFFICE).made
    saved = save([Change("measure", key, {"title": " Dorfladen ", "budget_eur": 1200.5})], OFFICE)
    assert saved.set_id is None


def test_two_editors_of_one_field_and_of_two(desk: Path) -> None:
    ((_, key),) = save([Change("measure", None, MEASURE)], OFFICE).made
    seen = dict.fromkeys(TABLES["measure"].columns) | MEASURE
    save([Change("measure", key, {"status": "running"}, seen)], Person("Herr B.", "geschaeftsstelle"))
    # a change to another field is no conflict, and stays as it was saved
    mine = {**seen, "goal": "Laden offen", "status": "planned"}
    with pytest.raises(ConflictError, match=r"Herr B\. hat inzwischen „Stand“ geändert") as caught:
        save([Change("measure", key, {**mine, "status": "dropped"}, seen)], OFFICE)
    (clash,) = caught.value.clashes
    assert (clash.saw, clash.now, clash.wanted, clash.actor) == ("planned", "running", "dropped", "Herr B.")
    save([Change("measure", key, {"goal": "Laden offen"}, {"goal": None})], OFFICE)
    row = read("SELECT status, goal FROM measure WHERE measure_id = ?", [key]).iloc[0]
    assert row.tolist() == ["running", "Laden offen"]
    # both want the same: no conflict
    save([Change("measure", key, {"status": "running"}, {"status": "planned"})], OFFICE)
    save([Change("measure", key, None, {"status": "running"})], OFFICE)
    with pytest.raises(ConflictError, match="gelöscht"):
        save([Change("measure", key, {"goal": "neu"}, {"goal": "Laden offen"})], OFFICE)


@pytest.mark.parametrize(
    ("table", "values", "sentence"),
    [
        ("stage_event", EVENT | {"date_to": date(2024, 5, 3)}, "kein Tag, Monat oder Jahr"),
        ("stage_event", EVENT | {"participant_id": "nirgends"}, "„Kommune“: Den Eintrag „nirgends“ gibt es nicht"),
        ("stage_event", EVENT | {"stage": None}, "„Stufe“ fehlt"),
        ("measure", MEASURE | {"budget_eur": -1.0}, "nicht unter null"),
        ("measure", MEASURE | {"starts": date(2024, 5, 2), "ends": date(2024, 5, 1)}, "„Ende“ liegt vor „Beginn“"),
        ("participant", {"participant_id": "neu", "name": "Neu"}, "nicht anlegen oder löschen"),
        ("funding", {"participant_id": "riesa", "year": 24}, "etwa 2023"),
        ("stage_plan", {k: v for k, v in EVENT.items() if k != "note"} | {"status": "moved"}, "Grund"),
    ],
)
def test_what_breaks_a_rule_is_refused_whole(desk: Path, table: str, values: dict, sentence: str) -> None:
    before = content()
    with pytest.raises(RefusedError, match=sentence) as caught:
        save([Change("measure", None, MEASURE), Change(table, None, values)], OFFICE)
    assert caught.value.faults[0].place == 1
    assert content() == before
    assert history.sets().empty


def test_doubles_and_what_is_still_needed(desk: Path) -> None:
    save([Change("stage_event", None, EVENT)], OFFICE)
    with pytest.raises(RefusedError, match="Das gibt es schon: Termin einer Stufe"):
        save([Change("stage_event", None, EVENT)], OFFICE)
    ((_, key),) = save([Change("measure", None, MEASURE)], OFFICE).made
    note = {"measure_id": key, "noted_on": date(2024, 6, 1), "text": "Vertrag unterschrieben"}
    save([Change("measure_note", None, note)], OFFICE)
    with pytest.raises(RefusedError, match="wird noch gebraucht"):
        save([Change("measure", key, None)], OFFICE)


def test_a_plan_is_open_once(desk: Path) -> None:
    plan = {k: v for k, v in EVENT.items() if k != "note"} | {"stage": "zwischenbilanz", "status": "planned"}
    save([Change("stage_plan", "x", None)], OFFICE)  # removing what is not there changes nothing
    taken = read("SELECT plan_id FROM stage_plan WHERE participant_id = 'schossin' AND stage = 'zwischenbilanz'")
    save([Change("stage_plan", key, None) for key in taken["plan_id"]], OFFICE)
    ((_, key),) = save([Change("stage_plan", None, plan)], OFFICE).made
    later = plan | {"date_from": date(2024, 7, 1), "date_to": date(2024, 7, 1)}
    with pytest.raises(RefusedError, match="schon ein Termin geplant"):
        save([Change("stage_plan", None, later)], OFFICE)
    moved = {"status": "moved", "reason": "Saal belegt"}
    save([Change("stage_plan", key, moved), Change("stage_plan", None, later)], OFFICE)


def test_an_undo_does_not_run_over_later_changes(desk: Path) -> None:
    made = save([Change("measure", None, MEASURE)], OFFICE)
    ((_, key),) = made.made
    save([Change("measure", key, {"goal": "neu"})], Person("Herr B.", "geschaeftsstelle"))
    assert made.set_id is not None
    with pytest.raises(ConflictError, match="Herr B"):
        undo(made.set_id, OFFICE)


def test_the_beratung_writes_its_own_and_no_more(desk: Path) -> None:
    adviser = Person("Büro X", "beratung", ("riesa",))
    ((_, key),) = save([Change("measure", None, MEASURE)], adviser).made
    save([Change("measure_note", None, {"measure_id": key, "noted_on": date(2024, 1, 1), "text": "x"})], adviser)
    with pytest.raises(ForbiddenError, match="nur für die eigenen Kommunen"):
        save([Change("measure", None, MEASURE | {"participant_id": "schossin"})], adviser)
    with pytest.raises(ForbiddenError, match="nur für die eigenen Kommunen"):
        save([Change("measure", key, {"participant_id": "schossin"})], adviser)
    with pytest.raises(ForbiddenError, match="„Mittel“ nicht ändern"):
        save([Change("funding", None, {"participant_id": "riesa", "year": 2024})], adviser)
    for role in ("ministerium", "kommune", "oeffentlich", "unbekannt"):
        with pytest.raises(ForbiddenError):
            save([Change("measure", key, {"goal": "x"})], Person("N. N.", role, ("riesa",)))


def test_many_records_at_once(desk: Path) -> None:
    many = [Change("measure", None, MEASURE | {"title": f"Maßnahme {n}"}) for n in range(2000)]
    before = content()
    saved = save(many, LOCAL, "Liste", kind="import", file="liste.xlsx")
    assert len(saved.made) == 2000
    assert len({key for _, key in saved.made}) == 2000
    assert saved.set_id is not None
    undo(saved.set_id, LOCAL)
    assert content() == before


@pytest.mark.slow
@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["make", "change", "remove"]),
            st.integers(0, 5),
            st.sampled_from(["idea", "running", "done", "parked"]),
            st.one_of(st.none(), st.floats(0, 1e6).map(lambda v: round(v, 2))),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_was_done_can_be_taken_back_in_turn(desk: Path, steps) -> None:
    before = content()
    done: list[int] = []
    keys: list[str] = []
    for what, at, status, budget in steps:
        values = {"status": status, "budget_eur": budget, "goal": f"Ziel {at}"}
        if what == "make" or not keys:
            title = f"Versuch {len(done)}-{at}"
            saved = save([Change("measure", None, MEASURE | values | {"title": title})], OFFICE)
            keys.append(saved.made[0][1])
        elif what == "change":
            saved = save([Change("measure", keys[at % len(keys)], values)], OFFICE)
        else:
            saved = save([Change("measure", keys.pop(at % len(keys)), None)], OFFICE)
        if saved.set_id is not None:
            done.append(saved.set_id)
    for set_id in reversed(done):
        undo(set_id, OFFICE)
    assert content() == before
