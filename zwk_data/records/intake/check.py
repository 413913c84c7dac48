"""Check a list row by row and import it: match it with the store, and check it against the rules and its other rows.

The accepted rows become one change set, which can be undone as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.records import german_rows
from zwk_data.records.changes import Change, Saved, save
from zwk_data.records.german_rows import Context
from zwk_data.records.intake import file
from zwk_data.records.intake.head import NOTHING_CHOSEN, Chosen, Head, find, keep_chosen, letters, recalled
from zwk_data.records.intake.lines import HEADING, Corrections, Line, lines
from zwk_data.records.intake.meaning import (
    KOMMUNE,
    Natural,
    Stand,
    Work,
    headings,
    natural,
    outcome,
    proposed_owner,
    stand,
)
from zwk_data.records.intake.raw import Progress, RawSheet, quiet
from zwk_data.records.intake.report import Intake, Outcome, Remark, SheetView
from zwk_data.schema.cells import Row, nothing_is_none, same
from zwk_data.schema.structure import Unique
from zwk_data.schema.tables import TABLES, entered, parents_first, referred_to
from zwk_data.stores import rules
from zwk_data.stores.access import Person


def mark(table: str, outcomes: list[Outcome], here: Stand, *, complete: bool) -> None:
    """Add duplicates to each row's faults and doubts. ``complete``: the list is our own complete export."""
    _refuse_repeated_rows(table, [one for one in outcomes if not one.line.left and not one.faults])
    sound = [one for one in outcomes if not one.line.left and not one.faults]
    for rule in TABLES[table].unique:
        _refuse_duplicates(table, rule, sound, here)
    if table == "stage_event" and not complete:
        _doubt_overlapping_events([one for one in sound if not one.faults], here)


_SAME_TITLE = "Das steht mehrmals in der Liste, mit anderen Angaben. Soll es ein eigener Eintrag sein?"


def _refuse_repeated_rows(table: str, outcomes: list[Outcome]) -> None:
    """Refuse rows that say the same as one above; ask about those of the same name that say something else."""
    seen: dict[str, Outcome] = {}
    by_natural: dict[Natural, list[Outcome]] = {}
    for one in outcomes:
        first: Outcome | None = None
        if one.line.key or one.old or not one.values:
            first = seen.setdefault(one.key, one) if one.key else None
        elif any(one.row.get(c) is not None for c in TABLES[table].natural):
            before = by_natural.setdefault(natural(table, one.row), [])
            first = next((other for other in before if _says_the_same(one, other)), None)
            if before and first is None and _must_differ(table):
                first = before[0]
            elif before and first is None:
                one.doubts.append(Remark("", "eigener Eintrag", _SAME_TITLE))
            before.append(one)
        if first is not None and first is not one:
            one.faults.append(Remark("", "", f"Steht schon in {first.line.sheet}, Zeile {first.line.number}."))


def _says_the_same(one: Outcome, other: Outcome) -> bool:
    values = all(same(value, other.row[column]) for column, value in one.row.items())
    return values and one.line.whole == other.line.whole


def _must_differ(table: str) -> bool:
    """Does the store keep only one record of a name?"""
    natural_columns = set(TABLES[table].natural)
    rules = [set(rule.columns) for rule in TABLES[table].unique]
    return any(columns >= natural_columns or columns <= natural_columns for columns in rules)


def _refuse_duplicates(table: str, rule: Unique, outcomes: list[Outcome], here: Stand) -> None:
    """Refuse rows that break ``rule`` together with the store or a row above."""
    declared = TABLES[table]

    def ruled(row: Row) -> bool:
        return rule.where is None or row[rule.where[0]] == rule.where[1]

    def values(row: Row) -> tuple[Any, ...]:
        return tuple(nothing_is_none(row[c]) for c in rule.columns)

    changed = {one.key for one in outcomes if one.old}
    owner = {values(row): key for key, row in here.rows.items() if key not in changed and ruled(row)}
    labels = ", ".join(dict.fromkeys(f"„{declared.field_of(c).label}“" for c in rule.columns))
    blamed = declared.field_of(rule.where[0] if rule.where else rule.columns[-1]).label
    for one in outcomes:
        if not one.values or one.faults or not ruled(one.row):
            continue
        mine = one.key or f"{one.line.sheet}!{one.line.number}"
        if owner.setdefault(values(one.row), mine) != mine:
            sentence = rule.sentence_in_list or f"Das gibt es schon (gleich sind {labels})."
            one.faults.append(Remark(blamed, "", sentence))


