"""The live display as plain HTML: its page, and each scene as a piece of it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markupsafe import Markup

from zwk_data import paths
from zwk_data.display import contents
from zwk_data.display.direction import Shown
from zwk_data.display.playlist import Item, Playlist
from zwk_data.web import qr, shell
from zwk_data.web.display_address import GREETING, Reach, reach
from zwk_data.web.plain_page import environment

#: scenes that share a template
FILES = {"neues": "liste", "termine": "liste"}


def scene_html(playlist: Playlist, item: Item, number: int, called: str, origin: str) -> str:
    """One scene; the welcome if it has nothing to tell any more. ``origin``: where the screen has reached us."""
    told = contents.content(playlist, item, number, called)
    if told is not None and item.scene == "mitmachen":
        told = _with_address(told, reach(playlist, origin))
    if told is None:
        item = Item("willkommen", item.seconds)
        told = contents.content(playlist, item, number) or {}
    name = FILES.get(item.scene, item.scene)
    return environment().get_template(f"anzeige/{name}.html").render(**told)


def _with_address(told: dict[str, Any], found: Reach) -> dict[str, Any] | None:
    """What leads phones to the guests' page, or to the app while nobody may greet; None if they reach neither."""
    code = told["code"]
    base = found.guests if code else found.app
    if not base:
        return None
    address = base + (GREETING if code else "")
    return told | {"adresse": address.partition("://")[2], "qr": qr.qr_svg(f"{address}/{code}" if code else address)}


def page_html(playlist: Playlist, shown: Shown, key: str, stamp: str, origin: str) -> str:
    """The whole page with the present scene in it, so that something is to be seen at once."""
    scene = scene_html(playlist, shown.item, shown.round, shown.called, origin)
    return (
        environment()
        .get_template("anzeige/seite.html")
        .render(
            titel=playlist.title,
            farben=playlist.colours,
            event=playlist.event,
            demo=paths.dataset() == "demo",
            szene=Markup(scene),  # noqa: S704 - made by our own template
            schritt=key,
            stand=stamp,
            schrift=font_url(),
        )
    )


def waiting_html(sentence: str) -> str:
    """What a screen shows that was switched on before there is anything to see."""
    told = {"titel": "Zukunftswerkstatt Kommunen", "satz": sentence}
    return environment().get_template("anzeige/warten.html").render(told)


@lru_cache(maxsize=1)
def font_url() -> str:
    """Where Streamlit serves its upright Source Sans."""
    folder = shell.streamlit_static() / "static" / "media"
    found = sorted(folder.glob("SourceSansVF-Upright*.woff2"))
    return f"/static/media/{found[0].name}" if found else ""
