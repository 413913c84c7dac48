"""The steps of a saving, one after the other: look up, compare, ask rights and rules, write, look at the whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb

from zwk_data.programme import access, changelog, rules
from zwk_data.programme.access import ForbiddenError, Person
from zwk_data.programme.change import Change, Clash, ConflictError, Fault, RefusedError
from zwk_data.programme.columns import Row, same
from zwk_data.programme.records import RECORDS, Record
from zwk_data.warehouse import integrity, rows
from zwk_data.warehouse.writing import new_ids


class Pending:
    """A change on its way: its record's state before (``old``, None if new) and after (``new``, None if removed)."""

    def __init__(self, place: int, change: Change, record: Record) -> None:
        self.place, self.change, self.record = place, change, record
        self.key = change.key or str((change.values or {}).get(record.key) or "")
        self.old: Row | None = None
        self.new: Row | None = None

    @property
    def differs(self) -> bool:
        if self.old is None or self.new is None:
            return self.old is not self.new
        return any(not same(self.old[c], self.new[c]) for c in self.record.columns)


def look_up(con: duckdb.DuckDBPyConnection, pending: Sequence[Pending]) -> None:
    for table, group in _by_table(pending).items():
        keys = [one.key for one in group if one.key]
        found = rows.rows_by_key(con, table, RECORDS[table].key, keys)
        for one in group:
            one.old = found.get(one.key) if one.key else None
            values = one.change.values
            if values is None:
                continue
            base = one.old or dict.fromkeys(one.record.columns)
            one.new = {**base, **{c: _clean(v) for c, v in values.items() if c in one.record.columns}}
            for field in one.record.fields:
                if field.usual is not None and one.new[field.column] is None:
                    one.new[field.column] = field.usual
            if table == "stage_event" and one.new["note"] is None:
                one.new["note"] = ""


def _clean(value: Any) -> Any:
    """Texts without space around them; an empty one is none."""
    return (value.strip() or None) if isinstance(value, str) else value


def refuse_clashes(con: duckdb.DuckDBPyConnection, pending: Sequence[Pending], tell_who: bool) -> None:
    """``tell_who``: who may not write everything is not told who removed a record; it may have been another's."""
    last = changelog.last_touch
    clashes: list[tuple[Pending, str, Any, Any, Any]] = []
    for one in pending:
        change = one.change
        if change.key is None and one.key and one.old is not None:
            clashes.append((one, "", None, one.key, one.key))  # made anew under a key that is taken
        elif change.key is not None and one.old is None:
            if change.values is not None:
                clashes.append((one, "", one.key, None, None))
        elif change.key is not None and one.old is not None:
            for column, saw in change.seen.items():
                now = one.old.get(column)
                wanted = None if change.values is None else change.values.get(column, saw)
                if column in one.record.columns and not same(now, saw) and not same(now, wanted):
                    clashes.append((one, column, saw, now, wanted))
    if clashes:
        raise ConflictError(
            [
                Clash(one.place, one.record.table, one.key, column, saw, now, wanted,
                      *(last(con, one.record.table, one.key, column) if column or tell_who else ("", None)))
                for one, column, saw, now, wanted in clashes
            ]
        )  # fmt: skip


def check_rights(con: duckdb.DuckDBPyConnection, pending: Sequence[Pending], person: Person) -> None:
    allowed = access.writable_tables(person)
    if allowed is None:
        return
    role = access.ROLES.get(person.role, "Unbekannte Rolle")
    owners = _owners(con, pending)
    for one in pending:
        if one.record.table not in allowed:
            raise ForbiddenError(f"Die Rolle {role} darf „{one.record.plural}“ nicht ändern.")
        if one.change.key is not None and one.old is None:
            continue  # somebody has removed it: a conflict, or nothing to do
        for state in (one.old, one.new):
            if state is not None and not access.may_write(person, one.record.table, owners(one, state)):
                raise ForbiddenError(
                    f"Die Rolle {role} darf „{one.record.plural}“ nur für die eigenen Kommunen ändern."
                )


def refuse_fixed(pending: Sequence[Pending]) -> None:
    fixed = [one for one in pending if one.record.fixed and (one.old is None or one.new is None)]
    if fixed:
        raise RefusedError(
            [Fault(one.place, one.record.key, "Kommunen kommen mit ihrem Gebiet aus data/programme; hier lassen "
                   "sie sich ändern, aber nicht anlegen oder löschen.") for one in fixed]
        )  # fmt: skip


