"""Tables whose cells lead somewhere: to another page of ours, or to the source of a fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from zwk_data.german import MISSING
from zwk_data.programme.stages import publisher


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
