"""``/mitmachen``: the pages for phones in the room. Plain HTML, no Streamlit session, nothing about a person."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from zwk_data import settings
from zwk_data.room import contributions, sessions
from zwk_data.room.sessions import Handlungsfeld, Session
from zwk_data.schema.words import RATING_STEPS
from zwk_data.stores.admission import normalised_code
from zwk_data.web.light.phones import (
    NO_STORE,
    SPAN,
    TOO_LARGE,
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

PATH = "/mitmachen"
COOKIE = "zwk_geraet"
#: one day: longer than any session, too short to recognise a phone at the next one
COOKIE_SECONDS = 24 * 3600
EVERYTHING = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
UNKNOWN = "Diesen Code gibt es nicht. Bitte vergleichen Sie ihn mit dem an der Wand."
NO_CODE = "Bitte geben Sie den Code ein, der an der Wand steht."
OVER = "Diese Sitzung ist beendet. Danke, dass Sie mitgemacht haben!"
TOO_OFTEN = "Das waren zu viele falsche Codes. Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal."
NO_COOKIE = (
    "Ihre Stimme wurde nicht gezählt: Dieser Browser nimmt keine Cookies an. Bitte erlauben Sie sie für diese Seite; "
    "nur so zählt jedes Handy genau einmal."
)
NOT_NOW = "Nicht gezählt: Zu diesem Handlungsfeld wird gerade nicht abgestimmt."
NO_STEP = "Nicht gezählt: Bitte wählen Sie eine der fünf Antworten."
ELSEWHERE = "Nicht gezählt: Bitte stimmen Sie auf der Seite dieser Sitzung ab."
NOT_THIS_WAY = "So lässt sich diese Adresse nicht aufrufen. Bitte öffnen Sie die Seite neu."
CROWDED = (
    "Nicht gezählt: Aus diesem Netz haben schon sehr viele Handys abgestimmt. Bitte sagen Sie der Moderation Bescheid; "
    "sie kann Ihre Stimme von Hand zählen."
)
NO_PHONES = "In dieser Sitzung wird ohne Handys abgestimmt."

_wrong = WrongCodes()


def guest_routes() -> list[Route]:
    """The routes for phones: the only ones that the guest door serves."""
    return [
        Route(PATH, with_notice(_entrance, _notice), methods=EVERYTHING),
        Route(PATH + "/{code}", with_notice(_show_room, _notice), methods=EVERYTHING),
        Route(PATH + "/{code}/stand", with_notice(_tell_state, _notice), methods=EVERYTHING),
    ]


async def _entrance(request: Request) -> Response:
    """The page on which the code is typed."""
    if request.method in ("GET", "HEAD"):
        return _page("code")
    if request.method != "POST":
        return _notice(NOT_THIS_WAY, 405, headers={"Allow": "GET, HEAD, POST"})
    sent = await form(request)
    if sent is None:
        return _notice(TOO_LARGE, 413)
    typed = normalised_code(sent.get("code", ""))
    if not typed:
        return _page("code", 422, {"fehler": NO_CODE})
    refused = _refused(request, typed, sessions.recent_by_code(typed))
    return refused or RedirectResponse(f"{PATH}/{typed}", 303, NO_STORE)


async def _show_room(request: Request) -> Response:
    """What a phone shows now; a post is a vote."""
    if request.method not in ("GET", "HEAD", "POST"):
        return _notice(NOT_THIS_WAY, 405, headers={"Allow": "GET, HEAD, POST"})
    code = normalised_code(request.path_params["code"])
    found = sessions.recent_by_code(code)
    refused = _refused(request, code, found)
    if refused or found is None:
        return refused or _notice(UNKNOWN, 404)
    session, fields = found
    if request.method == "POST":
        return await _vote(request, session)
    if request.path_params["code"] != code:
        # the phone keeps its ticket for the address as we write it
        return RedirectResponse(f"{PATH}/{code}", 303, NO_STORE)
    token = _token(request, session)
    if token:
        contributions.heard(session.session_id, token)
    shown = _present_page(session, fields, token)
    if not token and session.salt is not None:
        given = new_ticket(session.salt, session.session_id)
        set_cookie(request, shown, COOKIE, given, COOKIE_SECONDS, f"{PATH}/{session.code}")
    return shown


async def _vote(request: Request, session: Session) -> Response:
    """Count a posted vote, or say why it is not counted."""
    token, sent = _token(request, session), None if from_elsewhere(request) else await form(request)
    refused = _rejected_vote(request, session, token, sent)
    if refused or sent is None:
        return refused or _notice(TOO_LARGE, 413, session)
    contributions.heard(session.session_id, token)
    field_no = int(sent["feld"])
    if not contributions.voters.admit(session.session_id, field_no, sender(request), token):
        return _notice(CROWDED, 429, session)
    outcome = await asyncio.wrap_future(contributions.cast(session.session_id, token, field_no, int(sent["stufe"])))
    if outcome == contributions.COUNTED:
        return RedirectResponse(f"{PATH}/{session.code}", 303, NO_STORE)
    return _notice(OVER, 410) if outcome == contributions.ENDED else _notice(NOT_NOW, 409, session)


def _rejected_vote(request: Request, session: Session, token: str, sent: dict[str, str] | None) -> Response | None:
    """The response that rejects what was ``sent``, or None for a valid vote."""
    if from_elsewhere(request):
        return _notice(ELSEWHERE, 403, session)
    if sent is None:
        return _notice(TOO_LARGE, 413, session)
    if not token:
        return _notice(NO_COOKIE, 403, session)
    if sent.get("stufe", "") not in {str(one) for one in contributions.STEPS}:
        return _notice(NO_STEP, 422, session)
    return None if re.fullmatch(r"[0-9]{1,4}", sent.get("feld", "")) else _notice(NOT_NOW, 409, session)


async def _tell_state(request: Request) -> Response:
    """A word that changes whenever the page does; phones with JavaScript poll it every two seconds."""
    if request.method not in ("GET", "HEAD"):
        return _notice(NOT_THIS_WAY, 405, headers={"Allow": "GET, HEAD"})
    code = normalised_code(request.path_params["code"])
    found = sessions.recent_by_code(code)
    if found is None:
        return _refused(request, code, None) or Response(status_code=404)
    session = found[0]
    token = _token(request, session)
    if token:
        contributions.heard(session.session_id, token)
    word = state_of(session)
    headers = NO_STORE | {"ETag": f'"{word}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(word, 200, headers, media_type="text/plain")


def state_of(session: Session) -> str:
    """What phones of a session show, in one word."""
    if not session.is_open:
        return "beendet"
    if not session.phones:
        return "ohne"
    return f"feld-{session.open_field}" if session.open_field else "warten"


def _present_page(session: Session, fields: list[Handlungsfeld], token: str) -> HTMLResponse:
    field = next((one for one in fields if one.no == session.open_field), None)
    about: dict[str, object] = {"kommune": session.kommune, "code": session.code, "stand": state_of(session)}
    if field is None:
        return _page("warten", values={"titel": session.kommune} | about)
    chosen = contributions.own(session, token, field.no)
    asked = {"titel": field.name, "feld": field, "anzahl": len(fields), "stufen": RATING_STEPS, "gewaehlt": chosen}
    return _page("abstimmung", values=about | asked)


def _refused(request: Request, code: str, found: tuple[Session, list[Handlungsfeld]] | None) -> Response | None:
    """The response to a code that opens nothing, or None. Phones already in never wait for the mistakes of others."""
    session, address = found[0] if found else None, sender(request)
    inside = session is not None and _token(request, session) != ""
    if not inside and _wrong.too_many(address):
        return _notice(TOO_OFTEN, 429, headers={"Retry-After": str(SPAN)})
    if session is None:
        _wrong.note(address)
        return _page("code", 404, {"fehler": UNKNOWN, "getippt": code})
    if not session.is_open:
        return _notice(OVER, 410)
    return None if session.phones else _notice(NO_PHONES, 409, session)


def _token(request: Request, session: Session) -> str:
    """The ticket that this phone was given for the session; "" if it has none, or one that we did not give."""
    found = request.cookies.get(COOKIE, "")
    is_ours = session.salt is not None and is_ticket(session.salt, session.session_id, found)
    return found if is_ours else ""


def _notice(
    sentence: str, status: int, session: Session | None = None, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    values: dict[str, object] = {"satz": sentence, "zurueck": ""}
    if session:
        values |= {"code": session.code, "stand": state_of(session)}
        values["zurueck"] = settings.address(f"{PATH}/{session.code}") if session.is_open else ""
    return _page("hinweis", status, values, headers)


def _page(
    name: str, status: int = 200, values: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A page from templates/mitmachen."""
    return answer(f"mitmachen/{name}", {"titel": "Mitmachen", "getippt": "", **(values or {})}, status, headers)
