"""Whose list it is, where no column says so: named by its file, by a line above the table, or by headings in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath

from zwk_data.records.german_rows import Context
from zwk_data.records.intake.head import Head
from zwk_data.records.intake.lines import Headings
from zwk_data.records.intake.raw import RawFile, RawSheet
from zwk_data.records.names import Names
from zwk_data.schema.cells import Proposed

KOMMUNE, THEME, FIELD = "Kommune", "Thema", "Handlungsfeld"
_NAMED = re.compile(
    r"(?P<what>kommune|gemeinde|ort|thema|themenfeld|handlungsfeld)\s*(?:\d+\s*)?[:\s–-]\s*(?P<name>.+)", re.I
)
_ABOVE = 40


def headings(known: Context) -> Headings:
    """What a heading says of the rows below it: the Kommune, the theme or the Handlungsfeld that it names for sure."""

    def said(text: str) -> Mapping[str, str]:
        bare = text.strip().rstrip(":")
        named = _NAMED.fullmatch(bare)
        what = named["what"].casefold() if named else ""
        if named and what == "handlungsfeld":
            return {FIELD: named["name"].strip()}
        for candidate in (bare, named["name"].strip() if named else ""):
            for label, table in ((KOMMUNE, "participant"), (THEME, "theme")):
                if candidate and _sure(known.names(table), candidate):
                    return {label: candidate}
        return {}

    return said


def _sure(names: Names, text: str) -> bool:
    try:
        return not names.find(text).doubt
    except ValueError:
        return False


def proposed(raw: RawFile, sheet: RawSheet, head: Head | None, known: Context) -> Proposed | None:
    """The Kommune that a line above the table, or the name of sheet or file, names; None if none or several."""
    names = known.names("participant")
    above = sheet.rows[: head.place if head else _ABOVE]
    lines = [cell for row in above for cell in row if isinstance(cell, str)]
    for texts, where in (
        (lines, "in einer Zeile über der Tabelle"),
        ([sheet.name], "im Namen des Blattes"),
        ([PurePath(raw.name).stem], "im Namen der Datei"),
    ):
        keys = set().union(*(names.held_in(text) for text in texts))
        if len(keys) == 1:
            label = names.label(keys.pop())
            return Proposed(label, f"Die Kommune steht in keiner Spalte; „{label}“ steht {where}.")
    return None
