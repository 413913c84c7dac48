"""Who is answered: own names, own pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    decode_xsrf_token_string,
    generate_xsrf_token_string,
)

from tests.web.asgi import ask, awaited
from zwk_data.web.shell import guard

pytestmark = pytest.mark.attack
REBOUND = "rebind.angreifer.example:8501"


@pytest.fixture
def app() -> Starlette:
    def answer(_):
        return PlainTextResponse("ja")

    paths = ("/", "/mitmachen", "/health", "/_stcore/metrics", "/_stcore/host-config")
    return Starlette(
        routes=[Route(path, answer, methods=["GET", "POST"]) for path in paths],
        middleware=[Middleware(guard.OwnPages)],
    )


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch):
    """``named("monitor.example.de")``: as if configured in server.allowedHosts."""

    def set_names(*names: str) -> None:
        monkeypatch.setattr(guard.config, "get_option", lambda _: list(names))
        monkeypatch.setattr(guard, "is_host_allowed", lambda host: host.split(":")[0] in names)

    return set_names


@pytest.mark.parametrize(
    "host", ["localhost:8501", "LOCALHOST", "127.0.0.1:8501", "[::1]:8501", "192.168.0.17:8501", "app.localhost:8501"]
)
def test_own_names_are_answered(app, host):
    assert ask(app, "/", host=host).status == 200


@pytest.mark.parametrize("host", [REBOUND, "", "localhost.angreifer.example", "127.0.0.1.angreifer.example", "[::1"])
@pytest.mark.parametrize("path", ["/", "/_stcore/host-config"])
def test_a_name_that_was_bent_to_this_machine_is_not(app, host, path):
    answer = ask(app, path, host=host)
    assert answer.status == 421
    assert answer.text.startswith("Unter dieser Adresse ist der ZWK-Monitor nicht eingerichtet.")


def test_a_check_of_life_may_use_any_name(app):
    assert ask(app, "/health", host="10-0-0-7.pod.cluster").status == 200


def test_a_name_given_by_the_operator_is_answered_and_no_other_address(app, named):
    named("monitor.example.de")
    assert ask(app, "/", host="monitor.example.de").status == 200
    assert ask(app, "/", host="localhost:8501").status == 200
    assert ask(app, "/", host="192.168.0.17:8501").status == 421


def test_the_address_of_the_login_is_a_name(app, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(guard, "_login_address", lambda: ("https", "monitor.example.de"))
    assert ask(app, "/", host="monitor.example.de").status == 200


@pytest.mark.parametrize("origin", ["http://angreifer.example", "null", "http://localhost:9999", "http://[::1"])
def test_a_foreign_page_changes_nothing(app, origin):
    answer = ask(app, "/mitmachen", method="POST", host="localhost:8501", origin=origin)
    assert (answer.status, answer.text) == (403, guard.FOREIGN_PAGE)


def test_an_own_page_and_a_program_without_a_page_may(app):
    assert ask(app, "/mitmachen", method="POST", host="localhost:8501", origin="http://localhost:8501").status == 200
    assert ask(app, "/mitmachen", method="POST", host="localhost:8501").status == 200


def test_behind_a_proxy_the_page_has_the_name_of_the_proxy(app, named):
    named("monitor.example.de")
    answer = ask(app, "/mitmachen", method="POST", host="127.0.0.1:8501", origin="https://monitor.example.de")
    assert answer.status == 200


def test_what_goes_on_is_told_to_this_machine_alone(app):
    assert ask(app, "/_stcore/metrics", host="localhost:8501").status == 200
    assert ask(app, "/_stcore/metrics", host="192.168.0.17:8501").status == 404


def login_cookie(name: str) -> str:
    """The cookie of somebody's login, as the server signs it."""
    said = json.dumps({"is_logged_in": True, "name": name}).encode()
    return create_signed_value(get_cookie_secret(), "_streamlit_user", said).decode()


@pytest.fixture
def paired() -> Iterator[TestClient]:
    def answer(request):
        return HTMLResponse("ja") if request.url.path == "/" else PlainTextResponse("ja")

    async def stream(socket):
        await socket.accept()
        await socket.close()

    paths = ("/", "/mitmachen", "/_stcore/upload_file/s/f")
    routes = [Route(path, answer, methods=["GET", "POST", "PUT", "DELETE"]) for path in paths]
    routes.append(WebSocketRoute("/_stcore/stream", stream))
    with TestClient(Starlette(routes=routes, middleware=[Middleware(guard.Pairs)])) as client:
        yield client


def test_a_first_page_brings_a_pair_and_a_login_has_one_of_its_own(paired):
    def secret_of(login: str = "") -> bytes:
        paired.cookies.clear()
        paired.cookies.update({"_streamlit_user": login} if login else {})
        pair = paired.get("/").cookies["_streamlit_xsrf"]
        assert "set-cookie" not in paired.get("/").headers, "who has it keeps it"
        return decode_xsrf_token_string(pair)[0]

    assert secret_of() != secret_of()
    greta, minna = login_cookie("Greta"), login_cookie("Minna")
    assert secret_of(greta) == secret_of(greta) != secret_of(minna)
    assert secret_of(greta[:-4] + "AAAA") != secret_of(greta), "a cookie that nobody signed is no login"


