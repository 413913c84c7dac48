"""The meaning of one row of a list: its values, the record of the store it is about, its doubts, and whose list it is.

``Stand`` holds the records of a table as they were when the list was read, by key and by what tells them apart. Where
no column says whose list it is, its file, a line above the table or headings in it may name the Kommune.
"""

from __future__ import annotations

import math
import re
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from zwk_data.records import german_rows
from zwk_data.records.german_rows import KEY, Context, Doubt, python_rows
from zwk_data.records.intake.head import Chosen, Head
from zwk_data.records.intake.lines import Headings, Line
from zwk_data.records.intake.raw import RawFile, RawSheet
from zwk_data.records.intake.report import Outcome, Remark, word
from zwk_data.records.names import TableNames
from zwk_data.schema.cells import Proposed, Row, fold, same
from zwk_data.schema.structure import Table
from zwk_data.schema.tables import TABLES, referred_to
from zwk_data.stores.connection import read

Natural = tuple[str, ...]


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
        loosely = TABLES[self.table].loosely
        if found or not loosely or any(values.get(c) for c in TABLES[self.table].natural if c not in loosely):
            return found
        return self.loose.get(natural(self.table, values, loosely), [])


def stand(table: str) -> Stand:
    """Read a table."""
    declared = TABLES[table]
    frame = read(f"SELECT {', '.join((declared.key, *declared.columns))} FROM {table} ORDER BY {declared.key}")
    rows = python_rows(declared, frame)
    by_natural: dict[Natural, list[str]] = defaultdict(list)
    by_loose: dict[Natural, list[str]] = defaultdict(list)
    stages: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, row in rows.items():
        by_natural[natural(table, row)].append(key)
        if declared.loosely:
            by_loose[natural(table, row, declared.loosely)].append(key)
        if "stage" in row:
            stages[row["participant_id"], row["stage"]].append(key)
    return Stand(table, rows, dict(by_natural), dict(by_loose), dict(stages))


def natural(table: str, values: Mapping[str, Any], columns: tuple[str, ...] | None = None) -> Natural:
    """The values that identify a record, whatever their spelling."""
    found = []
    for column in columns or TABLES[table].natural:
        value = values.get(column)
        text = "" if value is None else str(value)
        # texts made of punctuation only fold to nothing
        found.append((fold(text) or text) if isinstance(value, str) else text)
        if column == "date_from" and "precision" in values:
            found.append(str(values["precision"]))
    return tuple(found)


def alike(one: Any, other: Any) -> bool:
    """As ``values.same``, but a number may have lost digits that Excel does not keep, a text its kind of line end."""
    if same(one, other):
        return True
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-13)
    if isinstance(one, str) and isinstance(other, str):
        return one.replace("\r\n", "\n").replace("\r", "\n").strip() == other.strip()
    return False


#: tables that rows of the same list may refer to
PARENTS = tuple(table for table in referred_to() if not TABLES[table].fixed)
_KEY = re.compile(r"[A-Za-z0-9]+([-_.][A-Za-z0-9]+)*")
_NO_SUCH_PLACE = (
    "Diese Kommune gibt es hier nicht. Kommunen gehören mit ihrem Gebiet zum Grundbestand und werden durch eine Liste "
    "nicht angelegt."
)

Read = tuple[Row, list[tuple[str, str]], list[Doubt]]


@dataclass
class Work:
    """What is kept between two evaluations of a list, so that the second only does what has changed."""

    raw: RawFile
    heads: dict[str, Head]
    fixed: dict[str, str]
    context: Context
    stands: dict[str, Stand]
    #: sheet -> its columns as set by the user
    chosen: dict[str, Chosen] = field(default_factory=dict)
    #: sheet -> the Kommune that all its rows may be about
    whose: dict[str, Proposed] = field(default_factory=dict)
    #: (sheet, row) -> what was read there, from which cells, with which names
    read: dict[tuple[str, int], tuple[dict[str, Any], Context, Read]] = field(default_factory=dict)
    #: (sheet, row) -> the record that was held against the rules, and its faults
    ruled: dict[tuple[str, int], tuple[Row, list[tuple[str, str]]]] = field(default_factory=dict)
    #: (sheet, row) -> the key of a record that is new
    keys: dict[tuple[str, int], str] = field(default_factory=dict)
    #: table -> names that this list brings itself, and the names of all with them
    grown: dict[str, tuple[dict[str, Row], Context, Context]] = field(default_factory=dict)


