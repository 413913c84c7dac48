"""Tables as native PowerPoint tables: a pale header, hairlines between rows, numbers aligned right.

They are laid out first (column widths, row heights, which rows go on which slide), then drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from zwk_data.charts.chart import ACCENT, ACCENT_SOFT, LINE
from zwk_data.export.look import LINE_HEIGHT, lines, text_pieces, width
from zwk_data.export.slides.slide import EMU, PLAIN_TABLE, rgb
from zwk_data.german import TableColumn

#: points to the left and right of a cell's text, and above and below it
SIDE, EDGE = 7.0, 3.5
#: points; spare room alone makes no column wider than this
WIDEST = 420.0
#: how much wider than its text a column may become
_STRETCH = 1.8
#: the largest font size of a table that takes several slides
_LONG = 13.0


@dataclass(frozen=True)
class TableLayout:
    """Column ``widths`` and the heights of ``head`` and ``rows``, all in points, at this font ``size``."""

    size: float
    widths: tuple[float, ...]
    head: float
    rows: tuple[float, ...]

    def pages(self, space: float, first: float | None = None) -> list[range]:
        """The rows of each slide, so that head and rows fit into ``space`` points, on the first slide ``first``."""
        made: list[range] = []
        start, used, limit = 0, self.head, space if first is None else first
        for at, need in enumerate(self.rows):
            if at > start and used + need > limit:
                made.append(range(start, at))
                start, used, limit = at, self.head, space
            used += need
        if start < len(self.rows):
            made.append(range(start, len(self.rows)))
        return made


def with_tall_rows_split(columns: Sequence[TableColumn], layout: TableLayout, space: float) -> list[TableColumn] | None:
    """The same table with rows higher than ``space`` points continued in further rows; None if no row is."""
    most = max(int((space - layout.head - 2 * EDGE) / (layout.size * LINE_HEIGHT)), 1)
    rooms = [wide - 2 * SIDE for wide in layout.widths]
    texts: list[list[str]] = [[] for _ in columns]
    for row in range(len(layout.rows)):
        parts = [text_pieces(one.texts[row], room, layout.size, most) for one, room in zip(columns, rooms, strict=True)]
        count = max(len(part) for part in parts)
        for column, part in zip(texts, parts, strict=True):
            column += [*part, *[""] * (count - len(part))]
    if len(texts[0]) == len(layout.rows):
        return None
    return [replace(one, texts=column) for one, column in zip(columns, texts, strict=True)]


def lay_out(columns: Sequence[TableColumn], room: float, sizes: Sequence[float], space: float) -> TableLayout:
    """The layout at the largest of ``sizes`` at which no word is broken and all rows fit into ``space`` points.

    If they fit at none, the table continues over several slides, at a size that reads well.
    """
    made = [_at_size(columns, room, size) for size in sizes]
    whole = [one for one, fits in made if fits]
    for one in whole:
        if one.head + sum(one.rows) <= space:
            return one
    return next((one for one in whole if one.size <= _LONG), whole[-1]) if whole else made[-1][0]


def _at_size(columns: Sequence[TableColumn], room: float, size: float) -> tuple[TableLayout, bool]:
    """The layout in ``room`` points at one font size, and whether it breaks no word."""
    needed = [_needed_widths(one, size) for one in columns]
    smallest = [low for low, _ in needed]
    wished = [min(high, WIDEST) for _, high in needed]
    fits = sum(smallest) <= room
    if sum(wished) <= room:
        factor = min(room / sum(wished), _STRETCH)
        # a table nearly as wide as the slide would look like a mistake
        factor = room / sum(wished) if factor * sum(wished) > 0.8 * room else factor
        widths = [one * factor for one in wished]
    elif fits:
        spare = room - sum(smallest)
        want = [max(high - low, 0.0) for low, high in zip(smallest, wished, strict=True)]
        widths = [low + spare * one / sum(want) for low, one in zip(smallest, want, strict=True)]
    else:
        widths = [room * low / sum(smallest) for low in smallest]
    head = max(_cell_height(one.name, wide, size, bold=True) for one, wide in zip(columns, widths, strict=True))
    return TableLayout(size, tuple(widths), head, row_heights(columns, widths, size)), fits


def row_heights(columns: Sequence[TableColumn], widths: Sequence[float], size: float) -> tuple[float, ...]:
    """The height of each row in points, in columns of these ``widths``."""
    return tuple(
        max(_cell_height(one.texts[row], wide, size) for one, wide in zip(columns, widths, strict=True))
        for row in range(len(columns[0].texts))
    )


def _needed_widths(one: TableColumn, size: float) -> tuple[float, float]:
    """The width at which no word is broken, and the one at which no line is."""
    words = [word for text in one.texts for word in (text.split("\n") if one.short else text.split())]
    longest = max((width(word, size) for word in words), default=0.0)
    head = max((width(word, size, bold=True) for word in one.name.split()), default=0.0)
    whole = max((width(line, size) for text in one.texts for line in text.split("\n")), default=0.0)
    extra = 2 * SIDE + 1
    low = max(longest, head) + extra
    return low, max(whole + extra, low, min(width(one.name, size, bold=True) + extra, 2 * low))


def _cell_height(text: str, wide: float, size: float, *, bold: bool = False) -> float:
    return lines(text, wide - 2 * SIDE, size, bold=bold) * size * LINE_HEIGHT + 2 * EDGE


def insert(placeholder: Any, columns: Sequence[TableColumn], layout: TableLayout, rows: range) -> Any:
    """Put these rows of a table into a table placeholder; returns the graphic frame."""
    frame = placeholder.insert_table(len(rows) + 1, len(columns))
    table = frame.table
    table.first_row, table.horz_banding = True, False
    style = table._tbl.tblPr.find(qn("a:tableStyleId"))
    if style is not None:
        style.text = PLAIN_TABLE
    for at, wide in enumerate(layout.widths):
        table.columns[at].width = round(wide * EMU)
    heights = [layout.head, *(layout.rows[row] for row in rows)]
    for at, high in enumerate(heights):
        table.rows[at].height = round(high * EMU)
    cells = list(table.iter_cells())
    for at, column in enumerate(columns):
        _fill_cell(cells[at], column.name, layout.size, column.right, head=True)
        for line, row in enumerate(rows, start=1):
            _fill_cell(cells[line * len(columns) + at], column.texts[row], layout.size, column.right)
    frame.width = round(sum(layout.widths) * EMU)
    frame.height = round(sum(heights) * EMU)
    return frame


def _fill_cell(cell: Any, text: str, size: float, right: bool, *, head: bool = False) -> None:
    cell.margin_left = cell.margin_right = round(SIDE * EMU)
    cell.margin_top = cell.margin_bottom = round(EDGE * EMU)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
    cell.text_frame.text = text
    for paragraph in cell.text_frame.paragraphs:
        if right:
            paragraph.alignment = PP_ALIGN.RIGHT
        for run in paragraph.runs:
            run.font.size = Pt(size)
            if head:
                run.font.bold = True
        if not paragraph.runs:
            paragraph.font.size = Pt(size)
    properties = cell._tc.get_or_add_tcPr()
    colour, weight = (ACCENT, 1.25) if head else (LINE, 0.75)
    line = f'<a:solidFill><a:srgbClr val="{colour[1:]}"/></a:solidFill>'
    properties.append(parse_xml(f'<a:lnB {nsdecls("a")} w="{round(weight * EMU)}">{line}</a:lnB>'))
    if head:
        cell.fill.solid()
        cell.fill.fore_color.rgb = rgb(ACCENT_SOFT)
    else:
        cell.fill.background()
