"""What shall become of a record, what became of it, and why it could not be: the words of ``changes.save``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zwk_data.errors import ZwkError
from zwk_data.programme.records import RECORDS


@dataclass(frozen=True)
class Change:
    """What shall become of one record of ``table``.

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
    """Why one change can't be kept: its ``place`` among the changes, the ``column``, a German ``sentence``."""

    place: int
    column: str
    sentence: str


class RefusedError(ZwkError):
    """Some changes can't be kept, so none is; ``faults`` says which and why."""

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
    """Somebody else has changed the same fields meanwhile, so nothing is kept; ``clashes`` says what."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        self.clashes = tuple(clashes)
        one = clashes[0]
        label = RECORDS[one.table].field_of(one.column).label if one.column else ""
        what = f"„{label}“ geändert" if label else "den Eintrag gelöscht"
        who = one.actor or "Jemand"
        super().__init__(
            f"Nicht gespeichert: {who} hat inzwischen {what}. Bitte den neuen Stand ansehen und noch einmal "
            "entscheiden."
        )


@dataclass(frozen=True)
class Saved:
    """What was kept: the change set's number (None if nothing differed) and keys made, changed, removed by table."""

    set_id: int | None
    made: tuple[tuple[str, str], ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
