"""The programme store in PostgreSQL: a schema with the tables of the file, made from one and copied back into one.

There is one schema of tables, that of the file: migrations, seed, restore and checks work on a file, which then takes
the schema's place whole, in one transaction. What is written between is one transaction each, with a history that says
which tables it touched.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv

from zwk_data.errors import ZwkError
from zwk_data.settings import store_url
from zwk_data.stores import postgres
from zwk_data.stores.postgres import PgConnection, Schema, UnreachableError, sentence_for
from zwk_data.stores.state import programme_path

#: a column's type in the file -> in PostgreSQL, and in memory
TYPES = {
    "VARCHAR": ("TEXT", pa.string()),
    "DATE": ("DATE", pa.date32()),
    "DOUBLE": ("DOUBLE PRECISION", pa.float64()),
    "SMALLINT": ("SMALLINT", pa.int16()),
    "INTEGER": ("INTEGER", pa.int32()),
    "BIGINT": ("BIGINT", pa.int64()),
    "BOOLEAN": ("BOOLEAN", pa.bool_()),
    "TIMESTAMP": ("TIMESTAMP", pa.timestamp("us")),
}
_FROM_POSTGRES = {
    "text": "VARCHAR",
    "date": "DATE",
    "double precision": "DOUBLE",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "boolean": "BOOLEAN",
    "timestamp without time zone": "TIMESTAMP",
}
#: what the file's CHECKs call and PostgreSQL does not know
_FUNCTIONS = """
CREATE FUNCTION "year"(date) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT extract(year FROM $1)::integer';
CREATE FUNCTION last_day(date) RETURNS date IMMUTABLE LANGUAGE sql AS
    $$SELECT (date_trunc('month', $1::timestamp) + INTERVAL '1 month' - INTERVAL '1 day')::date$$;
CREATE FUNCTION regexp_full_match(text, text) RETURNS boolean IMMUTABLE LANGUAGE sql AS
    $$SELECT $1 ~ ('^(' || $2 || ')$')$$;
