"""What people have said of a list's columns („Diese Spalte ist …“), kept for the next list of the same head.

Kept in ZWK_HOME beside the stores: it is no record, and losing it costs a few answers.
"""

from __future__ import annotations

import json
from pathlib import Path

from zwk_data.records.intake.head import Chosen, Head, letters
from zwk_data.schema.cells import fold
from zwk_data.settings import home

#: heads kept; the oldest are forgotten
_MOST = 200


def _file() -> Path:
    return home() / "spalten.json"


def _key(head: Head) -> str:
    return "|".join([head.table, *(f"{letters(c)}:{fold(title)}" for c, title in sorted(head.titles.items()))])


def _kept() -> dict[str, dict[str, dict[str, str | float]]]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def recalled(head: Head) -> Chosen | None:
    """What was said of the columns of an earlier list of this head; None if nothing was."""
    found = _kept().get(_key(head))
    if not isinstance(found, dict):
        return None
    labels = {str(letter): str(label) for letter, label in dict(found.get("labels", {})).items()}
    units = {str(letter): float(factor) for letter, factor in dict(found.get("units", {})).items()}
    return Chosen(labels, units)


def remember(head: Head, chosen: Chosen) -> None:
    """Keep what was said of the columns of this head. Raises OSError if it can't be written."""
    kept = {key: one for key, one in _kept().items() if key != _key(head)}
    kept[_key(head)] = {"labels": dict(chosen.labels), "units": dict(chosen.units)}
    part = _file().with_suffix(".part")
    part.write_text(json.dumps(dict(list(kept.items())[-_MOST:]), ensure_ascii=False), encoding="utf-8")
    part.replace(_file())
