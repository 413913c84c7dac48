"""The blocks of a dossier as slides: text, key figures, charts, pictures, tables, strips.

The strips of a Kommunalprofil are a native table, with native shapes in the column that it leaves free for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import accumulate
from typing import Any

from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.util import Pt

from zwk_data import german
from zwk_data.charts.chart import ACCENT, ACCENT_SOFT, INK, LINE, MUTED, PAPER, SURFACE, Figure
from zwk_data.charts.place_strip import Mark, StripRow, Strips
from zwk_data.dossier.model import Fact, Facts, Picture, TableBlock
from zwk_data.export.look import height, is_drawn, lines, marks_words, width
from zwk_data.export.slides import native_chart, native_table
from zwk_data.export.slides.native_table import SIDE, TableLayout, lay_out, row_heights, with_tall_rows_split
from zwk_data.export.slides.slide import (
    BODY,
    GAP,
    SMALL,
    TABLE_SIZES,
    TEXT_SIZE,
    Box,
    Paragraph,
    SlidePage,
    Slides,
    describe,
    pages,
    rgb,
    write,
)
from zwk_data.export.xlsx import xml_text
from zwk_data.german import TableColumn

#: cards on a slide, cards in a row, points between two
_MOST_CARDS, _IN_ROW, _BETWEEN = 6, 3, 14.0
#: width of a picture in pixels
_PIXELS = 1600
#: characters of a column's name
_LONGEST_NAME = 60
_NO_FIGURE = "Nicht belegt: Für diese Abbildung liegen keine Zahlen vor."
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


def numbered(title: str, at: int, count: int) -> str:
    """„Maßnahmen (1 von 2)“, or the title alone."""
    return f"{title} ({at + 1} von {count})" if count > 1 else title


def source_line(source: str) -> str:
    """„Quelle: …“, nothing if there is none."""
    return f"Quelle: {source}" if source and source != "keine" else ""


def text_slides(
    deck: Slides, title: str, eyebrow: str, found: Sequence[Paragraph], size: float = TEXT_SIZE, under: str = ""
) -> list[SlidePage]:
    """Paragraphs on as many slides as they need."""
    made = pages(found, BODY.width, BODY.height - (40 if under else 0), size)
    done = []
    for at, part in enumerate(made):
        page = deck.add("Text", numbered(title, at, len(made)), eyebrow, under)
        write(page.main(), part, size)
        done.append(page)
    return done


def figure_slide(deck: Slides, eyebrow: str, one: Figure, lead: Sequence[Paragraph]) -> list[SlidePage]:
    """A native chart with breaks, note and source below it; text instead if there are no numbers."""
    breaks, rest = marks_words(one.drawing), [one.note, source_line(one.chart.source)]
    if not is_drawn(one.drawing):
        found = [*lead, Paragraph(_NO_FIGURE)]
        return text_slides(deck, one.chart.title, eyebrow, found, under="\n".join(part for part in rest if part))
    page = deck.add("Diagramm", one.chart.title, eyebrow, "\n".join(part for part in (breaks, *rest) if part))
    page.lead(lead)
    frame = native_chart.insert(page.main(), one.drawing)
    describe(frame, one.chart.title, one.chart.alt)
    native_chart.add_below(page.slide, frame, one.drawing)
    return [page]


def picture_slide(deck: Slides, eyebrow: str, one: Picture, lead: Sequence[Paragraph]) -> list[SlidePage]:
    """A picture as large as fits, uncropped."""
    page = deck.add("Bild", one.title, eyebrow, source_line(one.source))
    page.lead(lead)
    box = page.body
    shape = page.main().insert_picture(BytesIO(one.png(_PIXELS)))
    shape.crop_left = shape.crop_right = shape.crop_top = shape.crop_bottom = 0
    wide, high = shape.image.size
    scale = min(box.width / wide, box.height / high)
    placed = Box(box.left + (box.width - wide * scale) / 2, box.top, wide * scale, high * scale)
    shape.left, shape.top, shape.width, shape.height = placed.emu
    describe(shape, one.title, one.alt)
    return [page]


def table_slides(deck: Slides, eyebrow: str, one: TableBlock, lead: Sequence[Paragraph]) -> list[SlidePage]:
    """A native table, split over several slides if it is long; text instead of an empty one."""
    under = "\n".join(part for part in (one.note, source_line(one.source)) if part)
    if one.frame.empty or not len(one.frame.columns):
        return text_slides(deck, one.title, eyebrow, [*lead, Paragraph(xml_text(one.empty))], under=under)
    shown = [
        replace(
            column, name=_short_name(xml_text(column.name)), texts=[xml_text(text).strip() for text in column.texts]
        )
        for column in german.table_columns(one.frame, one.formats)
    ]
    probe = deck.add("Tabelle", one.title, eyebrow, under)
    whole = probe.body.height
    probe.lead(lead)
    layout = lay_out(shown, BODY.width, TABLE_SIZES, probe.body.height)
    if max(layout.rows) > probe.body.height - layout.head:
        # a text longer than a slide continues in the next row, at the smallest size
        layout = lay_out(shown, BODY.width, TABLE_SIZES[-1:], probe.body.height)
        continued = with_tall_rows_split(shown, layout, probe.body.height)
        if continued:
            shown = continued
            layout = replace(layout, rows=row_heights(shown, layout.widths, layout.size))
    parts = layout.pages(whole, probe.body.height)
    done = [probe]
    for _ in parts[1:]:
        page = deck.add("Tabelle", one.title, eyebrow, under)
        page.lead(())
        done.append(page)
    for at, (page, rows) in enumerate(zip(done, parts, strict=True)):
        if len(parts) > 1:
            deck.rename(page, numbered(xml_text(one.title), at, len(parts)))
        frame = native_table.insert(page.main(), shown, layout, rows)
        columns = ", ".join(column.name for column in shown)
        describe(frame, one.title, f"Tabelle „{one.title}“ mit {len(rows)} Zeilen. Spalten: {columns}.")
    return done


def _short_name(name: str) -> str:
    """The name of a column, cut before it takes room from the rows."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def table_height(one: TableBlock) -> float:
    """The height of a table in points with what is below it; 0 for an empty one."""
    if one.frame.empty or not len(one.frame.columns):
        return 0.0
    layout = lay_out(german.table_columns(one.frame, one.formats), BODY.width, TABLE_SIZES, BODY.height)
    under = "\n".join(part for part in (one.note, source_line(one.source)) if part)
    return layout.head + sum(layout.rows) + height(under, BODY.width, SMALL) + 3 * GAP


