"""Back to the page one came from, never to another host; German words where the provider fails."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.web.asgi import ask
from zwk_data.web.login.sign_in import SignIn, target


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://zwk.example/stufen?land=Hessen", "/stufen?land=Hessen"),
        ("/stufen?anmeldung=nein&land=Hessen", "/stufen?land=Hessen"),
        ("/", "/"),
        ("", "/"),
        ("//boese.example/stufen", "/stufen"),
        ("/gibt-es-nicht", None),
        ("/stufen/../../x", None),
        ("javascript:alert(1)", None),
        ("/stufen?a=\r\nSet-Cookie: x", "/stufen?a=Set-Cookie: x"),
        ("/stufen?a=\x00", None),
        ("\\\\boese.example", None),
    ],
)
def test_only_our_own_pages(address: str, expected: str | None) -> None:
    assert target(address) == expected


def app(answer: Response | Exception):
    async def reply(request) -> Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return SignIn(Starlette(routes=[Route("/auth/login", reply), Route("/oauth2callback", reply)]))


def redirect(*, cookie: str | None = None) -> Response:
    answer = RedirectResponse("/", 302)
    if cookie is not None:
        answer.set_cookie("_streamlit_user", cookie, max_age=100)
    else:
        answer.delete_cookie("_streamlit_user")
    return answer


def test_the_page_is_remembered_and_found_again() -> None:
    gone = ask(
        app(RedirectResponse("https://idp.example/")), "/auth/login", referer="http://localhost:8501/stufen?land=Hessen"
    )
    assert gone.headers["location"] == "https://idp.example/"
    cookie = gone.headers["set-cookie"]
    assert cookie.startswith("zwk_ziel=%2Fstufen%3Fland%3DHessen; ")
    assert "HttpOnly" in cookie
    back = ask(app(redirect(cookie="signed")), "/oauth2callback", cookie=cookie.split(";")[0])
    assert back.headers["location"] == "/stufen?land=Hessen"


def test_another_hosts_page_is_not_remembered() -> None:
    for referer in ("http://boese.example/stufen", "", "http://localhost:8501/oauth2callback"):
        assert (
            "set-cookie"
            not in ask(app(RedirectResponse("https://idp.example/")), "/auth/login", referer=referer).headers
        )
    back = ask(app(redirect(cookie="signed")), "/oauth2callback", cookie="zwk_ziel=https%3A%2F%2Fboese.example%2Fx")
    assert back.headers["location"] == "/"


@pytest.mark.parametrize("answer", [PlainTextResponse("Authentication error", 400), RuntimeError("boom")])
@pytest.mark.parametrize("path", ["/auth/login", "/oauth2callback"])
def test_a_failure_is_told_in_german(answer: Response | Exception, path: str) -> None:
    found = ask(app(answer), path)
    assert found.status == 503
    assert '<html lang="de">' in found.text
    assert "Die Anmeldung ist gerade nicht möglich" in found.text
    assert "Authentication" not in found.text
