"""The measures of a slide: 13.33 by 7.5 inches, and where on it things stand (points, 72 an inch)."""

from __future__ import annotations

from dataclasses import dataclass

EMU = 12_700


@dataclass(frozen=True)
class Box:
    """A place on a slide in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[int, int, int, int]:
        """Left, top, width, height in English Metric Units."""
        return (
            round(self.left * EMU),
            round(self.top * EMU),
            round(self.width * EMU),
            round(self.height * EMU),
        )

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 44.0
INNER = WIDTH - 2 * MARGIN
EYEBROW = Box(MARGIN, 24, 600, 20)
HINT = Box(WIDTH - MARGIN - 210, 20, 210, 24)
TITLE = Box(MARGIN, 46, INNER, 64)
BODY = Box(MARGIN, 116, INNER, 376)
FOOT = Box(MARGIN, 508, 720, 20)
NUMBER = Box(WIDTH - MARGIN - 120, 508, 120, 20)
#: sizes of type in points, the first that fits is taken
TITLE_SIZES = (26, 23, 20, 17, 14)
TABLE_SIZES = (16.0, 14.0, 13.0, 12.0, 11.0)
TEXT_SIZE, LEAD_SIZE, SMALL = 20.0, 16.0, 11.0
#: between content and what stands above or beneath it
GAP = 8.0
