"""The screens of a session in their order: one thing each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zwk_data.room.sessions import Field

#: kinds of screens for each Handlungsfeld
PER_FIELD = {"stand": "Stand", "bewertung": "Bewertung", "punkte": "Was hilft, was hindert"}


@dataclass(frozen=True)
class Screen:
    """A screen: ``key`` (``bewertung-2``), ``kind`` (``bewertung``), its title, and the Handlungsfeld it is about."""

    key: str
    kind: str
    title: str
    field: Field | None = None


def screens(fields: Sequence[Field]) -> list[Screen]:
    """Welcome, look back, three screens for each Handlungsfeld, ideas, next steps, the end."""
    middle = [
        Screen(f"{kind}-{field.no}", kind, f"{field.name}: {title}", field)
        for field in fields
        for kind, title in PER_FIELD.items()
    ]
    return [
        Screen("willkommen", "willkommen", "Willkommen"),
        Screen("rueckblick", "rueckblick", "Rückblick"),
        *middle,
        Screen("ideen", "ideen", "Ideenparkplatz"),
        Screen("schritte", "schritte", "Nächste Schritte"),
        Screen("abschluss", "abschluss", "Abschluss"),
    ]


def screen_place(found: Sequence[Screen], key: str) -> int:
    """Where a screen stands; the first for a key that there is not (any more)."""
    return next((number for number, screen in enumerate(found) if screen.key == key), 0)