_ANOTHER_EVENT = (
    "Für diese Stufe ist in dieser Zeit schon ein Termin bekannt; ist es derselbe, bitte dort ändern. Bestätigt wird "
    "ein weiterer angelegt."
)


def _doubt_overlapping_events(outcomes: list[Outcome], here: Stand) -> None:
    """Doubt new events that overlap a known one: they may be the same, dated more or less exactly."""
    for one in outcomes:
        if one.old or not one.values:
            continue
        for key in here.stages.get((one.row["participant_id"], one.row["stage"]), []):
            kept = here.rows[key]
            if _overlap(one.row, kept):
                one.doubts.append(Remark("Datum", "weiterer Termin", _ANOTHER_EVENT))
                break


def _overlap(one: Row, other: Row) -> bool:
    if one["date_from"] is None or other["date_from"] is None:
        return one["date_from"] is other["date_from"]
    return bool(one["date_from"] <= other["date_to"] and other["date_from"] <= one["date_to"])


#: rows between two reports of progress
_STEP = 500


def check_list(
    content: bytes,
    name: str,
    *,
    tables: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    columns: Mapping[str, Chosen] | None = None,
    progress: Progress = quiet,
) -> Intake:
    """Read the file ``name`` and say what becomes of each of its rows; nothing is saved.

    ``tables``: sheet -> table where somebody has said which it is ("" leaves the sheet out). ``fixed``: label -> text
    for every row without an own value, such as {"Kommune": "Riesa"}. ``columns``: sheet -> what its columns are, where
    somebody has said so; what was said of an earlier list of the same head counts as well. ``progress`` is told the
    share done and what is being done. Raises ZwkError, in one German sentence, for what is no list.
    """
    raw = file.read_apart(content, name, progress)
    work = Work(raw, {}, dict(fixed or {}), german_rows.context(), {}, dict(columns or {}))
    return _checked_after_matching(work, tables or {}, progress)


def check_again(
    intake: Intake,
    corrections: Corrections | None = None,
    confirmed: Iterable[tuple[str, int]] | None = None,
    *,
    tables: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    columns: Mapping[str, Chosen] | None = None,
    progress: Progress = quiet,
) -> Intake:
    """The same list with all its ``corrections`` ((sheet, cell address) -> text) and ``confirmed`` rows (sheet, row).

    What is not given stays as it was. The store is not read again: ``changes.save`` finds what has changed meanwhile.
    """
    wanted = intake.corrections if corrections is None else _by_bare_address(corrections)
    rows = intake.confirmed if confirmed is None else frozenset(confirmed)
    work: Work = intake.work
    if tables is None and fixed is None and columns is None:
        return _checked(work, wanted, rows, progress)
    named = {one.name: one.table for one in intake.sheets} if tables is None else dict(tables)
    said = work.chosen if columns is None else dict(columns)
    fresh = Work(work.raw, {}, work.fixed if fixed is None else dict(fixed), work.context, work.stands, said)
    return _checked_after_matching(fresh, named, progress, wanted, rows)


def _by_bare_address(corrections: Corrections) -> dict[tuple[str, str], str]:
    return {(sheet, address.rpartition("!")[2]): text for (sheet, address), text in corrections.items()}


