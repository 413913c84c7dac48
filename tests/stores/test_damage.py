"""Files that are not as they were written: one sentence with the last copy, and never taken for less content."""

from __future__ import annotations

import random
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from zwk_data import seed
from zwk_data.__main__ import main
from zwk_data.errors import ZwkError
from zwk_data.room import contributions, sessions
from zwk_data.settings import close_home
from zwk_data.stores import connection, programme_file
from zwk_data.stores.connection import read

pytestmark = pytest.mark.attack
VOTES = 1500


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    yield tmp_path
    sessions.close_store()


@pytest.fixture
def voted(home: Path) -> Path:
    """The closed file of a session with VOTES votes."""
    begun = sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen", "")], phones=True)
    sessions.open_vote(begun.session_id, 1)
    for future in [contributions.cast(begun.session_id, f"{n:024}", 1, 3) for n in range(VOTES)]:
        assert future.result(20) == contributions.COUNTED
    sessions.close_store()
    return sessions.store_path()


def answer(question: Callable[[], object]) -> tuple[object, str]:
    """What it returns, and the sentence of the error it raises; any other exception is a fault."""
    try:
        return question(), ""
    except ZwkError as error:
        return None, str(error)


def counted() -> int:
    return int(sessions.store().read("SELECT count(*) AS n FROM vote")[0]["n"])


def test_no_flipped_bit_makes_fewer_votes_without_a_word(voted: Path) -> None:
    whole = voted.read_bytes()
    drawn = random.Random(4)
    told = 0
    for _ in range(120):
        place = drawn.randrange(len(whole))
        voted.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << drawn.randrange(8)]) + whole[place + 1 :])
        found, said = answer(counted)
        assert found == VOTES or "beschädigt" in said or "lässt sich nicht öffnen" in said
        told += bool(said)
        sessions.close_store()
    assert told > 3


@pytest.mark.parametrize("left", [0, 100, 4096, 20_000])
def test_a_file_that_was_cut_or_emptied_is_not_no_sessions(voted: Path, left: int) -> None:
    voted.write_bytes(voted.read_bytes()[:left])
    with pytest.raises(ZwkError, match=r"sitzungen\.sqlite ist beschädigt .* Eine Sicherung gibt es nicht"):
        counted()
    assert voted.stat().st_size == left, "it stays for whoever can save something"


def test_a_store_without_its_tables_is_not_an_empty_one(voted: Path) -> None:
    voted.unlink()
    with closing(sqlite3.connect(voted)) as con:
        con.execute("CREATE TABLE other (a)")
    with pytest.raises(ZwkError, match=r"beschädigt \(leer\)"):
        counted()


def test_the_copy_of_the_sessions_is_offered_and_comes_back_alone(
    store: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    store("public")
    begun = sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen", "")])
    result = CliRunner().invoke(main, ["backup"])
    assert result.exit_code == 0, result.output
    sessions.close_store()
    sessions.store_path().write_bytes(b"")
    with pytest.raises(ZwkError, match=r"restore (\S+-sitzungen\.sqlite)“") as told:
        sessions.session(begun.session_id)
    copied = str(told.value).partition("restore ")[2].partition("“")[0]
    result = CliRunner().invoke(main, ["restore", copied], input="j\n")
    assert result.exit_code == 0, result.output
    assert sessions.session(begun.session_id).kommune == "Riesa"
    Path(copied).write_bytes(b"SQLite format 3" + b"x" * 500)
    result = CliRunner().invoke(main, ["restore", copied, "--yes"])
    assert isinstance(result.exception, ZwkError)
    assert sessions.session(begun.session_id).kommune == "Riesa"
    result = CliRunner().invoke(main, ["restore", "fremd.sqlite", "--yes"])
    assert "ist keine Sicherung" in str(result.exception)
    sessions.close_store()


@pytest.mark.slow
def test_a_damaged_programme_store_says_restore(store: Callable[[str], Path]) -> None:
    path = store("demo")
    seed.ensure("demo")
    CliRunner().invoke(main, ["backup"])
    connection.close()
    whole = path.read_bytes()
    drawn = random.Random(1)
    told = 0
    tables = ["measure", "stage_event", "change_log", "participant"]
    for _ in range(25):
        place = drawn.randrange(len(whole))
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << drawn.randrange(8)]) + whole[place + 1 :])
        for question in (lambda: [read(f"FROM {one}") for one in tables], lambda: programme_file.state(path)):
            said = answer(question)[1]
            assert not said or "python -m zwk_data restore" in said
            told += bool(said)
            connection.close()
    assert told > 5
    path.write_bytes(whole)


def test_one_question_is_one_statement(store: Callable[[str], Path]) -> None:
    store("public")
    connection.open_for_writing()
    before = len(read("FROM participant"))
    for sql in ("COMMIT; BEGIN; DELETE FROM participant_area", "SELECT 1; SELECT 2", ";"):
        with pytest.raises(ZwkError, match="genau eine Anweisung"):
            read(sql)
    for sql in ("DELETE FROM programme.participant_area", "DROP TABLE programme.measure"):
        with pytest.raises(duckdb.Error, match="read-only"):
            read(sql)
    read("COMMIT")
    assert len(read("FROM participant")) == before
    assert len(read("FROM participant_area")) > 0
    assert len(read("SELECT 1 AS a; -- and a word")) == 1


def test_nobody_else_reads_what_people_entered(store: Callable[[str], Path], tmp_path: Path) -> None:
    path = store("public")
    sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen", "")])
    path.chmod(0o644)
    CliRunner().invoke(main, ["backup"])
    close_home()
    private = [path, sessions.store_path(), *(tmp_path / "sicherungen").iterdir()]
    assert len(private) >= 4
    assert {stat.S_IMODE(file.stat().st_mode) for file in private} == {0o600}
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    sessions.close_store()
    shutil.rmtree(tmp_path / "sicherungen")
