"""The strips of a Kommunalprofil on a slide: a native table, and native shapes in the column left free for them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.util import Pt

from zwk_data.charts.chart import ACCENT, ACCENT_SOFT, INK, LINE, MUTED, PAPER
from zwk_data.charts.place_strip import Mark, StripRow, Strips
from zwk_data.export.slides import native_table
from zwk_data.export.slides.blocks import describe, source_line
from zwk_data.export.slides.layout import BODY, TABLE_SIZES, Box, rgb
from zwk_data.export.slides.native_table import SIDE, TableLayout, row_heights
from zwk_data.export.slides.slide import Page, Paragraph, Slides
from zwk_data.export.xlsx import xml_text
from zwk_data.german import TableColumn

#: shares of the width: name, the place's figure, the strip; the others share the rest
_SHARES = (0.29, 0.12, 0.2)
#: points: half a mark, height of the band, the least and the most height of a row
_MARK, _BAND, _ROW = 4.5, 11.0, (30.0, 58.0)
_FORMS = {
    "kreis": MSO_SHAPE.RECTANGLE,
    "land": MSO_SHAPE.ISOSCELES_TRIANGLE,
    "bund": MSO_SHAPE.DIAMOND,
    "place": MSO_SHAPE.OVAL,
    "lent": MSO_SHAPE.OVAL,
}
#: how to read the strips, below each slide
_LEGEND = (
    "Punkt: das Gebiet (hohl: Kreis oder Verband, wo es keine eigene Zahl gibt), Quadrat: Kreis, Dreieck: Land, Raute: "
    "Deutschland, Band: ähnliche Orte, Strich: deren Median."
)


def strip_slide(deck: Slides, eyebrow: str, one: Strips, lead: Sequence[Paragraph]) -> list[Page]:
    """One chapter: its figures as a table, each with its strip."""
    under = "\n".join(part for part in (_LEGEND, one.note, source_line(one.source)) if part)
    page = deck.add("Tabelle", one.title, eyebrow, under)
    page.lead(lead)
    columns = _columns(one)
    body = page.body
    layout = _layout(columns, body.height, len(one.rows))
    frame = native_table.insert(page.main(), columns, layout, range(len(one.rows)))
    describe(frame, one.title, one.alt)
    # marks at the ends of a strip stay in its column
    left, room = body.left + sum(layout.widths[:2]) + SIDE + _MARK, layout.widths[2] - 2 * (SIDE + _MARK)
    tops = [body.top + layout.head + before for before in accumulate((0.0, *layout.rows[:-1]))]
    for row, top, high in zip(one.rows, tops, layout.rows, strict=True):
        if not row.missing:
            _draw(page, row, Box(left, top, room, high))
    return [page]


def _columns(one: Strips) -> list[TableColumn]:
    names = [
        xml_text(f"{row.name}\n{row.told or row.missing}{' – fällt auf' if row.notable else ''}") for row in one.rows
    ]
    others = [[xml_text(row.beside[at]) for row in one.rows] for at in range(len(one.columns))]
    return [
        TableColumn("Kennzahl", names, right=False, short=False),
        TableColumn(xml_text(one.own), [xml_text(row.value) for row in one.rows], right=True, short=True),
        TableColumn("", [""] * len(one.rows), right=False, short=True),
        *(
            TableColumn(xml_text(name), texts, right=True, short=True)
            for name, texts in zip(one.columns, others, strict=True)
        ),
    ]


def _layout(columns: Sequence[TableColumn], space: float, rows: int) -> TableLayout:
    """The largest type at which all rows fit into ``space`` points."""
    rest = (1 - sum(_SHARES)) / (len(columns) - len(_SHARES))
    widths = tuple(BODY.width * share for share in (*_SHARES, *[rest] * (len(columns) - len(_SHARES))))
    made = TableLayout(TABLE_SIZES[-1], widths, 0.0, ())
    for size in TABLE_SIZES[1:]:
        heads = [TableColumn(one.name, [one.name], right=one.right, short=False) for one in columns]
        (head,) = row_heights(heads, [wide * 0.92 for wide in widths], size)
        needed = row_heights(columns, widths, size)
        spare = min(_ROW[1], max(_ROW[0], (space - head) / max(rows, 1)))
        heights = tuple(max(need, spare) if head + spare * rows <= space else need for need in needed)
        made = TableLayout(size, widths, head, heights)
        if head + sum(heights) <= space:
            break
    return made


def _draw(page: Page, row: StripRow, box: Box) -> None:
    shapes = page.slide.shapes
    middle = box.top + box.height / 2
    _line(shapes, box.left, middle, box.left + box.width, middle, LINE, 1.25)
    if row.band is not None:
        low, high = row.band
        wide = max((high - low) * box.width, 2.0)
        band = Box(box.left + low * box.width, middle - _BAND / 2, wide, _BAND)
        _filled(shapes.add_shape(MSO_SHAPE.RECTANGLE, *band.emu), ACCENT_SOFT, ACCENT_SOFT)
    if row.median is not None:
        at = box.left + row.median * box.width
        _line(shapes, at, middle - _BAND * 0.7, at, middle + _BAND * 0.7, INK, 1.25)
    for mark in row.marks:
        _mark(shapes, mark, box.left + mark.at * box.width, middle)


def _mark(shapes: Any, mark: Mark, at: float, middle: float) -> None:
    half = _MARK * (1.3 if mark.role in ("place", "lent") else 0.9)
    shape = shapes.add_shape(_FORMS[mark.role], *Box(at - half, middle - half, 2 * half, 2 * half).emu)
    fill = {"place": ACCENT, "lent": PAPER}.get(mark.role, MUTED)
    _filled(shape, fill, ACCENT if mark.role == "lent" else PAPER)


def _filled(shape: Any, fill: str, edge: str) -> None:
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb(fill)
    shape.line.color.rgb = rgb(edge)
    shape.line.width = Pt(1.5 if fill == PAPER else 0.5)
    shape.shadow.inherit = False
    # the table says all of it in text
    describe(shape, "Streifen", "Zeichen auf dem Streifen; die Zahlen stehen in der Tabelle.")


def _line(shapes: Any, x0: float, y0: float, x1: float, y1: float, colour: str, points: float) -> None:
    corners = Box(x0, y0, x1, y1).emu
    line = shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *corners)
    line.line.color.rgb = rgb(colour)
    line.line.width = Pt(points)
    describe(line, "Streifen", "Zeichen auf dem Streifen; die Zahlen stehen in der Tabelle.")
