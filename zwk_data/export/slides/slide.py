"""Slides with all that goes around their content: title, section, source, footer, number and speaker notes.

No placeholder is left empty, and running text is cut into pages before it overflows. Every deck starts from the
template ``vorlage.pptx``. Theme, layouts and notes page are defined in it and changed there, with PowerPoint. Code
finds layouts by name and placeholders by index, and reads from the template where these are.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout
from pptx.util import Pt

from zwk_data.dossier.model import Words
from zwk_data.export.look import DEMO_HINT, height, lines, shortened, width
from zwk_data.export.xlsx import xml_text

TEMPLATE = Path(__file__).with_name("vorlage.pptx")
#: English Metric Units in a point
EMU = 12_700


@dataclass(frozen=True)
class Box:
    """A place on a slide in points, 72 to the inch."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[int, int, int, int]:
        """Left, top, width, height in English Metric Units."""
        return round(self.left * EMU), round(self.top * EMU), round(self.width * EMU), round(self.height * EMU)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


#: the index of a placeholder, the same in every layout
TITLE_HOLDER, MAIN, EYE, DEMO, LEAD, SOURCE, FOOTER, COUNTER = 0, 1, 13, 14, 15, 16, 17, 18


def layout_of(deck: Deck, name: str) -> SlideLayout:
    """A layout of a deck; KeyError if the template has none of that name."""
    found = deck.slide_layouts.get_by_name(name)
    if found is None:
        raise KeyError(name)
    return found


def _boxes(layout: str, *holders: int) -> list[Box]:
    """Where the placeholders with these indexes are. Raises KeyError if the layout lacks one."""
    shapes = layout_of(Presentation(str(TEMPLATE)), layout).placeholders
    found = []
    for index in holders:
        one = shapes.get(idx=index)
        if one is None:
            raise KeyError(f"{layout}, {index}")
        found.append(Box(one.left / EMU, one.top / EMU, one.width / EMU, one.height / EMU))
    return found


def rgb(colour: str) -> RGBColor:
    """``#0b5c6e`` as python-pptx wants it."""
    return RGBColor(*bytes.fromhex(colour[1:]))  # type: ignore[no-untyped-call]  # python-pptx is typed in part only


#: the same in every layout but the title slide's
TITLE, EYEBROW, BODY, FOOT = _boxes("Text", TITLE_HOLDER, EYE, MAIN, FOOTER)
#: font sizes in points; the first that fits is used
TITLE_SIZES = (26, 23, 20, 17, 14)
TABLE_SIZES = (16.0, 14.0, 13.0, 12.0, 11.0)
TEXT_SIZE, LEAD_SIZE, SMALL = 20.0, 16.0, 11.0
#: points between the content and what is above or below it
GAP = 8.0

LANGUAGE = "de-DE"
#: PowerPoint's built-in table style without lines and fills
PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


