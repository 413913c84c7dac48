"""Who is asking: the roles of the programme, which records each may see, and which each may change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from zwk_data.errors import ZwkError
from zwk_data.schema.tables import TABLES

ROLES = {
    "geschaeftsstelle": "Geschäftsstelle",
    "ministerium": "Ministerium",
    "beratung": "Beratung",
    "kommune": "Kommune",
    "oeffentlich": "Öffentlichkeit",
    "lokal": "lokal, ohne Anmeldung",
}
_WRITE_ALL = {"geschaeftsstelle", "lokal"}
_SEE_ALL = {"geschaeftsstelle", "ministerium", "lokal"}
#: the tables that the Beratung may write for its own Kommunen
ADVISED = tuple(name for name, table in TABLES.items() if table.advised)


class ForbiddenError(ZwkError):
    """The role does not allow it; the sentence says what and for whom."""


@dataclass(frozen=True)
class Person:
    """Who uses the product: a ``name`` for the history, a ``role`` of ROLES, their ``own`` participants."""

    name: str
    role: str
    own: tuple[str, ...] = ()


LOCAL = Person("Lokale Anwendung", "lokal")
ANYBODY = Person("Öffentlichkeit", "oeffentlich")


@dataclass(frozen=True)
class Scope:
    """What may be seen. ``full``: every record.

    Otherwise ``own`` participants in full, and of others what views.sql shows to anybody, or to a member of the
    ``network``.
    """

    full: bool = False
    own: tuple[str, ...] = ()
    network: bool = False


FULL = Scope(full=True)
PUBLIC = Scope()


def scope_of(person: Person) -> Scope:
    """What the person may see. An unknown role sees what anybody sees."""
    if person.role in _SEE_ALL:
        return FULL
    if person.role in ("beratung", "kommune"):
        return Scope(own=person.own, network=True)
    return PUBLIC


_asking: ContextVar[Scope | None] = ContextVar("zwk_scope", default=None)
_default: Scope | Callable[[], Scope] = FULL


def set_default_scope(scope: Scope | Callable[[], Scope]) -> None:
    """The scope, or a function that finds it, for code that runs outside every ``asking_as``.

    A server with login sets a function that finds the person of the running session and returns PUBLIC where there is
    none, so that a forgotten ``asking_as`` shows nothing it should not.
    """
    global _default
    _default = scope


def current_scope() -> Scope:
    """The scope of the running thread."""
    asking = _asking.get()
    if asking is not None:
        return asking
    return _default() if callable(_default) else _default


@contextmanager
def asking_as(scope: Scope) -> Iterator[None]:
    """Within the block this thread asks as ``scope``."""
    token = _asking.set(scope)
    try:
        yield
    finally:
        _asking.reset(token)


def may_write(person: Person, table: str, participant_id: str | None) -> bool:
    """May the person add, change or remove records of ``table`` that belong to this participant (None: to nobody)?"""
    if person.role in _WRITE_ALL:
        return True
    return person.role == "beratung" and table in ADVISED and participant_id in person.own


def writable_tables(person: Person) -> tuple[str, ...] | None:
    """The tables the person may write to at all; None for all of them."""
    if person.role in _WRITE_ALL:
        return None
    return ADVISED if person.role == "beratung" and person.own else ()