def fact_slides(deck: Slides, title: str, eyebrow: str, one: Facts, lead: Sequence[Paragraph]) -> list[SlidePage]:
    """Key figures as cards, up to six on a slide."""
    # seven cards are four and three, not six and a lonely one
    slides = -(-len(one.items) // _MOST_CARDS)
    step = -(-len(one.items) // max(slides, 1)) or 1
    sets = [one.items[at : at + step] for at in range(0, len(one.items), step)]
    done = []
    for at, items in enumerate(sets):
        page = deck.add("Kennzahlen", numbered(title, at, len(sets)), eyebrow, source_line(one.source))
        rows = -(-len(items) // _IN_ROW)
        wide = (page.body.width - (_IN_ROW - 1) * _BETWEEN) / _IN_ROW
        high = min((page.body.height - (rows - 1) * _BETWEEN) / rows, 190.0)
        for place, fact in enumerate(items):
            row, column = divmod(place, _IN_ROW)
            left = page.body.left + column * (wide + _BETWEEN)
            _add_card(page, fact, Box(left, page.body.top + row * (high + _BETWEEN), wide, high))
        done.append(page)
    if not done:
        return text_slides(deck, title, eyebrow, [*lead, Paragraph("Nicht belegt.")])
    return done


def _add_card(page: SlidePage, fact: Fact, box: Box) -> None:
    shape = page.slide.shapes.add_textbox(*box.emu)
    shape.name = f"Kennzahl {xml_text(fact.label)}"
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb(SURFACE)
    shape.line.fill.background()
    frame = shape.text_frame
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = Pt(12)
    frame.margin_top = frame.margin_bottom = Pt(8)
    room = box.width - 24
    value = next((size for size in (34, 30, 26, 22, 18, 14) if width(fact.value, size, bold=True) <= room), 12)
    plan = [
        _CardLine(fact.label, 14, MUTED, bold=True),
        _CardLine(fact.value, value, ACCENT, bold=True),
        _CardLine(fact.when, 12, MUTED),
        _CardLine(fact.trend, 14, INK),
        _CardLine(fact.compared, 14, INK),
    ]
    shown = [replace(one, text=xml_text(one.text)) for one in plan if one.text]
    small = 14.0
    while small > 8 and sum(one.height(room, small) for one in shown) > box.height - 16:
        small -= 1
    for at, one in enumerate(shown):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        paragraph.text = one.text
        paragraph.space_before = Pt(4 if at == 3 else 0)
        for run in paragraph.runs:
            run.font.size = Pt(one.shrunk(small))
            run.font.bold = one.bold
            run.font.color.rgb = rgb(one.colour)


@dataclass(frozen=True)
class _CardLine:
    """One line of text on a card, ``size`` in points."""

    text: str
    size: float
    colour: str
    bold: bool = False

    def shrunk(self, small: float) -> float:
        """The size when small type is at most ``small`` points; larger type stays."""
        return self.size if self.size > 14 else min(self.size, small)

    def height(self, room: float, small: float) -> float:
        """In points, in a card with ``room`` points across."""
        size = self.shrunk(small)
        return lines(self.text, room, size, bold=self.bold) * size * 1.2 + 1


def strip_slide(deck: Slides, eyebrow: str, one: Strips, lead: Sequence[Paragraph]) -> list[SlidePage]:
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


def _draw(page: SlidePage, row: StripRow, box: Box) -> None:
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
