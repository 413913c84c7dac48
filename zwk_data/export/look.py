"""How Office draws a drawing, the same in PowerPoint and Excel: pieces of lines, number formats, labels.

How much room text takes in Arial, so that slides are split and rows are high enough before anything is cut.

Arial and its metric twins (Liberation Sans, Helvetica) are on every machine; nothing has to be drawn to measure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from zwk_data.charts.drawing import Drawing, Look
from zwk_data.german import listing

#: labels of categories that stand side by side on a slide or sheet
_MOST_LABELS = 16


def signed(drawing: Drawing) -> list[tuple[float | None, ...]]:
    """The values of each series as they are drawn: to the left of a pyramid and downwards they are negative."""
    return [
        tuple(None if value is None else -value for value in one.values) if turned else one.values
        for one, turned in zip(drawing.series, _turned(drawing), strict=True)
    ]


def _turned(drawing: Drawing) -> list[bool]:
    if drawing.kind == "balance":
        return [at == 1 for at in range(len(drawing.series))]
    back_to_back = drawing.kind == "pyramid" and sum(not one.look.outline for one in drawing.series) > 1
    return [back_to_back and at % 2 == 0 for at in range(len(drawing.series))]


@dataclass(frozen=True)
class Piece:
    """A series as Office draws it, its values signed; ``form``: the format of its numbers; ``line``: drawn as a line.

    ``again``: the same line goes on after a break, without a legend.
    """

    name: str
    values: tuple[float | None, ...]
    look: Look
    form: str
    line: bool = False
    again: bool = False


def series_pieces(drawing: Drawing) -> list[Piece]:
    """The series to draw. Lines come in a piece for each stretch between breaks: Office joins values over years without
    one, and would join them over a break as well."""
    names, found = list(drawing.categories), []
    breaks = [names.index(mark) for mark, _ in drawing.marks if mark in names] if drawing.kind == "lines" else []
    bounds = [-1, *sorted(breaks), len(names)]
    for at, (one, values) in enumerate(zip(drawing.series, signed(drawing), strict=True)):
        own: list[Piece] = []
        line = drawing.kind == "lines" or (drawing.kind == "balance" and at > 1)
        form = value_format(drawing, signless=_turned(drawing)[at] or drawing.kind == "pyramid")
        for low, high in pairwise(bounds):
            kept = tuple(value if low < place < high else None for place, value in enumerate(values))
            if any(value is not None for value in kept):
                own.append(Piece(one.name, kept, one.look, form, line, bool(own)))
        # a series without any value keeps its place in the legend
        found += own or [Piece(one.name, values, one.look, form, line)]
    return found


def value_format(drawing: Drawing, *, signless: bool = False) -> str:
    """The format of the numbers; Office shows it with the reader's separators."""
    plain = "#,##0" + ("." + "0" * drawing.decimals if drawing.decimals else "")
    return f"{plain};{plain}" if signless else plain


def axis_format(drawing: Drawing) -> str:
    """The numbers along the axis: as precise as the values where they are small, else whole."""
    known = [abs(value) for one in drawing.series for value in one.values if value is not None]
    decimals = drawing.decimals if known and max(known) - min(known) < 8 and max(known) < 100 else 0
    plain = "#,##0" + ("." + "0" * min(decimals, 1) if decimals else "")
    return f"{plain};{plain}" if drawing.kind in ("pyramid", "balance") else plain


def axis_start(drawing: Drawing) -> float | None:
    """Where the axis of lines begins: low enough to fill it, at zero for counts; None: the program decides."""
    known = [value for one in drawing.series for value in one.values if value is not None]
    if drawing.kind != "lines" or not known:
        return None
    if min(known) >= 0 and drawing.decimals == 0:
        return 0.0
    low, span = min(known), max(known) - min(known)
    step = 10.0 ** math.floor(math.log10(span)) if span > 0 else 1.0
    start = math.floor((low - span * 0.08) / step) * step
    return 0.0 if 0 <= low < span * 0.5 else round(start, 6)


def lonely(values: Sequence[float | None]) -> list[int]:
    """The place of a value that is alone in its piece: a line would not show it."""
    known = [at for at, value in enumerate(values) if value is not None]
    return known if len(known) == 1 else []


def label_step(drawing: Drawing) -> int:
    """From one labelled category to the next, so that no label falls on the empty place of a break."""
    count = len(drawing.categories)
    least = -(-count // _MOST_LABELS)
    for step in range(least, least + 5):
        if all(drawing.categories[at].strip() for at in range(0, count, step)):
            return step
    return least


def marks_words(drawing: Drawing) -> str:
    """„Brüche in der Reihe: zwischen 2010 und 2011 Zensus 2011.“, or nothing."""
    names, told = drawing.categories, []
    for category, words in drawing.marks:
        at = names.index(category) if category in names else -1
        if at < 0 or category.strip():
            told.append(f"{category.strip()} {words}".strip())
        elif 0 < at < len(names) - 1:
            told.append(f"zwischen {names[at - 1]} und {names[at + 1]} {words}")
        else:
            told.append(words)
    if not told:
        return ""
    return f"{'Bruch' if len(told) == 1 else 'Brüche'} in der Reihe: {listing(told)}."


def is_drawn(drawing: Drawing) -> bool:
    """Is there anything to draw?"""
    return bool(drawing.categories) and any(value is not None for one in drawing.series for value in one.values)


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
LINE_HEIGHT = 1.2


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
    return lines(text, room, size, bold=bold) * size * LINE_HEIGHT
