"""One figure for the pages of others: ``/einbetten/verlauf/riesa/population``, to be shown in a frame there.

No menu, but the source line. Who may frame it says ``ZWK_FRAME_ANCESTORS``. A cited link carries the figures of the
day of citation itself, so that what changed since can be said without keeping every state there ever was.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from zwk_data import settings
from zwk_data.charts.chart import Described
from zwk_data.demography import indicators, portrait, series
from zwk_data.demography.indicators import Indicator
from zwk_data.errors import ZwkError
from zwk_data.export.pdf.drawings import svg
from zwk_data.german import day, number
from zwk_data.programme.participants import participant, participants
from zwk_data.stores.memo import remembered
from zwk_data.views import one_kommune
from zwk_data.web.kit.markup import render, table_html
from zwk_data.web.light.phones import NO_STORE
from zwk_data.web.light.wall import font_url

PATH = "/einbetten/verlauf"
#: characters of a cited state: 40 years of one line are about 300
LONGEST = 4_000
UNKNOWN = "Diese Abbildung gibt es nicht. Bitte prüfen Sie die Adresse."
DAMAGED = "Der zitierte Stand in dieser Adresse ist beschädigt; gezeigt wird der heutige."


class NoStateError(ValueError):
    """The word holds no state."""


@dataclass(frozen=True)
class CitedState:
    """A line as it stood on a day: its values by year, as they are shown."""

    day: date
    values: dict[int, float]


def token(state: CitedState) -> str:
    """The state as a word for an address; ``state_of`` reads it back."""
    packed = json.dumps([state.day.isoformat(), list(state.values.items())], separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(packed.encode(), 9)).decode().rstrip("=")


def state_of(word: str) -> CitedState:
    """The state that a ``token`` holds. Raises NoStateError for any other word."""
    if len(word) > LONGEST:
        raise NoStateError(word[:20])
    try:
        unpacker = zlib.decompressobj()
        # a few characters can be made to unpack into gigabytes
        packed = unpacker.decompress(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)), 10 * LONGEST)
        on, values = json.loads(packed)
        return CitedState(date.fromisoformat(on), {int(year): float(value) for year, value in values})
    except (binascii.Error, zlib.error, TypeError, ValueError, RecursionError) as error:
        raise NoStateError(word[:20]) from error


def changes(cited: CitedState, now: CitedState, indicator: Indicator) -> list[str]:
    """What changed since, a sentence for each year: „2021: 29.500 statt 29.480“."""

    def told(values: dict[int, float], year: int) -> str:
        return number(values[year], indicator.decimals) if year in values else "keine Angabe"

    years = sorted(cited.values.keys() | now.values.keys())
    return [
        f"{year}: {told(now.values, year)} statt {told(cited.values, year)}"
        for year in years
        if told(now.values, year) != told(cited.values, year)
    ]


@remembered
def _figure(participant_id: str, indicator_id: str) -> tuple[Described, Markup, dict[int, float]] | None:
    """The chart, its drawing and the Kommune's own values by year; None if there is no such line."""
    known = indicators.indicators()
    if participant_id not in set(participants()["participant_id"]) or indicator_id not in known:
        return None
    row = participant(participant_id)
    me = portrait.subject_of(participant_id, row["name"], row["short"], row["kind"])
    indicator = known[indicator_id]
    around = () if indicator.is_count else tuple(portrait.preselected(list(me.around)))
    found, has_own = one_kommune.trend(me, indicator, around, median=False)
    if found is None or not has_own:
        return None
    own = series.trend(me.id, me.short, indicator_id, (), median=False).dropna(subset="value")
    own = own[own["role"] == "participant"]
    drawn = svg(found.drawing).decode()
    picture = Markup(drawn[drawn.index("<svg") :])  # noqa: S704 - our own drawing
    return found.chart, picture, dict(zip(own["year"].astype(int), own["value"].astype(float), strict=True))


def _page(request: Request) -> Response:
    """The page with one figure."""
    kommune, indicator_id = request.path_params["kommune"], request.path_params["indicator"]
    try:
        made = _figure(kommune, indicator_id)
    except ZwkError as error:
        return _notice(str(error), 503)
    if made is None:
        return _notice(UNKNOWN, 404)
    chart, picture, values = made
    now = CitedState(settings.today(), values)
    cited, damaged = None, False
    if word := request.query_params.get("stand"):
        with suppress(NoStateError):
            cited = state_of(word)
        damaged = cited is None
    html = render(
        "einbetten/verlauf",
        schrift=font_url(),
        titel=chart.title,
        bild=picture,
        alt=chart.alt,
        hinweis=chart.note,
        quelle=chart.source,
        tabelle=Markup(table_html(chart.table, chart.title)),  # noqa: S704 - our own table
        heute=day(now.day),
        stand=token(now),
        zitiert=cited and day(cited.day),
        geaendert=changes(cited, now, indicators.indicators()[indicator_id]) if cited else [],
        beschaedigt=DAMAGED if damaged else "",
        demo=settings.dataset() == "demo",
    )
    return HTMLResponse(html, headers={"Cache-Control": "no-cache"})


def _notice(sentence: str, status: int) -> HTMLResponse:
    values = {"schrift": font_url(), "titel": "Abbildung", "satz": sentence, "demo": settings.dataset() == "demo"}
    return HTMLResponse(render("einbetten/hinweis", **values), status, NO_STORE)


async def _embedded(request: Request) -> Response:
    return await run_in_threadpool(_page, request)


def embed_routes() -> list[Route]:
    """The routes of figures for other pages."""
    return [Route(PATH + "/{kommune}/{indicator}", _embedded, methods=["GET", "HEAD"])]
