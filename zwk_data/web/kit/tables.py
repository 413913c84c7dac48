"""HTML tables that everybody can read, a screen reader included: frames, tables that link, the matrix of the stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlencode

import pandas as pd
from markupsafe import Markup

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
        """The anchor, escaped; sites of others are not told where the reader came from."""
        outside = ' rel="noopener noreferrer"' if self.href.startswith("http") else ""
        more = f'<span class="zwk-unseen"> {escape(self.described)}</span>' if self.described else ""
        return f'<a href="{escape(self.href)}"{outside}>{escape(self.text)}{more}</a>'


def page_link(page: str, **parameters: str | None) -> str:
    """An address of our own: ``page_link("stufen", kommune="riesa")`` -> ``/stufen?kommune=riesa``, without Nones."""
    query = urlencode({key: value for key, value in parameters.items() if value})
    return f"/{page}?{query}" if query else f"/{page}"


def source_link(url: object, described: str = "") -> Link | str:
    """A link to a source that says who publishes it; a dash for none."""
    if not isinstance(url, str) or not url:
        return MISSING
    return Link(publisher(url), url, described)


@dataclass(frozen=True)
class Cell:
    """One cell: text, a number, a link, or HTML that is ready (``Markup``).

    ``scope``: "col", "row" or "rowgroup" for a cell that heads one, "" for any other. ``classes``: of CSS.
    ``columns``: how many it spans, 0 for just its own. ``title``: what shows under a resting pointer.
    """

    content: str | int | Link | Markup
    scope: str = ""
    classes: str = ""
    columns: int = 0
    title: str = ""

    def html(self) -> str:
        """The element, escaped."""
        given = {"scope": self.scope, "class": self.classes, "colspan": self.columns, "title": self.title}
        attributes = "".join(f' {name}="{escape(str(value))}"' for name, value in given.items() if value)
        if isinstance(self.content, Link):
            inner = self.content.html()
        else:
            inner = self.content if isinstance(self.content, Markup) else escape(str(self.content))
        element = "th" if self.scope else "td"
        return f"<{element}{attributes}>{inner}</{element}>"


@dataclass(frozen=True)
class HtmlTable:
    """What a table is drawn from. ``bodies``: groups of rows, each row as HTML (``row_html``).

    ``classes`` and ``style``: of the element around it, which scrolls. ``titled``: the caption stands above as a
    heading, and is only read out.
    """

    caption: str
    head: Sequence[Cell]
    bodies: Sequence[Sequence[str]]
    classes: str = ""
    style: str = ""
    titled: bool = False

    def html(self) -> str:
        """The whole table, in an element that scrolls and can be reached by keyboard."""
        style = f' style="{self.style}"' if self.style else ""
        unseen = ' class="zwk-unseen"' if self.titled else ""
        nothing = [[row_html([Cell("Keine Einträge", columns=max(len(self.head), 1))])]]
        bodies = "".join(f"<tbody>{''.join(rows)}</tbody>" for rows in (self.bodies if any(self.bodies) else nothing))
        return (
            f'<div class="{f"zwk-table {self.classes}".strip()}" role="region" aria-label="{escape(self.caption)}" '
            f'tabindex="0"{style}><table><caption{unseen}>{escape(self.caption)}</caption>'
            f"<thead>{row_html(self.head)}</thead>{bodies}</table></div>"
        )


def row_html(cells: Iterable[Cell], classes: str = "") -> str:
    """One row of a table."""
    given = f' class="{classes}"' if classes else ""
    return f"<tr{given}>{''.join(cell.html() for cell in cells)}</tr>"


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
    """A frame as a table: caption, column headers with scope, first column as row headers. The index is ignored.

    ``numeric`` names text columns to align right as well; ``formats`` maps a column to decimals or to a function
    value -> text; ``max_height`` in pixels makes the table scroll under a sticky header. Of more than ``max_rows`` rows
    only the first are shown, and the table says so. ``titled``: see ``HtmlTable``.
    """
    # decimals follow from all rows, not only from those shown
    columns = [replace(one, texts=one.texts[:max_rows]) for one in table_columns(frame, formats, numeric)]
    kinds = [_column_classes(one) for one in columns]
    rows = zip(*(one.texts for one in columns), strict=True)
    table = HtmlTable(
        caption,
        [Cell(one.name, "col", kind) for one, kind in zip(columns, kinds, strict=True)],
        [[_row(texts, kinds, "row" if row_header else "") for texts in rows]],
        style=f"--columns: {len(columns)}" + (f"; max-height: {max_height}px" if max_height else ""),
        titled=titled,
    )
    if len(frame) <= max_rows:
        return table.html()
    shares = f"{german.number(max_rows)} von {german.number(len(frame))}"
    return f'{table.html()}<p class="zwk-note">Gezeigt sind die ersten {shares} Zeilen.</p>'


def _column_classes(column: TableColumn) -> str:
    """``n``: aligned right as numbers are; ``s``: so short that it never wraps."""
    return " ".join(["n"] * column.right + ["s"] * column.short)


def _row(contents: Iterable[str | int | Link], kinds: Sequence[str], scope: str) -> str:
    """A row whose first cell has the ``scope``; ``kinds``: classes of each column."""
    return row_html(
        Cell(content, "" if number else scope, kind)
        for number, (content, kind) in enumerate(zip(contents, kinds, strict=True))
    )


def linked_table(columns: Mapping[str, Sequence[object]], caption: str, *, numeric: Sequence[str] = ()) -> str:
    """A table from column name -> cells (text, whole numbers or ``Link``); the first column heads its row."""
    kinds = ["n" if name in numeric else "" for name in columns]
    head = [Cell(name, "col", kind) for name, kind in zip(columns, kinds, strict=True)]
    rows = zip(*columns.values(), strict=True)
    body = [_row([_or_dash(value) for value in row], kinds, "row") for row in rows]
    return HtmlTable(caption, head, [body], "zwk-links").html()


def _or_dash(value: object) -> str | int | Link:
    return value if isinstance(value, str | int | Link) and value != "" else MISSING


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
    """The matrix participant × stage: a sign, a word and a tint for each state, never colour alone.

    One row per participant of ``people`` (participant_id, and the column ``group`` if given), in its order. ``cells``:
    see ``stages.matrix``. ``link`` makes the row's head from a participant_id. ``group``: rows with the same value
    stand together, with it as a heading. ``small``: signs only, the words are there for screen readers. ``chosen``:
    the row to mark.
    """
    by_participant = dict(iter(cells.groupby("participant_id", sort=False)))
    head = [Cell("Kommune", "col")]
    for i, name in enumerate(STAGES.values(), start=1):
        step, words = Markup('<span class="zwk-step">{}</span>').format(i), f" {name}"
        head.append(Cell(step + (_unseen(words) if small else words), "col"))
    if not small:
        head.append(Cell("Belegte Stufen", "col", "n"))
    blocks = [("", people)] if group is None else list(people.groupby(group, sort=False))
    bodies = []
    for title, block in blocks:
        rows = [
            row_html(
                [Cell(link(key), "row"), *_stage_cells(by_participant[key], small)],
                "zwk-chosen" if key == chosen else "",
            )
            for key in block["participant_id"]
        ]
        if group:
            rows.insert(0, row_html([Cell(str(title), "rowgroup", columns=7)], "zwk-group"))
        bodies.append(rows)
    return HtmlTable(caption, head, bodies, "zwk-matrix zwk-small" if small else "zwk-matrix").html()


def _stage_cells(stages: pd.DataFrame, small: bool) -> list[Cell]:
    """The cells of one participant: each stage's state and, unless ``small``, how many are documented."""
    found = []
    for state, text, note in zip(stages["state"], stages["text"], stages["note"], strict=True):
        words = _unseen(text) if small or state == "none" else text
        hint = f"{text}; {note}" if note else text
        found.append(Cell(Markup(sign(state)) + words, classes=f"zwk-is-{state}", title=hint))  # noqa: S704
    if not small:
        found.append(Cell(number(int((stages["state"] != "none").sum())), classes="n"))
    return found


def _unseen(words: str) -> Markup:
    """Words for screen readers only."""
    return Markup('<span class="zwk-unseen">{}</span>').format(words)


def sign(state: str) -> str:
    """The sign of a state: the fuller the disc, the more exact the source; a dash for nothing."""
    return f'<span class="zwk-sign zwk-{state}" aria-hidden="true"></span>'


def legend_html() -> str:
    """What the signs mean, as a list."""
    items = "".join(f"<li>{sign(state)}{escape(name)}</li>" for state, name in STATES.items())
    return f'<ul class="zwk-legend" aria-label="Zeichenerklärung">{items}</ul>'
