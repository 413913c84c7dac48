"""A small file: opened once, and again if it was removed. Durability is tested in tests/room/test_store.py."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from zwk_data.errors import ZwkError
from zwk_data.stores.group_writer import StoreKind
from zwk_data.stores.small import SqliteFile, close_all, opened

KIND = StoreKind(
    "CREATE TABLE IF NOT EXISTS word (word TEXT NOT NULL)", "{file} geht nicht auf: {error}", "Es geht nicht: {error}"
)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "worte.sqlite"
    close_all(KIND)


def add(file: Path, word: str) -> None:
    opened(file, KIND).write(lambda con: con.execute("INSERT INTO word VALUES (?)", [word]))


def words(file: Path) -> list[str]:
    return [row["word"] for row in opened(file, KIND).read("SELECT word FROM word")]


def test_one_file_is_opened_once(file: Path) -> None:
    add(file, "a")
    assert opened(file, KIND) is opened(file, KIND)
    assert opened(file, KIND).version == 1
    assert words(file) == ["a"]


def test_a_file_that_was_removed_begins_anew(file: Path) -> None:
    add(file, "old")
    file.unlink()
    assert words(file) == []
    add(file, "new")
    assert words(file) == ["new"]


def test_faults_are_the_sentences_of_the_kind(file: Path) -> None:
    store = opened(file, KIND)
    with pytest.raises(ZwkError, match="Es geht nicht: no such table: satz"):
        store.read("SELECT * FROM satz")
    with pytest.raises(sqlite3.OperationalError, match="no such table: satz"):
        store.write(lambda con: con.execute("INSERT INTO satz VALUES (1)"))
    file.with_name("keine.sqlite").write_bytes(b"kein SQLite" * 100)
    with pytest.raises(ZwkError, match=r"keine\.sqlite ist beschädigt \(file is not a database\)"):
        SqliteFile(file.with_name("keine.sqlite"), KIND)
