"""Native charts of Excel from drawings, over cells of a sheet."""

from __future__ import annotations

from typing import Any

from zwk_data.charts.chart import INK, LINE, MUTED, PAPER, QUIET
from zwk_data.dossier.model import Drawing
from zwk_data.export.drawing_look import Look, axis_format, axis_start, label_step, lonely, series_pieces, value_format
from zwk_data.export.xml_text import xml_text

_TYPES = {
    "lines": {"type": "line"},
    "columns": {"type": "column"},
    "bars": {"type": "bar"},
    "stacked": {"type": "bar", "subtype": "stacked"},
    "pyramid": {"type": "bar"},
}
_DASHES = {"solid": "solid", "dash": "dash", "dot": "round_dot"}
_GAPS = {"columns": 60, "bars": 50, "stacked": 45, "pyramid": 10}
#: pixels
WIDTH, HEIGHT = 860, 460


def write_values(book: Any, sheet: Any, row: int, drawing: Drawing) -> None:
    """The numbers of a drawing from ``row`` on: names of series, then a row for each category."""
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    form = book.add_format({"num_format": value_format(drawing)})
    sheet.write_string(row, 0, "", bold)
    for at, one in enumerate(series_pieces(drawing), start=1):
        sheet.write_string(row, at, xml_text(one.name), bold)
    for at, name in enumerate(drawing.categories, start=1):
        sheet.write_string(row + at, 0, xml_text(name))
    for at, one in enumerate(series_pieces(drawing), start=1):
        for line, value in enumerate(one.values, start=1):
            if value is not None:
                sheet.write_number(row + line, at, value, form)


def excel_chart(book: Any, sheet_name: str, row: int, drawing: Drawing, title: str) -> Any:
    """A chart over what ``write_values`` wrote at ``row`` of the sheet of this name."""
    made = book.add_chart(_TYPES[drawing.kind])
    last = row + len(drawing.categories)
    drawn = series_pieces(drawing)
    for at, piece in enumerate(drawn, start=1):
        made.add_series(
            {
                "name": [sheet_name, row, at],
                "categories": [sheet_name, row + 1, 0, last, 0],
                "values": [sheet_name, row + 1, at, last, at],
                **_drawn(drawing, piece.look, bool(lonely(piece.values))),
                **({"gap": _GAPS[drawing.kind], "overlap": _overlap(drawing)} if drawing.kind != "lines" else {}),
            }
        )
    _axes(made, drawing)
    made.set_title({"name": _plain(title), "name_font": {"size": 14, "color": INK}, "overlay": False})
    again = [at for at, piece in enumerate(drawn) if piece.again]
    legend = {"position": "top", "font": {"size": 11}, "delete_series": again}
    made.set_legend(legend if len(drawing.series) > 1 else {"none": True})
    made.show_blanks_as("span")
    made.set_chartarea({"border": {"none": True}, "fill": {"color": PAPER}})
    made.set_size({"width": WIDTH, "height": HEIGHT})
    return made


def _axes(made: Any, drawing: Drawing) -> None:
    small = {"size": 11, "color": MUTED}
    names: dict[str, Any] = {
        "num_font": small,
        "line": {"color": QUIET},
        "major_tick_mark": "none",
        "label_position": "low",
    }
    values: dict[str, Any] = {
        "name": _plain(drawing.axis),
        "name_font": {**small, "bold": False},
        "num_font": small,
        "num_format": axis_format(drawing),
        "line": {"none": True},
        "major_tick_mark": "none",
        "major_gridlines": {"visible": drawing.kind != "stacked", "line": {"color": LINE, "width": 0.75}},
    }
    start = axis_start(drawing)
    if start is not None:
        values |= {"min": start, "crossing": "min"}
    if drawing.kind in ("bars", "stacked"):
        # the first category on top, and the values nevertheless at the bottom
        names |= {"reverse": True, "crossing": "max"}
    if drawing.kind in ("lines", "columns"):
        names["interval_unit"] = label_step(drawing)
    # XlsxWriter calls the upright axis y, whatever stands there
    lying = drawing.kind in ("bars", "stacked", "pyramid")
    (made.set_y_axis if lying else made.set_x_axis)(names)
    (made.set_x_axis if lying else made.set_y_axis)(values)


def _overlap(drawing: Drawing) -> int:
    return 100 if drawing.kind in ("stacked", "pyramid") else -5


def _drawn(drawing: Drawing, look: Look, dots: bool) -> dict[str, Any]:
    if drawing.kind == "lines":
        line = {"color": look.colour, "width": look.weight, "dash_type": _DASHES[look.dash]}
        dot = {"type": "circle", "size": 5, "fill": {"color": look.colour}, "border": {"none": True}}
        return {"line": line, "marker": dot if dots else {"type": "none"}, "smooth": False}
    if look.outline:
        return {"fill": {"none": True}, "border": {"color": look.colour, "width": 1.25}}
    labels = {"value": True, "num_format": value_format(drawing) + ";;;", "font": {"color": look.label}}
    return {
        "fill": {"color": look.colour},
        "border": {"color": PAPER} if drawing.kind == "stacked" else {"none": True},
        **({"data_labels": labels} if drawing.kind == "stacked" else {}),
    }


def _plain(text: str) -> str:
    """A title that starts with „=“ would be a reference to a cell."""
    shown = xml_text(text)
    return f" {shown}" if shown.startswith("=") else shown