def _owners(con: duckdb.DuckDBPyConnection, pending: Sequence[Pending]) -> Any:
    """A function from a pending change and a state to the participant the record belongs to."""
    parents = {"review_id": "review", "measure_id": "measure"}
    states = [state for one in pending for state in (one.old, one.new) if state and "participant_id" not in state]
    found: dict[tuple[str, str], Row] = {}
    for column, table in parents.items():
        keys = {str(state[column]) for state in states if state.get(column)}
        found |= {(table, key): row for key, row in rows.rows_by_key(con, table, column, sorted(keys)).items()}
    # those that are made or changed in the same set
    fresh = {(one.record.table, one.key): one.new or one.old for one in pending
             if one.record.table in parents.values() and one.key}  # fmt: skip

    def owner(one: Pending, state: Row) -> str | None:
        if "participant_id" in state:
            return state["participant_id"]
        if one.record.table == "participant":
            return one.key
        # a point of a Zwischenbilanz belongs to it, whatever measure it speaks of
        column = one.record.owner
        at = (parents.get(column, ""), str(state.get(column)))
        parent = found.get(at) or fresh.get(at)
        return parent["participant_id"] if parent else None

    return owner


def check_rules(pending: Sequence[Pending]) -> None:
    found = []
    for table, group in _by_table([one for one in pending if one.new is not None]).items():
        frame = rows.rows_frame([one.new or {} for one in group], RECORDS[table].columns)
        found += [
            Fault(group[int(row)].place, str(column), str(sentence))
            for row, column, sentence in rules.problems(table, frame).itertuples(index=False)
        ]
    if found:
        raise RefusedError(sorted(found, key=lambda fault: fault.place))


def give_keys(con: duckdb.DuckDBPyConnection, pending: Sequence[Pending]) -> None:
    for table, group in _by_table([one for one in pending if not one.key]).items():
        for one, key in zip(group, new_ids(con, table, len(group)), strict=True):
            one.key = key


def write_rows(con: duckdb.DuckDBPyConnection, pending: Sequence[Pending], person: Person, now: datetime) -> None:
    for table, group in _by_table(pending).items():
        key = RECORDS[table].key
        stamps = {"entered_by": person.name, "entered_at": now} if RECORDS[table].stamped else {}
        rows.delete_rows(con, table, key, [one.key for one in group if one.new is None])
        kept = [(one, {key: one.key, **one.new, **stamps}) for one in group if one.new is not None]
        rows.update_rows(con, table, key, [row for one, row in kept if one.old is not None])
        rows.insert_rows(con, table, [row for one, row in kept if one.old is None])


def check_whole(con: duckdb.DuckDBPyConnection, pending: Sequence[Pending]) -> None:
    """What the tables owe each other must hold after the change."""
    wrong = integrity.faults(con, {one.record.table for one in pending}, "programme")
    if wrong:
        raise RefusedError([_told(one, pending) for one in wrong])


def _told(fault: integrity.Fault, pending: Sequence[Pending]) -> Fault:
    record = RECORDS[fault.table]
    at = next(
        (
            one.place for one in pending if one.record.table == fault.table and one.new is not None
            and all(same(one.new.get(c), v) or (c == record.key and one.key == v)
                    for c, v in zip(fault.columns, fault.found, strict=True))
        ),
        pending[0].place,
    )  # fmt: skip
    if fault.kind == "missing":
        column = fault.columns[0]
        label = record.field_of(column).label
        gone = any(one.new is None and one.key == fault.found[0] for one in pending)
        sentence = (
            f"Der Eintrag wird noch gebraucht ({record.plural}). Bitte zuerst dort ändern oder löschen."
            if gone
            else f"„{label}“: Den Eintrag „{fault.found[0]}“ gibt es nicht (mehr)."
        )
        return Fault(at, column, sentence)
    if fault.table == "stage_plan":
        return Fault(
            at, "stage", "Für diese Stufe der Kommune ist schon ein Termin geplant; er lässt sich verschieben."
        )
    labels = ", ".join(dict.fromkeys(f"„{record.field_of(c).label}“" for c in fault.columns))
    shown = next((str(v) for v in reversed(fault.found) if v not in (None, "")), "")
    return Fault(at, fault.columns[-1], f"Das gibt es schon: {record.name} „{shown}“ (gleich sind {labels}).")


def _by_table(pending: Sequence[Pending]) -> dict[str, list[Pending]]:
    """In the order of RECORDS, so that the history reads the same every time."""
    groups: dict[str, list[Pending]] = {}
    for one in pending:
        groups.setdefault(one.record.table, []).append(one)
    return {table: groups[table] for table in RECORDS if table in groups}
