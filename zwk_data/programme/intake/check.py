"""A list checked row by row: read, matched with the store, held against the rules and against its own other rows."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from zwk_data.programme import forms, rules
from zwk_data.programme.columns import Row
from zwk_data.programme.forms import KEY, Context
from zwk_data.programme.intake import doubles, file
from zwk_data.programme.intake.file import Progress, RawFile, quiet
from zwk_data.programme.intake.head import Head, find
from zwk_data.programme.intake.lines import Corrections, Line, letters, lines
from zwk_data.programme.intake.report import Intake, Outcome, Remark, SheetView, word
from zwk_data.programme.intake.stand import Stand, alike, stand
from zwk_data.programme.records import RECORDS
from zwk_data.warehouse.programme_store import NUMBERED, TABLES

#: tables that rows of the same list may refer to
_PARENTS = ("theme", "tool", "measure")
_KEY = re.compile(r"[A-Za-z0-9]+([-_.][A-Za-z0-9]+)*")
#: so many rows between two signs of progress
_STEP = 500

#: what the sheets of our own files are called
_OWN = {record.plural: table for table, record in RECORDS.items()}
_NO_SUCH_PLACE = (
    "Diese Kommune gibt es hier nicht. Kommunen kommen mit ihrem Gebiet aus data/programme und werden durch eine Liste "
    "nicht angelegt."
)

Read = tuple[Row, list[tuple[str, str]], list[tuple[str, str]]]


@dataclass
class Work:
    """What is kept between two evaluations of a list, so that the second only does what has changed."""

    raw: RawFile
    heads: dict[str, Head]
    fixed: dict[str, str]
    context: Context
    stands: dict[str, Stand]
    #: (sheet, row) -> what was read there, from which cells, with which names
    read: dict[tuple[str, int], tuple[dict[str, Any], Context, Read]] = field(default_factory=dict)
    #: (sheet, row) -> the record that was held against the rules, and its faults
    ruled: dict[tuple[str, int], tuple[Row, list[tuple[str, str]]]] = field(default_factory=dict)
    #: (sheet, row) -> the key of a record that is new
    keys: dict[tuple[str, int], str] = field(default_factory=dict)
    #: table -> names that this list brings itself, and the names of all with them
    grown: dict[str, tuple[dict[str, Row], Context, Context]] = field(default_factory=dict)


def check(
    content: bytes,
    name: str,
    *,
    tables: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    progress: Progress = quiet,
) -> Intake:
    """Read the file ``name`` and say what becomes of each of its rows; nothing is saved.

    ``tables``: sheet -> table where somebody has said which it is ("" leaves the sheet out). ``fixed``: label -> text
    for every row without an own value, such as {"Kommune": "Riesa"}. ``progress`` is told the share done and what is
    being done. Raises ZwkError, in one German sentence, for what is no list.
    """
    raw = file.read(content, name, progress)
    work = Work(raw, {}, dict(fixed or {}), forms.context(), {})
    return _prepared(work, tables or {}, progress)


def again(
    intake: Intake,
    corrections: Corrections | None = None,
    confirmed: Iterable[tuple[str, int]] | None = None,
    *,
    tables: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    progress: Progress = quiet,
) -> Intake:
    """The same list with all its ``corrections`` ((sheet, cell address) -> text) and ``confirmed`` rows (sheet, row).

    What is not given stays as it was. The store is not read again: ``changes.save`` finds what has changed meanwhile.
    """
    wanted = intake.corrections if corrections is None else _addressed(corrections)
    rows = intake.confirmed if confirmed is None else frozenset(confirmed)
    work: Work = intake.work
    if tables is None and fixed is None:
        return _evaluated(work, wanted, rows, progress)
    told = {one.name: one.table for one in intake.sheets} if tables is None else dict(tables)
    fresh = Work(work.raw, {}, work.fixed if fixed is None else dict(fixed), work.context, work.stands)
    return _prepared(fresh, told, progress, wanted, rows)


def _addressed(corrections: Corrections) -> dict[tuple[str, str], str]:
    return {(sheet, address.rpartition("!")[2]): text for (sheet, address), text in corrections.items()}


def _prepared(
    work: Work,
    tables: Mapping[str, str],
    progress: Progress,
    corrections: Corrections | None = None,
    confirmed: frozenset[tuple[str, int]] = frozenset(),
) -> Intake:
    for sheet in work.raw.sheets:
        told = tables.get(sheet.name, _OWN.get(sheet.name) if work.raw.own else None)
        head = None if told == "" else find(sheet, work.raw.name, told, work.fixed)
        if head:
            work.heads[sheet.name] = head
    for table in {head.table for head in work.heads.values()} - set(work.stands):
        work.stands[table] = stand(table)
    return _evaluated(work, corrections or {}, confirmed, progress)


def _evaluated(
    work: Work, corrections: Corrections, confirmed: frozenset[tuple[str, int]], progress: Progress
) -> Intake:
    known = work.context
    outcomes: list[Outcome] = []
    listed: dict[str, list[Line]] = {}
    for sheet in work.raw.sheets:
        if sheet.name in work.heads:
            head = work.heads[sheet.name]
            listed.setdefault(head.table, []).extend(lines(sheet, head, corrections, work.fixed))
    total = max(sum(len(one) for one in listed.values()), 1)
    done = 0
    for table in TABLES:
        if table not in listed:
            continue
        found = []
        for place, line in enumerate(listed[table]):
            if place % _STEP == 0:
                progress(0.4 + 0.5 * (done + place) / total, f"{RECORDS[table].plural}: Zeile {line.number}")
            found.append(_outcome(work, line, known))
        done += len(listed[table])
        _ruled(work, found)
        doubles.mark(table, found, work.stands[table], complete=work.raw.complete)
        for one in found:
            _state(one, confirmed)
        if table in (*_PARENTS, "participant"):
            known = _grown(work, table, found, known)
        outcomes += found
    progress(1.0, "Geprüft")
    notes = list(work.raw.notes)
    notes += [
        f"Blatt „{one.name}“: Hier wurde keine der bekannten Tabellen erkannt."
        for one in work.raw.sheets if one.name not in work.heads
    ]  # fmt: skip
    views = tuple(_view(work, sheet.name, outcomes) for sheet in work.raw.sheets)
    return Intake(work.raw.name, views, tuple(notes), work.raw.complete, tuple(outcomes), known, work,
                  dict(corrections), confirmed)  # fmt: skip


def _view(work: Work, name: str, outcomes: list[Outcome]) -> SheetView:
    head = work.heads.get(name)
    if head is None:
        return SheetView(name, "", None, {}, {}, 0)
    number = next(one.numbers[head.place] for one in work.raw.sheets if one.name == name)
    columns = {letters(c): (head.titles.get(c, ""), label) for c, label in head.columns.items()}
    unread = {letters(c): title for c, title in head.unread.items()}
    return SheetView(name, head.table, number, columns, unread, sum(one.line.sheet == name for one in outcomes))


def _outcome(work: Work, line: Line, known: Context) -> Outcome:
    """What a row says, and which record it means."""
    if line.left:
        return Outcome(line)
    at = (line.sheet, line.number)
    before = work.read.get(at)
    if before is None or before[1] is not known or before[0] != line.cells:
        before = (line.cells, known, forms.from_form(line.table, line.cells, known))
        work.read[at] = before
    values, problems, doubts = before[2]
    one = Outcome(line, faults=[Remark(label, "", sentence) for label, sentence in problems])
    record, here = RECORDS[line.table], work.stands[line.table]
    unread = {column for label, _ in problems for f in record.fields if f.label == label for column in f.columns}
    key, new_key = _meant(one, values, unread, here, complete=work.raw.complete)
    if key:
        one.key, kept = key, here.rows[key]
        if not work.raw.complete:
            values = {c: v for c, v in values.items() if v is not None and not _empty_span(c, values)}
        changed = {c for c, v in values.items() if not alike(kept[c], v)}
        for one_field in record.fields:  # a date is one field in three columns
            if changed & set(one_field.columns):
                changed |= set(one_field.columns) & set(values)
        one.row = {**kept, **values}
        one.values = {c: values[c] for c in record.columns if c in changed}
        one.old = {c: kept[c] for c in one.values}
        # a proposal that says what is known anyway needs no answer
        doubts = [(label, text) for label, text in doubts if changed & _columns(record.table, label)]
    else:
        one.row = {**dict.fromkeys(record.columns), **_usual(line.table, values), **values}
        one.values, one.key = one.row, new_key
        if not new_key and line.table in _PARENTS:
            letter = NUMBERED[line.table][1]
            one.key = work.keys.setdefault(at, f"{letter}-{uuid.uuid4().hex[:10]}")
        if record.fixed and not problems:
            one.faults.append(Remark(record.field_of(record.title).label, "", _NO_SUCH_PLACE))
    one.doubts = [Remark(label, _proposal(record.table, label, one.row, known), text) for label, text in doubts]
    return one


def _columns(table: str, label: str) -> set[str]:
    return {column for one in RECORDS[table].fields if one.label == label for column in one.columns}


def _empty_span(column: str, values: Row) -> bool:
    return column in ("date_from", "date_to", "precision") and values.get("precision") == "unknown"


def _usual(table: str, values: Row) -> Row:
    """What a new record has where its row says nothing."""
    columns = RECORDS[table].columns
    found: Row = {}
    if "precision" in columns:
        found["precision"] = "unknown"
    if table == "stage_event":
        found["note"] = ""
    if table == "network_event" and "date_to" not in values:
        found["date_to"] = values.get("date_from")  # a list with one date means a day
    return found


def _proposal(table: str, label: str, row: Row, known: Context) -> str:
    return next(word(one, row, known) for one in RECORDS[table].fields if one.label == label)


def _meant(one: Outcome, values: Row, unread: set[str], here: Stand, *, complete: bool) -> tuple[str, str]:
    """The key of the record that a row means, or the key a new one shall have; its faults are noted."""
    key = one.line.key
    if key and key in here.rows:
        return key, ""
    if key and complete:
        if not _KEY.fullmatch(key) or len(key) > 60:
            one.faults.append(Remark(KEY, "", f"„{key}“ ist keine Kennung."))
        return "", key
    record = RECORDS[here.table]
    if unread & set(record.natural):
        return "", ""
    found = here.match({**_usual(here.table, values), **values})
    if len(found) > 1:
        one.faults.append(Remark("", "", "Das trifft mehrere Einträge. Bitte die Kennung des gemeinten angeben."))
    elif not found and key:
        one.faults.append(
            Remark(KEY, "", f"Die Kennung „{key}“ gibt es nicht. Ohne Kennung wird ein neuer Eintrag angelegt.")
        )
    return found[0] if len(found) == 1 else "", ""


def _ruled(work: Work, outcomes: list[Outcome]) -> None:
    """Hold all rows that have changed since against the rules, at once."""
    fresh = []
    for one in outcomes:
        if one.line.left:
            continue
        known = work.ruled.get((one.line.sheet, one.line.number))
        if known is None or known[0] != one.row:
            fresh.append(one)
    if fresh:
        table = fresh[0].line.table
        frame = pd.DataFrame([one.row for one in fresh], columns=list(RECORDS[table].columns), dtype=object)
        faults: dict[int, list[tuple[str, str]]] = {}
        for row, column, sentence in rules.problems(table, frame).itertuples(index=False):
            faults.setdefault(int(row), []).append((RECORDS[table].field_of(str(column)).label, str(sentence)))
        for place, one in enumerate(fresh):
            work.ruled[one.line.sheet, one.line.number] = (one.row, faults.get(place, []))
    for one in outcomes:
        if one.line.left:
            continue
        said = {remark.label for remark in one.faults}
        one.faults += [
            Remark(label, "", sentence)
            for label, sentence in work.ruled[one.line.sheet, one.line.number][1]
            if label not in said
        ]


def _state(one: Outcome, confirmed: frozenset[tuple[str, int]]) -> None:
    if one.line.left:
        return
    if one.faults:
        one.state = "refused"
    elif one.doubts and (one.line.sheet, one.line.number) not in confirmed:
        one.state = "unclear"
    elif one.old or not one.values:
        one.state = "changed" if one.values else "same"
    else:
        one.state = "accepted"


def _grown(work: Work, table: str, outcomes: list[Outcome], known: Context) -> Context:
    """The names with those that the list brings itself: later rows may refer to them."""
    more = {one.key: one.row for one in outcomes if one.state in ("accepted", "changed") and one.key}
    before = work.grown.get(table)
    if before is None or before[0] != more or before[1] is not known:
        work.grown[table] = before = (more, known, known.with_rows(table, more))
    return before[2]
