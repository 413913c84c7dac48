"""Names are replaced everywhere, the history stays whole; what was kept long enough goes, and nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from zwk_data import settings
from zwk_data.__main__ import main
from zwk_data.display import memory
from zwk_data.records import changes, history
from zwk_data.records.changes import Change, save
from zwk_data.room import contributions, sessions
from zwk_data.stores import connection
from zwk_data.stores.access import Person
from zwk_data.stores.connection import read

pytestmark = pytest.mark.attack
ERIKA, OTTO = Person("Erika Beispiel", "geschaeftsstelle"), Person("Otto Muster", "geschaeftsstelle")
MEASURE = {"participant_id": "riesa", "title": "Dorfladen", "status": "idea"}


def everything() -> str:
    """All that is stored, as text."""
    tables = ["measure", "change_set", "change_log", "stage_event", "measure_note"]
    return "\n".join(read(f"FROM {table}").to_csv() for table in tables)


@pytest.mark.slow
def test_a_name_is_replaced_everywhere_and_every_change_can_be_undone(store: Callable[[str], Path]) -> None:
    store("public")
    assert connection.open_for_writing() is None
    made = save([Change("measure", None, MEASURE)], ERIKA)
    ((_, key),) = made.made
    save([Change("measure", key, {"title": "Dorfladen mit Post"})], OTTO)
    removed = save([Change("measure", key, None)], ERIKA)
    save([Change("measure", None, MEASURE | {"title": "Bleibt"})], ERIKA)
    assert "Erika Beispiel" in everything()
    result = CliRunner().invoke(main, ["forget", "Erika Beispiel", "--yes"])
    assert result.exit_code == 0, result.exception
    assert "Erika Beispiel" not in everything()
    assert "Otto Muster" in everything()
    words = set(read("SELECT DISTINCT actor FROM change_set")["actor"]) - {"Otto Muster"}
    assert len(words) == 1, "one word for one person"
    assert removed.set_id is not None
    changes.undo(removed.set_id, OTTO)
    back = read("SELECT title, entered_by FROM measure WHERE measure_id = ?", [key])
    assert back["title"].tolist() == ["Dorfladen mit Post"]
    nobody = CliRunner().invoke(main, ["forget", "Erika Beispiel", "--yes"])
    assert "steht nirgends im Verlauf" in str(nobody.exception)


def test_what_was_kept_long_enough_goes(store: Callable[[str], Path], tmp_path: Path) -> None:
    store("public")
    (tmp_path / "betrieb.yml").write_text(
        "aufbewahrung: {sitzungen_tage: 30, offene_sitzungen_tage: 0, gruesse_tage: 10, namen_im_verlauf_tage: 20}",
        encoding="utf-8",
    )
    assert connection.open_for_writing() is None
    save([Change("measure", None, MEASURE)], ERIKA)
    save([Change("measure", None, MEASURE | {"title": "Neu"})], OTTO)
    old = datetime.now() - timedelta(days=21)
    with connection.stores().writing:
        con = connection.cursor()
        con.execute("UPDATE programme.change_set SET \"at\" = ? WHERE actor = 'Erika Beispiel'", [old])
        con.execute("UPDATE programme.change_log SET \"at\" = ? WHERE actor = 'Erika Beispiel'", [old])
        con.execute("UPDATE programme.measure SET entered_at = ? WHERE entered_by = 'Erika Beispiel'", [old])
    keys = []
    for kommune, days, ended in (("riesa", 31, True), ("spelle", 29, True), ("adorf", 400, False)):
        begun = sessions.begin(kommune, kommune, date(2024, 11, 5), [("Wohnen", "")], phones=True)
        sessions.open_vote(begun.session_id, 1)
        contributions.cast(begun.session_id, "a" * 24, 1, 3).result(10)
        contributions.add(begun.session_id, "idea", "etwas")
        if ended:
            sessions.end(begun.session_id)
        started = (datetime.now() - timedelta(days=days)).isoformat(timespec="seconds")
        values = [started, begun.session_id]
        sessions.store().write(
            lambda con, v=values: con.execute("UPDATE session SET started = ? WHERE session_id = ?", v)
        )
        keys.append(begun.session_id)
    for event, days in (("alt", 11), ("neu", 9)):
        assert memory.greet(event, "riesa")
        values = [time.time() - days * 86_400, event]
        memory._store().write(lambda con, v=values: con.execute("UPDATE greeted SET at = ? WHERE event = ?", v))
    result = CliRunner().invoke(main, ["prune"])
    assert result.exit_code == 0, result.exception
    told = result.output.replace("\xa0", " ")
    assert told == "Gelöscht: 1 Sitzung, Grüße von 1 Veranstaltung, 1 Name.\n"
    assert "Erika Beispiel" not in everything()
    assert "Otto Muster" in everything()
    for table in ("session", "vote", "point", "field"):
        rows = sessions.store().read(f"SELECT DISTINCT session_id FROM {table}")
        assert {row["session_id"] for row in rows} == set(keys[1:]), table
    assert memory.greetings("alt") == {}
    assert memory.greetings("neu") == {"riesa": 1}
    again = CliRunner().invoke(main, ["prune"]).output.replace("\xa0", " ")
    assert again == "Gelöscht: 0 Sitzungen, Grüße von 0 Veranstaltungen, 0 Namen.\n"
    sessions.close_store()
    memory.close()


def test_a_session_that_nobody_ends_is_ended_and_its_result_stays(store: Callable[[str], Path]) -> None:
    store("public")
    keys = {}
    for kommune, days in (("riesa", 31), ("spelle", 29)):
        begun = sessions.begin(kommune, kommune, date(2024, 11, 5), [("Wohnen", "")], phones=True)
        sessions.open_vote(begun.session_id, 1)
        contributions.cast(begun.session_id, "a" * 24, 1, 3).result(10)
        started = (datetime.now() - timedelta(days=days)).isoformat(timespec="seconds")
        values = [started, begun.session_id]
        sessions.store().write(
            lambda con, v=values: con.execute("UPDATE session SET started = ? WHERE session_id = ?", v)
        )
        keys[kommune] = begun.session_id
    told = CliRunner().invoke(main, ["prune"]).output.replace("\xa0", " ")
    assert told.startswith("Beendet: 1 Sitzung, die niemand beendet hatte.\n")
    left, going_on = sessions.session(keys["riesa"]), sessions.session(keys["spelle"])
    assert (left.state, left.salt) == ("closed", None), "no phone is known again"
    assert contributions.by_phone(left.session_id) == {1: (0, 0, 1, 0, 0)}
    assert sessions.ended_of("riesa") == [left], "it may still be saved"
    assert going_on.is_open
    assert "Beendet" not in CliRunner().invoke(main, ["prune"]).output
    sessions.close_store()


def test_old_backups_go_but_never_the_newest(store: Callable[[str], Path], tmp_path: Path) -> None:
    store("public")
    (tmp_path / "betrieb.yml").write_text("aufbewahrung: {sicherungen_tage: 20}", encoding="utf-8")
    kept = settings.backups()
    kept.mkdir()
    now = datetime.now()

    def made(*days: int) -> list[str]:
        return [f"programme-public-{now - timedelta(days=one):%Y-%m-%dT%H%M%S}" for one in days]

    older, newer, others = made(90, 21), made(19), ["vor-dem-umzug.duckdb", "programme-demo-2020-01-01T000000.duckdb"]
    for name in [*(f"{one}.duckdb" for one in older + newer), f"{older[0]}-sitzungen.sqlite", *others]:
        (kept / name).touch()
    assert "2 Sicherungen" in CliRunner().invoke(main, ["prune"]).output.replace("\xa0", " ")
    assert {one.name for one in kept.iterdir()} == {f"{newer[0]}.duckdb", *others}
    (kept / f"{newer[0]}.duckdb").rename(kept / f"{older[0]}.duckdb")
    assert "0 Sicherungen" in CliRunner().invoke(main, ["prune"]).output.replace("\xa0", " ")
    assert (kept / f"{older[0]}.duckdb").exists()


@pytest.mark.parametrize("text", [None, "", json.dumps({"entered_by": "Otto Muster"}), json.dumps({"title": "E"})])
def test_what_is_no_record_of_that_person_stays(text: str | None) -> None:
    assert history._without(text, "Erika Beispiel", "Person X") == text
