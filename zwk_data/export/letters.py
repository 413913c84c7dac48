"""The signs that our font can print; any other becomes a mark, so that one emoji does not stop a document."""

from __future__ import annotations

import re
from functools import cache

from matplotlib.font_manager import get_font

from zwk_data.settings import DATA

#: printed for a sign that the font lacks
MARK = "□"
#: signs that join or vary the one before them, and the accents that belong to no letter of the font
_JOINING = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f]")
_FONTS = ("SourceSans3-Regular.ttf", "SourceSans3-Semibold.ttf")


@cache
def _known() -> frozenset[str]:
    """The signs that all weights of the font have."""
    maps = [set(get_font(DATA / "fonts" / name).get_charmap()) for name in _FONTS]
    return frozenset(chr(code) for code in set.intersection(*maps)) | frozenset("\n\t\r")


@cache
def _others() -> re.Pattern[str]:
    """One or more signs in a row that the font lacks."""
    return re.compile(f"[^{re.escape(''.join(sorted(_known())))}]+")


def printable(text: str) -> str:
    """The text with a mark for every run of signs that can't be printed.

    >>> printable("Super gelaufen 👍🏽!"), printable("Größe")
    ('Super gelaufen □!', 'Größe')
    """
    if text.isascii():
        return text
    return _others().sub(MARK, _JOINING.sub("", text))
