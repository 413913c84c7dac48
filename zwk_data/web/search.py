"""What the search in the head of every page answers: hits with where they lead, for whoever asks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from functools import cache

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from zwk_data.demography import mapdata, series
from zwk_data.errors import ZwkError
from zwk_data.programme import participants
from zwk_data.stores import access
from zwk_data.views import search
from zwk_data.views.search import Findable, Index
from zwk_data.web.kit.markup import page_link
from zwk_data.web.login import login
from zwk_data.web.shell import handbook, site
from zwk_data.web.shell.start import is_ready

#: other words for what a page is for
ALSO = {
    "": "Start Übersicht überfällig neu",
    "demografie": "Bevölkerung Zwillinge Ausblick Prognose Altersaufbau",
    "datenpflege": "eintragen Import Listen Verlauf Vorlage Sicherung Excel",
    "kommunalprofil": "Profil Stärken Schwächen",
    "live-anzeige": "Bildschirm Veranstaltung Wand Beamer",
    "monitoring": "Bericht Quartal Mittel",
    "quellen": "Lizenz Kennzahlen Definition Formel",
    "zwischenbilanz": "Dossier Folien Synopse Plakat",
}


async def hits(request: Request) -> JSONResponse:
    """``/suche?q=…&kommune=…``: the hits, the best first, each with text, what it is, and its address."""
    text, kommune = request.query_params.get("q", ""), request.query_params.get("kommune", "")
    found: list[dict[str, str]] = []
    if is_ready():
        with suppress(ZwkError):  # the page itself tells what is wrong
            found = await run_in_threadpool(_found, text, kommune, dict(request.cookies))
    return JSONResponse({"hits": found}, headers={"Cache-Control": "no-store"})


def _found(text: str, kommune: str, cookies: dict[str, str]) -> list[dict[str, str]]:
    person = login.seat_of_request(cookies).person
    with access.asking_as(access.scope_of(person)):
        chosen = kommune if kommune in participants.names() else None
        entries = search.find(text, more=_pages(person.role))
        return [{"text": one.title, "what": one.detail, "href": address(one, chosen)} for one in entries]


@cache
def _pages(role: str) -> Index:
    own = [
        Findable("seite", page.path, page.title, "Seite", also=ALSO.get(page.path, ""))
        for page in site.pages()
        if page.listed and login.admits(page.roles, role)
    ]
    return Index([*own, *_told()])


def _told() -> Iterable[Findable]:
    """The handbook: its parts, chapters, terms and questions; but for what several parts call alike, and pages."""
    found = [(name, one) for name in handbook.PARTS for one in handbook.chapters(name)]
    often = Counter(one.title for _, one in found)
    for name, one in found:
        if often[one.title] > 1 or one.anchor.startswith(handbook.PAGE) or one.title == "Handbuch":
            continue
        where = "" if name == handbook.FIRST else f", {handbook.PARTS[name].title}"
        yield Findable("handbuch", f"{name}#{one.anchor}", re.sub(r"^\d\. ", "", one.title), f"Handbuch{where}")


def address(entry: Findable, kommune: str | None) -> str:
    """Where a hit leads, with the Kommune that is chosen (``kommune``) or that the hit belongs to."""
    key = entry.key
    if entry.kind == "kennzahl":
        return _of_indicator(key, kommune)
    if entry.kind == "handbuch":
        part, _, anchor = key.partition("#")
        there = page_link("handbuch", teil=None if part == handbook.FIRST else part)
        return f"{there}#{anchor}" if anchor else there
    if entry.kind == "seite":
        of_one = next(page for page in site.MENU if page.path == key).of_kommune
        return page_link(key, kommune=kommune if of_one else None)
    pages: dict[str, tuple[str, dict[str, str | None]]] = {
        "kommune": ("kommune", {"kommune": key}),
        "gebiet": ("kommunalprofil", {"gebiet": key}),
        "thema": ("themen", {"thema": key, "kommune": kommune}),
        "werkzeug": ("themen", {"teil": "praxis", "kommune": kommune}),
    }
    page, named = pages.get(entry.kind, ("kommune", {"kommune": entry.participant_id}))
    return page_link(page, **named)


def _of_indicator(key: str, kommune: str | None) -> str:
    """Of the Kommune chosen, else on the map; what neither shows is explained among the sources."""
    if kommune and key in {*series.shown(kommune), *series.of_one_year(kommune)}:
        return page_link("demografie", kommune=kommune, kennzahl=key)
    layer = next((one for one in ("kreise", "gemeinden", "laender") if key in mapdata.available(one)), None)
    if layer is None:
        return page_link("quellen", teil="kennzahlen")
    return page_link("karte", ebene=None if layer == "kreise" else layer, kennzahl=key)
