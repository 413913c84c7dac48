"""The stores in PostgreSQL: what a file keeps they keep, with the same rights, history, undo, backup and migrations."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from PIL import Image

from zwk_data import seed
from zwk_data.__main__ import main
from zwk_data.display import memory, playlist
from zwk_data.errors import ZwkError
from zwk_data.records import changes, history
from zwk_data.records.changes import Change, ConflictError, RefusedError, save
from zwk_data.room import contributions, sessions
from zwk_data.schema.tables import parents_first
from zwk_data.stores import access, admission, backup, connection, programme_file
from zwk_data.stores import postgres as engine
from zwk_data.stores.access import LOCAL, ForbiddenError, Person
from zwk_data.stores.connection import read
from zwk_data.stores.postgres import Schema
from zwk_data.stores.programme_schema import SharedStore
from zwk_data.stores.small import SmallSchema
from zwk_data.stores.writing import NotWritableError

MEASURE = {"participant_id": "riesa", "title": "Dorfladen", "status": "idea"}
NOW = time.time()
#: what a provider says of two people who have logged in
ERIKA = {"iss": "https://anmeldung.example", "sub": "e", "iat": NOW - 60, "nonce": "n1", "name": "Erika Beispiel"}
OTTO = {"iss": "https://anmeldung.example", "sub": "o", "iat": NOW - 60, "nonce": "n2", "name": "Otto Muster"}


@pytest.fixture(scope="module")
def seeded(postgres) -> str:
    """The name of a database with the invented data, for copies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZWK_STORE", postgres.database("seeded"))
        seed.ensure("demo")
    engine.forget_connections()
    return "seeded"


@pytest.fixture
def server(
    request: pytest.FixtureRequest,
    postgres,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    made: Callable[[str], Path],
) -> Iterator[str]:
    """A database, which ``ZWK_STORE`` names: empty, or with the invented data; the warehouse is a tiny one."""
    full = "shared" in request.fixturenames
    url = postgres.database(tmp_path.name, request.getfixturevalue("seeded") if full else "template0")
    monkeypatch.setenv("ZWK_STORE", url)
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    monkeypatch.setenv("ZWK_DATA", "demo")
    warehouse = made("demo").with_name("warehouse.duckdb")
    monkeypatch.setattr(connection, "warehouse_path", lambda: warehouse)
    engine._failed.clear()
    connection.close()
    yield url
    connection.close()
    sessions.close_store()
    memory.close()
    playlist.close_kept()
    admission.close()
    engine.forget_connections()


@pytest.fixture
def shared(server: str) -> SharedStore:
    """The invented data, open for writing."""
    found = seed.ensure()
    assert isinstance(found, SharedStore)
    assert connection.open_for_writing() is None
    return found


def small_picture() -> bytes:
    made = BytesIO()
    Image.new("1", (9, 9)).save(made, "PNG")
    return made.getvalue()


