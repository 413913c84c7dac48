"""The German page, the security headers and the compressed bundles, without a server."""

from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from tests.web.asgi import ask
from zwk_data.geo.map_layers import layer_url
from zwk_data.web.kit import assets
from zwk_data.web.server import middleware
from zwk_data.web.shell import page as shell
from zwk_data.web.shell import site
from zwk_data.web.shell.middleware import content_security_policy

SCRIPT = next((shell.streamlit_static() / "static" / "js").glob("index.*.js"))


@pytest.fixture(scope="module")
def app() -> Starlette:
    """Streamlit's own static files behind our middleware, and two foreign routes."""
    routes = [
        Route("/druck", lambda _: HTMLResponse("<html><body>eigenes HTML</body></html>")),
        Route("/zahl", lambda _: PlainTextResponse("42")),
        *create_streamlit_static_assets_routes(""),
    ]
    return Starlette(routes=routes, middleware=middleware())


@pytest.mark.parametrize("page", site.MENU, ids=lambda page: page.path or "start")
def test_every_page_is_german_and_titled(app, page) -> None:
    answer = ask(app, f"/{page.path}")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert '<html lang="de">' in answer.text
    assert f"<title>{page.title} – ZWK-Monitor</title>" in answer.text
    assert shell.MARK in answer.text
    assert "You need to enable JavaScript" not in answer.text
    assert "ZWK-Monitor braucht JavaScript" in answer.text
    # the scripts that Streamlit's own page asks for are all still asked for
    own = (shell.streamlit_static() / "index.html").read_text(encoding="utf-8")
    wanted = set(re.findall(r'(?:src|href)="(\./static/[^"]+)"', own))
    assert len(wanted) > 20
    assert all(f'"{address}"' in answer.text for address in wanted)


def test_pages_with_charts_ask_for_the_chart_code_at_once(app) -> None:
    assert re.search(r'as="script"[^>]+PlotlyChart\.[^"]+\.js', ask(app, "/stufen").text)
    assert not [page for page in site.MENU if "/assets/plotly" in ask(app, f"/{page.path}").text]
    assert "PlotlyChart" not in ask(app, "/quellen").text


@pytest.mark.parametrize("path", ["demografie", "zwischenbilanz"])
def test_chart_code_is_left_where_no_kommune_is_chosen_yet(path) -> None:
    assert "PlotlyChart" in shell.page_shell(path, "kommune=riesa&teil=alter")
    assert "PlotlyChart" not in shell.page_shell(path)
    assert "PlotlyChart" not in shell.page_shell(path, "teil=alter")


def test_no_script_is_asked_for_in_a_way_that_has_it_compiled_at_every_visit(app) -> None:
    html = ask(app, "/karte").text
    assert "modulepreload" not in html
    own = (shell.streamlit_static() / "index.html").read_text(encoding="utf-8")
    for url in re.findall(r'modulepreload" crossorigin href="([^"]+)"', own):
        assert f'<link rel="preload" as="script" crossorigin href="{url}">' in html
    # and before the script that imports them, so that it is no module yet when it is fetched
    assert html.index('as="script"') < html.index('<script type="module"')
    assert f'<link rel="preload" as="script" crossorigin href="./static/js/{SCRIPT.name}">' in html


def test_pages_with_a_map_ask_for_its_borders_and_scripts_at_once(app, monkeypatch) -> None:
    for path, layers in (("/karte", ["kreise"]), ("/", ["teilnehmende", "laender"])):
        html = ask(app, path).text
        assert "PlotlyChart" not in html, "it has no chart"
        for name in layers:
            assert f'<link rel="preload" as="fetch" crossorigin href="{layer_url(name, "grob")}">' in html
        for url in assets.module_urls():
            assert f'<link rel="preload" as="script" crossorigin href="{url}">' in html
    assert "/geo/" not in ask(app, "/stufen").text
    # an address that names a level opens with that one
    for level, layers in (
        ("gemeinden", ["gemeinden"]),
        ("teilnehmende", ["teilnehmende", "laender"]),
        ("x", ["kreise"]),
    ):
        assert shell.first_urls("karte", f"kennzahl=population&ebene={level}") == [
            layer_url(one, "grob") for one in layers
        ]
    # newer boundaries are asked for as soon as they are in use
    monkeypatch.setattr(shell, "layer_url", lambda name, detail: f"/geo/{name}.{detail}.neu.json")
    assert "/geo/kreise.grob.neu.json" in ask(app, "/karte").text


