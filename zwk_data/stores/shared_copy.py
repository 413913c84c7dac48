"""What a process reads of a shared programme store: a copy in memory, and a thread that hears when it is out of date.

As with a file, who reads takes a copy of the moment and a new one when the store has changed; here only the tables
that the history names are fetched again. While the server can't be reached the copy goes on answering.
"""

from __future__ import annotations

import threading

import duckdb
import pyarrow as pa

from zwk_data.errors import ZwkError
from zwk_data.schema.tables import SAME_FOR_ALL
from zwk_data.stores import programme_file
from zwk_data.stores.postgres import UNREACHABLE, PgConnection, UnreachableError, sentence_for
from zwk_data.stores.programme_schema import GROWING, SharedStore, Stamp, columns_of, fetch, one_moment, stamp

#: seconds after which the listener asks by itself, and those between two attempts to reach the server
BEAT, AGAIN = 2.0, 0.5
OTHER_VERSION = (
    "Der gemeinsame Datenspeicher hat Stand {found}, dieser ZWK-Monitor arbeitet mit Stand {own}. Bitte alle "
    "ZWK-Monitore auf dieselbe Version bringen und neu starten."
)


class SharedCopy:
    """The tables of ``store`` as the database ``programme`` of ``con``.

    ``stamp``: which state of the store they have. ``common_changes``: how often a table was fetched again that
    everybody sees alike. ``trouble``: why nothing can be saved now (German), or None.
    """

    def __init__(self, store: SharedStore, con: duckdb.DuckDBPyConnection) -> None:
        """Take the first copy. Raises UnreachableError, ZwkError if there is no store or it is of another version."""
        self.store, self._con = store, con
        self.trouble: str | None = None
        self.common_changes = 0
        self._reader: PgConnection | None = None
        self._ended = threading.Event()
        con.execute("ATTACH ':memory:' AS programme")
        with store.connected() as first:
            self.stamp = self._copy_all(first)
        self._stale = False
        self._thread = threading.Thread(target=self._listen, name=f"zwk-{store.stem}-listen", daemon=True)
        self._thread.start()

    def expire(self) -> None:
        """The store has changed: the next one who reads takes a new copy."""
        self._stale = True

    def close(self) -> None:
        """Stop listening."""
        self._ended.set()
        if self._reader:
            self._reader.close()

    def catch_up(self) -> bool:
        """Bring the copy up to date if it may be out of date; False if the store has been replaced as a whole.

        One caller at a time. If the server can't be reached the copy stays as it is.
        """
        if not self._stale:
            return True
        # before asking: what is told from now on counts again
        self._stale = False
        kept = self._reader
        try:
            try:
                there = self._copy_changes(kept or self._connected())
            except Exception as error:
                # the connection that was kept may have been lost, which says nothing of the server
                if kept is None or sentence_for(error) is None:
                    raise
                there = self._copy_changes(self._connected())
            self.trouble = None
            return there
        except Exception as error:
            self._stale = True
            sentence = sentence_for(error)
            if sentence is None:
                raise
            self.trouble, self._reader = sentence, None
            return True

    def _connected(self) -> PgConnection:
        if self._reader:
            self._reader.close()
        self._reader = None
        self._reader = self.store.connect()
        return self._reader

    def _copy_changes(self, con: PgConnection) -> bool:
        with one_moment(con):
            now = stamp(con)
            if now is None or now.made != self.stamp.made:
                return False
            if now == self.stamp:
                return True
            columns = columns_of(con)
            since = f"WHERE set_id > {self.stamp.last}"
            touched = con.execute(f"SELECT DISTINCT entity FROM change_log {since}").fetchall()
            changed = {table: fetch(con, table, columns[table]) for (table,) in touched if table in columns}
            added = {table: fetch(con, table, columns[table], since) for table in GROWING}
        self._take(changed, added)
        self.stamp = now
        self.common_changes += not SAME_FOR_ALL.isdisjoint(changed)
        return True

    def _copy_all(self, con: PgConnection) -> Stamp:
        with one_moment(con):
            now = stamp(con)
            if now is None:
                raise ZwkError("Der gemeinsame Datenspeicher ist leer. Bitte „python -m zwk_data build“ ausführen.")
            same_version(con)
            tables = {table: fetch(con, table, columns) for table, columns in columns_of(con).items()}
        self._take(tables, {})
        return now

    def _take(self, tables: dict[str, pa.Table], added: dict[str, pa.Table]) -> None:
        """Replace tables by these rows and add rows to others, all at once for whoever reads."""
        con = self._con.cursor()
        try:
            con.execute("BEGIN")
            for table, rows in tables.items():
                con.register("incoming", rows)
                con.execute(f"CREATE OR REPLACE TABLE programme.{table} AS FROM incoming")
            for table, rows in added.items():
                con.register("incoming", rows)
                con.execute(f"INSERT INTO programme.{table} BY NAME FROM incoming")
            con.execute("COMMIT")
        finally:
            con.close()

    def _listen(self) -> None:
        import psycopg  # noqa: PLC0415 - only where it is used

        while not self._ended.is_set():
            con = None
            try:
                con = self.store.connect()
                con.execute(f'LISTEN "{self.store.name}"')
                # what was told meanwhile has been missed
                self._stale, self.trouble = True, None
                while not self._ended.is_set():
                    told = list(con.raw.notifies(timeout=BEAT, stop_after=1))
                    # a connection may die without a word: asking finds it out
                    if told or stamp(con) != self.stamp:
                        self._stale = True
            except (psycopg.Error, UnreachableError) as error:
                self.trouble = sentence_for(error) or UNREACHABLE
                self._ended.wait(AGAIN)
            finally:
                if con:
                    con.close()


def same_version(con: PgConnection) -> None:
    """Raise ZwkError if the store is of another version than this product."""
    row = con.execute("SELECT coalesce(max(number), 0) FROM migration").fetchone()
    found, own = int(row[0]) if row else 0, programme_file.newest_version()
    if found != own:
        raise ZwkError(OTHER_VERSION.format(found=found, own=own))
