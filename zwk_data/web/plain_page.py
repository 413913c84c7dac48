"""Plain HTML pages for walls and phones: their templates, and how an answer is made of one."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import lru_cache, wraps
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from zwk_data import paths
from zwk_data.errors import ZwkError
from zwk_data.web import assets

TEMPLATES = Path(__file__).resolve().parent / "templates"
NO_STORE = {"Cache-Control": "no-store"}
TOO_LARGE = "Diese Eingabe ist zu groß. Bitte laden Sie die Seite neu."
Endpoint = Callable[[Request], Awaitable[Response]]


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates that escape everything they are given, and refuse what they are not given."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = assets.url
    made.filters["wort"] = longest_word
    made.filters["trennbar"] = breakable
    made.filters["zeilen"] = lines
    return made


def longest_word(text: str) -> int:
    """Letters of the longest piece that no line may break: headings are as large as it allows."""
    return max((len(piece) for piece in re.findall(r"[^\s/-]+[/-]?", text)), default=1)


def lines(texts: Iterable[str], letters: int) -> int:
    """Lines that texts, each of its own, need where a line has so many letters: type is as large as they allow."""
    return sum(len(textwrap.wrap(text, letters)) for text in texts)


def breakable(text: str) -> str:
    """With a place to break a line after each stroke, as browsers see none there."""
    return text.replace("/", "/\u200b")


def answer(
    template: str, told: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A phone's page, e.g. ``mitmachen/warten``, with what it is told; without fault, code and state unless told."""
    usual = {"fehler": "", "code": "", "stand": "", "demo": paths.dataset() == "demo"}
    html = environment().get_template(f"{template}.html").render({**usual, **told})
    return HTMLResponse(html, status, NO_STORE | dict(headers or {}))


def with_notice(endpoint: Endpoint, notice: Callable[[str, int], Response]) -> Endpoint:
    """An expected fault as a page with its German sentence."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ZwkError as error:
            return notice(str(error), 503)

    return answered
