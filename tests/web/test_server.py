"""Layers, assets and the sign of life."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import brotli
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from tests.web.asgi import ask
from zwk_data import settings
from zwk_data.display import playlist
from zwk_data.dossier import content
from zwk_data.dossier.model import Picture
from zwk_data.geo.map_layers import layer_url
from zwk_data.stores import access
from zwk_data.views import maps
from zwk_data.web import server
from zwk_data.web.kit import assets
from zwk_data.web.kit.assets import chosen_encoding, plotly_url
from zwk_data.web.kit.markup import page_link
from zwk_data.web.light import phones
from zwk_data.web.login import login, sign_in
from zwk_data.web.server import LightPages, middleware, routes
from zwk_data.web.shell import page, start


@pytest.fixture(scope="module")
def app() -> Starlette:
    return Starlette(routes=routes())


@pytest.mark.parametrize(("accept", "encoding"), [("gzip, br;q=1.0", "br"), ("gzip", "gzip"), ("", "")])
def test_a_layer_travels_compressed_and_stays_for_a_year(app, accept: str, encoding: str) -> None:
    answer = ask(app, layer_url("laender"), accept_encoding=accept)
    assert answer.status == 200
    assert answer.headers.get("content-encoding", "") == encoding
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    areas = json.loads(answer.text)["objects"]["gebiete"]["geometries"]
    names = {area["properties"]["name"] for area in areas}
    assert {"Sachsen", "Bayern"} <= names
    assert len(names) == 16


def test_a_layer_already_there_is_not_sent_again(app) -> None:
    first = ask(app, layer_url("laender"), accept_encoding="br")
    again = ask(app, layer_url("laender"), accept_encoding="br", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/geo/laender.mittel.00000000.json", "/geo/dörfer.mittel.00000000.json", "/geo/laender.riesig.0.json"]
)
def test_a_layer_of_yesterday_is_told_in_german(app, path: str) -> None:
    answer = ask(app, path)
    assert answer.status == 404
    assert answer.text == "Diese Kartenebene gibt es nicht (mehr). Bitte die Seite neu laden."


@pytest.fixture
def ready(stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stores stand."""
    monkeypatch.setattr(server, "is_ready", lambda: True)


@pytest.mark.usefixtures("ready")
def test_values_travel_in_few_bytes_and_stay_for_a_year(app) -> None:
    for layer, key, year, most in (
        ("kreise", "population_index", 2023, 700),
        ("gemeinden", "population_index", 2023, 13_500),
        ("gemeinden-14", "population_index", 2023, 800),
    ):
        url = maps.values_url(layer, key, year)
        plain, packed = ask(app, url), ask(app, url, accept_encoding="br")
        assert packed.status == 200
        assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert brotli.decompress(packed.body) == plain.body
        assert len(packed.body) < most, (layer, len(packed.body))


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("part", ["kreise.population.1800", "kreise.nichts.2015", "dörfer.population.2015"])
def test_values_that_are_not_there_are_told_in_german(app, part: str) -> None:
    version = maps.values_hash("kreise")
    answer = ask(app, f"/geo/werte/{part}.{version}")
    assert answer.status == 404
    assert answer.text == "Diese Zahlen gibt es nicht (mehr). Bitte die Seite neu laden."
    assert ask(app, "/geo/werte/kreise.population.2015.00000000").status == 404


@pytest.mark.usefixtures("ready")
def test_points_are_those_of_today(app) -> None:
    assert json.loads(ask(app, maps.points_url()).text)["ids"][0] == "adorf"
    assert ask(app, "/geo/punkte.00000000.json").status == 404


@pytest.mark.usefixtures("stores")
def test_the_page_karte_brings_its_map_along_for_who_may_see_it(monkeypatch) -> None:
    app = Starlette(routes=create_streamlit_static_assets_routes(""), middleware=middleware())
    monkeypatch.setattr(server.preparation, "ready", False)
    assert "zwk-first-map" not in ask(app, "/karte").text, "its figures are not there yet"
    monkeypatch.setattr(server.preparation, "ready", True)
    html = ask(app, "/karte?kennzahl=share_65plus&jahr=2015").text
    assert "Anteil 65 Jahre und älter 2015, Kreise</h2>" in html
    assert 'href="/geo/werte' not in html, "so few values come with the spec"
    html = ask(app, "/karte?ebene=gemeinden&kennzahl=share_65plus&jahr=2015").text
    assert f'href="{maps.values_url("gemeinden", "share_65plus", 2015)}"' in html
    assert "zwk-first-map" not in ask(app, "/karte?film=ja").text
    assert "zwk-first-map" not in ask(app, "/stufen").text
    monkeypatch.setattr(login, "seat_of_request", lambda _: login.Seat(access.ANYBODY))
    assert "zwk-first-map" not in ask(app, "/karte").text


