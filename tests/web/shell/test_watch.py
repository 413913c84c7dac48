"""Readiness, measures and the log for machines: they tell of the server, never of people."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.web.asgi import ask
from zwk_data.errors import ZwkError
from zwk_data.web.shell import watch
from zwk_data.web.shell.watch import JsonLines, Readiness, Watch, begin_log, kind_of, meters

TOKEN = "0123456789abcdef"


@pytest.fixture
def app() -> Starlette:
    def page(_: object) -> PlainTextResponse:
        return PlainTextResponse("Seite")

    def broken(_: object) -> PlainTextResponse:
        raise ValueError("Erika Mustermann, erika@beispiel.de")

    routes = [Route("/kommune", page), Route("/themen", broken), Route("/metrics", page)]
    return Starlette(routes=routes, middleware=[Middleware(Watch)])


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ZWK_METRICS", "/metrics")
    monkeypatch.setenv("ZWK_METRICS_TOKEN", TOKEN)
    meters.cache_clear()
    yield
    meters.cache_clear()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "/"),
        ("/kommune", "/kommune"),
        ("/kommune/", "/kommune"),
        ("/kommune/riesa", "andere"),
        ("/_stcore/upload_file/1234/5678", "/_stcore/upload_file"),
        ("/_stcore/stream", "/_stcore/stream"),
        ("/_stcore/host-config", "/_stcore"),
        ("/media/geheim.pdf", "/media"),
        ("/mediathek", "andere"),
        ("/mitmachen/ABCD", "/mitmachen"),
        ("/../../etc/passwd", "andere"),
    ],
)
def test_an_address_is_told_by_its_kind(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_ready_when_pages_can_be_shown(app, stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "readiness", Readiness())
    monkeypatch.setattr(watch.preparation, "ready", True)
    answer = ask(app, "/ready")
    assert answer.status == 200
    assert json.loads(answer.text) == {"status": "ready", "checks": {"warehouse": True, "store": True}}


def test_not_ready_while_stores_are_built_or_damaged(app, monkeypatch: pytest.MonkeyPatch) -> None:
    from zwk_data.stores import connection

    monkeypatch.setattr(watch, "readiness", Readiness())
    monkeypatch.setattr(watch.preparation, "ready", False)
    begun = []
    monkeypatch.setattr(watch.preparation, "begin", lambda: begun.append(1))
    answer = ask(app, "/ready")
    assert answer.status == 503
    assert json.loads(answer.text)["checks"] == {"warehouse": False, "store": False}
    assert begun == [1], "nobody else may ask a server that is not ready to try again"

    def damaged() -> None:
        raise ZwkError("Der Datenspeicher ist beschädigt.")

    monkeypatch.setattr(watch, "readiness", Readiness())
    monkeypatch.setattr(watch.preparation, "ready", True)
    monkeypatch.setattr(connection, "stores", damaged)
    answer = ask(app, "/ready")
    assert answer.status == 503
    assert json.loads(answer.text)["checks"] == {"warehouse": True, "store": False}


def test_not_ready_while_postgresql_is_out_of_reach(stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_STORE", "postgresql://zwk@127.0.0.1:1/zwk")
    monkeypatch.setattr(watch.preparation, "ready", True)
    assert Readiness().checks() == {"warehouse": True, "store": False, "postgresql": False}


def test_who_asks_often_is_told_what_was_found_a_moment_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(Readiness, "_asked", staticmethod(lambda: asked.append(1) or {"store": True}))
    one = Readiness()
    assert [one.checks() for _ in range(5)] == [{"store": True}] * 5
    assert len(asked) == 1


def test_there_are_no_measures_unless_set(app) -> None:
    assert ask(app, "/metrics", authorization=f"Bearer {TOKEN}").text == "Seite"


@pytest.mark.usefixtures("measured")
def test_measures_are_for_those_with_the_token(app) -> None:
    pytest.importorskip("prometheus_client")
    assert ask(app, "/metrics").text == "Seite"
    assert ask(app, "/metrics", authorization="Bearer 0123456789abcdeX").text == "Seite"
    assert "zwk_build_info" in ask(app, "/metrics", authorization=f"Bearer {TOKEN}").text


@pytest.mark.parametrize(
    ("networks", "client", "headers", "may"),
    [
        ("10.1.0.0/16, 127.0.0.1", "10.1.2.3", [], True),
        ("10.1.0.0/16", "10.2.0.1", [], False),
        ("10.1.0.0/16", "::ffff:10.1.2.3", [], True),
        ("127.0.0.1", "127.0.0.1", [(b"x-forwarded-for", b"203.0.113.9")], False),
        ("::1", "::1", [], True),
        ("::1", "testclient", [], False),
        ("", "127.0.0.1", [], False),
    ],
)
def test_measures_are_for_the_addresses_that_are_set(
    monkeypatch: pytest.MonkeyPatch, networks: str, client: str, headers: list[tuple[bytes, bytes]], may: bool
) -> None:
    monkeypatch.setenv("ZWK_METRICS_FROM", networks)
    assert watch.may_measure({"type": "http", "headers": headers, "client": (client, 1)}) is may


@pytest.mark.usefixtures("measured")
def test_measures_count_what_was_asked_and_name_nobody(app) -> None:
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    for _ in range(3):
        ask(app, "/kommune")
    ask(app, "/geheim-von-erika")
    with pytest.raises(ValueError, match="Erika"):
        ask(app, "/themen")
    ask(app, "/kommune", method="PROPFIND")
    text = ask(app, "/metrics", authorization=f"Bearer {TOKEN}").text
    families = {one.name: one for one in parser.text_string_to_metric_families(text)}
    counted = {
        tuple(one.labels[key] for key in ("route", "method", "status")): one.value
        for one in families["zwk_requests"].samples
        if one.name.endswith("_total")
    }
    assert counted == {
        ("/kommune", "GET", "200"): 3,
        ("andere", "GET", "404"): 1,
        ("/themen", "GET", "500"): 1,
        ("/kommune", "andere", "405"): 1,
    }
    wanted = {"zwk_ready", "zwk_sessions", "zwk_websockets", "zwk_threads", "zwk_memory_bytes", "zwk_request_seconds"}
    assert wanted <= set(families)
    assert families["zwk_memory_bytes"].samples[0].value > 10_000_000
    assert "erika" not in text.lower()


def logged(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """The log for machines, without touching that of the tests."""
    monkeypatch.setenv("ZWK_LOG", "json")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("zwk_data")
    monkeypatch.setattr(logger, "handlers", [handler])
    monkeypatch.setattr(logger, "propagate", False)
    monkeypatch.setattr(logger, "level", logging.INFO)
    logger.manager._clear_cache()
    return stream


def test_each_line_of_the_log_is_an_object_without_people(app, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = logged(monkeypatch)
    ask(app, "/kommune")
    with pytest.raises(ValueError, match="Erika"):
        ask(app, "/themen")
    ask(app, "/health")
    try:
        raise ValueError("Erika Mustermann")
    except ValueError:
        logging.getLogger("zwk_data.x").exception("Fehler in /kommune?name=Erika&x=1")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(one.get("route"), one.get("status")) for one in lines] == [
        ("/kommune", 200),
        ("/themen", 500),
        (None, None),
    ]
    assert lines[2]["text"] == "Fehler in /kommune?…"
    assert lines[2]["fault"] == "ValueError"
    assert "test_watch" in lines[2]["at"][-1]
    assert "Erika" not in stream.getvalue()


def test_the_log_stays_as_it_is_without_the_setting() -> None:
    before = list(logging.getLogger().handlers)
    begin_log()
    assert logging.getLogger().handlers == before
