"""The handbook in chapters with anchors: each page of the app has a paragraph of its own, to which its „?“ leads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from zwk_data.settings import ROOT

FILE = ROOT / "docs" / "handbuch.md"
#: the chapter that has a paragraph for each page
OF_PAGES = "Die Seiten"
#: how the anchors of these paragraphs begin
PAGE = "seite-"
_HEADING = re.compile(r"^(#{2,3}) (.+)\n", flags=re.MULTILINE)
_OF_A_PAGE = re.compile(r"^\*\*([^*\n]+)\.\*\* ", flags=re.MULTILINE)
#: a link to another document, which the app does not show
_ELSEWHERE = re.compile(r"\[([^\]]+)\]\((?!#)(?!https?:)[^)]+\)")


@dataclass(frozen=True)
class HandbookChapter:
    """A heading of ``level`` 2 or 3 with its ``anchor`` and the ``text`` beneath it as Markdown."""

    anchor: str
    level: int
    title: str
    text: str


@cache
def chapters() -> tuple[HandbookChapter, ...]:
    """All chapters in their order, the paragraph of each page as one of level 3."""
    _, *pieces = _HEADING.split(_ELSEWHERE.sub(r"\1", FILE.read_text(encoding="utf-8")))
    found: list[HandbookChapter] = []
    for marks, title, text in zip(*(iter(pieces),) * 3, strict=True):
        own, *pages = _OF_A_PAGE.split(text) if title == OF_PAGES else [text]
        found.append(HandbookChapter(slug(title), len(marks), title, own.strip()))
        for page, paragraph in zip(*(iter(pages),) * 2, strict=True):
            found.append(HandbookChapter(f"{PAGE}{slug(page)}", 3, page, paragraph.strip()))
    return tuple(found)


def slug(title: str) -> str:
    """The anchor of a heading, as GitHub makes it: „Wenn etwas nicht geht“ -> ``wenn-etwas-nicht-geht``."""
    return re.sub(r"[^\w-]+", "", title.lower().replace(" ", "-"))


def anchor_of_page(title: str) -> str:
    """The anchor of a page's paragraph, by its title in the menu; the handbook's beginning if it has none."""
    anchor = f"{PAGE}{slug(title)}"
    return anchor if anchor in {one.anchor for one in chapters()} else ""
