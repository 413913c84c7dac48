"""What a record must be like before it is kept: one schema per table, made from its fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from zwk_data.schema import shipped_csv
from zwk_data.schema.dates import span
from zwk_data.schema.tables import RECORDS, Field, Record

#: letters of a line and of a text of several lines
SHORT, LONG = 300, 4000
FIRST_YEAR, LAST_YEAR = 2000, 2100
#: no budget of a Kommune in this programme comes near; a slip of the finger does
MOST_EUROS = 1e9

Sentence = str


def problems(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """What is wrong with the records of ``frame`` (all columns of the table, any dtype): one row per fault.

    Columns: row (position in the frame), column, sentence (German). Empty if all may be kept. References, doubles
    and rights are not asked here: they need the store.
    """
    from pandera.errors import SchemaErrors

    plain = frame.reset_index(drop=True).astype(object)
    plain = plain.where(plain.notna(), None)
    try:
        _schema(table).validate(plain, lazy=True)
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
        problems(table, pd.DataFrame([dict.fromkeys(RECORDS[table].columns)]))


def _column(column: object, check: object) -> str:
    """A check over the whole record names its column before a bar."""
    named = str(check).partition("|")[0]
    return named if "|" in str(check) and named else str(column)


@cache
def _schema(table: str) -> Any:
    import pandera.pandas as pa  # half a second: only whoever saves needs it

    record = RECORDS[table]
    columns = {}
    for one in record.fields:
        for column in one.columns:
            checks = [pa.Check(test, element_wise=True, ignore_na=False, error=f"|{sentence}")
                      for test, sentence in _checks(one, column)]  # fmt: skip
            columns[column] = pa.Column(object, checks, nullable=True, required=True)
    whole = [
        pa.Check(lambda frame, test=test: pd.Series([test(row) for row in frame.to_dict("records")], index=frame.index),
                 error=f"{column}|{sentence}")
        for column, test, sentence in _whole(record)
    ]  # fmt: skip
    return pa.DataFrameSchema(columns, checks=whole, strict=False)


def _checks(one: Field, column: str) -> list[tuple[Callable[[Any], bool], Sentence]]:
    found: list[tuple[Callable[[Any], bool], Sentence]] = []
    if one.required and one.kind != "span":
        found.append((lambda v: v is not None and str(v).strip() != "", f"„{one.label}“ fehlt."))
    if one.kind == "span":
        return found
    if one.kind == "code":
        words = ", ".join(one.choices.values())
        found.append((lambda v: v is None or v in one.choices, f"„{one.label}“ muss eines von {words} sein."))
    elif one.kind in ("text", "reference"):
        found.append((_text(SHORT), f"„{one.label}“ ist länger als {SHORT} Zeichen oder kein Text."))
    elif one.kind == "long":
        found.append((_text(LONG), f"„{one.label}“ ist länger als {LONG} Zeichen oder kein Text."))
    elif one.kind == "money":
        found.append((_number(0, MOST_EUROS), f"„{one.label}“ muss ein Betrag in Euro sein, nicht unter null."))
    elif one.kind == "number":
        found.append((_number(-1e15, 1e15), f"„{one.label}“ muss eine Zahl sein."))
    elif one.kind == "count":
        found.append((_whole_number, f"„{one.label}“ muss eine ganze Zahl sein, nicht unter null."))
    elif one.kind == "year":
        found.append((_number(FIRST_YEAR, LAST_YEAR), f"„{one.label}“ muss ein Jahr sein, etwa 2023."))
    elif one.kind == "flag":
        found.append((lambda v: v is None or isinstance(v, bool), f"„{one.label}“ muss ja oder nein sein."))
    elif one.kind == "day":
        found.append((_day, f"„{one.label}“ muss ein Datum zwischen {FIRST_YEAR} und {LAST_YEAR} sein."))
    elif one.kind == "address":
        found.append((_address, f"„{one.label}“ muss eine Internetadresse mit http:// oder https:// sein."))
    return found


def _text(most: int) -> Callable[[Any], bool]:
    return lambda value: value is None or (isinstance(value, str) and len(value) <= most)


def _number(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: (
        value is None or (isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high)
    )


def _whole_number(value: Any) -> bool:
    """Columns of versions take no more than 32,767; nobody saves so often, and no hall holds so many."""
    return _number(0, 30_000)(value) and (value is None or float(value).is_integer())


def _day(value: Any) -> bool:
    return value is None or (isinstance(value, date) and FIRST_YEAR <= value.year <= LAST_YEAR)


def _address(value: Any) -> bool:
    try:
        return value is None or (isinstance(value, str) and shipped_csv.address(value) is not None)
    except ValueError:
        return False


def _whole(record: Record) -> list[tuple[str, Callable[[dict[str, Any]], bool], Sentence]]:
    """Rules between fields: the column to blame, the test, the sentence."""
    found: list[tuple[str, Callable[[dict[str, Any]], bool], Sentence]] = []
    spans = [one for one in record.fields if one.kind == "span"]
    for one in spans:
        found.append(("date_from", _span, f"„{one.label}“ ist so kein Tag, Monat oder Jahr zwischen 2000 und 2100."))
        if one.required:
            found.append(("date_from", lambda row: row["precision"] != "unknown", f"„{one.label}“ fehlt."))
    columns = record.columns
    for first, last in (("starts", "ends"), ("date_from", "date_to")):
        if first in columns and last in columns and not spans:
            label = record.field_of(last).label
            found.append((last, _ordered(first, last), f"„{label}“ liegt vor „{record.field_of(first).label}“."))
    if "version" in columns:
        found.append(("version", lambda row: row["version"] != 0, "„Fassung“ zählt ab 1."))
    if "reason" in columns:
        found.append(("reason", lambda row: row["status"] not in ("moved", "dropped") or bool(row["reason"]),
                      "Bitte einen Grund angeben: Was verschoben wird oder entfällt, braucht einen."))  # fmt: skip
    return found


def _ordered(first: str, last: str) -> Callable[[dict[str, Any]], bool]:
    def ordered(row: dict[str, Any]) -> bool:
        a, b = row[first], row[last]
        return not (isinstance(a, date) and isinstance(b, date)) or a <= b

    return ordered


def _span(row: dict[str, Any]) -> bool:
    start, end, precision = row["date_from"], row["date_to"], row["precision"]
    if precision == "unknown":
        return start is None and end is None
    if precision not in ("day", "month", "year") or not isinstance(start, date):
        return False
    return FIRST_YEAR <= start.year <= LAST_YEAR and (start, end) == span(start, precision)
