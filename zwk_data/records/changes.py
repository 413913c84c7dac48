"""The only way to change records: checked, in one transaction, with a history, never overwriting someone else's change.

A ``Change`` describes the wanted state of one record; ``save`` applies several as one change set, or none at all. It
looks up the records, checks rights, conflicts and rules, writes, and checks the store as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from zwk_data import german
from zwk_data.errors import ZwkError
from zwk_data.records import history
from zwk_data.schema.cells import Row, same
from zwk_data.schema.structure import Table
from zwk_data.schema.tables import TABLES, entered
from zwk_data.stores import access, rules, writing
from zwk_data.stores.access import ForbiddenError, Person
from zwk_data.stores.connection import cursor
from zwk_data.stores.writing import Writer, new_ids, transaction


@dataclass(frozen=True)
class Change:
    """The wanted state of one record of ``table``.

    ``key`` None: a new one with ``values`` (a key among them is kept). ``values`` None: it shall be removed.
    Otherwise the columns in ``values`` are set. ``seen``: what the editor saw in columns before; if such a column has
    another value by now, and not the wanted one, somebody else has changed it meanwhile: a conflict. Without ``seen``
    no conflict is looked for.
    """

    table: str
    key: str | None
    values: Mapping[str, Any] | None
    seen: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """Why one change can't be saved: its ``place`` among the changes, the ``column``, a German ``sentence``."""

    place: int
    column: str
    sentence: str


class RefusedError(ZwkError):
    """Some changes can't be saved, so none was; ``faults`` says which and why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        more = f" (und {len(faults) - 1} weitere)" if len(faults) > 1 else ""
        super().__init__(f"Nicht gespeichert: {faults[0].sentence}{more}")


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed meanwhile: what the editor ``saw``, what stands ``now``, what was ``wanted``.

    ``column`` "" and ``now`` None: the whole record has been removed. ``actor`` and ``at``: who did it and when.
    """

    place: int
    table: str
    key: str
    column: str
    saw: Any
    now: Any
    wanted: Any
    actor: str
    at: datetime | None


