"""Setting type: a Typst template, data that it reads, pictures that it places; always with our own fonts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from zwk_data.errors import ZwkError
from zwk_data.paths import DATA

TEMPLATES = Path(__file__).resolve().parent
FONTS = DATA / "fonts"
FAMILY = "Source Sans 3"


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Our fonts and no others: the same pages on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def pdf(template: str, content: Mapping[str, Any], pictures: Mapping[str, bytes], today: date) -> bytes:
    """Set ``template`` (a file beside this one) as PDF/UA-1.

    ``content`` is what the template reads as data: no text of it is ever taken for markup. ``pictures``: file name ->
    SVG or PNG. Raises ZwkError if the pages can't be set, above all if a picture has no alternative text.
    """
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name in (template, "common.typ"):
            (root / name).write_bytes((TEMPLATES / name).read_bytes())
        (root / "content.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        for name, data in pictures.items():
            (root / name).write_bytes(data)
        compiler = typst.Compiler(root / template, root=root, font_paths=_fonts(), ignore_system_fonts=True)
        try:
            made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=_noon(today))
        except typst.TypstError as error:
            raise ZwkError(_told(error)) from error
    assert isinstance(made, bytes)
    return made


def _told(error: typst.TypstError) -> str:
    if "alt" in error.message.lower():
        return "Das PDF entsteht nicht: Eine Abbildung hat keinen Alternativtext. Bitte an ihr einen ergänzen."
    return f"Das PDF entsteht nicht: {error.message}"


def _noon(today: date) -> datetime:
    """A fixed moment of the day, so that the same dossier gives the same bytes."""
    return datetime.combine(today, time(12), tzinfo=UTC)
