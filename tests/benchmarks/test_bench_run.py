"""The command: what it refuses, how each kind of app is started."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import run, servers

PINNED = (Path(servers.__file__).parent / "requirements.txt").read_text(encoding="utf-8")


def test_missing_peers_are_named_with_what_to_install(monkeypatch):
    monkeypatch.setattr(run, "find_spec", lambda name: None if name == "panel" else object())
    answer = CliRunner().invoke(run.main, ["--apps", "product,dash,bokeh", "--only", "load"])
    assert answer.exit_code == 2
    assert "panel missing: pip install -r benchmarks/requirements.txt" in " ".join(answer.output.split())


def test_without_peers_nothing_is_missing(monkeypatch):
    monkeypatch.setattr(run, "find_spec", lambda name: None)
    assert run.missing(["product", "plain", "empty"]) == set()
    assert run.missing(["product", "dash"]) == {"dash", "gunicorn"}


@pytest.mark.parametrize("package", sorted({one for needed in run.NEEDS.values() for one in needed}))
def test_what_a_peer_needs_is_pinned(package):
    assert f"\n{package}==" in PINNED


def test_the_empty_page_collects_garbage_as_the_product_does():
    settings = (servers.ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "\npostScriptGC = false\n" in settings
    assert "--runner.postScriptGC=false" in servers.EMPTY.arguments(8710)


def test_each_kind_of_app_is_started_on_its_port():
    assert servers.DASH.command[1:] == ("-m", "gunicorn")
    assert servers.DASH.arguments(8711)[:2] == ["dash_map:server", "--bind=127.0.0.1:8711"]
    assert servers.PANEL_BOKEH.arguments(8711)[:2] == [str(servers.APPS / "bokeh_map.py"), "--port=8711"]
    assert servers.PRODUCT.command[1:] == ("-m", "streamlit", "run")


@pytest.mark.parametrize(("text", "told"), [("1", "1; numbers"), ("20;60", "20;60; numbers"), ("", "; numbers")])
def test_sessions_are_numbers_from_two_on(text, told):
    answer = CliRunner().invoke(run.main, ["--sessions", text])
    assert answer.exit_code == 2
    assert told in answer.output