@pytest.mark.parametrize("path", ["/nichtda", "/karte/riesa", "/<script>alert(1)</script>"])
def test_an_unknown_address_is_told_in_german(app, path: str) -> None:
    answer = ask(app, path)
    assert answer.status == 404
    assert "Diese Seite gibt es nicht" in answer.text
    assert '<a href="/karte">Karte</a>' in answer.text
    assert "<script>alert" not in answer.text
    assert shell.MARK not in answer.text


def test_a_conditional_request_for_a_page_still_gets_the_german_page(app) -> None:
    etag = 'W/"x"'
    assert ask(app, "/karte", if_none_match=etag).text == ask(app, "/karte").text
    assert ask(app, "/nichtda", method="HEAD").status == 404
    assert ask(app, "/karte", method="HEAD").status == 200


@pytest.mark.parametrize("accept", ["br", "gzip", "identity"])
def test_what_is_no_page_reaches_the_inner_app_with_all_it_asked_for(accept: str) -> None:
    """Streamlit compresses deep links by itself, so pages are fetched plain; layers and scripts must not be."""

    def echo(request) -> PlainTextResponse:
        return PlainTextResponse(request.headers.get("accept-encoding", "none"))

    app = Starlette(routes=[Route("/geo/{name}", echo), Route("/zahl", echo)], middleware=middleware())
    assert ask(app, "/geo/kreise.json", accept_encoding=accept).text == accept


def test_html_of_others_passes_untouched(app) -> None:
    assert ask(app, "/druck").text == "<html><body>eigenes HTML</body></html>"
    assert ask(app, "/zahl").text == "42"


@pytest.mark.parametrize(("accept", "encoding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("", "")])
def test_bundles_are_compressed_as_the_browser_can_read(app, accept: str, encoding: str) -> None:
    answer = ask(app, f"/static/js/{SCRIPT.name}", accept_encoding=accept)
    assert answer.status == 200
    assert answer.headers.get("content-encoding", "") == encoding
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.text == SCRIPT.read_text(encoding="utf-8")
    if encoding:
        assert len(answer.body) < SCRIPT.stat().st_size / 3


def test_a_bundle_that_is_not_there_is_not_found(app) -> None:
    assert ask(app, "/static/js/nichtda.js", accept_encoding="br").status == 404
    assert ask(app, "/static/js/..%2f..%2findex.html", accept_encoding="br").status in (400, 404)


def test_every_answer_carries_the_security_headers(app) -> None:
    for path in ("/", "/nichtda", "/zahl", f"/static/js/{SCRIPT.name}"):
        headers = ask(app, path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'self'"
        assert "unsafe" not in policy["script-src"]
        assert "ws://localhost:8501" in policy["connect-src"]
        assert policy["frame-ancestors"] == "'self'"


def test_figures_and_borders_carry_what_counts_for_them() -> None:
    app = Starlette(routes=[Route("/geo/{name}", lambda _: PlainTextResponse("42"))], middleware=middleware())
    headers = ask(app, "/geo/x").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" not in headers


def test_a_forged_host_does_not_reach_the_policy() -> None:
    policy = content_security_policy("böse.example; script-src *")
    assert "böse" not in policy
    assert "script-src *" not in policy


def test_an_authority_may_embed_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_FRAME_ANCESTORS", "https://portal.example")
    content_security_policy.cache_clear()
    try:
        policy = content_security_policy("x")
        assert policy.endswith("frame-ancestors https://portal.example")
    finally:
        content_security_policy.cache_clear()


def test_what_a_page_needs_is_asked_for_with_all_it_imports(app) -> None:
    chunks = shell.chunks(next(page for page in site.MENU if page.path == "demografie").needed({"kommune"}))
    assert any(name.startswith("PlotlyChart.") for name in chunks)
    assert any(name.startswith("purify.") for name in chunks)  # imported by Html
    index = (shell.streamlit_static() / "index.html").read_text(encoding="utf-8")
    assert not [name for name in chunks if name in index]  # asked for by every page anyway
    for page in site.MENU:
        html = ask(app, f"/{page.path}").text
        assert all(html.count(name) == 1 for name in shell.chunks(page.needed({})))


@pytest.mark.parametrize("kind", sorted({kind for page in site.MENU for kind in page.needs + page.more}))
def test_the_bundles_named_in_the_menu_exist_in_this_streamlit(kind: str) -> None:
    assert len(list((shell.streamlit_static() / "static" / "js").glob(f"{kind}.*.js"))) == 1
