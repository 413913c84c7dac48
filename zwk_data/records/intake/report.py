"""The result of checking a list: the state of every row, with cell and reason, in German."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from zwk_data.records.german_rows import Context
from zwk_data.records.intake.head import Chosen
from zwk_data.records.intake.lines import Line
from zwk_data.schema.cells import Proposed, Row
from zwk_data.schema.dates import cell_text
from zwk_data.schema.structure import Field
from zwk_data.schema.tables import TABLES
from zwk_data.schema.units import Unit

#: what may become of a row
STATES = {
    "accepted": "neu",
    "changed": "geändert",
    "same": "unverändert",
    "unclear": "unklar",
    "refused": "abgelehnt",
    "left": "ausgelassen",
}
COLUMNS = ("sheet", "row", "cell", "table", "state", "record", "field", "found", "reading", "sentence", "likely")


@dataclass(frozen=True)
class Remark:
    """A remark on one field of a row (``label`` "" for the whole row).

    ``likely``: the proposal may be taken with others, without a look at each.
    """

    label: str
    reading: str
    sentence: str
    likely: bool = False


@dataclass
class Outcome:
    """What becomes of a row. ``key``: of the record it means, or of the new one if that is settled.

    ``values``: of a new record all, of a known one those that change; ``old``: what the store held in them. ``kept``:
    columns whose cell is empty and that stay as they are known.
    """

    line: Line
    state: str = "left"
    key: str = ""
    row: Row = field(default_factory=dict)
    values: Row = field(default_factory=dict)
    old: Row = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    doubts: list[Remark] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class SheetView:
    """How a sheet was understood: its ``table`` ("" if none), where its head is, column letter -> (title, label).

    ``unread``: column letter -> title of columns that are not read. ``rows``: how many rows below the head. ``units``:
    column letter -> what its amounts are counted in, if not plainly euros. ``whose``: the Kommune that all rows may be
    about; ``lacks``: labels of what each record needs and no column tells.
    """

    name: str
    table: str
    head_row: int | None
    columns: dict[str, tuple[str, str]]
    unread: dict[str, str]
    rows: int
    units: dict[str, Unit] = field(default_factory=dict)
    whose: str = ""
    lacks: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The content of the sheet, in German."""
        return TABLES[self.table].plural if self.table else "nicht erkannt"


@dataclass(frozen=True)
class Intake:
    """A list, read and checked against the store; nothing is saved yet.

    ``file``: its name. ``notes``: German sentences about what was passed over. ``complete``: our own export, where an
    empty cell empties a field. ``fixed``: label -> text that holds for all rows; ``chosen``: sheet -> what somebody has
    said of its columns. ``confirmed``: rows whose proposals somebody has accepted. ``work``: what
    ``check_again`` needs.
    """

    file: str
    sheets: tuple[SheetView, ...]
    notes: tuple[str, ...]
    complete: bool
    outcomes: tuple[Outcome, ...]
    context: Context = field(repr=False)
    work: Any = field(repr=False, compare=False)
    fixed: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    corrections: Mapping[tuple[str, str], str] = field(default_factory=dict)
    confirmed: frozenset[tuple[str, int]] = frozenset()

    @cached_property
    def counts(self) -> dict[str, int]:
        """State -> number of rows, every state of STATES."""
        found = Counter(one.state for one in self.outcomes)
        return {state: found[state] for state in STATES}

    @cached_property
    def report(self) -> pd.DataFrame:
        """One line per row, or per field that changes, is unclear or refused; in the order of the file.

        Columns: sheet, row (number), cell (Maßnahmen!D17), table, state (of STATES), record, field (label, "" for the
        whole row), found (what stands in the cell), reading (what it is taken for), sentence, likely (may be taken
        together with others).
        """
        order = {one.name: place for place, one in enumerate(self.sheets)}
        lines = [
            line
            for one in sorted(self.outcomes, key=lambda o: (order[o.line.sheet], o.line.number))
            for line in _remark_rows(one, self.context)
        ]
        return pd.DataFrame(lines, columns=list(COLUMNS))


def _remark_rows(one: Outcome, known: Context) -> list[tuple[Any, ...]]:
    line = one.line
    title = titled(line, one.row, known) if one.row else ""

    def entry(remark: Remark) -> tuple[Any, ...]:
        label = remark.label
        at = line.cell(label or next(iter(line.addresses), ""))
        found = shown_cell(line.cells.get(label)) if label else ""
        return (
            line.sheet,
            line.number,
            at,
            line.table,
            one.state,
            title,
            label,
            found,
            remark.reading,
            remark.sentence,
            remark.likely,
        )

    if one.state == "left":
        sentence = f"Nicht gelesen: {line.left}."
        at = f"{line.sheet}!A{line.number}"
        return [(line.sheet, line.number, at, line.table, "left", "", "", line.said, "", sentence, False)]
    if one.state in ("refused", "unclear"):
        return [entry(remark) for remark in (*one.faults, *one.doubts)]
    if one.state == "changed":
        fields = [f for f in TABLES[line.table].fields if set(f.columns) & set(one.values)]
        return [
            entry(Remark(f.label, word(f, one.values, known), f"bisher: {word(f, one.old, known)}")) for f in fields
        ]
    sentence = "Wird neu angelegt." if one.state == "accepted" else "Steht schon so da."
    return [entry(Remark("", "", sentence))]


def shown_cell(cell: Any) -> str:
    """The content of the cell as text."""
    cell = cell.value if isinstance(cell, Proposed) else cell
    try:
        return cell_text(cell)
    except ValueError:
        return str(cell)


def titled(line: Line, row: Row, known: Context) -> str:
    """The name of a record: „Riesa: Dorfladen“."""
    table = TABLES[line.table]
    columns = [table.owner, table.title or table.natural[-1]]
    parts = [word(table.field_of(c), row, known) for c in dict.fromkeys(columns) if row.get(c) is not None]
    return ": ".join(parts)


def word(one: Field, row: Row, known: Context) -> str:
    """A field's value in German, with all its digits; „leer“ for nothing."""
    full = {**dict.fromkeys(one.columns), **row}
    value = one.kind.cell(one, full, known.names_for(one))
    return one.kind.nothing if value is None or value == "" else one.kind.exact(value)
