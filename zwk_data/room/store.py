"""The file of the live sessions: its tables, and where it lies."""

from __future__ import annotations

from pathlib import Path

from zwk_data import settings
from zwk_data.stores.sqlite import FileKind, SqliteFile, close_all, opened

_SCHEMA = """
CREATE TABLE IF NOT EXISTS session (
    session_id TEXT PRIMARY KEY, code TEXT NOT NULL, participant_id TEXT NOT NULL, kommune TEXT NOT NULL,
    started TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'saved')),
    screen TEXT NOT NULL DEFAULT '', open_field INTEGER, held_on TEXT NOT NULL,
    guiding_question TEXT NOT NULL DEFAULT '', present INTEGER, result TEXT NOT NULL DEFAULT '',
    continuation TEXT NOT NULL DEFAULT '', phones INTEGER NOT NULL DEFAULT 0, door INTEGER NOT NULL DEFAULT 0,
    door_port INTEGER, address TEXT NOT NULL DEFAULT '', live INTEGER NOT NULL DEFAULT 1, review_id TEXT, salt BLOB
);
CREATE UNIQUE INDEX IF NOT EXISTS session_code ON session (code) WHERE state = 'open';
CREATE UNIQUE INDEX IF NOT EXISTS session_participant ON session (participant_id) WHERE state = 'open';
CREATE TABLE IF NOT EXISTS field (
    session_id TEXT NOT NULL, no INTEGER NOT NULL, name TEXT NOT NULL, goal TEXT NOT NULL,
    PRIMARY KEY (session_id, no)
);
CREATE TABLE IF NOT EXISTS vote (
    session_id TEXT NOT NULL, field_no INTEGER NOT NULL, device TEXT NOT NULL,
    step INTEGER NOT NULL CHECK (step BETWEEN 1 AND 5), at TEXT NOT NULL,
    PRIMARY KEY (session_id, field_no, device)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS hand (
    session_id TEXT NOT NULL, field_no INTEGER NOT NULL, step INTEGER NOT NULL CHECK (step BETWEEN 1 AND 5),
    count INTEGER NOT NULL CHECK (count >= 0), PRIMARY KEY (session_id, field_no, step)
);
CREATE TABLE IF NOT EXISTS point (
    point_id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('helping', 'hindering', 'idea', 'step')), field_no INTEGER, text TEXT NOT NULL,
    responsible TEXT NOT NULL DEFAULT '', due TEXT, measure_id TEXT
);
"""
_KIND = FileKind(
    _SCHEMA,
    "Die Datei der Sitzungen ({file}) lässt sich nicht öffnen: {error}. Bitte prüfen, ob der Ordner beschreibbar und "
    "Platz auf der Platte ist.",
    "Der Speicher der Sitzung antwortet nicht. Bitte noch einmal versuchen. ({error})",
)


def path() -> Path:
    """Where the sessions of this installation and data set lie; invented data have a file of their own."""
    dataset = settings.dataset()
    return settings.home() / ("sitzungen.sqlite" if dataset == "public" else f"sitzungen-{dataset}.sqlite")


def store() -> SqliteFile:
    """The store in that file. Raises ZwkError if it can't be opened."""
    return opened(path(), _KIND)


def close() -> None:
    """Close the file (in tests, and when the server stops)."""
    close_all(_KIND)
