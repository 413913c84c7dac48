"""What a record must be like before it is kept: the rules of each table, made from its declaration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from zwk_data.schema.cells import Row
from zwk_data.schema.structure import Field, RowCheck, Table
from zwk_data.schema.tables import TABLES


def problems(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """What is wrong with the records of ``frame`` (all columns of the table, any dtype): one row per fault.

    Columns: row (position in the frame), column, sentence (German). Empty if all may be kept. References, doubles
    and rights are not asked here: they need the store.
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
    whole = [pa.Check(_by_row(one), error=f"{one.column}|{one.sentence}") for one in _row_checks(table)]
    return pa.DataFrameSchema(columns, checks=whole, strict=False)


def _by_row(check: RowCheck) -> Callable[[pd.DataFrame], pd.Series]:
    def holds(frame: pd.DataFrame) -> pd.Series:
        rows = zip(*(frame[column] for column in frame.columns), strict=True)
        return pd.Series([check.test(dict(zip(frame.columns, row, strict=True))) for row in rows], index=frame.index)

    return holds


def _row_checks(table: Table) -> list[RowCheck]:
    """The rules between the columns of a table."""
    found = [check for one in table.fields for check in one.kind.row_checks(one)]
    for first, last in table.periods:
        before, after = table.field_of(first).label, table.field_of(last).label
        found.append(RowCheck(last, _in_order(first, last), f"„{after}“ liegt vor „{before}“."))
    found += [RowCheck(one.column, _given_if_needed(one), one.needed.sentence) for one in table.fields if one.needed]
    return found


def _in_order(first: str, last: str) -> Callable[[Row], bool]:
    def in_order(row: Row) -> bool:
        start, end = row[first], row[last]
        return not (isinstance(start, date) and isinstance(end, date)) or start <= end

    return in_order


def _given_if_needed(one: Field) -> Callable[[Row], bool]:
    needed = one.needed
    return lambda row: needed is None or row[needed.column] not in needed.values or bool(row[one.column])
