"""All that people entered, to be kept elsewhere: backups of the programme, the sessions and the live display; and a
workbook that comes back, with empty lists for Kommunen to fill in (read by intake).

How a store is copied is known in ``stores``; which there are is known here, above all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from zwk_data import german, settings
from zwk_data.display import memory, playlist
from zwk_data.export.xlsx import open_book, write_cell
from zwk_data.records import german_rows, history
from zwk_data.records.german_rows import KEY, Context
from zwk_data.records.intake.lines import EXAMPLE
from zwk_data.records.intake.raw import HIDDEN, MARK
from zwk_data.room import sessions
from zwk_data.schema.dates import MOMENT
from zwk_data.schema.structure import Field, Table
from zwk_data.schema.tables import entered, parents_first
from zwk_data.stores import access, admission, backup
from zwk_data.stores.backup import Content


def small_stores() -> list[backup.Small]:
    """The stores beside the programme: where the file of each lies or would lie, and its kind."""
    return [(sessions.store_path(), sessions.KIND), (settings.home() / memory.FILE, memory.KIND)]


def back_up(dataset: str, target: Path | None = None) -> tuple[list[Path], Content]:
    """Copy all as it stands now; ``target``: a folder or a file name. Returns the files, the programme's first.

    Each copy has been read whole when this returns. Raises ZwkError as ``stores.backup``.
    """
    file, content = backup.backup(dataset, target)
    return [file, *backup.back_up_small(small_stores(), file)], content


def check(file: Path) -> Content:
    """What the programme's backup holds. Raises ZwkError if it, or one made with it, can't be read whole."""
    backup.check_small(small_stores(), file)
    return backup.content(file)


def restore(dataset: str, file: Path) -> tuple[str | None, Content, list[Path]]:
    """Put the backup and those made with it back; returns the copy kept of the old programme, what the new one holds,
    and which small stores were put back.

    Raises ZwkError as ``stores.backup``.
    """
    kept, content = backup.restore(dataset, file)
    return kept, content, backup.restore_small(small_stores(), file)


def forget_before(dataset: str, moment: datetime) -> int:
    """Remove the backups in ``settings.backups()`` that were made before ``moment``, but never the newest; how many.

    What somebody has named otherwise stays.
    """
    made = {}
    for file in settings.backups().glob(f"programme-{dataset}-*.duckdb"):
        with suppress(ValueError):
            made[datetime.strptime(file.stem.removeprefix(f"programme-{dataset}-"), "%Y-%m-%dT%H%M%S")] = file
    gone = [file for at, file in sorted(made.items())[:-1] if at < moment]
    for file in gone:
        for one in (file, *file.parent.glob(f"{file.stem}-*.sqlite")):
            one.unlink()
    return len(gone)


def move_small(url: str, *, to_server: bool) -> list[str]:
    """Move the small stores and the files of the live display to the PostgreSQL at ``url``, or back; what was moved, in
    German."""
    moved: dict[str, int] = {}
    # and which logins have ended: copies of their cookies would count again
    for file, kind in (*small_stores(), (settings.home() / admission.FILE, admission.KIND)):
        moved |= backup.move_small(kind, file, url, to_server=to_server)
    return [
        german.count(moved.get("session", 0), "Sitzung", "Sitzungen"),
        german.count(moved.get("vote", 0), "Stimme", "Stimmen"),
        german.count(playlist.move_kept(url, to_server=to_server), "Datei", "Dateien") + " der Live-Anzeige",
    ]


#: rows of a template that offer choices
_ROWS = 1000
#: Excel keeps no longer text, and offers no longer list within a cell
_LONGEST, _LONGEST_LIST = 32_000, 255
#: Excel's format of a text: what is typed stays as it is typed, November 2022 does not become a day
_AS_TYPED = "@"


def everything() -> bytes:
    """All that the asker may see as one workbook: a sheet per table, areas, history.

    Read in again (records.intake) it brings back the same records with their keys; in a full one an empty cell means
    that nothing is known.
    """
    known = german_rows.context()
    with _book("alles" if access.current_scope().full else "auszug") as (book, buffer):
        tables = entered()
        for name in parents_first():
            if name in tables:
                _write_records(book, tables[name], german_rows.to_form(name, history.listed_records(name), known))
        _write_plain(book, "Gebiete der Kommunen", history.listed_areas())
        _write_plain(book, "Verlauf", history.listed_log())
    return buffer.getvalue()


def template(tables: Sequence[str]) -> bytes:
    """An empty workbook for lists of ``tables``, with choices, an example row, and a sheet „Anleitung“ about it.

    Raises KeyError for a table that people do not keep.
    """
    known = german_rows.context()
    lists: dict[str, list[str]] = {}
    with _book("vorlage", lists) as (book, buffer):
        wanted = [entered()[name] for name in tables]
        _add_guide(book, wanted)
        for table in wanted:
            _add_empty_list(book, table, known, lists)
    return buffer.getvalue()


@contextmanager
def _book(kind: str, lists: Mapping[str, list[str]] | None = None) -> Iterator[tuple[Any, BytesIO]]:
    """A workbook whose last sheet, hidden, says what it is and holds the lists to choose from."""
    buffer = BytesIO()
    with open_book(buffer) as book:
        book.set_properties({"title": "ZWK-Monitor"})
        yield book, buffer
        sheet = book.add_worksheet(HIDDEN)
        sheet.write_row(0, 0, (MARK, kind, "1"))
        for column, values in enumerate((lists or {}).values()):
            sheet.write_column(1, column, values)
        sheet.hide()


def _write_head(book: Any, sheet: Any, titles: Sequence[str], required: Sequence[str] = ()) -> None:
    plain = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#d3e6ea"})
    needed = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#f3d9a4"})
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, needed if title in required else plain)
    sheet.freeze_panes(1, 0)


def _format(book: Any, number_format: str, more: Mapping[str, Any] | None = None) -> Any:
    return book.add_format({"num_format": number_format, "valign": "top", **(more or {})})


def _write_records(book: Any, table: Table, frame: pd.DataFrame) -> None:
    sheet = book.add_worksheet(table.plural)
    _write_head(book, sheet, list(frame.columns), [one.label for one in table.fields if one.required])
    sheet.set_column(0, 0, 14)
    sheet.write_column(1, 0, frame[KEY])
    for column, one in enumerate(table.fields, start=1):
        form = _format(book, one.kind.excel.number_format)
        for row, value in enumerate(frame[one.label], start=1):
            _write_value(sheet, row, column, value, form)
        sheet.set_column(column, column, one.kind.excel.width)
    sheet.autofilter(0, 0, max(len(frame), 1), len(frame.columns) - 1)


def _write_plain(book: Any, name: str, frame: pd.DataFrame) -> None:
    sheet = book.add_worksheet(name)
    _write_head(book, sheet, list(frame.columns))
    text, moment = _format(book, _AS_TYPED), _format(book, MOMENT.excel.number_format)
    for column, title in enumerate(frame.columns):
        for row, value in enumerate(frame[title], start=1):
            _write_value(sheet, row, column, value, moment if isinstance(value, datetime) else text)
        sheet.set_column(column, column, 40 if title in ("Alt", "Neu") else 22)


def _write_value(sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
    if isinstance(value, str):
        # the sign before a line end that only some programs write would come back as another text
        if value:
            sheet.write_string(row, column, value.replace("\r\n", "\n").replace("\r", "\n")[:_LONGEST], form)
    elif value is not None:
        write_cell(sheet, row, column, value, form)


def _add_empty_list(book: Any, table: Table, known: Context, lists: dict[str, list[str]]) -> None:
    sheet = book.add_worksheet(table.plural)
    required = [one.label for one in table.fields if one.required]
    _write_head(book, sheet, [KEY, *german_rows.form_columns(table.name)], required)
    pale = {"italic": True, "font_color": "#666666"}
    sheet.set_column(0, 0, 14, _format(book, _AS_TYPED))
    sheet.write_comment(0, 0, "Bleibt leer bei neuen Einträgen. Die Beispielzeile wird nicht eingelesen.")
    sheet.write_string(1, 0, EXAMPLE, _format(book, _AS_TYPED, pale))
    for column, one in enumerate(table.fields, start=1):
        excel = one.kind.excel
        sheet.set_column(column, column, excel.width, _format(book, excel.number_format))
        sheet.write_comment(0, column, _help_text(one))
        choices = one.kind.choices(one, known.choices.get(one.parent, ()))
        example = choices[0] if choices and excel.example is None else excel.example
        _write_value(sheet, 1, column, example, _format(book, excel.number_format, pale))
        rule = _validation(one, choices, lists)
        if rule:
            sheet.data_validation(1, column, _ROWS, column, rule)


def _help_text(one: Field) -> str:
    needed = "Pflicht. " if one.required else ""
    return f"{needed}{one.help or one.kind.excel.hint}".strip()


def _validation(one: Field, choices: list[str], lists: dict[str, list[str]]) -> dict[str, Any] | None:
    """What Excel offers and asks for; it only warns, the import looks again."""
    hint = f"Erwartet wird {one.kind.excel.hint}."
    warning = {"error_type": "warning", "error_title": one.label, "error_message": hint}
    if one.kind.excel.limits:
        validate, least, most = one.kind.excel.limits
        if most is None:
            return {"validate": validate, "criteria": ">=", "value": least, **warning}
        return {"validate": validate, "criteria": "between", "minimum": least, "maximum": most, **warning}
    if not choices:
        return None
    if len(",".join(choices)) < _LONGEST_LIST and not any("," in one for one in choices):
        return {"validate": "list", "source": choices, **warning}
    name = one.parent or one.label
    lists.setdefault(name, choices)
    letter = xl_col_to_name(list(lists).index(name))
    return {"validate": "list", "source": f"='{HIDDEN}'!${letter}$2:${letter}${len(choices) + 1}", **warning}


def _add_guide(book: Any, tables: Sequence[Table]) -> None:
    sheet = book.add_worksheet("Anleitung")
    bold = book.add_format({"bold": True, "font_size": 14})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    lines = (
        "Jedes weitere Blatt ist eine Liste: eine Zeile je Eintrag, die Spaltenköpfe bitte stehen lassen.",
        "Gelb unterlegte Spalten sind Pflicht. Was nicht bekannt ist, bleibt leer.",
        "Die Zeile „Beispiel“ wird nicht eingelesen; die Spalte „Kennung“ bleibt bei neuen Einträgen leer.",
        "Bitte keine Namen von Privatpersonen eintragen, sondern Stellen und Funktionspostfächer.",
    )
    sheet.write_string(0, 0, "Vorlage für den ZWK-Monitor", bold)
    sheet.write_column(2, 0, lines)
    start = len(lines) + 3
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#d3e6ea"})
    sheet.write_row(start, 0, ("Blatt", "Spalte", "Pflicht", "Was hineingehört", "Mögliche Wörter"), head)
    fields = [(table, one) for table in tables for one in table.fields]
    for row, (table, one) in enumerate(fields, start=start + 1):
        words = ", ".join(one.choices.values())
        asked = f"{one.kind.excel.hint}. {one.help}" if one.help else one.kind.excel.hint
        sheet.write_row(row, 0, (table.plural, one.label, "ja" if one.required else "", asked, words), wrapped)
    for column, width in enumerate((24, 30, 9, 60, 70)):
        sheet.set_column(column, column, width)