"""
#: the tables of the history only grow: of these a copy fetches what it lacks
GROWING = ("change_set", "change_log")
Columns = dict[str, str]


def programme_store(dataset: str) -> Path | SharedStore:
    """Where the programme store of a data set lies: its file, or the schema in the PostgreSQL of ``ZWK_STORE``."""
    url, path = store_url(), programme_path(dataset)
    return SharedStore(url, path.stem) if url else path


class Stamp(NamedTuple):
    """The state of the store: ``made`` changes when it is replaced as a whole, ``last`` with every change."""

    made: int
    last: int


def columns_of(con: PgConnection, table: str | None = None) -> dict[str, Columns]:
    """Table -> column -> type as in the file, in their order; of one table, or of all."""
    found: dict[str, Columns] = {}
    for name, column, kind in con.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = coalesce(?, table_name) "
        "ORDER BY table_name, ordinal_position",
        [table],
    ):
        found.setdefault(name, {})[column] = _FROM_POSTGRES[kind]
    return found


def stamp(con: PgConnection) -> Stamp | None:
    """The state of the store now; None if there is none."""
    found = con.execute("SELECT oid FROM pg_namespace WHERE nspname = current_schema()").fetchone()
    if found is None:
        return None
    row = con.execute("SELECT coalesce(max(set_id), 0) FROM change_set").fetchone()
    return Stamp(int(found[0]), int(row[0]) if row else 0)


def fetch(con: PgConnection, table: str, columns: Columns, where: str = "") -> pa.Table:
    """The rows of a table; ``where``: a condition of ours."""
    sql = f"SELECT {listed(columns)} FROM {table} {where}"
    with con.raw.cursor().copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)".encode()) as parts:
        content = b"".join(bytes(part) for part in parts)
    types = {column: TYPES[kind][1] for column, kind in columns.items()}
    if not content:
        return pa.schema(list(types.items())).empty_table()
    return pa_csv.read_csv(
        io.BytesIO(content),
        pa_csv.ReadOptions(column_names=list(columns), block_size=max(len(content), 1 << 20)),
        pa_csv.ParseOptions(newlines_in_values=True),
        # a text that is empty is quoted, one that is missing is not
        pa_csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )


def put(con: PgConnection, table: str, rows: pa.Table) -> None:
    """Add rows to a table."""
    content = io.BytesIO()
    pa_csv.write_csv(rows, content, pa_csv.WriteOptions(include_header=False))
    with con.raw.cursor().copy(f"COPY {table} ({listed(rows.column_names)}) FROM STDIN (FORMAT csv)".encode()) as copy:
        copy.write(content.getvalue())


def listed(columns: Sequence[str] | Columns) -> str:
    """The columns by their quoted names."""
    return ", ".join(f'"{column}"' for column in columns)


@contextmanager
def one_moment(con: PgConnection) -> Iterator[None]:
    """Within the block everything is read as it stood at one moment."""
    con.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield
    finally:
        con.execute("ROLLBACK")


@dataclass(frozen=True)
class SharedStore(Schema):
    """The programme store of a data set in PostgreSQL; ``stem`` as its file would have, ``programme-demo``."""

    @contextmanager
    def connected(self) -> Iterator[PgConnection]:
        """A connection for some questions. Raises UnreachableError, also for one that is lost meanwhile."""
        import psycopg  # noqa: PLC0415 - only where it is used

        con = self.connect()
        try:
            yield con
        except psycopg.Error as error:
            sentence = sentence_for(error)
            if sentence is None:
                raise
            raise UnreachableError(sentence) from error
        finally:
            con.close()

    def exists(self) -> bool:
        """Whether there is a store."""
        with self.connected() as con:
            return stamp(con) is not None

    def state(self) -> tuple[str, int, int] | None:
        """Fingerprint of its seed, number of changes, version of its schema; None if there is no store."""
        with self.connected() as con:
            if stamp(con) is None:
                return None
            row = con.execute(
                "SELECT coalesce((SELECT max(fingerprint) FROM programme_seed), ''), "
                "(SELECT count(*) FROM change_log), (SELECT max(number) FROM migration)"
            ).fetchone()
            assert row is not None
            return str(row[0]), int(row[1]), int(row[2])

    def fill(self, file: duckdb.DuckDBPyConnection) -> None:
        """Copy all rows, as they stand at one moment, into the tables of an open file of the same version."""
        with self.connected() as con, one_moment(con):
            for table, columns in columns_of(con).items():
                # what the file's own making has left there
                file.execute(f"DELETE FROM {table}")
                rows = fetch(con, table, columns)
                file.register("incoming", rows)
                file.execute(f"INSERT INTO {table} BY NAME FROM incoming")
                file.unregister("incoming")
            row = con.execute("SELECT last_value, is_called FROM record_number").fetchone()
            assert row is not None
            file.execute(f"CREATE OR REPLACE SEQUENCE record_number START {int(row[0]) + bool(row[1])}")

    @contextmanager
    def alone(self) -> Iterator[PgConnection]:
        """Within the block nobody else writes to the store. Raises UnreachableError."""
        with postgres.alone(self) as con:
            yield con

    def replace(self, file: duckdb.DuckDBPyConnection, kept: str = "") -> str | None:
        """Make the store what an open file is, whole or not at all.

        ``kept``: the end of the name under which the old one stays; returns that name, or None if nothing stays.
        Everybody who reads notices. Raises UnreachableError.
        """
        import psycopg  # noqa: PLC0415

        with self.alone() as con:
            try:
                con.execute("BEGIN")
                there = stamp(con) is not None
                name = f"{self.name}_{kept}" if kept and there else None
                if name:
                    con.execute(f'ALTER SCHEMA "{self.name}" RENAME TO "{name}"')
                elif there:
                    con.execute(f'DROP SCHEMA "{self.name}" CASCADE')
                con.execute(f'CREATE SCHEMA "{self.name}"')
                con.execute(_FUNCTIONS)
                for table, columns in _file_columns(file).items():
                    con.execute(_definition(file, table, columns))
                    put(con, table, file.sql(f"FROM {table}").to_arrow_table())
                con.execute(f"CREATE SEQUENCE record_number START {_next_number(file)}")
                con.execute("SELECT pg_notify(?, '')", [self.name])
                con.execute("COMMIT")
            except psycopg.Error as error:
                con.close()
                sentence = sentence_for(error)
                if sentence is None:
                    raise ZwkError(f"Der gemeinsame Datenspeicher nimmt die Daten nicht an: {error}") from error
                raise UnreachableError(sentence) from error
        return name


def _file_columns(file: duckdb.DuckDBPyConnection) -> dict[str, Columns]:
    found: dict[str, Columns] = {}
    for table, column, kind in file.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal "
        "ORDER BY table_name, column_index"
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _definition(file: duckdb.DuckDBPyConnection, table: str, columns: Columns) -> str:
    """The table as PostgreSQL makes it: columns, what may be missing, defaults, primary key, CHECKs."""
    told = file.execute(
        "SELECT column_name, is_nullable, column_default FROM duckdb_columns() WHERE table_name = ?", [table]
    ).fetchall()
    parts = []
    for column, nullable, usual in told:
        words = [f'"{column}"', TYPES[columns[column]][0], "" if nullable else "NOT NULL"]
        parts.append(" ".join([*words, f"DEFAULT {usual}" if usual else ""]))
    rules = file.execute(
        "SELECT constraint_text FROM duckdb_constraints() "
        "WHERE table_name = ? AND constraint_type IN ('PRIMARY KEY', 'CHECK') ORDER BY constraint_index",
        [table],
    ).fetchall()
    return f"CREATE TABLE {table} ({', '.join([*parts, *(text for (text,) in rules)])})"


def _next_number(file: duckdb.DuckDBPyConnection) -> int:
    row = file.execute(
        "SELECT coalesce(last_value + increment_by, start_value) FROM duckdb_sequences() "
        "WHERE sequence_name = 'record_number'"
    ).fetchone()
    assert row is not None
    return int(row[0])
