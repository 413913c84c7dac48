"""The handbook in parts and chapters with anchors: a part for each audience, a paragraph for each page of the app.

The files are those that people read in the repository; what leads to another document there is plain text here, as the
app shows no other one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zwk_data.settings import ROOT

DOCS = ROOT / "docs"


@dataclass(frozen=True)
class HandbookPart:
    """A tab of the page Handbuch: its ``title``, and the ``file`` it shows."""

    title: str
    file: Path


#: name in the address (``?teil=``) -> part; the first stands there without a name
PARTS = {
    "nachschlagen": HandbookPart("Nachschlagen", DOCS / "handbuch.md"),
    "ministerium": HandbookPart("Ministerium", DOCS / "handbuch" / "ministerium.md"),
    "geschaeftsstelle": HandbookPart("Geschäftsstelle", DOCS / "handbuch" / "geschaeftsstelle.md"),
    "beratung": HandbookPart("Beratung", DOCS / "handbuch" / "beratung.md"),
    "kommune": HandbookPart("Kommune", DOCS / "handbuch" / "kommune.md"),
    "veranstaltung": HandbookPart("Veranstaltung", DOCS / "handbuch" / "veranstaltung.md"),
    "betrieb": HandbookPart("Betrieb", DOCS / "handbuch" / "betrieb.md"),
    "begriffe": HandbookPart("Begriffe", DOCS / "handbuch" / "begriffe.md"),
    "fragen": HandbookPart("Fragen", DOCS / "handbuch" / "fragen.md"),
}
FIRST, TERMS = "nachschlagen", "begriffe"
#: the chapter that has a paragraph for each page
OF_PAGES = "Die Seiten"
#: how the anchors of these paragraphs begin, and those of terms
PAGE, TERM = "seite-", "begriff-"
_HEADING = re.compile(r"^(#{1,3}) (.+)\n", flags=re.MULTILINE)
_PARAGRAPH = re.compile(r"^\*\*([^*\n]+)\.\*\* ", flags=re.MULTILINE)
_PICTURE = re.compile(r"^!\[([^\]\n]+)\]\(([^)\n]+)\)$", flags=re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#]*)(#[^)]+)?\)")


@dataclass(frozen=True)
class HandbookPicture:
    """A picture with the words for those who don't see it."""

    words: str
    file: Path


@dataclass(frozen=True)
class HandbookChapter:
    """A heading of ``level`` 1 to 3 with its ``anchor``, and what stands beneath it: Markdown and pictures.

    The heading of level 1 is that of the whole part; its anchor is empty.
    """

    anchor: str
    level: int
    title: str
    blocks: tuple[str | HandbookPicture, ...]

    @property
    def text(self) -> str:
        """All but the pictures."""
        return "\n\n".join(block for block in self.blocks if isinstance(block, str))


@cache
def chapters(part: str = FIRST) -> tuple[HandbookChapter, ...]:
    """All chapters of a part in their order; the paragraph of each page, and each term, as one of level 3."""
    file = PARTS[part].file
    _, *pieces = _HEADING.split(file.read_text(encoding="utf-8"))
    found: list[HandbookChapter] = []
    for marks, title, text in zip(*(iter(pieces),) * 3, strict=True):
        begins = PAGE if title == OF_PAGES else TERM
        own, *named = _PARAGRAPH.split(text) if title == OF_PAGES or part == TERMS else [text]
        anchor = slug(title) if len(marks) > 1 else ""
        found.append(HandbookChapter(anchor, len(marks), title, _blocks(own, file)))
        for name, paragraph in zip(*(iter(named),) * 2, strict=True):
            found.append(HandbookChapter(f"{begins}{slug(name)}", 3, name, _blocks(paragraph, file)))
    return tuple(found)


def _blocks(text: str, file: Path) -> tuple[str | HandbookPicture, ...]:
    """Markdown and pictures of a text in their order, links as they lead in the app."""
    first, *rest = _PICTURE.split(_LINK.sub(lambda link: _here(link, file), text))
    found: list[str | HandbookPicture] = [first.strip()]
    for words, name, after in zip(*(iter(rest),) * 3, strict=True):
        found += [HandbookPicture(words, (file.parent / name).resolve()), after.strip()]
    return tuple(block for block in found if block)


def _here(link: re.Match[str], file: Path) -> str:
    """A link to another part as an address; one to any other document as its words."""
    words, target, anchor = link[1], link[2], link[3] or ""
    if not target or "://" in target:
        return link[0]
    for name, part in PARTS.items():
        if part.file == (file.parent / target).resolve():
            return f"[{words}](handbuch{'' if name == FIRST else f'?teil={name}'}{anchor})"
    return words


def slug(title: str) -> str:
    """The anchor of a heading, as GitHub makes it: „Wenn etwas nicht geht“ -> ``wenn-etwas-nicht-geht``."""
    return re.sub(r"[^\w-]+", "", title.lower().replace(" ", "-"))


def anchor_of_page(title: str) -> str:
    """The anchor of a page's paragraph, by its title in the menu; the handbook's beginning if it has none."""
    anchor = f"{PAGE}{slug(title)}"
    return anchor if anchor in {one.anchor for one in chapters()} else ""
