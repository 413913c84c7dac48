"""Bad days: the process is killed while it saves and imports, the disk is full, the folder can't be written."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import time
import types
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from zwk_data.records.changes import Change, save
from zwk_data.stores import connection
from zwk_data.stores.access import LOCAL
from zwk_data.stores.connection import read
from zwk_data.stores.state import programme_path
from zwk_data.stores.writing import NotWritableError

#: the gate plays fewer; ``ZWK_FAULT_ROUNDS=200`` plays them all (docs/performance.md says when that was done)
ROUNDS = int(os.environ.get("ZWK_FAULT_ROUNDS", "12"))
BATCH = 150
#: a process that has all modules and nothing open; its children start in a few milliseconds
nursery = multiprocessing.get_context("forkserver")
nursery.set_forkserver_preload(["zwk_data.records.changes", "zwk_data.seed", "pandera.pandas"])


@pytest.fixture(autouse=True)
def _plain_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children begin with their parent's main module; a test of Streamlit's may have left its script there."""
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))


def _use(home: Path) -> None:
    """The nursery knows the settings of the day it was opened only."""
    os.environ.update(ZWK_HOME=str(home), ZWK_DATA="demo")
    connection.warehouse_path = lambda: home / "warehouse.duckdb"


def _keep_saving(home: Path, start: int, acknowledged: Connection) -> None:
    """Events and imports in turn, each printed once saved, until the process is killed."""
    _use(home)
    assert connection.open_for_writing() is None
    acknowledged.send("ready")
    for number in range(start, start + 10_000):
        if number % 3 == 2:
            rows = [{"participant_id": "riesa", "title": f"{number}: {n}", "status": "idea"} for n in range(BATCH)]
            save([Change("measure", None, row) for row in rows], LOCAL, str(number), kind="import", file="x.xlsx")
        else:
            event = {
                "participant_id": "riesa",
                "stage": "zukunftswerkstatt",
                "date_from": date(2024, 1, 1),
                "date_to": date(2024, 1, 1),
                "precision": "day",
                "note": f"Runde {number}",
            }
            save([Change("stage_event", None, event)], LOCAL, str(number))
        acknowledged.send(number)


@pytest.mark.slow
def test_no_acknowledged_change_is_lost_and_no_import_is_half(demo: Path, tmp_path: Path) -> None:
    random.seed(4)
    acknowledged: set[int] = set()
    start = 0
    for _ in range(ROUNDS):
        mine, theirs = nursery.Pipe(duplex=False)
        child = nursery.Process(target=_keep_saving, args=(tmp_path, start, theirs))
        child.start()
        theirs.close()
        assert mine.recv() == "ready"
        told = [mine.recv() for _ in range(random.randint(0, 5))]
        time.sleep(random.uniform(0.0, 0.06))
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        try:
            while True:
                told.append(mine.recv())
        except EOFError:
            mine.close()
        acknowledged.update(told)
        start += 10_000
        kept = read("SELECT try_cast(reason AS INTEGER) AS number, kind, set_id FROM change_set")
        assert acknowledged <= set(kept["number"])
        # a change set has all its records, and every record its change set
        imports = read("""
            SELECT count(*) AS n FROM change_log JOIN change_set USING (set_id) WHERE kind = 'import' GROUP BY set_id
        """)
        assert set(imports["n"]) <= {BATCH}
        lost = read("""
            SELECT count(*) AS n FROM change_log l
            LEFT JOIN measure ON l.entity = 'measure' AND l.entity_id = measure_id
            LEFT JOIN stage_event ON l.entity = 'stage_event' AND l.entity_id = event_id
            WHERE measure_id IS NULL AND event_id IS NULL
        """)["n"].iloc[0]
        titles = read("SELECT count(*) AS n FROM measure WHERE title SIMILAR TO '[0-9]+: [0-9]+'")["n"].iloc[0]
        assert (lost, titles) == (0, imports["n"].sum())
    assert len(acknowledged) >= ROUNDS


def _on_a_full_disk(home: Path, result: Connection) -> None:
    _use(home)
    assert connection.open_for_writing() is None
    store = programme_path("demo")
    save([Change("measure", None, {"participant_id": "riesa", "title": "vorher", "status": "idea"})], LOCAL)
    # the largest file this process may write: nothing can be added to the store or its log
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = store.with_name(store.name + ".wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 2000, most[1]))
    many = [
        Change("measure", None, {"participant_id": "riesa", "title": f"voll {n}", "status": "idea"})
        for n in range(3000)
    ]
    try:
        save(many, LOCAL)
        result.send("saved")
    except NotWritableError as error:
        result.send(str(error))
    count = "SELECT count(*) AS n FROM measure WHERE title LIKE 'voll%' OR title = 'vorher'"
    result.send(int(read(count)["n"].iloc[0]))
    resource.setrlimit(resource.RLIMIT_FSIZE, most)
    connection.open_for_writing()
    save(many[:5], LOCAL)
    result.send(int(read(count)["n"].iloc[0]))


def _run(target, home: Path) -> list[object]:
    mine, theirs = nursery.Pipe(duplex=False)
    child = nursery.Process(target=target, args=(home, theirs))
    child.start()
    theirs.close()
    found = []
    try:
        while True:
            found.append(mine.recv())
    except EOFError:
        child.join()
    assert child.exitcode == 0
    return found


def test_a_full_disk_is_told_and_reading_goes_on(demo: Path, tmp_path: Path) -> None:
    sentence, after, later = _run(_on_a_full_disk, tmp_path)
    assert "Datenträger nimmt nichts an" in sentence
    assert (after, later) == (1, 6)


def _in_a_read_only_folder(home: Path, result: Connection) -> None:
    _use(home)
    if os.geteuid() == 0:
        os.setuid(65534)  # root may write everywhere
    result.send(connection.open_for_writing())
    result.send(int(read("SELECT count(*) AS n FROM participant")["n"].iloc[0]))
    try:
        save([Change("measure", None, {"participant_id": "riesa", "title": "x", "status": "idea"})], LOCAL)
    except NotWritableError as error:
        result.send(str(error))


def test_a_folder_that_cannot_be_written_is_read(demo: Path, tmp_path: Path, monkeypatch) -> None:
    folder = Path(shutil.copytree(tmp_path, Path("/tmp") / f"zwk-lesen-{os.getpid()}"))
    try:
        for file in folder.iterdir():
            file.chmod(0o444)
        folder.chmod(0o555)
        monkeypatch.setenv("ZWK_HOME", str(folder))
        why, people, refused = _run(_in_a_read_only_folder, folder)
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)
    assert "darf oder kann der ZWK-Monitor nicht schreiben" in why
    assert people == 39
    assert refused == why
