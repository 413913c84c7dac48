"""A dossier as PDF."""

from __future__ import annotations

from typing import Any

from zwk_data import german, german_cells
from zwk_data.dossier.model import Block, Dossier, Facts, Figure, Picture, Table, Words
from zwk_data.export.drawing_look import is_drawn
from zwk_data.export.pdf.drawings import svg
from zwk_data.export.pdf.setting import pdf

AUTHOR = "ZWK-Monitor"
#: per cent of the line that a figure takes
WIDE, PICTURE = 100, 92
#: characters that a column asks for at least and at most
NARROW_TO_WIDE = (6.0, 44.0)
SHORT = 14


def dossier_pdf(dossier: Dossier) -> bytes:
    """The dossier on A4, in PDF/UA-1. Raises ZwkError, above all if a figure has no alternative text."""
    pictures: dict[str, bytes] = {}
    content = {
        "title": dossier.title,
        "author": AUTHOR,
        "described": dossier.described,
        "day": german.day(dossier.today),
        "demo": dossier.demo,
        "sections": [
            {"title": one.title, "note": one.note, "blocks": [_block(block, pictures) for block in one.blocks]}
            for one in dossier.sections
        ],
        "definitions": [[term, words] for term, words in dossier.definitions.items()],
        "sources": list(dossier.sources),
    }
    return pdf("dossier.typ", content, pictures, dossier.today)


def _block(block: Block, pictures: dict[str, bytes]) -> dict[str, Any]:
    if isinstance(block, Words):
        return {"kind": "words", "title": block.title, "sentences": list(block.sentences), "listed": block.listed}
    if isinstance(block, Facts):
        items = [
            {"label": one.label, "value": one.value, "told": [t for t in (one.when, one.trend, one.compared) if t]}
            for one in block.items
        ]
        return {"kind": "facts", "items": items, "source": block.source}
    if isinstance(block, Table):
        return table_data(block)
    if isinstance(block, Figure) and not is_drawn(block.drawing):
        return {"kind": "words", "title": block.chart.title, "sentences": ["Nicht belegt."], "listed": False}
    name = f"bild-{len(pictures)}.svg"
    if isinstance(block, Picture):
        pictures[name] = block.svg()
        told = {"title": block.title, "alt": block.alt, "note": "", "source": block.source, "width": PICTURE}
    else:
        assert isinstance(block, Figure)
        pictures[name] = svg(block.drawing)
        chart = block.chart
        told = {"title": chart.title, "alt": chart.alt, "note": block.note, "source": chart.source, "width": WIDE}
    return {"kind": "figure", "file": name, **told}


def table_data(block: Table) -> dict[str, Any]:
    """A table as the templates read it: columns (name, right, share of the width) and rows of German text."""
    columns = german_cells.table_columns(block.frame, dict(block.formats))
    return {
        "kind": "table",
        "title": block.title,
        "columns": [{"name": one.name, "right": one.right, "share": share(one)} for one in columns],
        "rows": [list(row) for row in zip(*(one.texts for one in columns), strict=True)],
        "note": block.note,
        "source": block.source,
        "empty": block.empty,
    }


def share(column: german_cells.TableColumn) -> float:
    """How much of the width a column asks for: its longest word at least, more for long texts, within bounds."""
    texts = [column.name, *column.texts]
    word = max((len(word) for text in texts for word in text.replace("-", "- ").split()), default=1)
    lengths = [len(text) for text in column.texts] or [1]
    usual = 0.6 * max(lengths) + 0.4 * sum(lengths) / len(lengths)
    # short cells are not broken: „nicht belegt“, a date
    whole = max(lengths) + 1.5 if max(lengths) <= SHORT else 0
    return round(min(NARROW_TO_WIDE[1], max(NARROW_TO_WIDE[0], word + 1.5, usual, whole)), 1)
