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

#: characters; up to here a cell is a number, a date, a key
SHORT = 16


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
    shown, formats = frame.head(max_rows), formats or {}
    columns, kinds = [], []
    for position, name in enumerate(frame.columns):
        values = frame.iloc[:, position]
        form = formats.get(str(name), _default_format(str(name), values))
        texts = [cell(value, form) for value in shown.iloc[:, position].tolist()]
        columns.append(texts)
        kinds.append(_kind(values, texts, right=str(name) in numeric))

    head = "".join(_tag("th", str(c), k, "col") for c, k in zip(frame.columns, kinds, strict=True))
    body = "".join(
        f"<tr>{_tag('th', row[0], kinds[0], 'row') if row_header else _tag('td', row[0], kinds[0])}"
        f"{''.join(_tag('td', text, kind) for text, kind in zip(row[1:], kinds[1:], strict=True))}</tr>"
        for row in zip(*columns, strict=True)
    )
    if frame.empty:
        body = f'<tr><td colspan="{max(len(columns), 1)}">Keine Einträge</td></tr>'
    rest = ""
    if len(frame) > max_rows:
        shares = f"{german.number(max_rows)} von {german.number(len(frame))}"
        rest = f'<p class="zwk-note">Gezeigt sind die ersten {shares} Zeilen.</p>'
    height = f"; max-height: {max_height}px" if max_height else ""
    return (
        f'<div class="zwk-table" role="region" aria-label="{escape(caption)}" tabindex="0" '
        f'style="--columns: {len(columns)}{height}"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{rest}"
    )


def _kind(values: pd.Series, texts: list[str], *, right: bool) -> str:
    """CSS classes of a column: ``n`` set to the right as numbers are, ``s`` so short that it never wraps."""
    right |= pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return " ".join(["n"] * right + ["s"] * all(len(text) <= SHORT for text in texts))


def _tag(name: str, text: str, kind: str, scope: str = "") -> str:
    attributes = (f' scope="{scope}"' if scope else "") + (f' class="{kind}"' if kind else "")
    return f"<{name}{attributes}>{escape(text)}</{name}>"
