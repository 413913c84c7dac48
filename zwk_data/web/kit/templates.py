"""HTML made from the templates in ``templates/``, for pages, walls and phones."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from zwk_data import german, settings
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
    made.filters.update(wort=longest_word, trennbar=breakable, zeilen=lines)
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
