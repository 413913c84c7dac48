"""Running text on slides: paragraphs, points and headings, cut into pages before they overflow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from zwk_data.dossier.model import Words
from zwk_data.export.measure import height
from zwk_data.export.xml_text import xml_text

Kind = Literal["plain", "point", "heading"]
#: points between paragraphs, and how far a point's text is set in
BEFORE = {"plain": 8.0, "point": 6.0, "heading": 14.0}
_INDENT = 22.0


@dataclass(frozen=True)
class Paragraph:
    """One paragraph and what kind it is."""

    text: str
    kind: Kind = "plain"

    def height(self, room: float, size: float) -> float:
        """In points, with the space before it."""
        inner = room - (_INDENT if self.kind == "point" else 0)
        return BEFORE[self.kind] + height(self.text, inner, size, bold=self.kind == "heading")


def paragraphs(blocks: Sequence[Words], *, titled: bool = True) -> list[Paragraph]:
    """The paragraphs of some blocks; ``titled``: with their headings."""
    found = []
    for one in blocks:
        if one.title and titled:
            found.append(Paragraph(xml_text(one.title), "heading"))
        kind: Kind = "point" if one.listed else "plain"
        found += [Paragraph(xml_text(text).strip(), kind) for text in one.sentences if xml_text(text).strip()]
    return found


def total(found: Sequence[Paragraph], room: float, size: float) -> float:
    """The height of all of them in points."""
    return sum(one.height(room, size) for one in found)


def pages(found: Sequence[Paragraph], room: float, space: float, size: float) -> list[list[Paragraph]]:
    """Paragraphs by page, none higher than ``space`` points; a heading is never the last on its page."""
    left: list[Paragraph] = []
    for one in found:
        left += _parts(one, room, space * 0.9, size)
    made: list[list[Paragraph]] = [[]]
    used = 0.0
    for one in left:
        need = one.height(room, size)
        if made[-1] and used + need > space:
            held = [made[-1].pop()] if made[-1][-1].kind == "heading" and len(made[-1]) > 1 else []
            made.append(held)
            used = total(held, room, size)
        made[-1].append(one)
        used += need
    return [page for page in made if page]


def _parts(one: Paragraph, room: float, space: float, size: float) -> list[Paragraph]:
    """A paragraph too high for a page in pieces: at the ends of sentences, else of words, else anywhere."""
    if one.height(room, size) <= space:
        return [one]
    for pattern in (r"(?<=[.!?])\s+|\n", r"\s+"):
        pieces = [piece for piece in re.split(pattern, one.text) if piece]
        if len(pieces) > 1:
            return _joined(one, pieces, room, space, size)
    middle = len(one.text) // 2
    halves = (one.text[:middle], one.text[middle:])
    return [part for half in halves for part in _parts(replace(one, text=half), room, space, size)]


def _joined(one: Paragraph, pieces: list[str], room: float, space: float, size: float) -> list[Paragraph]:
    """As many pieces together as fit."""
    made: list[Paragraph] = []
    for piece in pieces:
        longer = replace(one, text=f"{made[-1].text} {piece}") if made else None
        if longer and longer.height(room, size) <= space:
            made[-1] = longer
        else:
            made += _parts(replace(one, text=piece), room, space, size)
    return made
