"""The building blocks of all pages: header, headline figures, a chart with all that belongs to it, a table, a dossier's
blocks.

Texts are plain text, never markup: they are escaped here. Headings: ``page_header`` is the page's only h1, ``section``
an h2, a chart's title an h3 (``level=2`` where a chart stands under no section).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import wraps
from html import escape
from typing import Any, Literal, ParamSpec, TypeVar

import streamlit as st
from markupsafe import Markup

from zwk_data.charts.chart import Chart, Described, Figure, narrowed
from zwk_data.charts.chart import config as chart_config
from zwk_data.charts.map import MapChart
from zwk_data.charts.place_strip import Strips
from zwk_data.demography.source_lines import linked
from zwk_data.dossier.model import Block, Facts, Picture, TableBlock, Words
from zwk_data.errors import ZwkError
from zwk_data.german import Format
from zwk_data.web.kit import markup
from zwk_data.web.kit.components import draw_map, share, with_quelle
from zwk_data.web.kit.markup import Link, render
from zwk_data.web.kit.still import still

P = ParamSpec("P")
T = TypeVar("T")


#: within ``one_element``: the HTML gathered since the last element of Streamlit's
_gathered: ContextVar[list[str] | None] = ContextVar("zwk_gathered", default=None)


def _html(text: str) -> None:
    """Draw HTML, or add it to what becomes one element."""
    gathered = _gathered.get()
    if gathered is None:
        st.html(text)
    else:
        gathered.append(f"<div>{text}</div>")


@contextmanager
def one_element() -> Iterator[None]:
    """Let what follows one another of words, lists, tables and pictures be one element of Streamlit's.

    Each costs a browser more than what it shows. Of all else only a chart by ``show`` may be drawn within.
    """
    before = _gathered.set([])
    try:
        yield
    finally:
        _draw_gathered()
        _gathered.reset(before)


def _draw_gathered() -> None:
    gathered = _gathered.get()
    if gathered:
        st.html(f'<div class="zwk-element">{"".join(gathered)}</div>')
        gathered.clear()


@contextmanager
def _apart() -> Iterator[None]:
    """For what is no HTML of ours: it stands after all that was gathered, and nothing in it is."""
    _draw_gathered()
    before = _gathered.set(None)
    try:
        yield
    finally:
        _gathered.reset(before)


def page_header(title: str, lead: str = "") -> None:
    """The page's heading and one or two sentences that say what it answers."""
    text = f'<p class="zwk-lead">{escape(lead)}</p>' if lead else ""
    _html(f'<header class="zwk-header"><h1>{escape(title)}</h1>{text}</header>')


def section(title: str, text: str = "", *, anchor: str = "") -> None:
    """A section's heading, with a sentence beneath if need be; ``anchor``: its id, for ``contents``."""
    below = f'<p class="zwk-text">{escape(text)}</p>' if text else ""
    target = f' id="{escape(anchor)}" tabindex="-1"' if anchor else ""
    _html(f'<div class="zwk-section"><h2{target}>{escape(title)}</h2>{below}</div>')


def contents(titles: Mapping[str, str]) -> None:
    """Links to the sections of this page: ``anchor`` of each -> its title."""
    links = "".join(f'<li><a href="#{escape(key)}">{escape(title)}</a></li>' for key, title in titles.items())
    head = '<p aria-hidden="true">Inhalt</p>'
    _html(f'<nav class="zwk-contents" aria-label="Inhalt dieser Seite">{head}<ol>{links}</ol></nav>')


def prose(sentences: Sequence[str]) -> None:
    """Sentences as one paragraph, in the size of a lead."""
    _html(f'<p class="zwk-prose">{escape(" ".join(sentences))}</p>')


def points(sentences: Sequence[str]) -> None:
    """Sentences as a list of points."""
    _html(f'<ul class="zwk-points">{"".join(f"<li>{escape(one)}</li>" for one in sentences)}</ul>')


def subsection(title: str) -> None:
    """A heading within a section (h3)."""
    _html(f'<h3 class="zwk-chart-title">{escape(title)}</h3>')


def linked_text(pieces: Sequence[str | Link]) -> None:
    """A paragraph made of plain text and links."""
    _html(f'<p class="zwk-text">{Markup("").join(pieces)}</p>')


def glossary(entries: Sequence[tuple[str, Sequence[str]]], anchors: Sequence[str] = ()) -> None:
    """Terms with their explanations, in two columns where there is room: (term, paragraphs); ``anchors``: their ids."""
    targets = [f' id="{escape(anchor)}" tabindex="-1"' for anchor in anchors] or [""] * len(entries)
    items = "".join(
        f"<div{target}><dt>{escape(term)}</dt>{''.join(f'<dd>{escape(text)}</dd>' for text in texts if text)}</div>"
        for (term, texts), target in zip(entries, targets, strict=True)
    )
    _html(f'<dl class="zwk-glossary">{items}</dl>')


