"""Settings: all declared, all documented; what is wrong, unknown or contradictory is refused at start in a sentence."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from zwk_data.errors import ZwkError
from zwk_data.settings import ROOT, SETTINGS, check_settings, store_url, value

TEXT = {".py", ".md", ".yml", ".yaml", ".toml", ".conf", ".service", ".sh", ".bat", ".tpl", ".env", ".example", ""}
#: a secret of enough characters
TOKEN = "0123456789abcdef"


def named_anywhere() -> set[str]:
    """Every variable of ours that any file of the product names."""
    found: set[str] = set()
    for folder in ("zwk_data", "pages", "tools", "benchmarks", "docs", "deploy", ".ci", "tests"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and file.suffix in TEXT and file.name != "test_settings.py":
                found.update(
                    re.findall(r"\bZWK_[A-Z]+(?:_[A-Z]+)*\b(?!_)", file.read_text(encoding="utf-8", errors="replace"))
                )
    return found


def test_every_variable_is_declared_once() -> None:
    declared = [one.name for one in SETTINGS]
    assert len(declared) == len(set(declared))
    assert named_anywhere() == set(declared)


def test_the_table_for_operators_says_what_is_declared() -> None:
    text = (ROOT / "docs" / "betrieb.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(ZWK_\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", text, re.MULTILINE)
    assert rows == [(one.name, one.meaning, one.form, one.default) for one in SETTINGS if not one.of_tests]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ZWK_HOEM": "x"}, r"Die Einstellung ZWK_HOEM gibt es nicht. Meinten Sie ZWK_HOME\?"),
        ({"zwk_data": "demo"}, r"Die Einstellung zwk_data gibt es nicht. Meinten Sie ZWK_DATA\?"),
        ({"ZWK_XYZXYZXYZ": ""}, "gibt es nicht. Alle Einstellungen stehen in"),
        ({"ZWK_DATA": "geheim"}, "ZWK_DATA=geheim ist unbekannt"),
        ({"ZWK_HOME": __file__}, "ist kein Ordner"),
        ({"ZWK_STORE": "mysql://nutzer:geheim@rechner/zwk"}, "ZWK_STORE ist keine Adresse der Form"),
        (
            {"ZWK_FRAME_ANCESTORS": "https://portal.example; script-src *"},
            "„https://portal.example;“ ist keine Adresse",
        ),
        ({"ZWK_LOG": "xml"}, "ZWK_LOG=xml ist unbekannt"),
        ({"ZWK_METRICS": "metrics", "ZWK_METRICS_TOKEN": TOKEN}, "ist kein Pfad"),
        ({"ZWK_METRICS": "/health", "ZWK_METRICS_TOKEN": TOKEN}, "ist kein Pfad"),
        ({"ZWK_METRICS": "/metrics", "ZWK_METRICS_TOKEN": "kurz"}, "ZWK_METRICS_TOKEN ist zu kurz"),
        ({"ZWK_METRICS": "/metrics", "ZWK_METRICS_FROM": "10.0.0.1, portal"}, "„portal“ ist keine IP-Adresse"),
        ({"ZWK_METRICS": "/metrics"}, "aber niemand darf die Messwerte lesen"),
        ({"ZWK_METRICS_TOKEN": TOKEN}, "ZWK_METRICS_TOKEN ist gesetzt, ZWK_METRICS aber nicht"),
    ],
)
def test_what_is_wrong_is_told_by_name(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(ZwkError, match=sentence) as refused:
        check_settings(given)
    assert "geheim@" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"ZWK_DATA": " Demo ", "ZWK_STORE": "", "PATH": "x"},
        {"ZWK_METRICS": "/metrics", "ZWK_METRICS_FROM": "10.0.0.0/8, ::1"},
        {"ZWK_METRICS": "/intern/metrics", "ZWK_METRICS_TOKEN": TOKEN},
        {"ZWK_FRAME_ANCESTORS": "'self' https://*.beispiel.de:8443"},
        {"ZWK_FUZZ": "50000", "ZWK_REQUIRE_BROWSER": "1"},
    ],
)
def test_what_is_right_passes(given: dict[str, str]) -> None:
    check_settings(given)


def test_a_value_is_asked_for_without_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_LOG", " json ")
    assert value("ZWK_LOG") == "json"
    monkeypatch.delenv("ZWK_LOG")
    monkeypatch.setenv("ZWK_STORE", "  ")
    assert (value("ZWK_LOG"), store_url()) == ("", None)
    # a name that is not declared is a mistake of ours, also where it is not set
    with pytest.raises(KeyError):
        value("ZWK_" + "UNDECLARED")


@pytest.mark.slow
@pytest.mark.parametrize("command", [["-m", "zwk_data", "check"], ["dashboard.py"]])
def test_neither_commands_nor_the_app_start_with_a_wrong_setting(command: list[str]) -> None:
    environ = {**os.environ, "ZWK_DATE": "demo"}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    assert done.stderr.strip().endswith("Die Einstellung ZWK_DATE gibt es nicht. Meinten Sie ZWK_DATA?")
    assert "Traceback" not in done.stderr
