"""What a table of the programme store is in German: its records, and each of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Field:
    """One field of a record.

    ``kind``: text, long (text of several lines), code (one of ``choices``: code -> word), reference (the key of a
    record of ``parent``), span (a date as exact as its source, kept in three columns), day, year, money (euros),
    number, count (a whole number from 0), flag (yes or no), address (of a web page). ``also``: other words that lists
    use for the label. ``usual``: what is kept where nothing is given.
    """

    column: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    help: str = ""
    also: tuple[str, ...] = ()
    usual: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the store that the field is kept in."""
        return ("date_from", "date_to", "precision") if self.kind == "span" else (self.column,)


@dataclass(frozen=True)
class Record:
    """A table of the programme store: its ``key``, what one and several of its records are called, its fields.

    ``natural``: fields that together tell one record from another where a list brings no key. ``stamped``: the
    table has ``records.STAMPS``. ``title``: the column that names a record in a sentence.
    """

    table: str
    key: str
    name: str
    plural: str
    fields: tuple[Field, ...]
    natural: tuple[str, ...]
    stamped: bool = True
    title: str = ""
    #: comes with its area from data/programme: it can be changed here, but neither added nor removed
    fixed: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns but the key and the stamps."""
        return tuple(column for one in self.fields for column in one.columns)

    @property
    def owner(self) -> str:
        """The column that says whose it is: the Kommune's, or what it belongs to through; "" for nobody's."""
        return next((c for c in ("participant_id", "review_id", "measure_id") if c in self.columns), "")

    def field_of(self, column: str) -> Field:
        """The field that is kept in ``column``. Raises KeyError for an unknown one."""
        for one in self.fields:
            if column in one.columns:
                return one
        raise KeyError(column)
