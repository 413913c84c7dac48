"""How much room text takes in Arial, so that slides are split and rows are high enough before anything is cut.

Arial and its metric twins (Liberation Sans, Helvetica) are on every machine; nothing has to be drawn to measure.
"""

from __future__ import annotations

import math

#: thousandths of the size -> characters of that width; what is not named is as wide as a capital
_WIDTHS = {
    191: "'",
    222: "ijl‚‘’",
    278: " !,./:;I[\\]ft·\xa0|",
    340: '()-`r„“”²³‹›{}•"',
    440: "*°^",
    500: "Jcksvxyz",
    556: "#$0123456789?L_abdeghnopquäöüéèáà–§€«»",
    590: "+<=>~−×FTZß",
    667: "&ABEKPSVXYÄ",
    722: "CDHNRUwÜ",
    778: "GOQÖ",
    840: "Mm½",
    889: "%",
    1000: "W—…→@",
}
_WIDTH = {sign: width / 1000 for width, signs in _WIDTHS.items() for sign in signs}
_OTHER = 0.76
#: bold letters are a little wider
_BOLD = 1.09
#: programs break a line a little earlier than the widths say
_SAFETY = 1.02
#: from one line to the next, in sizes
LINE = 1.2


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line in points."""
    return sum(_WIDTH.get(sign, _OTHER) for sign in text) * size * (_BOLD if bold else 1) * _SAFETY


def lines(text: str, room: float, size: float, *, bold: bool = False) -> int:
    """How many lines the text takes in ``room`` points: broken at blanks, a longer word wherever the line ends."""
    return sum(_wrapped(part, room, size, bold) for part in text.split("\n"))


def _wrapped(text: str, room: float, size: float, bold: bool) -> int:
    count, used, blank = 1, 0.0, width(" ", size, bold=bold)
    for word in text.split(" "):
        wide = width(word, size, bold=bold)
        if used and used + blank + wide > room:
            count, used = count + 1, 0.0
        if wide > room:
            more = math.ceil(wide / room) - 1
            count, used = count + more, wide - more * room
        else:
            used += (blank if used else 0.0) + wide
    return count


def shortened(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of it as fits into one line with „…“ at its end."""
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(f"{text}…", size, bold=bold) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def text_pieces(text: str, room: float, size: float, most: int) -> list[str]:
    """The text in pieces of at most ``most`` lines, cut at blanks, or within a word that is longer than that.

    Ends of lines count as blanks. A piece holds at least one character, however little room there is.
    """
    made: list[str] = []
    for word in text.replace("\n", " ").split(" "):
        longer = f"{made[-1]} {word}" if made else word
        if made and lines(longer, room, size) <= most:
            made[-1] = longer
            continue
        left = word
        while lines(left, room, size) > most and len(left) > 1:
            part = left
            while lines(part, room, size) > most and len(part) > 1:
                part = part[: len(part) * 3 // 4]
            made.append(part)
            left = left[len(part) :]
        made.append(left)
    return made


def height(text: str, room: float, size: float, *, bold: bool = False) -> float:
    """The height of the text in points."""
    return lines(text, room, size, bold=bold) * size * LINE
