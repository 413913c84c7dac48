"""What PowerPoint and Excel share: how a drawing becomes series, axes and labels, and how much room text takes.

Text is measured in Arial, so that slides are split and rows are high enough before anything is cut off. Every machine
has Arial or a font of the same widths (Liberation Sans, Helvetica), so a table of widths is enough.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from zwk_data.charts.chart import Drawing, Look
from zwk_data.german import listing

#: room between the bars of neighbouring categories, in per cent of a bar
GAPS = {"columns": 60, "balance": 35, "bars": 50, "stacked": 45, "pyramid": 10}
DEMO_HINT = "Demodaten – frei erfunden"
#: how many category labels fit side by side on a slide or sheet
_MOST_LABELS = 16


def signed(drawing: Drawing) -> list[tuple[float | None, ...]]:
    """The values of each series as they are drawn: negative on the left of a pyramid and for columns that go down."""
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
    """A series, or a part of one, as Office draws it.

    ``values``: signed as drawn; ``form``: the format of its numbers; ``line``: drawn as a line; ``again``: continues a
    line after a break, so it needs no entry in the legend.
    """

    name: str
    values: tuple[float | None, ...]
    look: Look
    form: str
    line: bool = False
    again: bool = False


def series_pieces(drawing: Drawing) -> list[Piece]:
    """The series to draw. A line comes in one piece per stretch between breaks: we let Office bridge years without a
    value, and it would bridge a break as well."""
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
    """Office's format for the numbers; ``signless``: without a minus."""
    plain = number_format(drawing.decimals)
    return f"{plain};{plain}" if signless else plain


def overlap(drawing: Drawing) -> int:
    """How far the bars of a category cover each other, in per cent."""
    return 100 if drawing.kind in ("stacked", "pyramid", "balance") else -5


def number_format(decimals: int) -> str:
    """Excel's notation of a number, which is shown with the reader's separators."""
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def axis_format(drawing: Drawing) -> str:
    """Office's format for the numbers along the axis: with decimals where the values are small and close together."""
    known = [abs(value) for one in drawing.series for value in one.values if value is not None]
    decimals = drawing.decimals if known and max(known) - min(known) < 8 and max(known) < 100 else 0
    plain = number_format(min(decimals, 1))
    return f"{plain};{plain}" if drawing.kind in ("pyramid", "balance") else plain


def axis_start(drawing: Drawing) -> float | None:
    """Where the value axis of a line chart starts: at zero for counts, else just below the lowest value.

    None, for all other charts too: Office decides.
    """
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
    """The place of the value, if it is the only one: a line through one point shows nothing. Empty otherwise."""
    known = [at for at, value in enumerate(values) if value is not None]
    return known if len(known) == 1 else []


def label_step(drawing: Drawing) -> int:
    """Label every n-th category: the smallest n that fits and puts no label on the empty category of a break."""
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
    """Whether there is anything to draw."""
    return bool(drawing.categories) and any(value is not None for one in drawing.series for value in one.values)


#: thousandths of the font size -> characters of that width; all others are taken to be as wide as a capital
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
#: programs break lines a little earlier than the widths suggest
_SAFETY = 1.02
#: from one line to the next, as a multiple of the font size
LINE_HEIGHT = 1.2


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line in points."""
    return sum(_WIDTH.get(sign, _OTHER) for sign in text) * size * (_BOLD if bold else 1) * _SAFETY


def lines(text: str, room: float, size: float, *, bold: bool = False) -> int:
    """How many lines the text takes in ``room`` points: broken at spaces, and within a word longer than a line."""
    return sum(_line_count(part, room, size, bold) for part in text.split("\n"))


def _line_count(text: str, room: float, size: float, bold: bool) -> int:
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
    """The text, cut with „…“ at its end if it does not fit into one line."""
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(f"{text}…", size, bold=bold) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def text_pieces(text: str, room: float, size: float, most: int) -> list[str]:
    """The text in pieces of at most ``most`` lines, cut at spaces, and within a word longer than that.

    Line breaks count as spaces. A piece holds at least one character, however little room there is.
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
