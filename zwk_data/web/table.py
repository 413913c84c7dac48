"""A frame as a plain HTML table: readable by everyone, a screen reader included."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape

import pandas as pd

from zwk_data import german

#: a column's form: decimals, or a function value -> text
Format = int | Callable[[object], str]
#: counted and named, but never grouped by thousands
PLAIN_NUMBERS = ("Jahr", "AGS", "ARS", "Schlüssel", "Gebietsstand")


def _missing(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def _default_format(column: str, values: pd.Series) -> Format | None:
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return None
    if str(column).startswith(PLAIN_NUMBERS):
        return lambda value: str(int(float(str(value))))
    known = values.dropna()
    return 0 if known.empty or bool((known == known.round()).all()) else 1


def cell(value: object, form: Format | None = None) -> str:
    """One value as German text, not yet escaped: missing -> –, dates -> dd.mm.yyyy, yes/no -> ja/nein."""
    if _missing(value):
        return german.MISSING
    if callable(form):
        return form(value)
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, date):
        return german.day(value)
    if form is not None:
        return german.number(float(str(value)), form)
    return str(value)


def table_html(
    frame: pd.DataFrame,
    caption: str,
    *,
    numeric: Sequence[str] = (),
    formats: Mapping[str, Format] | None = None,
    row_header: bool = True,
    max_height: int | None = None,
    max_rows: int = 500,
) -> str:
    """The table's HTML: caption, column headers with scope, first column as row headers.

    ``numeric`` names text columns to set right-aligned as well; ``formats`` maps a column to decimals or to a function
    value -> text; ``max_height`` in pixels makes the table scroll under a sticky header. Of more than ``max_rows`` rows
    only the first are shown, and the table says so. All text is escaped. The index is ignored.
    """
    formats = formats or {}
    columns = [str(c) for c in frame.columns]
    forms = {c: formats.get(c, _default_format(c, frame[c])) for c in frame.columns}
    right = {c for c in frame.columns if pd.api.types.is_numeric_dtype(frame[c]) and frame[c].dtype != bool} | set(
        numeric
    )
    shown = frame.head(max_rows)

    def tag(name: str, text: str, column: str, extra: str = "") -> str:
        kind = ' class="n"' if column in right else ""
        return f"<{name}{extra}{kind}>{escape(text)}</{name}>"

    head = "".join(tag("th", str(c), c, ' scope="col"') for c in frame.columns)
    body = []
    for row in shown.itertuples(index=False, name=None):
        cells = []
        for i, (column, value) in enumerate(zip(frame.columns, row, strict=True)):
            text = cell(value, forms[column])
            cells.append(tag("th", text, column, ' scope="row"') if i == 0 and row_header else tag("td", text, column))
        body.append(f"<tr>{''.join(cells)}</tr>")
    if not len(frame):
        body.append(f'<tr><td colspan="{max(len(columns), 1)}">Keine Einträge</td></tr>')
    rest = ""
    if len(frame) > max_rows:
        shares = f"{german.number(max_rows)} von {german.number(len(frame))}"
        rest = f'<p class="zwk-note">Gezeigt sind die ersten {shares} Zeilen.</p>'
    style = f' style="max-height:{max_height}px"' if max_height else ""
    return (
        f'<div class="zwk-table" role="region" aria-label="{escape(caption)}" tabindex="0"{style}>'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>{rest}"
    )
