"""Backups are tried by putting them back; older stores come up to date with a copy kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from zwk_data import seed
from zwk_data.__main__ import main
from zwk_data.errors import ZwkError
from zwk_data.records.changes import Change, save
from zwk_data.schema.tables import TABLES, parents_first
from zwk_data.stores import backup, connection, programme_file
from zwk_data.stores.access import LOCAL
from zwk_data.stores.connection import read

pytestmark = pytest.mark.attack
MEASURE = {"participant_id": "riesa", "title": "Dorfladen", "status": "idea"}


@pytest.fixture
def desk(stores: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A programme store of its own beside the common warehouse."""
    from zwk_data.stores.state import warehouse_path

    connection.close()
    warehouse = warehouse_path()
    monkeypatch.setenv("ZWK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(connection, "warehouse_path", lambda: warehouse)
    yield seed.ensure()
    connection.close()


def titles() -> set[str]:
    """Of the measures that people have entered."""
    return set(read("SELECT title FROM measure WHERE entered_by <> 'Öffentliche Quelle'")["title"])


@pytest.mark.slow
def test_what_was_saved_before_the_backup_comes_back(desk: Path, tmp_path: Path) -> None:
    connection.open_for_writing()
    save([Change("measure", None, MEASURE)], LOCAL)
    # the app runs and has the last change in its log only
    result = CliRunner().invoke(main, ["backup", "--to", str(tmp_path / "dort")])
    assert result.exit_code == 0, result.output
    assert "1 Änderung, zuletzt geändert am" in result.output.replace("\u00a0", " ")
    (file,) = (tmp_path / "dort").iterdir()
    save([Change("measure", None, MEASURE | {"title": "Zu viel"})], LOCAL)
    connection.close()
    result = CliRunner().invoke(main, ["restore", str(file)], input="\n")
    assert "Nichts ist geändert" in result.output
    assert titles() == {"Dorfladen", "Zu viel"}
    result = CliRunner().invoke(main, ["restore", str(file)], input="j\n")
    assert result.exit_code == 0, result.output
    assert titles() == {"Dorfladen"}
    connection.close()
    (kept,) = desk.parent.glob("*-vor-rueckspielung-*.duckdb")
    with duckdb.connect(str(kept), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM measure").fetchone() == (178,)
    # and the history goes on where it was
    connection.open_for_writing()
    save([Change("measure", None, MEASURE | {"title": "Danach"})], LOCAL)
    assert titles() == {"Dorfladen", "Danach"}


@pytest.mark.slow
def test_a_running_app_keeps_its_store(desk: Path, tmp_path: Path) -> None:
    file, _ = backup.backup("public", tmp_path / "sicherung.duckdb")
    code = "import sys, duckdb; con = duckdb.connect(sys.argv[1]); print('offen', flush=True); sys.stdin.read()"
    other = subprocess.Popen([sys.executable, "-c", code, str(desk)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    other.stdout.readline()
    before = desk.read_bytes()
    with pytest.raises(ZwkError, match="laufender ZWK-Monitor"):
        backup.restore("public", file)
    with pytest.raises(ZwkError, match="laufender ZWK-Monitor"):
        programme_file.build(desk, seed.frames("public"), "anders")
    assert desk.read_bytes() == before
    # reading and saving a copy go on, writing says why it can't
    assert len(read("SELECT * FROM participant")) == 39
    assert "geöffnet: Hier kann nur gelesen" in (connection.open_for_writing() or "")
    assert len(read("SELECT * FROM participant")) == 39
    backup.backup("public", tmp_path / "zweite.duckdb")
    other.communicate(b"")


@pytest.mark.parametrize("damage", ["text", "cut", "other", "newer"])
def test_what_is_no_sound_store_is_not_put_back(desk: Path, tmp_path: Path, damage: str) -> None:
    file, _ = backup.backup("public", tmp_path / "sicherung.duckdb")
    if damage == "text":
        file.write_text("Sicherung")
    elif damage == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif damage == "other":
        file.unlink()
        with duckdb.connect(str(file)) as con:
            con.execute("CREATE TABLE wetter (tag DATE)")
    else:
        with duckdb.connect(str(file)) as con:
            con.execute("INSERT INTO migration VALUES (99, 'zukunft', NULL)")
    before = desk.read_bytes()
    with pytest.raises(ZwkError, match=r"neuer \(Stand 99\)" if damage == "newer" else "kein"):
        backup.restore("public", file)
    assert desk.read_bytes() == before
    assert {p.name for p in desk.parent.iterdir() if "programme" in p.name} == {desk.name}


def _first_version(path: Path) -> None:
    """A store as the first version of the product made it, with an entry by hand."""
    path.unlink()
    frames = seed.frames("public")
    with duckdb.connect(str(path)) as con:
        con.execute((programme_file.MIGRATIONS / "0001_facts.sql").read_text(encoding="utf-8"))
        for table in ("participant", "participant_area", "stage_event", "theme", "participant_theme"):
            frame = frames[table]
            # a precision that the first version did not know
            known = frame[frame["precision"] != "blanket"] if table == "stage_event" else frame
            con.register("seed", known)
            con.execute(f"INSERT INTO {table} BY NAME FROM seed")
        con.execute(
            "INSERT INTO measure (measure_id, participant_id, title, status, entered_by) "
            "VALUES ('alt-1', 'riesa', 'Alte Maßnahme', 'idea', 'Frau A.')"
        )
        con.execute(
            "INSERT INTO change_log VALUES (1, now()::TIMESTAMP, 'Frau A.', 'measure', 'alt-1', NULL, NULL, "
            "'{}', 'von Hand')"
        )
        con.execute("INSERT INTO programme_seed VALUES ('00000000', now()::TIMESTAMP)")


@pytest.mark.slow
def test_a_store_of_the_first_version_comes_up_to_date(desk: Path) -> None:
    connection.close()
    _first_version(desk)
    before = duckdb.connect(str(desk)).execute("SELECT * EXCLUDE note FROM stage_event ORDER BY ALL").fetchall()
    seed.ensure()
    assert read("SELECT max(number) AS n FROM migration")["n"].iloc[0] == programme_file.newest_version()
    assert titles() == {"Alte Maßnahme"}
    now = read("SELECT * EXCLUDE (note, event_id) FROM stage_event ORDER BY ALL")
    assert len(now) == len(before) == 52
    assert read("SELECT count(DISTINCT event_id) AS n FROM stage_event")["n"].iloc[0] == 52
    assert read("SELECT reason FROM change_log")["reason"].tolist() == ["von Hand"]
    (kept,) = desk.parent.glob("*-vor-stand-*.duckdb")
    with duckdb.connect(str(kept), read_only=True) as con:
        assert programme_file.schema_version(con) == 1
    # a second start has nothing to do, and what was migrated can be worked with
    seed.ensure()
    assert len(list(desk.parent.glob("*-vor-stand-*"))) == 1
    connection.close()
    connection.open_for_writing()
    save([Change("measure", "alt-1", {"status": "running"})], LOCAL)


@pytest.mark.slow
def test_a_store_from_before_the_zwischenbilanz_keeps_everything(desk: Path, tmp_path: Path) -> None:
    connection.close()
    desk.unlink()
    seen = "SELECT * FROM {table} ORDER BY ALL"
    with duckdb.connect(str(desk)) as con, pytest.MonkeyPatch.context() as patch:
        steps = programme_file.migration_steps()[:2]
        patch.setattr(programme_file, "migration_steps", lambda: steps)
        programme_file.migrate(con)
        frames = seed.frames("demo")
        old = [table for table in parents_first() if not table.startswith(("review", "dossier", "profile"))]
        for table in old:
            key, letter = TABLES[table].key, TABLES[table].prefix
            numbered = "" if not key or key in frames[table] else f", '{letter}-' || nextval('record_number') AS {key}"
            con.register("seed", frames[table])
            con.execute(f"INSERT INTO {table} BY NAME SELECT *{numbered} FROM seed")
        con.execute("INSERT INTO programme_seed VALUES ('00000000', now()::TIMESTAMP)")
        con.execute("INSERT INTO change_set VALUES (1, now()::TIMESTAMP, 'Frau A.', 'lokal', 'entry', 'x', NULL, NULL)")
        con.execute(
            "INSERT INTO change_log VALUES (1, now()::TIMESTAMP, 'Frau A.', 'measure', 'riesa-01', 'goal', "
            "'a', 'b', NULL, 1)"
        )
        kept = (*old, "change_set", "change_log")
        before = {table: con.execute(seen.format(table=table)).fetchall() for table in kept}
    assert programme_file.bring_up_to_date(desk)
    with duckdb.connect(str(desk), read_only=True) as con:
        assert {table: con.execute(seen.format(table=table)).fetchall() for table in kept} == before
        assert con.execute("SELECT count(*) FROM review").fetchone() == (0,)
        assert con.execute("SELECT name FROM migration ORDER BY number").fetchall()[-1] == ("0005_kommunalprofil",)


def test_a_step_that_fails_leaves_the_old_store(desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    _first_version(desk)
    broken = tmp_path / "steps"
    broken.mkdir()
    for step in programme_file.migration_steps():
        (broken / step.name).write_text(step.read_text(encoding="utf-8"), encoding="utf-8")
    (broken / "0009_broken.sql").write_text("CREATE TABLE halb (a INT); SELECT * FROM gibtsnicht;")
    monkeypatch.setattr(programme_file, "MIGRATIONS", broken)
    before = desk.read_bytes()
    with pytest.raises(ZwkError, match="0009_broken"):
        seed.ensure()
    assert desk.read_bytes() == before
    assert {p.name for p in desk.parent.iterdir()} == {desk.name}


@pytest.mark.slow
def test_a_new_store_and_a_migrated_one_have_the_same_schema(desk: Path, tmp_path: Path) -> None:
    connection.close()
    described = "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns ORDER BY ALL"
    with duckdb.connect(str(desk), read_only=True) as con:
        new = con.execute(described).fetchall()
    _first_version(desk)
    programme_file.bring_up_to_date(desk)
    with duckdb.connect(str(desk), read_only=True) as con:
        assert con.execute(described).fetchall() == new