def _checked_after_matching(
    work: Work,
    tables: Mapping[str, str],
    progress: Progress,
    corrections: Corrections | None = None,
    confirmed: frozenset[tuple[str, int]] = frozenset(),
) -> Intake:
    # sheets of our own files are named after their tables
    own = {table.plural: name for name, table in entered().items()} if work.raw.own else {}
    for sheet in work.raw.sheets:
        named = tables.get(sheet.name, own.get(sheet.name))
        head = None if named == "" else _head(work, sheet, named)
        if head:
            work.heads[sheet.name] = head
    for table in {head.table for head in work.heads.values()} - set(work.stands):
        work.stands[table] = stand(table)
    return _checked(work, corrections or {}, confirmed, progress)


def _head(work: Work, sheet: RawSheet, named: str | None) -> Head | None:
    """The head of a sheet; whose list it is, if no column says so; what was said of its columns before."""
    fixed = set(work.fixed) | {KOMMUNE}
    head = find(sheet, work.raw.name, named, fixed, work.chosen.get(sheet.name, NOTHING_CHOSEN))
    if head is None:
        return None
    if sheet.name not in work.chosen and (before := recalled(head)):
        work.chosen[sheet.name] = before
        head = find(sheet, work.raw.name, head.table, fixed, before) or head
    if KOMMUNE not in (*head.columns.values(), *work.fixed):
        whose = proposed_owner(work.raw, sheet, head, work.context)
        if whose:
            work.whose[sheet.name] = whose
    return head


def _checked(work: Work, corrections: Corrections, confirmed: frozenset[tuple[str, int]], progress: Progress) -> Intake:
    known = work.context
    outcomes: list[Outcome] = []
    listed: dict[str, list[Line]] = {}
    for sheet in work.raw.sheets:
        if sheet.name in work.heads:
            head = work.heads[sheet.name]
            fixed = {KOMMUNE: work.whose[sheet.name]} if sheet.name in work.whose else {}
            said = lines(sheet, head, corrections, {**fixed, **work.fixed}, headings(known))
            listed.setdefault(head.table, []).extend(said)
    total = max(sum(len(one) for one in listed.values()), 1)
    done = 0
    for table in parents_first():
        if table not in listed:
            continue
        found = []
        for place, line in enumerate(listed[table]):
            if place % _STEP == 0:
                progress(0.4 + 0.5 * (done + place) / total, f"{TABLES[table].plural}: Zeile {line.number}")
            found.append(outcome(work, line, known))
        done += len(listed[table])
        _check_rules(work, found)
        mark(table, found, work.stands[table], complete=work.raw.complete)
        for one in found:
            _set_state(one, confirmed)
        if table in referred_to():
            known = _context_with_new_rows(work, table, found, known)
        outcomes += found
    progress(1.0, "Geprüft")
    notes = list(work.raw.notes)
    unknown = [one.name for one in work.raw.sheets if one.name not in work.heads]
    notes += [f"Blatt „{name}“: Hier wurde keine der bekannten Tabellen erkannt." for name in unknown]
    notes += [sentence for one in work.raw.sheets if (sentence := _headings_told(one.name, outcomes))]
    left = sum(bool(one.kept) for one in outcomes)
    if left:
        where = german.count(left, "Zeile", "Zeilen")
        notes.append(f"In {where} sind Zellen leer, zu denen schon etwas bekannt ist: Das bleibt so stehen.")
    views = tuple(_sheet_view(work, sheet.name, outcomes) for sheet in work.raw.sheets)
    return Intake(
        file=work.raw.name,
        sheets=views,
        notes=tuple(notes),
        complete=work.raw.complete,
        outcomes=tuple(outcomes),
        context=known,
        work=work,
        fixed=dict(work.fixed),
        chosen=dict(work.chosen),
        corrections=dict(corrections),
        confirmed=confirmed,
    )


