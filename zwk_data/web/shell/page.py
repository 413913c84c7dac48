"""Plain HTML of the server: the page that carries the app (Streamlit's own, made German, with our style sheet and
script); the pages that the law asks for, from templates and from what the operator says; and the foot that leads there.

What the law asks for is without Streamlit: it opens on phones, at the guest door, and while the app is being prepared.
With a page goes one cookie with two days (of this visit and of the one before, all visits of one day are one), so that
it can say what is new since.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from functools import lru_cache
from html import escape
from http.cookies import SimpleCookie
from importlib.util import find_spec
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from zwk_data import operation, settings
from zwk_data.errors import ZwkError
from zwk_data.geo.map_layers import GROUND, LAYERS, layer_url
from zwk_data.operation import Operation
from zwk_data.web.kit import assets
from zwk_data.web.shell import handbook, site

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
#: the element Streamlit draws into, by which its page is recognised
MARK = '<div id="root"></div>'
#: a bundle that another one needs to run (never one it may ask for later)
IMPORT = re.compile(r"""\b(?:from|import)\s*["'`]\./([\w.@-]+\.js)["'`]""")
#: what Streamlit's page asks for at once: its script and all that it imports
BUNDLED = re.compile(r'(?:<script type="module" crossorigin src|<link rel="modulepreload" crossorigin href)="([^"]+)"')
MODULE_PRELOAD = re.compile(r'<link rel="modulepreload"[^>]*>\s*')
NOSCRIPT = f"<noscript><p>{site.NAME} braucht JavaScript. Bitte schalten Sie es für diese Seite ein.</p></noscript>"


def streamlit_static() -> Path:
    """The folder of Streamlit's own page and bundles, found without importing Streamlit: phones and walls need none."""
    package = find_spec("streamlit")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).with_name("static")


def _replace(pattern: str, replacement: str, html: str) -> str:
    return re.sub(pattern, lambda _: replacement, html, count=1, flags=re.DOTALL)


def page_shell(path: str, query: str = "") -> str:
    """The HTML shell of one page's path (``karte``): German, titled, styled, with preloads for what it needs."""
    page = next(p for p in site.MENU if p.path == path)
    return _shell(page, page.needed(parse_qs(query)), tuple(first_urls(path, query)))


def first_urls(path: str, query: str) -> list[str]:
    """Where the borders are that the page's map opens with. They change with the boundaries in use."""
    page = next(p for p in site.MENU if p.path == path)
    asked = parse_qs(query).get("ebene", [""])[0]
    layer = asked if page.first_layer and asked in LAYERS else page.first_layer
    with suppress(ZwkError):  # the page itself reports it
        return [layer_url(name, "grob") for name in (layer, GROUND.get(layer)) if name]
    return []


@lru_cache(maxsize=64)
def _shell(page: site.Page, bundles: tuple[str, ...], layers: tuple[str, ...]) -> str:
    html = (streamlit_static() / "index.html").read_text(encoding="utf-8")
    html = _replace(r"<!--\s*Copyright.*?-->\s*", "", html)
    html = _replace(r"<!--\s*Machine-readable.*?-->\s*<link rel=\"service-desc\"[^>]*>", "", html)
    html = _replace(r'<html lang="[^"]*"', '<html lang="de"', html)
    html = _replace(r"<title>.*?</title>", f"<title>{escape(page.title)} – {site.NAME}</title>", html)
    html = _replace(r"<noscript>.*?</noscript>", NOSCRIPT, html)
    html = _replace(r'<link rel="shortcut icon"[^>]*>', f'<link rel="icon" href="{assets.url("favicon.svg")}">', html)
    scripts = BUNDLED.findall(html)
    html = MODULE_PRELOAD.sub("", html)
    # Streamlit asks for a part of its code only once the first element of that kind arrives; asked for here, it loads
    # beside all else.
    scripts += [f"./static/js/{name}" for name in chunks(bundles)]
    scripts += assets.module_urls() if page.first_layer else []
    # Not as modulepreload: Chromium compiles such a script anew at every visit and leaves what it has kept of it from
    # the last one unused. Plotly's takes 1,000 ms of processor time so, and 60 with it (docs/performance.md).
    needed = [f'<link rel="preload" as="script" crossorigin href="{url}">' for url in scripts]
    needed += [f'<link rel="preload" as="fetch" crossorigin href="{url}">' for url in layers]
    own = [
        f'<meta name="description" content="{escape(site.NAME)}: {escape(site.CLAIM)}">',
        f'<link rel="stylesheet" href="{assets.url("style.css")}">',
        f'<link rel="stylesheet" href="{assets.url("print.css")}" media="print">',
        f'<script src="{assets.url("german.js")}"></script>',
        f'<script src="{assets.url("print.js")}" defer></script>',
        f'<script src="{assets.url("kopf.js")}" defer></script>',
        f'<script src="{assets.url("zugang.js")}" defer></script>',
    ]
    # before the script itself, which the browser would otherwise begin to fetch as a module
    html = html.replace('<script type="module"', "\n".join([*needed, '<script type="module"']), 1)
    html = html.replace(MARK, f"{_head()}\n{MARK}", 1)
    return html.replace("</head>", "\n".join(own) + "\n</head>", 1)


