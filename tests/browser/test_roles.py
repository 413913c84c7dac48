"""Roles with a real OpenID provider on loopback: what each sees and may do, and that forging achieves nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.app_server import STREAMLIT_FOR_FEW
from tests.browser.conftest import Server, linked, menu, settled, start_server, watched
from tests.browser.english import english
from tests.web.asgi import awaited
from tests.web.stream import WIDGET, States, log_in, page_said
from zwk_data.settings import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.attack, pytest.mark.slow]
#: who signs in, as Keycloak would say it
PEOPLE: dict[str, dict[str, Any]] = {
    "gs": {"name": "Greta Stelle", "realm_access": {"roles": ["offline_access", "zwk-geschaeftsstelle"]}},
    "min": {"name": "Minna Haus", "realm_access": {"roles": ["zwk-ministerium"]}},
    "ber": {"name": "Bert Rat", "groups": ["/zwk-beratung"], "zwk_kommunen": ["adorf", "nirgends"]},
    "kom": {"name": "Karla Ort", "resource_access": {"zwk": {"roles": ["zwk-kommune"]}}, "zwk_kommunen": "adorf"},
    "weg": {"name": "Wanda Weg", "realm_access": {"roles": ["zwk-ministerium"]}},
    "wer": {"name": "Wer Immer", "realm_access": {"roles": ["offline_access"]}},
}
#: two measures whose budgets are told apart by their figures; prints how long the history is then, and a planned one
MEASURES = """
import json
from zwk_data import seed
from zwk_data.stores.access import LOCAL
from zwk_data.records.changes import Change, save
from zwk_data.stores import connection
seed.ensure()
connection.open_for_writing()
save([Change("measure", None, {"participant_id": one, "theme_id": "mobilitaet", "title": f"Probe {one}",
                               "status": "running", "budget_eur": budget})
      for one, budget in (("adorf", 123456.0), ("riesa", 654321.0))], LOCAL)
planned = connection.read("SELECT title FROM measure WHERE status = 'planned' AND participant_id = 'adorf'")
print(json.dumps([len(connection.read("SELECT change_id FROM change_log")), min(planned["title"])]))
"""
CLOSED = "Diese Seite steht nur diesen Rollen offen"
BUDGETS = ("123.456", "654.321")
MENU = {
    "Ansehen": ["Lage", "Karte", "Kommune", "Demografie", "Kommunalprofil", "Stufen", "Themen"],
    "Nachschlagen": ["Quellen und Methodik", "Handbuch"],
}
Cookies = dict[str, str]
SECRET = "nur-fuer-diesen-test-0123456789-abcdef"


@dataclass(frozen=True)
class App:
    """The app with a login, its folder, and a browser without access to other hosts."""

    server: Server
    home: Path
    context: Callable[[], Any]
    #: the cookies of who is signed in
    seats: dict[str, Cookies] = field(default_factory=dict)
    provider: str = ""
    #: rows of the history at the start, and a measure of Adorf's that is planned
    rows: int = 0
    planned: str = ""

    def log_rows(self) -> int:
        """How many rows the history has, read as the owner of the machine would."""
        asked = [sys.executable, "-m", "zwk_data", "query", "--format", "csv", "SELECT count(*) FROM change_log"]
        return int(said_by(asked, self.home).splitlines()[1])

    def run(self, address: str, cookie: Cookies | None = None, states: States | None = None) -> str:
        """What the server sends for one run of a page over a bare websocket; ``states``: the widget values it gets."""
        return awaited(page_said(self.server.url, address, cookie, states))

    def sign_in(self, sub: str, path: str = "/") -> Any:
        """A fresh browser that opens ``path``, signs in as ``sub`` through the provider's page, and is back."""
        page = self.context().new_page()
        page.goto(self.server.url + path)
        page.get_by_role("button", name="Anmelden").first.click()
        page.get_by_role("button", name=sub, exact=True).click()
        page.wait_for_selector("text=Angemeldet:")
        settled(page)
        return page

    def seat(self, sub: str) -> Cookies:
        """The cookies of ``sub``, who signs in once for all tests, without drawing a page."""
        if sub not in self.seats:
            with httpx.Client(base_url=self.server.url, timeout=60) as browser:
                log_in(browser, SECRET, sub)
                self.seats[sub] = dict(browser.cookies)
        return self.seats[sub]

    def ask(self, path: str, cookie: Cookies | None = None, **params: str) -> httpx.Response:
        """What is answered to who has these cookies."""
        return httpx.get(self.server.url + path, cookies=cookie, params=params, timeout=60)


