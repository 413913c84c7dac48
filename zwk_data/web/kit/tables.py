"""The matrix participant × stage as an HTML table: a sign, a word and a tint for each state, never colour alone.

Tables whose cells lead somewhere: to another page of ours, or to the source of a fact.

A frame as a plain HTML table: readable by everyone, a screen reader included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlencode

import pandas as pd

from zwk_data import german
from zwk_data.german import MISSING, Format, TableColumn, number, table_columns
from zwk_data.programme.stages import STATES, publisher
from zwk_data.schema.words import STAGES


@dataclass(frozen=True)
class Link:
    """A link: what it says and where it leads; ``described`` completes the text for those who only hear it."""

    text: str
    href: str
    described: str = ""

    def html(self) -> str:
        """The anchor, escaped; sources of others open without telling them where the reader came from."""
        outside = ' rel="noopener noreferrer"' if self.href.startswith("http") else ""
        more = f'<span class="zwk-unseen"> {escape(self.described)}</span>' if self.described else ""
        return f'<a href="{escape(self.href, quote=True)}"{outside}>{escape(self.text)}{more}</a>'


def page_link(page: str, **parameters: str | None) -> str:
    """An address of our own: ``page_link("stufen", kommune="riesa")`` -> ``/stufen?kommune=riesa``, without Nones."""
    query = urlencode({key: value for key, value in parameters.items() if value})
    return f"/{page}?{query}" if query else f"/{page}"


def source_link(url: object, described: str = "") -> Link | str:
    """A link to a source that says who publishes it; a dash for none."""
    if not isinstance(url, str) or not url:
        return MISSING
    return Link(publisher(url), url, described)


def cell_html(value: object) -> str:
    """One cell: a link, or text; missing is a dash."""
    if isinstance(value, Link):
        return value.html()
    return escape(str(value)) if isinstance(value, str | int) and value != "" else MISSING


def linked_table(columns: Mapping[str, Sequence[object]], caption: str, *, numeric: Sequence[str] = ()) -> str:
    """A table's HTML from column name -> cells (text, whole numbers or ``Link``); the first column heads its row."""
    right = {name: ' class="n"' if name in numeric else "" for name in columns}
    head = "".join(f'<th scope="col"{right[name]}>{escape(name)}</th>' for name in columns)
    body = []
    for row in zip(*columns.values(), strict=True):
        cells = [
            f'<th scope="row"{kind}>{cell_html(value)}</th>' if i == 0 else f"<td{kind}>{cell_html(value)}</td>"
            for i, (value, kind) in enumerate(zip(row, right.values(), strict=True))
        ]
        body.append(f"<tr>{''.join(cells)}</tr>")
    if not body:
        body.append(f'<tr><td colspan="{len(columns)}">Keine Einträge</td></tr>')
    return (
        f'<div class="zwk-table zwk-links" role="region" aria-label="{escape(caption, quote=True)}" tabindex="0">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def matrix_html(
    people: pd.DataFrame,
    cells: pd.DataFrame,
    caption: str,
    *,
    link: Callable[[str], Link],
    group: str | None = None,
    small: bool = False,
    chosen: str | None = None,
) -> str:
    """One row per participant of ``people`` (participant_id, and the column ``group`` if given), in its order.

    ``cells``: see ``stages.matrix``. ``link`` makes the row's head from a participant_id. ``group``: rows with the same
    value stand together under it as a heading. ``small``: signs only, the words are there for screen readers.
    ``chosen``: the row to mark.
    """
    by_participant = dict(iter(cells.groupby("participant_id", sort=False)))
    columns = "".join(
        f'<th scope="col"><span class="zwk-step">{i}</span>{_head(name, small)}</th>'
        for i, name in enumerate(STAGES.values(), start=1)
    )
    head = f'<tr><th scope="col">Kommune</th>{columns}{"" if small else _SUM}</tr>'
    blocks = [("", people)] if group is None else list(people.groupby(group, sort=False))
    bodies = []
    for title, block in blocks:
        rows = [_row(key, by_participant[key], link, small, key == chosen) for key in block["participant_id"]]
        if group:
            rows.insert(0, f'<tr class="zwk-group"><th scope="rowgroup" colspan="7">{escape(str(title))}</th></tr>')
        bodies.append(f"<tbody>{''.join(rows)}</tbody>")
    kind = "zwk-matrix zwk-small" if small else "zwk-matrix"
    return (
        f'<div class="zwk-table {kind}" role="region" aria-label="{escape(caption, quote=True)}" tabindex="0">'
        f"<table><caption>{escape(caption)}</caption><thead>{head}</thead>{''.join(bodies)}</table></div>"
    )


_SUM = '<th scope="col" class="n">Belegte Stufen</th>'


def _head(name: str, small: bool) -> str:
    return f'<span class="zwk-unseen"> {escape(name)}</span>' if small else f" {escape(name)}"


def _row(participant: str, cells: pd.DataFrame, link: Callable[[str], Link], small: bool, chosen: bool) -> str:
    shown = []
    for state, text, note in zip(cells["state"], cells["text"], cells["note"], strict=True):
        words = f'<span class="zwk-unseen">{escape(text)}</span>' if small or state == "none" else escape(text)
        hint = f' title="{escape(f"{text}; {note}" if note else text, quote=True)}"'
        shown.append(f'<td class="zwk-is-{state}"{hint}>{sign(state)}{words}</td>')
    documented = number(int((cells["state"] != "none").sum()))
    total = "" if small else f'<td class="n">{documented}</td>'
    mark = ' class="zwk-chosen"' if chosen else ""
    return f'<tr{mark}><th scope="row">{link(participant).html()}</th>{"".join(shown)}{total}</tr>'


def sign(state: str) -> str:
    """The sign of a state: the fuller the disc, the more exact the source; a dash for nothing."""
    return f'<span class="zwk-sign zwk-{state}" aria-hidden="true"></span>'


def legend_html() -> str:
    """What the signs mean, as a list."""
    items = "".join(f"<li>{sign(state)}{escape(name)}</li>" for state, name in STATES.items())
    return f'<ul class="zwk-legend" aria-label="Zeichenerklärung">{items}</ul>'


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
