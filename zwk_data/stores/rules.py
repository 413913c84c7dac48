"""The declared rules, checked before anything is kept: of each record by itself, and between the records of the store.

DuckDB's own foreign keys and unique indexes refuse what a transaction as a whole makes right again (migrations/0002);
so the rules between records are checked here, on the whole store, before it is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import pandas as pd

from zwk_data.schema.structure import RowCheck, Table, Unique
from zwk_data.schema.tables import TABLES, parents_first


def problems(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """What is wrong with the records of ``frame`` (all columns of the table, any dtype): one row per fault.

    Columns: row (position in the frame), column, sentence (German). Empty if all may be kept. What stands
    in other records is not asked here; ``faults`` does.
    """
    # half a second, and only whoever saves needs it
    from pandera.errors import SchemaErrors  # noqa: PLC0415

    plain = frame.reset_index(drop=True).astype(object)
    plain = plain.where(plain.notna(), None)
    try:
        _schema(TABLES[table]).validate(plain, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        found = pd.DataFrame(
            {
                "row": pd.to_numeric(cases["index"]).astype("Int64"),
                "column": [_column(c, check) for c, check in zip(cases["column"], cases["check"], strict=True)],
                "sentence": [str(check).partition("|")[2] or str(check) for check in cases["check"]],
            }
        )
        # a check over the whole record reports every column of it
        return found.drop_duplicates(ignore_index=True).sort_values(["row", "column"], ignore_index=True)
    return pd.DataFrame({"row": [], "column": [], "sentence": []})


def warm_up() -> None:
    """Use the rules of what is entered most once: this makes their schemas and loads the library."""
    for table in ("stage_event", "stage_plan", "measure"):
        problems(table, pd.DataFrame([dict.fromkeys(TABLES[table].columns)]))


def _column(column: object, check: object) -> str:
    """A check over the whole record names its column before a bar."""
    named = str(check).partition("|")[0]
    return named if "|" in str(check) and named else str(column)


@cache
def _schema(table: Table) -> Any:
    import pandera.pandas as pa  # noqa: PLC0415 - see above

    columns = {}
    for one in table.fields:
        for column in one.columns:
            checks = [
                pa.Check(test, element_wise=True, ignore_na=False, error=f"|{sentence}")
                for test, sentence in one.kind.checks(one)
            ]
            columns[column] = pa.Column(object, checks, nullable=True, required=True)
    whole = [pa.Check(_by_row(one), error=f"{one.column}|{one.sentence}") for one in table.row_checks()]
    return pa.DataFrameSchema(columns, checks=whole, strict=False)


def _by_row(check: RowCheck) -> Callable[[pd.DataFrame], pd.Series]:
    def holds(frame: pd.DataFrame) -> pd.Series:
        rows = zip(*(frame[column] for column in frame.columns), strict=True)
        return pd.Series([check.test(dict(zip(frame.columns, row, strict=True))) for row in rows], index=frame.index)

    return holds


@dataclass(frozen=True)
class BrokenRule:
    """A rule that is broken: ``table``, the ``columns`` it is about, the values of one case; ``rule``: if one is."""

    kind: str  # missing | twice
    table: str
    columns: tuple[str, ...]
    found: tuple[object, ...]
    rule: Unique | None = None


class Asked(Protocol):
    """A connection to a store, whichever engine keeps it; ``?`` stands for parameters."""

    def execute(self, query: str, parameters: Sequence[Any] = ..., /) -> Any: ...


def faults(con: Asked, tables: set[str] | None = None) -> list[BrokenRule]:
    """At most one case of each broken rule; ``tables``: only rules that changes to these tables can break."""
    declared = [TABLES[name] for name in parents_first()]
    lost = [fault for table in declared for fault in _missing(con, table, tables)]
    return lost + [fault for table in declared for fault in _twice(con, table, tables)]


def _missing(con: Asked, table: Table, tables: set[str] | None) -> Iterator[BrokenRule]:
    for one in table.references:
        if tables is not None and not {table.name, one.parent} & tables:
            continue
        lost = con.execute(
            f"SELECT {one.column} FROM {table.name} WHERE {one.column} IS NOT NULL "
            f"AND {one.column} NOT IN (SELECT {TABLES[one.parent].key} FROM {one.parent}) LIMIT 1"
        ).fetchone()
        if lost:
            yield BrokenRule("missing", table.name, (one.column,), tuple(lost))


def _twice(con: Asked, table: Table, tables: set[str] | None) -> Iterator[BrokenRule]:
    if tables is not None and table.name not in tables:
        return
    for rule in table.unique:
        listed = ", ".join(rule.columns)
        where = f"WHERE {rule.where[0]} = ?" if rule.where else ""
        twice = con.execute(
            f"SELECT {listed} FROM {table.name} {where} GROUP BY {listed} HAVING count(*) > 1 LIMIT 1",
            [rule.where[1]] if rule.where else [],
        ).fetchone()
        if twice:
            yield BrokenRule("twice", table.name, rule.columns, tuple(None if pd.isna(v) else v for v in twice), rule)
