"""The live display by phone: the presenter's remote and the guests' greetings. Plain HTML, nothing about a person."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from zwk_data import settings
from zwk_data.display import memory, playlist, scenes
from zwk_data.display.memory import Anchor
from zwk_data.display.playlist import SCENES, Item, Playlist
from zwk_data.programme import participants
from zwk_data.stores import access
from zwk_data.stores.admission import normalised_code
from zwk_data.web.light.phones import (
    GREETING,
    NO_STORE,
    REMOTE,
    SPAN,
    TOO_LARGE,
    Endpoint,
    Often,
    WrongCodes,
    answer,
    form,
    from_elsewhere,
    is_ticket,
    new_ticket,
    sender,
    set_cookie,
    with_notice,
)

COOKIE, COOKIE_SECONDS = "zwk_gegruesst", 600
#: whoever has opened a page once stays in while others type wrong codes
TICKET, TICKET_SECONDS = "zwk_drin", 24 * 3600
#: greetings counted from one address within the time for which a phone counts once: a whole hall behind one router
MOST_GREETINGS = 600
METHODS = ["GET", "HEAD", "POST"]
UNKNOWN = "Diesen Code gibt es nicht. Bitte vergleichen Sie ihn noch einmal."
TOO_OFTEN = "Das waren zu viele falsche Codes. Bitte warten Sie eine Minute."
ELSEWHERE = "Das geht nur von dieser Seite aus. Bitte laden Sie sie neu."
NOT_KNOWN = "Das gibt es nicht. Bitte laden Sie die Seite neu."

#: answers a request for what a code opens; with what a form has sent
Answered = Callable[[Request, Playlist, dict[str, str]], Response]
_wrong = WrongCodes()
_greeted = Often("zu viele Grüße von einer Adresse", MOST_GREETINGS, COOKIE_SECONDS)


def display_guest_routes() -> list[Route]:
    """The remote and the greetings."""
    return [
        Route(REMOTE, _entrance(REMOTE, "Fernbedienung", "Code der Fernbedienung"), methods=METHODS),
        Route(REMOTE + "/{code}", _behind_code(memory.event_of_remote, _remote), methods=METHODS),
        Route(GREETING, _entrance(GREETING, "Grüßen Sie das Netzwerk", "Code von der Wand"), methods=METHODS),
        Route(GREETING + "/{code}", _behind_code(memory.event_of_guest, _greeting), methods=METHODS),
    ]


def _entrance(path: str, title: str, question: str) -> Endpoint:
    """The page on which a code is typed; the page it leads to checks whether it is right."""

    async def entrance(request: Request) -> Response:
        values = {"titel": title, "frage": question}
        if request.method != "POST":
            return answer("anzeige/eingang", values)
        sent = await form(request)
        typed = normalised_code((sent or {}).get("code", ""))
        if not typed:
            return answer("anzeige/eingang", values | {"fehler": "Bitte geben Sie den Code ein."}, 422)
        return RedirectResponse(f"{path}/{typed}", 303, NO_STORE)

    return entrance


def _behind_code(event_of: Callable[[str], str | None], answered: Answered) -> Endpoint:
    """The page that a code opens; wrong codes, posts of other sites and too large ones are turned away."""

    def checked(request: Request, sent: dict[str, str] | None) -> Response:
        entrance, code = request.url.path.rpartition("/")[0], normalised_code(request.path_params["code"])
        address, place = sender(request), f"{entrance}/{code}"
        inside = is_ticket(memory.seal(), place, request.cookies.get(TICKET, ""))
        if not inside and _wrong.too_many(address):
            return _notice(TOO_OFTEN, 429, {"Retry-After": str(SPAN)})
        event = event_of(code)
        if event is None:
            _wrong.note(address)
            return _notice(UNKNOWN, 404, entrance=settings.address(entrance))
        if request.method == "POST" and from_elsewhere(request):
            return _notice(ELSEWHERE, 403)
        shown = _notice(TOO_LARGE, 413) if sent is None else answered(request, playlist.playlist(event), sent)
        if not inside:
            set_cookie(request, shown, TICKET, new_ticket(memory.seal(), place), TICKET_SECONDS, place)
        return shown

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(checked, request, await form(request) if request.method == "POST" else {})

    return with_notice(endpoint, _notice)


def _people() -> dict[str, str]:
    with access.asking_as(access.PUBLIC):
        return participants.names()


def _remote(request: Request, wanted: Playlist, sent: dict[str, str]) -> Response:
    if request.method != "POST":
        return _remote_page(wanted)
    if not _carry_out(wanted, sent):
        return _remote_page(wanted, NOT_KNOWN, 422)
    return RedirectResponse(request.url.path, 303, NO_STORE)


def _carry_out(wanted: Playlist, sent: dict[str, str]) -> bool:
    """Carry out a command; False for one that does not exist."""
    event, deed, now = wanted.event, sent.get("tat", ""), time.time()
    if deed in ("gruesse-an", "gruesse-aus"):
        memory.switch_greetings(event, deed == "gruesse-an")
        return True
    if deed == "gruesse-null":
        memory.forget_greetings(event)
        return True
    items = scenes.items(wanted)
    return memory.command(event, lambda before: _after(deed, sent, items, before, now))


def _after(deed: str, sent: dict[str, str], items: tuple[Item, ...], before: Anchor, now: float) -> Anchor | None:
    if deed in ("weiter", "zurueck"):
        return memory.go(items, before, now, 1 if deed == "weiter" else -1)
    if deed == "halt":
        return memory.hold(items, before, now)
    if deed == "lauf":
        return memory.run(before, now)
    if deed == "rufen":
        key = sent.get("kommune", "")
        return memory.call(items, before, now, key) if key in _people() else None
    if deed in ("melden", "still"):
        return memory.say(before, sent.get("meldung", "") if deed == "melden" else "")
    return None


def _remote_page(wanted: Playlist, fault: str = "", status: int = 200) -> HTMLResponse:
    items, anchor, people = scenes.items(wanted), memory.anchor(wanted.event), _people()
    shown = memory.shown_now(items, anchor, time.time())
    values = {
        "titel": "Fernbedienung",
        "event": wanted.title,
        "jetzt": people.get(shown.called, SCENES[shown.scene]),
        "danach": SCENES[items[shown.following % len(items)].scene],
        "gehalten": anchor.held,
        "kommunen": people,
        "meldung": anchor.message,
        "laenge": memory.LONGEST_MESSAGE,
        "gruesse": scenes.greeting_words(wanted),
        "offen": memory.greetings_on(wanted.event),
        "fehler": fault,
    }
    return answer("anzeige/fernbedienung", values, status)


def _greeting(request: Request, wanted: Playlist, sent: dict[str, str]) -> Response:
    posted = request.method == "POST"
    if not (wanted.greetings and memory.greetings_on(wanted.event)):
        sentence = "Das Grüßen ist gerade ausgeschaltet."
        return _greeting_page(wanted, "Schön, dass Sie da sind", sentence, status=409 if posted else 200)
    people = _people()
    if posted:
        return _greet(request, wanted, sent.get("kommune", ""), people)
    name = people.get(request.query_params.get("danke", ""))
    if name:
        return _greeting_page(wanted, "Danke für Ihren Gruß!", f"Auf der Karte leuchtet jetzt {name}.")
    sentence = "Ihr Punkt auf der Karte an der Wand leuchtet auf."
    return _greeting_page(wanted, "Grüßen Sie das Netzwerk", sentence, people)


def _greet(request: Request, wanted: Playlist, key: str, people: dict[str, str]) -> Response:
    """Count a posted greeting, and lead on to the thanks."""
    if key not in people:
        return _greeting_page(wanted, "Grüßen Sie das Netzwerk", "Bitte wählen Sie eine Kommune.", people, 422)
    address = f"{wanted.event} {sender(request)}"
    if COOKIE not in request.cookies and not _greeted.too_many(address):
        _greeted.note(address)
        memory.greet(wanted.event, key)
    thanks = RedirectResponse(f"{request.url.path}?danke={key}", 303, NO_STORE)
    # one phone counts once for a while; the cookie says nothing else
    set_cookie(request, thanks, COOKIE, "1", COOKIE_SECONDS, GREETING)
    return thanks


def _greeting_page(
    wanted: Playlist, title: str, sentence: str, people: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    """The guests' page; ``people``: the Kommunen to choose from, if any."""
    values = {"titel": "Grüßen", "veranstaltung": wanted.title, "ueberschrift": title, "satz": sentence}
    return answer("anzeige/gruss", values | {"kommunen": people or {}}, status)


def _notice(sentence: str, status: int, headers: Mapping[str, str] | None = None, entrance: str = "") -> HTMLResponse:
    values = {"titel": "Live-Anzeige", "veranstaltung": "Live-Anzeige", "ueberschrift": "Das geht gerade nicht"}
    return answer("anzeige/gruss", values | {"satz": sentence, "eingang": entrance}, status, headers)
