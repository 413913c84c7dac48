"""Values of records: when two are the same to a reader, and how the history writes them down.

``Kind.read_back`` and ``Table.from_json`` read the history again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

#: a record without its key and stamps: column -> value (None for nothing)
Row = dict[str, Any]


def nothing_is_none(value: Any) -> Any:
    """None for whatever says nothing: None, NaN, an empty text."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    return value


def same(one: Any, other: Any) -> bool:
    """Are two values the same to whoever reads them? Nothing, NaN and an empty text are."""
    one, other = nothing_is_none(one), nothing_is_none(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other or bool(one == other)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return float(one) == float(other)
    return bool(one == other)


def written(value: Any) -> str | None:
    """A value as the history keeps it: dates as ISO, flags as true or false, numbers without needless decimals."""
    value = nothing_is_none(value)
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def as_json(row: Mapping[str, Any]) -> str:
    """A whole record as the history keeps it; empty fields are left out."""
    texts = {column: written(value) for column, value in row.items()}
    return json.dumps({c: t for c, t in texts.items() if t is not None}, ensure_ascii=False)