def _head() -> str:
    """What stands in the head of every page beside Streamlit's menu: the search and the way to the handbook."""
    # no template of Jinja's: the server answers before that is loaded
    template = Template((TEMPLATES / "rahmen" / "kopf.html").read_text(encoding="utf-8"))
    said = {
        "search": settings.address("/suche"),
        "help": settings.address("/handbuch"),
        "of_kommune": " ".join(page.path for page in site.MENU if page.of_kommune),
        "groups": json.dumps({page.path: page.group for page in site.MENU}),
        "chapters": json.dumps({page.path: handbook.anchor_of_page(page.title) for page in site.MENU}),
    }
    return template.substitute({name: escape(text) for name, text in said.items()})


def chunks(bundles: Iterable[str]) -> list[str]:
    """File names of Streamlit's ``bundles``, with all they import beyond what every page asks for."""
    folder = streamlit_static() / "static" / "js"
    index = (streamlit_static() / "index.html").read_text(encoding="utf-8")
    found: list[str] = []
    wanted = [file.name for kind in bundles for file in sorted(folder.glob(f"{kind}.*.js"))]
    while wanted:
        name = wanted.pop()
        if name in found or name in index or not (folder / name).is_file():
            continue
        found.append(name)
        wanted += IMPORT.findall((folder / name).read_text(encoding="utf-8"))
    return sorted(found)


def not_found(path: str) -> str:
    """A German page for an address that does not exist."""
    return render("schlicht/unbekannt", app=site.NAME, path=path, pages=[page for page in site.pages() if page.listed])


def no_login() -> str:
    """A German page for a login that can't begin: the provider does not answer."""
    return render("schlicht/anmeldung", app=site.NAME)


def inline_script_hashes(html: str) -> list[str]:
    """CSP source expressions for the scripts written inside the page."""
    bodies = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(b.encode()).digest()).decode()}'" for b in bodies]


log = logging.getLogger(__name__)
#: address -> title, in the order of the foot
LAW_PAGES = {
    "impressum": "Impressum",
    "datenschutz": "Datenschutz",
    "barrierefreiheit": "Erklärung zur Barrierefreiheit",
    "leichte-sprache": "Leichte Sprache",
    "rueckmeldung": "Rückmeldung",
}


def render(template: str, **values: object) -> str:
    """A template's HTML."""
    from zwk_data.web.kit import markup  # noqa: PLC0415 - loads pandas, and the server answers before that

    return markup.render(template, **values)


def foot() -> str:
    """The HTML of the foot of every page."""
    return render("recht/fuss")


def law_routes() -> list[Route]:
    """The pages, each at an address of its own."""
    return [Route(f"/{name}", _page(name), methods=["GET", "HEAD"]) for name in LAW_PAGES]


def _page(name: str) -> Callable[[Request], Response]:
    def page(_: Request) -> Response:
        try:
            return HTMLResponse(law_page(name, operation.operation()), headers={"Cache-Control": "no-cache"})
        except ZwkError as error:
            values = {"app": site.NAME, "titel": LAW_PAGES[name], "satz": str(error)}
            return HTMLResponse(render("recht/fehler", **values), 503, {"Cache-Control": "no-store"})

    return page


def law_page(name: str, said: Operation) -> str:
    """One page with what the operator ``said``; where that is nothing, it says so."""
    told = {"app": site.NAME, "titel": LAW_PAGES[name], "maengel": said.barrierefreiheit.barriers}
    return render(f"recht/{name}", o=said, gesetzt=bool(said.betreiber.name), **told)


def refuse_without_texts(*, for_others: bool) -> None:
    """End with one sentence where others shall use an installation that does not say what the law asks for."""
    try:
        said = operation.operation()
    except ZwkError as error:
        sys.exit(str(error))
    lacking = operation.missing(said)
    if for_others and lacking:
        sys.exit(
            "Der ZWK-Monitor soll für andere erreichbar sein (Anmeldung eingerichtet oder Adresse nicht localhost). "
            f"Dafür fehlen Angaben für Impressum, Datenschutz und Barrierefreiheit in {operation.file()}: "
            f"{', '.join(lacking)}. Vorlage: docs/betrieb-vorlage.yml."
        )
    if for_others and said.barrierefreiheit.is_old(date.today()):
        log.warning(
            "Die Erklärung zur Barrierefreiheit ist älter als ein Jahr. § 7 BITV 2.0 verlangt, sie jährlich zu prüfen."
        )


VISITS = "zwk_besuch"
_KEPT = 365 * 86_400
_TWO_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)?\.(\d{4}-\d\d-\d\d)")


def last_visit(value: object) -> date | None:
    """The day of the visit before this one, from the cookie's value; None if there was none."""
    match = _TWO_DAYS.fullmatch(value) if isinstance(value, str) else None
    with suppress(ValueError):
        return date.fromisoformat(match[1]) if match and match[1] else None
    return None


def noted(header: str, today: date) -> str:
    """The Set-Cookie header for a visit on ``today``, from the request's Cookie header; "" if nothing changes."""
    cookies: SimpleCookie = SimpleCookie()
    with suppress(Exception):  # a broken cookie must not break the answer
        cookies.load(header)
    before = cookies[VISITS].value if VISITS in cookies else ""
    match = _TWO_DAYS.fullmatch(before)
    if match and match[2] == f"{today}":
        return ""
    value = f"{match[2] if match else ''}.{today}"
    return f"{VISITS}={value}; Path=/; Max-Age={_KEPT}; HttpOnly; SameSite=Lax"
