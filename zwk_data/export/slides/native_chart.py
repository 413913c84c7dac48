"""Drawings as native PowerPoint charts, editable, with their numbers in an embedded workbook; and the process beneath a
curve as native shapes, in one group, on the years of the chart above.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lxml import etree
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.enum.chart import (
    XL_AXIS_CROSSES,
    XL_CHART_TYPE,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from zwk_data.charts.chart import ACCENT, INK, LINE, MUTED, PAPER, QUIET, Drawing, Look
from zwk_data.charts.measures_and_money import STATUS_LOOKS
from zwk_data.charts.process_strip import end_of, rows_of
from zwk_data.charts.stages import COLOURS, INKS
from zwk_data.export.look import (
    GAPS,
    Piece,
    axis_format,
    axis_start,
    label_step,
    lonely,
    overlap,
    series_pieces,
    value_format,
)
from zwk_data.export.slides.slide import EMU, LANGUAGE, Box, describe, rgb
from zwk_data.export.xlsx import open_book, xml_text
from zwk_data.programme.kommune import process_words
from zwk_data.schema.words import MEASURE_STATUS, STAGES

_TYPES = {
    "lines": XL_CHART_TYPE.LINE,
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "balance": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED,
    "pyramid": XL_CHART_TYPE.BAR_CLUSTERED,
}
_DASHES = {"solid": MSO_LINE.SOLID, "dash": MSO_LINE.DASH, "dot": MSO_LINE.ROUND_DOT}
_SIZE = Pt(12)


class _SafeWriter(CategoryWorkbookWriter):
    """Writes the workbook inside a chart; a category that looks like a formula or a link stays text."""

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[tuple[Any, Any]]:
        with open_book(xlsx_file) as workbook:
            yield workbook, workbook.add_worksheet()


class _SafeData(CategoryChartData):
    """The numbers of a chart, written to its workbook by ``_SafeWriter``."""

    @property
    def _workbook_writer(self) -> _SafeWriter:
        return _SafeWriter(self)  # type: ignore[no-untyped-call]  # python-pptx is typed in part only


def insert(placeholder: Any, drawing: Drawing) -> Any:
    """Put the drawing, which needs a category and a series, into a chart placeholder; returns the graphic frame."""
    data: Any = _SafeData(number_format=value_format(drawing))  # type: ignore[no-untyped-call]
    data.categories = [xml_text(one) for one in drawing.categories]
    for piece in series_pieces(drawing):
        data.add_series(xml_text(piece.name), piece.values, piece.form)
    frame = placeholder.insert_chart(_TYPES[drawing.kind], data)
    _style_chart(frame.chart, drawing)
    return frame


def _style_chart(chart: Chart, drawing: Drawing) -> None:
    chart.font.size = _SIZE
    chart.font.color.rgb = rgb(MUTED)
    chart.has_title = False
    chart.has_legend = len(drawing.series) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.TOP
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(13)
        chart.legend.font.color.rgb = rgb(INK)
        for at, piece in enumerate(series_pieces(drawing)):
            if piece.again:
                _without_entry(chart.legend, at)
    _style_axes(chart, drawing)
    plot = chart.plots[0]
    if drawing.kind != "lines":
        plot.gap_width = GAPS[drawing.kind]
        plot.overlap = overlap(drawing)
    if drawing.kind == "balance":
        _as_line(chart, [at for at, piece in enumerate(series_pieces(drawing)) if piece.line])
    for series, piece in zip(chart.series, series_pieces(drawing), strict=True):
        _style_series(series, piece, drawing)
    # lines bridge years without a value
    _set_child(chart._chartSpace.find(qn("c:chart")), "c:dispBlanksAs", "span", "c:extLst")
    _set_language(chart)
    _make_axis_ids_positive(chart)


def _without_entry(legend: Any, at: int) -> None:
    """Remove an entry from the legend: a line drawn in pieces is named once."""
    entry = etree.Element(qn("c:legendEntry"))
    _set_child(entry, "c:idx", str(at))
    _set_child(entry, "c:delete", "1")
    legend._element.insert_element_before(entry, "c:layout", "c:overlay", "c:spPr", "c:txPr", "c:extLst")


def _style_axes(chart: Chart, drawing: Drawing) -> None:
    lying = drawing.kind in ("bars", "stacked", "pyramid")
    names, values = chart.category_axis, chart.value_axis
    axis_title = " ".join(xml_text(drawing.axis).split())
    names.format.line.color.rgb = rgb(QUIET)
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.has_major_gridlines = False
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.tick_labels.font.size = Pt(13) if drawing.kind == "stacked" else _SIZE
    values.has_major_gridlines = True
    start = axis_start(drawing)
    if start is not None:
        values.minimum_scale = start
        # and the category axis at the bottom
        values.crosses = XL_AXIS_CROSSES.MINIMUM
    values.major_gridlines.format.line.color.rgb = rgb(LINE)
    values.major_gridlines.format.line.width = Pt(0.75)
    values.format.line.fill.background()
    values.major_tick_mark = XL_TICK_MARK.NONE
    values.tick_labels.number_format = axis_format(drawing)
    values.tick_labels.number_format_is_linked = False
    if drawing.kind in ("bars", "stacked"):
        # the first category on top, but the value axis still at the bottom
        names.reverse_order = True
        values._element.find(qn("c:crosses")).set("val", "max")
    if drawing.kind == "stacked":
        values.visible = False
        values.has_major_gridlines = False
    elif axis_title:
        values.has_title = True
        frame = values.axis_title.text_frame
        frame.text = axis_title
        frame.paragraphs[0].runs[0].font.size = _SIZE
        frame.paragraphs[0].runs[0].font.bold = False
    if not lying:
        step = label_step(drawing)
        if step > 1:
            _set_child(names._element, "c:tickLblSkip", str(step), "c:tickMarkSkip", "c:noMultiLvlLbl", "c:extLst")


def _as_line(chart: Chart, which: list[int]) -> None:
    """Draw these series as lines over the columns, on the same axes."""
    columns = chart.plots[0]._element
    found = columns.findall(qn("c:ser"))
    if not which:
        return
    lines = etree.Element(qn("c:lineChart"))
    _set_child(lines, "c:grouping", "standard")
    _set_child(lines, "c:varyColors", "0")
    for at in which:
        signs = found[at].find(qn("c:invertIfNegative"))
        if signs is not None:
            found[at].remove(signs)
        lines.append(found[at])
    _set_child(lines, "c:marker", "1")
    for axis in columns.findall(qn("c:axId")):
        etree.SubElement(lines, qn("c:axId")).set("val", axis.get("val"))
    columns.addnext(lines)


def _style_series(series: Any, piece: Piece, drawing: Drawing) -> None:
    form, look = series.format, piece.look
    if piece.line:
        form.line.color.rgb = rgb(look.colour)
        form.line.width = Pt(look.weight)
        form.line.dash_style = _DASHES[look.dash]
        series.smooth = False
        series.marker.style = XL_MARKER_STYLE.NONE
        if drawing.kind == "balance":
            _style_dot(series.marker, look)
        for at in lonely(tuple(series.values)):
            _style_dot(series.points[at].marker, look)
        return
    if look.outline:
        form.fill.background()
        form.line.color.rgb = rgb(look.colour)
        form.line.width = Pt(look.weight)
    else:
        form.fill.solid()
        form.fill.fore_color.rgb = rgb(look.colour)
        if drawing.kind == "stacked":
            form.line.color.rgb = rgb(PAPER)
            form.line.width = Pt(1)
    series.invert_if_negative = False
    if drawing.kind == "stacked":
        labels = series.data_labels
        labels.show_value = True
        # a part of zero gets no label
        labels.number_format = piece.form + ";;;"
        labels.number_format_is_linked = False
        labels.font.size = Pt(13)
        labels.font.color.rgb = rgb(look.ink)


def _style_dot(marker: Any, look: Look) -> None:
    marker.style = XL_MARKER_STYLE.CIRCLE
    marker.size = 7 if look.weight > 2 else 5
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = rgb(look.colour)
    marker.format.line.fill.background()


def _set_language(chart: Chart) -> None:
    """Set the language of the chart, and square corners (round by default)."""
    space = chart._chartSpace
    for run in space.iter(qn("a:rPr"), qn("a:endParaRPr"), qn("a:defRPr")):
        run.set("lang", LANGUAGE)
    _set_child(space, "c:roundedCorners", "0", "c:chart")
    _set_child(space, "c:lang", LANGUAGE, "c:roundedCorners")


def _make_axis_ids_positive(chart: Chart) -> None:
    """Give the axes positive ids, as the standard demands; python-pptx writes negative ones."""
    known: dict[str, str] = {}
    for name in ("c:axId", "c:crossAx"):
        for element in chart._chartSpace.iter(qn(name)):
            element.set("val", known.setdefault(element.get("val"), str(111_000 + len(known))))


def _set_child(parent: Any, name: str, value: str, *following: str) -> None:
    """Give ``parent`` the child ``<name val="value"/>``; a new one goes ahead of those that must follow it, or last."""
    found = parent.find(qn(name))
    if found is None:
        found = etree.Element(qn(name))
        at = next((parent.index(child) for child in parent if child.tag in map(qn, following)), len(parent))
        parent.insert(at, found)
    found.set("val", value)


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
