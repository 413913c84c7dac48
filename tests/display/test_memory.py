"""What a display remembers: across restarts, with concurrent writers, and only in its own file."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from zwk_data.display import memory
from zwk_data.display.memory import Anchor, DoorAddress
from zwk_data.errors import ZwkError

EVENT = "treffen"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_HOME", str(tmp_path / "neu"))


def test_everything_is_there_after_a_restart() -> None:
    codes = memory.codes(EVENT)
    memory.command(EVENT, lambda before: replace(before, step=7, message="Öl"))
    memory.greet(EVENT, "riesa")
    memory.switch_greetings(EVENT, False)
    memory.keep_door(EVENT, DoorAddress(8503, "10.0.0.5"))
    memory.close()
    assert memory.codes(EVENT) == codes
    assert memory.anchor(EVENT) == Anchor(step=7, message="Öl")
    assert memory.greetings(EVENT) == {"riesa": 1}
    assert not memory.greetings_on(EVENT)
    assert memory.doors() == {EVENT: DoorAddress(8503, "10.0.0.5")}
    assert not memory.greet(EVENT, "riesa")
    assert memory.greetings(EVENT) == {"riesa": 1}


def test_nothing_is_lost_when_many_write_at_once() -> None:
    with ThreadPoolExecutor(8) as several:
        greeted = list(several.map(lambda n: memory.greet(EVENT, f"kommune-{n % 3}"), range(90)))
        done = list(
            several.map(
                lambda _: memory.command(EVENT, lambda before: replace(before, serial=before.serial + 1)), range(60)
            )
        )
    assert all(greeted)
    assert all(done)
    assert memory.greetings(EVENT) == {"kommune-0": 30, "kommune-1": 30, "kommune-2": 30}
    assert memory.anchor(EVENT).serial == 60


def test_what_another_process_writes_is_seen_at_once() -> None:
    before = memory.codes(EVENT)
    script = f"from zwk_data.display import memory; memory.fresh_codes({EVENT!r}); memory.greet({EVENT!r}, 'spelle')"
    subprocess.run([sys.executable, "-c", script], check=True)
    assert memory.codes(EVENT) != before
    assert memory.greetings(EVENT) == {"spelle": 1}


def test_a_file_that_was_removed_begins_anew(tmp_path: Path) -> None:
    memory.greet(EVENT, "riesa")
    script = f"from zwk_data.display import memory; memory.greet({EVENT!r}, 'riesa'); print(1, flush=True); input()"
    other = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with other:
        other.stdout.readline()  # it holds the file and its log
        (tmp_path / "neu" / memory.FILE).unlink()
        assert memory.greetings(EVENT) == {}
        memory.greet(EVENT, "spelle")
        other.stdin.write(b"\n")
        other.stdin.flush()
    assert memory.greetings(EVENT) == {"spelle": 1}


def test_a_command_that_is_none_changes_nothing() -> None:
    memory.command(EVENT, lambda before: replace(before, step=3))
    assert not memory.command(EVENT, lambda _: None)
    with pytest.raises(RuntimeError, match="broken"):
        memory.command(EVENT, _broken)
    assert memory.anchor(EVENT).step == 3


def _broken(_: Anchor) -> Anchor:
    raise RuntimeError("broken")


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    memory.close()
    (tmp_path / "neu").mkdir()
    (tmp_path / "neu" / memory.FILE).write_text("kein SQLite" * 100, encoding="utf-8")
    with pytest.raises(ZwkError, match=r"Die Datei anzeige\.sqlite ist beschädigt"):
        memory.anchor(EVENT)


@pytest.mark.attack
@pytest.mark.parametrize("kept", ["", "{", "[1]", '{"fremd": 1}', "null"])
def test_a_damaged_command_is_none_and_the_next_one_counts(kept: str) -> None:
    memory.anchor(EVENT)
    memory._write("UPDATE event SET anchor = ? WHERE event = ?", [kept, EVENT])
    assert memory.anchor(EVENT) == Anchor()
    assert memory.command(EVENT, lambda before: replace(before, serial=before.serial + 1))
    assert memory.anchor(EVENT).serial == Anchor().serial + 1
