"""The matrix participant × stage as an HTML table: a sign, a word and a tint for each state, never colour alone."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pandas as pd

from zwk_data.german import number
from zwk_data.programme.stages import STATES
from zwk_data.programme.words import STAGES
from zwk_data.web.links import Link


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
