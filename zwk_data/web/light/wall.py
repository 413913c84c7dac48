"""The live display: its page, its present state, and each scene as a piece of plain HTML."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache, partial, wraps
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from zwk_data import settings
from zwk_data.display import memory, playlist, scenes
from zwk_data.display.memory import Shown
from zwk_data.display.playlist import Item, Playlist
from zwk_data.errors import ZwkError
from zwk_data.web.kit import assets
from zwk_data.web.kit.markup import render
from zwk_data.web.light.phones import GREETING, NO_STORE, Reach, qr_svg, reach
from zwk_data.web.shell import page

#: scenes that share a template
FILES = {"neues": "liste", "termine": "liste"}


def scene_html(playlist: Playlist, item: Item, number: int, called: str, origin: str) -> str:
    """One scene, or the welcome if it has nothing left to show. ``origin``: the address at which it reached us."""
    values = scenes.content(playlist, item, number, called)
    if values is not None and item.scene == "mitmachen":
        values = _with_address(values, reach(playlist, origin))
    if values is None:
        item = Item("willkommen", item.seconds)
        values = scenes.content(playlist, item, number) or {}
    name = FILES.get(item.scene, item.scene)
    return render(f"anzeige/{name}", **values)


def _with_address(values: dict[str, Any], found: Reach) -> dict[str, Any] | None:
    """Add where phones find the guests' page, or the app while nobody may greet; None if they reach neither."""
    code = values["code"]
    base = found.guests if code else found.app
    if not base:
        return None
    address = base + (GREETING if code else "")
    return values | {"adresse": address.partition("://")[2], "qr": qr_svg(f"{address}/{code}" if code else address)}


def page_html(playlist: Playlist, shown: Shown, key: str, stamp: str, origin: str) -> str:
    """The whole page with the present scene in it, so that there is something to see at once."""
    scene = scene_html(playlist, shown.item, shown.round, shown.called, origin)
    return render(
        "anzeige/seite",
        titel=playlist.title,
        farben=playlist.colours,
        event=playlist.event,
        demo=settings.dataset() == "demo",
        szene=Markup(scene),  # noqa: S704 - made by our own template
        schritt=key,
        stand=stamp,
        schrift=font_url(),
    )


@lru_cache(maxsize=1)
def font_url() -> str:
    """Where Streamlit serves its upright Source Sans."""
    folder = page.streamlit_static() / "static" / "media"
    found = sorted(folder.glob("SourceSansVF-Upright*.woff2"))
    return settings.address(f"/static/media/{found[0].name}") if found else ""


PATH = "/live-anzeige"
PREPARING = "Die Anzeige wird vorbereitet und beginnt von selbst."
#: seconds after which a page without anything to show asks again
RETRY = "3"
WRONG = "Diese Szene gibt es nicht. Bitte die Anzeige neu laden."


def display(request: Request, is_ready: Callable[[], bool]) -> Response:
    """The display itself, ``/live-anzeige?embed=true``; without ``embed`` it is the page that directs it."""
    event = request.query_params.get("event") or playlist.STANDARD
    if not is_ready():
        return _waiting(PREPARING, 503)
    try:
        wanted = playlist.playlist(event)
        shown = now_shown(wanted)
        html = page_html(wanted, shown, key_of(shown), scenes.version(wanted, shown.scene), origin(request))
    except ZwkError as error:
        return _waiting(str(error), 404)
    return HTMLResponse(html, headers=NO_STORE)


def _waiting(sentence: str, status: int) -> Response:
    """Say what is wrong and retry automatically, since nobody reloads a screen in the foyer."""
    html = render("anzeige/warten", titel="Zukunftswerkstatt Kommunen", satz=sentence)
    return HTMLResponse(html, status, {**NO_STORE, "Refresh": RETRY})


def now_shown(wanted: Playlist) -> Shown:
    """What the screens of an event show at this moment."""
    return memory.shown_now(scenes.items(wanted), memory.anchor(wanted.event), time.time())


def key_of(shown: Shown) -> str:
    """The scene in one word: ``12.karte`` or ``12.scheinwerfer.riesa``. It changes when the scene does."""
    return ".".join(filter(None, (str(shown.step), shown.scene, shown.called)))


def origin(request: Request) -> str:
    """The address at which the screen reached us, without a path."""
    return f"{request.url.scheme}://{request.url.netloc}"


def with_sentence(endpoint: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Answer a ZwkError with its German sentence."""

    @wraps(endpoint)
    def answered(request: Request) -> Response:
        try:
            return endpoint(request)
        except ZwkError as error:
            return PlainTextResponse(str(error), status_code=404, headers=NO_STORE)

    return answered


@with_sentence
def state(request: Request) -> Response:
    """What is shown now and next; every screen asks for it once a second."""
    wanted = playlist.playlist(request.path_params["event"])
    items, anchor, now = scenes.items(wanted), memory.anchor(wanted.event), time.time()
    shown = memory.shown_now(items, anchor, now)
    following = items[shown.following % len(items)]
    ahead = Shown(shown.following, following.scene, following, shown.following // len(items), "", None, 0)
    return JSONResponse(
        {
            "schritt": key_of(shown),
            "stand": scenes.version(wanted, shown.scene),
            "rest": None if shown.left is None else round(shown.left, 2),
            "folgt": key_of(ahead),
            "folgt_stand": scenes.version(wanted, following.scene),
            "meldung": anchor.message,
            "haelt": anchor.held,
            "farben": wanted.colours,
            "programm": assets.url("anzeige.js"),
        },
        headers=NO_STORE,
    )


@with_sentence
def scene(request: Request) -> Response:
    """One scene as HTML, named as in ``state``."""
    wanted = playlist.playlist(request.path_params["event"])
    step, _, rest = request.query_params.get("schritt", "").partition(".")
    name, _, called = rest.partition(".")
    items = scenes.items(wanted)
    if not step.isdecimal() or len(step) > 9 or name not in playlist.SCENES:
        return PlainTextResponse(WRONG, status_code=404, headers=NO_STORE)
    item = playlist.Item("scheinwerfer", memory.CALLED, (called,)) if called else items[int(step) % len(items)]
    html = scene_html(wanted, item, int(step) // len(items), called, origin(request))
    return HTMLResponse(html, headers=NO_STORE)


@with_sentence
def logo(request: Request) -> Response:
    """The picture of an event."""
    wanted = playlist.playlist(request.path_params["event"])
    picture = playlist.kept_content(wanted.logo) if wanted.logo else None
    if picture is None:
        return PlainTextResponse("Zu dieser Veranstaltung gibt es kein Logo.", status_code=404, headers=NO_STORE)
    kind = "image/png" if wanted.logo.lower().endswith(".png") else "image/jpeg"
    return Response(picture, headers=NO_STORE, media_type=kind)


def display_routes(is_ready: Callable[[], bool]) -> list[Route]:
    """The routes of the display; ``is_ready``: whether the stores stand, so that there is something to show."""
    return [
        Route(PATH, partial(display, is_ready=is_ready), methods=["GET"]),
        Route("/anzeige/{event}/stand", state, methods=["GET"]),
        Route("/anzeige/{event}/szene", scene, methods=["GET"]),
        Route("/anzeige/{event}/logo", logo, methods=["GET"]),
    ]
