"""A dossier as an Excel workbook: the data behind each figure and table, native charts, texts, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from zwk_data.charts.chart import INK, LINE, MUTED, PAPER, QUIET, Drawing, Figure
from zwk_data.charts.place_strip import Strips
from zwk_data.dossier.model import Block, Dossier, Facts, Picture, Section, TableBlock, Words
from zwk_data.export.look import (
    DEMO_HINT,
    GAPS,
    Piece,
    axis_format,
    axis_start,
    is_drawn,
    label_step,
    lonely,
    marks_words,
    overlap,
    series_pieces,
)
from zwk_data.export.xlsx import (
    LONGEST,
    SOURCES,
    head_format,
    in_german,
    open_book,
    row_height,
    sheet_name,
    text_lines,
    write_frame,
    write_pairs,
    xml_text,
)
from zwk_data.german import day

_TYPES = {
    "lines": {"type": "line"},
    "columns": {"type": "column"},
    "balance": {"type": "column"},
    "bars": {"type": "bar"},
    "stacked": {"type": "bar", "subtype": "stacked"},
    "pyramid": {"type": "bar"},
}
_DASHES = {"solid": "solid", "dash": "dash", "dot": "round_dot"}
#: pixels of a chart
WIDTH, HEIGHT = 860, 460


def write_values(book: Any, sheet: Any, row: int, drawing: Drawing) -> None:
    """Write the numbers of a drawing from ``row`` on: the names of the series, then a row for each category."""
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    sheet.write_blank(row, 0, None, bold)
    sheet.write_column(row + 1, 0, map(xml_text, drawing.categories))
    for at, one in enumerate(series_pieces(drawing), start=1):
        sheet.write_string(row, at, xml_text(one.name), bold)
        form = book.add_format({"num_format": one.form})
        for line, value in enumerate(one.values, start=row + 1):
            # not even a blank: the chart would keep a zero for it
            if value is not None:
                sheet.write_number(line, at, value, form)


def excel_chart(book: Any, sheet_name: str, row: int, drawing: Drawing, title: str) -> Any:
    """A chart over what ``write_values`` wrote at ``row`` of the sheet of this name."""
    made = book.add_chart(_TYPES[drawing.kind])
    last = row + len(drawing.categories)
    drawn = series_pieces(drawing)
    lines = book.add_chart({"type": "line"}) if drawing.kind == "balance" else made
    for at, piece in enumerate(drawn, start=1):
        (lines if piece.line else made).add_series(
            {
                "name": [sheet_name, row, at],
                "categories": [sheet_name, row + 1, 0, last, 0],
                "values": [sheet_name, row + 1, at, last, at],
                **_series_look(drawing, piece),
                **({} if piece.line else {"gap": GAPS[drawing.kind], "overlap": overlap(drawing)}),
            }
        )
    if any(piece.line for piece in drawn) and lines is not made:
        made.combine(lines)
    _set_axes(made, drawing)
    made.set_title({"name": _not_a_reference(title), "name_font": {"size": 14, "color": INK}, "overlay": False})
    again = [at for at, piece in enumerate(drawn) if piece.again]
    legend = {"position": "top", "font": {"size": 11}, "delete_series": again}
    made.set_legend(legend if len(drawing.series) > 1 else {"none": True})
    made.show_blanks_as("span")
    made.set_chartarea({"border": {"none": True}, "fill": {"color": PAPER}})
    made.set_size({"width": WIDTH, "height": HEIGHT})
    return made


def _set_axes(made: Any, drawing: Drawing) -> None:
    small = {"size": 11, "color": MUTED}
    names: dict[str, Any] = {
        "num_font": small,
        "line": {"color": QUIET},
        "major_tick_mark": "none",
        "label_position": "low",
    }
    values: dict[str, Any] = {
        "name": _not_a_reference(drawing.axis),
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
        # the first category on top, but the value axis still at the bottom
        names |= {"reverse": True, "crossing": "max"}
    if drawing.kind in ("lines", "columns", "balance"):
        names["interval_unit"] = label_step(drawing)
    # XlsxWriter calls the vertical axis y, whatever it shows
    lying = drawing.kind in ("bars", "stacked", "pyramid")
    (made.set_y_axis if lying else made.set_x_axis)(names)
    (made.set_x_axis if lying else made.set_y_axis)(values)


def _series_look(drawing: Drawing, piece: Piece) -> dict[str, Any]:
    look = piece.look
    if piece.line:
        dots = drawing.kind == "balance" or bool(lonely(piece.values))
        line = {"color": look.colour, "width": look.weight, "dash_type": _DASHES[look.dash]}
        dot = {"type": "circle", "size": 5, "fill": {"color": look.colour}, "border": {"none": True}}
        return {"line": line, "marker": dot if dots else {"type": "none"}, "smooth": False}
    if look.outline:
        return {"fill": {"none": True}, "border": {"color": look.colour, "width": look.weight}}
    labels = {"value": True, "num_format": piece.form + ";;;", "font": {"color": look.ink}}
    return {
        "fill": {"color": look.colour},
        "border": {"color": PAPER} if drawing.kind == "stacked" else {"none": True},
        **({"data_labels": labels} if drawing.kind == "stacked" else {}),
    }


def _not_a_reference(text: str) -> str:
    """Text for a title of a chart; one that starts with „=“ would refer to a cell."""
    shown = xml_text(text)
    return f" {shown}" if shown.startswith("=") else shown


OVERVIEW, TEXTS, FACTS, VALUES = "Übersicht", "Texte", "Kennzahlen", "Diagrammwerte"
#: characters that Excel takes as alternative text, and that fit into a page's header beside the hint
_LONGEST_ALT, _LONGEST_EDGE = 32_000, 80
#: widths in characters: of the notes below a table, roughly, and of a column without a width of its own
_NOTE_WIDTH, _USUAL = 90.0, 8.43


@dataclass
class _Book:
    """A workbook in the making.

    ``drawn``: figures, each with the row where its numbers will be. ``rows``: those of the overview, each of section,
    content, sheet. ``told``: label and text for the last sheet.
    """

    book: Any
    dossier: Dossier
    head: Any
    wrap: Any
    taken: set[str]
    overview: Any
    drawn: list[tuple[int, Figure]] = field(default_factory=list)
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)

    def sheet(self, name: str, *, repeat: bool = True) -> Any:
        """A new sheet that prints on A4 landscape, one page wide; ``repeat``: its first row on every page."""
        made = self.book.add_worksheet(name)
        _print_setup(made, self.dossier, repeat=repeat)
        return made


def dossier_xlsx(dossier: Dossier) -> bytes:
    """The dossier as a workbook.

    Sheets: „Übersicht“ with links, „Texte“ (with the own notes), „Kennzahlen“, one for each figure and table with
    typed cells, „Diagrammwerte“ with the numbers that the charts show, „Quellen“. No text is ever taken for a formula.
    """
    buffer = BytesIO()
    with open_book(buffer) as book:
        book.set_properties(
            {
                "title": xml_text(dossier.title)[:255],
                "subject": "Dossier zur Zwischenbilanz" + (", Demodaten" if dossier.demo else ""),
                "author": "ZWK-Monitor",
            }
        )
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        taken = {one.lower() for one in (OVERVIEW, TEXTS, FACTS, VALUES, SOURCES)}
        made = _Book(book, dossier, head_format(book), wrap, taken, book.add_worksheet(OVERVIEW))
        _print_setup(made.overview, dossier, repeat=False)
        _write_all_texts(made)
        _write_facts(made)
        for section in dossier.sections:
            for block in section.blocks:
                _write_block(made, section, block)
        _write_overview(made)
        _write_chart_values(made)
        _write_sources(made)
    return in_german(buffer.getvalue())


def _write_chart_values(made: _Book) -> None:
    """The sheet with the numbers of the charts, one block below the other."""
    if not made.drawn:
        return
    sheet = made.sheet(VALUES, repeat=False)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 12, 16)
    bold = made.book.add_format({"bold": True, "font_size": 12})
    for row, one in made.drawn:
        sheet.write_string(row - 1, 0, xml_text(f"{one.chart.title} ({one.drawing.axis})"), bold)
        write_values(made.book, sheet, row, one.drawing)


def _write_all_texts(made: _Book) -> None:
    rows: list[tuple[str, str, str]] = []
    for section in made.dossier.sections:
        words = [one for one in section.blocks if isinstance(one, Words)]
        rows += [(section.title, one.title, text) for one in words for text in one.sentences]
        if section.note.strip():
            rows.append((section.title, "Eigene Notiz", section.note.strip()))
    _write_texts(made, TEXTS, {"Abschnitt": 28, "Überschrift": 30, "Text": 110}, rows)


def _write_facts(made: _Book) -> None:
    rows = [
        (section.title, one.label, one.value, one.when, one.trend, one.compared, block.source)
        for section in made.dossier.sections
        for block in section.blocks
        if isinstance(block, Facts)
        for one in block.items
    ]
    widths = {
        "Abschnitt": 24,
        "Kennzahl": 28,
        "Wert": 22,
        "Stand": 16,
        "Entwicklung": 30,
        "Vergleich": 34,
        "Quelle": 50,
    }
    _write_texts(made, FACTS, widths, rows)


def _write_texts(made: _Book, name: str, widths: Mapping[str, int], rows: Sequence[tuple[str, ...]]) -> None:
    """A sheet of texts that wrap, none without any; ``widths``: in characters, by column."""
    if not rows:
        return
    sheet = made.sheet(name)
    for at, (column, wide) in enumerate(widths.items()):
        sheet.write_string(0, at, column, made.head)
        sheet.set_column(at, at, wide)
    for line, row in enumerate(rows, start=1):
        sheet.write_row(line, 0, [xml_text(text)[:LONGEST] for text in row], made.wrap)
        sheet.set_row(line, row_height(max(map(text_lines, row, widths.values()))))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(widths) - 1)


def _write_block(made: _Book, section: Section, block: Block) -> None:
    if isinstance(block, Words):
        made.rows.append((section.title, block.title or "Text", TEXTS if block.sentences else ""))
    elif isinstance(block, Facts):
        made.rows.append((section.title, "Kennzahlen", FACTS if block.items else ""))
    elif isinstance(block, Picture):
        made.rows.append((section.title, block.title, ""))
        made.told.append((block.title, f"Bild, nur in PDF und Folien. {block.alt} Quelle: {block.source}"))
    elif isinstance(block, Strips):
        _write_block(made, section, TableBlock(block.title, block.table, block.source, block.note))
    elif isinstance(block, TableBlock):
        sheet = made.sheet(sheet_name(block.title, made.taken))
        widths = write_frame(made.book, sheet, block.frame, made.head, block.formats)
        if block.frame.empty:
            sheet.write_string(1, 0, xml_text(block.empty))
        _describe(made, section, sheet, len(block.frame), widths, block.title, block.note, block.source)
    elif isinstance(block, Figure):
        _write_figure(made, section, block)


def _write_figure(made: _Book, section: Section, block: Figure) -> None:
    chart = block.chart
    sheet = made.sheet(sheet_name(chart.title, made.taken))
    widths = write_frame(made.book, sheet, chart.table, made.head)
    note = " ".join(part for part in (marks_words(block.drawing), chart.note) if part)
    _describe(made, section, sheet, len(chart.table), widths, chart.title, note, chart.source)
    if not is_drawn(block.drawing):
        return
    before = made.drawn[-1] if made.drawn else None
    start = before[0] + len(before[1].drawing.categories) + 3 if before else 1
    made.drawn.append((start, block))
    drawn = excel_chart(made.book, VALUES, start, block.drawing, chart.title)
    # beside the table, and neither moved nor hidden with its rows
    options = {"description": xml_text(chart.alt or chart.title)[:_LONGEST_ALT], "object_position": 3}
    sheet.insert_chart(1, chart.table.shape[1] + 1, drawn, options)


def _describe(
    made: _Book, section: Section, sheet: Any, rows: int, widths: Sequence[float], title: str, note: str, source: str
) -> None:
    """Title, note and source below a table, after an empty row that keeps them out of filters, and on other sheets."""
    made.rows.append((section.title, title, sheet.name))
    about = " ".join(part for part in (note, f"Quelle: {source}") if part)
    made.told.append((f"{title} (Blatt „{sheet.name}“)", about))
    told = [title, note, f"Quelle: {source}" if source and source != "keine" else ""]
    wide, across = list(widths) or [_USUAL], max(len(widths), 1)
    while sum(wide) < _NOTE_WIDTH:
        # columns beside the table, of the usual width
        wide, across = [*wide, _USUAL], across + 1
    while across > 1 and sum(wide[: across - 1]) >= _NOTE_WIDTH:
        across -= 1
    room = sum(wide[:across])
    for at, text in enumerate((text for text in told if text), start=max(rows, 1) + 2):
        shown = xml_text(text)[:LONGEST]
        if across > 1:
            sheet.merge_range(at, 0, at, across - 1, "", made.wrap)
        sheet.write_string(at, 0, shown, made.wrap)
        sheet.set_row(at, row_height(text_lines(shown, room)))


def _write_overview(made: _Book) -> None:
    sheet, dossier = made.overview, made.dossier
    big = made.book.add_format({"bold": True, "font_size": 16})
    link = made.book.add_format({"font_color": "#0b5c6e", "underline": 1, "valign": "top"})
    sheet.write_string(0, 0, xml_text(dossier.title), big)
    lines = [dossier.described, f"Stand {day(dossier.today)}", *([DEMO_HINT] if dossier.demo else [])]
    for at, text in enumerate(lines, start=1):
        sheet.write_string(at, 0, xml_text(text))
    start = len(lines) + 2
    for at, (name, wide) in enumerate((("Abschnitt", 44), ("Was", 60), ("Blatt", 36))):
        sheet.write_string(start, at, name, made.head)
        sheet.set_column(at, at, wide)
    last = (SOURCES, "Quellen, Hinweise und Begriffe", SOURCES)
    values = [("Anhang", "Zahlen der Diagramme", VALUES)] if made.drawn else []
    for line, (section, what, name) in enumerate([*made.rows, *values, last], start=start + 1):
        sheet.write_string(line, 0, xml_text(section), made.wrap)
        sheet.write_string(line, 1, xml_text(what), made.wrap)
        sheet.set_row(line, row_height(max(text_lines(section, 44), text_lines(what, 60))))
        if name:
            target = name.replace("'", "''")
            sheet.write_url(line, 2, f"internal:'{target}'!A1", link, name, f"Zum Blatt {name}")
        else:
            sheet.write_string(line, 2, "nur in PDF und Folien", made.wrap)


def _write_sources(made: _Book) -> None:
    dossier = made.dossier
    rows = [("Titel", dossier.title), ("Beschreibung", dossier.described), ("Stand", day(dossier.today))]
    if dossier.demo:
        rows.append(("Hinweis", f"{DEMO_HINT}: Stufen, Themen, Maßnahmen und Mittel."))
    rows += made.told
    rows += [("Quelle", one) for one in dossier.sources]
    rows += list(dossier.definitions.items())
    _print_setup(write_pairs(made.book, rows), dossier, repeat=False)


def _print_setup(sheet: Any, dossier: Dossier, *, repeat: bool) -> None:
    """A4 landscape, one page wide, with title and page number on each page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if repeat:
        sheet.repeat_rows(0)
    title = xml_text(dossier.title).replace("\n", " ")[:_LONGEST_EDGE].replace("&", "&&")
    hint = f"&R{DEMO_HINT}" if dossier.demo else ""
    sheet.set_header(f"&L{title}{hint}")
    sheet.set_footer(f"&LStand {day(dossier.today)}&C&A&RSeite &P von &N")
