"""Behind TLS: the nginx of ``deploy/nginx.conf`` with a certificate of the test's own, and one server with a login."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.app_server import STREAMLIT_FOR_FEW, Server, free_port, launch
from tests.deploy.test_deploy import DEPLOY, run, tool
from tests.web.asgi import awaited
from tests.web.stream import log_in, page_said, run_page, stream
from zwk_data.room import sessions
from zwk_data.settings import ROOT
from zwk_data.web.light.phones import WRONG
from zwk_data.web.shell.guard import HSTS

pytestmark = pytest.mark.attack
#: no name of this machine: the test alone knows where it leads
NAME = "monitor.beispiel.test"
SECRET = "nur-fuer-diesen-test-0123456789-abcdef"
PEOPLE: dict[str, dict[str, Any]] = {
    "gs": {"name": "Greta Stelle", "realm_access": {"roles": ["zwk-geschaeftsstelle"]}},
    "min": {"name": "Minna Haus", "realm_access": {"roles": ["zwk-ministerium"]}},
}
XSRF, LOGIN = "_streamlit_xsrf", "_streamlit_user"


@dataclass(frozen=True)
class Site:
    """What is reached by TLS, at ``url``, and without it at ``plain``; the server itself; the code of a session."""

    url: str
    plain: str
    server: Server
    code: str

    def browser(self, address: str = "127.0.0.1", base: str = "") -> httpx.Client:
        """One that comes from this address of the machine, and trusts the certificate."""
        return httpx.Client(
            base_url=base or self.url, timeout=30, transport=httpx.HTTPTransport(local_address=address, retries=1)
        )

    def sign_in(self, who: str) -> tuple[httpx.Client, httpx.Response]:
        """A browser that has logged in at the provider's, as the button leads, and what it was answered then."""
        browser = self.browser()
        return browser, log_in(browser, SECRET, who)

    def cookies(self, who: str) -> dict[str, str]:
        """Those of somebody who has logged in."""
        return dict(self.sign_in(who)[0].cookies)