def test_a_login_with_the_pair_of_somebody_else_changes_nothing(paired):
    paired.cookies.update({"_streamlit_user": login_cookie("Greta"), "_streamlit_xsrf": generate_xsrf_token_string()})
    for method in ("PUT", "DELETE", "POST"):
        answer = paired.request(method, "/_stcore/upload_file/s/f")
        assert (answer.status_code, answer.text) == (403, guard.FOREIGN_PAIR)
    with pytest.raises(WebSocketDisconnect), paired.websocket_connect("/_stcore/stream"):
        pass
    # pages that know no pair look at where a form comes from
    assert paired.post("/mitmachen").status_code == 200
    paired.get("/")
    assert paired.put("/_stcore/upload_file/s/f").status_code == 200
    with paired.websocket_connect("/_stcore/stream"):
        pass


def test_files_of_all_sessions_together_are_bounded_and_those_on_their_way_count(monkeypatch: pytest.MonkeyPatch):
    manager = MemoryUploadedFileManager("/_stcore/upload_file")
    runtime = SimpleNamespace(uploaded_file_mgr=manager)
    pair = generate_xsrf_token_string()
    awaited = guard._Awaited()
    awaited.sessions = {"s": (decode_xsrf_token_string(pair)[0], "")}
    monkeypatch.setattr(guard, "_awaited", awaited)
    # what others have sent, without taking the memory
    manager.file_storage["others"]["f"] = SimpleNamespace(data=range(guard.TOGETHER - 5))

    def asked(size: int) -> int:
        headers = Headers({"cookie": f"_streamlit_xsrf={pair}", "content-length": str(size)})
        refused, _ = guard._refused_file("s", "PUT", headers, runtime)
        return refused[0] if refused else 200

    assert [asked(6), asked(5), asked(1)] == [507, 200, 507]
    manager.remove_session_files("others")
    assert asked(guard.PER_SESSION) == 200
    assert asked(guard.PER_SESSION + 1) == 507


def test_a_refused_file_is_read_before_the_answer(monkeypatch: pytest.MonkeyPatch):
    """A connection closed while bytes are still coming is torn down, and the answer with it."""
    monkeypatch.setattr(guard, "exists", lambda: True)
    monkeypatch.setattr(guard, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=None))
    happened: list[str] = []
    parts = iter([b"x" * guard.PER_SESSION, b"the last of it", b"never asked for"])

    async def receive() -> dict:
        happened.append("read")
        return {"type": "http.request", "body": next(parts)[: guard.PER_SESSION - 1], "more_body": True}

    async def send(message: dict) -> None:
        happened.append(message["type"])

    scope = {
        "type": "http",
        "method": "PUT",
        "path": "/_stcore/upload_file/s/f",
        "headers": [(b"content-length", b"9")],
    }
    awaited(guard.Uploads(None)(scope, receive, send))
    assert happened == ["read", "read", "http.response.start", "http.response.body"], "and no more than may come"


@pytest.fixture
def cookies() -> Starlette:
    def answer(_):
        made = PlainTextResponse("ja")
        made.set_cookie("_streamlit_user", "wer")
        made.set_cookie("zwk_geraet", "secure", secure=True)
        return made

    return Starlette(routes=[Route("/", answer)], middleware=[Middleware(guard.Encrypted)])


def test_behind_tls_no_cookie_and_no_request_goes_without_it(cookies, monkeypatch: pytest.MonkeyPatch):
    with TestClient(cookies, base_url="https://monitor.example.de") as browser:
        answer = browser.get("/")
        assert answer.headers["strict-transport-security"] == guard.HSTS
        told = answer.headers.get_list("set-cookie")
        assert [one.lower().count("; secure") for one in told] == [1, 1]
    with TestClient(cookies, base_url="http://monitor.example.de") as browser:
        plain = browser.get("/")
        assert "strict-transport-security" not in plain.headers
        assert [one.lower().count("; secure") for one in plain.headers.get_list("set-cookie")] == [0, 1]
        # the proxy came without TLS, the browser did not
        monkeypatch.setattr(guard, "_login_address", lambda: ("https", "monitor.example.de"))
        assert browser.get("/").headers["strict-transport-security"] == guard.HSTS
        assert "strict-transport-security" not in browser.get("/", headers={"Host": "localhost:8501"}).headers


def test_the_log_of_what_was_refused_holds_one_line_each(app, caplog: pytest.LogCaptureFixture):
    ask(app, "/\nAnmeldung: gelungen", host=REBOUND)
    ask(app, "/gruss/K7RM3", host=REBOUND)
    assert len(caplog.messages) == 2
    assert not any("\n" in line or "K7RM3" in line for line in caplog.messages)
