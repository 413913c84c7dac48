"""The parts of a declaration: tables, their fields and uniqueness rules, and what a kind of field can do.

``kinds`` holds the kinds, ``tables`` the declarations. Nothing here knows of a particular table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from zwk_data import german
from zwk_data.schema.cells import Reading, Row, written
from zwk_data.schema.words import Synonyms

#: a test of one value, and the German sentence to show if it fails
Check = tuple[Callable[[Any], bool], str]


class RowCheck(NamedTuple):
    """A rule across columns: the ``test`` of a record, and the ``column`` and ``sentence`` to show if it fails."""

    column: str
    test: Callable[[Row], bool]
    sentence: str


class Names(Protocol):
    """The names of the records that a reference may point to."""

    def label(self, key: object) -> str:
        """The name that a key is shown with."""

    def find(self, text: str) -> Reading:
        """The key that a name means. Raises ValueError if it means none, or several."""

    def is_label(self, text: object) -> bool:
        """Is a record shown with exactly this name?"""


@dataclass(frozen=True)
class Editor:
    """How a kind is edited on screen, independent of the UI toolkit.

    ``control``: text, choice, date, number or tick. ``dtype``: of the pandas column behind it. ``width``: pixels.
    ``whole``: a number without decimals; ``longest``: how many characters a text takes.
    """

    control: str = "text"
    dtype: str = "string"
    width: int = 200
    whole: bool = False
    longest: int | None = None


@dataclass(frozen=True)
class Excel:
    """How a kind appears in a workbook.

    ``hint``: what belongs into the cell (German); ``example``: such a value. ``width``: of the column, in characters.
    ``number_format``: as Excel writes it („@“: what is typed stays as typed). ``limits``: what Excel accepts without a
    warning: date, decimal or integer, from, to (None: no end).
    """

    hint: str
    example: Any = None
    width: int = 30
    number_format: str = "@"
    limits: tuple[str, Any, Any] | None = None


class Kind:
    """One kind of field: how its values are stored, read, shown, checked, kept in the history and edited.

    The defaults are those of a text. ``types``: the store's types, one per column. ``nothing``: the word for an empty
    field. ``in_euros``: a column title such as „Kosten in TEUR“ scales the values below it.
    """

    name = ""
    types: tuple[str, ...] = ("VARCHAR",)
    nothing = "leer"
    in_euros = False
    editor = Editor()
    excel = Excel("Text")

    def columns(self, column: str) -> tuple[str, ...]:
        """The store's columns of a field that is declared with ``column``."""
        return (column,)

    def column_label(self, one: Field, column: str) -> str:
        """What one of the field's columns is called in German."""
        return one.label

    def always_filled(self, one: Field) -> tuple[str, ...]:
        """Those of the field's columns that the store never leaves empty."""
        return one.columns if one.required or one.usual is not None else ()

    def read(self, one: Field, cell: Any, names: Names | None = None) -> Reading:
        """What somebody wrote into a cell, as the store keeps it. Raises ValueError (German) for what can't be read."""
        raise NotImplementedError

    def values(self, one: Field, value: Any) -> Row:
        """The columns to store for a value returned by ``read``."""
        return {one.column: value}

    def blank(self) -> Row:
        """Initial values of a new record's columns where they are not None."""
        return {}

    def given(self, one: Field, row: Mapping[str, Any]) -> bool:
        """Is the field filled in?"""
        return row.get(one.column) not in (None, "")

    def python(self, value: Any, column: str) -> Any:
        """A value (not None) of a frame as Python's own type."""
        return value

    def read_back(self, text: str, column: str) -> Any:
        """The value that ``written`` made ``text`` from."""
        return text

    def from_csv(self, one: Field, text: str, column: str) -> Any:
        """The value that a shipped csv file gives. Raises ValueError with the German second half of a sentence."""
        return text or None

    def from_editor(self, one: Field, value: Any) -> Row:
        """The columns to store for a value from the editor. Raises ValueError (German) for what can't be read."""
        return {one.column: None if value == "" else value}

    def in_editor(self, one: Field, row: Row) -> Any:
        """The value the on-screen editor starts with."""
        return row[one.column]

    def cell(self, one: Field, row: Row, names: Names | None = None) -> Any:
        """The field as a German table shows it: words for codes, names for keys, otherwise the value; None if empty."""
        return row[one.column]

    def exact(self, value: Any) -> str:
        """A value of ``cell`` as text, with all its digits."""
        return german.day(value) if isinstance(value, date) else str(value)

    def word(self, one: Field, column: str, value: Any, labels: Mapping[str, str]) -> str:
        """A stored value (not None) in German words; ``labels``: key -> name of the table referred to."""
        return str(value)

    def shown(self, one: Field, row: Row, labels: Mapping[str, str]) -> str:
        """The field of a record in German words."""
        text = written(row[one.column])
        return self.nothing if text is None else self.word(one, one.column, self.read_back(text, one.column), labels)

    def choices(self, one: Field, names: Sequence[str] = ()) -> list[str]:
        """The words to choose from, if there is a list of them; ``names``: those of the records referred to."""
        return []

    def checks(self, one: Field) -> list[Check]:
        """The tests each value must pass."""
        return [(_is_given, f"„{one.label}“ fehlt.")] if one.required else []

    def row_checks(self, one: Field) -> list[RowCheck]:
        """The rules that hold across the field's columns."""
        return []


