"""Native tables of PowerPoint: a pale head, hairlines between rows, numbers to the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from zwk_data.charts.chart import ACCENT, ACCENT_SOFT, LINE
from zwk_data.export.slides.master import PLAIN_TABLE
from zwk_data.export.slides.page import EMU
from zwk_data.export.slides.table_pages import EDGE, SIDE, Layout
from zwk_data.german_cells import TableColumn

_NAMESPACE = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def insert(placeholder: Any, columns: Sequence[TableColumn], layout: Layout, rows: range) -> Any:
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
        _cell(cells[at], column.name, layout.size, column.right, head=True)
        for line, row in enumerate(rows, start=1):
            _cell(cells[line * len(columns) + at], column.texts[row], layout.size, column.right)
    frame.width = round(sum(layout.widths) * EMU)
    frame.height = round(sum(heights) * EMU)
    return frame


def _cell(cell: Any, text: str, size: float, right: bool, *, head: bool = False) -> None:
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
    line = _solid(colour).replace(f" {_NAMESPACE}", "")
    properties.append(parse_xml(f'<a:lnB {_NAMESPACE} w="{round(weight * EMU)}">{line}</a:lnB>'))
    properties.append(parse_xml(_solid(ACCENT_SOFT) if head else f"<a:noFill {_NAMESPACE}/>"))


def _solid(colour: str) -> str:
    return f'<a:solidFill {_NAMESPACE}><a:srgbClr val="{colour[1:]}"/></a:solidFill>'