def figures(items: Sequence[tuple[str, str, str]]) -> None:
    """A row of headline figures: (label, value as German text, help text or empty)."""
    cells = "".join(
        f"<div><dt>{escape(label)}</dt><dd><b>{escape(value)}</b>"
        f"{f'<span>{escape(explanation)}</span>' if explanation else ''}</dd></div>"
        for label, value, explanation in items
    )
    _html(f'<dl class="zwk-figures">{cells}</dl>')


def source_line(text: str) -> None:
    """Where the figures above come from: „Quelle: …“ (the word is added when missing)."""
    _html(_source(text))


def source_text(text: str) -> None:
    """A paragraph on sources, linked as source lines are."""
    linked_text(_with_links(text))


def _source(text: str) -> str:
    return f'<p class="zwk-source">{Markup("").join(_with_links(with_quelle(text)))}</p>'


def _with_links(text: str) -> list[str | Link]:
    """The text with links to licence, database and BKG."""
    return [Link(words, address) if address else words for words, address in linked(text)]


def notice(text: str, *, kind: Literal["info", "warning"] = "info") -> None:
    """A sentence the reader must know, set off quietly."""
    _html(f'<p class="zwk-notice zwk-{kind}" role="note">{escape(text)}</p>')


def field_fault(key: str, sentence: str) -> None:
    """What is wrong with the field ``key``; zugang.js ties both together for whoever does not see that they do."""
    with st.container(key=f"fehler-{key}"):
        st.error(sentence, icon=":material/error:")


@dataclass(frozen=True)
class CellFault:
    """What is wrong with a cell of an editable table: a ``sentence`` that names record and field, and where it is.

    ``column`` and ``row`` as the editor counts them, None if it does not show the cell; ``head``: what stands in the
    first column of its row, where rows may be sorted.
    """

    sentence: str
    column: int | None = None
    row: int | None = None
    head: str = ""


def cell_faults(key: str, faults: Sequence[CellFault]) -> None:
    """What is wrong in the editable table ``key``, with a way to each cell; zugang.js ties cells and sentences."""
    with st.container(key=f"fehler-{key}"):
        _html(render("tabelle/fehler", faults=faults))


@contextmanager
def faults_shown() -> Iterator[None]:
    """Show the German sentence of a ZwkError raised within the block, which ends there."""
    try:
        yield
    except ZwkError as error:
        st.error(str(error), icon=":material/error:")


def on_page(html: Callable[P, str]) -> Callable[P, None]:
    """A function that draws the HTML ``html`` returns for the same arguments; nothing for an empty text."""

    @wraps(html)
    def draw(*args: P.args, **options: P.kwargs) -> None:
        if text := html(*args, **options):
            _html(text)

    return draw


html_table = on_page(markup.table_html)
linked_table = on_page(markup.linked_table)


def strips_html(strips: Strips) -> str:
    """One chapter as HTML; on a phone each figure becomes a block of its own."""
    return render("profil/streifen", strips=strips)


def show_strips(strips: Strips) -> None:
    """Draw one chapter with its source line; ``strip_legend`` has its note."""
    _html(strips_html(strips))
    source_line(strips.source)


def strip_legend(place: str, shown: Sequence[Strips]) -> None:
    """What the marks mean, and what must be known to read the tables ``shown``."""
    _html(render("profil/zeichen", place=place, note=max((one.note for one in shown), key=len, default="")))


@contextmanager
def on_demand(label: str, *, key: str) -> Iterator[bool]:
    """Something to open, whose content is made only if this is true: once opened it stays, or what is typed were lost.

    Forms that most readers never open take a browser longer than the page that they came for.
    """
    with st.expander(label, key=key, on_change="rerun", type="compact") as box:
        made = f"{key}-gezeigt"
        st.session_state[made] = bool(box.open) or st.session_state.get(made, False)
        yield st.session_state[made]


#: in the session: of which place fields are drawn, and what they held when they were drawn first
OPENED = "zwk-zuerst"


def as_opened(widget: str, now: T) -> T:
    """What a field held when it was first drawn on this visit to a page of a place: others may save meanwhile.

    ``forget_opened`` ends it, when the person has seen the new state, and so does any other place or page.
    """
    place = [st.query_params.get(one) for one in ("kommune", "gebiet")]
    if st.session_state.get(OPENED, (None, {}))[0] != place:
        st.session_state[OPENED] = (place, {})
    first: T = st.session_state[OPENED][1].setdefault(widget, now)
    return first


