"""What the programme store's tables owe each other: no record without its parent, none twice.

DuckDB's own foreign keys and unique indexes refuse what a transaction as a whole makes right again (migrations/0002);
so the declared rules are checked here, on the whole store, before it is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pandas as pd

from zwk_data.schema.structure import Table, Unique
from zwk_data.schema.tables import TABLES, parents_first


@dataclass(frozen=True)
class Fault:
    """A rule that is broken: ``table``, the ``columns`` it is about, the values of one case; ``rule``: if one is."""

    kind: str  # missing | twice
    table: str
    columns: tuple[str, ...]
    found: tuple[object, ...]
    rule: Unique | None = None


def faults(con: duckdb.DuckDBPyConnection, tables: set[str] | None = None, database: str = "") -> list[Fault]:
    """At most one case of each broken rule; ``tables``: only rules that changes to these tables can break.

    ``database`` names the attached store (``programme``), or nothing if the connection is the store itself.
    """
    db = f"{database}." if database else ""
    declared = [TABLES[name] for name in parents_first()]
    lost = [fault for table in declared for fault in _missing(con, table, tables, db)]
    return lost + [fault for table in declared for fault in _twice(con, table, tables, db)]


def _missing(con: duckdb.DuckDBPyConnection, table: Table, tables: set[str] | None, db: str) -> Iterator[Fault]:
    for one in table.references:
        if tables is not None and not {table.name, one.parent} & tables:
            continue
        lost = con.execute(
            f"SELECT {one.column} FROM {db}{table.name} WHERE {one.column} IS NOT NULL "
            f"AND {one.column} NOT IN (SELECT {TABLES[one.parent].key} FROM {db}{one.parent}) LIMIT 1"
        ).fetchone()
        if lost:
            yield Fault("missing", table.name, (one.column,), tuple(lost))


def _twice(con: duckdb.DuckDBPyConnection, table: Table, tables: set[str] | None, db: str) -> Iterator[Fault]:
    if tables is not None and table.name not in tables:
        return
    for rule in table.unique:
        where = f"WHERE {rule.where[0]} = ?" if rule.where else ""
        twice = con.execute(
            f"SELECT {', '.join(rule.columns)} FROM {db}{table.name} {where} GROUP BY ALL HAVING count(*) > 1 LIMIT 1",
            [rule.where[1]] if rule.where else [],
        ).fetchone()
        if twice:
            yield Fault("twice", table.name, rule.columns, tuple(None if pd.isna(v) else v for v in twice), rule)