@pytest.mark.usefixtures("stores", "ready")
def test_the_picture_of_a_place_is_asked_for_with_its_page_and_stays(monkeypatch) -> None:
    app = Starlette(routes=[*routes(), *create_streamlit_static_assets_routes("")], middleware=middleware())
    monkeypatch.setattr(server.preparation, "ready", True)
    (url,) = re.findall(r'as="image" href="([^"]+)"', ask(app, "/zwischenbilanz?kommune=rodachtal").text)
    answer = ask(app, url, accept_encoding="br")
    assert answer.body.startswith(b"\x89PNG")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-encoding" not in answer.headers
    (picture,) = (one for one in content.section("rodachtal", "profil").blocks if isinstance(one, Picture))
    assert picture.url == url
    for other in (url.replace("rodachtal", "atlantis"), re.sub(r"\.\w{8}\.", ".00000000.", url)):
        assert ask(app, other).status == 404
    assert 'as="image"' not in ask(app, "/zwischenbilanz?kommune=atlantis").text
    monkeypatch.setattr(login, "seat_of_request", lambda _: login.Seat(access.ANYBODY))
    assert 'as="image"' not in ask(app, "/zwischenbilanz?kommune=rodachtal").text


def test_the_scripts_of_the_map_stand_under_one_hash(app) -> None:
    urls = assets.module_urls()
    assert len({url.rsplit("/", 1)[0] for url in urls}) == 1, "they ask for one another by name"
    for url in urls:
        answer = ask(app, url)
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/javascript")
        wanted = re.findall(r'from "\./([\w.]+)"', answer.text)
        assert {f"{url.rsplit('/', 1)[0]}/{name}" for name in wanted} <= set(urls)


@pytest.mark.parametrize("name", ["style.css", "print.css", "german.js", "print.js", "logo.svg", "favicon.svg"])
def test_our_files_are_served_under_their_hash(app, name: str) -> None:
    answer = ask(app, assets.url(name))
    assert answer.status == 200
    assert answer.body == (assets.STATIC / name).read_bytes()
    assert "immutable" in answer.headers["cache-control"]
    assert ask(app, f"/assets/00000000/{name}").status == 404


def test_browsers_find_the_picture_they_ask_for_beside_what_is_no_page(app) -> None:
    answer = ask(app, "/favicon.ico")
    assert (answer.status, answer.headers["location"]) == (307, assets.url("favicon.svg"))


@pytest.mark.parametrize("name", ["assets.py", "../assets.py", "nichtda.css", "static"])
def test_nothing_else_is_served(app, name: str) -> None:
    assert ask(app, f"/assets/00000000/{name}").status == 404
    with pytest.raises(KeyError):
        assets.url(name)


def test_plotly_travels_compressed(app) -> None:
    plain = ask(app, plotly_url())
    assert b"plotly.js v" in plain.body[:400]
    for encoding in ("br", "gzip"):
        answer = ask(app, plotly_url(), accept_encoding=encoding)
        assert answer.headers["content-encoding"] == encoding
        assert len(answer.body) < len(plain.body) / 3
        assert answer.text == plain.text


def test_health(app) -> None:
    assert json.loads(ask(app, "/health").text) == {"status": "ok"}


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("identity", "identity"),
        ("br;q=unsinn, gzip", "gzip"),
        ("", "identity"),
        ("BR", "br"),
    ],
)
def test_the_best_encoding_that_is_allowed(header: str, encoding: str) -> None:
    assert chosen_encoding(header) == encoding


@pytest.fixture
def below() -> Iterator[None]:
    settings.run_below("/zwk/")
    page._shell.cache_clear()
    yield
    settings.run_below("")
    page._shell.cache_clear()


