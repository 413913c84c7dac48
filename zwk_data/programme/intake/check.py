"""A list checked row by row: read, matched with the store, held against the rules and against its own other rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from zwk_data import german
from zwk_data.programme import forms, rules
from zwk_data.programme.forms import Context
from zwk_data.programme.intake import doubles, file
from zwk_data.programme.intake.file import Progress, quiet
from zwk_data.programme.intake.head import find
from zwk_data.programme.intake.lines import Corrections, Line, letters, lines
from zwk_data.programme.intake.meaning import PARENTS, Work, outcome
from zwk_data.programme.intake.report import Intake, Outcome, Remark, SheetView
from zwk_data.programme.intake.stand import stand
from zwk_data.programme.records import RECORDS
from zwk_data.warehouse.programme_store import TABLES

#: so many rows between two signs of progress
_STEP = 500

#: what the sheets of our own files are called
_OWN = {record.plural: table for table, record in RECORDS.items()}


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
            found.append(outcome(work, line, known))
        done += len(listed[table])
        _ruled(work, found)
        doubles.mark(table, found, work.stands[table], complete=work.raw.complete)
        for one in found:
            _state(one, confirmed)
        if table in (*PARENTS, "participant"):
            known = _grown(work, table, found, known)
        outcomes += found
    progress(1.0, "Geprüft")
    notes = list(work.raw.notes)
    notes += [
        f"Blatt „{one.name}“: Hier wurde keine der bekannten Tabellen erkannt."
        for one in work.raw.sheets if one.name not in work.heads
    ]  # fmt: skip
    left = sum(bool(one.kept) for one in outcomes)
    if left:
        where = german.count(left, "Zeile", "Zeilen")
        notes.append(f"In {where} sind Zellen leer, zu denen schon etwas bekannt ist: Das bleibt so stehen.")
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
