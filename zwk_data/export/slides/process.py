"""The process beneath a curve on a slide: native shapes, in one group, on the years of the native chart above."""

from __future__ import annotations

from typing import Any

from lxml import etree
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from zwk_data.charts.chart import ACCENT, INK, MUTED, PAPER, Drawing
from zwk_data.charts.measures import STATUS_LOOKS
from zwk_data.charts.process_strip import end_of, rows_of
from zwk_data.charts.stages import COLOURS, INKS
from zwk_data.export.slides.layout import EMU, Box, rgb
from zwk_data.export.slides.slide import describe
from zwk_data.programme.kommune import process_words
from zwk_data.schema.words import MEASURE_STATUS, STAGES

#: points: a lane, a disc, a diamond, and type
LANE, DISC, DIAMOND, TYPE = 10.0, 15.0, 11.0, 11.0
#: shares of the chart: where the plot begins, its upper edge, its width, its height
LEFT, TOP, WIDE, HIGH = 0.1, 0.14, 0.88, 0.74


def add_below(slide: Any, frame: Any, drawing: Drawing) -> None:
    """Make room beneath the chart in ``frame`` and draw the process there; nothing for a drawing without one."""
    process = drawing.process
    if process is None:
        return
    rows = rows_of(process)
    frame.height -= Pt(LANE * rows.depth)
    _fix_plot(frame.chart)
    left, top, room = frame.left / EMU, (frame.top + frame.height) / EMU, frame.width / EMU
    step = WIDE * room / len(drawing.categories)

    def at(year: float) -> float:
        return float(left + LEFT * room + (drawing.place(year) + 0.5) * step)

    group = slide.shapes.add_group_shape()
    for name, row in rows.names.items():
        _add_label(group.shapes, name, Box(left, top + row * LANE - 8, LEFT * room - 6, 16))
    for one in process.stages:
        stage = list(STAGES)[one.number - 1]
        box = _around(at(one.at), top + (rows.stages or 0.0) * LANE, DISC)
        disc = _add(group.shapes, MSO_SHAPE.OVAL, box, (COLOURS[stage], INK), f"Stufe {one.name}: {one.when}")
        _write_in(disc, str(one.number), INKS[stage], 9)
    for one in process.sessions:
        box = _around(at(one.at), top + (rows.sessions or 0.0) * LANE, DIAMOND)
        _add(group.shapes, MSO_SHAPE.DIAMOND, box, (PAPER, ACCENT), f"{one.name}: {one.when}")
    for place, lane in enumerate(rows.lanes):
        upper = top + ((rows.measures or 0.0) + place - 0.31) * LANE
        for span in lane:
            box = Box(at(span.start), upper, at(end_of(span)) - at(span.start), 0.62 * LANE)
            told = f"Maßnahme {span.title}: {MEASURE_STATUS[span.status]}; {span.when}"
            _add(group.shapes, MSO_SHAPE.RECTANGLE, box, (STATUS_LOOKS[span.status].colour, MUTED), told)
    describe(group, "Prozess", f"Unter der Kurve der Prozess. {process_words(process)}")


def _fix_plot(chart: Any) -> None:
    """Say where the plot lies in the chart, so that shapes can stand beneath its years."""
    area = chart._chartSpace.find(f".//{qn('c:plotArea')}")
    old = area.find(qn("c:layout"))
    if old is not None:
        area.remove(old)
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    given = {"layoutTarget": "inner", "xMode": "edge", "yMode": "edge", "x": LEFT, "y": TOP, "w": WIDE, "h": HIGH}
    for name, value in given.items():
        etree.SubElement(manual, qn(f"c:{name}")).set("val", str(value))
    area.insert(0, layout)


def _around(x: float, y: float, size: float) -> Box:
    return Box(x - size / 2, y - size / 2, size, size)


def _add(shapes: Any, form: Any, box: Box, colours: tuple[str, str], told: str) -> Any:
    """A shape in its fill and edge, with what it stands for as name and alternative text."""
    shape = shapes.add_shape(form, *box.emu)
    shape.fill.solid()
    shape.fill.fore_color.rgb, shape.line.color.rgb = map(rgb, colours)
    shape.line.width = Pt(0.75)
    shape.shadow.inherit = False
    describe(shape, told, told)
    return shape


def _write_in(shape: Any, text: str, ink: str, size: float) -> None:
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor, frame.word_wrap = MSO_ANCHOR.MIDDLE, False
    frame.text = text
    paragraph = frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.CENTER
    paragraph.runs[0].font.size = Pt(size)
    paragraph.runs[0].font.color.rgb = rgb(ink)


def _add_label(shapes: Any, name: str, box: Box) -> None:
    shape = shapes.add_textbox(*box.emu)
    _write_in(shape, name, MUTED, TYPE)
    shape.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    describe(shape, name, name)
