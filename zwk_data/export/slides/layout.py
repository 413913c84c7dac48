"""The template that every deck starts from, ``vorlage.pptx``, and what code relies on in it.

Theme, layouts and notes page are defined in the template and changed there, with PowerPoint. Code finds layouts by name
and placeholders by index, and reads from the template where these are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout

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