def said_by(command: list[str], home: Path) -> str:
    """What a command of ours prints."""
    environment = {**os.environ, "ZWK_HOME": str(home), "ZWK_DATA": "demo"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def app(stores: Path, chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """A provider and the app with that login, both on loopback."""
    from oidc_provider_mock import User, run_server_in_thread

    home = linked(stores, tmp_path_factory.mktemp("rollen"))
    rows, planned = json.loads(said_by([sys.executable, "-c", MEASURES], home).splitlines()[-1])
    shutil.copyfile(ROOT / "docs" / "betrieb-vorlage.yml", home / "betrieb.yml")
    with run_server_in_thread(user_claims=[User(sub=sub, claims=said) for sub, said in PEOPLE.items()]) as provider:
        secrets = home / "secrets.toml"
        secrets.write_text(
            f"""
            [auth]
            redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
            cookie_secret = "{SECRET}"
            client_id = "zwk"
            client_secret = "geheim"
            server_metadata_url = "http://localhost:{provider.server_port}/.well-known/openid-configuration"
            """
        )
        server = start_server(home, home, "demo", [*STREAMLIT_FOR_FEW, "--secrets.files", str(secrets)])

        # one window that keeps what it has fetched, and nothing else of the person before
        window = watched(chromium.new_context(viewport={"width": 1440, "height": 900}, locale="de-DE"))

        def context() -> Any:
            for page in window.pages:
                page.evaluate("localStorage.clear()")
                page.close()
            window.clear_cookies()
            return window

        yield App(server, home, context, {}, f"http://localhost:{provider.server_port}", rows, planned)
        window.close()
        server.stop()


def cookies(page) -> Cookies:
    return {one["name"]: one["value"] for one in page.context.cookies()}


def shown(page) -> str:
    return page.locator("[data-testid=stMain]").inner_text()


def test_nobody_logged_in_opens_deep_links_first(app: App) -> None:
    """On a fresh server, and with an address that claims a role."""
    page = app.context().new_page()
    page.goto(f"{app.server.url}/datenpflege?rolle=geschaeftsstelle&person=Greta&is_logged_in=true")
    page.wait_for_selector(f"text={CLOSED}")
    settled(page)
    assert menu(page) == MENU | {"Steuern": ["Zwischenbilanz"]}
    assert page.get_by_role("button", name="Anmelden").count() == 2
    assert english(page) == []
    assert page.locator("[data-testid=stMain] :is(input, textarea)").count() == 0
    for path in ("monitoring", "live-anzeige", "sitzung?kommune=adorf"):
        assert CLOSED in app.run(path)
    said = app.run("demografie?kommune=adorf")
    assert "Adorf" in said
    assert CLOSED not in said
    said = app.run("themen?thema=mobilitaet&rolle=ministerium")
    assert "Probe riesa" in said
    assert {figure for figure in BUDGETS if figure in said} == set()


def test_signing_in_and_out(app: App) -> None:
    page = app.sign_in("min", "/quellen?von=hier")
    stolen = cookies(page)
    # back where the login began
    assert page.url == app.server.url + "/quellen?von=hier"
    assert "Angemeldet: Minna Haus (Ministerium)" in shown(page)
    assert menu(page) == MENU | {"Steuern": ["Monitoring", "Zwischenbilanz"]}
    assert english(page) == []
    said = app.run("themen?thema=mobilitaet", cookies(page))
    assert {figure for figure in BUDGETS if figure in said} == set(BUDGETS)
    # nothing of it remains for the next visitor
    assert not any(figure in app.run("themen?thema=mobilitaet") for figure in BUDGETS)
    for path, title, closed in (("monitoring", "Monitoring", False), ("datenpflege", "Datenpflege", True)):
        said = app.run(path, cookies(page))
        assert f"<h1>{title}</h1>" in said
        assert (CLOSED in said) == closed, path
    page.get_by_role("button", name="Abmelden").click()
    page.get_by_role("button", name="End session").click()
    page.get_by_role("button", name="Anmelden").first.wait_for()
    settled(page)
    assert "Angemeldet" not in shown(page)
    assert menu(page)["Steuern"] == ["Zwischenbilanz"]
    said = app.run("themen?thema=mobilitaet", stolen)
    assert not any(figure in said for figure in BUDGETS), "a copy of the cookie is worth nothing after the logout"
    assert "Ihre Anmeldung ist abgelaufen" in said
    events = [line for line in app.server.log.splitlines() if "zwk_data.sicherheit" in line]
    assert any(line.endswith("Anmeldung: gelungen") for line in events)
    assert any(line.endswith("Abmeldung") for line in events)
    assert not any(name in line for line in events for name in ("Minna", "Haus", "127.0.0.1", "zwk-ministerium"))


def test_a_role_that_was_taken_away_ends_with_the_logins_of_the_person(app: App) -> None:
    held = app.seat("weg")
    assert CLOSED not in app.run("monitoring", held)
    taken = {"name": "Wanda Weg", "realm_access": {"roles": []}}
    assert httpx.put(f"{app.provider}/users/weg", json=taken).status_code < 300
    assert CLOSED not in app.run("monitoring", held), "the provider tells nobody: it is what the login said"
    said_by([sys.executable, "-m", "zwk_data", "logout", "--name", "Wanda Weg"], app.home)
    time.sleep(2.1)
    assert CLOSED in app.run("monitoring", held)
    again = app.sign_in("weg", "/quellen")
    assert CLOSED in app.run("monitoring", cookies(again))
    assert "keine Rolle" in shown(again)


def test_the_wall_needs_no_login_and_says_the_same_to_everybody(app: App) -> None:
    stranger, greta = app.context().new_page(), app.seat("gs")
    stranger.goto(f"{app.server.url}/live-anzeige?embed=true")
    stranger.wait_for_selector("#buehne[data-schritt] > .szene.da")
    for step in ("1.karte", "3.scheinwerfer.adorf", "3.scheinwerfer.riesa", "6.neues"):
        told = app.ask("/anzeige/standard/szene", schritt=step)
        assert told.status_code == 200
        assert told.text == app.ask("/anzeige/standard/szene", greta, schritt=step).text
        assert not any(figure in told.text for figure in BUDGETS)
    for path in ("/gruss", "/fernbedienung"):
        assert app.ask(path).status_code == 200
    assert app.ask("/fernbedienung/AAAAAAAA").status_code == 404


def test_a_login_that_is_broken_off_is_told(app: App) -> None:
    page = app.context().new_page()
    page.goto(app.server.url + "/quellen?von=hier")
    page.get_by_role("button", name="Anmelden").first.click()
    page.get_by_role("button", name="Deny").click()
    page.wait_for_selector("text=Die Anmeldung hat nicht geklappt")
    settled(page)
    assert page.url == app.server.url + "/quellen?von=hier&anmeldung=nein"
    assert english(page) == []


def test_what_a_client_claims_of_widgets_and_cookies_changes_nothing(app: App) -> None:
    """The same message that saves for the Geschäftsstelle, sent by others."""
    gs, adviser, ministry = (app.seat(sub) for sub in ("gs", "ber", "min"))
    changed = {
        name: value[:-4] + ("AAAA" if value[-4:] != "AAAA" else "BBBB") if name.startswith("_streamlit_user") else value
        for name, value in gs.items()
    }
    assert len([name for name in changed if changed[name] != gs[name]]) == 2

    def saving(place: str) -> tuple[str, States]:
        address = f"datenpflege?kommune={place}&stufe=kick_off"
        ids = {match[1]: match[0] for match in WIDGET.finditer(app.run(address, gs))}
        return address, {
            ids[f"datum-{place}-kick_off-0"]: ("string_value", "7.3.2019"),
            ids["termin-speichern-0"]: ("trigger_value", True),
        }

    address, states = saving("riesa")
    for claimed in ({}, changed, ministry, adviser):
        assert "Gespeichert" not in app.run(address, claimed, states)
    assert CLOSED in app.run(address, changed)
    assert app.log_rows() == app.rows
    assert "Gespeichert" in app.run(address, gs, states)
    assert app.log_rows() > app.rows


def test_the_search_finds_what_its_asker_may_see(app: App) -> None:
    """The page Monitoring is the ministry's; a planned measure its Kommune's, its Beratung's and the overseers'."""

    def found(cookie: Cookies, text: str, what: str = "") -> list[str]:
        answer = app.ask("/suche", cookie, q=text)
        assert answer.headers["cache-control"] == "no-store"
        return [hit["text"] for hit in answer.json()["hits"] if what in hit["what"]]

    stranger: Cookies = {}
    assert "Monitoring" in found(app.seat("min"), "Monitoring", "Seite")
    assert "Monitoring" not in found(stranger, "Monitoring", "Seite")
    assert "Monitoring" not in found(app.seat("kom"), "Monitoring", "Seite")
    # others have measures of the same title
    seen_by = {who: found(app.seat(who), app.planned, "Adorf") for who in ("gs", "min", "ber", "kom", "wer")}
    assert [who for who, hits in seen_by.items() if app.planned in hits] == ["gs", "min", "ber", "kom"]
    assert app.planned not in found(stranger, app.planned, "Adorf")
    # an unsigned cookie gives no rights
    assert app.planned not in found({"_streamlit_user": '{"is_logged_in":true}'}, app.planned, "Adorf")