def _headings_told(name: str, outcomes: list[Outcome]) -> str:
    """Which rows were taken as headings that hold for the rows below them."""
    rows = [str(one.line.number) for one in outcomes if one.line.sheet == name and one.line.left == HEADING]
    if not rows:
        return ""
    shown = ", ".join(rows[:10]) + (" …" if len(rows) > 10 else "")
    what = german.count(len(rows), "Zwischenüberschrift gilt", "Zwischenüberschriften gelten")
    return f"Blatt „{name}“: {what} für die Zeilen darunter (Zeile {shown})."


def _sheet_view(work: Work, name: str, outcomes: list[Outcome]) -> SheetView:
    head = work.heads.get(name)
    if head is None:
        return SheetView(name, "", None, {}, {}, 0)
    number = next(one.numbers[head.place] for one in work.raw.sheets if one.name == name)
    columns = {letters(c): (head.titles.get(c, ""), label) for c, label in head.columns.items()}
    unread = {letters(c): title for c, title in head.unread.items()}
    return SheetView(
        name,
        head.table,
        number,
        columns,
        unread,
        sum(one.line.sheet == name for one in outcomes),
        units={letters(c): unit for c, unit in head.units.items()},
        whose=str(work.whose.get(name, "")),
        lacks=tuple(_lacking(head)),
    )


def _lacking(head: Head) -> list[str]:
    """Labels of what each record needs and no column tells."""
    fields = [one for one in TABLES[head.table].fields if one.required and (one.choices or one.label == KOMMUNE)]
    return [one.label for one in fields if one.label not in head.columns.values()]


def _check_rules(work: Work, outcomes: list[Outcome]) -> None:
    """Check all rows that have changed since the last check against the rules, in one call."""
    fresh = []
    for one in outcomes:
        if one.line.left:
            continue
        known = work.ruled.get((one.line.sheet, one.line.number))
        if known is None or known[0] != one.row:
            fresh.append(one)
    if fresh:
        table = fresh[0].line.table
        frame = pd.DataFrame([one.row for one in fresh], columns=list(TABLES[table].columns), dtype=object)
        faults: dict[int, list[tuple[str, str]]] = {}
        for row, column, sentence in rules.problems(table, frame).itertuples(index=False):
            faults.setdefault(int(row), []).append((TABLES[table].field_of(str(column)).label, str(sentence)))
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


def _set_state(one: Outcome, confirmed: frozenset[tuple[str, int]]) -> None:
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


def _context_with_new_rows(work: Work, table: str, outcomes: list[Outcome], known: Context) -> Context:
    """The known names and those of the list's own new records, to which later rows may refer."""
    more = {one.key: one.row for one in outcomes if one.state in ("accepted", "changed") and one.key}
    before = work.grown.get(table)
    if before is None or before[0] != more or before[1] is not known:
        work.grown[table] = before = (more, known, known.with_rows(table, more))
    return before[2]


def remember(intake: Intake, sheet: str, chosen: Chosen) -> None:
    """Keep what was said of a sheet's columns for the next list of the same head. Raises OSError if it can't."""
    head = intake.work.heads.get(sheet)
    if head is not None:
        keep_chosen(head, chosen)


def changes_of(intake: Intake) -> list[Change]:
    """The changes that the accepted and changed rows ask for; unclear and refused rows are not among them.

    Each carries the values read from the store, so that ``save`` notices changes made in the meantime.
    """
    found = []
    for one in intake.outcomes:
        if one.state == "accepted":
            table = one.line.table
            key = {TABLES[table].key: one.key} if one.key else {}
            found.append(Change(table, None, {**one.values, **key}))
        elif one.state == "changed":
            found.append(Change(one.line.table, one.key, one.values, one.old))
    return found


def take_over(intake: Intake, person: Person, reason: str = "") -> Saved:
    """Save the accepted rows as one change set. Raises as ``changes.save``; ZwkError if there are none."""
    wanted = changes_of(intake)
    if not wanted:
        raise ZwkError("Aus dieser Liste ist nichts zu übernehmen: Keine Zeile ist neu oder geändert.")
    return save(wanted, person, reason, kind="import", file=intake.file)