def _is_given(value: Any) -> bool:
    return value is not None and str(value).strip() != ""


class Needed(NamedTuple):
    """A field that is required once another ``column`` has one of these ``values``; ``sentence``: said if missing."""

    column: str
    values: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, eq=False)
class Field:
    """One field of a record, kept in one column or, a date as exact as its source, in three.

    ``column`` names it in the store, ``label`` in German. ``choices``: code -> word; ``synonyms``: what lists write
    instead. ``parent``: the table whose key a reference holds. ``also``: other column titles that lists use, divided
    by „|“. ``usual``: what is kept where nothing is given; ``same_as``: the column that a list means where it lacks
    this one. ``at_least``: the smallest count. ``ends_period``: of a month or year that somebody writes its last day
    is meant. ``documented``: data/programme must give it, though people may leave it empty. ``column_type``: the
    store's type where it is not the kind's.
    """

    column: str
    label: str
    kind: Kind
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    synonyms: Synonyms = field(default_factory=Synonyms)
    parent: str = ""
    help: str = ""
    also: str = ""
    usual: Any = None
    same_as: str = ""
    at_least: int = 0
    ends_period: bool = False
    needed: Needed | None = None
    documented: bool = False
    column_type: str = ""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of the store that the field is kept in."""
        return self.kind.columns(self.column)

    @property
    def other_labels(self) -> tuple[str, ...]:
        """Other titles that lists give the column."""
        return tuple(self.also.split("|")) if self.also else ()

    def read(self, cell: Any, names: Names | None = None) -> Reading:
        """The content of a cell as it is stored; see ``Kind.read``."""
        return self.kind.read(self, cell, names)


@dataclass(frozen=True)
class Unique:
    """Columns that no two records share; ``where``: only among records whose column has this value.

    ``sentence`` and ``sentence_in_list`` say so in German, of an entry and of a row of a list, where the general
    sentence would not help.
    """

    columns: tuple[str, ...]
    where: tuple[str, str] | None = None
    sentence: str = ""
    sentence_in_list: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Table:
    """A table of the programme store, and everything the product knows about it.

    ``name`` is the store's, ``singular`` and ``plural`` say in German what its records are. ``kept_by``: ``people`` (in
    forms and lists), ``files`` (data/programme alone) or ``product`` (the history and the like).

    Which record is meant: ``key``; ``natural`` (fields that tell records apart where a list brings no key) and
    ``loosely`` (enough of them where a row leaves the others empty); ``unique``; ``title`` (the column that names a
    record in a sentence), ``naming`` (all that its name is made of).

    How it is kept: ``prefix`` (of numbered keys: ``m-1042``), ``stamps`` (fields that the product fills in
    itself: who and when), ``fixed`` (records come
    with their area from data/programme: they can be changed, but neither added nor removed), ``ships`` (its csv file
    must be there), ``csv`` (the file's columns, where they are not key, fields and stamps), ``periods`` (first and
    last day that must be in order).

    Who may do what: ``owner`` (the column that says whose a record is), ``advised`` (the Beratung writes it for its own
    Kommunen), ``same_for_all`` (everybody sees the same records).
    """

    name: str
    singular: str = ""
    plural: str = ""
    kept_by: str = "people"
    key: str = ""
    key_type: str = "VARCHAR"
    fields: tuple[Field, ...]
    natural: tuple[str, ...] = ()
    loosely: tuple[str, ...] = ()
    unique: tuple[Unique, ...] = ()
    title: str = ""
    naming: tuple[str, ...] = ()
    prefix: str = ""
    stamps: tuple[Field, ...] = ()
    fixed: bool = False
    ships: bool = False
    csv: tuple[str, ...] = ()
    periods: tuple[tuple[str, str], ...] = ()
    owner: str = ""
    advised: bool = False
    same_for_all: bool = False

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All columns but the key and the stamps."""
        return tuple(column for one in self.fields for column in one.columns)

    @property
    def all_columns(self) -> tuple[str, ...]:
        """Key, fields and stamps."""
        return (*((self.key,) if self.key else ()), *self.columns, *(one.column for one in self.stamps))

    @property
    def name_columns(self) -> tuple[str, ...]:
        """The columns that make up the name of a record."""
        return self.naming or (self.title,)

    @property
    def owner_table(self) -> str:
        """The table that ``owner`` refers to; "" if records belong to nobody."""
        return self.field_of(self.owner).parent if self.owner else ""

    @property
    def references(self) -> tuple[Field, ...]:
        """The fields that hold a key of another table."""
        return tuple(one for one in self.fields if one.parent)

    @property
    def column_types(self) -> dict[str, str]:
        """Column -> type of the store."""
        found = {self.key: self.key_type} if self.key else {}
        for one in (*self.fields, *self.stamps):
            types = (one.column_type,) if one.column_type else one.kind.types
            found |= dict(zip(one.columns, types, strict=True))
        return found

    @property
    def always_filled(self) -> frozenset[str]:
        """The columns that are never empty."""
        filled = {column for one in (*self.fields, *self.stamps) for column in one.kind.always_filled(one)}
        return frozenset(filled | ({self.key} if self.key else set()))

    def field_of(self, column: str) -> Field:
        """The field that is kept in ``column``. Raises KeyError for an unknown one."""
        for one in (*self.fields, *self.stamps):
            if column in one.columns:
                return one
        raise KeyError(column)

    def labelled(self, label: str) -> Field:
        """The field of a German label. Raises KeyError for an unknown one."""
        for one in self.fields:
            if one.label == label:
                return one
        raise KeyError(label)

    def blank(self) -> Row:
        """Initial values of a new record, where they are not None."""
        return {column: value for one in self.fields for column, value in one.kind.blank().items()}

    def read_back(self, column: str, text: str | None) -> Any:
        """The value of a column that the history kept as ``text``."""
        one = self.field_of(column)
        return one.usual if text is None else one.kind.read_back(text, column)

    def from_json(self, text: str) -> Row:
        """The record that ``as_json`` made ``text`` from, with all its columns."""
        texts = json.loads(text)
        return {column: self.read_back(column, texts.get(column)) for column in self.columns}

    def python_row(self, row: Mapping[Any, Any]) -> Row:
        """A row of a frame (missing values None) with Python's own types for the columns of the record."""
        return {
            column: None if row[column] is None else one.kind.python(row[column], column)
            for one in self.fields
            for column in one.columns
        }

    def row_checks(self) -> list[RowCheck]:
        """The rules that hold across the columns of a record."""
        found = [check for one in self.fields for check in one.kind.row_checks(one)]
        for first, last in self.periods:
            before, after = self.field_of(first).label, self.field_of(last).label
            found.append(RowCheck(last, _in_order(first, last), f"„{after}“ liegt vor „{before}“."))
        return found + [
            RowCheck(one.column, _given_if_needed(one.column, one.needed), one.needed.sentence)
            for one in self.fields
            if one.needed
        ]


def _in_order(first: str, last: str) -> Callable[[Row], bool]:
    def in_order(row: Row) -> bool:
        start, end = row[first], row[last]
        return not (isinstance(start, date) and isinstance(end, date)) or start <= end

    return in_order


def _given_if_needed(column: str, needed: Needed) -> Callable[[Row], bool]:
    return lambda row: row[needed.column] not in needed.values or bool(row[column])
