"""The pages that the law asks for, from templates and from what the operator says; and the foot that leads there.

Plain HTML without Streamlit: they open on phones, at the guest door, and while the app is still being prepared.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import date

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from zwk_data import operation
from zwk_data.errors import ZwkError
from zwk_data.operation import Operation
from zwk_data.web.shell import site

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
