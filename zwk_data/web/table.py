"""A frame as a plain HTML table: readable by everyone, a screen reader included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

import pandas as pd

from zwk_data import german
from zwk_data.german_cells import Format, TableColumn, table_columns


def table_html(
    frame: pd.DataFrame,
    caption: str,
    *,
    numeric: Sequence[str] = (),
    formats: Mapping[str, Format] | None = None,
    row_header: bool = True,
    max_height: int | None = None,
    max_rows: int = 500,
    titled: bool = False,
) -> str:
    """The table's HTML: caption, column headers with scope, first column as row headers.

    ``numeric`` names text columns to set right-aligned as well; ``formats`` maps a column to decimals or to a function
    value -> text; ``max_height`` in pixels makes the table scroll under a sticky header. Of more than ``max_rows`` rows
    only the first are shown, and the table says so. All text is escaped. The index is ignored.
    ``titled``: the caption stands above as a heading, and is only read out.
    """
    # decimals follow from all rows, not only from those shown
    shown = [replace(one, texts=one.texts[:max_rows]) for one in table_columns(frame, formats, numeric)]
    kinds = [_kind(one) for one in shown]
    head = "".join(_tag("th", one.name, kind, "col") for one, kind in zip(shown, kinds, strict=True))
    body = "".join(
        f"<tr>{_tag('th', row[0], kinds[0], 'row') if row_header else _tag('td', row[0], kinds[0])}"
        f"{''.join(_tag('td', text, kind) for text, kind in zip(row[1:], kinds[1:], strict=True))}</tr>"
        for row in zip(*(one.texts for one in shown), strict=True)
    )
    if frame.empty:
        body = f'<tr><td colspan="{max(len(shown), 1)}">Keine Einträge</td></tr>'
    rest = ""
    if len(frame) > max_rows:
        shares = f"{german.number(max_rows)} von {german.number(len(frame))}"
        rest = f'<p class="zwk-note">Gezeigt sind die ersten {shares} Zeilen.</p>'
    height = f"; max-height: {max_height}px" if max_height else ""
    unseen = ' class="zwk-unseen"' if titled else ""
    return (
        f'<div class="zwk-table" role="region" aria-label="{escape(caption)}" tabindex="0" '
        f'style="--columns: {len(shown)}{height}"><table><caption{unseen}>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{rest}"
    )


def _kind(column: TableColumn) -> str:
    """CSS classes of a column: ``n`` set to the right as numbers are, ``s`` so short that it never wraps."""
    return " ".join(["n"] * column.right + ["s"] * column.short)


def _tag(name: str, text: str, kind: str, scope: str = "") -> str:
    attributes = (f' scope="{scope}"' if scope else "") + (f' class="{kind}"' if kind else "")
    return f"<{name}{attributes}>{escape(text)}</{name}>"