def forget_opened(widget: str) -> None:
    """From the next run on the state of then counts."""
    st.session_state[OPENED][1].pop(widget, None)


#: set by german.js on a screen as narrow as a phone's: a figure is made for it there
NARROW_COOKIE = "zwk_schmal"


@contextmanager
def _still(chart: Chart, key: str) -> Iterator[None]:
    """The place of a chart. On the first run of a session its picture stands there; the style sheet lays the chart over
    it, and hides it once the chart is drawn."""
    with st.container(key=f"zwk-still-{key}"):
        place, shown = st.empty(), f"{key}-standbild"
        if shown not in st.session_state:
            st.session_state[shown] = True
            picture = still(chart)
            if picture:
                place.html(picture)
        yield


def show(
    chart: Chart | MapChart,
    *,
    key: str,
    on_select: Any = None,
    height: int | None = None,
    level: Literal[2, 3] = 3,
    formats: Mapping[str, Format] | None = None,
    at_once: bool = False,
) -> Any:
    """Draw a chart with its title, note and source line, its figures „Als Tabelle“ and „Nutzen und Teilen“ on demand.

    ``on_select``: ``"rerun"`` or a callback; then the selection is returned (``event.selection.points``), else None.
    Of a map the participant or area just clicked is returned, or None; its ``on_select`` is ``draw_map``'s ``on``.
    ``height`` in pixels overrides the figure's own. Table and downloads are made only when opened. ``at_once``: a
    picture of the chart stands in its place until Plotly has drawn it.
    """
    _html(f'<h{level} class="zwk-chart-title">{escape(chart.title)}</h{level}>')
    event: Any
    with _apart():
        if isinstance(chart, MapChart):
            event = draw_map(chart, key=key, on=on_select)
        else:
            narrow = st.context.cookies.get(NARROW_COOKIE) == "1"
            drawn = replace(chart, figure=narrowed(chart.figure)) if narrow else chart
            with _still(drawn, key) if at_once else nullcontext():
                event = st.plotly_chart(
                    drawn.figure,
                    height=height or "content",
                    theme=None,
                    key=key,
                    on_select=on_select or "ignore",
                    selection_mode="points",
                    config=chart_config(),
                    alt=chart.alt,
                )
    _below(chart, key, formats)
    return event if on_select or isinstance(chart, MapChart) else None


def show_html(about: Described, html: str, *, key: str) -> None:
    """A table that is a figure of its own: its title, the table, and what stands beneath every figure."""
    _html(f'<h2 class="zwk-chart-title">{escape(about.title)}</h2>')
    _html(html)
    _below(about, key)


def _below(chart: Described, key: str, formats: Mapping[str, Format] | None = None) -> None:
    note = f'<p class="zwk-note">{escape(chart.note)}</p>' if chart.note else ""
    _html(f'<div class="zwk-foot">{note}{_source(chart.source)}</div>')
    with _apart():
        with st.expander("Als Tabelle", key=f"{key}-tabelle", on_change="rerun", type="compact") as table:
            if table.open:
                html_table(chart.table, chart.title, formats=formats, max_height=420)
        with st.expander("Nutzen und Teilen", key=f"{key}-nutzen", on_change="rerun", type="compact") as use:
            if use.open:
                share(chart, key=key)


def show_block(block: Block, key: str) -> None:
    """Draw one block of a dossier; ``key``: of what can be opened in it."""
    if isinstance(block, Words):
        if block.title:
            subsection(block.title)
        (points if block.listed else prose)(block.sentences)
    elif isinstance(block, Facts):
        figures(
            [
                (one.label, one.value, "; ".join(filter(None, (one.when, one.trend, one.compared))))
                for one in block.items
            ]
        )
        source_line(block.source)
    elif isinstance(block, Strips):
        subsection(block.title)
        show_strips(block)
        strip_legend(block.own, [block])
    elif isinstance(block, Figure):
        show(block.chart, key=key)
    elif isinstance(block, Picture):
        subsection(block.title)
        # not Streamlit's image: that comes later than the page, and takes its bytes along at each visit
        _html(f'<p class="zwk-picture"><img src="{escape(block.url)}" alt="{escape(block.alt)}"></p>')
        source_line(block.source)
    else:
        _show_block_table(block)


def _show_block_table(block: TableBlock) -> None:
    subsection(block.title)
    if block.frame.empty:
        notice(block.empty)
        return
    html_table(block.frame, block.title, formats=block.formats, max_height=560, titled=True)
    if block.note:
        linked_text([block.note])
    source_line(block.source)