def test_below_a_path_all_is_asked_for_with_it_or_without(below: None) -> None:
    """Whether a proxy passes the path on or strips it: browsers always get it, and no cookie reaches another app."""

    def echo(request: Request) -> Response:
        answer = RedirectResponse(str(request.query_params.get("nach", "/karte")), 303)
        answer.set_cookie("eins", "1", path="/")
        answer.set_cookie("zwei", "2", path="/mitmachen")
        answer.set_cookie("drei", "3", path="/zwk")
        return answer

    streamlit = [
        Route("/zwk/echo", echo),
        Route("/zwk/_stcore/health", lambda _: PlainTextResponse("ok")),
        *create_streamlit_static_assets_routes("/zwk"),
    ]
    app = Starlette(routes=[*routes(), *streamlit], middleware=middleware())
    for before in ("", "/zwk"):
        assert json.loads(ask(app, f"{before}/health").text) == {"status": "ok"}
        assert ask(app, f"{before}/_stcore/health").text == "ok"
        answer = ask(app, f"{before}/nichtda")
        assert answer.status == 404
        assert 'href="/zwk/karte"' in answer.text
        assert ask(app, f"{before}{plotly_url().removeprefix('/zwk')}").status == 200
        assert ask(app, f"{before}{layer_url('kreise', 'grob').removeprefix('/zwk')}").status == 200
        with TestClient(app, base_url="http://localhost:8501", follow_redirects=False) as client:
            told = client.get(f"{before}/echo").headers
            assert told["location"] == "/zwk/karte"
            assert [one.split("; ", 1)[1].split("; ")[0] for one in told.get_list("set-cookie")] == [
                "Path=/zwk/",
                "Path=/zwk/mitmachen",
                "Path=/zwk",
            ]
            elsewhere = client.get(f"{before}/echo?nach=https://anmeldung.example/auth").headers
            assert elsewhere["location"] == "https://anmeldung.example/auth"
    start = ask(app, "/zwk")
    assert (start.status, start.headers["location"]) == (307, "/zwk/")
    assert ask(app, "/zwkx").status == 404


def test_links_and_invitations_name_the_path(below: None) -> None:
    assert page_link("stufen", kommune="riesa") == "/zwk/stufen?kommune=riesa"
    assert sign_in.target("http://host/zwk/stufen?kommune=riesa") == "/stufen?kommune=riesa"
    wanted = replace(playlist.playlist(), address="https://monitor.example.de")
    assert phones.reach(wanted, "http://localhost").guests == "https://monitor.example.de/zwk"


@pytest.mark.parametrize("path", ["ä", "a b", "a?b", "a//b", "http://x"])
def test_a_path_that_cannot_be_one_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setattr(start.st, "get_option", {"server.baseUrlPath": path}.get)
    with pytest.raises(SystemExit, match="Der Pfad darf nur aus Buchstaben"):
        start.take_path()
    assert settings.address("/karte") == "/karte"


def test_every_address_of_the_pages_without_streamlit_is_found_and_no_other(app) -> None:
    paths = [route.path for route in server.light_pages().routes if route.path != LightPages.WALL]
    assert len(paths) > 10
    assert [path for path in paths if not path.startswith(LightPages.BELOW)] == []
    assert ask(app, "/mitmachen").status == 200
    assert ask(app, "/live-anzeige").status == 404  # the page that directs the wall is Streamlit's
    unknown = ask(app, "/mitmachen/a/b/c")
    assert (unknown.status, "Diese Seite gibt es nicht" in unknown.text) == (404, True)


def test_what_takes_long_to_compress_is_kept_for_the_next_start(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_HOME", str(tmp_path))
    old = tmp_path / "compressed" / "streamlit-1.0-plotly-1.0"
    old.mkdir(parents=True)
    assert brotli.decompress(assets.kept("js/a.js", "br", lambda: b"first")) == b"first"
    assert brotli.decompress(assets.kept("js/a.js", "br", lambda: pytest.fail("read again"))) == b"first"
    assert not old.exists()
    assert [file.suffix for file in (tmp_path / "compressed").rglob("*.*") if file.is_file()] == [".br"]
    # a folder that may not be written: as slow as ever
    monkeypatch.setenv("ZWK_HOME", str(next((tmp_path / "compressed").rglob("*.br"))))
    assert brotli.decompress(assets.kept("js/b.js", "br", lambda: b"second")) == b"second"
