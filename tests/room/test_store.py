"""The store: what was acknowledged is on disk even if the process is killed, and one phone's fault affects no other."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path

import pytest

from zwk_data.errors import ZwkError
from zwk_data.room import contributions, sessions
from zwk_data.settings import ROOT

#: endless votes from eight threads; each is printed once it is acknowledged
VOTER = """
import sys, threading
from datetime import date
from zwk_data.room import contributions, sessions
begun = sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen", "")])
sessions.open_vote(begun.session_id, 1)
print(begun.session_id, flush=True)
telling = threading.Lock()
def go(name):
    number = 0
    while True:
        number += 1
        device, step = f"{name}-{number % 40}", 1 + (number * 7 + name) % 5
        assert contributions.cast(begun.session_id, device, 1, step).result(10) == contributions.COUNTED
        with telling:
            sys.stdout.write(f"{device} {step}\\n")
            sys.stdout.flush()
for name in range(8):
    threading.Thread(target=go, args=(name,), daemon=True).start()
threading.Event().wait()
"""


@pytest.mark.slow
def test_no_vote_that_was_answered_is_lost_when_the_process_is_killed(room: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", VOTER],
        cwd=ROOT,
        env={**os.environ, "ZWK_HOME": str(room)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    key = process.stdout.readline().strip()
    told = [process.stdout.readline() for _ in range(400)]
    process.send_signal(signal.SIGKILL)
    told += process.stdout.readlines()
    process.wait()
    answered = dict(line.split() for line in told if line.endswith("\n"))
    assert len(answered) > 100
    session = sessions.session(key)
    kept = {device: contributions.own(session, device, 1) for device in answered}
    assert None not in kept.values()
    # votes in flight when it was killed may have been stored without being printed
    differing = [device for device, step in answered.items() if kept[device] != int(step)]
    assert len(differing) <= 8
    assert sum(contributions.by_phone(key)[1]) in range(len(answered), len(answered) + 9)


def test_many_jobs_share_a_commit_and_each_is_answered_after_it(begun, monkeypatch: pytest.MonkeyPatch) -> None:
    session, kept = begun(), sessions.store()
    sessions.open_vote(session.session_id, 1)
    commits: list[int] = []
    commit = kept._commit
    monkeypatch.setattr(kept, "_commit", lambda batch: (commits.append(len(batch)), commit(batch)))
    holding, free = threading.Event(), threading.Event()
    first = kept.submit(lambda _: (holding.set(), free.wait(10)))
    holding.wait(10)
    waiting = [contributions.cast(session.session_id, f"d{n}", 1, 5) for n in range(58)]
    waiting += [contributions.cast(session.session_id, "d0", 1, 1), contributions.cast(session.session_id, "d0", 1, 2)]
    assert not any(one.done() for one in waiting)
    free.set()
    assert [one.result(10) for one in waiting] == [contributions.COUNTED] * 60
    first.result(10)
    assert commits == [1, 60]
    assert contributions.by_phone(session.session_id) == {1: (0, 1, 0, 0, 57)}, "of one phone the last counts"


def test_a_fault_undoes_its_own_job_only(begun) -> None:
    session, kept = begun(), sessions.store()

    def broken(con: sqlite3.Connection) -> None:
        con.execute("INSERT INTO hand VALUES (?, 1, 1, 4)", [session.session_id])
        raise RuntimeError("half way")

    holding, free = threading.Event(), threading.Event()
    kept.submit(lambda _: (holding.set(), free.wait(10)))
    holding.wait(10)
    good: Future = kept.submit(lambda con: con.execute("UPDATE session SET present = 12").rowcount)
    bad = kept.submit(broken)
    free.set()
    assert good.result(10) == 1
    with pytest.raises(RuntimeError, match="half way"):
        bad.result(10)
    assert sessions.session(session.session_id).present == 12
    assert contributions.by_hand(session.session_id) == {}


def test_who_left_before_the_commit_is_not_counted(begun) -> None:
    session, kept = begun(), sessions.store()
    sessions.open_vote(session.session_id, 1)
    holding, free = threading.Event(), threading.Event()
    kept.submit(lambda _: (holding.set(), free.wait(10)))
    holding.wait(10)
    left, stayed = (contributions.cast(session.session_id, name, 1, 3) for name in ("left", "stayed"))
    assert left.cancel()
    free.set()
    assert stayed.result(10) == contributions.COUNTED
    assert contributions.by_phone(session.session_id) == {1: (0, 0, 1, 0, 0)}


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "datei").touch()
    monkeypatch.setenv("ZWK_HOME", str(tmp_path / "datei"))
    with pytest.raises(ZwkError, match="Die Datei der Sitzungen"):
        sessions.store()


def test_invented_sessions_have_a_file_of_their_own(begun, room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun()
    monkeypatch.setenv("ZWK_DATA", "demo")
    assert sessions.open_of("riesa") is None
    assert {file.name for file in room.glob("*.sqlite")} == {"sitzungen.sqlite", "sitzungen-demo.sqlite"}
