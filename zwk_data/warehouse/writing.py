"""The one way to change the programme store: a transaction at a time, kept whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from zwk_data.errors import ZwkError
from zwk_data.warehouse import connection
from zwk_data.warehouse.programme_store import NUMBERED


class NotWritableError(ZwkError):
    """Nothing can be saved in this process right now; the sentence says why."""


@contextmanager
def transaction() -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor whose statements on ``programme.<table>`` are committed together at the block's end.

    Whoever comes meanwhile waits. Any exception inside the block undoes everything. When the block has been left the
    change is on the disk. Raises NotWritableError if this process only reads, or if the disk refuses: then nothing has
    changed, and reading goes on.
    """
    stores = connection.stores()
    with stores.writing:
        # the stores may have been opened anew while we waited
        stores = connection.stores()
        why = connection.why_read_only()
        if why:
            raise NotWritableError(why)
        con = stores.con.cursor()
        try:
            con.execute("BEGIN")
            try:
                yield con
                con.execute("COMMIT")
            except BaseException:
                _roll_back(con)
                raise
            stores.changes += 1
        except (
            duckdb.IOException,
            duckdb.FatalException,
            duckdb.InternalException,
            duckdb.TransactionException,
        ) as error:
            con.close()
            connection.reopen()
            raise NotWritableError(
                "Die Änderung konnte nicht gespeichert werden: Der Datenträger nimmt nichts an (voll oder gestört). "
                "Es ist nichts halb gespeichert. Bitte Platz schaffen und noch einmal speichern."
            ) from error
        finally:
            con.close()


@contextmanager
def alone() -> Iterator[None]:
    """Within the block no other thread of this process writes: what is read there still stands when it is saved."""
    with connection.stores().writing:
        yield


def _roll_back(con: duckdb.DuckDBPyConnection) -> None:
    try:
        con.execute("ROLLBACK")
    except duckdb.Error:
        # a failed commit has rolled back already, and a fatal fault has closed the store
        return


def new_id(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """A key for a new record of ``table`` that no record has or had: ``m-1042``. Inside a ``transaction``."""
    return new_ids(con, table, 1)[0]


def new_ids(con: duckdb.DuckDBPyConnection, table: str, n: int) -> list[str]:
    """``n`` keys at once."""
    key, letter = NUMBERED[table]
    found: list[str] = []
    while len(found) < n:
        numbers = con.execute(
            f"""
            SELECT id FROM (SELECT '{letter}-' || nextval('programme.record_number') AS id FROM range(?)) made
            WHERE id NOT IN (SELECT {key} FROM programme.{table})
              AND id NOT IN (SELECT entity_id FROM programme.change_log WHERE entity = ?)
            """,
            [n - len(found), table],
        ).fetchall()
        found += [one for (one,) in numbers]
    return found
