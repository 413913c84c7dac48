"""HTML that is made here: from the templates in ``templates/``, for pages, walls and phones; and accessible tables
(frames, tables with links, the matrix of the stages).
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from zwk_data import german, settings
from zwk_data.german import MISSING, Format, number, table_columns
from zwk_data.programme import participants
from zwk_data.programme.stages import STATES, is_documented, publisher
from zwk_data.schema.words import STAGES
from zwk_data.web.kit import assets


def render(template: str, **values: Any) -> str:
    """The HTML of a template such as ``mitmachen/warten``; every value is escaped, a missing one is a fault."""
    return _environment().get_template(f"{template}.html").render(values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(address=settings.address, asset=assets.url, count=german.count, zip=zip)
    made.filters.update(wort=longest_word, trennbar=breakable, zeilen=lines, zitat=german.quoted)
    return made


def longest_word(text: str) -> int:
    """Length of the longest piece of text that can't be broken: it limits the size of a heading."""
    return max((len(piece) for piece in re.findall(r"[^\s/-]+[/-]?", text)), default=1)


def lines(texts: Iterable[str], letters: int) -> int:
    """How many lines of ``letters`` characters the texts need, each on lines of its own: it limits the size of type."""
    return sum(len(textwrap.wrap(text, letters)) for text in texts)


def breakable(text: str) -> str:
    """Allow a line break after each slash; browsers see none there."""
    return text.replace("/", "/\u200b")


#: pixels of a row of one line: a table that scrolls says so if its rows need more than the height it has
ROW = 36


@dataclass(frozen=True)
class Link:
    """A link: its text and its target; ``described`` completes the text for screen readers."""

    text: str
    href: str
    described: str = ""

    def html(self) -> Markup:
        """The anchor; external sites get no referrer."""
        outside = Markup(' rel="noopener noreferrer"') if self.href.startswith("http") else ""
        more = Markup('<span class="zwk-unseen"> {}</span>').format(self.described) if self.described else ""
        return Markup('<a href="{}"{}>{}{}</a>').format(self.href, outside, self.text, more)

    #: what templates and Markup ask for
    __html__ = html


def page_link(page: str, **parameters: str | None) -> str:
    """An address of our own: ``page_link("stufen", kommune="riesa")`` -> ``/stufen?kommune=riesa``, without Nones."""
    query = urlencode({key: value for key, value in parameters.items() if value})
    return settings.address(f"/{page}?{query}" if query else f"/{page}")


def source_link(url: object, described: str = "") -> Link | str:
    """A link to a source that says who publishes it; a dash for none."""
    if not isinstance(url, str) or not url:
        return MISSING
    return Link(publisher(url), url, described)


def stage_links(participant_ids: Iterable[str]) -> list[Link]:
    """Each Kommune's name, leading to its events."""
    names = participants.names()
    return [Link(names[key], page_link("stufen", kommune=key), "Termine zeigen") for key in participant_ids]


def table_html(
    frame: pd.DataFrame,
    caption: str,
    *,
    names: Mapping[str, str] | None = None,
    numeric: Sequence[str] = (),
    formats: Mapping[str, Format] | None = None,
    max_height: int | None = None,
    max_rows: int = 500,
    titled: bool = False,
) -> str:
    """A frame as a table: caption, column headers with scope, first column as row headers. The index is ignored.

    ``names``: which columns to show, and what they are called; all else speaks of the columns by these names.
    ``numeric`` names text columns to align right as well; ``formats`` maps a column to decimals or to a function
    value -> text; ``max_height`` in pixels makes the table scroll under a sticky header. Of more than ``max_rows`` rows
    only the first are shown, and the table says so. ``titled``: the caption stands above as a heading, and is only read
    out.
    """
    # decimals follow from all rows, not only from those shown
    shown = frame if names is None else frame[list(names)].rename(columns=names)
    columns = table_columns(shown, formats, numeric, most=max_rows)
    return render(
        "tabelle/tabelle",
        caption=caption,
        # n: aligned right as numbers are; s: so short that it never wraps
        columns=[(one.name, " ".join(["n"] * one.right + ["s"] * one.short)) for one in columns],
        rows=list(zip(*(one.texts for one in columns), strict=True)),
        style=f"--columns: {len(columns)}" + (f"; max-height: {max_height}px" if max_height else ""),
        titled=titled,
        cut=f"{number(max_rows)} von {number(len(frame))}" if len(frame) > max_rows else "",
        more=number(min(len(frame), max_rows)) if max_height and len(frame) * ROW > max_height else "",
    )


def linked_table(columns: Mapping[str, Sequence[object]], caption: str, *, numeric: Sequence[str] = ()) -> str:
    """A table from column name -> cells (text, whole numbers or ``Link``); the first column heads its row."""
    return render(
        "tabelle/tabelle",
        caption=caption,
        columns=[(name, "n" if name in numeric else "") for name in columns],
        rows=[[_or_dash(value) for value in row] for row in zip(*columns.values(), strict=True)],
        classes="zwk-links",
    )


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
    ids = people["participant_id"]
    return render(
        "tabelle/stufen",
        caption=caption,
        stages=STAGES.values(),
        groups=ids.groupby(people[group], sort=False) if group else [("", ids)],
        cells=rows_by_participant(cells),
        documented=is_documented(cells).groupby(cells["participant_id"]).sum(),
        link=link,
        small=small,
        chosen=chosen,
        classes="zwk-matrix zwk-small" if small else "zwk-matrix",
    )


def rows_by_participant(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """participant_id -> its rows (named tuples), in the order of ``frame``."""
    found: dict[str, list[Any]] = {}
    # in one go: each call of itertuples makes a class of its own
    for row in frame.itertuples(index=False):
        found.setdefault(str(row.participant_id), []).append(row)
    return found


def legend_html() -> str:
    """What the signs of the matrix mean, as a list."""
    return render("tabelle/zeichenerklaerung", states=STATES)
