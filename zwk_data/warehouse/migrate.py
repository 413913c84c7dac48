"""The programme store's schema as numbered steps: a new store runs them all, an older one those it lacks."""

from __future__ import annotations

from pathlib import Path

import duckdb

from zwk_data.errors import ZwkError

MIGRATIONS = Path(__file__).with_name("migrations")
#: the first step's tables, before steps were counted
_UNCOUNTED = 1


def migration_steps() -> list[Path]:
    """The scripts in their order; ``0002_desk.sql`` is step 2."""
    return sorted(MIGRATIONS.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def newest_version() -> int:
    """The number of the last step."""
    return _number(migration_steps()[-1])


def schema_version(con: duckdb.DuckDBPyConnection) -> int:
    """The last step a store has taken; 0 for an empty file. Raises ZwkError if it is no programme store."""
    tables = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()}
    if "migration" in tables:
        row = con.execute("SELECT max(number) FROM migration").fetchone()
        return int(row[0] or 0) if row else 0
    if not tables:
        return 0
    if not {"programme_seed", "change_log"} <= tables:
        raise ZwkError("Die Datei ist kein Datenspeicher des ZWK-Monitors (die Tabellen fehlen).")
    return _UNCOUNTED


def migrate(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Take the missing steps, each in one transaction; returns their names.

    Raises ZwkError if the store is newer than this version of the product, or if a step fails (nothing of it stays).
    """
    have = schema_version(con)
    if have > newest_version():
        raise ZwkError(
            f"Der Datenspeicher ist neuer (Stand {have}) als dieser ZWK-Monitor (Stand {newest_version()}). "
            "Bitte die neuere Version des ZWK-Monitors verwenden."
        )
    taken = []
    con.execute("CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name VARCHAR, applied_at TIMESTAMP)")
    if have and not con.execute("SELECT 1 FROM migration").fetchone():
        con.execute("INSERT INTO migration VALUES (?, 'uncounted', now()::TIMESTAMP)", [have])
    for step in migration_steps():
        if _number(step) <= have:
            continue
        con.execute("BEGIN")
        try:
            con.execute(step.read_text(encoding="utf-8"))
            con.execute("INSERT INTO migration VALUES (?, ?, now()::TIMESTAMP)", [_number(step), step.stem])
            con.execute("COMMIT")
        except duckdb.Error as error:
            con.execute("ROLLBACK")
            raise ZwkError(
                f"Der Datenspeicher lässt sich nicht auf den Stand {step.stem} bringen: {error}. Er ist unverändert."
            ) from error
        taken.append(step.stem)
    return taken


def _number(step: Path) -> int:
    return int(step.name[:4])