Kind = Literal["plain", "point", "heading"]
#: points above a paragraph, by kind; how far the text of a list item is indented
BEFORE = {"plain": 8.0, "point": 6.0, "heading": 14.0}
_INDENT = 22.0


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; a "point" is an item of a bulleted list."""

    text: str
    kind: Kind = "plain"

    def height(self, room: float, size: float) -> float:
        """In points, with the space before it."""
        inner = room - (_INDENT if self.kind == "point" else 0)
        return BEFORE[self.kind] + height(self.text, inner, size, bold=self.kind == "heading")


def paragraphs(blocks: Sequence[Words], *, titled: bool = True) -> list[Paragraph]:
    """The paragraphs of some blocks, with their headings if ``titled``."""
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
    """The paragraphs of each page, which is at most ``space`` points high and never ends with a heading."""
    left = [part for one in found for part in _split(one, room, space * 0.9, size)]
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


def _split(one: Paragraph, room: float, space: float, size: float) -> list[Paragraph]:
    """A paragraph too high for a page in pieces, cut between sentences, else between words, else anywhere."""
    if one.height(room, size) <= space:
        return [one]
    for pattern in (r"(?<=[.!?])\s+|\n", r"\s+"):
        pieces = [piece for piece in re.split(pattern, one.text) if piece]
        if len(pieces) > 1:
            return _refilled(one, pieces, room, space, size)
    middle = len(one.text) // 2
    halves = (one.text[:middle], one.text[middle:])
    return [part for half in halves for part in _split(replace(one, text=half), room, space, size)]


def _refilled(one: Paragraph, pieces: list[str], room: float, space: float, size: float) -> list[Paragraph]:
    """The pieces joined again as far as they fit."""
    made: list[Paragraph] = []
    for piece in pieces:
        longer = replace(one, text=f"{made[-1].text} {piece}") if made else None
        if longer and longer.height(room, size) <= space:
            made[-1] = longer
        else:
            made += _split(replace(one, text=piece), room, space, size)
    return made


@dataclass
class Slides:
    """A deck in the making; no two slides have the same title.

    ``footer`` and ``stand`` ("as of" which day) appear on every slide, and so does a hint if the data are invented
    (``demo``).
    """

    footer: str
    stand: str
    demo: bool
    deck: Deck = field(default_factory=lambda: Presentation(str(TEMPLATE)))
    pages: list[SlidePage] = field(default_factory=list)
    _titles: set[str] = field(default_factory=set)

    def add(self, layout: str, title: str, eyebrow: str = "", under: str = "") -> SlidePage:
        """A new slide; ``eyebrow``: the section, above the title; ``under``: the small print (notes, source)."""
        slide = self.deck.slides.add_slide(layout_of(self.deck, layout))
        page = SlidePage(slide, {one.placeholder_format.idx: one for one in slide.placeholders})
        page.title(self._unused_title(xml_text(title).replace("\n", " ").strip() or "Ohne Titel", eyebrow))
        page.text(EYE, shortened(xml_text(eyebrow).replace("\n", " ").strip(), EYEBROW.width, 12, bold=True))
        page.text(DEMO, DEMO_HINT if self.demo else "")
        page.under(xml_text(under))
        stand = f" · {self.stand}"
        room = FOOT.width - width(stand, SMALL)
        page.tail(shortened(xml_text(self.footer).replace("\n", " "), room, SMALL) + stand)
        self.pages.append(page)
        return page

    def rename(self, page: SlidePage, title: str) -> None:
        """Give a slide another title."""
        self._titles.discard(page.slide.shapes.title.text_frame.text)
        page.title(self._unused_title(title, ""))

    def _unused_title(self, title: str, eyebrow: str) -> str:
        """The title, made unique: by its section if it is taken, and if need be by a number."""
        candidate, number = title, 2
        if candidate in self._titles and eyebrow and eyebrow != title:
            candidate = f"{title} – {xml_text(eyebrow)}"
        while candidate in self._titles:
            candidate, number = f"{title} ({number})", number + 1
        self._titles.add(candidate)
        return candidate


@dataclass
class SlidePage:
    """One slide and its placeholders by index. ``body``: the room left for the content."""

    slide: Any
    places: dict[int, Any]
    body: Box = BODY

    def title(self, text: str) -> None:
        """Set the title, in smaller type if it is long."""
        shape = self.places[0]
        shape.text_frame.text = text
        if shape.placeholder_format.type != 1:
            room = shape.width / 12_700
            if lines(text, room, 38, bold=True) > 2:
                _set_size(shape, 28)
            return
        size = next((one for one in TITLE_SIZES if lines(text, TITLE.width, one, bold=True) <= 2), TITLE_SIZES[-1])
        if size != TITLE_SIZES[0]:
            _set_size(shape, size)
        need = height(text, TITLE.width, size, bold=True)
        if need > TITLE.height:
            _set_size(shape, 11)
        # a title of one line leaves more room for the content
        top = BODY.top - max(TITLE.height - need - 12, 0)
        self._put(0, Box(TITLE.left, TITLE.top, TITLE.width, min(need + 2, TITLE.height)))
        self.body = Box(BODY.left, top, BODY.width, self.body.bottom - top)

    def text(self, index: int, text: str) -> None:
        """Fill a placeholder, or remove it if there is no text for it."""
        if not text:
            self.remove(index)
        elif index in self.places:
            self.places[index].text_frame.text = text

    def remove(self, index: int) -> None:
        """Remove a placeholder."""
        shape = self.places.pop(index, None)
        if shape is not None:
            shape._element.getparent().remove(shape._element)

    def under(self, text: str) -> None:
        """Set the small print at the bottom; the content gets the room above it."""
        self.text(SOURCE, text)
        if SOURCE not in self.places:
            return
        size = SMALL
        while height(text, BODY.width, size) > BODY.height * 0.4 and size > 7:
            size -= 1
        need = min(height(text, BODY.width, size) + 2, BODY.height * 0.5)
        bottom = BODY.bottom + 6
        self._put(SOURCE, Box(BODY.left, bottom - need, BODY.width, need))
        if size != SMALL:
            _set_size(self.places[SOURCE], size)
        self.body = Box(BODY.left, self.body.top, BODY.width, bottom - need - GAP - self.body.top)

    def lead(self, found: Sequence[Paragraph]) -> None:
        """Set the text above the content, or remove its placeholder."""
        if not found:
            self.remove(LEAD)
            return
        need = total(found, BODY.width, LEAD_SIZE) + 2
        self._put(LEAD, Box(BODY.left, self.body.top, BODY.width, need))
        write(self.places[LEAD], found, LEAD_SIZE)
        top = self.body.top + need + GAP
        self.body = Box(BODY.left, top, BODY.width, self.body.bottom - top)

    def _put(self, index: int, box: Box) -> None:
        shape = self.places[index]
        shape.left, shape.top, shape.width, shape.height = box.emu

    def tail(self, footer: str) -> None:
        """Add footer and slide number, copied from the layout because python-pptx leaves them out."""
        for shape in self.slide.slide_layout.placeholders:
            if shape.placeholder_format.idx in (FOOTER, COUNTER):
                made = copy.deepcopy(shape._element)
                del made.find(qn("p:spPr"))[:]
                self.slide.shapes._spTree.append(made)
        self.slide.placeholders[FOOTER].text_frame.text = footer

    def main(self) -> Any:
        """The placeholder for the content, placed in the room that is left."""
        self._put(MAIN, self.body)
        return self.places.pop(MAIN)

    def settle(self) -> None:
        """Put source, footer and number last in the reading order, and give every shape its own id."""
        tree = self.slide.shapes._spTree
        shapes = {shape.placeholder_format.idx: shape for shape in self.slide.placeholders}
        tree.extend(shapes[one]._element for one in (SOURCE, FOOTER, COUNTER) if one in shapes)
        names = {shape.placeholder_format.idx: shape.name for shape in self.slide.slide_layout.placeholders}
        for index, shape in shapes.items():
            if shape.name.split(" ")[-1].isdecimal():
                shape.name = names[index]
        for number, element in enumerate(tree.iter(qn("p:cNvPr")), start=1):
            element.set("id", str(number))

    def notes(self, told: Sequence[str]) -> None:
        """Set the speaker notes, one paragraph each."""
        self.slide.notes_slide.notes_text_frame.text = "\n".join(xml_text(one) for one in told if one)


def write(shape: Any, found: Sequence[Paragraph], size: float) -> None:
    """Write paragraphs into a shape; points become items of a bulleted list, headings are bold."""
    frame = shape.text_frame
    for at, one in enumerate(found):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.text = one.text
        for run in paragraph.runs:
            run.font.size = Pt(size)
            if one.kind == "heading":
                run.font.bold = True
        if one.kind == "point":
            make_list_item(paragraph, "228600", "Arial", "a:buChar", char="•")
        paragraph.space_before = Pt(0 if at == 0 else BEFORE[one.kind])


def make_list_item(paragraph: Any, indent: str, font: str, mark: str, **attributes: str) -> None:
    """Give a paragraph the element ``mark``, since the first level of its placeholder has no bullets; indent in EMU."""
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", indent)
    properties.set("indent", f"-{indent}")
    properties.append(properties.makeelement(qn("a:buFont"), {"typeface": font}))
    properties.append(properties.makeelement(qn(mark), attributes))


def _set_size(shape: Any, size: float) -> None:
    for paragraph in shape.text_frame.paragraphs:
        for run in paragraph.runs:
            run.font.size = Pt(size)


def german(deck: Deck) -> None:
    """Mark every run in slides and notes as German."""
    for slide in deck.slides:
        roots = [slide._element, *([slide.notes_slide._element] if slide.has_notes_slide else [])]
        for root in roots:
            for run in root.iter(qn("a:r"), qn("a:fld"), qn("a:br")):
                run.get_or_add_rPr().set("lang", LANGUAGE)
            for end in root.iter(qn("a:endParaRPr")):
                end.set("lang", LANGUAGE)


def describe(shape: Any, title: str, alt: str) -> None:
    """Give a graphic its name and its alternative text, or its title for want of one."""
    element = next(shape._element.iter(qn("p:cNvPr")))
    element.set("descr", xml_text(alt or title))
    element.set("name", xml_text(title)[:120])
