"""Values of the store's columns: when two are the same, and how the history writes them down and reads them back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from zwk_data.programme.records import RECORDS

#: a record without its key and stamps: column -> value (None for nothing)
Row = dict[str, Any]


def same(one: Any, other: Any) -> bool:
    """Are two values the same to whoever reads them? Nothing, NaN and an empty text are."""
    one, other = _nothing(one), _nothing(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other or one == other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return float(one) == float(other)
    return bool(one == other)


def _nothing(value: Any) -> Any:
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    return value


def written(value: Any) -> str | None:
    """A value as the history keeps it: dates as ISO, flags as true or false, numbers without needless decimals."""
    value = _nothing(value)
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def read_back(table: str, column: str, text: str | None) -> Any:
    """The value that ``written`` made ``text`` from."""
    field = RECORDS[table].field_of(column)
    if text is None:
        return "" if (table, column) == ("stage_event", "note") else None
    if field.kind == "flag":
        return text == "true"
    if field.kind in ("year", "count"):
        return int(text)
    if field.kind in ("money", "number"):
        return float(text)
    if field.kind == "day" or (field.kind == "span" and column != "precision"):
        return date.fromisoformat(text)
    return text


def as_json(row: Mapping[str, Any]) -> str:
    """A whole record as the history keeps it; empty fields are left out."""
    texts = {column: written(value) for column, value in row.items()}
    return json.dumps({c: t for c, t in texts.items() if t is not None}, ensure_ascii=False)


def from_json(table: str, text: str) -> Row:
    """The record that ``as_json`` made ``text`` from, with all its columns."""
    texts = json.loads(text)
    return {column: read_back(table, column, texts.get(column)) for column in RECORDS[table].columns}