def _start_nginx(folder: Path, plain: int, secure: int, target: int) -> subprocess.Popen[bytes]:
    """The configuration that operators are given, with other ports and places."""
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("/etc/nginx/tls", str(folder))
    text = text.replace("app:8501", f"127.0.0.1:{target}")
    text = re.sub(r" *listen \[::\]:[^\n]*\n", "", text)
    text = re.sub(r"listen 80;", f"listen 127.0.0.1:{plain};", text)
    text = re.sub(r"listen 443 ", f"listen 127.0.0.1:{secure} ", text)
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"    {name}_temp_path {folder}/{name};\n" for name in names)
    text = re.sub(r"http \{\n", f"http {{\n{places}", text, count=1)
    file = folder / "nginx.conf"
    file.write_text(f"daemon off;\npid {folder}/pid;\nerror_log {folder}/log;\n{text}", encoding="utf-8")
    return subprocess.Popen([tool("nginx"), "-p", str(folder), "-c", str(file)], stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def site(stores: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    from oidc_provider_mock import User, run_server_in_thread

    tool("nginx")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "privkey.pem", folder / "fullchain.pem"
    of_the_name = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    made = run(tool("openssl", always=False), "req", "-x509", *curve, *of_the_name, "-keyout", key, "-out", certificate)
    assert made.returncode == 0, made.stderr
    home = tmp_path_factory.mktemp("home")
    for warehouse in stores.glob("warehouse-*.duckdb"):
        (home / warehouse.name).hardlink_to(warehouse)
    shutil.copyfile(ROOT / "docs" / "betrieb-vorlage.yml", home / "betrieb.yml")
    secure, plain = free_port(), free_port()
    users = [User(sub=sub, claims=said) for sub, said in PEOPLE.items()]
    known = socket.getaddrinfo

    def resolved(host: Any, *rest: Any, **more: Any) -> Any:
        return known("127.0.0.1" if host in (NAME, NAME.encode()) else host, *rest, **more)

    with pytest.MonkeyPatch.context() as patch, run_server_in_thread(user_claims=users) as provider:
        patch.setattr(socket, "getaddrinfo", resolved)
        patch.setenv("SSL_CERT_FILE", str(certificate))
        patch.setenv("ZWK_HOME", str(home))
        patch.setenv("ZWK_DATA", "demo")
        begun = sessions.begin("riesa", "Riesa", date(2024, 11, 5), [("Wohnen", "")], phones=True)
        sessions.open_vote(begun.session_id, 1)
        sessions.close_store()
        secrets = home / "secrets.toml"
        secrets.write_text(
            f"""
            [auth]
            redirect_uri = "https://{NAME}:{secure}/oauth2callback"
            cookie_secret = "{SECRET}"
            client_id = "zwk"
            client_secret = "geheim"
            server_metadata_url = "http://localhost:{provider.server_port}/.well-known/openid-configuration"
            """
        )
        server = launch(
            folder,
            {"ZWK_HOME": str(home), "ZWK_DATA": "demo", "FORWARDED_ALLOW_IPS": "127.0.0.1", "ZWK_LOG": "json"},
            command=[*STREAMLIT_FOR_FEW, "--secrets.files", str(secrets)],
        )
        proxy = _start_nginx(folder, plain, secure, server.port)
        try:
            server.wait_until("/ready")
            yield Site(f"https://{NAME}:{secure}", f"http://{NAME}:{plain}", server, begun.code)
        finally:
            proxy.terminate()
            proxy.wait(10)
            server.stop()
    assert not re.search('Traceback|"fault"', server.log)


def _attributes(answer: httpx.Response, name: str) -> list[set[str]]:
    """What is said of each cookie of this name that is given, lower case."""
    given = [one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{name}=")]
    return [{part.strip().lower() for part in one.split(";")[1:]} for one in given]


@pytest.mark.slow
def test_a_login_goes_by_tls_alone(site: Site) -> None:
    greta, arrived = site.sign_in("gs")
    assert arrived.headers["location"] == "/quellen"
    (login,) = _attributes(arrived, LOGIN)
    assert {"secure", "httponly", "samesite=lax"} <= login
    page = site.browser().get("/quellen")
    assert page.headers["strict-transport-security"] == HSTS
    for answer in (page, arrived):
        assert all("secure" in one for name in (XSRF, "zwk_besuch", "zwk_ziel") for one in _attributes(answer, name))
    # the stream of a page, by wss
    assert "Angemeldet: Greta Stelle (Geschäftsstelle)" in awaited(page_said(site.url, "quellen", dict(greta.cookies)))
    assert "Angemeldet:" not in awaited(page_said(site.url, "quellen"))


def test_a_login_counts_with_its_own_pair_alone(site: Site) -> None:
    """Whoever can plant a cookie has a pair of their own, and in a foreign browser it is worth nothing."""
    greta, minna = (site.cookies(who) for who in ("gs", "min"))
    other = site.browser().get("/quellen").cookies[XSRF]
    for pair in (minna[XSRF], other):
        with pytest.raises(websockets.InvalidStatus, match="403"):
            awaited(page_said(site.url, "quellen", greta | {XSRF: pair}))
        address = f"{site.url}/_stcore/upload_file/{'0' * 32}/1"
        headers = {"X-Xsrftoken": pair, "Cookie": f"{LOGIN}={greta[LOGIN]}; {XSRF}={pair}"}
        for method in ("PUT", "DELETE"):
            answer = httpx.request(method, address, headers=headers, files={"file": ("a.csv", b"x")})
            assert (answer.status_code, answer.text) == (
                403,
                "Diese Anfrage gehört nicht zu Ihrer Anmeldung. Bitte laden Sie die Seite neu.",
            )
    # the next page gives such a browser its own again
    headers = {"Cookie": f"{LOGIN}={greta[LOGIN]}; {XSRF}={other}"}
    for path in ("/quellen", "/_stcore/health"):
        given = httpx.get(f"{site.url}{path}", headers=headers).cookies[XSRF]
        assert "Greta Stelle" in awaited(page_said(site.url, "quellen", greta | {XSRF: given}))


def test_the_name_of_a_session_gives_nobody_its_rights(site: Site) -> None:
    greta, minna = (site.cookies(who) for who in ("gs", "min"))

    async def begun(cookies: dict[str, str], session: str = "") -> tuple[str, str]:
        async with stream(site.url, cookies, session=session) as one:
            said = await run_page(one, "datenpflege")
        heard = [ForwardMsg.FromString(part) for part in said]
        ids = [part.new_session.initialize.session_id for part in heard if part.WhichOneof("type") == "new_session"]
        return ids[0], b"".join(said).decode("utf-8", "ignore")

    session, said = awaited(begun(greta))
    assert "Diese Seite steht nur diesen Rollen offen" not in said
    for claimed in (minna, {}):
        got, said = awaited(begun(claimed, session))
        assert got != session
        assert "Diese Seite steht nur diesen Rollen offen" in said


def test_whoever_comes_without_tls_is_led_to_it_and_stays(site: Site) -> None:
    with site.browser(base=site.plain) as browser:
        led = browser.get("/karte?kommune=riesa")
        assert (led.status_code, led.headers["location"]) == (301, f"https://{NAME}/karte?kommune=riesa")
    with site.browser() as browser:
        browser.get("/mitmachen")
        for answer in (
            browser.post("/mitmachen", data={"code": site.code}),
            browser.get(f"/mitmachen/{site.code.lower()}"),
            browser.get("/auth/logout"),
            browser.get("/static/"),
        ):
            where = answer.headers.get("location", "/")
            assert where.startswith(("/", site.url)), where
        phone = browser.get(f"/mitmachen/{site.code}")
        assert [one >= {"secure", "httponly"} for one in _attributes(phone, "zwk_geraet")] == [True]
        own = {"Origin": site.url}
        assert browser.post(f"/mitmachen/{site.code}", data={"feld": "1", "stufe": "3"}, headers=own).status_code == 303
        # the same name without TLS is another page
        foreign = browser.post(f"/mitmachen/{site.code}", data={"feld": "1"}, headers={"Origin": "http://boese.test"})
        assert foreign.status_code == 403


def test_the_log_holds_no_address_of_a_visitor(site: Site) -> None:
    """Not even with the stream of a page, of which the web server itself likes to tell."""
    ask = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Origin": site.url}
    with site.browser("127.0.0.5") as visitor:
        assert visitor.get("/quellen?kommune=riesa").status_code == 200
        with visitor.stream("GET", "/_stcore/stream", headers=ask | {"Sec-WebSocket-Key": "A" * 22 + "=="}) as opened:
            assert opened.status_code == 101
    end = time.monotonic() + 30
    while '"route": "/_stcore/stream"' not in site.server.log and time.monotonic() < end:
        time.sleep(0.1)
    lines = [json.loads(line) for line in site.server.log.splitlines() if line.startswith("{")]
    assert ("/_stcore/stream", 101) in [(one.get("route"), one.get("status")) for one in lines]
    assert "127.0.0.5" not in site.server.log
    assert "riesa" not in site.server.log


def test_what_is_claimed_of_the_way_counts_from_the_proxy_alone(site: Site) -> None:
    direct = f"http://127.0.0.1:{site.server.port}"
    claim = {"X-Forwarded-Proto": "https"}
    with site.browser("127.0.0.2", direct) as stranger:
        assert "strict-transport-security" not in stranger.get("/quellen", headers=claim).headers
        told = [
            stranger.get(f"/mitmachen/Q{n}", headers={"X-Forwarded-For": f"10.0.{n}.1"}).status_code
            for n in range(WRONG + 1)
        ]
    assert told == [404] * WRONG + [429]
    # through the proxy: what a browser claims is written over, and each has a count of its own
    with site.browser("127.0.0.3") as guessing:
        told = [
            guessing.get(f"/mitmachen/Q{n}", headers={"X-Forwarded-For": f"10.1.{n}.1"}).status_code
            for n in range(WRONG + 1)
        ]
    assert told == [404] * WRONG + [429]
    with site.browser("127.0.0.4") as other:
        assert other.get("/mitmachen/QQ").status_code == 404