class ConflictError(ZwkError):
    """Somebody else has changed the same fields in the meantime, so nothing was saved; ``clashes`` lists them."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        self.clashes = tuple(clashes)
        one = clashes[0]
        label = TABLES[one.table].field_of(one.column).label if one.column else ""
        what = f"„{label}“ geändert" if label else "den Eintrag gelöscht"
        who = one.actor or "Jemand"
        super().__init__(
            f"Nicht gespeichert: {who} hat inzwischen {what}. Bitte den neuen Stand ansehen und noch einmal "
            "entscheiden."
        )


@dataclass(frozen=True)
class Saved:
    """What was saved: the change set's number (None if nothing differed) and keys made, changed, removed by table."""

    set_id: int | None
    made: tuple[tuple[str, str], ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()


class Pending:
    """A change that is being saved: its record before (``old``, None if new) and after (``new``, None if removed)."""

    def __init__(self, place: int, change: Change, table: Table) -> None:
        self.place, self.change, self.table = place, change, table
        self.key = change.key or str((change.values or {}).get(self.table.key) or "")
        self.old: Row | None = None
        self.new: Row | None = None

    @property
    def differs(self) -> bool:
        if self.old is None or self.new is None:
            return self.old is not self.new
        return any(not same(self.old[c], self.new[c]) for c in self.table.columns)


def look_up(con: Writer, pending: Sequence[Pending]) -> None:
    for table, group in _by_table(pending).items():
        keys = [one.key for one in group if one.key]
        found = writing.rows_by_key(con, table, TABLES[table].key, keys)
        for one in group:
            one.old = found.get(one.key) if one.key else None
            values = one.change.values
            if values is None:
                continue
            base = one.old or dict.fromkeys(one.table.columns)
            one.new = {**base, **{c: _clean(v) for c, v in values.items() if c in one.table.columns}}
            for declared in one.table.fields:
                if declared.usual is not None and one.new[declared.column] is None:
                    one.new[declared.column] = declared.usual


def _clean(value: Any) -> Any:
    """Strip texts; an empty text becomes None."""
    return (value.strip() or None) if isinstance(value, str) else value


def refuse_clashes(con: Writer, pending: Sequence[Pending], tell_who: bool) -> None:
    """``tell_who``: whether to name who removed a record, which may have belonged to another Kommune."""
    clashes: list[tuple[Pending, str, Any, Any, Any]] = []
    for one in pending:
        change = one.change
        if change.key is None and one.key and one.old is not None:
            clashes.append((one, "", None, one.key, one.key))  # a new record under a key already in use
        elif change.key is not None and one.old is None:
            if change.values is not None:
                clashes.append((one, "", one.key, None, None))
        elif change.key is not None and one.old is not None:
            for column, saw in change.seen.items():
                now = one.old.get(column)
                wanted = None if change.values is None else change.values.get(column, saw)
                if column in one.table.columns and not same(now, saw) and not same(now, wanted):
                    clashes.append((one, column, saw, now, wanted))
    found = []
    for one, column, saw, now, wanted in clashes:
        who, when = history.last_touch(con, one.table.name, one.key, column) if column or tell_who else ("", None)
        found.append(Clash(one.place, one.table.name, one.key, column, saw, now, wanted, who, when))
    if found:
        raise ConflictError(found)


def check_rights(con: Writer, pending: Sequence[Pending], person: Person) -> None:
    allowed = access.writable_tables(person)
    if allowed is None:
        return
    role = access.ROLES.get(person.role, "Unbekannte Rolle")
    owners = _owners(con, pending)
    for one in pending:
        if one.table.name not in allowed:
            raise ForbiddenError(f"Die Rolle {role} darf „{one.table.plural}“ nicht ändern.")
        if one.change.key is not None and one.old is None:
            continue  # already removed: a conflict, or nothing to do
        for state in (one.old, one.new):
            if state is not None and not access.may_write(person, one.table.name, owners(one, state)):
                raise ForbiddenError(f"Die Rolle {role} darf „{one.table.plural}“ nur für die eigenen Kommunen ändern.")


def refuse_fixed(pending: Sequence[Pending]) -> None:
    fixed = [one for one in pending if one.table.fixed and (one.old is None or one.new is None)]
    if fixed:
        sentence = (
            f"{fixed[0].table.plural} gehören mit ihrem Gebiet zum Grundbestand; hier lassen sie sich ändern, aber "
            "nicht anlegen oder löschen."
        )
        raise RefusedError([Fault(one.place, one.table.key, sentence) for one in fixed])


def _owners(con: Writer, pending: Sequence[Pending]) -> Callable[[Pending, Row], str | None]:
    """A function from a pending change and a state to the participant the record belongs to."""
    keys: dict[str, set[str]] = {}
    for one in pending:
        for state in (one.old, one.new):
            if state and one.table.owner_table and state.get(one.table.owner):
                keys.setdefault(one.table.owner_table, set()).add(str(state[one.table.owner]))
    keys.pop("participant", None)
    found = {
        (table, key): row
        for table, several in keys.items()
        for key, row in writing.rows_by_key(con, table, TABLES[table].key, sorted(several)).items()
    }
    # records added or changed in the same set
    fresh = {(one.table.name, one.key): one.new or one.old for one in pending if one.table.name in keys and one.key}

    def owner(one: Pending, state: Row) -> str | None:
        if one.table.name == "participant":
            return one.key
        at = (one.table.owner_table, str(state.get(one.table.owner)))
        row = state if "participant_id" in state else found.get(at) or fresh.get(at)
        participant: str | None = row["participant_id"] if row else None
        return participant

    return owner


def check_rules(pending: Sequence[Pending]) -> None:
    found = []
    for table, group in _by_table([one for one in pending if one.new is not None]).items():
        frame = writing.rows_frame([one.new or {} for one in group], TABLES[table].columns)
        found += [
            Fault(group[int(row)].place, str(column), str(sentence))
            for row, column, sentence in rules.problems(table, frame).itertuples(index=False)
        ]
    if found:
        raise RefusedError(sorted(found, key=lambda fault: fault.place))


def give_keys(con: Writer, pending: Sequence[Pending]) -> None:
    for table, group in _by_table([one for one in pending if not one.key]).items():
        for one, key in zip(group, new_ids(con, table, len(group)), strict=True):
            one.key = key


def write_rows(con: Writer, pending: Sequence[Pending], person: Person, now: datetime) -> None:
    for table, group in _by_table(pending).items():
        key = TABLES[table].key
        stamps = {"entered_by": person.name, "entered_at": now} if TABLES[table].stamps else {}
        writing.delete_rows(con, table, key, [one.key for one in group if one.new is None])
        kept = [(one, {key: one.key, **one.new, **stamps}) for one in group if one.new is not None]
        con.update(table, key, [row for one, row in kept if one.old is not None])
        con.insert(table, [row for one, row in kept if one.old is None])


def check_whole(con: Writer, pending: Sequence[Pending]) -> None:
    """The rules between records must hold after the change."""
    wrong = rules.faults(con, {one.table.name for one in pending})
    if wrong:
        raise RefusedError([_blamed(one, pending) for one in wrong])


def _blamed(fault: rules.BrokenRule, pending: Sequence[Pending]) -> Fault:
    """Attribute a fault of the store to the change that caused it."""
    table = TABLES[fault.table]
    at = next((one.place for one in pending if _caused(one, fault)), pending[0].place)
    if fault.kind == "missing":
        column = fault.columns[0]
        label = table.field_of(column).label
        gone = any(one.new is None and one.key == fault.found[0] for one in pending)
        sentence = (
            f"Der Eintrag wird noch gebraucht ({table.plural}). Bitte zuerst dort ändern oder löschen."
            if gone
            else f"„{label}“: Den Eintrag „{fault.found[0]}“ gibt es nicht (mehr)."
        )
        return Fault(at, column, sentence)
    if fault.rule and fault.rule.sentence:
        return Fault(at, fault.columns[-1], fault.rule.sentence)
    labels = ", ".join(dict.fromkeys(f"„{table.field_of(c).label}“" for c in fault.columns))
    given = [(c, v) for c, v in zip(fault.columns, fault.found, strict=False) if v not in (None, "")]
    shown = _shown(table, *given[-1]) if given else ""
    return Fault(at, fault.columns[-1], f"Das gibt es schon: {table.singular} „{shown}“ (gleich sind {labels}).")


def _shown(table: Table, column: str, value: Any) -> str:
    """A stored value as sentences write it: days in German."""
    found = table.field_of(column).kind.python(value, column)
    return german.day(found) if isinstance(found, date) else str(value)


def _caused(one: Pending, fault: rules.BrokenRule) -> bool:
    row = one.new
    if row is None or one.table.name != fault.table:
        return False
    return all(same(row.get(column), value) for column, value in zip(fault.columns, fault.found, strict=True))


def _by_table(pending: Sequence[Pending]) -> dict[str, list[Pending]]:
    """In the order of TABLES, so that the order of history entries is stable."""
    groups: dict[str, list[Pending]] = {}
    for one in pending:
        groups.setdefault(one.table.name, []).append(one)
    return {table: groups[table] for table in TABLES if table in groups}


def save(
    changes: Iterable[Change],
    person: Person,
    reason: str = "",
    *,
    kind: str = "entry",
    file: str | None = None,
    undoes: int | None = None,
) -> Saved:
    """Keep all changes, or none, as one change set of ``kind`` (entry, import, undo) with its history.

    When it returns the change is on the disk. Raises RefusedError (a rule is broken), ConflictError (somebody was
    faster), ForbiddenError (the role does not allow it), NotWritableError (the disk or another process).
    """
    wanted = list(changes)
    if not wanted:
        return Saved(None)
    with transaction() as con:
        tables = entered()
        pending = [Pending(place, one, tables[one.table]) for place, one in enumerate(wanted)]
        look_up(con, pending)
        # before anything else: neither a conflict nor „nothing differs“ may reveal a record the user may not write to
        check_rights(con, pending, person)
        refuse_clashes(con, pending, tell_who=access.writable_tables(person) is None)
        pending = [one for one in pending if one.differs]
        refuse_fixed(pending)
        check_rules(pending)
        if not pending:
            return Saved(None)
        now = datetime.now().replace(microsecond=0)
        give_keys(con, pending)
        write_rows(con, pending, person, now)
        check_whole(con, pending)
        entries = [entry for one in pending for entry in history.entries(one.table.name, one.key, one.old, one.new)]
        set_id = history.write(con, entries, person.name, person.role, kind, reason, file, undoes, now)
    return Saved(
        set_id,
        tuple((p.table.name, p.key) for p in pending if p.old is None),
        tuple((p.table.name, p.key) for p in pending if p.old is not None and p.new is not None),
        tuple((p.table.name, p.key) for p in pending if p.new is None),
    )


def undo(set_id: int, person: Person, reason: str = "") -> Saved:
    """Undo a whole change set as a new one; the fields it changed must not have changed since.

    Raises as ``save`` does; ConflictError names what has been changed since. ZwkError if there is no such set.
    """
    # read the whole set with full scope, as half of it must not be undone; ``save`` checks the rights
    with access.asking_as(access.FULL):
        back = [
            Change(table, None if seen is None else key, values, seen or {})
            for table, key, values, seen in history.inverse(set_id)
        ]
    if not back:
        raise ZwkError(f"Die Änderung Nr. {set_id} gibt es nicht. Bitte den Verlauf neu laden.")
    return save(back, person, reason or f"Änderung Nr. {set_id} zurückgenommen", kind="undo", undoes=set_id)


def warm_up() -> None:
    """Load pandera and read the tables now, so that the first save need not wait for them."""
    rules.warm_up()
    con = cursor()
    try:
        rules.faults(con)
    finally:
        con.close()
