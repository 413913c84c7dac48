"""What the store holds when a list is read: its records by key and by what tells them apart."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zwk_data.programme.columns import Row, same
from zwk_data.programme.forms import python_rows
from zwk_data.programme.records import RECORDS
from zwk_data.programme.spelling import fold
from zwk_data.warehouse.connection import read

Natural = tuple[str, ...]
#: what tells records apart where a list does not say the rest of it
_LOOSE = {"stage_event": ("participant_id", "stage", "date_from")}


@dataclass(frozen=True)
class Stand:
    """The records of one table as they were when the list was read: key -> columns."""

    table: str
    rows: dict[str, Row]
    natural: dict[Natural, list[str]] = field(repr=False)
    loose: dict[Natural, list[str]] = field(repr=False)
    #: (participant, stage) -> keys, for tables that have both
    stages: dict[tuple[str, str], list[str]] = field(repr=False)

    def match(self, values: Mapping[str, Any]) -> list[str]:
        """The keys of the records that a row without a key means: none, one, or several."""
        found = self.natural.get(natural(self.table, values), [])
        if not found and self.table in _LOOSE and not values.get("note"):
            found = self.loose.get(natural(self.table, values, _LOOSE[self.table]), [])
        return found


def stand(table: str) -> Stand:
    """Read a table."""
    record = RECORDS[table]
    frame = read(f"SELECT {', '.join((record.key, *record.columns))} FROM {table} ORDER BY {record.key}")
    rows = python_rows(record, frame)
    by_natural: dict[Natural, list[str]] = defaultdict(list)
    by_loose: dict[Natural, list[str]] = defaultdict(list)
    stages: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, row in rows.items():
        by_natural[natural(table, row)].append(key)
        if table in _LOOSE:
            by_loose[natural(table, row, _LOOSE[table])].append(key)
        if "stage" in row:
            stages[row["participant_id"], row["stage"]].append(key)
    return Stand(table, rows, dict(by_natural), dict(by_loose), dict(stages))


def natural(table: str, values: Mapping[str, Any], columns: tuple[str, ...] | None = None) -> Natural:
    """What tells a record from others, whatever its spelling."""
    found = []
    for column in columns or RECORDS[table].natural:
        value = values.get(column)
        text = "" if value is None else str(value)
        # odd texts of signs only fold to nothing
        found.append((fold(text) or text) if isinstance(value, str) else text)
        if column == "date_from" and "precision" in values:
            found.append(str(values["precision"]))
    return tuple(found)


def alike(one: Any, other: Any) -> bool:
    """As ``columns.same``, but a number may have lost digits that Excel does not keep, a text its kind of line end."""
    if same(one, other):
        return True
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-13)
    if isinstance(one, str) and isinstance(other, str):
        return one.replace("\r\n", "\n").replace("\r", "\n").strip() == other.strip()
    return False