def outcome(work: Work, line: Line, known: Context) -> Outcome:
    """The values of a row, and the record it means."""
    if line.left:
        return Outcome(line)
    at = (line.sheet, line.number)
    before = work.read.get(at)
    if before is None or before[1] is not known or before[0] != line.cells:
        before = (line.cells, known, german_rows.from_form(line.table, line.cells, known))
        work.read[at] = before
    values, problems, doubts = before[2]
    one = Outcome(line, faults=[Remark(label, "", sentence) for label, sentence in problems])
    table, here = TABLES[line.table], work.stands[line.table]
    unread = {column for label, _ in problems for column in table.labelled(label).columns}
    key, new_key = _key_meant(one, values, unread, here, complete=work.raw.complete)
    if key:
        one.key, kept = key, here.rows[key]
        if not work.raw.complete:
            one.kept = tuple(c for c, v in values.items() if v is None and kept[c] not in (None, ""))
            given = {c for one in table.fields if one.kind.given(one, values) for c in one.columns}
            values = {c: v for c, v in values.items() if c in given}
        changed = {c for c, v in values.items() if not alike(kept[c], v)}
        for one_field in table.fields:  # a date is one field in three columns
            if changed & set(one_field.columns):
                changed |= set(one_field.columns) & set(values)
        one.row = {**kept, **values}
        one.values = {c: values[c] for c in table.columns if c in changed}
        one.old = {c: kept[c] for c in one.values}
        # a proposal equal to the stored value needs no confirmation
        doubts = [doubt for doubt in doubts if changed & set(table.labelled(doubt.label).columns)]
    else:
        one.row = {**dict.fromkeys(table.columns), **_defaults(table, values), **values}
        one.values, one.key = one.row, new_key
        if not new_key and line.table in PARENTS:
            one.key = work.keys.setdefault(at, f"{table.prefix}-{uuid.uuid4().hex[:10]}")
        if table.fixed and not problems:
            one.faults.append(Remark(table.field_of(table.title).label, "", _NO_SUCH_PLACE))
    one.doubts = [
        Remark(doubt.label, word(table.labelled(doubt.label), one.row, known), doubt.sentence, doubt.likely)
        for doubt in doubts
    ]
    if line.odd and one.values:
        one.doubts.append(Remark("", "gilt", line.odd))
    return one


def _defaults(table: Table, values: Row) -> Row:
    """The values of a new record for fields that its row leaves out."""
    copied = {one.column: values.get(one.same_as) for one in table.fields if one.same_as and one.column not in values}
    return table.blank() | copied


def _key_meant(one: Outcome, values: Row, unread: set[str], here: Stand, *, complete: bool) -> tuple[str, str]:
    """The key of the record that a row means, and the key for a new one; "" for none. Adds faults to ``one``."""
    key = one.line.key
    if key and key in here.rows:
        return key, ""
    if key and complete:
        if not _KEY.fullmatch(key) or len(key) > 60:
            one.faults.append(Remark(KEY, "", f"„{key}“ ist keine Kennung."))
        return "", key
    table = TABLES[here.table]
    if unread & set(table.natural):
        return "", ""
    found = here.match({**_defaults(table, values), **values})
    if len(found) > 1:
        # several of one title: the row may say the very same as one of them
        whole = [k for k in found if all(alike(here.rows[k][c], v) for c, v in values.items() if v not in (None, ""))]
        found = whole[:1] or found
    if len(found) > 1:
        one.faults.append(Remark("", "", "Das trifft mehrere Einträge. Bitte die Kennung des gemeinten angeben."))
    elif not found and key:
        one.faults.append(
            Remark(KEY, "", f"Die Kennung „{key}“ gibt es nicht. Ohne Kennung wird ein neuer Eintrag angelegt.")
        )
    return found[0] if len(found) == 1 else "", ""


KOMMUNE, THEME, FIELD = "Kommune", "Thema", "Handlungsfeld"
_NAMED = re.compile(
    r"(?P<what>kommune|gemeinde|ort|thema|themenfeld|handlungsfeld)\s*(?:\d+\s*)?[:\s–-]\s*(?P<name>.+)", re.I
)
_ABOVE = 40


def headings(known: Context) -> Headings:
    """What a heading says of the rows below it: the Kommune, the theme or the Handlungsfeld that it names for sure."""

    def said(text: str) -> Mapping[str, str]:
        bare = text.strip().rstrip(":")
        named = _NAMED.fullmatch(bare)
        what = named["what"].casefold() if named else ""
        if named and what == "handlungsfeld":
            return {FIELD: named["name"].strip()}
        for candidate in (bare, named["name"].strip() if named else ""):
            for label, table in ((KOMMUNE, "participant"), (THEME, "theme")):
                if candidate and _sure(known.names(table), candidate):
                    return {label: candidate}
        return {}

    return said


def _sure(names: TableNames, text: str) -> bool:
    try:
        return not names.find(text).doubt
    except ValueError:
        return False


def proposed_owner(raw: RawFile, sheet: RawSheet, head: Head | None, known: Context) -> Proposed | None:
    """The Kommune that a line above the table, or the name of sheet or file, names; None if none or several."""
    names = known.names("participant")
    above = sheet.rows[: head.place if head else _ABOVE]
    lines = [cell for row in above for cell in row if isinstance(cell, str)]
    for texts, where in (
        (lines, "in einer Zeile über der Tabelle"),
        ([sheet.name], "im Namen des Blattes"),
        ([PurePath(raw.name).stem], "im Namen der Datei"),
    ):
        keys = set().union(*(names.held_in(text) for text in texts))
        if len(keys) == 1:
            label = names.label(keys.pop())
            return Proposed(label, f"Die Kommune steht in keiner Spalte; „{label}“ steht {where}.")
    return None
