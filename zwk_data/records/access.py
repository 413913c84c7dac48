"""Who may do what: the roles of the programme, and which records each may see and change."""

from __future__ import annotations

from dataclasses import dataclass

from zwk_data.errors import ZwkError
from zwk_data.schema.tables import TABLES
from zwk_data.stores.scope import FULL, PUBLIC, Scope

ROLES = {
    "geschaeftsstelle": "Geschäftsstelle",
    "ministerium": "Ministerium",
    "beratung": "Beratung",
    "kommune": "Kommune",
    "oeffentlich": "Öffentlichkeit",
    "lokal": "lokal, ohne Anmeldung",
}
#: who writes everything, who sees everything
_WRITE_ALL = {"geschaeftsstelle", "lokal"}
_SEE_ALL = {"geschaeftsstelle", "ministerium", "lokal"}
#: what the Beratung writes for its own Kommunen
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


def scope_of(person: Person) -> Scope:
    """What the person may see. An unknown role sees what anybody sees."""
    if person.role in _SEE_ALL:
        return FULL
    if person.role in ("beratung", "kommune"):
        return Scope(own=person.own, network=True)
    return PUBLIC


def may_write(person: Person, table: str, participant_id: str | None) -> bool:
    """May the person make, change or remove records of ``table`` that belong to this participant (None: to nobody)?"""
    if person.role in _WRITE_ALL:
        return True
    return person.role == "beratung" and table in ADVISED and participant_id in person.own


def writable_tables(person: Person) -> tuple[str, ...] | None:
    """The tables the person may write to at all; None for all of them."""
    if person.role in _WRITE_ALL:
        return None
    return ADVISED if person.role == "beratung" and person.own else ()