def rows(file: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return {
            table: con.execute(f"FROM {table} ORDER BY ALL").fetchall()
            for table in (*parents_first(), "change_set", "change_log", "migration")
        }


def other(shared: SharedStore) -> connection.Stores:
    """What another process has open."""
    return connection._opened(connection.warehouse_path(), shared)


def titles(con: duckdb.DuckDBPyConnection) -> set[str]:
    return {title for (title,) in con.execute("SELECT title FROM measure WHERE participant_id = 'riesa'").fetchall()}


@pytest.mark.slow
def test_a_new_store_holds_what_a_file_would(shared: SharedStore, made: Callable[[str], Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy.duckdb"
    programme_file.copy_to(shared, copy)
    there, here = rows(copy), rows(made("demo"))
    stamps = {"migration"}
    assert {table: there[table] for table in there if table not in stamps} == {
        table: here[table] for table in here if table not in stamps
    }
    assert [row[:2] for row in there["migration"]] == [row[:2] for row in here["migration"]]
    # asked through ``read``: the same rows, types and rights
    found = read("SELECT * FROM measure ORDER BY measure_id")
    with duckdb.connect(str(made("demo")), read_only=True) as con:
        assert found.equals(con.execute("SELECT * FROM measure ORDER BY measure_id").df())
    with access.asking_as(access.PUBLIC):
        assert len(read("SELECT * FROM funding")) == 0
        assert 0 < len(read("SELECT * FROM measure")) < len(found)
    # and a second start changes nothing
    before = shared.state()
    seed.ensure()
    assert shared.state() == before


def test_it_keeps_the_rules_of_the_file(shared: SharedStore) -> None:
    psycopg = pytest.importorskip("psycopg")
    wrong = [
        "UPDATE measure SET title = '' WHERE measure_id = 'riesa-01'",
        "UPDATE measure SET status = 'no' WHERE measure_id = 'riesa-01'",
        "UPDATE participant SET participant_id = 'Groß' WHERE participant_id = 'riesa'",
        "UPDATE stage_event SET date_to = date_to + 1 WHERE precision = 'month'",
        "UPDATE participant SET name = NULL WHERE participant_id = 'riesa'",
    ]
    for sql in wrong:
        with shared.connect().raw as con, pytest.raises(psycopg.errors.IntegrityError):
            con.execute(sql)


def test_saving_history_and_undo(shared: SharedStore) -> None:
    saved = save(
        [Change("measure", None, MEASURE), Change("measure", "riesa-01", {"budget_eur": 12.5})], LOCAL, "Probe"
    )
    ((_, key),) = saved.made
    assert read("SELECT title, starts FROM measure WHERE measure_id = ?", [key])["title"].tolist() == ["Dorfladen"]
    assert history.history("measure", key)["reason"].tolist() == ["Probe"]
    assert saved.set_id is not None
    changes.undo(saved.set_id, LOCAL)
    assert read("SELECT * FROM measure WHERE measure_id = ?", [key]).empty
    assert len(history.sets()) == 2
    with pytest.raises(RefusedError, match="Den Eintrag „nirgends“ gibt es nicht"):
        save([Change("measure", None, MEASURE | {"theme_id": "nirgends"})], LOCAL)
    with pytest.raises(ForbiddenError):
        save([Change("measure", None, MEASURE)], Person("Frau B.", "beratung", ("spelle",)))
    assert len(history.sets()) == 2


def test_many_records_at_once(shared: SharedStore) -> None:
    saved = save([Change("measure", None, MEASURE | {"title": f"Nr. {n}"}) for n in range(2000)], LOCAL, kind="import")
    assert len({key for _, key in saved.made}) == 2000
    assert read("SELECT count(*) AS n FROM measure WHERE title LIKE 'Nr. %'")["n"].tolist() == [2000]


def test_a_change_elsewhere_is_seen_within_two_seconds(shared: SharedStore) -> None:
    elsewhere = other(shared)
    save([Change("measure", None, MEASURE)], LOCAL)
    end = time.monotonic() + 2
    while "Dorfladen" not in titles(elsewhere.con) and time.monotonic() < end:
        assert elsewhere.shared is not None
        assert elsewhere.shared.catch_up()
        time.sleep(0.02)
    assert "Dorfladen" in titles(elsewhere.con)
    log = elsewhere.con.execute("SELECT count(*) FROM change_log").fetchone()
    assert log == (1,)
    elsewhere.close()


def test_of_two_writers_one_wins_and_the_other_is_told(shared: SharedStore) -> None:
    """Both saw the same; the second one learns who was faster, and none of their change is saved."""
    seen, outcomes = {"title": read("SELECT title FROM measure WHERE measure_id = 'riesa-01'")["title"].iloc[0]}, []
    ready = threading.Barrier(2)

    def edit(name: str) -> None:
        ready.wait()
        try:
            save([Change("measure", "riesa-01", {"title": name}, seen)], Person(name, "geschaeftsstelle"))
            outcomes.append(("won", name))
        except ConflictError as error:
            outcomes.append(("told", str(error)))

    several = [threading.Thread(target=edit, args=(name,)) for name in ("Frau A.", "Herr B.")]
    for one in several:
        one.start()
    for one in several:
        one.join()
    (_, winner), (_, told) = sorted(outcomes, reverse=True)
    assert f"{winner} hat inzwischen" in told
    assert read("SELECT title FROM measure WHERE measure_id = 'riesa-01'")["title"].tolist() == [winner]


def test_what_fails_leaves_nothing(shared: SharedStore) -> None:
    from zwk_data.stores.writing import transaction

    def half() -> None:
        with transaction() as con:
            con.execute("DELETE FROM measure")
            raise KeyError

    before = len(read("SELECT * FROM measure"))
    with pytest.raises(KeyError):
        half()
    assert len(read("SELECT * FROM measure")) == before > 0
    # and the next writer gets in immediately
    save([Change("measure", None, MEASURE)], LOCAL)


@pytest.mark.slow
def test_a_backup_is_a_file_and_comes_back(shared: SharedStore, tmp_path: Path) -> None:
    save([Change("measure", None, MEASURE)], LOCAL)
    result = CliRunner().invoke(main, ["backup", "--to", str(tmp_path / "dort")])
    assert result.exit_code == 0, result.output
    (file,) = (tmp_path / "dort").iterdir()
    save([Change("measure", None, MEASURE | {"title": "Zu viel"})], LOCAL)
    # the app keeps running and notices
    result = CliRunner().invoke(main, ["restore", str(file)], input="j\n")
    assert result.exit_code == 0, result.output
    assert "programme_demo_vor_rueckspielung_" in result.output
    wait_for(lambda: "Zu viel" not in set(read("SELECT title FROM measure")["title"]))
    assert "Dorfladen" in set(read("SELECT title FROM measure")["title"])
    # history and numbers go on where they were
    save([Change("measure", None, MEASURE | {"title": "Danach"})], LOCAL)
    again = tmp_path / "wieder.duckdb"
    backup.backup("demo", again)
    assert {"Dorfladen", "Danach"} <= {row[3] for row in rows(again)["measure"]}


@pytest.mark.slow
def test_an_older_store_comes_up_to_date_and_a_newer_one_is_left_alone(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = programme_file.migration_steps()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(programme_file, "migration_steps", lambda: steps[:3])
        store = seed.programme_store("demo")
        with patch.context() as older:
            older.setattr(seed, "fingerprint", lambda _: "00000000")
            frames = {k: v for k, v in seed.frames("demo").items() if k != "profile_text"}
            frames["stage_event"] = frames["stage_event"][frames["stage_event"]["precision"] != "blanket"]
            old_tables = [table for table in parents_first() if table != "profile_text"]
            older.setattr(programme_file, "parents_first", lambda: old_tables)
            older.setattr(programme_file, "faults", lambda con: [])
            programme_file.build(store, frames, "00000000")
    with store.connect().raw as con:
        con.execute(
            "INSERT INTO change_log VALUES (1, now()::timestamp, 'Frau A.', 'measure', 'riesa-01', 'goal', 'a', 'b', "
            "NULL, 1)"
        )
        assert con.execute("SELECT max(number) FROM migration").fetchone() == (3,)
    seed.ensure()
    state = programme_file.state(store)
    assert state is not None
    assert (state.version, state.changes) == (programme_file.newest_version(), 1)
    with store.connect().raw as con:
        kept = con.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE '%vor_stand%'").fetchall()
        assert len(kept) == 1
        con.execute("INSERT INTO migration VALUES (99, 'zukunft', NULL)")
    connection.close()
    with pytest.raises(ZwkError, match="Stand 99"):
        read("SELECT * FROM measure")
    with pytest.raises(ZwkError, match="Stand 99"):
        backup.backup("demo")


def test_a_session_in_the_room(server: str) -> None:
    fields = [("Wohnen", "Leerstand senken"), ("Jugend", "")]
    begun = sessions.begin("riesa", "Riesa", date(2024, 11, 5), fields, phones=True)
    assert sessions.begin("riesa", "Riesa", date(2024, 11, 5), fields).session_id == begun.session_id
    assert contributions.cast(begun.session_id, "a" * 24, 1, 3).result(5) == contributions.FIELD_CLOSED
    sessions.open_vote(begun.session_id, 1)
    waiting = [contributions.cast(begun.session_id, f"{n:024}", 1, n % 5 + 1) for n in range(60)]
    waiting += [contributions.cast(begun.session_id, f"{0:024}", 1, 5)]
    assert {one.result(5) for one in waiting} == {contributions.COUNTED}
    assert contributions.by_phone(begun.session_id) == {1: (11, 12, 12, 12, 13)}
    contributions.count_by_hand(begun.session_id, 1, 2, 3)
    contributions.count_by_hand(begun.session_id, 1, 2, 4)
    assert contributions.together(begun.session_id) == {1: (11, 16, 12, 12, 13)}
    assert contributions.own(sessions.session(begun.session_id), f"{0:024}", 1) == 5
    # the phones that others hear count as well, as long as they are heard
    for device in ("a", "b"):
        contributions.heard(begun.session_id, device)
    now = time.time()
    for place, at in (("dort", now), ("früher", now - 60)):
        told = [begun.session_id, place, 20, at]
        sessions.store().write(lambda con, told=told: con.execute("INSERT INTO present VALUES (?, ?, ?, ?)", told))
    assert contributions.phones_here(begun.session_id) == 22
    first = contributions.add(begun.session_id, "idea", "Ein Haus", due=date(2025, 1, 1))
    second = contributions.add(begun.session_id, "idea", "Zwei Häuser?", field_no=1)
    assert second > first
    contributions.remove(begun.session_id, first)
    assert [one.text for one in contributions.points(begun.session_id)] == ["Zwei Häuser?"]
    sessions.change(begun.session_id, screen="ideen", present=61, live=False)
    there = sessions.session(begun.session_id)
    assert (there.screen, there.open_field, there.present, there.live) == ("ideen", None, 61, False)
    found = sessions.recent_by_code(begun.code)
    assert found is not None
    assert [one.name for one in found[1]] == ["Wohnen", "Jugend"]
    before = {row[0] for row in sessions.store().read("SELECT device FROM vote")}
    sessions.end(begun.session_id)
    assert sessions.session(begun.session_id).salt is None
    assert not before & {row[0] for row in sessions.store().read("SELECT device FROM vote")}
    assert contributions.by_phone(begun.session_id) == {1: (11, 12, 12, 12, 13)}
    sessions.keep_review(begun.session_id, "rv-1")
    assert [one.state for one in sessions.ended_of("riesa")] == ["saved"]


def test_the_display_is_directed(server: str) -> None:
    assert memory.doors() == {}
    codes = memory.codes("standard")
    assert memory.event_of_remote(codes.remote) == "standard"
    assert memory.command("standard", lambda anchor: memory.say(anchor, "Gleich geht es weiter: 100 %?"))
    assert memory.anchor("standard").message == "Gleich geht es weiter: 100 %?"
    assert memory.greet("standard", "riesa")
    assert memory.greet("standard", "riesa")
    memory.switch_greetings("standard", False)
    assert not memory.greet("standard", "riesa")
    assert memory.greetings("standard") == {"riesa": 2}
    memory.keep_door("standard", memory.DoorAddress(8502, ""))
    memory.keep_door("standard", memory.DoorAddress(8503, ""))
    assert memory.doors() == {"standard": memory.DoorAddress(8503, "")}
    assert memory.fresh_codes("standard") != codes


def test_a_playlist_is_the_same_on_every_machine(server: str) -> None:
    shipped = playlist.playlist()
    assert not playlist.is_own("standard")
    playlist.write(replace(shipped, event="treffen", title="Werkstatttreffen", logo="treffen.png"))
    picture = small_picture()
    assert playlist.keep_logo("treffen", "Wappen.PNG", picture) == "treffen.png"
    assert not playlist.folder().exists()
    assert playlist.events() == {"standard": shipped.title, "treffen": "Werkstatttreffen"}
    assert playlist.kept_content("treffen.png") == picture
    playlist.write(replace(playlist.playlist("treffen"), title="Anders"))
    assert playlist.playlist("treffen").title == "Anders"
    playlist.remove("treffen")
    with pytest.raises(ZwkError, match="gibt es nicht"):
        playlist.playlist("treffen")


@pytest.mark.attack
def test_a_login_that_has_ended_has_ended_on_every_machine(server: str, tmp_path: Path) -> None:
    def ended(said: dict[str, object]) -> bool:
        return admission.has_ended(said, str(said["name"]), NOW - 60)

    assert [ended(ERIKA), ended(OTTO)] == [False, False]
    admission.end_login(ERIKA)
    admission.end_login(ERIKA)
    assert [ended(ERIKA), ended(OTTO)] == [True, False]
    # another machine ends Otto's, and this one hears of it
    elsewhere = SmallSchema(Schema(server, Path(admission.FILE).stem), admission.KIND)
    elsewhere.write(partial(admission._keep, admission._person_key("otto  muster"), time.time()))
    elsewhere.close()
    time.sleep(admission.REMEMBERED_SECONDS + 0.1)
    assert ended(OTTO)
    admission.close()
    assert [ended(ERIKA), ended(OTTO)] == [True, True]
    assert ended(ERIKA | {"nonce": "n3"}) is False
    assert not (tmp_path / admission.FILE).exists()
    assert "Erika" not in str([tuple(row) for row in admission._store().read("SELECT * FROM ended")])
    assert admission.forget_before(time.time() + 60) == 2
    admission.close()
    assert not ended(ERIKA)


@pytest.mark.slow
def test_a_store_moves_to_the_server_and_back(
    server: str, made: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that people wrote, into an empty database and from there into an empty folder: equal row for row."""
    monkeypatch.delenv("ZWK_STORE")
    shutil.copyfile(made("demo"), tmp_path / "programme-demo.duckdb")
    assert connection.open_for_writing() is None
    odd = 'Ein „Haus", mit\nZeile; 100 % \\N, NULL und ""'
    saved = save(
        [
            Change("measure", None, MEASURE | {"title": odd, "budget_eur": 0.1 + 0.2, "note": None}),
            Change("measure", "riesa-01", {"note": "NULL"}),
        ],
        LOCAL,
        "Umzug",
    )
    begun = sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen", "")], phones=True)
    sessions.open_vote(begun.session_id, 1)
    assert contributions.cast(begun.session_id, "a" * 24, 1, 3).result(5) == contributions.COUNTED
    noted = contributions.add(begun.session_id, "idea", odd)
    codes = memory.codes("standard")
    playlist.write(replace(playlist.playlist(), event="treffen"))
    picture = playlist.keep_logo("treffen", "w.png", small_picture())
    admission.end_login(ERIKA)
    connection.close()
    sessions.close_store()
    memory.close()
    admission.close()
    before = rows(tmp_path / "programme-demo.duckdb")

    monkeypatch.setenv("ZWK_STORE", server)
    moved = CliRunner().invoke(main, ["move", "--to", "postgresql", "--yes"])
    assert moved.exit_code == 0, moved.exception
    assert "Zeile für Zeile gleich" in moved.output
    assert "1 Sitzung, 1 Stimme, 2 Dateien der Live-Anzeige." in moved.output.replace("\u00a0", " ")
    assert connection.open_for_writing() is None
    ((_, key),) = saved.made
    assert read("SELECT title FROM measure WHERE measure_id = ?", [key])["title"].tolist() == [odd]
    assert contributions.own(sessions.session(begun.session_id), "a" * 24, 1) == 3
    assert contributions.add(begun.session_id, "idea", "mehr") > noted
    assert memory.codes("standard") == codes
    assert [admission.has_ended(one, str(one["name"]), NOW - 60) for one in (ERIKA, OTTO)] == [True, False]
    assert picture in playlist.kept_names(".png")
    assert saved.set_id is not None
    # what was saved in the file is taken back on the server
    changes.undo(saved.set_id, LOCAL)
    connection.close()

    # a second time: it asks before replacing, and keeps the old store under another name
    asked = CliRunner().invoke(main, ["move", "--to", "postgresql"], input="\n")
    assert "Nichts ist geändert" in asked.output
    moved = CliRunner().invoke(main, ["move", "--to", "postgresql"], input="j\n")
    assert "programme_demo_vor_umzug_" in moved.output

    back = tmp_path / "zurueck"
    monkeypatch.setenv("ZWK_HOME", str(back))
    moved = CliRunner().invoke(main, ["move", "--to", "files", "--yes"])
    assert moved.exit_code == 0, moved.exception
    assert rows(back / "programme-demo.duckdb") == before
    monkeypatch.delenv("ZWK_STORE")
    assert connection.open_for_writing() is None
    more = save([Change("measure", None, MEASURE | {"title": "Danach"})], LOCAL)
    assert more.made[0][1] not in {row[0] for row in before["measure"]}
    assert contributions.own(sessions.session(begun.session_id), "a" * 24, 1) == 3
    assert [one.text for one in contributions.points(begun.session_id)] == [" ".join(odd.split())]
    assert memory.codes("standard") == codes
    assert [admission.has_ended(one, str(one["name"]), NOW - 60) for one in (ERIKA, OTTO)] == [True, False]
    assert (back / "anzeige" / "treffen.png").read_bytes() == (tmp_path / "anzeige" / "treffen.png").read_bytes()


@pytest.mark.slow
def test_a_backup_holds_the_sessions_and_the_display_too(shared: SharedStore, tmp_path: Path) -> None:
    begun = sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen", "")], phones=True)
    codes = memory.codes("standard")
    saved = CliRunner().invoke(main, ["backup", "--to", str(tmp_path / "dort")])
    assert saved.exit_code == 0, saved.exception
    (backed,) = (tmp_path / "dort").glob("*.duckdb")
    assert len(list((tmp_path / "dort").iterdir())) == 3
    sessions.end(begun.session_id)
    memory.fresh_codes("standard")
    connection.close()
    sessions.close_store()
    memory.close()
    back = CliRunner().invoke(main, ["restore", str(backed), "--yes"])
    assert back.exit_code == 0, back.exception
    assert sessions.session(begun.session_id).is_open
    assert memory.codes("standard") == codes


def test_what_can_not_be_moved_stays(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = CliRunner().invoke(main, ["move", "--to", "postgresql", "--yes"])
    assert "keinen Datenspeicher" in str(nothing.exception)
    monkeypatch.delenv("ZWK_STORE")
    nowhere = CliRunner().invoke(main, ["move", "--to", "files", "--yes"])
    assert "welches PostgreSQL" in str(nowhere.exception)


def wait_for(done: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it does not come about"
        time.sleep(0.05)


def test_a_restarted_server_is_found_again(postgres, shared: SharedStore) -> None:
    """While it is away the last state is read and one sentence says why nothing is saved; then all goes on."""
    begun = sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen", "")], phones=True)
    sessions.open_vote(begun.session_id, 1)
    measures = len(read("SELECT * FROM measure"))
    postgres.stop()
    try:
        with pytest.raises(NotWritableError, match="gerade nicht zu erreichen") as told:
            save([Change("measure", None, MEASURE)], LOCAL)
        assert str(told.value) == engine.UNREACHABLE
        wait_for(lambda: connection.why_read_only() == engine.UNREACHABLE)
        assert len(read("SELECT * FROM measure")) == measures
        with pytest.raises(ZwkError, match="gerade nicht zu erreichen"):
            contributions.cast(begun.session_id, "a" * 24, 1, 3).result(20)
        with pytest.raises(ZwkError, match="gerade nicht zu erreichen"):
            sessions.session(begun.session_id)
    finally:
        postgres.start()
    wait_for(lambda: connection.why_read_only() is None)
    save([Change("measure", None, MEASURE)], LOCAL)
    assert len(read("SELECT * FROM measure")) == measures + 1
    engine._failed.clear()
    assert contributions.cast(begun.session_id, "a" * 24, 1, 3).result(5) == contributions.COUNTED
    assert contributions.by_phone(begun.session_id) == {1: (0, 0, 1, 0, 0)}


def test_connections_cut_off_by_the_server_are_made_anew(postgres, shared: SharedStore) -> None:
    memory.codes("standard")
    save([Change("measure", None, MEASURE)], LOCAL)
    with shared.connect().raw as con:
        con.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
            "AND datname = current_database()"
        )
    assert memory.codes("standard")
    copy = connection.stores().shared
    assert copy is not None
    copy.expire()
    assert read("SELECT 1 AS one")["one"].tolist() == [1]
    assert copy.trouble is None
    save([Change("measure", None, MEASURE | {"title": "Noch eine"})], LOCAL)
    assert len(read("SELECT * FROM measure WHERE title IN ('Dorfladen', 'Noch eine')")) == 2


@pytest.mark.parametrize("address", ["mysql://root@localhost/zwk", "datenbank.example"])
def test_another_address_is_refused_without_repeating_it(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_STORE", address)
    with pytest.raises(ZwkError, match="keine Adresse der Form") as told:
        connection.stores()
    assert address not in str(told.value)


def test_no_server_at_the_address_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("ZWK_STORE", "postgresql://zwk:geheim@127.0.0.1:1/zwk")
    with pytest.raises(ZwkError) as told:
        seed.ensure()
    assert str(told.value) == engine.UNREACHABLE
